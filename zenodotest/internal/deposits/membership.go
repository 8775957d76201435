package deposits

import (
	"fmt"
	"net/http"
	"slices"

	"github.com/google/uuid"

	"github.com/zharvest/zharvest/zenodotest/internal/catalog"
	"github.com/zharvest/zharvest/zenodotest/internal/schema"
	"github.com/zharvest/zharvest/zenodotest/internal/wire"
)

func (s *Server) membershipRoutes() []wire.Route {
	return []wire.Route{
		{Path: "/api/records/:id/communities", Get: s.listCommunities, Post: s.joinCommunities, Put: s.setDefault, Delete: s.leaveCommunities},
		{Path: "/api/records/:id/communities-suggestions", Get: s.suggestCommunities},
	}
}

// maxAtOnce is how many communities, or records, one request may name.
const maxAtOnce = 10

// propose asks communities to take a record in that was published. Those that do
// not exist, and those that it is in, are passed over.
func (s *Server) propose(r *http.Request, d *deposition, names []string) {
	for _, name := range names {
		s.proposeTo(r, d, name)
	}
}

// proposeTo asks a community, or says why it cannot be asked.
func (s *Server) proposeTo(r *http.Request, d *deposition, name string) (q *request, problem string) {
	found, ok := s.cfg.Catalog.FindCommunity(name)
	topic := s.text(d.id)
	isOpen := slices.ContainsFunc(s.requests, func(q *request) bool {
		return q.topic == topic && q.community == found.Slug && q.kind == "community-inclusion" && q.isOpen()
	})
	switch {
	case !ok:
		return nil, "Community not found."
	case slices.Contains(s.cfg.Catalog.CommunitiesOf(d.concept), found.Slug):
		return nil, "The record is already included in this community."
	case isOpen:
		return nil, "There is already an open inclusion request for this community."
	}
	q = s.ask(s.cfg.Access.User(r), "community-inclusion", "submitted", d.released.text("title"), found.Slug, topic)
	if found.Access.ReviewPolicy == "open" && s.isReceiver(r, q) {
		s.carryOut(r, q, "accept") // a record that is published
	}
	return q, ""
}

// include does what an accepted request is about: publishes a draft, and puts the
// record into the community.
func (s *Server) include(r *http.Request, q *request, d *deposition) *wire.Answer {
	if d == nil || s.cfg.Catalog.Find(q.topic).State == catalog.IsGone {
		return notFound()
	}
	if q.kind == "community-submission" {
		if found := s.problems(d.draft); found != nil {
			return wire.ResourceError(http.StatusBadRequest, wire.MsgValidation, found...)
		}
		if refusal := s.release(r, d); refusal != nil {
			return refusal
		}
	}
	slugs := s.cfg.Catalog.CommunitiesOf(d.concept)
	if !slices.Contains(slugs, q.community) {
		slugs = append(slugs, q.community)
	}
	return s.move(d.concept, slugs)
}

func (s *Server) move(concept int64, slugs []string) *wire.Answer {
	if err := s.cfg.Catalog.MoveAll(concept, slugs); err != nil {
		return wire.AppError(http.StatusInternalServerError, err.Error())
	}
	return nil
}

// named is a community or a record that a request names.
type named struct {
	ID string
}

// readNamed reads the list of those that a request names.
func readNamed(r *http.Request, list string) ([]named, *wire.Answer) {
	var keys map[string][]named
	if refusal := readJSON(r, &keys); refusal != nil {
		return nil, wire.InternalError()
	}
	invalid := func(message string) ([]named, *wire.Answer) {
		return nil, wire.ResourceError(http.StatusBadRequest, wire.MsgValidation, wire.Invalid(list, message))
	}
	all, given := keys[list]
	seen := map[string]bool{}
	for _, one := range all {
		if seen[one.ID] {
			return invalid(fmt.Sprintf("Duplicated %s {'%s'}.", list, one.ID))
		}
		seen[one.ID] = true
	}
	switch {
	case !given:
		return invalid(schema.MsgMissing)
	case len(all) == 0:
		return invalid("Shorter than minimum length 1.")
	case len(all) > maxAtOnce:
		return invalid(fmt.Sprintf("Too many %s passed, %d max allowed.", list, maxAtOnce))
	}
	return all, nil
}

