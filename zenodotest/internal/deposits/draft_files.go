package deposits

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"

	"github.com/zharvest/zharvest/zenodotest/internal/filenames"
	"github.com/zharvest/zharvest/zenodotest/internal/schema"
	"github.com/zharvest/zharvest/zenodotest/internal/wire"
)

func (s *Server) draftFileRoutes() []wire.Route {
	return []wire.Route{
		{Path: "/api/records/:id/draft/files", Get: s.listDraftFiles, Post: s.announceFiles, Delete: s.deleteDraftFiles},
		{Path: "/api/records/:id/draft/files/*", Get: s.getDraftFile, Put: s.putDraftFile, Post: s.postDraftFile, Delete: s.deleteDraftFile},
	}
}

// fileListJSON is a list of files as drafts have it.
type fileListJSON struct {
	Enabled bool              `json:"enabled"`
	Links   map[string]string `json:"links"`
	Entries []entryJSON       `json:"entries"`
	Preview *string           `json:"default_preview"`
	Order   []string          `json:"order"`
}

type entryJSON struct {
	Created   string          `json:"created"`
	Updated   string          `json:"updated"`
	MediaType string          `json:"mimetype,omitempty"`
	VersionID string          `json:"version_id,omitempty"`
	FileID    string          `json:"file_id,omitempty"`
	BucketID  string          `json:"bucket_id,omitempty"`
	Metadata  any             `json:"metadata"`
	Access    object          `json:"access"`
	Links     object          `json:"links"`
	Key       string          `json:"key"`
	Transfer  object          `json:"transfer"`
	Status    string          `json:"status"`
	Checksum  json.RawMessage `json:"checksum,omitempty"`
	Size      *int64          `json:"size,omitempty"`
	Storage   string          `json:"storage_class,omitempty"`
	Errors    string          `json:"errors,omitempty"`
}

// draftFilesAt is the address of a draft's files.
func (s *Server) draftFilesAt(r *http.Request, d *deposition) string {
	return wire.Root(r) + "/api/records/" + s.text(d.id) + "/draft/files"
}

func (f *file) entry(base string, holder *edition) entryJSON {
	self, at := base+"/"+filenames.Quote(f.key), stamp(f.created)
	out := entryJSON{
		Created: at, Updated: at, Key: f.key, Metadata: f.metadata, Access: object{"hidden": false},
		Transfer: object{"type": "L"}, Status: "pending", Links: object{"self": self, "content": self + "/content", "commit": self + "/commit"},
	}
	if f.parts != nil {
		f.parts.describe(&out, self)
	}
	if f.done || f.parts != nil {
		out.Storage, out.VersionID, out.FileID, out.BucketID, out.MediaType = "L", f.version, f.id, holder.bucket, filenames.MediaType(f.key)
	}
	if f.done {
		out.Status, out.Size = "completed", &f.blob.size
	}
	if f.done && f.parts == nil {
		out.Checksum = fmt.Appendf(nil, "%q", "md5:"+f.blob.checksum)
	}
	return out
}

func (s *Server) listDraftFiles(r *http.Request, args []string) *wire.Answer {
	return s.inDraft(r, args[0], toPreview, func(d *deposition) *wire.Answer { return s.draftFileList(r, http.StatusOK, d) })
}

func (s *Server) draftFileList(r *http.Request, status int, d *deposition) *wire.Answer {
	base := s.draftFilesAt(r, d)
	links := map[string]string{"self": base, "archive": base + "-archive"}
	if d.draft.isMetadata {
		return wire.JSON(status, object{"enabled": false, "links": links})
	}
	list := fileListJSON{Enabled: true, Links: links, Entries: []entryJSON{}, Order: []string{}}
	if d.draft.preview != "" {
		list.Preview = &d.draft.preview
	}
	for _, f := range d.draft.files {
		list.Entries = append(list.Entries, f.entry(base, d.draft))
	}
	return wire.JSON(status, list)
}

