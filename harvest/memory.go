package harvest

import (
	"bytes"
	"context"
	"fmt"
	"iter"
	"maps"
	"slices"
	"time"

	"github.com/zharvest/zharvest/store"
	"github.com/zharvest/zharvest/zenodo"
)

// Memory is a [store.Sink] that keeps everything in memory, for programs that need
// no index. It is a [store.Keeper], too. Its zero value is empty and ready
// for use. It is not safe for concurrent use.
type Memory struct {
	Records map[zenodo.RecordID]*zenodo.Record
	// Gone are records that were found deleted, with the reason where the server
	// gave one. These, and those that left the selection, are not in Records.
	Gone        map[zenodo.RecordID]string
	Communities map[string]*zenodo.Community // by Community.ID

	// Unlisted are records that are held and that the server does not list.
	Unlisted map[zenodo.RecordID]bool

	checkpoint []byte
	spans      map[int]map[string]struct{}
	found      map[zenodo.RecordID]bool // of Unlisted, in this run
}

// Checkpoint implements [store.Sink].
func (m *Memory) Checkpoint() []byte { return m.checkpoint }

// Finish forgets the checkpoint, so that the next run begins anew.
func (m *Memory) Finish() {
	m.checkpoint, m.spans, m.found = nil, nil, nil
}

// StorePages implements [store.Sink]. A member counts as updated where the bytes
// that the server sent for it differ.
func (m *Memory) StorePages(_ context.Context, pages ...store.Page) (store.Stored, error) {
	if m.Records == nil {
		m.Records = map[zenodo.RecordID]*zenodo.Record{}
	}
	if m.Communities == nil {
		m.Communities = map[string]*zenodo.Community{}
	}
	if m.spans == nil {
		m.spans = map[int]map[string]struct{}{}
	}
	var n store.Stored
	for _, page := range pages {
		if m.spans[page.Span] == nil {
			m.spans[page.Span] = map[string]struct{}{}
		}
		for _, rec := range page.Records {
			old := m.Records[rec.ID]
			same := old != nil && bytes.Equal(old.Raw, rec.Raw)
			count(&n, old != nil, same)
			if !same {
				n.Outvoted = append(n.Outvoted, m.outvoted(rec)...)
			}
			m.Records[rec.ID] = rec
			delete(m.Gone, rec.ID)
			delete(m.Unlisted, rec.ID)
			for _, span := range m.spans {
				delete(span, string(rec.ID))
			}
			m.spans[page.Span][string(rec.ID)] = struct{}{}
		}
		for _, com := range page.Communities {
			old := m.Communities[com.ID]
			count(&n, old != nil, old != nil && bytes.Equal(old.Raw, com.Raw))
			m.Communities[com.ID] = com
			m.spans[page.Span][com.ID] = struct{}{}
		}
		m.checkpoint = page.Checkpoint
	}
	return n, nil
}

// SpanIDs implements [store.Sink].
func (m *Memory) SpanIDs(_ context.Context, span int) ([]string, error) {
	return slices.Collect(maps.Keys(m.spans[span])), nil
}

// outvoted are the later versions that are held where a record arrives that
// says it is the latest.
func (m *Memory) outvoted(rec *zenodo.Record) []zenodo.RecordID {
	var ids []zenodo.RecordID
	for id, held := range m.Records {
		if rec.IsLatest && rec.VersionIndex > 0 && held.ConceptID == rec.ConceptID && held.VersionIndex > rec.VersionIndex && held.IsLatest {
			ids = append(ids, id)
		}
	}
	return ids
}

// Unseen implements [store.Keeper].
func (m *Memory) Unseen(_ context.Context, within store.Scope, n int) ([]zenodo.RecordID, error) {
	var unseen []zenodo.RecordID
	for id, rec := range m.Records {
		if isWithin(rec, within) && !m.seen(id) {
			unseen = append(unseen, id)
		}
	}
	slices.Sort(unseen)
	return unseen[:min(n, len(unseen))], nil
}