func (s *Server) listCommunities(r *http.Request, args []string) *wire.Answer {
	found := s.cfg.Catalog.Find(args[0])
	if found.State != catalog.IsRecord && found.State != catalog.IsGone {
		return wire.RefusalOf(found)
	}
	var slugs []string
	if found.State == catalog.IsRecord {
		slugs = s.cfg.Catalog.CommunitiesOf(found.Concept)
	}
	return s.communityList(r, slugs)
}

func (s *Server) communityList(r *http.Request, slugs []string) *wire.Answer {
	hits := []any{}
	for _, slug := range slugs {
		if c, ok := s.cfg.Catalog.FindCommunity(slug); ok {
			hits = append(hits, c.Linked(wire.Root(r)))
		}
	}
	none := func(label string) object { return object{"buckets": []any{}, "label": label} }
	return wire.JSON(http.StatusOK, object{
		"hits":         object{"hits": hits, "total": len(hits)},
		"aggregations": object{"type": none("Type"), "visibility": none("Visibility")}, "sortBy": "newest", "page": 1,
		"links": object{"self": wire.Root(r) + r.URL.Path + "?page=1&size=25&sort=newest"},
	})
}

// suggestCommunities lists those that a record could join and is not in.
func (s *Server) suggestCommunities(r *http.Request, args []string) *wire.Answer {
	return s.with(r, args[0], toManage, func(d *deposition) *wire.Answer {
		all, _ := s.cfg.Catalog.SearchCommunities("", false)
		member := s.cfg.Catalog.CommunitiesOf(d.concept)
		var slugs []string
		for _, c := range all {
			if !slices.Contains(member, c.Slug) {
				slugs = append(slugs, c.Slug)
			}
		}
		return s.communityList(r, slugs[:min(25, len(slugs))])
	})
}

// joinCommunities asks communities to take a record in. The answer is an error
// only where that makes sense of none.
func (s *Server) joinCommunities(r *http.Request, args []string) *wire.Answer {
	wanted, refusal := readNamed(r, "communities")
	return s.with(r, args[0], toManage, func(d *deposition) *wire.Answer {
		switch {
		case !d.isPublished():
			return wire.ResourceError(http.StatusNotFound, wire.MsgUnregistered)
		case refusal != nil:
			return refusal
		}
		processed, problems := []any{}, []any{}
		for _, c := range wanted {
			q, problem := s.proposeTo(r, d, c.ID)
			if q == nil {
				problems = append(problems, object{"community_id": c.ID, "message": problem})
				continue
			}
			processed = append(processed, object{"community_id": c.ID, "request_id": q.id, "request": s.requestJSON(r, q)})
		}
		out := object{}
		if len(processed) > 0 {
			out["processed"] = processed
		}
		if len(problems) > 0 {
			out["errors"] = problems
		}
		if len(processed) == 0 {
			return wire.JSON(http.StatusBadRequest, out)
		}
		return wire.JSON(http.StatusOK, out)
	})
}

