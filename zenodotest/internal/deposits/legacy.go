package deposits

import (
	"encoding/json"
	"io"
	"mime"
	"net/http"
	"strconv"
	"time"

	"github.com/zharvest/zharvest/zenodotest/internal/wire"
)

func (s *Server) depositionRoutes() []wire.Route {
	return []wire.Route{
		{Path: "/api/deposit/depositions", Get: s.listDepositions, Post: s.createDeposition},
		{Path: "/api/deposit/depositions/:id", Get: s.getDeposition, Put: s.updateDeposition, Delete: s.deleteDeposition},
		{Path: "/api/deposit/depositions/:id/actions/publish", Post: s.publishDeposition},
		{Path: "/api/deposit/depositions/:id/actions/edit", Post: s.editDeposition},
		{Path: "/api/deposit/depositions/:id/actions/discard", Post: s.deleteDeposition}, // the same code on Zenodo
		{Path: "/api/deposit/depositions/:id/actions/newversion", Post: s.newVersion},
	}
}

// readBody reads a JSON object with nothing but metadata in it. There is none
// where the body has none.
func (s *Server) readBody(r *http.Request) (m metadata, refusal *wire.Answer) {
	m.AccessRight = "open"
	keys, refusal := readObject(r)
	if refusal != nil {
		return m, refusal
	}
	for key := range keys {
		if key != "metadata" && key != "files" {
			return m, wire.ResourceError(http.StatusBadRequest, wire.MsgValidation, wire.Invalid(key, "Unknown field."))
		}
	}
	if keys["metadata"] == nil {
		return m, nil
	}
	return readMetadata(keys["metadata"], s.cfg.Now())
}

// readObject reads the body of a request as a JSON object; an empty body is an
// empty object.
func readObject(r *http.Request) (keys map[string]json.RawMessage, refusal *wire.Answer) {
	refusal = readJSON(r, &keys)
	return keys, refusal
}

// readJSON reads the body of a request, which is JSON where no type is named.
// An empty body is nothing.
func readJSON(r *http.Request, into any) (refusal *wire.Answer) {
	given := r.Header.Get("Content-Type")
	if kind, _, _ := mime.ParseMediaType(given); given != "" && kind != wire.TypeJSON {
		return wire.UnsupportedType(wire.TypeJSON)
	}
	body, err := io.ReadAll(io.LimitReader(r.Body, 10<<20))
	switch {
	case err != nil:
		return badRequest()
	case len(body) == 0:
		return nil
	case json.Unmarshal(body, into) != nil:
		return wire.ResourceError(http.StatusBadRequest, wire.MsgBadJSON)
	}
	return nil
}

func (s *Server) createDeposition(r *http.Request, _ []string) *wire.Answer {
	owner := s.cfg.Access.User(r)
	if owner == 0 {
		return wire.ResourceError(http.StatusForbidden, wire.MsgDenied)
	}
	m, refusal := s.readBody(r)
	if refusal != nil {
		return refusal
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.depositionAnswer(r, http.StatusCreated, s.allocate(owner, 0, m, s.cfg.Now()))
}

func (s *Server) getDeposition(r *http.Request, args []string) *wire.Answer {
	return s.own(r, args[0], func(d *deposition) *wire.Answer { return s.depositionAnswer(r, http.StatusOK, d) })
}

// updateDeposition replaces the metadata as a whole.
func (s *Server) updateDeposition(r *http.Request, args []string) *wire.Answer {
	m, refusal := s.readBody(r)
	return s.inDraft(r, args[0], func(d *deposition) *wire.Answer {
		if refusal != nil {
			return refusal
		}
		if stale := d.staleness(r); stale != nil {
			return stale
		}
		if d.released != nil {
			m.DOI = d.released.metadata.DOI
		}
		d.draft.metadata, d.draft.preview = m, ""
		d.draft.changed(s.cfg.Now())
		return s.depositionAnswer(r, http.StatusOK, d)
	})
}

// staleness refuses a change of another revision than the present one.
func (d *deposition) staleness(r *http.Request) *wire.Answer {
	given, err := strconv.Atoi(r.Header.Get("If-Match"))
	if err != nil || given == d.draft.revision {
		return nil
	}
	return wire.ResourceError(http.StatusPreconditionFailed,
		"Revision id provided("+strconv.Itoa(given)+") doesn't match record's one("+strconv.Itoa(d.draft.revision)+")")
}

// deleteDeposition deletes a draft: all of what was never published, and the
// changes to what was.
func (s *Server) deleteDeposition(r *http.Request, args []string) *wire.Answer {
	return s.inDraft(r, args[0], func(d *deposition) *wire.Answer {
		if stale := d.staleness(r); stale != nil {
			return stale
		}
		if d.released == nil {
			s.remove(d)
			return wire.Nothing()
		}
		d.draft.drop()
		d.draft = nil
		return wire.Nothing()
	})
}

// editDeposition opens a published record for changes of its metadata, or
// finds it open.
func (s *Server) editDeposition(r *http.Request, args []string) *wire.Answer {
	return s.own(r, args[0], func(d *deposition) *wire.Answer {
		s.openEdit(d)
		return s.depositionAnswer(r, http.StatusCreated, d)
	})
}

func (s *Server) openEdit(d *deposition) {
	if d.draft != nil {
		return
	}
	d.draft = d.released.copied(s.cfg.Now())
	d.draft.locked = true
	d.draft.revision = d.released.revision + 1
}

// newVersion answers with the draft of the next version, which has the files
// of the last one. Where that draft is there already, and has files, importing
// them again fails.
func (s *Server) newVersion(r *http.Request, args []string) *wire.Answer {
	return s.own(r, args[0], func(d *deposition) *wire.Answer {
		next, refusal := s.openVersion(d)
		if refusal != nil {
			return refusal
		}
		if len(next.draft.files) > 0 {
			return wire.ResourceError(http.StatusBadRequest, wire.MsgValidation, wire.Invalid("files.enabled", msgHasFiles))
		}
		next.draft.importFiles(s.latestOf(d.concept).released)
		return s.depositionAnswer(r, http.StatusCreated, next)
	})
}

// openVersion makes the draft of a concept's next version, or finds it.
func (s *Server) openVersion(d *deposition) (*deposition, *wire.Answer) {
	if d.released == nil {
		return nil, wire.ResourceError(http.StatusNotFound, wire.MsgUnregistered)
	}
	if !d.released.metadata.registers() {
		return nil, wire.ResourceError(http.StatusBadRequest, wire.MsgValidation,
			wire.Invalid("pids.doi", "New versions of records with an external DOI are not possible."))
	}
	if next := s.nextOf(d.concept); next != nil {
		return next, nil
	}
	now := s.cfg.Now()
	m := s.latestOf(d.concept).released.metadata
	m.Version, m.DOI, m.PublicationDate = "", "", now.UTC().Format(time.DateOnly)
	m.asGiven = m.asGiven.asVersion(m.PublicationDate)
	return s.allocate(d.owner, d.concept, m, now), nil
}

func (s *Server) publishDeposition(r *http.Request, args []string) *wire.Answer {
	return s.inDraft(r, args[0], func(d *deposition) *wire.Answer {
		if refusal := s.publish(d, wire.Root(r)); refusal != nil {
			return refusal
		}
		return s.depositionAnswer(r, http.StatusAccepted, d)
	})
}
