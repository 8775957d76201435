package catalog

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/zharvest/zharvest/zenodotest/internal/rawjson"
)

// ErrNoRecord is the error of changes to a record that does not exist or was
// deleted.
var ErrNoRecord = errors.New("no such record")

// Tombstone is what remains of a deleted record.
type Tombstone struct {
	Note   string
	Reason string // spam, retracted, duplicate, …; may be empty
	// Hidden makes the record answer 404 as if it had never been there.
	Hidden bool
	// By is the user who deleted it, Policy what allowed that; both are empty
	// where the server's keepers did.
	By, Policy string
	Cited      string // how it was cited; empty for a citation that is made up

	At time.Time // of the deletion, which sets it

	id int64
}

// Publish adds the record that write makes for a new concept, whose id is the one
// after that, and returns that id.
func (c *Catalog) Publish(write func(concept int64) []byte) (id string, err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	concept := c.nextID
	c.nextID += 2
	raw, err := c.own(write(concept))
	if err != nil {
		return "", fmt.Errorf("publish: %w", err)
	}
	return c.idText(concept + 1), c.change(raw)
}

// PublishRaw adds a record as it stands, or puts it in the place of the one
// with the same id.
func (c *Catalog) PublishRaw(raw []byte) (id string, err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	parsed, err := c.loadEntry(slices.Clone(raw))
	if err != nil {
		return "", fmt.Errorf("publish: %w", err)
	}
	return c.idText(parsed.id), c.change(parsed.raw)
}

// Edit changes a published record: change gets its JSON and returns what it
// becomes (nil: nothing but the time of update changes). The time of update
// becomes now, and the revision grows.
func (c *Catalog) Edit(id string, change func(raw []byte) []byte) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	old, err := c.entry(id)
	if err != nil {
		return fmt.Errorf("edit %s: %w", id, err)
	}
	raw := old.raw
	if change != nil {
		raw = change(slices.Clone(raw))
	}
	return c.change(old.edited(raw, c.cfg.Now()))
}

// Move puts a published record into other communities, as their curators may:
// neither its time of update nor its revision changes.
func (c *Catalog) Move(id string, communities ...string) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	old, err := c.entry(id)
	if err != nil {
		return fmt.Errorf("move %s: %w", id, err)
	}
	return c.change(rawjson.Set(slices.Clone(old.raw), old.membershipJSON(communities), old.shape().communities...))
}

// NewVersion publishes a new version of a record, a copy of its last one with
// a new id, and returns that. The version before is no longer the latest; its
// time of update stays, as on Zenodo.
func (c *Catalog) NewVersion(id string) (newID string, err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	given, err := c.entry(id)
	if err != nil {
		return "", fmt.Errorf("new version of %s: %w", id, err)
	}
	last, err := c.entry(c.latest(given.concept))
	if err != nil {
		return "", fmt.Errorf("new version of %s: %w", id, err)
	}
	number := c.nextID
	c.nextID++
	now := rawjson.Quote(c.cfg.Now().UTC().Format(TimeLayout))
	shape := last.shape()
	raw := c.renumber(last.raw, last.id, number)
	for _, path := range append([][]string{{"created"}}, shape.changed...) {
		raw = rawjson.Replace(raw, now, path...)
	}
	raw = rawjson.Replace(raw, strconv.Itoa(last.index+1+shape.first), shape.index...)
	if err := c.change(rawjson.Replace(last.raw, "false", shape.isLatest...)); err != nil {
		return "", err
	}
	return c.idText(number), c.change(rawjson.Replace(raw, "true", shape.isLatest...))
}

// Delete removes a published record and leaves a tombstone.
func (c *Catalog) Delete(id string, t Tombstone) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	old, err := c.entry(id)
	if err != nil {
		return fmt.Errorf("delete %s: %w", id, err)
	}
	t.At, t.id = c.cfg.Now(), old.id
	buried := *old
	buried.tombstone = &t
	c.put(&buried)
	c.markLatest(old.concept)
	c.forget()
	if !old.latest {
		return nil
	}
	return c.restore(old.concept, c.cfg.Now())
}

// restore makes the last version of a concept that is left the latest again,
// which is a change of that, as on Zenodo.
func (c *Catalog) restore(concept int64, at time.Time) error {
	var last *entry
	for _, place := range c.concepts[concept] {
		if e := c.entries[place]; e.tombstone == nil && (last == nil || e.compareVersion(last) > 0) {
			last = e
		}
	}
	if last == nil {
		return nil
	}
	return c.change(last.edited(rawjson.Replace(last.raw, "true", last.shape().isLatest...), at))
}

// edited is the JSON of a record after an edit.
func (e *entry) edited(raw []byte, at time.Time) []byte {
	now := rawjson.Quote(at.UTC().Format(TimeLayout))
	for _, path := range e.shape().changed {
		raw = rawjson.Replace(raw, now, path...)
	}
	return rawjson.Replace(raw, strconv.Itoa(e.revision+1), e.shape().revision...)
}

// Raw returns the JSON of a published record in one of its forms.
func (c *Catalog) Raw(id string, native bool) ([]byte, error) {
	found := c.Find(id)
	if found.State != IsRecord {
		return nil, fmt.Errorf("read %s: %w", id, ErrNoRecord)
	}
	return found.Append(nil, native), nil
}

// entry returns a published record, made-up ones as kept ones from now on.
func (c *Catalog) entry(id string) (*entry, error) {
	number, ok := c.idNumber(id)
	if !ok {
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
func (c *Catalog) change(raw []byte) error {
	e, err := c.parseEntry(raw)
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
	c.markLatest(e.concept)
	c.forget()
	return nil
}

// Citation is how the record was cited.
func (t *Tombstone) Citation() string {
	if t.Cited != "" {
		return t.Cited
	}
	return fmt.Sprintf("Doe, J. (%d). Removed record. Zenodo. https://doi.org/10.5281/zenodo.%d", t.At.Year(), t.id)
}

// Reserve takes an identifier.
func (c *Catalog) Reserve() int64 {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.nextID++
	c.drafts[c.nextID-1] = true
	return c.nextID - 1
}

// Release lets an identifier be unknown again.
func (c *Catalog) Release(id int64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.drafts, id)
}

// Place is where a record stands among the versions of its concept.
type Place struct {
	Index    int
	IsLatest bool
	Revision int
}

// PublishVersion stores the record that write makes, in either form: in the place of what it was,
// or as the latest version of its concept.
func (c *Catalog) PublishVersion(id, concept int64, write func(Place) []byte) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if old, err := c.entry(c.idText(id)); err == nil {
		return c.change(write(Place{old.index, old.latest, old.revision + 1}))
	}
	next := Place{0, true, 4}
	if before, err := c.entry(c.latest(concept)); err == nil {
		next.Index = before.index + 1
		if err := c.change(rawjson.Replace(before.raw, "false", before.shape().isLatest...)); err != nil {
			return fmt.Errorf("version before: %w", err)
		}
	}
	return c.change(write(next))
}
