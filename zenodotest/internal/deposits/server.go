package deposits

import (
	"net/http"
	"slices"
	"strconv"
	"sync"
	"time"

	"github.com/zharvest/zharvest/zenodotest/internal/catalog"
	"github.com/zharvest/zharvest/zenodotest/internal/wire"
)

// Server answers what has to do with depositions and their files. It is safe
// for concurrent use.
type Server struct {
	cfg     Config
	shelf   shelf
	uploads uploading

	// mu is locked before the catalog is.
	mu          sync.Mutex
	all         []*deposition // the oldest first
	byID        map[int64]*deposition
	memberships map[int64][]string // slugs of the communities of a concept's records
}

// Config says what a server depends on.
type Config struct {
	// Catalog gets the records that are published.
	Catalog *catalog.Catalog
	// Access says who the user of a request is.
	Access wire.Access
	// NoRanges makes downloads begin at the beginning whatever is asked for.
	NoRanges bool
	// Now is the clock.
	Now func() time.Time
}

// New makes a server without depositions.
func New(cfg Config) *Server {
	return &Server{cfg: cfg, byID: map[int64]*deposition{}, memberships: map[int64][]string{}}
}

// Close removes the files that were uploaded.
func (s *Server) Close() error { return s.shelf.close() }

// Routes are what the server answers.
func (s *Server) Routes() wire.Routes {
	return slices.Concat(s.depositionRoutes(), s.depositionFileRoutes(), s.bucketRoutes(), s.draftRoutes(), s.draftFileRoutes())
}

// allocate makes an empty deposition, the first of its concept where that is 0.
func (s *Server) allocate(owner, concept int64, m metadata, now time.Time) *deposition {
	if concept == 0 {
		concept = s.cfg.Catalog.Reserve()
	}
	d := &deposition{id: s.cfg.Catalog.Reserve(), concept: concept, owner: owner, created: now}
	d.draft = newEdition(m, now)
	s.all = append(s.all, d)
	s.byID[d.id] = d
	return d
}

// own runs an operation on a deposition of the user who asks for it, with the
// server locked.
func (s *Server) own(r *http.Request, id string, operate func(d *deposition) *wire.Answer) *wire.Answer {
	s.mu.Lock()
	defer s.mu.Unlock()
	d, refusal := s.lookUp(id)
	if refusal != nil {
		return refusal
	}
	if d == nil || d.owner != s.cfg.Access.User(r) {
		return wire.ResourceError(http.StatusForbidden, wire.MsgDenied)
	}
	return operate(d)
}

// lookUp finds a deposition by its id. A record that nobody deposited here
// belongs to someone else: it has no deposition and no refusal.
func (s *Server) lookUp(id string) (*deposition, *wire.Answer) {
	number, err := strconv.ParseInt(id, 10, 64)
	d := s.byID[number]
	if err == nil && d != nil && d.released == nil {
		return d, nil
	}
	if found := s.cfg.Catalog.Find(id); found.State != catalog.IsRecord {
		return nil, draftRefusal(found)
	}
	return d, nil
}

// draftRefusal is the answer where a draft is looked for by an identifier that
// belongs to something else.
func draftRefusal(f catalog.Found) *wire.Answer {
	if f.State == catalog.IsDraft { // a concept without records, or a number that was reserved
		return wire.ResourceError(http.StatusNotFound, wire.MsgNotFound)
	}
	return wire.RefusalOf(f)
}

// inDraft is own for what needs a draft.
func (s *Server) inDraft(r *http.Request, id string, operate func(d *deposition) *wire.Answer) *wire.Answer {
	return s.own(r, id, func(d *deposition) *wire.Answer {
		if d.draft == nil {
			return wire.ResourceError(http.StatusNotFound, wire.MsgNotFound)
		}
		return operate(d)
	})
}

// remove forgets a deposition that was never published.
func (s *Server) remove(d *deposition) {
	d.draft.drop()
	s.all = slices.DeleteFunc(s.all, func(other *deposition) bool { return other == d })
	delete(s.byID, d.id)
	s.cfg.Catalog.Release(d.id)
	if !slices.ContainsFunc(s.all, func(other *deposition) bool { return other.concept == d.concept }) {
		s.cfg.Catalog.Release(d.concept)
	}
}

// latestOf is the last version of a concept that is published.
func (s *Server) latestOf(concept int64) (last *deposition) {
	for _, d := range s.all {
		if d.concept == concept && d.released != nil {
			last = d
		}
	}
	return last
}

// nextOf is the draft of a concept's next version, or nil.
func (s *Server) nextOf(concept int64) *deposition {
	for _, d := range s.all {
		if d.concept == concept && d.released == nil {
			return d
		}
	}
	return nil
}
