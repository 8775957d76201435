// Package catalog keeps the records and communities that an emulator serves: finds
// and sorts them, changes them, and makes dumps of them. It knows no HTTP.
package catalog

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/zharvest/zharvest/zenodotest/internal/synth"
)

// Catalog is the world that an emulator serves: records that are kept, and
// made-up ones that are computed when asked for. A made-up record that is
// changed becomes one that is kept.
type Catalog struct {
	cfg    Config
	engine engine

	mu          sync.RWMutex
	made        *synth.Corpus
	covered     map[int]bool // numbers of made-up records that entries stand for
	entries     []*entry
	searched    []*entry // what searches see of entries, nil for what they do not know yet
	unseen      []unseen // the oldest first
	lag         time.Duration
	places      map[int64]int   // of entries, by identifier
	concepts    map[int64][]int // places of the entries of a concept
	drafts      map[int64]bool  // identifiers that are reserved
	communities map[string]*Community
	nextID      int64
	cache       cache
}

// ref stands for a record: the number of a made-up one, or ^place of one that
// is kept.
type ref = int32

// Config says which records there are.
type Config struct {
	Data          []string // names of files
	Synthetic     int
	Seed          uint64
	Bursts        []synth.Burst
	Communities   []string
	VerifiedOneIn int
	// Native makes records have the form of InvenioRDM alone, with ids of letters,
	// and queries know only its names of fields.
	Native bool
	// Lag is how long it takes until searches see a change.
	Lag time.Duration
	Now func() time.Time
}

// New makes a catalog. It fails where the data cannot be read.
func New(cfg Config) (*Catalog, error) {
	c := &Catalog{
		cfg: cfg, covered: map[int]bool{}, places: map[int64]int{}, concepts: map[int64][]int{},
		drafts: map[int64]bool{}, communities: map[string]*Community{},
	}
	made, err := synth.New(cfg.Synthetic, cfg.Seed, cfg.Bursts...)
	if err != nil {
		return nil, err
	}
	c.made = made
	c.nextID = made.NextID()
	if err := c.load(); err != nil {
		return nil, err
	}
	for _, given := range cfg.Communities {
		slug, title, _ := strings.Cut(given, "=")
		c.AddCommunity(slug, title)
	}
	if cfg.Synthetic > 0 {
		for _, slug := range synth.Slugs {
			c.addCommunity(slug, made.Created(0))
		}
	}
	for concept := range c.concepts {
		c.markLatest(concept)
	}
	c.lag = cfg.Lag
	return c, nil
}

// put stores a record in the place of one with the same identifier, if any.
func (c *Catalog) put(e *entry) {
	place, known := c.places[e.id]
	if known {
		old := c.entries[place]
		c.concepts[old.concept] = slices.DeleteFunc(c.concepts[old.concept], func(p int) bool { return p == place })
	} else {
		place = len(c.entries)
		c.places[e.id] = place
	}
	c.set(place, e)
	c.concepts[e.concept] = append(c.concepts[e.concept], place)
	for _, slug := range e.communities {
		c.addCommunity(slug, e.created)
		c.communities[slug].ID = cmp.Or(e.uuids[slug], c.communities[slug].ID)
	}
	if !c.cfg.Native { // where ids come in no order
		c.nextID = max(c.nextID, e.id+1, e.concept+1)
	}
}

// markLatest leaves no more than one latest version of a concept: a record that
// says that it is the latest is so until a later version is there.
func (c *Catalog) markLatest(concept int64) {
	var last *entry
	for _, place := range c.concepts[concept] {
		if e := c.entries[place]; e.tombstone == nil && (last == nil || e.compareVersion(last) > 0) {
			last = e
		}
	}
	for _, place := range c.concepts[concept] {
		if e := c.entries[place]; e != last && e.latest {
			older := *e
			older.latest = false
			c.set(place, &older)
		}
	}
}

func (e *entry) compareVersion(other *entry) int {
	return cmp.Or(cmp.Compare(e.index, other.index), cmp.Compare(e.id, other.id))
}

