package deposits

import (
	"net/http"
	"strconv"

	"github.com/zharvest/zharvest/zenodotest/internal/catalog"
	"github.com/zharvest/zharvest/zenodotest/internal/schema"
	"github.com/zharvest/zharvest/zenodotest/internal/wire"
)

// draftRoutes are what InvenioRDM itself has for the drafts of depositions.
func (s *Server) draftRoutes() []wire.Route {
	return []wire.Route{
		{Path: "/api/user/records", Get: s.listUserRecords},
		{Path: "/api/records/:id/draft", Get: s.getDraft, Post: s.editDraft, Put: s.updateDraft, Delete: s.deleteDraft},
		{Path: "/api/records/:id/draft/actions/publish", Post: s.publishDraft},
		{Path: "/api/records/:id/draft/actions/files-import", Post: s.importDraftFiles},
		{Path: "/api/records/:id/draft/pids/doi", Post: s.reserveDOI, Delete: s.discardDOI},
	}
}

// readNative reads the body of a request that writes a draft. What is no object
// crashes the server, but where an empty draft is made of it.
func (s *Server) readNative(r *http.Request) (object, *wire.Answer) {
	raw, refusal := readRaw(r)
	if refusal != nil {
		return nil, refusal
	}
	value, err := schema.Decode(raw)
	if len(raw) > 0 && err != nil {
		return nil, wire.ResourceError(http.StatusBadRequest, wire.MsgBadJSON)
	}
	keys, isObject := value.(object)
	_, isLegacy := keys["conceptrecid"]
	if value != nil && !isObject && (s.cfg.Access.Native || r.Method != http.MethodPost) || isLegacy && r.Method == http.MethodPut {
		return nil, wire.InternalError()
	}
	return keys, nil
}

// CreateDraft makes a draft.
func (s *Server) CreateDraft(r *http.Request, _ []string) *wire.Answer {
	owner := s.cfg.Access.User(r)
	if owner == 0 {
		return denied()
	}
	keys, refusal := s.readNative(r)
	if refusal != nil {
		return refusal
	}
	return s.create(r, owner, keys, func(d *deposition, problems []wire.FieldError) *wire.Answer {
		return s.draftAnswer(r, http.StatusCreated, d, problems)
	})
}

// create makes a draft of what a client wrote, in either API.
func (s *Server) create(r *http.Request, owner int64, keys object, answer func(*deposition, []wire.FieldError) *wire.Answer) *wire.Answer {
	s.mu.Lock()
	defer s.mu.Unlock()
	empty := content{object{}, object{}, open(), object{}}
	trial := newEdition(empty, s.cfg.Now())
	problems, refusal := s.save(trial, keys, true)
	if refusal != nil {
		return refusal
	}
	return answer(s.allocate(owner, 0, trial), problems)
}

func (s *Server) getDraft(r *http.Request, args []string) *wire.Answer {
	return s.with(r, args[0], toView, func(d *deposition) *wire.Answer {
		switch {
		case d.draft == nil:
			return wire.ResourceError(http.StatusNotFound, wire.MsgNoPID)
		case !s.may(r, d, toPreview):
			return denied()
		}
		return s.draftAnswer(r, http.StatusOK, d, nil)
	})
}

func (s *Server) editDraft(r *http.Request, args []string) *wire.Answer {
	return s.with(r, args[0], toEdit, func(d *deposition) *wire.Answer {
		s.openEdit(d)
		return s.draftAnswer(r, http.StatusCreated, d, nil)
	})
}

// openEdit opens a published record for changes of its metadata, or finds it
// open.
func (s *Server) openEdit(d *deposition) {
	if d.draft != nil {
		return
	}
	d.draft = d.released.copied(s.cfg.Now())
	d.draft.locked = true
	d.draft.revision = d.revision + 5
}

func (s *Server) updateDraft(r *http.Request, args []string) *wire.Answer {
	keys, refusal := s.readNative(r)
	return s.update(r, args[0], keys, refusal, func(d *deposition, problems []wire.FieldError) *wire.Answer {
		return s.draftAnswer(r, http.StatusOK, d, problems)
	})
}

// update replaces what describes a draft, in either API. Of several requests at
// once one succeeds.
func (s *Server) update(r *http.Request, id string, keys object, refusal *wire.Answer, answer func(*deposition, []wire.FieldError) *wire.Answer) *wire.Answer {
	return s.inDraft(r, id, toEdit, func(d *deposition) *wire.Answer {
		stale := d.staleness(r)
		switch {
		case refusal != nil:
			return refusal
		case stale != nil:
			return stale
		case s.flights.hasLost(r):
			return wire.ResourceError(http.StatusBadRequest, "Invalid value "+textOf(member(d.draft.metadata, "resource_type")["id"])+".")
		}
		problems, refusal := s.save(d.draft, keys, false)
		if refusal != nil {
			return refusal
		}
		s.flights.win(r)
		d.draft.changed(s.cfg.Now())
		d.draft.revision++
		return answer(d, problems)
	})
}

// staleness refuses a change of another revision than the present one, and a
// revision that is no bare number.
func (d *deposition) staleness(r *http.Request) *wire.Answer {
	stated := r.Header.Values("If-Match")
	if len(stated) == 0 {
		return nil
	}
	given, err := strconv.Atoi(stated[0])
	switch {
	case err != nil:
		return wire.ResourceError(http.StatusBadRequest, wire.MsgValidation, wire.Invalid("if_match", "Not a valid integer."))
	case given == d.draft.revision:
		return nil
	}
	return wire.ResourceError(http.StatusPreconditionFailed,
		"Revision id provided("+strconv.Itoa(given)+") doesn't match record's one("+strconv.Itoa(d.draft.revision)+")")
}

