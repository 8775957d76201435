package deposits

import (
	"encoding/json"
	"io"
	"mime"
	"net/http"

	"github.com/zharvest/zharvest/zenodotest/internal/catalog"
	"github.com/zharvest/zharvest/zenodotest/internal/schema"
	"github.com/zharvest/zharvest/zenodotest/internal/wire"
)

func (s *Server) depositionRoutes() []wire.Route {
	return []wire.Route{
		{Path: "/api/deposit/depositions", Get: s.listDepositions, Post: s.createDeposition, Accept: onlyJSON},
		{Path: "/api/deposit/depositions/:id", Get: s.getDeposition, Put: s.updateDeposition, Delete: s.deleteDraft, Accept: onlyJSON},
		{Path: "/api/deposit/depositions/:id/actions/publish", Post: s.publishDeposition},
		{Path: "/api/deposit/depositions/:id/actions/edit", Post: s.editDeposition},
		{Path: "/api/deposit/depositions/:id/actions/discard", Post: s.deleteDraft}, // the same code on Zenodo
		{Path: "/api/deposit/depositions/:id/actions/newversion", Post: s.newVersion},
	}
}

var onlyJSON = []string{wire.TypeJSON}

// readBody reads a JSON object with nothing but metadata in it, and writes it as
// InvenioRDM has it.
func (s *Server) readBody(r *http.Request) (object, *wire.Answer) {
	raw, refusal := readRaw(r)
	if refusal != nil {
		return nil, refusal
	}
	value, err := schema.Decode(raw)
	switch {
	case len(raw) == 0 && r.Method == http.MethodPost:
		return nil, wire.InternalError()
	case len(raw) > 0 && err != nil:
		return nil, wire.ResourceError(http.StatusBadRequest, wire.MsgBadJSON)
	}
	keys, _ := value.(object)
	for key := range keys {
		if key != "metadata" && key != "files" {
			return nil, wire.ResourceError(http.StatusBadRequest, wire.MsgValidation, wire.Invalid(key, "Unknown field."))
		}
	}
	metadata, given := keys["metadata"]
	if !given {
		return object{"access": open()}, nil
	}
	return s.translate(metadata)
}

// readRaw reads the body of a request, which is JSON where no type is named.
func readRaw(r *http.Request) ([]byte, *wire.Answer) {
	given := r.Header.Get("Content-Type")
	if kind, _, _ := mime.ParseMediaType(given); given != "" && kind != wire.TypeJSON {
		return nil, wire.UnsupportedType(wire.TypeJSON)
	}
	body, err := io.ReadAll(io.LimitReader(r.Body, 10<<20))
	if err != nil {
		return nil, badRequest()
	}
	return body, nil
}

// readJSON reads the body of a request. An empty body is nothing.
func readJSON(r *http.Request, into any) *wire.Answer {
	raw, refusal := readRaw(r)
	if refusal != nil || len(raw) == 0 {
		return refusal
	}
	return decodeInto(raw, into)
}

func decodeInto(raw []byte, into any) *wire.Answer {
	if json.Unmarshal(raw, into) != nil {
		return wire.ResourceError(http.StatusBadRequest, wire.MsgBadJSON)
	}
	return nil
}

func (s *Server) createDeposition(r *http.Request, _ []string) *wire.Answer {
	owner := s.cfg.Access.User(r)
	if owner == 0 {
		return denied()
	}
	keys, refusal := s.readBody(r)
	if refusal != nil {
		return refusal
	}
	return s.create(r, owner, keys, func(d *deposition, _ []wire.FieldError) *wire.Answer {
		return s.depositionAnswer(r, http.StatusCreated, d)
	})
}

// getDeposition answers as if nothing were the matter for a record that was
// deleted.
func (s *Server) getDeposition(r *http.Request, args []string) *wire.Answer {
	if a := s.deletedDeposition(r, args[0]); a != nil {
		return a
	}
	return s.with(r, args[0], toManage, func(d *deposition) *wire.Answer { return s.depositionAnswer(r, http.StatusOK, d) })
}

func (s *Server) deletedDeposition(r *http.Request, id string) *wire.Answer {
	s.mu.Lock()
	defer s.mu.Unlock()
	number, _ := s.cfg.Catalog.Number(id)
	d := s.byID[number]
	if d == nil || !s.owns(r, d) || s.cfg.Catalog.Find(id).State != catalog.IsGone {
		return nil
	}
	return s.depositionAnswer(r, http.StatusOK, d)
}

// updateDeposition replaces the metadata as a whole.
func (s *Server) updateDeposition(r *http.Request, args []string) *wire.Answer {
	keys, refusal := s.readBody(r)
	return s.update(r, args[0], keys, refusal, func(d *deposition, _ []wire.FieldError) *wire.Answer {
		return s.depositionAnswer(r, http.StatusOK, d)
	})
}

func (s *Server) editDeposition(r *http.Request, args []string) *wire.Answer {
	return s.with(r, args[0], toManage, func(d *deposition) *wire.Answer {
		s.openEdit(d)
		return s.depositionAnswer(r, http.StatusCreated, d)
	})
}

// newVersion answers with the draft of the next version, which has the files
// of the last one. Where that draft is there already, and has files, importing
// them again fails.
func (s *Server) newVersion(r *http.Request, args []string) *wire.Answer {
	return s.with(r, args[0], toManage, func(d *deposition) *wire.Answer {
		next, refusal := s.openVersion(r, d)
		if refusal == nil {
			refusal = s.importFiles(next.draft, s.latestOf(d.concept).released)
		}
		if refusal != nil {
			return refusal
		}
		return s.depositionAnswer(r, http.StatusCreated, next)
	})
}

func (s *Server) publishDeposition(r *http.Request, args []string) *wire.Answer {
	return s.with(r, args[0], toManage, func(d *deposition) *wire.Answer {
		if refusal := s.publish(r, d); refusal != nil {
			return refusal
		}
		return s.depositionAnswer(r, http.StatusAccepted, d)
	})
}
