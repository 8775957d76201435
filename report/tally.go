package report

import (
	"cmp"
	"slices"
	"strings"

	"github.com/zharvest/zharvest/zenodo"
)

// MaxRanking is how many values a [Ranking] lists.
const MaxRanking = 25

// tally counts the records that have a value. Values that differ in case alone
// are one, called as it was first met.
type tally struct {
	values  map[string]*counted
	without int
}

type counted struct {
	Frequency
	last int // the record that was counted last, so that each counts once
}

// count counts a value of the record with a number, from 1.
func (t *tally) count(record int, name string) {
	t.countAs(record, strings.ToLower(name), Frequency{Name: name})
}

// countAs counts a value that is distinguished by a key.
func (t *tally) countAs(record int, key string, f Frequency) {
	if t.values == nil {
		t.values = map[string]*counted{}
	}
	c, ok := t.values[key]
	if !ok {
		c = &counted{Frequency: f}
		t.values[key] = c
	}
	if c.last != record {
		c.last = record
		c.Records++
	}
}

// countOrganization counts an organisation by its identifier of ROR, if it has one,
// else by its name. It reports whether there is a name.
func (t *tally) countOrganization(record int, ror, name string) bool {
	name = clean(name)
	switch ror = clean(ror); {
	case name == "":
		return false
	case ror != "":
		t.countAs(record, "ror "+ror, Frequency{Name: name})
	default:
		t.count(record, name)
	}
	return true
}

// countAll counts the values of a record, each once, and the record where it
// has none.
func (t *tally) countAll(record int, names ...string) {
	none := true
	for _, name := range names {
		if name = clean(name); name != "" {
			t.count(record, name)
			none = false
		}
	}
	if none {
		t.without++
	}
}

// ranking lists the most frequent values, those that are as frequent by name.
func (t *tally) ranking() Ranking {
	all := make([]Frequency, 0, len(t.values))
	for _, c := range t.values {
		all = append(all, c.Frequency)
	}
	slices.SortFunc(all, func(a, b Frequency) int {
		return cmp.Or(cmp.Compare(b.Records, a.Records), cmp.Compare(a.Name, b.Name), cmp.Compare(a.ORCID, b.ORCID))
	})
	return Ranking{Distinct: len(all), Without: t.without, Items: slices.Clone(all[:min(len(all), MaxRanking)])}
}

// top keeps the entries with the highest counts, those that came first before
// others with the same.
type top []Entry

func (t *top) offer(r *zenodo.Record, count int64) {
	if count == 0 || len(*t) == MaxRanking && count <= (*t)[MaxRanking-1].Count {
		return
	}
	at, _ := slices.BinarySearchFunc(*t, count, func(have Entry, n int64) int {
		if have.Count >= n {
			return -1
		}
		return 1
	})
	*t = slices.Insert(*t, at, newEntry(r, count))
	*t = (*t)[:min(len(*t), MaxRanking)]
}
