package zenodotest

import (
	"encoding/json"
	"io"
	"mime"
	"net/http"
	"strconv"
	"time"
)

var depositionRoutes = []route{
	{path: "/api/deposit/depositions", get: listDepositions, post: createDeposition},
	{path: "/api/deposit/depositions/:id", get: getDeposition, put: updateDeposition, delete: deleteDeposition},
	{path: "/api/deposit/depositions/:id/actions/publish", post: publishDeposition},
	{path: "/api/deposit/depositions/:id/actions/edit", post: editDeposition},
	{path: "/api/deposit/depositions/:id/actions/discard", post: deleteDeposition}, // the same code on Zenodo
	{path: "/api/deposit/depositions/:id/actions/newversion", post: newVersion},
}

// readBody reads a JSON object with nothing but metadata in it. There is none
// where the body has none.
func (e *Emulator) readBody(r *http.Request) (m metadata, refusal *answer) {
	m.AccessRight = "open"
	keys, refusal := readObject(r)
	if refusal != nil {
		return m, refusal
	}
	for key := range keys {
		if key != "metadata" && key != "files" {
			return m, resourceError(http.StatusBadRequest, msgValidation, invalid(key, "Unknown field."))
		}
	}
	if keys["metadata"] == nil {
		return m, nil
	}
	return readMetadata(keys["metadata"], e.cfg.Now())
}

// readObject reads the body of a request as a JSON object; an empty body is an
// empty object.
func readObject(r *http.Request) (keys map[string]json.RawMessage, refusal *answer) {
	refusal = readJSON(r, &keys)
	return keys, refusal
}

// readJSON reads the body of a request, which is JSON where no type is named.
// An empty body is nothing.
func readJSON(r *http.Request, into any) (refusal *answer) {
	given := r.Header.Get("Content-Type")
	if kind, _, _ := mime.ParseMediaType(given); given != "" && kind != typeJSON {
		return unsupportedType(typeJSON)
	}
	body, err := io.ReadAll(io.LimitReader(r.Body, 10<<20))
	switch {
	case err != nil:
		return appError(http.StatusBadRequest, "The browser (or proxy) sent a request that this server could not understand.")
	case len(body) == 0:
		return nil
	case json.Unmarshal(body, into) != nil:
		return resourceError(http.StatusBadRequest, msgBadJSON)
	}
	return nil
}

func createDeposition(e *Emulator, r *http.Request, _ []string) *answer {
	owner := e.user(r)
	if owner == 0 {
		return resourceError(http.StatusForbidden, msgDenied)
	}
	m, refusal := e.readBody(r)
	if refusal != nil {
		return refusal
	}
	e.deposits.mu.Lock()
	defer e.deposits.mu.Unlock()
	return e.depositionAnswer(r, http.StatusCreated, e.allocate(owner, 0, m, e.cfg.Now()))
}

func getDeposition(e *Emulator, r *http.Request, args []string) *answer {
	return e.own(r, args[0], func(d *deposition) *answer { return e.depositionAnswer(r, http.StatusOK, d) })
}

// updateDeposition replaces the metadata as a whole.
func updateDeposition(e *Emulator, r *http.Request, args []string) *answer {
	m, refusal := e.readBody(r)
	return e.inDraft(r, args[0], func(d *deposition) *answer {
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
func (d *deposition) staleness(r *http.Request) *answer {
	given, err := strconv.Atoi(r.Header.Get("If-Match"))
	if err != nil || given == d.draft.revision {
		return nil
	}
	return resourceError(http.StatusPreconditionFailed,
		"Revision id provided("+strconv.Itoa(given)+") doesn't match record's one("+strconv.Itoa(d.draft.revision)+")")
}

// deleteDeposition deletes a draft: all of what was never published, and the
// changes to what was.
func deleteDeposition(e *Emulator, r *http.Request, args []string) *answer {
	return e.inDraft(r, args[0], func(d *deposition) *answer {
		if stale := d.staleness(r); stale != nil {
			return stale
		}
		if d.released == nil {
			e.remove(d)
			return nothing()
		}
		d.draft.drop()
		d.draft = nil
		return nothing()
	})
}

// editDeposition opens a published record for changes of its metadata, or
// finds it open.
func editDeposition(e *Emulator, r *http.Request, args []string) *answer {
	return e.own(r, args[0], func(d *deposition) *answer {
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
func newVersion(e *Emulator, r *http.Request, args []string) *answer {
	return e.own(r, args[0], func(d *deposition) *answer {
		next, refusal := e.openVersion(d)
		if refusal != nil {
			return refusal
		}
		if len(next.draft.files) > 0 {
			return resourceError(http.StatusBadRequest, msgValidation, invalid("files.enabled", msgHasFiles))
		}
		next.draft.importFiles(e.deposits.latestOf(d.concept).released)
		return e.depositionAnswer(r, http.StatusCreated, next)
	})
}

// openVersion makes the draft of a concept's next version, or finds it.
func (e *Emulator) openVersion(d *deposition) (*deposition, *answer) {
	if d.released == nil {
		return nil, resourceError(http.StatusNotFound, msgUnregistered)
	}
	if !d.released.metadata.registers() {
		return nil, resourceError(http.StatusBadRequest, msgValidation,
			invalid("pids.doi", "New versions of records with an external DOI are not possible."))
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

func publishDeposition(e *Emulator, r *http.Request, args []string) *answer {
	return e.inDraft(r, args[0], func(d *deposition) *answer {
		if refusal := e.publish(d, root(r)); refusal != nil {
			return refusal
		}
		return e.depositionAnswer(r, http.StatusAccepted, d)
	})
}
