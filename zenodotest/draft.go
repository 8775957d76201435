package zenodotest

import (
	"encoding/json"
	"net/http"
	"strconv"
	"strings"

	"github.com/zharvest/zharvest/zenodotest/internal/catalog"
	"github.com/zharvest/zharvest/zenodotest/internal/rawjson"
	"github.com/zharvest/zharvest/zenodotest/internal/wire"
)

// typeNative is the media type of InvenioRDM's own JSON.
const typeNative = "application/vnd.inveniordm.v1+json"

// draftRoutes are what InvenioRDM itself has for the drafts of depositions.
func (e *Emulator) draftRoutes() []wire.Route {
	return []wire.Route{
		{Path: "/api/user/records", Get: e.listUserRecords},
		{Path: "/api/records/:id/draft", Get: e.getDraft, Post: e.editDraft, Put: e.updateDraft, Delete: e.deleteDeposition},
		{Path: "/api/records/:id/draft/actions/publish", Post: e.publishDraft},
		{Path: "/api/records/:id/draft/actions/files-import", Post: e.importDraftFiles},
		{Path: "/api/records/:id/draft/pids/doi", Post: e.reserveDOI},
	}
}

func wantsNative(r *http.Request) bool { return strings.Contains(r.Header.Get("Accept"), typeNative) }

// draftBody is a draft or a record: in the shape of records, or in InvenioRDM's
// own where that is asked for.
func (e *Emulator) draftBody(r *http.Request, d *deposition) any {
	if wantsNative(r) {
		return e.native(d, d.current(), wire.Root(r))
	}
	slugs := d.current().metadata.joined(e.deposits.memberships[d.concept])
	record := recordOf(published{d.id, d.concept, d.owner, d.created, d.current(), slugs, catalog.Place{Revision: d.current().revision}, wire.Root(r)})
	record.ConceptDOI, record.State, record.Submitted = e.conceptDOI(d), d.state(), d.released != nil
	if d.draft != nil {
		record.Status = "draft"
	}
	return record
}

func (e *Emulator) draftAnswer(r *http.Request, status int, d *deposition) *wire.Answer {
	kind := wire.TypeJSON
	if wantsNative(r) {
		kind = typeNative
	}
	a := &wire.Answer{Status: status, ContentType: kind, Body: rawjson.Spaced(e.draftBody(r, d))}
	return a.Set("ETag", strconv.Quote(strconv.Itoa(d.current().revision)))
}

func (e *Emulator) getDraft(r *http.Request, args []string) *wire.Answer {
	return e.inDraft(r, args[0], func(d *deposition) *wire.Answer { return e.draftAnswer(r, http.StatusOK, d) })
}

func (e *Emulator) editDraft(r *http.Request, args []string) *wire.Answer {
	return e.own(r, args[0], func(d *deposition) *wire.Answer {
		e.openEdit(d)
		return e.draftAnswer(r, http.StatusCreated, d)
	})
}

func (e *Emulator) createDraft(r *http.Request, _ []string) *wire.Answer {
	owner := e.access.User(r)
	if owner == 0 {
		return wire.ResourceError(http.StatusForbidden, wire.MsgDenied)
	}
	body, refusal := e.readNative(r)
	if refusal != nil {
		return refusal
	}
	e.deposits.mu.Lock()
	defer e.deposits.mu.Unlock()
	return e.draftAnswer(r, http.StatusCreated, e.allocate(owner, 0, body.metadata, e.cfg.Now()))
}

// updateDraft replaces the metadata that are translated here and, where they are named, the order of
// the files and which of them is shown.
func (e *Emulator) updateDraft(r *http.Request, args []string) *wire.Answer {
	body, refusal := e.readNative(r)
	return e.inDraft(r, args[0], func(d *deposition) *wire.Answer {
		if refusal != nil {
			return refusal
		}
		if stale := d.staleness(r); stale != nil {
			return stale
		}
		if !d.draft.arrange(body.files) {
			return wire.ResourceError(http.StatusBadRequest, wire.MsgValidation, wire.Invalid("files.default_preview", "File does not exist."))
		}
		d.draft.metadata.takeNative(body.metadata)
		d.draft.changed(e.cfg.Now())
		return e.draftAnswer(r, http.StatusOK, d)
	})
}

