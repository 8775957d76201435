package zenodotest

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"sync"

	"github.com/zharvest/zharvest/zenodotest/internal/synth"
)

// catalog is the world that an emulator serves: records that are kept, and
// made-up ones that are computed when asked for. A made-up record that is
// changed becomes one that is kept.
type catalog struct {
	cfg    Config
	engine engine

	mu          sync.RWMutex
	made        *synth.Corpus
	covered     map[int]bool // numbers of made-up records that entries stand for
	entries     []*entry
	places      map[int64]int   // of entries, by identifier
	concepts    map[int64][]int // places of the entries of a concept
	drafts      map[int64]bool  // identifiers that are reserved
	communities map[string]*community
	nextID      int64
	cache       cache
}

// ref stands for a record: the number of a made-up one, or ^place of one that
// is kept.
type ref = int32

func newCatalog(cfg Config) (*catalog, error) {
	c := &catalog{
		cfg: cfg, covered: map[int]bool{}, places: map[int64]int{}, concepts: map[int64][]int{},
		drafts: map[int64]bool{}, communities: map[string]*community{},
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
	for _, slug := range cfg.Communities {
		c.addCommunity(slug, c.cfg.Now().UnixMicro())
	}
	if cfg.Synthetic > 0 {
		for _, slug := range synth.Slugs {
			c.addCommunity(slug, made.Created(0))
		}
	}
	for concept := range c.concepts {
		c.settle(concept)
	}
	return c, nil
}

// put stores a record in the place of one with the same identifier, if any.
func (c *catalog) put(e *entry) {
	place, known := c.places[e.id]
	if known {
		old := c.entries[place]
		c.concepts[old.concept] = slices.DeleteFunc(c.concepts[old.concept], func(p int) bool { return p == place })
		c.entries[place] = e
	} else {
		place = len(c.entries)
		c.entries = append(c.entries, e)
		c.places[e.id] = place
	}
	c.concepts[e.concept] = append(c.concepts[e.concept], place)
	for _, slug := range e.communities {
		c.addCommunity(slug, e.created)
	}
	c.nextID = max(c.nextID, e.id+1, e.concept+1)
}

// settle leaves no more than one latest version of a concept: a record that
// says that it is the latest is so until a later version is there.
func (c *catalog) settle(concept int64) {
	var last *entry
	for _, place := range c.concepts[concept] {
		if e := c.entries[place]; e.tombstone == nil && (last == nil || e.compareVersion(last) > 0) {
			last = e
		}
	}
	for _, place := range c.concepts[concept] {
		if e := c.entries[place]; e != last {
			e.latest = false
		}
	}
}

func (e *entry) compareVersion(other *entry) int {
	return cmp.Or(cmp.Compare(e.index, other.index), cmp.Compare(e.id, other.id))
}

// adopt turns the made-up versions of a concept into entries, so that they
// can be changed.
func (c *catalog) adopt(concept int64) error {
	first, ok := c.made.FindConcept(concept)
	if !ok || c.covered[first] {
		return nil
	}
	for i := range c.made.Versions(first) {
		e, err := parseEntry(c.made.AppendRecord(nil, i))
		if err != nil {
			return fmt.Errorf("made-up record %d: %w", i, err)
		}
		c.covered[i] = true
		c.put(e)
	}
	return nil
}

type foundState int

const (
	isUnknown foundState = iota
	isRecord
	isConcept
	isDraft
	isGone
)

// found is what an identifier stands for.
type found struct {
	state     foundState
	append    func([]byte) []byte // the record's bytes
	revision  int
	concept   int64
	latest    string // identifier of the latest version
	tombstone *Tombstone
}

// find looks an identifier up.
func (c *catalog) find(text string) found {
	id, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return found{}
	}
	c.mu.RLock()
	defer c.mu.RUnlock()
	if place, ok := c.places[id]; ok {
		return c.foundEntry(c.entries[place])
	}
	if i, ok := c.made.Find(id); ok {
		concept := c.made.ConceptID(i)
		return found{
			state: isRecord, revision: c.made.Revision(i), concept: concept, latest: c.latest(concept),
			append: func(b []byte) []byte { return c.made.AppendRecord(b, i) },
		}
	}
	if latest := c.latest(id); latest != "" {
		return found{state: isConcept, concept: id, latest: latest}
	}
	if c.drafts[id] {
		return found{state: isDraft}
	}
	return found{}
}

func (c *catalog) foundEntry(e *entry) found {
	if e.tombstone != nil {
		return found{state: isGone, concept: e.concept, tombstone: e.tombstone}
	}
	raw := e.raw
	return found{
		state: isRecord, revision: e.revision, concept: e.concept, latest: cmp.Or(c.latest(e.concept), strconv.FormatInt(e.id, 10)),
		append: func(b []byte) []byte { return append(b, raw...) },
	}
}

// latest is the identifier of a concept's latest version: the one that is
// marked so, else the last that is left.
func (c *catalog) latest(concept int64) string {
	if first, ok := c.made.FindConcept(concept); ok && !c.covered[first] {
		last := first
		for i := range c.made.Versions(first) {
			last = i
		}
		return strconv.FormatInt(c.made.ID(last), 10)
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
	return strconv.FormatInt(best.id, 10)
}

// appendRecord appends the bytes of a record.
func (c *catalog) appendRecord(b []byte, r ref) []byte {
	if r >= 0 {
		return c.made.AppendRecord(b, int(r))
	}
	return append(b, c.entries[^r].raw...)
}

func (c *catalog) id(r ref) int64 {
	if r >= 0 {
		return c.made.ID(int(r))
	}
	return c.entries[^r].id
}

// resolve keeps the slugs and UUIDs of communities that exist, as slugs.
func (c *catalog) resolve(names []string) []string {
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
func (c *catalog) community(name string) *community {
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
