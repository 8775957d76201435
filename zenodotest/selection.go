package zenodotest

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/zharvest/zharvest/zenodotest/internal/synth"
)

// criteria say which records a search is about.
type criteria struct {
	query       string
	allVersions bool
	communities []string // a record must be in one of them; nil asks for none
	within      string   // the community whose records are listed
	kind        string
	subtype     string
	concept     int64 // 0 for any
	none        bool  // nothing matches
}

// errBadQuery is a query that the engine refuses.
var errBadQuery = errors.New("bad query")

// selection is the outcome of a search: all records that match, in order, and
// how they are spread over facets. It is made once.
type selection struct {
	once   sync.Once
	refs   []ref
	facets []byte
	err    error
}

// page appends the records of one page, separated by commas, then the total
// and the aggregations; the envelope's last part is the caller's.
func (c *catalog) page(ctx context.Context, s *search, window int, body []byte) ([]byte, int, error) {
	c.mu.RLock()
	defer c.mu.RUnlock()
	found := c.cache.get(fmt.Sprintf("%+v %s %t", s.ask, s.sort, s.verified))
	found.once.Do(func() { c.fill(ctx, found, s) })
	if found.err != nil {
		c.cache.clear() // the next request shall try again
		return nil, 0, found.err
	}
	total := len(found.refs)
	from := min((s.page-1)*s.size, total)
	to := min(from+s.size, window, total)
	for i, r := range found.refs[from:to] {
		if i > 0 {
			body = append(body, ", "...)
		}
		body = c.appendRecord(body, r)
	}
	body = append(body, `], "total": `...)
	body = strconv.AppendInt(body, int64(total), 10)
	body = append(body, '}')
	if s.facets {
		body = append(body, `, "aggregations": `...)
		body = append(body, found.facets...)
	}
	return body, total, nil
}

func (c *catalog) fill(ctx context.Context, found *selection, s *search) {
	t, err := c.prepare(ctx, s.ask)
	if err != nil {
		found.err = err
		return
	}
	found.refs = c.arrange(c.collect(t), orders[s.sort], s.verified)
	found.facets = c.countFacets(found.refs)
}

// test is what a record must pass, made ready for looking at many.
type test struct {
	criteria
	clauses []clause
	ids     map[int64]bool // what a search engine found; nil where it was not asked
}

func (c *catalog) prepare(ctx context.Context, ask criteria) (*test, error) {
	clauses, rest := parseQuery(ask.query)
	t := &test{criteria: ask, clauses: clauses}
	for _, text := range rest {
		ids, err := c.matcher.match(ctx, text)
		if err != nil {
			return nil, err
		}
		if t.ids == nil {
			t.ids = ids
			continue
		}
		for id := range t.ids {
			if !ids[id] {
				delete(t.ids, id)
			}
		}
	}
	return t, nil
}

// collect finds the records that pass. Made-up ones are not looked at outside
// the interval of numbers that times and identifiers leave.
func (c *catalog) collect(t *test) []ref {
	if t.none {
		return nil
	}
	var refs []ref
	for i := range c.candidates(t) {
		if !c.covered[i] && c.passesMade(t, i) {
			refs = append(refs, ref(i))
		}
	}
	for place, e := range c.entries {
		if e.tombstone == nil && t.passes(e) {
			refs = append(refs, ref(^place))
		}
	}
	return refs
}

// candidates yields the numbers of made-up records that may pass.
func (c *catalog) candidates(t *test) func(yield func(int) bool) {
	if t.ids != nil {
		return func(yield func(int) bool) {
			for id := range t.ids {
				if i, ok := c.made.Find(id); ok && !yield(i) {
					return
				}
			}
		}
	}
	if t.concept != 0 {
		return c.madeVersions(t.concept)
	}
	spans := [][2]int{{0, c.made.Len()}}
	for _, clause := range t.clauses {
		switch clause.field {
		case byConcept:
			return c.madeVersions(clause.from)
		case byCreated:
			spans = cut(spans, [][2]int{{c.since(clause.from), c.since(clause.to)}})
		case byID:
			first, end := c.made.Range(clause.from, clause.to)
			spans = cut(spans, [][2]int{{first, end}})
		case byIDPrefix:
			var within [][2]int
			for _, r := range prefixRanges(clause.prefix) {
				first, end := c.made.Range(r[0], r[1])
				within = append(within, [2]int{first, end})
			}
			spans = cut(spans, within)
		}
	}
	return func(yield func(int) bool) {
		for _, span := range spans {
			for i := span[0]; i < span[1]; i++ {
				if !yield(i) {
					return
				}
			}
		}
	}
}

// madeVersions yields the made-up records of a concept.
func (c *catalog) madeVersions(concept int64) func(yield func(int) bool) {
	first, ok := c.made.FindConcept(concept)
	if !ok {
		return func(func(int) bool) {}
	}
	return c.made.Versions(first)
}

// since is the first number of a made-up record created at or after a time in
// milliseconds.
func (c *catalog) since(millis int64) int {
	const far = math.MaxInt64 / 1000
	return c.made.Since(max(-far, min(far, millis)) * 1000)
}

// cut leaves what is in an interval of both lists.
func cut(spans, within [][2]int) [][2]int {
	var both [][2]int
	for _, a := range spans {
		for _, b := range within {
			if from, to := max(a[0], b[0]), min(a[1], b[1]); from < to {
				both = append(both, [2]int{from, to})
			}
		}
	}
	return both
}

