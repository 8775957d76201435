package zenodotest

import (
	"cmp"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/zharvest/zharvest/zenodotest/internal/rawjson"
)

// ErrNoRecord is the error of changes to a record that does not exist or was
// deleted.
var ErrNoRecord = errors.New("no such record")

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

	at time.Time
	id int64
}

// Publish adds a record and returns its id.
func (e *Emulator) Publish(d Draft) (id string, err error) {
	w := e.world
	w.mu.Lock()
	defer w.mu.Unlock()
	if d.CreatedAt.IsZero() {
		d.CreatedAt = e.cfg.Now()
	}
	concept := w.nextID
	w.nextID += 2
	return strconv.FormatInt(concept+1, 10), w.change(d.record(concept))
}

// PublishRaw adds a record as it stands, or puts it in the place of the one
// with the same id.
func (e *Emulator) PublishRaw(raw []byte) (id string, err error) {
	w := e.world
	w.mu.Lock()
	defer w.mu.Unlock()
	parsed, err := parseEntry(raw)
	if err != nil {
		return "", fmt.Errorf("publish: %w", err)
	}
	return strconv.FormatInt(parsed.id, 10), w.change(slices.Clone(raw))
}

// Reserve takes an id for a draft that is never published, and returns it.
func (e *Emulator) Reserve() (id string) { return itoa(e.world.reserve()) }

// Edit changes a published record: change gets its JSON and returns what it
// becomes (nil: nothing but the time of update changes). The time of update
// becomes now, and the revision grows.
func (e *Emulator) Edit(id string, change func(raw []byte) []byte) error {
	w := e.world
	w.mu.Lock()
	defer w.mu.Unlock()
	old, err := w.entry(id)
	if err != nil {
		return fmt.Errorf("edit %s: %w", id, err)
	}
	raw := old.raw
	if change != nil {
		raw = change(slices.Clone(raw))
	}
	return w.change(edited(raw, old.revision, e.cfg.Now()))
}

// Move puts a published record into other communities, as their curators may:
// neither its time of update nor its revision changes.
func (e *Emulator) Move(id string, communities ...string) error {
	w := e.world
	w.mu.Lock()
	defer w.mu.Unlock()
	old, err := w.entry(id)
	if err != nil {
		return fmt.Errorf("move %s: %w", id, err)
	}
	slugs := "[]"
	if len(communities) > 0 {
		slugs = `[{"id": ` + quoteAll(communities, `}, {"id": `) + `}]`
	}
	return w.change(rawjson.Replace(slices.Clone(old.raw), slugs, "metadata", "communities"))
}

// SetTitle is a change for [Emulator.Edit].
func SetTitle(title string) func(raw []byte) []byte {
	return func(raw []byte) []byte {
		raw = rawjson.Replace(raw, rawjson.Quote(title), "metadata", "title")
		return rawjson.Replace(raw, rawjson.Quote(title), "title")
	}
}

// NewVersion publishes a new version of a record, a copy of its last one with
// a new id, and returns that. The version before is no longer the latest; its
// time of update stays, as on Zenodo.
func (e *Emulator) NewVersion(id string) (newID string, err error) {
	w := e.world
	w.mu.Lock()
	defer w.mu.Unlock()
	given, err := w.entry(id)
	if err != nil {
		return "", fmt.Errorf("new version of %s: %w", id, err)
	}
	last, err := w.entry(w.latest(given.concept))
	if err != nil {
		return "", fmt.Errorf("new version of %s: %w", id, err)
	}
	number := w.nextID
	w.nextID++
	now := rawjson.Quote(e.cfg.Now().UTC().Format(timeLayout))
	raw := rawjson.ReplaceNumber(last.raw, last.id, number)
	for _, key := range []string{"created", "updated", "modified"} {
		raw = rawjson.Replace(raw, now, key)
	}
	raw = rawjson.Replace(raw, strconv.Itoa(last.index+1), "metadata", "relations", "version", "index")
	if err := w.change(rawjson.Replace(last.raw, "false", "metadata", "relations", "version", "is_last")); err != nil {
		return "", err
	}
	return strconv.FormatInt(number, 10), w.change(rawjson.Replace(raw, "true", "metadata", "relations", "version", "is_last"))
}