// adopt turns the made-up versions of a concept into entries, so that they
// can be changed.
func (c *Catalog) adopt(concept int64) error {
	first, ok := c.made.FindConcept(concept)
	if !ok || c.covered[first] {
		return nil
	}
	return c.atOnce(func() error { // nothing has changed yet
		for i := range c.made.Versions(first) {
			e, err := c.parseEntry(c.appendMade(nil, i, true))
			if err != nil {
				return fmt.Errorf("made-up record %d: %w", i, err)
			}
			c.covered[i] = true
			c.put(e)
		}
		return nil
	})
}

// State is what has an identifier.
type State int

// The states of an identifier. That of a concept is one where only the concept
// has it.
const (
	IsUnknown State = iota
	IsRecord
	IsConcept
	IsDraft
	IsGone
)

// Found is what an identifier stands for.
type Found struct {
	State     State
	Append    func(b []byte, native bool) []byte // the record's bytes in one of its forms
	Revision  int
	Concept   int64
	Latest    string // identifier of the latest version
	Tombstone *Tombstone
}

// Find looks an identifier up.
func (c *Catalog) Find(text string) Found {
	id, ok := c.idNumber(text)
	if !ok {
		return Found{}
	}
	c.mu.RLock()
	defer c.mu.RUnlock()
	if place, ok := c.places[id]; ok {
		return c.foundEntry(c.entries[place])
	}
	if i, ok := c.made.Find(id); ok {
		concept := c.made.ConceptID(i)
		return Found{
			State: IsRecord, Revision: c.made.Revision(i), Concept: concept, Latest: c.latest(concept),
			Append: func(b []byte, native bool) []byte { return c.appendMade(b, i, native) },
		}
	}
	if latest := c.latest(id); latest != "" {
		return Found{State: IsConcept, Concept: id, Latest: latest}
	}
	if c.drafts[id] {
		return Found{State: IsDraft}
	}
	return Found{}
}

func (c *Catalog) foundEntry(e *entry) Found {
	if e.tombstone != nil {
		return Found{State: IsGone, Concept: e.concept, Tombstone: e.tombstone}
	}
	return Found{
		State: IsRecord, Revision: e.revision, Concept: e.concept, Latest: cmp.Or(c.latest(e.concept), c.idText(e.id)),
		Append: func(b []byte, native bool) []byte { return append(b, e.json(native)...) },
	}
}

// latest is the identifier of a concept's latest version: the one that is
// marked so, else the last that is left.
func (c *Catalog) latest(concept int64) string {
	if first, ok := c.made.FindConcept(concept); ok && !c.covered[first] {
		last := first
		for i := range c.made.Versions(first) {
			last = i
		}
		return c.idText(c.made.ID(last))
	}
	var best *entry
	for _, place := range c.concepts[concept] {
		e := c.entries[place]
		if e.tombstone != nil {
			continue
		}
		if best == nil || e.latest || !best.latest && e.compareVersion(best) > 0 {
			best = e
		}
	}
	if best == nil {
		return ""
	}
	return c.idText(best.id)
}

// appendRecord appends the bytes of a record in one of its forms.
func (c *Catalog) appendRecord(b []byte, r ref, native bool) []byte {
	if r >= 0 {
		return c.appendMade(b, int(r), native)
	}
	return append(b, c.searched[^r].json(native)...)
}

func (c *Catalog) id(r ref) int64 {
	if r >= 0 {
		return c.made.ID(int(r))
	}
	return c.searched[^r].id
}

// Resolve keeps the slugs and UUIDs of communities that exist, as slugs.
func (c *Catalog) Resolve(names []string) []string {
	c.mu.RLock()
	defer c.mu.RUnlock()
	var slugs []string
	for _, name := range names {
		if community := c.community(name); community != nil {
			slugs = append(slugs, community.Slug)
		}
	}
	return slugs
}

// community finds a community by its slug or UUID.
func (c *Catalog) community(name string) *Community {
	if found, ok := c.communities[name]; ok {
		return found
	}
	for found := range maps.Values(c.communities) {
		if found.ID == name {
			return found
		}
	}
	return nil
}
