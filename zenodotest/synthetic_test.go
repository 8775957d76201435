package zenodotest_test

import (
	"cmp"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/zharvest/zharvest/zenodotest"
)

// everyRecord reads all made-up records, in the order of their identifiers.
func everyRecord(t *testing.T, s *zenodotest.Server) []record {
	t.Helper()
	all := walk(t, s, "/records", "all_versions", "1", "sort", "oldest")
	slices.SortFunc(all, func(a, b record) int { return cmp.Compare(a.ID, b.ID) })
	return all
}

// TestSyntheticSelections compares what is computed from numbers with a count
// over all records.
func TestSyntheticSelections(t *testing.T) {
	t.Parallel()
	const n = 5000
	s := zenodotest.NewServer(t, zenodotest.Config{Synthetic: n, Seed: 7})
	all := everyRecord(t, s)
	if len(all) != n {
		t.Fatalf("got %d records, want %d", len(all), n)
	}
	middle := all[n/2]
	from, to := all[n/4].Created[:19]+"Z", all[n/3].Created[:19]+"Z"
	for _, c := range []struct {
		name       string
		parameters []string
		keep       func(record) bool
	}{
		{"everything", nil, func(record) bool { return true }},
		{"year", []string{"q", "created:[2014 TO 2015}"}, func(r record) bool { return r.Created[:4] == "2014" }},
		{"half open", []string{"q", "created:[" + from + " TO " + to + "}"}, func(r record) bool { return r.Created >= from[:19] && r.Created < to[:19] }},
		{"two times", []string{"q", "created:[2014 TO *] AND created:[* TO 2015-03}"}, func(r record) bool { return "2014" <= r.Created && r.Created < "2015-03" }},
		{"updated", []string{"q", "updated:[2015-01-01 TO *]"}, func(r record) bool { return r.Updated >= "2015" }},
		{"community", []string{"communities", "ocean-observations"}, func(r record) bool { return r.in("ocean-observations") }},
		{"two communities", []string{"communities", "polar-data", "communities", "soil-atlas"}, func(r record) bool { return r.in("polar-data") || r.in("soil-atlas") }},
		{"smallest community", []string{"q", "communities:tiny_community"}, func(r record) bool { return r.in("tiny_community") }},
		{"type", []string{"type", "dataset"}, func(r record) bool { return r.Metadata.Type.Type == "dataset" }},
		{"subtype", []string{"type", "publication", "subtype", "preprint"}, func(r record) bool { return r.Metadata.Type.Subtype == "preprint" }},
		{"type and time", []string{"q", "(type:software) AND created:[2013-10 TO 2015-01}"}, func(r record) bool {
			return r.Metadata.Type.Type == "software" && "2013-10" <= r.Created && r.Created < "2015-01"
		}},
		{"id", []string{"q", "recid:" + middle.text()}, func(r record) bool { return r.ID == middle.ID }},
		{"prefix", []string{"q", "id:5*"}, func(r record) bool { return r.text()[0] == '5' }},
		{"longer prefix", []string{"q", "id:" + middle.text()[:4] + "*"}, func(r record) bool { return strings.HasPrefix(r.text(), middle.text()[:4]) }},
		{"concept", []string{"q", "conceptrecid:" + middle.Concept}, func(r record) bool { return r.Concept == middle.Concept }},
	} {
		for _, versions := range []string{"0", "1"} {
			t.Run(c.name+" all_versions="+versions, func(t *testing.T) {
				want := 0
				for _, r := range all {
					if c.keep(r) && (versions == "1" || r.isLast()) {
						want++
					}
				}
				page := search(t, s, "/records", append(c.parameters, "all_versions", versions, "size", "10", "sort", "newest")...)
				if page.total() != want {
					t.Errorf("got %d, want %d", page.total(), want)
				}
				for _, r := range page.records(t) {
					if !c.keep(r) {
						t.Errorf("record %d does not belong there", r.ID)
					}
				}
			})
		}
	}
}

// TestSyntheticVersions checks that the marks on records agree with what
// records there are, also where the last block of numbers is incomplete.
func TestSyntheticVersions(t *testing.T) {
	t.Parallel()
	for _, n := range []int{1, 37, 1234} {
		s := zenodotest.NewServer(t, zenodotest.Config{Synthetic: n})
		concepts := map[string][]record{}
		for _, r := range everyRecord(t, s) {
			concepts[r.Concept] = append(concepts[r.Concept], r)
		}
		for concept, versions := range concepts {
			for i, r := range versions {
				if r.version() != i || r.isLast() != (i == len(versions)-1) {
					t.Errorf("n=%d: record %d is version %d, last %t; it is the one at %d of %d of concept %s", n, r.ID, r.version(), r.isLast(), i, len(versions), concept)
				}
			}
		}
		if later := n - len(concepts); n >= 1000 && later != n/10 {
			t.Errorf("n=%d: got %d later versions, want a tenth", n, later)
		}
	}
}