// announceFiles makes room for files that are to come, also where none may come.
// Of sizes and checksums that are stated nothing is made.
func (s *Server) announceFiles(r *http.Request, args []string) *wire.Answer {
	var sent any
	if refusal := readJSON(r, &sent); refusal != nil {
		return refusal
	}
	wanted, problems := readAnnouncements(sent)
	return s.inDraft(r, args[0], toEdit, func(d *deposition) *wire.Answer {
		switch {
		case d.draft.isMetadata:
			return wire.ResourceError(http.StatusForbidden, "Files are not enabled.")
		case len(wanted) == 0 && problems == nil:
			problems = append(problems, wire.Invalid("_schema", "No files to upload."))
		}
		if problems != nil {
			return wire.ResourceError(http.StatusBadRequest, wire.MsgValidation, problems...)
		}
		if s.flights.hasLost(r) && d.draft.named(wanted[0].Key) != nil {
			return wire.InternalError()
		}
		for i, f := range wanted {
			isTwice := false
			for _, other := range wanted[:i] {
				isTwice = isTwice || other.Key == f.Key
			}
			switch {
			case isTwice || d.draft.named(f.Key) != nil:
				return wire.ResourceError(http.StatusBadRequest, "File with key "+f.Key+" already exists.")
			case len(d.draft.files)+len(wanted) > maxFiles && !s.cfg.Access.Native:
				return wire.ResourceError(http.StatusBadRequest, msgTooMany)
			}
		}
		s.flights.win(r)
		for _, f := range wanted {
			made := newFile(f.Key, s.cfg.Now())
			made.metadata, made.parts = f.Metadata, f.parts(made.created)
			d.draft.files = append(d.draft.files, made)
		}
		return s.draftFileList(r, http.StatusCreated, d)
	})
}

// announcement is a file that is to come.
type announcement struct {
	Key      string
	Metadata any
	Size     int64
	Transfer struct {
		Type     string
		Parts    int
		PartSize int64 `json:"part_size"`
	}
}

func readAnnouncements(sent any) (wanted []announcement, problems []wire.FieldError) {
	list, isList := sent.([]any)
	if sent != nil && !isList {
		list = []any{nil}
	}
	for i, item := range list {
		at := fmt.Sprintf("%d.", i)
		o, ok := item.(object)
		key, isText := o["key"].(string)
		_, isGiven := o["key"]
		switch {
		case !ok:
			problems = append(problems, wire.Invalid(at+"_schema", "Invalid input type."))
		case !isGiven:
			problems = append(problems, wire.Invalid(at+"key", schema.MsgMissing))
		case o["key"] == nil:
			problems = append(problems, wire.Invalid(at+"key", "Field may not be null."))
		case !isText:
			problems = append(problems, wire.Invalid(at+"key", "Not a valid string."))
		}
		for name := range o {
			if !strings.Contains(" key metadata size checksum transfer access ", " "+name+" ") {
				problems = append(problems, wire.Invalid(at+name, "Unknown field."))
			}
		}
		a := announcement{Metadata: o["metadata"]}
		if raw, err := json.Marshal(o); err == nil {
			json.Unmarshal(raw, &a) // what does not fit is none
		}
		a.Key = key
		wanted = append(wanted, a)
	}
	return wanted, problems
}

// inDraftFile runs an operation on a file of a draft, named by its key.
func (s *Server) inDraftFile(r *http.Request, id, key string, right right, operate func(d *deposition, f *file) *wire.Answer) *wire.Answer {
	return s.inDraft(r, id, right, func(d *deposition) *wire.Answer {
		f := d.draft.named(key)
		if f == nil {
			return s.noFile(d, key)
		}
		return operate(d, f)
	})
}

func (s *Server) noFile(d *deposition, key string) *wire.Answer {
	return wire.ResourceError(http.StatusNotFound, "Record '"+s.text(d.id)+"' has no file '"+key+"'.")
}

func bucketLocked() *wire.Answer {
	return wire.ResourceError(http.StatusForbidden, "Bucket is locked for modifications.")
}

func (s *Server) entryAnswer(r *http.Request, d *deposition, f *file) *wire.Answer {
	return wire.JSON(http.StatusOK, f.entry(s.draftFilesAt(r, d), d.draft))
}

// getDraftFile answers with what is known of a file or, behind /content, with its
// bytes. Names may hold slashes.
func (s *Server) getDraftFile(r *http.Request, args []string) *wire.Answer {
	key, wantsBytes := strings.CutSuffix(args[1], "/content")
	return s.inDraftFile(r, args[0], key, toPreview, func(d *deposition, f *file) *wire.Answer {
		switch {
		case !wantsBytes:
			return s.entryAnswer(r, d, f)
		case !f.done:
			return wire.InternalError()
		}
		return s.serveBlob(r, f)
	})
}

func (s *Server) deleteDraftFile(r *http.Request, args []string) *wire.Answer {
	return s.inDraftFile(r, args[0], args[1], toEdit, func(d *deposition, f *file) *wire.Answer {
		if d.draft.locked && f.done {
			return bucketLocked()
		}
		d.draft.remove(f, s.cfg.Now())
		return wire.Nothing()
	})
}

