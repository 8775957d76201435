package index_test

import (
	"cmp"
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/zharvest/zharvest/index"
	"github.com/zharvest/zharvest/internal/naive"
	"github.com/zharvest/zharvest/querystring"
	"github.com/zharvest/zharvest/zenodo"
)

// model answers queries by looking at every record.
type model struct {
	records map[string]*modelRecord
}

type modelRecord struct {
	*zenodo.Record
	read *naive.Record
	gone bool
}

func newModel() *model { return &model{map[string]*modelRecord{}} }

func (v *model) store(tb testing.TB, records ...*zenodo.Record) {
	tb.Helper()
	for _, r := range records {
		read, err := naive.NewRecord(r.Raw)
		if err != nil {
			tb.Fatal(err)
		}
		v.records[string(r.ID)] = &modelRecord{Record: r, read: read}
	}
	v.markLatest()
}

// markGone keeps records as they are, out of the versions of their concepts.
func (v *model) markGone(ids ...zenodo.RecordID) {
	for _, id := range ids {
		v.records[string(id)].gone = true
	}
	v.markLatest()
}

// markLatest takes Zenodo's word, unless a later version is there.
func (v *model) markLatest() {
	last := map[zenodo.ConceptID]int{}
	for _, r := range v.records {
		if !r.gone {
			last[r.ConceptID] = max(last[r.ConceptID], r.VersionIndex)
		}
	}
	for _, r := range v.records {
		if !r.gone {
			r.read.Latest = r.IsLatest && (r.ConceptID == "" || r.VersionIndex >= last[r.ConceptID])
		}
	}
}

// search returns the ids of what q finds, in its order, unless q is too long for
// the engine.
func (v *model) search(tb testing.TB, q index.Query, held map[string]bool) (ids []string, ok bool) {
	tb.Helper()
	scores, ok := v.scores(tb, q.Parsed)
	if !ok {
		return nil, false
	}
	var found []*modelRecord
	for id := range scores {
		if r := v.records[id]; selected(r, q, held) {
			found = append(found, r)
		}
	}
	slices.SortFunc(found, inOrder(q.Sort))
	if q.Limit > 0 && len(found) > q.Limit {
		found = found[:q.Limit]
	}
	ids = make([]string, len(found))
	for i, r := range found {
		ids[i] = string(r.ID)
	}
	return ids, true
}

// find returns the ids of what a text finds, in no order.
func (v *model) find(text string) (ids []string, err error) {
	parsed, err := querystring.Parse(text)
	if err != nil {
		return nil, err
	}
	err = v.look(parsed, false, func(id string, _ float64) { ids = append(ids, id) })
	return ids, err
}

// scores are those of the records that match a query, by id. There are none
// for a query that is too long for the engine, which the index answers.
func (v *model) scores(tb testing.TB, parsed *querystring.Query) (scores map[string]float64, ok bool) {
	tb.Helper()
	scores = map[string]float64{}
	err := v.look(parsed, true, func(id string, score float64) { scores[id] = score })
	if e, is := errors.AsType[*querystring.Error](err); is && e.Status == http.StatusInternalServerError {
		return nil, false
	}
	if err != nil {
		tb.Fatalf("%s: %v", parsed.Text, err)
	}
	return scores, true
}

func (v *model) look(parsed *querystring.Query, scored bool, found func(id string, score float64)) error {
	q, err := naive.NewQuery(parsed, time.Now())
	if err != nil {
		return err
	}
	records := func(yield func(*naive.Record) bool) {
		for _, r := range v.records {
			if !yield(r.read) {
				return
			}
		}
	}
	return q.Search(records, scored, func(r *naive.Record, score float64) { found(r.ID, score) })
}

func selected(r *modelRecord, q index.Query, held map[string]bool) bool {
	at, ok := r.CreatedAt.Time()
	switch {
	case !q.AllVersions && !r.read.Latest:
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

func inOrder(sort index.Sort) func(a, b *modelRecord) int {
	created := func(r *modelRecord) int64 {
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
	return func(a, b *modelRecord) int {
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
			c = cmp.Compare(orLast(b.Stats.Views), orLast(a.Stats.Views))
		case index.Downloads:
			c = cmp.Compare(orLast(b.Stats.Downloads), orLast(a.Stats.Downloads))
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
