package deposits

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"

	"github.com/google/uuid"

	"github.com/zharvest/zharvest/zenodotest/internal/catalog"
	"github.com/zharvest/zharvest/zenodotest/internal/wire"
)

func (s *Server) draftFileRoutes() []wire.Route {
	return []wire.Route{
		{Path: "/api/records/:id/draft/files", Get: s.listDraftFiles, Post: s.announceFiles, Put: s.arrangeFiles},
		{Path: "/api/records/:id/draft/files/:key", Get: s.getDraftFile, Delete: s.deleteDraftFile},
		{Path: "/api/records/:id/draft/files/:key/content", Get: s.readDraftFile, Put: s.writeDraftFile},
		{Path: "/api/records/:id/draft/files/:key/commit", Post: s.commitDraftFile},
	}
}

// fileListJSON is a list of files as records and drafts have it.
type fileListJSON struct {
	Enabled bool              `json:"enabled"`
	Links   map[string]string `json:"links"`
	Entries []entryJSON       `json:"entries"`
	Preview *string           `json:"default_preview"`
	Order   []string          `json:"order"`
}

type entryJSON struct {
	Created   string            `json:"created"`
	Updated   string            `json:"updated"`
	MediaType string            `json:"mimetype,omitempty"`
	VersionID string            `json:"version_id,omitempty"`
	FileID    string            `json:"file_id,omitempty"`
	BucketID  string            `json:"bucket_id"`
	Metadata  *struct{}         `json:"metadata"`
	Access    hidden            `json:"access"`
	Key       string            `json:"key"`
	Storage   string            `json:"storage_class,omitempty"`
	Checksum  string            `json:"checksum,omitempty"`
	Size      int64             `json:"size,omitempty"`
	Transfer  map[string]string `json:"transfer"`
	Status    string            `json:"status"`
	Links     map[string]string `json:"links"`
}

type hidden struct {
	Hidden bool `json:"hidden"`
}

// fileList lists the files of an edition; place is /draft or nothing.
func (d *deposition) fileList(holder *edition, root, place string) fileListJSON {
	base := fmt.Sprintf("%s/api/records/%d%s/files", root, d.id, place)
	list := fileListJSON{
		Enabled: true, Links: map[string]string{"self": base, "archive": base + "-archive"}, Entries: []entryJSON{}, Order: []string{},
	}
	if holder.preview != "" {
		list.Preview = &holder.preview
	}
	for _, f := range holder.files {
		list.Entries = append(list.Entries, f.entry(base, holder.bucket))
		list.Order = append(list.Order, f.key)
	}
	return list
}

func (f *file) entry(base, bucket string) entryJSON {
	self, at := base+"/"+quoteKey(f.key), f.created.UTC().Format(catalog.TimeLayout)
	out := entryJSON{
		Created: at, Updated: at, BucketID: bucket, Key: f.key, Transfer: map[string]string{"type": "L"}, Status: "pending",
		Links: map[string]string{"self": self, "content": self + "/content", "commit": self + "/commit"},
	}
	if f.done {
		out.Status, out.Storage, out.VersionID, out.FileID = "completed", "L", f.version, f.id
		out.MediaType, out.Checksum, out.Size = mediaType(f.key), "md5:"+f.blob.checksum, f.blob.size
	}
	return out
}

func (s *Server) listDraftFiles(r *http.Request, args []string) *wire.Answer {
	return s.inDraft(r, args[0], func(d *deposition) *wire.Answer { return draftFileList(r, http.StatusOK, d) })
}

func draftFileList(r *http.Request, status int, d *deposition) *wire.Answer {
	return wire.JSON(status, d.fileList(d.draft, wire.Root(r), "/draft"))
}

// announceFiles makes room for files that are to come.
func (s *Server) announceFiles(r *http.Request, args []string) *wire.Answer {
	var wanted []struct {
		Key string `json:"key"`
	}
	if refusal := readJSON(r, &wanted); refusal != nil {
		return refusal
	}
	return s.inDraft(r, args[0], func(d *deposition) *wire.Answer {
		for _, f := range wanted {
			if refusal := s.uploadRefusal(r, d, d.draft, f.Key); refusal != nil {
				return refusal
			}
			if d.draft.named(f.Key) != nil {
				return wire.ResourceError(http.StatusBadRequest, "File with key "+f.Key+" already exists.")
			}
			d.draft.files = append(d.draft.files, &file{id: uuid.NewString(), version: uuid.NewString(), key: f.Key, created: s.cfg.Now()})
		}
		return draftFileList(r, http.StatusCreated, d)
	})
}

