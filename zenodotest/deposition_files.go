package zenodotest

import (
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"regexp"
	"strconv"
	"strings"

	"golang.org/x/text/unicode/norm"

	"github.com/zharvest/zharvest/zenodotest/internal/rawjson"
)

// depositionFileRoutes lack a PUT: files cannot be sorted or renamed this way.
var depositionFileRoutes = []route{
	{path: "/api/deposit/depositions/:id/files", get: listDepositionFiles, post: uploadDepositionFile},
	{path: "/api/deposit/depositions/:id/files/:file", get: getDepositionFile, delete: deleteDepositionFile},
}

func itoa(n int64) string { return strconv.FormatInt(n, 10) }

// single is a file of a deposition by itself.
func (d *deposition) single(f *file, root string) depositedFile {
	out := d.fileJSON(f, fmt.Sprintf("%s/api/deposit/depositions/%d/files", root, d.id), root)
	out.Filesize = fraction(f.blob.size)
	if d.draft == nil {
		out.Links.Download = fmt.Sprintf("%s/api/records/%d/files/%s/content", root, d.id, quoteKey(f.key))
	}
	return out
}

func listDepositionFiles(e *Emulator, r *http.Request, args []string) *answer {
	return e.own(r, args[0], func(d *deposition) *answer {
		list := []depositedFile{}
		for _, f := range d.current().files {
			if f.done {
				list = append(list, d.single(f, root(r)))
			}
		}
		return &answer{status: http.StatusOK, contentType: typeJSON, body: rawjson.Spaced(list)}
	})
}

func getDepositionFile(e *Emulator, r *http.Request, args []string) *answer {
	return e.ownFile(r, args, func(d *deposition, f *file) *answer {
		return &answer{status: http.StatusOK, contentType: typeJSON, body: rawjson.Spaced(d.single(f, root(r)))}
	})
}

func deleteDepositionFile(e *Emulator, r *http.Request, args []string) *answer {
	return e.ownFile(r, args, func(d *deposition, f *file) *answer {
		if d.current().locked {
			return resourceError(http.StatusForbidden, msgDenied)
		}
		d.draft.remove(f, e.cfg.Now())
		return nothing()
	})
}

// ownFile runs an operation on a file of a deposition, named by its id.
func (e *Emulator) ownFile(r *http.Request, args []string, operate func(d *deposition, f *file) *answer) *answer {
	return e.own(r, args[0], func(d *deposition) *answer {
		f := d.current().withID(args[1])
		if f == nil {
			return noRoute()
		}
		return operate(d, f)
	})
}

// uploadDepositionFile takes a file from a form. Unlike the bucket it makes
// another name of the one that is given, and replaces nothing.
func uploadDepositionFile(e *Emulator, r *http.Request, args []string) *answer {
	check := func(key string) func(d *deposition) *answer {
		return func(d *deposition) *answer { return e.uploadRefusal(r, d, d.current(), key) }
	}
	if refusal := e.own(r, args[0], check("")); refusal != nil {
		return refusal
	}
	form, err := r.MultipartReader()
	if err != nil {
		return badForm()
	}
	key, b, refusal := e.readForm(form)
	if refusal != nil {
		return refusal
	}
	return e.own(r, args[0], func(d *deposition) *answer {
		refusal := check(key)(d)
		switch {
		case refusal != nil:
		case key == "":
			refusal = resourceError(http.StatusBadRequest, msgValidation, invalid("key", "Shorter than minimum length 1."))
		case d.draft.named(key) != nil:
			refusal = resourceError(http.StatusBadRequest, "File with key "+key+" already exists.")
		}
		if refusal != nil {
			b.release()
			return refusal
		}
		f := d.draft.put(key, b, e.cfg.Now())
		return &answer{status: http.StatusCreated, contentType: typeJSON, body: rawjson.Spaced(d.single(f, root(r)))}
	})
}

func badForm() *answer {
	return appError(http.StatusBadRequest, "The browser (or proxy) sent a request that this server could not understand.")
}

// readForm reads the parts of a form, of which name may come before or after
// file.
func (e *Emulator) readForm(form *multipart.Reader) (key string, b *blob, refusal *answer) {
	var name *string
	for {
		part, err := form.NextPart()
		if err == io.EOF && b != nil {
			break
		}
		if err != nil {
			refusal = badForm()
		} else {
			refusal = e.readPart(part, &name, &key, &b)
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

func (e *Emulator) readPart(part *multipart.Part, name **string, key *string, b **blob) (refusal *answer) {
	switch {
	case part.FormName() == "name":
		text, err := io.ReadAll(io.LimitReader(part, 4096))
		if err != nil {
			return badForm()
		}
		given := string(text)
		*name = &given
	case part.FormName() == "file" && *b == nil:
		*b, refusal = e.receive(part, -1)
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