// passesMade looks at a made-up record without making it.
func (c *catalog) passesMade(t *test, i int) bool {
	if !t.allVersions && !c.made.IsLast(i) {
		return false
	}
	if t.concept != 0 && c.made.ConceptID(i) != t.concept {
		return false
	}
	if t.kind != "" {
		if kind := c.made.Kind(i); kind.Type != t.kind || t.subtype != "" && kind.Subtype != t.subtype {
			return false
		}
	}
	if t.within != "" && !c.madeIn(i, t.within) {
		return false
	}
	if t.communities != nil && !slices.ContainsFunc(t.communities, func(slug string) bool { return c.madeIn(i, slug) }) {
		return false
	}
	for _, clause := range t.clauses {
		if !c.clauseHolds(clause, i) {
			return false
		}
	}
	return true
}

func (c *catalog) clauseHolds(cl clause, i int) bool {
	switch cl.field {
	case byCreated:
		created := floorMilli(c.made.Created(i))
		return cl.from <= created && created < cl.to
	case byUpdated:
		updated := floorMilli(c.made.Updated(i))
		return cl.from <= updated && updated < cl.to
	case byID, byIDPrefix:
		return cl.idMatches(c.made.ID(i))
	case byConcept:
		return cl.idMatches(c.made.ConceptID(i))
	case byCommunity:
		return c.madeIn(i, cl.text)
	case byType:
		return c.made.Kind(i).Type == cl.text
	}
	return true
}

func (c *catalog) madeIn(i int, slug string) bool {
	at := slices.Index(synth.Slugs, slug)
	return at >= 0 && c.made.In(i, at)
}

// passes looks at a record that is kept.
func (t *test) passes(e *entry) bool {
	if t.ids != nil && !t.ids[e.id] || !t.allVersions && !e.latest || t.concept != 0 && e.concept != t.concept {
		return false
	}
	if t.kind != "" && e.kind != t.kind || t.subtype != "" && e.subtype != t.subtype {
		return false
	}
	if t.within != "" && !slices.Contains(e.communities, t.within) {
		return false
	}
	if t.communities != nil && !slices.ContainsFunc(t.communities, func(slug string) bool { return slices.Contains(e.communities, slug) }) {
		return false
	}
	return !slices.ContainsFunc(t.clauses, func(c clause) bool { return !c.holds(e) })
}

func (cl clause) holds(e *entry) bool {
	switch cl.field {
	case byCreated:
		created := floorMilli(e.created)
		return cl.from <= created && created < cl.to
	case byUpdated:
		updated := floorMilli(e.updated)
		return cl.from <= updated && updated < cl.to
	case byID, byIDPrefix:
		return cl.idMatches(e.id)
	case byConcept:
		return cl.idMatches(e.concept)
	case byCommunity:
		return slices.Contains(e.communities, cl.text)
	case byType:
		return e.kind == cl.text
	}
	return true
}

// countFacets makes the aggregations of a search: small ones.
func (c *catalog) countFacets(refs []ref) []byte {
	access, kinds := map[string]int{}, map[[2]string]int{}
	for _, r := range refs {
		if r >= 0 {
			kind := c.made.Kind(int(r))
			access[c.made.Access(int(r))]++
			kinds[[2]string{kind.Type, kind.Subtype}]++
			continue
		}
		e := c.entries[^r]
		access[e.access]++
		kinds[[2]string{e.kind, e.subtype}]++
	}
	return spaced(struct {
		Access facet `json:"access_status"`
		Types  facet `json:"resource_type"`
	}{facet{accessBuckets(access), "Access status"}, facet{typeBuckets(kinds), "Resource types"}})
}

type facet struct {
	Buckets []bucket `json:"buckets"`
	Label   string   `json:"label"`
}

func accessBuckets(counts map[string]int) []bucket {
	buckets := []bucket{}
	for name, n := range counts {
		if name != "" {
			buckets = append(buckets, bucket{Key: name, Count: n, Label: titled(name)})
		}
	}
	sortBuckets(buckets)
	return buckets
}

func typeBuckets(counts map[[2]string]int) []bucket {
	sums := map[string]*bucket{}
	for kind, n := range counts {
		b := sums[kind[0]]
		if b == nil {
			b = &bucket{Key: kind[0], Label: titled(kind[0]), Inner: &inner{Buckets: []bucket{}}}
			sums[kind[0]] = b
		}
		b.Count += n
		if kind[1] != "" {
			b.Inner.Buckets = append(b.Inner.Buckets, bucket{Key: kind[0] + "-" + kind[1], Count: n, Label: titled(kind[1])})
		}
	}
	buckets := []bucket{}
	for _, b := range sums {
		sortBuckets(b.Inner.Buckets)
		buckets = append(buckets, *b)
	}
	sortBuckets(buckets)
	return buckets
}

// titled makes a title of a slug or name: each word gets a capital.
func titled(name string) string {
	words := strings.FieldsFunc(name, func(r rune) bool { return r == '-' || r == '_' })
	for i, word := range words {
		words[i] = strings.ToUpper(word[:1]) + word[1:]
	}
	return strings.Join(words, " ")
}

// cache keeps the last few selections: the pages of a walk are of one.
type cache struct {
	mu         sync.Mutex
	selections map[string]*selection
	keys       []string // the oldest first
}

const cached = 16

// get returns the selection for a key, which may be still to be made.
func (c *cache) get(key string) *selection {
	c.mu.Lock()
	defer c.mu.Unlock()
	if found, ok := c.selections[key]; ok {
		return found
	}
	if c.selections == nil {
		c.selections = map[string]*selection{}
	}
	if len(c.keys) == cached {
		delete(c.selections, c.keys[0])
		c.keys = c.keys[1:]
	}
	found := &selection{}
	c.selections[key] = found
	c.keys = append(c.keys, key)
	return found
}

// clear forgets everything, after the world has changed.
func (c *cache) clear() {
	c.mu.Lock()
	defer c.mu.Unlock()
	clear(c.selections)
	c.keys = nil
}
