package deposits

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/zharvest/zharvest/zenodotest/internal/schema"
)

// object is a JSON object.
type object = schema.Object

// deposition is a version of a record with its state as a draft. All of it is
// guarded by the lock of [Server].
type deposition struct {
	id, concept  int64
	owner        int64
	drafted      time.Time // when its first draft was made
	created      time.Time // when it was published; that of the draft until then
	released     *edition  // what is published; nil for what never was
	draft        *edition  // what is being edited; nil for what is not
	revision     int       // of the last draft
	isAdopted    bool      // whether it was loaded or made up
	stats        object    // counts of its use; nil where there are none
	isNewVersion bool      // whether it began as the next version of another
	review       *request  // what asks a community to publish the draft; nil for most
}

// edition is the metadata and files of a deposition.
type edition struct {
	content
	bucket     string
	modified   time.Time
	revision   int
	locked     bool // files of a published record do not change with its metadata
	isMetadata bool // whether there are no files, and shall be none
	files      []*file
	preview    string // the name of the file to be shown
}

// content is what describes a record, in InvenioRDM's own form. Of entries of
// vocabularies it has the ids.
type content struct {
	metadata, custom, access, pids object
}

// file is a file of an edition.
type file struct {
	id       string
	version  string
	key      string
	created  time.Time
	metadata any
	blob     *blob // nil for one that is announced, and has not come
	done     bool  // whether it counts: announced files do not until they are complete
	parts    *parts
}

// current is what the legacy API shows: the draft, else the record.
func (d *deposition) current() *edition { return cmp.Or(d.draft, d.released) }

// isPublished reports whether there is a record.
func (d *deposition) isPublished() bool { return d.released != nil }

// text is a text that describes a record.
func (c content) text(name string) string { return textOf(c.metadata[name]) }

func textOf(value any) string {
	s, _ := value.(string)
	return s
}

// member is an object within another, or nil.
func member(o object, name string) object {
	inner, _ := o[name].(object)
	return inner
}

// objects are the objects of a list.
func objects(value any) (all []object) {
	list, _ := value.([]any)
	for _, item := range list {
		if o, ok := item.(object); ok {
			all = append(all, o)
		}
	}
	return all
}

// doi is the DOI of a record, where it has one or shall have it.
func (c content) doi() string { return textOf(member(c.pids, "doi")["identifier"]) }

// isOwnDOI reports whether the server gives a DOI out itself.
func (s *Server) isOwnDOI(doi string) bool {
	return strings.HasPrefix(doi, s.prefix()+"/") || strings.HasPrefix(doi, "10.5072/")
}

func (s *Server) prefix() string {
	prefix, _, _ := strings.Cut(s.cfg.Catalog.DOI(1), "/")
	return prefix
}

// registers reports whether the DOI is one that the server gives out.
func (s *Server) registers(c content) bool { return c.doi() == "" || s.isOwnDOI(c.doi()) }

// reserved is the DOI that a record has or will have.
func (s *Server) reserved(id int64) object {
	return object{"identifier": s.cfg.Catalog.DOI(id), "provider": "datacite", "client": "datacite"}
}

func newEdition(c content, now time.Time) *edition {
	return &edition{bucket: uuid.NewString(), content: c, modified: now, revision: 4}
}

// copied is an edition with the same metadata and files.
func (e *edition) copied(now time.Time) *edition {
	made := newEdition(e.content, now)
	made.preview, made.isMetadata = e.preview, e.isMetadata
	made.importFiles(e, now)
	return made
}

// importFiles lets an edition have the files of another, under the same ids.
func (e *edition) importFiles(from *edition, now time.Time) {
	for _, f := range from.files {
		f.blob.acquire()
		shared := *f
		shared.created, shared.version, shared.metadata = now, uuid.NewString(), cmp.Or(f.metadata, any(object{}))
		e.files = append(e.files, &shared)
	}
}

// changed notes that an edition is not what it was.
func (e *edition) changed(now time.Time) {
	e.modified = now
	e.revision++
}

// drop lets go of all files.
func (e *edition) drop() {
	for _, f := range e.files {
		f.release()
	}
	e.files = nil
}

func (f *file) release() {
	if f.blob != nil {
		f.blob.release()
	}
	if f.parts != nil {
		f.parts.release()
	}
}

// named finds a file by its name.
func (e *edition) named(key string) *file {
	return e.find(func(f *file) bool { return f.key == key })
}

// withID finds a file by its id.
func (e *edition) withID(id string) *file {
	return e.find(func(f *file) bool { return f.id == id && f.done })
}

func (e *edition) find(isIt func(*file) bool) *file {
	if at := slices.IndexFunc(e.files, isIt); at >= 0 {
		return e.files[at]
	}
	return nil
}

func newFile(key string, now time.Time) *file {
	return &file{id: uuid.NewString(), version: uuid.NewString(), key: key, created: now}
}

// put adds a file, in the place of the one with the same name, if any.
func (e *edition) put(key string, b *blob, now time.Time) *file {
	b.acquire()
	made := newFile(key, now)
	made.blob, made.done = b, true
	at := slices.IndexFunc(e.files, func(f *file) bool { return f.key == key })
	if at < 0 {
		e.files = append(e.files, made)
	} else {
		e.files[at].release()
		e.files[at] = made
	}
	e.changed(now)
	return made
}

// remove takes a file out.
func (e *edition) remove(gone *file, now time.Time) {
	e.files = slices.DeleteFunc(e.files, func(f *file) bool { return f == gone })
	if e.preview == gone.key {
		e.preview = ""
	}
	gone.release()
	e.changed(now)
}

// incomplete reports whether a file was announced and has not come.
func (e *edition) incomplete() bool { return e.find(func(f *file) bool { return !f.done }) != nil }