// leaveCommunities takes a record out of communities, which must be named by
// their UUIDs.
func (s *Server) leaveCommunities(r *http.Request, args []string) *wire.Answer {
	wanted, refusal := readNamed(r, "communities")
	if refusal != nil {
		return refusal
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	found := s.cfg.Catalog.Find(args[0])
	if found.State != catalog.IsRecord {
		return wire.RefusalOf(found)
	}
	s.adopt(r, args[0])
	d, _ := s.lookUp(args[0])
	problems, removed := []any{}, 0
	for _, c := range wanted {
		if problem := s.leave(r, found.Concept, args[0], c.ID, d); problem != "" {
			problems = append(problems, object{"community": c.ID, "message": problem})
			continue
		}
		removed++
	}
	if removed == 0 {
		return wire.JSON(http.StatusBadRequest, object{"errors": problems})
	}
	return wire.JSON(http.StatusOK, object{"errors": problems})
}

// leave takes the versions of a record out of a community, for their owner or
// its curator, or says why not. It is named by its UUID.
func (s *Server) leave(r *http.Request, concept int64, id, community string, d *deposition) (problem string) {
	slugs := s.cfg.Catalog.CommunitiesOf(concept)
	c, ok := s.cfg.Catalog.FindCommunity(community)
	isOwner := d != nil && s.may(r, d, toManage)
	switch {
	case !ok || c.ID != community || !slices.Contains(slugs, c.Slug):
		return "The record " + recordUUID(id) + " in not included in the community " + community + "."
	case !isOwner && (s.cfg.Access.User(r) == 0 || !s.cfg.Access.Curates(r, c.Slug)):
		return wire.MsgDenied
	}
	slugs = slices.DeleteFunc(slugs, func(slug string) bool { return slug == c.Slug })
	if err := s.cfg.Catalog.MoveAll(concept, slugs); err != nil {
		return err.Error()
	}
	return ""
}

// setDefault says which of its communities comes first with a record.
func (s *Server) setDefault(r *http.Request, args []string) *wire.Answer {
	var keys object
	refusal := readJSON(r, &keys)
	return s.with(r, args[0], toManage, func(d *deposition) *wire.Answer {
		name, isText := keys["default"].(string)
		slugs := s.cfg.Catalog.CommunitiesOf(d.concept)
		found, _ := s.cfg.Catalog.FindCommunity(name)
		switch {
		case refusal != nil:
			return refusal
		case !isText:
			return wire.ResourceError(http.StatusBadRequest, wire.MsgValidation, wire.Invalid("default", "Not a valid string."))
		case !slices.Contains(slugs, found.Slug):
			return wire.ResourceError(http.StatusBadRequest, "Cannot set community as the default. The record has not been added to the community.")
		}
		slugs = append([]string{found.Slug}, slices.DeleteFunc(slugs, func(slug string) bool { return slug == found.Slug })...)
		if refusal := s.move(d.concept, slugs); refusal != nil {
			return refusal
		}
		at := s.placeOf(r, d)
		return wire.JSON(http.StatusOK, s.parent(d, at))
	})
}

// RemoveRecords takes records out of a community, for its curators. On Zenodo it
// fails though it is done, unless InvenioRDM's own form is asked for.
func (s *Server) RemoveRecords(r *http.Request, args []string) *wire.Answer {
	wanted, refusal := readNamed(r, "records")
	s.mu.Lock()
	defer s.mu.Unlock()
	c, ok := s.cfg.Catalog.FindCommunity(args[0])
	switch {
	case !ok:
		return wire.ResourceError(http.StatusNotFound, wire.MsgNoPID)
	case !s.cfg.Access.Native && c.ID != args[0]:
		return wire.ResourceError(http.StatusBadRequest, wire.MsgValidation, wire.Invalid("id", "Not a valid UUID."))
	case s.cfg.Access.User(r) == 0 || !s.cfg.Access.Curates(r, c.Slug):
		return denied()
	case refusal != nil:
		return refusal
	}
	problems := []any{}
	for _, record := range wanted {
		found := s.cfg.Catalog.Find(record.ID)
		if found.State != catalog.IsRecord {
			problems = append(problems, object{"record": record.ID, "message": "The record does not exist."})
			continue
		}
		if problem := s.leave(r, found.Concept, record.ID, c.ID, nil); problem != "" {
			problems = append(problems, object{"community": c.ID, "message": problem})
		}
	}
	kind, native := s.wantsNative(r)
	if !native {
		return wire.InternalError()
	}
	a := wire.JSON(http.StatusOK, object{"errors": problems})
	a.ContentType = kind
	return a
}

// recordUUID is what the server calls a record within.
func recordUUID(id string) string {
	return uuid.NewSHA1(uuid.NameSpaceURL, []byte("record/"+id)).String()
}
