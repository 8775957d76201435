package zenodotest

import (
	"fmt"
	"net/http"
	"strconv"

	"github.com/zharvest/zharvest/zenodotest/internal/rawjson"
)

// publish makes a record of a draft, or answers why it cannot be one.
func (e *Emulator) publish(d *deposition, root string) *answer {
	if found := d.draft.problems(); found != nil {
		return resourceError(http.StatusBadRequest, msgValidation, found...)
	}
	now := e.cfg.Now()
	next := *d.draft
	next.modified, next.locked = now, true
	next.revision++
	if next.metadata.DOI == "" {
		next.metadata.DOI = reserved(d.id)
	}
	created := d.created
	if d.released == nil {
		created = now
	} else {
		next.bucket = d.released.bucket
	}
	slugs := e.include(d.concept, next.metadata)
	err := e.world.publish(d, func(v place) []byte {
		return rawjson.Spaced(recordOf(published{d.id, d.concept, d.owner, created, &next, slugs, v, root}))
	})
	if err != nil {
		return appError(http.StatusInternalServerError, err.Error())
	}
	if d.released != nil {
		d.released.drop()
	}
	next.metadata.Communities = nil // the concept has them from now on
	d.created, d.released, d.draft = created, &next, nil
	e.deposits.memberships[d.concept] = slugs
	return nil
}

// include adds a concept to the communities that a deposition names. Those that
// do not exist are passed over, and none is left this way.
func (e *Emulator) include(concept int64, m metadata) []string {
	earlier := e.deposits.memberships[concept]
	var wanted []string
	for _, c := range m.Communities {
		wanted = append(wanted, c.Identifier)
	}
	m.Communities = nil
	for _, slug := range e.world.resolve(wanted) {
		m.Communities = append(m.Communities, communitySlug{slug})
	}
	return m.joined(earlier)
}

// place is where a record stands among the versions of its concept.
type place struct {
	index    int
	isLast   bool
	revision int
}

// publish stores the record of a deposition: in the place of what it was, or as
// the latest version of its concept.
func (c *catalog) publish(d *deposition, write func(place) []byte) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if old, err := c.entry(strconv.FormatInt(d.id, 10)); err == nil {
		return c.change(write(place{old.index, old.latest, old.revision + 1}))
	}
	next := place{0, true, 4}
	if before, err := c.entry(c.latest(d.concept)); err == nil {
		next.index = before.index + 1
		if err := c.change(rawjson.Replace(before.raw, "false", "metadata", "relations", "version", "is_last")); err != nil {
			return fmt.Errorf("version before: %w", err)
		}
	}
	return c.change(write(next))
}