func (m *Memory) seen(id zenodo.RecordID) bool {
	for _, span := range m.spans {
		if _, ok := span[string(id)]; ok {
			return true
		}
	}
	return m.found[id]
}

// isWithin reports whether a record was created within the bounds of a scope.
func isWithin(rec *zenodo.Record, s store.Scope) bool {
	created, _ := rec.CreatedAt.Time()
	created = created.Truncate(time.Second)
	return !created.Before(s.Since) && (s.Until.IsZero() || created.Before(s.Until))
}

// Resolve implements [store.Keeper].
func (m *Memory) Resolve(_ context.Context, resolved ...store.Resolved) (outvoted []zenodo.RecordID, err error) {
	for _, one := range resolved {
		switch one.Fate {
		case store.FateGone:
			if m.Gone == nil {
				m.Gone = map[zenodo.RecordID]string{}
			}
			m.Gone[one.ID] = one.Reason
			delete(m.Records, one.ID)
		case store.FateLeft:
			delete(m.Records, one.ID)
		case store.FateUnlisted, store.FateKept:
			outvoted = append(outvoted, m.outvoted(one.Record)...)
			m.Records[one.ID] = one.Record
			m.find(one.ID, one.Fate == store.FateUnlisted)
		}
	}
	return outvoted, nil
}

// find notes that a record is there in this run.
func (m *Memory) find(id zenodo.RecordID, unlisted bool) {
	if m.found == nil {
		m.found, m.Unlisted = map[zenodo.RecordID]bool{}, map[zenodo.RecordID]bool{}
	}
	m.found[id] = true
	if delete(m.Unlisted, id); unlisted {
		m.Unlisted[id] = true
	}
}

// Record implements [store.Keeper].
func (m *Memory) Record(_ context.Context, id zenodo.RecordID) (*zenodo.Record, error) {
	if rec := m.Records[id]; rec != nil {
		return rec, nil
	}
	return nil, fmt.Errorf("record %s: %w", id, zenodo.ErrNotFound)
}

// Held implements [store.Keeper].
func (m *Memory) Held(_ context.Context, within store.Scope) (listed, unlisted int, err error) {
	for rec := range m.within(within) {
		if m.Unlisted[rec.ID] {
			unlisted++
		} else {
			listed++
		}
	}
	return listed, unlisted, nil
}

// within iterates over the records of a scope.
func (m *Memory) within(s store.Scope) iter.Seq[*zenodo.Record] {
	last := m.lastVersions()
	return func(yield func(*zenodo.Record) bool) {
		for _, rec := range m.Records {
			latest := s.AllVersions || rec.IsLatest && last[rec.ConceptID] <= rec.VersionIndex
			in := s.Community == "" || slices.Contains(rec.Communities, s.Community)
			if latest && in && isWithin(rec, s) && !yield(rec) {
				return
			}
		}
	}
}

// Bounds implements [store.Keeper].
func (m *Memory) Bounds(_ context.Context, within store.Scope, n int) ([]time.Time, error) {
	var times, bounds []time.Time
	for rec := range m.within(within) {
		if created, ok := rec.CreatedAt.Time(); ok {
			times = append(times, created.UTC().Truncate(time.Second))
		}
	}
	slices.SortFunc(times, time.Time.Compare)
	for i := n; i < len(times); i += n {
		if at := times[i]; at.After(within.Since) && (len(bounds) == 0 || at.After(bounds[len(bounds)-1])) {
			bounds = append(bounds, at)
		}
	}
	return bounds, nil
}

// lastVersions is the place of the last version of each concept.
func (m *Memory) lastVersions() map[zenodo.ConceptID]int {
	last := map[zenodo.ConceptID]int{}
	for _, rec := range m.Records {
		if rec.ConceptID != "" {
			last[rec.ConceptID] = max(last[rec.ConceptID], rec.VersionIndex)
		}
	}
	return last
}

// count counts a member that was stored.
func count(n *store.Stored, known, same bool) {
	switch {
	case !known:
		n.New++
	case same:
		n.Unchanged++
	default:
		n.Updated++
	}
}
