package deposits

import (
	"encoding/json"
	"net/http"
	"strconv"
	"strings"

	"github.com/zharvest/zharvest/zenodotest/internal/catalog"
	"github.com/zharvest/zharvest/zenodotest/internal/rawjson"
	"github.com/zharvest/zharvest/zenodotest/internal/wire"
)

// TypeNative is the media type of InvenioRDM's own JSON.
const TypeNative = "application/vnd.inveniordm.v1+json"

// draftRoutes are what InvenioRDM itself has for the drafts of depositions.
func (s *Server) draftRoutes() []wire.Route {
	return []wire.Route{
		{Path: "/api/user/records", Get: s.listUserRecords},
		{Path: "/api/records/:id/draft", Get: s.getDraft, Post: s.editDraft, Put: s.updateDraft, Delete: s.deleteDeposition},
		{Path: "/api/records/:id/draft/actions/publish", Post: s.publishDraft},
		{Path: "/api/records/:id/draft/actions/files-import", Post: s.importDraftFiles},
		{Path: "/api/records/:id/draft/pids/doi", Post: s.reserveDOI},
	}
}

func WantsNative(r *http.Request) bool { return strings.Contains(r.Header.Get("Accept"), TypeNative) }

// draftBody is a draft or a record: in the shape of records, or in InvenioRDM's
// own where that is asked for.
func (s *Server) draftBody(r *http.Request, d *deposition) any {
	if WantsNative(r) {
		return s.native(d, d.current(), wire.Root(r))
	}
	slugs := d.current().metadata.joined(s.memberships[d.concept])
	record := recordOf(published{d.id, d.concept, d.owner, d.created, d.current(), slugs, catalog.Place{Revision: d.current().revision}, wire.Root(r)})
	record.ConceptDOI, record.State, record.Submitted = s.conceptDOI(d), d.state(), d.released != nil
	if d.draft != nil {
		record.Status = "draft"
	}
	return record
}

func (s *Server) draftAnswer(r *http.Request, status int, d *deposition) *wire.Answer {
	kind := wire.TypeJSON
	if WantsNative(r) {
		kind = TypeNative
	}
	a := &wire.Answer{Status: status, ContentType: kind, Body: rawjson.Spaced(s.draftBody(r, d))}
	return a.Set("ETag", strconv.Quote(strconv.Itoa(d.current().revision)))
}

func (s *Server) getDraft(r *http.Request, args []string) *wire.Answer {
	return s.inDraft(r, args[0], func(d *deposition) *wire.Answer { return s.draftAnswer(r, http.StatusOK, d) })
}

func (s *Server) editDraft(r *http.Request, args []string) *wire.Answer {
	return s.own(r, args[0], func(d *deposition) *wire.Answer {
		s.openEdit(d)
		return s.draftAnswer(r, http.StatusCreated, d)
	})
}

func (s *Server) CreateDraft(r *http.Request, _ []string) *wire.Answer {
	owner := s.cfg.Access.User(r)
	if owner == 0 {
		return wire.ResourceError(http.StatusForbidden, wire.MsgDenied)
	}
	body, refusal := s.readNative(r)
	if refusal != nil {
		return refusal
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.draftAnswer(r, http.StatusCreated, s.allocate(owner, 0, body.metadata, s.cfg.Now()))
}

// updateDraft replaces the metadata that are translated here and, where they are named, the order of
// the files and which of them is shown.
func (s *Server) updateDraft(r *http.Request, args []string) *wire.Answer {
	body, refusal := s.readNative(r)
	return s.inDraft(r, args[0], func(d *deposition) *wire.Answer {
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
		d.draft.changed(s.cfg.Now())
		return s.draftAnswer(r, http.StatusOK, d)
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

func (s *Server) publishDraft(r *http.Request, args []string) *wire.Answer {
	return s.inDraft(r, args[0], func(d *deposition) *wire.Answer {
		if refusal := s.publish(d, wire.Root(r)); refusal != nil {
			return refusal
		}
		return s.draftAnswer(r, http.StatusAccepted, d)
	})
}

// CreateVersion leaves the files to be imported by another request, and may
// be repeated.
func (s *Server) CreateVersion(r *http.Request, args []string) *wire.Answer {
	return s.own(r, args[0], func(d *deposition) *wire.Answer {
		next, refusal := s.openVersion(d)
		if refusal != nil {
			return refusal
		}
		return s.draftAnswer(r, http.StatusCreated, next)
	})
}

// importDraftFiles takes the files of the version before.
func (s *Server) importDraftFiles(r *http.Request, args []string) *wire.Answer {
	return s.inDraft(r, args[0], func(d *deposition) *wire.Answer {
		last := s.latestOf(d.concept)
		switch {
		case len(d.draft.files) > 0:
			return wire.ResourceError(http.StatusBadRequest, wire.MsgValidation, wire.Invalid("files.enabled", msgHasFiles))
		case last == nil:
			return wire.ResourceError(http.StatusBadRequest, wire.MsgValidation, wire.Invalid("files.enabled", "The record has no files."))
		}
		d.draft.importFiles(last.released)
		d.draft.changed(s.cfg.Now())
		return wire.JSON(http.StatusCreated, d.fileList(d.draft, wire.Root(r), "/draft"))
	})
}

func (s *Server) reserveDOI(r *http.Request, args []string) *wire.Answer {
	return s.inDraft(r, args[0], func(d *deposition) *wire.Answer {
		if d.draft.metadata.DOI != "" {
			return wire.ResourceError(http.StatusBadRequest, wire.MsgValidation, wire.Invalid("pids.doi", "A PID already exists for type doi."))
		}
		d.draft.metadata.DOI = reserved(d.id)
		d.draft.changed(s.cfg.Now())
		return s.draftAnswer(r, http.StatusCreated, d)
	})
}

// nativeBody is a draft as InvenioRDM takes it.
type nativeBody struct {
	metadata metadata
	files    arrangement
}

// readNative reads the body of a request, as far as it is translated here.
func (s *Server) readNative(r *http.Request) (body nativeBody, refusal *wire.Answer) {
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
	body.metadata, refusal = readMetadata(legacy, s.cfg.Now())
	body.metadata.asGiven = &nativeGiven{keys["metadata"], keys["custom_fields"], keys["access"]}
	return body, refusal
}

// NativeRecord answers with a record that was deposited in InvenioRDM's own form as
// it was given. For others it is nil.
func (s *Server) NativeRecord(r *http.Request, id string) *wire.Answer {
	s.mu.Lock()
	defer s.mu.Unlock()
	number, _ := strconv.ParseInt(id, 10, 64) // 0 is none
	d := s.byID[number]
	if d == nil || d.released == nil || d.released.metadata.asGiven == nil {
		return nil
	}
	return &wire.Answer{Status: http.StatusOK, ContentType: TypeNative, Body: rawjson.Spaced(s.native(d, d.released, wire.Root(r)))}
}
