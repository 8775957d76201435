package deposits

import (
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/zharvest/zharvest/zenodotest/internal/catalog"
	"github.com/zharvest/zharvest/zenodotest/internal/files"
	"github.com/zharvest/zharvest/zenodotest/internal/schema"
	"github.com/zharvest/zharvest/zenodotest/internal/wire"
)

// Server answers what has to do with depositions and their files. It is safe
// for concurrent use.
type Server struct {
	cfg     Config
	schema  schema.Schema
	shelf   shelf
	flights flights

	// mu is locked before the catalog is.
	mu       sync.Mutex
	all      []*deposition // the oldest first
	byID     map[int64]*deposition
	requests []*request        // the oldest first
	links    map[int64][]*link // by which strangers see the versions of a concept
}

// Config says what a server depends on.
type Config struct {
	// Catalog gets the records that are published.
	Catalog *catalog.Catalog
	// Access says who the user of a request is, and what they curate.
	Access wire.Access
	// Files are those of a record that nobody deposited here.
	Files func(id string) []files.File
	// NoRanges makes downloads begin at the beginning whatever is asked for.
	NoRanges bool
	// Now is the clock.
	Now func() time.Time
}

// New makes a server without depositions.
func New(cfg Config) *Server {
	return &Server{
		cfg: cfg, byID: map[int64]*deposition{}, links: map[int64][]*link{},
		schema: schema.Schema{Terms: schema.NewTerms(), Native: cfg.Access.Native, Now: cfg.Now},
	}
}

// Close removes the files that were uploaded.
func (s *Server) Close() error { return s.shelf.close() }

// Routes are what the server answers. An InvenioRDM that is not Zenodo has no
// legacy API.
func (s *Server) Routes() wire.Routes {
	all := slices.Concat(s.draftRoutes(), s.draftFileRoutes(), s.reviewRoutes(), s.requestRoutes(), s.membershipRoutes(), s.linkRoutes(), s.selfServiceRoutes())
	if s.cfg.Access.Native {
		return all
	}
	return slices.Concat(all, s.depositionRoutes(), s.depositionFileRoutes(), s.bucketRoutes())
}

// allocate makes a deposition of a draft, the first of its concept where that is 0.
func (s *Server) allocate(owner, concept int64, draft *edition) *deposition {
	if concept == 0 {
		concept = s.cfg.Catalog.Reserve()
	}
	d := &deposition{id: s.cfg.Catalog.Reserve(), concept: concept, owner: owner, drafted: draft.modified, created: draft.modified, draft: draft}
	s.all = append(s.all, d)
	s.byID[d.id] = d
	return d
}

// text is the id of a deposition or concept as it is served.
func (s *Server) text(id int64) string { return s.cfg.Catalog.ID(id) }

// lookUp finds a deposition by its id. A record that nobody deposited here
// belongs to someone else: it has no deposition and no refusal.
func (s *Server) lookUp(id string) (*deposition, *wire.Answer) {
	number, ok := s.cfg.Catalog.Number(id)
	d := s.byID[number]
	if ok && d != nil && !d.isPublished() {
		return d, nil
	}
	switch found := s.cfg.Catalog.Find(id); found.State {
	case catalog.IsRecord:
		return d, nil
	case catalog.IsDraft: // a concept without records, or a number that was reserved
		return nil, wire.ResourceError(http.StatusNotFound, wire.MsgNotFound)
	default:
		return nil, wire.RefusalOf(found)
	}
}

// with runs an operation on a deposition to which the user has a right, with
// the server locked.
func (s *Server) with(r *http.Request, id string, right right, operate func(d *deposition) *wire.Answer) *wire.Answer {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.adopt(r, id)
	d, refusal := s.lookUp(id)
	switch {
	case refusal != nil:
		return refusal
	case d == nil || !s.may(r, d, right):
		return denied()
	}
	return operate(d)
}

func denied() *wire.Answer { return wire.ResourceError(http.StatusForbidden, wire.MsgDenied) }

func notFound() *wire.Answer { return wire.ResourceError(http.StatusNotFound, wire.MsgNotFound) }

// inDraft is with for what needs a draft.
func (s *Server) inDraft(r *http.Request, id string, right right, operate func(d *deposition) *wire.Answer) *wire.Answer {
	return s.with(r, id, right, func(d *deposition) *wire.Answer {
		if d.draft == nil {
			return notFound()
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
func (s *Server) latestOf(concept int64) *deposition {
	return s.last(concept, (*deposition).isPublished)
}

// nextOf is the draft of a concept's next version, or nil.
func (s *Server) nextOf(concept int64) *deposition {
	return s.last(concept, func(d *deposition) bool { return !d.isPublished() })
}

func (s *Server) last(concept int64, isIt func(*deposition) bool) (last *deposition) {
	for _, d := range s.all {
		if d.concept == concept && isIt(d) {
			last = d
		}
	}
	return last
}
