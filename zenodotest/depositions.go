package zenodotest

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/zharvest/zharvest/zenodotest/internal/catalog"
	"github.com/zharvest/zharvest/zenodotest/internal/wire"
)

// depositions are the drafts of records that users make, and what they have
// published. Its lock is taken before that of the catalog.
type depositions struct {
	shelf shelf

	mu          sync.Mutex
	all         []*deposition // the oldest first
	byID        map[int64]*deposition
	memberships map[int64][]string // slugs of the communities of a concept's records
}

// allocate makes an empty deposition, the first of its concept where that is 0.
func (e *Emulator) allocate(owner, concept int64, m metadata, now time.Time) *deposition {
	if concept == 0 {
		concept = e.world.Reserve()
	}
	d := &deposition{id: e.world.Reserve(), concept: concept, owner: owner, created: now}
	d.draft = newEdition(m, now)
	e.deposits.all = append(e.deposits.all, d)
	e.deposits.byID[d.id] = d
	return d
}

// own runs an operation on a deposition of the user who asks for it, with the
// store locked.
func (e *Emulator) own(r *http.Request, id string, operate func(d *deposition) *wire.Answer) *wire.Answer {
	s := &e.deposits
	s.mu.Lock()
	defer s.mu.Unlock()
	d, refusal := e.lookUp(id)
	if refusal != nil {
		return refusal
	}
	if d == nil || d.owner != e.access.User(r) {
		return wire.ResourceError(http.StatusForbidden, wire.MsgDenied)
	}
	return operate(d)
}

// lookUp finds a deposition by its id. A record that nobody deposited here
// belongs to someone else: it has no deposition and no refusal.
func (e *Emulator) lookUp(id string) (*deposition, *wire.Answer) {
	number, err := strconv.ParseInt(id, 10, 64)
	d := e.deposits.byID[number]
	if err == nil && d != nil && d.released == nil {
		return d, nil
	}
	if found := e.world.Find(id); found.State != catalog.IsRecord {
		return nil, draftRefusal(found)
	}
	return d, nil
}

// draftRefusal is the answer where a draft is looked for by an identifier that
// belongs to something else.
func draftRefusal(f catalog.Found) *wire.Answer {
	if f.State == catalog.IsDraft { // a concept without records, or Emulator.Reserve took the number
		return wire.ResourceError(http.StatusNotFound, wire.MsgNotFound)
	}
	return wire.RefusalOf(f)
}

// inDraft is own for what needs a draft.
func (e *Emulator) inDraft(r *http.Request, id string, operate func(d *deposition) *wire.Answer) *wire.Answer {
	return e.own(r, id, func(d *deposition) *wire.Answer {
		if d.draft == nil {
			return wire.ResourceError(http.StatusNotFound, wire.MsgNotFound)
		}
		return operate(d)
	})
}

// remove forgets a deposition that was never published.
func (e *Emulator) remove(d *deposition) {
	s := &e.deposits
	d.draft.drop()
	s.all = slices.DeleteFunc(s.all, func(other *deposition) bool { return other == d })
	delete(s.byID, d.id)
	e.world.Release(d.id)
	if !slices.ContainsFunc(s.all, func(other *deposition) bool { return other.concept == d.concept }) {
		e.world.Release(d.concept)
	}
}

// latestOf is the last version of a concept that is published.
func (s *depositions) latestOf(concept int64) (last *deposition) {
	for _, d := range s.all {
		if d.concept == concept && d.released != nil {
			last = d
		}
	}
	return last
}

// nextOf is the draft of a concept's next version, or nil.
func (s *depositions) nextOf(concept int64) *deposition {
	for _, d := range s.all {
		if d.concept == concept && d.released == nil {
			return d
		}
	}
	return nil
}

func isOwnDOI(doi string) bool {
	return strings.HasPrefix(doi, "10.5281/") || strings.HasPrefix(doi, "10.5072/")
}