func TestSyntheticOrder(t *testing.T) {
	t.Parallel()
	s := zenodotest.NewServer(t, zenodotest.Config{Synthetic: 600, VerifiedOneIn: -1})
	for sort, by := range map[string]func(a, b record) int{
		"oldest":      func(a, b record) int { return strings.Compare(a.Created, b.Created) },
		"newest":      func(a, b record) int { return strings.Compare(b.Created, a.Created) },
		"updated-asc": func(a, b record) int { return strings.Compare(a.Updated, b.Updated) },
	} {
		if got := walk(t, s, "/records", "sort", sort, "all_versions", "1"); !slices.IsSortedFunc(got, by) || len(got) != 600 {
			t.Errorf("%s: %d records, not sorted", sort, len(got))
		}
	}
}

func TestBursts(t *testing.T) {
	t.Parallel()
	s := zenodotest.NewServer(t, zenodotest.Config{Synthetic: 1200, VerifiedOneIn: -1, Bursts: []zenodotest.Burst{
		{At: 100, Count: 400, Span: time.Second}, {At: 700, Count: 300, Span: time.Millisecond},
	}})
	all := everyRecord(t, s)
	second := all[100].Created[:19]
	if n := search(t, s, "/records", "all_versions", "1", "q", "created:["+second+"Z TO "+second+"Z]").total(); n != 400 {
		t.Errorf("in one second: got %d, want 400", n)
	}
	milli := (all[700].Created + "000")[:23]
	if !strings.Contains(milli, ".") { // no fraction where it is zero
		milli = all[700].Created[:19] + ".000"
	}
	if n := search(t, s, "/records", "all_versions", "1", "q", "created:["+milli+"Z TO "+milli+"Z]").total(); n != 300 {
		t.Errorf("in one millisecond: got %d, want 300", n)
	}
	if !slices.IsSortedFunc(all, func(a, b record) int { return cmp.Compare(created(t, a), created(t, b)) }) {
		t.Error("times do not grow with the identifiers")
	}
	order := walk(t, s, "/records", "all_versions", "1", "sort", "oldest", "q", "created:["+milli+"Z TO "+milli+"Z]")
	for sort, sign := range map[string]int64{"oldest": 1, "newest": -1} {
		byMilli := func(a, b record) int { return cmp.Compare(sign*(created(t, a)/1000), sign*(created(t, b)/1000)) }
		if got := walk(t, s, "/records", "all_versions", "1", "sort", sort); !slices.IsSortedFunc(got, byMilli) || len(got) != 1200 {
			t.Errorf("%s: %d records, not sorted", sort, len(got))
		}
	}
	if slices.IsSortedFunc(order, func(a, b record) int { return cmp.Compare(a.ID, b.ID) }) {
		t.Error("ties come in the order of identifiers; on Zenodo they do not")
	}
}

func created(t *testing.T, r record) int64 {
	t.Helper()
	at, err := time.Parse(time.RFC3339Nano, r.Created)
	if err != nil {
		t.Fatal(err)
	}
	return at.UnixMicro()
}

// TestMillion asks a big emulator for little: nothing but the answers may cost
// time, which the limit of the test run sees to.
func TestMillion(t *testing.T) {
	t.Parallel()
	s := zenodotest.NewServer(t, zenodotest.Config{Synthetic: 1_000_000})
	page := search(t, s, "/records", "q", "created:[2020-03-01 TO 2020-03-02}", "all_versions", "1", "size", "100")
	if page.total() == 0 {
		t.Error("nothing on a day of 2020")
	}
	some := page.records(t)[0]
	hasBody := get(t, s, "/records/"+some.text())
	if hasBody.StatusCode != http.StatusOK {
		t.Errorf("record %d: got %d", some.ID, hasBody.StatusCode)
	}
	if n := search(t, s, "/records/"+some.text()+"/versions").total(); n < 1 {
		t.Errorf("versions of %d: got %d", some.ID, n)
	}
}

func BenchmarkPage(b *testing.B) {
	for _, encoding := range []string{"identity", "gzip"} {
		b.Run(encoding, func(b *testing.B) {
			s := zenodotest.NewServer(b, zenodotest.Config{Synthetic: 1_000_000})
			n := 0
			for b.Loop() {
				n = n%90 + 1
				path := fmt.Sprintf("/records?size=100&page=%d&all_versions=1&q=created:%%5B2024-03+TO+2024-04%%7D", n)
				got := get(b, s, path, "Authorization", "Bearer x", "Accept-Encoding", encoding)
				if got.StatusCode != http.StatusOK {
					b.Fatal(got.body)
				}
				b.SetBytes(int64(len(got.body)))
			}
		})
	}
}

func BenchmarkStart(b *testing.B) {
	for b.Loop() {
		if _, err := zenodotest.New(zenodotest.Config{Synthetic: 1_000_000}); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkEverything counts a million records in a new selection each time.
func BenchmarkEverything(b *testing.B) {
	s := zenodotest.NewServer(b, zenodotest.Config{Synthetic: 1_000_000})
	n := 0
	for b.Loop() {
		n++
		search(b, s, "/records", "size", "1", "sort", "oldest", "q", fmt.Sprintf("created:[2013-05-01T00:00:%02dZ TO *]", n%60))
	}
}
