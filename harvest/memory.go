package harvest

import (
	"bytes"
	"context"
	"maps"
	"slices"
	"time"

	"github.com/zharvest/zharvest/zenodo"
)

// Memory is a [Sink] that keeps everything in memory, for programs that need
// no index. It is a [Keeper], too. Its zero value is empty and ready for use. It is not safe for
// concurrent use.
type Memory struct {
	Records map[zenodo.RecordID]*zenodo.Record
	// Gone are records that were found deleted, with the reason where the server
	// gave one. These, and those that left the selection, are not in Records.
	Gone        map[zenodo.RecordID]string
	Communities map[string]*zenodo.Community // by Community.ID

	checkpoint []byte
	spans      map[int]map[string]struct{}
}

// Checkpoint implements [Sink].
func (m *Memory) Checkpoint() []byte { return m.checkpoint }

// Finish forgets the checkpoint, so that the next run begins anew.
func (m *Memory) Finish() {
	m.checkpoint, m.spans = nil, nil
}

// StorePage implements [Sink]. A member counts as updated where the bytes
// that the server sent for it differ.
func (m *Memory) StorePage(_ context.Context, pages ...Page) (Stored, error) {
	if m.Records == nil {
		m.Records = map[zenodo.RecordID]*zenodo.Record{}
	}
	if m.Communities == nil {
		m.Communities = map[string]*zenodo.Community{}
	}
	if m.spans == nil {
		m.spans = map[int]map[string]struct{}{}
	}
	var n Stored
	for _, page := range pages {
		if m.spans[page.Span] == nil {
			m.spans[page.Span] = map[string]struct{}{}
		}
		for _, rec := range page.Records {
			old := m.Records[rec.ID]
			n.count(old != nil, old != nil && bytes.Equal(old.Raw, rec.Raw))
			m.Records[rec.ID] = rec
			delete(m.Gone, rec.ID)
			m.spans[page.Span][string(rec.ID)] = struct{}{}
		}
		for _, com := range page.Communities {
			old := m.Communities[com.ID]
			n.count(old != nil, old != nil && bytes.Equal(old.Raw, com.Raw))
			m.Communities[com.ID] = com
			m.spans[page.Span][com.ID] = struct{}{}
		}
		m.checkpoint = page.Checkpoint
	}
	return n, nil
}

// SpanIDs implements [Sink].
func (m *Memory) SpanIDs(_ context.Context, span int) ([]string, error) {
	return slices.Collect(maps.Keys(m.spans[span])), nil
}

// Unseen implements [Keeper].
func (m *Memory) Unseen(_ context.Context, n int) ([]zenodo.RecordID, error) {
	var unseen []zenodo.RecordID
	for id := range m.Records {
		if !m.seen(id) {
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
	return false
}

// Settle implements [Keeper].
func (m *Memory) Settle(_ context.Context, settled ...Settled) error {
	for _, one := range settled {
		delete(m.Records, one.ID)
		if !one.Gone {
			continue
		}
		if m.Gone == nil {
			m.Gone = map[zenodo.RecordID]string{}
		}
		m.Gone[one.ID] = one.Reason
	}
	return nil
}

// Held implements [Keeper].
func (m *Memory) Held(_ context.Context, community zenodo.Slug, allVersions bool, before time.Time) (int, error) {
	last, n := m.lastVersions(), 0
	for _, rec := range m.Records {
		created, ok := rec.CreatedAt.Time()
		old := before.IsZero() || ok && created.Before(before)
		latest := allVersions || rec.IsLatest && last[rec.ConceptID] <= rec.VersionIndex
		if old && latest && (community == "" || slices.Contains(rec.Communities, community)) {
			n++
		}
	}
	return n, nil
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

func (n *Stored) count(known, same bool) {
	switch {
	case !known:
		n.New++
	case same:
		n.Unchanged++
	default:
		n.Updated++
	}
}
