package deposits

import (
	"maps"
	"net/http"
	"slices"

	"github.com/zharvest/zharvest/zenodotest/internal/catalog"
	"github.com/zharvest/zharvest/zenodotest/internal/rawjson"
	"github.com/zharvest/zharvest/zenodotest/internal/wire"
)

// problems are what keeps a draft from being published. The files are looked at
// only when the metadata are in order, and the DOI only when the files are.
func (s *Server) problems(e *edition) []wire.FieldError {
	found := slices.Concat(
		s.schema.Metadata(e.metadata).Problems, s.schema.CustomFields(e.custom).Problems, s.schema.Access(e.access).Problems,
	)
	switch {
	case found != nil:
		return found
	case !e.isMetadata && len(e.files) == 0:
		return []wire.FieldError{wire.Invalid("files.enabled", msgNoFiles)}
	case e.incomplete():
		return []wire.FieldError{wire.Invalid("files", "One or more files have not completed their transfer, please wait.")}
	}
	return s.pidProblems(e.content)
}

// publish makes a record of a draft, or answers why it cannot be one. Of several
// requests at once one succeeds.
func (s *Server) publish(r *http.Request, d *deposition) *wire.Answer {
	if d.draft == nil {
		return s.unpublishable(r)
	}
	if found := s.problems(d.draft); found != nil {
		return wire.ResourceError(http.StatusBadRequest, wire.MsgValidation, found...)
	}
	if d.review != nil && d.review.status != "declined" {
		return wire.ResourceError(http.StatusBadRequest, "You cannot publish a draft with an open review request. Please cancel the review request first.")
	}
	s.flights.win(r)
	return s.release(r, d)
}

// unpublishable is the answer where there is no draft to be published: another
// request may have published it at this very time.
func (s *Server) unpublishable(r *http.Request) *wire.Answer {
	if s.flights.hasLost(r) {
		return wire.InternalError()
	}
	return notFound()
}

func (s *Server) release(r *http.Request, d *deposition) *wire.Answer {
	now := s.cfg.Now()
	next := *d.draft
	next.modified, next.locked = now, true
	at := place{communities: s.membership(s.cfg.Catalog.CommunitiesOf(d.concept)), root: wire.Root(r), isStranger: true}
	wanted := textsOf(next.custom["legacy:communities"])
	next.custom = without(next.custom, "legacy:communities")
	s.register(d, &next)
	created := now
	if d.isPublished() {
		created, next.bucket = d.created, d.released.bucket
	}
	record := *d
	record.created, record.released, record.draft = created, &next, nil
	err := s.cfg.Catalog.PublishVersion(d.id, d.concept, func(found catalog.Place) []byte {
		next.revision, at.Place = found.Revision, found
		switch {
		case d.isPublished():
			next.revision++
		case next.isMetadata:
			next.revision--
		}
		return rawjson.Spaced(s.native(&record, &next, at))
	})
	if err != nil {
		return wire.AppError(http.StatusInternalServerError, err.Error())
	}
	if d.isPublished() {
		d.released.drop()
	}
	record.revision, record.review = d.draft.revision, nil
	*d = record
	s.propose(r, d, wanted)
	return nil
}

// register gives a record its identifiers, and takes none back that it had. One
// that is restricted gets none.
func (s *Server) register(d *deposition, e *edition) {
	pids := object{}
	maps.Copy(pids, e.pids)
	if e.access["record"] != "restricted" {
		if pids["doi"] == nil {
			pids["doi"] = s.reserved(d.id)
		}
		pids["oai"] = object{"identifier": s.cfg.Catalog.OAI(d.id), "provider": "oai"}
	}
	if d.isPublished() {
		for name, pid := range d.released.pids {
			if pids[name] == nil || name == "doi" && s.isOwnDOI(d.released.doi()) {
				pids[name] = pid
			}
		}
	}
	e.pids = pids
}

// without is an object without one of its members.
func without(o object, name string) object {
	out := object{}
	for key, value := range o {
		if key != name {
			out[key] = value
		}
	}
	return out
}

func textsOf(value any) (texts []string) {
	list, _ := value.([]any)
	for _, item := range list {
		texts = append(texts, textOf(item))
	}
	return texts
}
