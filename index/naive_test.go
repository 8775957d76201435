package index_test

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/zharvest/zharvest/index"
	"github.com/zharvest/zharvest/zenodo"
)

// naive answers queries by looking at every record.
type naive struct {
	records map[string]*naiveRecord
}

// naiveRecord is a record with its values and their tokens, by field.
type naiveRecord struct {
	*zenodo.Record
	values [][]string
	tokens [][][]string
	gone   bool
	latest bool
}

func newNaive() *naive { return &naive{map[string]*naiveRecord{}} }

func (v *naive) store(records ...*zenodo.Record) {
	for _, r := range records {
		v.records[string(r.ID)] = newNaiveRecord(r)
	}
	v.markLatest()
}

func newNaiveRecord(r *zenodo.Record) *naiveRecord {
	n := &naiveRecord{Record: r, values: make([][]string, len(naiveFields)), tokens: make([][][]string, len(naiveFields))}
	leaves := map[string][]string{}
	addLeaves(leaves, "", nativeDocument(r))
	for i, f := range naiveFields {
		if f.number != nil {
			continue
		}
		for _, value := range leaves[f.path] {
			if f.longest > 0 && utf8.RuneCountInString(value) > f.longest {
				continue
			}
			n.values[i] = append(n.values[i], value)
			if f.analyse != nil {
				n.tokens[i] = append(n.tokens[i], f.analyse(value))
			}
		}
	}
	return n
}

// addLeaves adds the values of a document, by their path.
func addLeaves(leaves map[string][]string, path string, value any) {
	switch value := value.(type) {
	case object:
		for key, inner := range value {
			addLeaves(leaves, strings.TrimPrefix(path+"."+key, "."), inner)
		}
	case []any:
		for _, inner := range value {
			addLeaves(leaves, path, inner)
		}
	default:
		leaves[path] = append(leaves[path], fmt.Sprint(value))
	}
}

// markGone keeps records as they are, out of the versions of their concepts.
func (v *naive) markGone(ids ...zenodo.RecordID) {
	for _, id := range ids {
		v.records[string(id)].gone = true
	}
	v.markLatest()
}

// markLatest takes Zenodo's word, unless a later version is there.
func (v *naive) markLatest() {
	last := map[zenodo.ConceptID]int{}
	for _, r := range v.records {
		if !r.gone {
			last[r.ConceptID] = max(last[r.ConceptID], r.VersionIndex)
		}
	}
	for _, r := range v.records {
		if !r.gone {
			r.latest = r.IsLatest && (r.ConceptID == "" || r.VersionIndex >= last[r.ConceptID])
		}
	}
}

// search returns the ids of what q finds, in its order.
func (v *naive) search(q index.Query, held map[string]bool) []string {
	var found []*naiveRecord
	for _, r := range v.records {
		if selected(r, q, held) && matchesQuery(q.Parsed, r) {
			found = append(found, r)
		}
	}
	slices.SortFunc(found, inOrder(q.Sort))
	if q.Limit > 0 && len(found) > q.Limit {
		found = found[:q.Limit]
	}
	return each(found, func(r *naiveRecord) string { return string(r.ID) })
}

func selected(r *naiveRecord, q index.Query, held map[string]bool) bool {
	at, ok := r.CreatedAt.Time()
	switch {
	case !q.AllVersions && !r.latest:
	case !q.IncludeGone && r.gone:
	case q.Type != "" && r.Metadata.Type != q.Type:
	case q.Subtype != "" && r.Metadata.Subtype != q.Subtype:
	case !q.Since.IsZero() && (!ok || at.Before(q.Since)):
	case !q.Until.IsZero() && (!ok || !at.Before(q.Until)):
	case q.Harvest != "" && !held[string(r.ID)]:
	case len(q.Communities) > 0 && !slices.ContainsFunc(q.Communities, func(s zenodo.Slug) bool { return slices.Contains(r.Communities, s) }):
	default:
		return true
	}
	return false
}

func inOrder(sort index.Sort) func(a, b *naiveRecord) int {
	created := func(r *naiveRecord) int64 {
		at, ok := r.CreatedAt.Time()
		if !ok {
			return -1 << 63
		}
		return at.UnixMicro()
	}
	orLast := func(n *int64) int64 {
		if n == nil {
			return -1
		}
		return *n
	}
	return func(a, b *naiveRecord) int {
		c := 0
		switch sort {
		case index.Newest, "":
			c = cmp.Compare(created(b), created(a))
		case index.Oldest:
			c = cmp.Compare(created(a), created(b))
		case index.Updated:
			c = cmp.Compare(b.UpdatedAt, a.UpdatedAt)
		case index.Title:
			c = cmp.Or(cmp.Compare(lowerASCII(a.Metadata.Title), lowerASCII(b.Metadata.Title)), cmp.Compare(a.Metadata.Title, b.Metadata.Title))
		case index.Views:
			c = cmp.Compare(orLast(b.Stats.UniqueViews), orLast(a.Stats.UniqueViews))
		case index.Downloads:
			c = cmp.Compare(orLast(b.Stats.UniqueDownloads), orLast(a.Stats.UniqueDownloads))
		}
		x, _ := strconv.Atoi(string(a.ID))
		y, _ := strconv.Atoi(string(b.ID))
		if c == 0 && (sort == index.Newest || sort == "") && created(a) == -1<<63 {
			x, y = y, x
		}
		return cmp.Or(c, cmp.Compare(x, y))
	}
}

func lowerASCII(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'A' && r <= 'Z' {
			return r + 'a' - 'A'
		}
		return r
	}, s)
}
