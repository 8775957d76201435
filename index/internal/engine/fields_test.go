package engine

import (
	"slices"
	"testing"

	"github.com/zharvest/zharvest/internal/searchfields"
)

// TestFields compares the fields with those that records have values of, by which
// an OpenSearch index is made, too.
func TestFields(t *testing.T) {
	kinds := map[searchfields.Kind][]kind{
		searchfields.Accent: {accentText}, searchfields.Standard: {standardText}, searchfields.Keyword: {keyword}, searchfields.Boolean: {boolean},
		searchfields.Integer: {number, integers, statistic}, searchfields.Long: {number, integers}, searchfields.Double: {doubles, statistic},
		searchfields.Date: {date, times}, searchfields.Period: {dateRange},
	}
	without := map[string]bool{"metadata.contact": true} // which no record has
	known := map[string]bool{"versions.is_latest": true} // which moves without the record
	for _, want := range searchfields.Fields() {
		known[want.Name] = true
		same := map[string]searchfields.Kind{want.Name: want.Kind}
		for sub, k := range want.Sub {
			same[want.Name+"."+sub] = k
			known[want.Name+"."+sub] = true
		}
		for name, k := range same {
			f := fieldsByName[name]
			switch {
			case without[name]:
			case f == nil || f.absent:
				t.Errorf("there is no %s", name)
			case !slices.Contains(kinds[k], f.kind):
				t.Errorf("%s is of kind %d, want one of %d, for %s", name, f.kind, kinds[k], k)
			case name == want.Name && f.byDefault != want.ByDefault:
				t.Errorf("%s is searched by default: %v, want %v", name, f.byDefault, want.ByDefault)
			}
		}
	}
	numbers := map[int]string{}
	for _, f := range allFields {
		if !f.absent && !known[f.name] {
			t.Errorf("no record has %s", f.name)
		}
		if other := numbers[int(f.id)]; f.id != 0 && other != "" {
			t.Errorf("%s and %s have the same number", f.name, other)
		}
		numbers[int(f.id)] = f.name
	}
}
