package deposits

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"
)

// deposition is a version of a record with its state as a draft. All of it is
// guarded by the lock of [Server].
type deposition struct {
	id, concept int64
	owner       int64
	created     time.Time
	released    *edition // what is published; nil for what never was
	draft       *edition // what is being edited; nil for what is not
}

// edition is the metadata and files of a deposition.
type edition struct {
	bucket   string
	modified time.Time
	revision int
	locked   bool // files of a published record do not change with its metadata
	metadata metadata
	files    []*file // in the order that was asked for, or in that of their coming
	preview  string  // the name of the file to be shown
}

// file is a file of an edition.
type file struct {
	id      string
	version string
	key     string
	created time.Time
	blob    *blob // nil for one that is announced, and has not come
	done    bool  // whether it counts: announced files do not until they are complete
}

// current is what the legacy API shows: the draft, else the record.
func (d *deposition) current() *edition {
	if d.draft != nil {
		return d.draft
	}
	return d.released
}

func (d *deposition) state() string {
	switch {
	case d.released == nil:
		return "unsubmitted"
	case d.draft != nil:
		return "inprogress"
	}
	return "done"
}

// registers reports whether the DOI is one that Zenodo gives out.
func (m metadata) registers() bool { return m.DOI == "" || isOwnDOI(m.DOI) }

func isOwnDOI(doi string) bool {
	return strings.HasPrefix(doi, "10.5281/") || strings.HasPrefix(doi, "10.5072/")
}

// reserved is the DOI that a deposition has or will have.
func reserved(id int64) string { return fmt.Sprintf("10.5281/zenodo.%d", id) }

func newEdition(m metadata, now time.Time) *edition {
	return &edition{bucket: uuid.NewString(), metadata: m, modified: now, revision: 3}
}

// copied is an edition with the same metadata and files.
func (d *edition) copied(now time.Time) *edition {
	made := newEdition(d.metadata, now)
	made.preview = d.preview
	made.importFiles(d)
	return made
}

// importFiles lets an edition have the files of another, under the same ids.
func (d *edition) importFiles(from *edition) {
	for _, f := range from.files {
		f.blob.acquire()
		shared := *f
		d.files = append(d.files, &shared)
	}
}

// changed notes that an edition is not what it was.
func (d *edition) changed(now time.Time) {
	d.modified = now
	d.revision++
}

// drop lets go of all files.
func (d *edition) drop() {
	for _, f := range d.files {
		f.release()
	}
	d.files = nil
}

func (f *file) release() {
	if f.blob != nil {
		f.blob.release()
	}
}

// named finds a file by its name.
func (d *edition) named(key string) *file {
	for _, f := range d.files {
		if f.key == key {
			return f
		}
	}
	return nil
}

// withID finds a file by its id.
func (d *edition) withID(id string) *file {
	for _, f := range d.files {
		if f.id == id && f.done {
			return f
		}
	}
	return nil
}

// put adds a file, in the place of the one with the same name, if any.
func (d *edition) put(key string, b *blob, now time.Time) *file {
	b.acquire()
	made := &file{id: uuid.NewString(), version: uuid.NewString(), key: key, created: now, blob: b, done: true}
	at := slices.IndexFunc(d.files, func(f *file) bool { return f.key == key })
	if at < 0 {
		d.files = append(d.files, made)
	} else {
		d.files[at].release()
		d.files[at] = made
	}
	d.changed(now)
	return made
}

// remove takes a file out.
func (d *edition) remove(gone *file, now time.Time) {
	d.files = slices.DeleteFunc(d.files, func(f *file) bool { return f == gone })
	if d.preview == gone.key {
		d.preview = ""
	}
	gone.release()
	d.changed(now)
}

// sort puts the files that are named first, in this order; the others follow
// as they stood. It fails where a name is none of a file.
func (d *edition) sort(keys []string) bool {
	for _, key := range keys {
		if d.named(key) == nil {
			return false
		}
	}
	place := func(f *file) int {
		if at := slices.Index(keys, f.key); at >= 0 {
			return at
		}
		return len(keys)
	}
	slices.SortStableFunc(d.files, func(a, b *file) int { return place(a) - place(b) })
	return true
}