// arrangeFiles changes the order of files, and which of them is shown.
func (s *Server) arrangeFiles(r *http.Request, args []string) *wire.Answer {
	var wanted arrangement
	keys, refusal := readObject(r)
	for name, into := range map[string]any{"order": &wanted.Order, "default_preview": &wanted.Preview} {
		if refusal == nil && keys[name] != nil && json.Unmarshal(keys[name], into) != nil {
			refusal = wire.ResourceError(http.StatusBadRequest, wire.MsgValidation, wire.Invalid(name, "Invalid input type."))
		}
	}
	return s.inDraft(r, args[0], func(d *deposition) *wire.Answer {
		if refusal != nil {
			return refusal
		}
		if !d.draft.arrange(wanted) {
			return wire.ResourceError(http.StatusBadRequest, wire.MsgValidation, wire.Invalid("order", "File does not exist."))
		}
		d.draft.changed(s.cfg.Now())
		return draftFileList(r, http.StatusOK, d)
	})
}

// inDraftFile runs an operation on a file of a draft, named by its key.
func (s *Server) inDraftFile(r *http.Request, args []string, operate func(d *deposition, f *file) *wire.Answer) *wire.Answer {
	return s.inDraft(r, args[0], func(d *deposition) *wire.Answer {
		f := d.draft.named(args[1])
		if f == nil {
			return noFile(d, args[1])
		}
		return operate(d, f)
	})
}

func (d *deposition) entryAnswer(r *http.Request, f *file) *wire.Answer {
	base := fmt.Sprintf("%s/api/records/%d/draft/files", wire.Root(r), d.id)
	return wire.JSON(http.StatusOK, f.entry(base, d.draft.bucket))
}

func (s *Server) getDraftFile(r *http.Request, args []string) *wire.Answer {
	return s.inDraftFile(r, args, func(d *deposition, f *file) *wire.Answer { return d.entryAnswer(r, f) })
}

func (s *Server) deleteDraftFile(r *http.Request, args []string) *wire.Answer {
	return s.inDraftFile(r, args, func(d *deposition, f *file) *wire.Answer {
		if d.draft.locked {
			return wire.ResourceError(http.StatusForbidden, wire.MsgDenied)
		}
		d.draft.remove(f, s.cfg.Now())
		return wire.Nothing()
	})
}

func (s *Server) readDraftFile(r *http.Request, args []string) *wire.Answer {
	return s.inDraftFile(r, args, func(d *deposition, f *file) *wire.Answer {
		if !f.done {
			return noFile(d, f.key)
		}
		return s.serveBlob(r, f)
	})
}

// writeDraftFile stores the bytes of a file that was announced.
func (s *Server) writeDraftFile(r *http.Request, args []string) *wire.Answer {
	if kind := r.Header.Get("Content-Type"); kind != "" && kind != "application/octet-stream" {
		return wire.UnsupportedType("application/octet-stream")
	}
	check := func(d *deposition, f *file) *wire.Answer {
		if d.draft.locked || f.done {
			return wire.ResourceError(http.StatusForbidden, wire.MsgDenied)
		}
		return nil
	}
	if refusal := s.inDraftFile(r, args, check); refusal != nil {
		return refusal
	}
	b, refusal := s.receive(r.Body, r.ContentLength)
	if refusal != nil {
		return refusal
	}
	b.acquire()
	return s.inDraftFile(r, args, func(d *deposition, f *file) *wire.Answer {
		f.release()
		f.blob = b
		return d.entryAnswer(r, f)
	})
}

func (s *Server) commitDraftFile(r *http.Request, args []string) *wire.Answer {
	return s.inDraftFile(r, args, func(d *deposition, f *file) *wire.Answer {
		if f.blob == nil {
			return wire.ResourceError(http.StatusBadRequest, "File upload is not complete.")
		}
		f.done = true
		d.draft.changed(s.cfg.Now())
		return d.entryAnswer(r, f)
	})
}

// incomplete reports whether a file was announced and has not come.
func (d *edition) incomplete() bool {
	return slices.ContainsFunc(d.files, func(f *file) bool { return !f.done })
}