func (s *Server) deleteDraftFiles(r *http.Request, args []string) *wire.Answer {
	return s.inDraft(r, args[0], toEdit, func(d *deposition) *wire.Answer {
		if d.draft.locked {
			return bucketLocked()
		}
		d.draft.drop()
		d.draft.preview = ""
		d.draft.changed(s.cfg.Now())
		return wire.Nothing()
	})
}

// putDraftFile stores the bytes of a file that was announced, or a part of them,
// or what is said of the file.
func (s *Server) putDraftFile(r *http.Request, args []string) *wire.Answer {
	key, number, isPart := cutPart(args[1])
	if !isPart {
		var isContent bool
		if key, isContent = strings.CutSuffix(args[1], "/content"); !isContent {
			return s.describeDraftFile(r, args)
		}
	}
	if kind := r.Header.Get("Content-Type"); kind != "" && kind != "application/octet-stream" {
		return wire.UnsupportedType("application/octet-stream")
	}
	check := func(d *deposition, f *file) *wire.Answer {
		switch {
		case d.draft.locked:
			return bucketLocked()
		case f.parts != nil && !s.cfg.Access.Native:
			return denied()
		case f.parts == nil && isPart || f.parts != nil && !isPart:
			return wire.InternalError()
		case s.flights.isLate(r, samePath):
			return wire.InternalError()
		}
		return nil
	}
	if refusal := s.inDraftFile(r, args[0], key, toEdit, check); refusal != nil {
		return refusal
	}
	b, refusal := s.receive(r.Body, r.ContentLength)
	if refusal != nil {
		return refusal
	}
	b.acquire()
	done := s.inDraftFile(r, args[0], key, toEdit, func(d *deposition, f *file) *wire.Answer {
		switch {
		case isPart:
			return s.storePart(r, d, f, number, b)
		case f.done:
			return s.destroy(r, d, f)
		}
		if f.blob != nil {
			f.blob.release()
		}
		b.acquire()
		f.blob = b
		return s.entryAnswer(r, d, f)
	})
	b.release()
	return done
}

// destroy is what a second upload does to a file that was committed: the answer
// is that of a success, with the file as it was, which is gone from now on.
func (s *Server) destroy(r *http.Request, d *deposition, f *file) *wire.Answer {
	entry := f.entry(s.draftFilesAt(r, d), d.draft)
	entry.Errors = "File upload transfer failed."
	d.draft.remove(f, s.cfg.Now())
	return wire.JSON(http.StatusOK, entry)
}

// describeDraftFile replaces what is said of a file.
func (s *Server) describeDraftFile(r *http.Request, args []string) *wire.Answer {
	var keys object
	if refusal := readJSON(r, &keys); refusal != nil {
		return refusal
	}
	return s.inDraftFile(r, args[0], args[1], toEdit, func(d *deposition, f *file) *wire.Answer {
		for name := range keys {
			if name != "metadata" && name != "access" {
				return wire.ResourceError(http.StatusBadRequest, wire.MsgValidation, wire.Invalid(name, "Unknown field."))
			}
		}
		f.metadata = keys["metadata"]
		return s.entryAnswer(r, d, f)
	})
}

// postDraftFile commits a file that has come.
func (s *Server) postDraftFile(r *http.Request, args []string) *wire.Answer {
	key, isCommit := strings.CutSuffix(args[1], "/commit")
	if !isCommit {
		return wire.AppError(http.StatusMethodNotAllowed, wire.MsgMethod)
	}
	return s.inDraftFile(r, args[0], key, toEdit, func(d *deposition, f *file) *wire.Answer {
		switch {
		case f.parts != nil && !s.cfg.Access.Native:
			return denied()
		case f.parts != nil && !f.done:
			return s.commitParts(r, d, f)
		case f.blob == nil:
			return wire.InternalError()
		case f.blob.size == 0 && !s.cfg.Access.Native:
			return wire.ResourceError(http.StatusBadRequest, msgNoContent)
		}
		answer := func() *wire.Answer { return s.entryAnswer(r, d, f) }
		if f.done {
			return answer()
		}
		f.done = true
		d.draft.changed(s.cfg.Now())
		a := answer()
		if f.metadata == nil {
			f.metadata = object{} // as soon as the server has looked at the file
		}
		return a
	})
}

// serveBlob answers with the bytes of a file.
func (s *Server) serveBlob(r *http.Request, f *file) *wire.Answer {
	opened, err := f.blob.open()
	if err != nil {
		return wire.AppError(http.StatusInternalServerError, err.Error())
	}
	return wire.Bytes(r, opened, f.blob.size, !s.cfg.NoRanges).Named(f.key, true)
}
