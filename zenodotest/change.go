package zenodotest

import (
	"cmp"
	"fmt"
	"strconv"
	"time"

	"github.com/zharvest/zharvest/zenodotest/internal/catalog"
	"github.com/zharvest/zharvest/zenodotest/internal/rawjson"
)

// ErrNoRecord is the error of changes to a record that does not exist or was
// deleted.
var ErrNoRecord = catalog.ErrNoRecord

// Draft is what [Emulator.Publish] makes a record of. Everything has a
// default.
type Draft struct {
	Title       string
	Description string // HTML
	Type        string // dataset, publication, …
	Subtype     string // article, …
	Communities []string
	Keywords    []string
	Creator     string
	Owner       string    // the id of the user
	CreatedAt   time.Time // now
}

// Tombstone is what remains of a deleted record.
type Tombstone struct {
	Note   string
	Reason string // spam, retracted, duplicate, …; may be empty
	// Hidden makes the record answer 404 as if it had never been there.
	Hidden bool
}

// Publish adds a record and returns its id.
func (e *Emulator) Publish(d Draft) (id string, err error) {
	if d.CreatedAt.IsZero() {
		d.CreatedAt = e.cfg.Now()
	}
	return e.current().world.Publish(d.record)
}

// PublishRaw adds a record as it stands, in either form, or puts it in the place of the one
// with the same id.
func (e *Emulator) PublishRaw(raw []byte) (id string, err error) {
	return e.current().world.PublishRaw(raw)
}

// Reserve takes an id for a draft that is never published, and returns it.
func (e *Emulator) Reserve() (id string) { return strconv.FormatInt(e.current().world.Reserve(), 10) }

// Edit changes a published record: change gets its JSON, in the form in which it
// was published, and returns what it becomes (nil: nothing but the time of update changes). The time of update
// becomes now, and the revision grows.
func (e *Emulator) Edit(id string, change func(raw []byte) []byte) error {
	return e.current().world.Edit(id, change)
}

// SetTitle is a change for [Emulator.Edit].
func SetTitle(title string) func(raw []byte) []byte {
	return func(raw []byte) []byte {
		raw = rawjson.Replace(raw, rawjson.Quote(title), "metadata", "title")
		return rawjson.Replace(raw, rawjson.Quote(title), "title")
	}
}

// Move puts a published record into other communities, as their curators may:
// neither its time of update nor its revision changes.
func (e *Emulator) Move(id string, communities ...string) error {
	return e.current().world.Move(id, communities...)
}

// NewVersion publishes a new version of a record, a copy of its last one with
// a new id, and returns that. The version before is no longer the latest; its
// time of update stays, as on Zenodo.
func (e *Emulator) NewVersion(id string) (newID string, err error) {
	return e.current().world.NewVersion(id)
}

// Delete removes a published record and leaves a tombstone.
func (e *Emulator) Delete(id string, t Tombstone) error {
	return e.current().world.Delete(id, catalog.Tombstone{Note: t.Note, Reason: t.Reason, Hidden: t.Hidden})
}

// Raw returns the JSON of a published record in the native form, as the emulator
// serves it.
func (e *Emulator) Raw(id string) ([]byte, error) { return e.current().world.Raw(id, true) }

// record writes the JSON of a draft that is published under the id after its
// concept's.
func (d Draft) record(concept int64) []byte {
	id := concept + 1
	created := d.CreatedAt.UTC()
	title := rawjson.Quote(cmp.Or(d.Title, fmt.Sprintf("Record %d", id)))
	kind := `"type": ` + rawjson.Quote(cmp.Or(d.Type, "dataset"))
	if d.Subtype != "" {
		kind += `, "subtype": ` + rawjson.Quote(d.Subtype)
	}
	var communities string
	if len(d.Communities) > 0 {
		communities = `, "communities": [{"id": ` + rawjson.QuoteAll(d.Communities, `}, {"id": `) + `}]`
	}
	now := rawjson.Quote(created.Format(catalog.TimeLayout))
	return fmt.Appendf(nil, `{"created": %[1]s, "modified": %[1]s, "id": %[2]d, "conceptrecid": "%[3]d", "doi": "10.5281/zenodo.%[2]d", `+
		`"conceptdoi": "10.5281/zenodo.%[3]d", "doi_url": "https://doi.org/10.5281/zenodo.%[2]d", `+
		`"metadata": {"title": %[4]s, "doi": "10.5281/zenodo.%[2]d", "publication_date": "%[5]s", "description": %[6]s, `+
		`"access_right": "open", "creators": [{"name": %[7]s, "affiliation": null}], "keywords": [%[8]s], `+
		`"resource_type": {"title": %[9]s, %[10]s}, "license": {"id": "cc-by-4.0"}%[11]s, `+
		`"relations": {"version": [{"index": 0, "is_last": true, "parent": {"pid_type": "recid", "pid_value": "%[3]d"}}]}}, `+
		`"title": %[4]s, "links": {"self": "https://zenodo.org/api/records/%[2]d", "self_html": "https://zenodo.org/records/%[2]d", `+
		`"doi": "https://doi.org/10.5281/zenodo.%[2]d", "parent": "https://zenodo.org/api/records/%[3]d", `+
		`"files": "https://zenodo.org/api/records/%[2]d/files", "latest": "https://zenodo.org/api/records/%[2]d/versions/latest", `+
		`"versions": "https://zenodo.org/api/records/%[2]d/versions"}, "updated": %[1]s, "recid": "%[2]d", "revision": 2, "files": [], `+
		`"swh": {}, "owners": [{"id": %[12]s}], "status": "published", "stats": {"downloads": 0, "unique_downloads": 0, "views": 0, `+
		`"unique_views": 0, "version_downloads": 0, "version_unique_downloads": 0, "version_unique_views": 0, "version_views": 0}, `+
		`"state": "done", "submitted": true}`,
		now, id, concept, title, created.Format(time.DateOnly), rawjson.Quote(d.Description), rawjson.Quote(cmp.Or(d.Creator, "Doe, Jane")),
		rawjson.QuoteAll(d.Keywords, ", "), rawjson.Quote(catalog.TypeTitle(cmp.Or(d.Type, "dataset"), d.Subtype)), kind, communities, rawjson.Quote(cmp.Or(d.Owner, "1161")))
}