// deleteDraft deletes a draft: all of what was never published, and the changes
// to what was.
func (s *Server) deleteDraft(r *http.Request, args []string) *wire.Answer {
	return s.inDraft(r, args[0], toEdit, func(d *deposition) *wire.Answer {
		if stale := d.staleness(r); stale != nil {
			return stale
		}
		if d.review != nil && d.review.isOpen() {
			return wire.ResourceError(http.StatusBadRequest, "You cannot delete a draft with an open review. Please cancel the review first.")
		}
		if !d.isPublished() {
			s.remove(d)
			return wire.Nothing()
		}
		d.revision = d.draft.revision
		d.draft.drop()
		d.draft = nil
		return wire.Nothing()
	})
}

func (s *Server) publishDraft(r *http.Request, args []string) *wire.Answer {
	return s.with(r, args[0], toEdit, func(d *deposition) *wire.Answer {
		if refusal := s.publish(r, d); refusal != nil {
			return refusal
		}
		return s.draftAnswer(r, http.StatusAccepted, d, nil)
	})
}

func (s *Server) reserveDOI(r *http.Request, args []string) *wire.Answer {
	return s.inDraft(r, args[0], toEdit, func(d *deposition) *wire.Answer {
		if d.draft.pids["doi"] != nil {
			return wire.ResourceError(http.StatusBadRequest, wire.MsgValidation, wire.Invalid("pids.doi", "A PID already exists for type doi"))
		}
		d.draft.setPID("doi", s.reserved(d.id))
		d.draft.changed(s.cfg.Now())
		return s.draftAnswer(r, http.StatusCreated, d, nil)
	})
}

// discardDOI takes back a DOI that was reserved.
func (s *Server) discardDOI(r *http.Request, args []string) *wire.Answer {
	return s.inDraft(r, args[0], toEdit, func(d *deposition) *wire.Answer {
		switch {
		case d.draft.pids["doi"] == nil:
			return wire.ResourceError(http.StatusNotFound, wire.MsgNoPID)
		case d.isPublished():
			return wire.ResourceError(http.StatusBadRequest, wire.MsgValidation,
				wire.Invalid("pids.doi", "Cannot discard a reserved or registered persistent identifier."))
		}
		d.draft.pids = without(d.draft.pids, "doi")
		d.draft.changed(s.cfg.Now())
		return s.draftAnswer(r, http.StatusOK, d, nil)
	})
}

// setPID sets an identifier in a copy: the released edition may share it.
func (e *edition) setPID(name string, pid object) {
	e.pids = without(e.pids, name)
	e.pids[name] = pid
}

// WriteRecord answers to changes of a record itself instead of its draft: to
// replace it crashes the server, and only its keepers may delete it.
func (s *Server) WriteRecord(r *http.Request, args []string) *wire.Answer {
	found := s.cfg.Catalog.Find(args[0])
	switch {
	case r.Method == http.MethodPut:
		return wire.InternalError()
	case found.State != catalog.IsRecord:
		return wire.RefusalOf(found)
	}
	return denied()
}

// CreateVersion leaves the files to be imported by another request. It may be
// repeated, but makes a draft for each of several requests at once.
func (s *Server) CreateVersion(r *http.Request, args []string) *wire.Answer {
	return s.with(r, args[0], toEdit, func(d *deposition) *wire.Answer {
		next, refusal := s.openVersion(r, d)
		if refusal != nil {
			return refusal
		}
		return s.draftAnswer(r, http.StatusCreated, next, nil)
	})
}

// openVersion makes the draft of a concept's next version, or finds it.
func (s *Server) openVersion(r *http.Request, d *deposition) (*deposition, *wire.Answer) {
	switch {
	case !d.isPublished():
		return nil, wire.ResourceError(http.StatusNotFound, wire.MsgUnregistered)
	case !s.registers(d.released.content) && !s.cfg.Access.Native:
		return nil, denied()
	}
	if next := s.nextOf(d.concept); next != nil && !s.flights.hasLost(r) {
		return next, nil
	}
	s.flights.win(r)
	now := s.cfg.Now()
	c := s.latestOf(d.concept).released.content
	c.metadata, c.pids = without(c.metadata, "version"), object{}
	c.metadata["publication_date"] = now.UTC().Format("2006-01-02")
	next := s.allocate(d.owner, d.concept, newEdition(c, now))
	next.draft.isMetadata, next.isNewVersion, next.isAdopted = d.released.isMetadata, true, d.isAdopted
	return next, nil
}

// importDraftFiles takes the files of the version before.
func (s *Server) importDraftFiles(r *http.Request, args []string) *wire.Answer {
	return s.inDraft(r, args[0], toEdit, func(d *deposition) *wire.Answer {
		last := s.latestOf(d.concept)
		if last == nil {
			return notFound()
		}
		if refusal := s.importFiles(d.draft, last.released); refusal != nil {
			return refusal
		}
		return s.draftFileList(r, http.StatusCreated, d)
	})
}

func (s *Server) importFiles(e, from *edition) *wire.Answer {
	refuse := func(message string) *wire.Answer {
		return wire.ResourceError(http.StatusBadRequest, wire.MsgValidation, wire.Invalid("files.enabled", message))
	}
	switch {
	case e.isMetadata:
		return refuse("Files support must be enabled.")
	case len(e.files) > 0:
		return refuse("Please remove all files first.")
	case from.isMetadata:
		return refuse("The record has no files.")
	}
	e.importFiles(from, s.cfg.Now())
	e.changed(s.cfg.Now())
	return nil
}
