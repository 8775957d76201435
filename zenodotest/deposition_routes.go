package zenodotest

import (
	"encoding/json"
	"io"
	"mime"
	"net/http"
	"strconv"
	"time"

	"github.com/zharvest/zharvest/zenodotest/internal/wire"
)

func (e *Emulator) depositionRoutes() []wire.Route {
	return []wire.Route{
		{Path: "/api/deposit/depositions", Get: e.listDepositions, Post: e.createDeposition},
		{Path: "/api/deposit/depositions/:id", Get: e.getDeposition, Put: e.updateDeposition, Delete: e.deleteDeposition},
		{Path: "/api/deposit/depositions/:id/actions/publish", Post: e.publishDeposition},
		{Path: "/api/deposit/depositions/:id/actions/edit", Post: e.editDeposition},
		{Path: "/api/deposit/depositions/:id/actions/discard", Post: e.deleteDeposition}, // the same code on Zenodo
		{Path: "/api/deposit/depositions/:id/actions/newversion", Post: e.newVersion},
	}
}

// readBody reads a JSON object with nothing but metadata in it. There is none
// where the body has none.
func (e *Emulator) readBody(r *http.Request) (m metadata, refusal *wire.Answer) {
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
	return readMetadata(keys["metadata"], e.cfg.Now())
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
		return wire.AppError(http.StatusBadRequest, "The browser (or proxy) sent a request that this server could not understand.")
	case len(body) == 0:
		return nil
	case json.Unmarshal(body, into) != nil:
		return wire.ResourceError(http.StatusBadRequest, wire.MsgBadJSON)
	}
	return nil
}

func (e *Emulator) createDeposition(r *http.Request, _ []string) *wire.Answer {
	owner := e.access.User(r)
	if owner == 0 {
		return wire.ResourceError(http.StatusForbidden, wire.MsgDenied)
	}
	m, refusal := e.readBody(r)
	if refusal != nil {
		return refusal
	}
	e.deposits.mu.Lock()
	defer e.deposits.mu.Unlock()
	return e.depositionAnswer(r, http.StatusCreated, e.allocate(owner, 0, m, e.cfg.Now()))
}

func (e *Emulator) getDeposition(r *http.Request, args []string) *wire.Answer {
	return e.own(r, args[0], func(d *deposition) *wire.Answer { return e.depositionAnswer(r, http.StatusOK, d) })
}

// updateDeposition replaces the metadata as a whole.
func (e *Emulator) updateDeposition(r *http.Request, args []string) *wire.Answer {
	m, refusal := e.readBody(r)
	return e.inDraft(r, args[0], func(d *deposition) *wire.Answer {
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
		d.draft.changed(e.cfg.Now())
		return e.depositionAnswer(r, http.StatusOK, d)
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
func (e *Emulator) deleteDeposition(r *http.Request, args []string) *wire.Answer {
	return e.inDraft(r, args[0], func(d *deposition) *wire.Answer {
		if stale := d.staleness(r); stale != nil {
			return stale
		}
		if d.released == nil {
			e.remove(d)
			return wire.Nothing()
		}
		d.draft.drop()
		d.draft = nil
		return wire.Nothing()
	})
}

// editDeposition opens a published record for changes of its metadata, or
// finds it open.
func (e *Emulator) editDeposition(r *http.Request, args []string) *wire.Answer {
	return e.own(r, args[0], func(d *deposition) *wire.Answer {
		e.openEdit(d)
		return e.depositionAnswer(r, http.StatusCreated, d)
	})
}

func (e *Emulator) openEdit(d *deposition) {
	if d.draft != nil {
		return
	}
	d.draft = d.released.copied(e.cfg.Now())
	d.draft.locked = true
	d.draft.revision = d.released.revision + 1
}

// newVersion answers with the draft of the next version, which has the files
// of the last one. Where that draft is there already, and has files, importing
// them again fails.
func (e *Emulator) newVersion(r *http.Request, args []string) *wire.Answer {
	return e.own(r, args[0], func(d *deposition) *wire.Answer {
		next, refusal := e.openVersion(d)
		if refusal != nil {
			return refusal
		}
		if len(next.draft.files) > 0 {
			return wire.ResourceError(http.StatusBadRequest, wire.MsgValidation, wire.Invalid("files.enabled", msgHasFiles))
		}
		next.draft.importFiles(e.deposits.latestOf(d.concept).released)
		return e.depositionAnswer(r, http.StatusCreated, next)
	})
}

// openVersion makes the draft of a concept's next version, or finds it.
func (e *Emulator) openVersion(d *deposition) (*deposition, *wire.Answer) {
	if d.released == nil {
		return nil, wire.ResourceError(http.StatusNotFound, wire.MsgUnregistered)
	}
	if !d.released.metadata.registers() {
		return nil, wire.ResourceError(http.StatusBadRequest, wire.MsgValidation,
			wire.Invalid("pids.doi", "New versions of records with an external DOI are not possible."))
	}
	if next := e.deposits.nextOf(d.concept); next != nil {
		return next, nil
	}
	now := e.cfg.Now()
	m := e.deposits.latestOf(d.concept).released.metadata
	m.Version, m.DOI, m.PublicationDate = "", "", now.UTC().Format(time.DateOnly)
	m.asGiven = m.asGiven.asVersion(m.PublicationDate)
	return e.allocate(d.owner, d.concept, m, now), nil
}

func (e *Emulator) publishDeposition(r *http.Request, args []string) *wire.Answer {
	return e.inDraft(r, args[0], func(d *deposition) *wire.Answer {
		if refusal := e.publish(d, wire.Root(r)); refusal != nil {
			return refusal
		}
		return e.depositionAnswer(r, http.StatusAccepted, d)
	})
}