// arrangement is the order of files and which of them is shown first.
type arrangement struct {
	Order   []string `json:"order"`
	Preview *string  `json:"default_preview"`
}

// arrange fails where a file that is named is not there.
func (d *edition) arrange(a arrangement) bool {
	if a.Preview != nil && *a.Preview != "" && d.named(*a.Preview) == nil || !d.sort(a.Order) {
		return false
	}
	if a.Preview != nil {
		d.preview = *a.Preview
	}
	return true
}

func (e *Emulator) publishDraft(r *http.Request, args []string) *wire.Answer {
	return e.inDraft(r, args[0], func(d *deposition) *wire.Answer {
		if refusal := e.publish(d, wire.Root(r)); refusal != nil {
			return refusal
		}
		return e.draftAnswer(r, http.StatusAccepted, d)
	})
}

// newDraftVersion leaves the files to be imported by another request, and may
// be repeated.
func (e *Emulator) newDraftVersion(r *http.Request, args []string) *wire.Answer {
	return e.own(r, args[0], func(d *deposition) *wire.Answer {
		next, refusal := e.openVersion(d)
		if refusal != nil {
			return refusal
		}
		return e.draftAnswer(r, http.StatusCreated, next)
	})
}

// importDraftFiles takes the files of the version before.
func (e *Emulator) importDraftFiles(r *http.Request, args []string) *wire.Answer {
	return e.inDraft(r, args[0], func(d *deposition) *wire.Answer {
		last := e.deposits.latestOf(d.concept)
		switch {
		case len(d.draft.files) > 0:
			return wire.ResourceError(http.StatusBadRequest, wire.MsgValidation, wire.Invalid("files.enabled", msgHasFiles))
		case last == nil:
			return wire.ResourceError(http.StatusBadRequest, wire.MsgValidation, wire.Invalid("files.enabled", "The record has no files."))
		}
		d.draft.importFiles(last.released)
		d.draft.changed(e.cfg.Now())
		return &wire.Answer{Status: http.StatusCreated, ContentType: wire.TypeJSON, Body: rawjson.Spaced(d.fileList(d.draft, wire.Root(r), "/draft"))}
	})
}

func (e *Emulator) reserveDOI(r *http.Request, args []string) *wire.Answer {
	return e.inDraft(r, args[0], func(d *deposition) *wire.Answer {
		if d.draft.metadata.DOI != "" {
			return wire.ResourceError(http.StatusBadRequest, wire.MsgValidation, wire.Invalid("pids.doi", "A PID already exists for type doi."))
		}
		d.draft.metadata.DOI = reserved(d.id)
		d.draft.changed(e.cfg.Now())
		return e.draftAnswer(r, http.StatusCreated, d)
	})
}

// nativeBody is a draft as InvenioRDM takes it.
type nativeBody struct {
	metadata metadata
	files    arrangement
}

// readNative reads the body of a request, as far as it is translated here.
func (e *Emulator) readNative(r *http.Request) (body nativeBody, refusal *wire.Answer) {
	keys, refusal := readObject(r)
	if refusal != nil {
		return body, refusal
	}
	if keys["files"] != nil && json.Unmarshal(keys["files"], &body.files) != nil {
		return body, wire.ResourceError(http.StatusBadRequest, wire.MsgValidation, wire.Invalid("files", "Invalid input type."))
	}
	body.metadata.AccessRight = "open"
	if keys["metadata"] == nil {
		return body, nil
	}
	legacy, err := legacyOf(keys)
	if err != nil {
		return body, wire.ResourceError(http.StatusBadRequest, wire.MsgValidation, wire.Invalid("metadata", "Invalid input type."))
	}
	body.metadata, refusal = readMetadata(legacy, e.cfg.Now())
	body.metadata.asGiven = &nativeGiven{keys["metadata"], keys["custom_fields"], keys["access"]}
	return body, refusal
}
