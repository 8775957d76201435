package deposits

import (
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"regexp"
	"strings"

	"golang.org/x/text/unicode/norm"

	"github.com/zharvest/zharvest/zenodotest/internal/filenames"
	"github.com/zharvest/zharvest/zenodotest/internal/wire"
)

// depositionFileRoutes lack a PUT: files cannot be sorted or renamed this way.
func (s *Server) depositionFileRoutes() []wire.Route {
	return []wire.Route{
		{Path: "/api/deposit/depositions/:id/files", Get: s.listDepositionFiles, Post: s.uploadDepositionFile},
		{Path: "/api/deposit/depositions/:id/files/:file", Get: s.getDepositionFile, Delete: s.deleteDepositionFile},
	}
}

// single is a file of a deposition by itself.
func (d *deposition) single(f *file, root string) depositedFile {
	out := d.fileJSON(f, fmt.Sprintf("%s/api/deposit/depositions/%d/files", root, d.id), root)
	out.Filesize = fraction(f.blob.size)
	if d.draft == nil {
		out.Links.Download = fmt.Sprintf("%s/api/records/%d/files/%s/content", root, d.id, filenames.Quote(f.key))
	}
	return out
}

func (s *Server) listDepositionFiles(r *http.Request, args []string) *wire.Answer {
	return s.with(r, args[0], toManage, func(d *deposition) *wire.Answer {
		list := []depositedFile{}
		for _, f := range d.current().files {
			if f.done {
				list = append(list, d.single(f, wire.Root(r)))
			}
		}
		return wire.JSON(http.StatusOK, list)
	})
}

func (s *Server) getDepositionFile(r *http.Request, args []string) *wire.Answer {
	return s.ownFile(r, args, func(d *deposition, f *file) *wire.Answer {
		return wire.JSON(http.StatusOK, d.single(f, wire.Root(r)))
	})
}

func (s *Server) deleteDepositionFile(r *http.Request, args []string) *wire.Answer {
	return s.ownFile(r, args, func(d *deposition, f *file) *wire.Answer {
		switch {
		case d.draft == nil:
			return denied()
		case d.draft.locked:
			return bucketLocked()
		}
		d.draft.remove(f, s.cfg.Now())
		return wire.Nothing()
	})
}

// ownFile runs an operation on a file of a deposition, named by its id.
func (s *Server) ownFile(r *http.Request, args []string, operate func(d *deposition, f *file) *wire.Answer) *wire.Answer {
	return s.with(r, args[0], toManage, func(d *deposition) *wire.Answer {
		f := d.current().withID(args[1])
		if f == nil {
			return wire.NoRoute()
		}
		return operate(d, f)
	})
}

// uploadDepositionFile takes a file from a form. Unlike the bucket it makes
// another name of the one that is given, and replaces nothing.
func (s *Server) uploadDepositionFile(r *http.Request, args []string) *wire.Answer {
	check := func(key string) func(d *deposition) *wire.Answer {
		return func(d *deposition) *wire.Answer { return s.uploadRefusal(r, d, d.current(), key) }
	}
	if refusal := s.with(r, args[0], toManage, check("")); refusal != nil {
		return refusal
	}
	form, err := r.MultipartReader()
	if err != nil {
		return badRequest()
	}
	key, b, refusal := s.readForm(form)
	if refusal != nil {
		return refusal
	}
	return s.with(r, args[0], toManage, func(d *deposition) *wire.Answer {
		refusal := check(key)(d)
		switch {
		case refusal != nil:
		case key == "":
			refusal = wire.ResourceError(http.StatusBadRequest, wire.MsgValidation, wire.Invalid("key", "Shorter than minimum length 1."))
		case d.draft.named(key) != nil:
			refusal = wire.ResourceError(http.StatusBadRequest, "File with key "+key+" already exists.")
		}
		if refusal != nil {
			b.release()
			return refusal
		}
		f := d.draft.put(key, b, s.cfg.Now())
		return wire.JSON(http.StatusCreated, d.single(f, wire.Root(r)))
	})
}

// badRequest is the answer to a body that cannot be read.
func badRequest() *wire.Answer {
	return wire.AppError(http.StatusBadRequest, "The browser (or proxy) sent a request that this server could not understand.")
}

// readForm reads the parts of a form, where name may come before or after
// file.
func (s *Server) readForm(form *multipart.Reader) (key string, b *blob, refusal *wire.Answer) {
	var name *string
	for {
		part, err := form.NextPart()
		if err == io.EOF && b != nil {
			break
		}
		if err != nil {
			refusal = badRequest()
		} else {
			refusal = s.readPart(part, &name, &key, &b)
		}
		if refusal != nil {
			if b != nil {
				b.release()
			}
			return "", nil, refusal
		}
	}
	if name != nil {
		key = *name
	}
	return secureName(key), b, nil
}

func (s *Server) readPart(part *multipart.Part, name **string, key *string, b **blob) (refusal *wire.Answer) {
	switch {
	case part.FormName() == "name":
		text, err := io.ReadAll(io.LimitReader(part, 4096))
		if err != nil {
			return badRequest()
		}
		given := string(text)
		*name = &given
	case part.FormName() == "file" && *b == nil:
		*b, refusal = s.receive(part, -1)
		if refusal == nil && (*b).size == 0 {
			refusal = wire.ResourceError(http.StatusBadRequest, msgNoContent)
		}
		*key = partName(part)
	}
	return refusal
}

// partName is the name of a file as it was sent, folders included, which
// FileName leaves out.
func partName(part *multipart.Part) string {
	_, parameters, err := mime.ParseMediaType(part.Header.Get("Content-Disposition"))
	if err != nil {
		return part.FileName()
	}
	return parameters["filename"]
}

var insecure = regexp.MustCompile(`[^A-Za-z0-9_.-]`)

// secureName is what Werkzeug's secure_filename makes of a name: letters of
// ASCII, underscores for blanks and slashes, and no dots in front.
func secureName(name string) string {
	var ascii strings.Builder
	for _, r := range norm.NFKD.String(name) {
		if r < 0x80 {
			ascii.WriteRune(r)
		}
	}
	words := strings.Fields(strings.ReplaceAll(ascii.String(), "/", " "))
	return strings.Trim(insecure.ReplaceAllString(strings.Join(words, "_"), ""), "._")
}