// Delete removes a published record and leaves a tombstone.
func (e *Emulator) Delete(id string, t Tombstone) error {
	w := e.world
	w.mu.Lock()
	defer w.mu.Unlock()
	old, err := w.entry(id)
	if err != nil {
		return fmt.Errorf("delete %s: %w", id, err)
	}
	t.at, t.id = e.cfg.Now(), old.id
	buried := *old
	buried.tombstone = &t
	w.put(&buried)
	w.settle(old.concept)
	w.cache.clear()
	if !old.latest {
		return nil
	}
	return w.restore(old.concept, e.cfg.Now())
}

// restore makes the last version of a concept that is left the latest again,
// which is a change of that, as on Zenodo.
func (c *catalog) restore(concept int64, at time.Time) error {
	var last *entry
	for _, place := range c.concepts[concept] {
		if e := c.entries[place]; e.tombstone == nil && (last == nil || e.compareVersion(last) > 0) {
			last = e
		}
	}
	if last == nil {
		return nil
	}
	return c.change(edited(rawjson.Replace(last.raw, "true", "metadata", "relations", "version", "is_last"), last.revision, at))
}

// edited is the JSON of a record after an edit.
func edited(raw []byte, revision int, at time.Time) []byte {
	now := rawjson.Quote(at.UTC().Format(timeLayout))
	raw = rawjson.Replace(raw, now, "updated")
	raw = rawjson.Replace(raw, now, "modified")
	return rawjson.Replace(raw, strconv.Itoa(revision+1), "revision")
}

// Raw returns the JSON of a published record as the emulator serves it.
func (e *Emulator) Raw(id string) ([]byte, error) {
	found := e.world.find(id)
	if found.state != isRecord {
		return nil, fmt.Errorf("read %s: %w", id, ErrNoRecord)
	}
	return found.append(nil), nil
}

// entry returns a published record, made-up ones as kept ones from now on.
func (c *catalog) entry(id string) (*entry, error) {
	number, err := strconv.ParseInt(id, 10, 64)
	if err != nil {
		return nil, ErrNoRecord
	}
	if i, ok := c.made.Find(number); ok {
		if err := c.adopt(c.made.ConceptID(i)); err != nil {
			return nil, err
		}
	}
	place, ok := c.places[number]
	if !ok || c.entries[place].tombstone != nil {
		return nil, ErrNoRecord
	}
	return c.entries[place], nil
}

// change stores a record and sees to what follows from it.
func (c *catalog) change(raw []byte) error {
	e, err := parseEntry(raw)
	if err != nil {
		return fmt.Errorf("changed record: %w", err)
	}
	if i, ok := c.made.Find(e.id); ok {
		if err := c.adopt(c.made.ConceptID(i)); err != nil {
			return err
		}
	}
	if err := c.adopt(e.concept); err != nil {
		return err
	}
	c.put(e)
	delete(c.drafts, e.id)
	c.settle(e.concept)
	c.cache.clear()
	return nil
}

// gone is the answer for a deleted record.
func gone(t *Tombstone) *answer {
	if t.Hidden {
		return resourceError(http.StatusNotFound, "Record not found")
	}
	body := `{"status": 410, "message": "Record deleted", "tombstone": {"note": ` + rawjson.Quote(t.Note) +
		`, "removed_by": {"user": "system"}, "removal_date": ` + rawjson.Quote(t.at.UTC().Format(timeLayout)) +
		`, "citation_text": ` + rawjson.Quote(t.citation()) +
		`, "is_visible": true`
	if t.Reason != "" {
		body += `, "removal_reason": {"id": ` + rawjson.Quote(t.Reason) + `}`
	}
	return &answer{status: http.StatusGone, contentType: typeJSON, body: []byte(body + "}}")}
}

func (t *Tombstone) citation() string {
	return fmt.Sprintf("Doe, J. (%d). Removed record. Zenodo. https://doi.org/10.5281/zenodo.%d", t.at.Year(), t.id)
}

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
		communities = `, "communities": [{"id": ` + quoteAll(d.Communities, `}, {"id": `) + `}]`
	}
	now := rawjson.Quote(created.Format(timeLayout))
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
		quoteAll(d.Keywords, ", "), rawjson.Quote(typeTitle(cmp.Or(d.Type, "dataset"), d.Subtype)), kind, communities, rawjson.Quote(cmp.Or(d.Owner, "1161")))
}

func quoteAll(texts []string, separator string) string {
	quoted := make([]string, len(texts))
	for i, text := range texts {
		quoted[i] = rawjson.Quote(text)
	}
	return strings.Join(quoted, separator)
}
