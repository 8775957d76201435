package catalog

import (
	"context"
	"math"
	"slices"

	"github.com/zharvest/zharvest/zenodotest/internal/synth"
)

// Criteria say which records a search is about.
type Criteria struct {
	Query       string
	AllVersions bool
	Communities []string // a record must be in one of them; nil asks for none
	Within      string   // the community whose records are listed
	Type        string
	Subtype     string
	Concept     int64 // 0 for any
	None        bool  // nothing matches
	Shards      int   // of the six of the engine that answer; 0 for all
	Selected    Selected
}

// test is what a record must pass, made ready for looking at many.
type test struct {
	Criteria
	clauses  []clause
	selected filter
	// found is what a search engine found for the parts that it was asked for, the
	// smallest first; all hold. They are shared.
	found []map[int64]bool
	// narrowed reports whether made-up records outside the times and identifiers of
	// the clauses are not looked at.
	narrowed bool
}

func (c *Catalog) prepare(ctx context.Context, ask Criteria) (*test, error) {
	parsed, err := c.parser().Parse(ask.Query)
	if err != nil {
		return nil, RefusedQuery(err)
	}
	selected, err := ask.Selected.ready()
	switch {
	case err != nil:
		return nil, err
	case parsed.Loose: // then its operators and brackets are mere words
		ids, err := c.match(ctx, ask.Query)
		return &test{Criteria: ask, selected: selected, found: []map[int64]bool{ids}}, err
	}
	clauses, rest := parseQuery(ask.Query)
	if c.cfg.Native && slices.ContainsFunc(clauses, clause.isZenodos) {
		clauses, rest = nil, []string{ask.Query}
	}
	t := &test{Criteria: ask, clauses: clauses, selected: selected}
	for _, text := range rest {
		ids, err := c.match(ctx, text)
		if err != nil {
			return nil, err
		}
		t.found = append(t.found, ids)
	}
	slices.SortFunc(t.found, func(a, b map[int64]bool) int { return len(a) - len(b) })
	return t, nil
}

// isZenodos reports whether a condition has a name that is Zenodo's own, or is on
// ids, which are numbers on Zenodo alone.
func (c clause) isZenodos() bool {
	return c.field != everything && c.field != byCreated && c.field != byUpdated
}

// collect finds the records that pass. Made-up ones are not looked at outside
// the interval of numbers that times and identifiers leave.
func (c *Catalog) collect(t *test) []ref {
	if t.None {
		return nil
	}
	var refs []ref
	for i := range c.candidates(t) {
		if !c.covered[i] && c.passesMade(t, i) {
			refs = append(refs, ref(i))
		}
	}
	for place, e := range c.searched {
		if e != nil && e.tombstone == nil && t.passes(e) {
			refs = append(refs, ref(^place))
		}
	}
	if t.Shards > 0 {
		refs = slices.DeleteFunc(refs, func(r ref) bool { return synth.Mix(uint64(c.id(r)))%shards >= uint64(t.Shards) })
	}
	return refs
}

// shards are the parts that the engine has of its index.
const shards = 6

// candidates yields the numbers of made-up records that may pass.
func (c *Catalog) candidates(t *test) func(yield func(int) bool) {
	if len(t.found) > 0 {
		return func(yield func(int) bool) {
			for id := range t.found[0] {
				if i, ok := c.made.Find(id); ok && t.isFound(id) && !yield(i) {
					return
				}
			}
		}
	}
	if t.Concept != 0 {
		return c.madeVersions(t.Concept)
	}
	if at := slices.IndexFunc(t.clauses, func(c clause) bool { return c.field == byConcept }); at >= 0 {
		return c.madeVersions(t.clauses[at].from)
	}
	t.narrowed = true
	spans := [][2]int{{0, c.made.Len()}}
	for _, clause := range t.clauses {
		switch clause.field {
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
func (c *Catalog) madeVersions(concept int64) func(yield func(int) bool) {
	first, ok := c.made.FindConcept(concept)
	if !ok {
		return func(func(int) bool) {}
	}
	return c.made.Versions(first)
}

// since is the first number of a made-up record created at or after a time in
// milliseconds.
func (c *Catalog) since(millis int64) int {
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

// isFound reports whether a search engine found a record, by all that it was asked
// for.
func (t *test) isFound(id int64) bool {
	return !slices.ContainsFunc(t.found, func(ids map[int64]bool) bool { return !ids[id] })
}

// passesMade looks at a made-up record without making it.
func (c *Catalog) passesMade(t *test, i int) bool {
	if !t.AllVersions && !c.made.IsLast(i) {
		return false
	}
	if t.Concept != 0 && c.made.ConceptID(i) != t.Concept {
		return false
	}
	if t.Type != "" {
		if kind := c.made.Kind(i); kind.Type != t.Type || t.Subtype != "" && kind.Subtype != t.Subtype {
			return false
		}
	}
	if t.Within != "" && !c.madeIn(i, t.Within) {
		return false
	}
	if t.Communities != nil && !slices.ContainsFunc(t.Communities, func(slug string) bool { return c.madeIn(i, slug) }) {
		return false
	}
	for _, clause := range t.clauses {
		if !(t.narrowed && clause.narrows()) && !c.clauseHolds(clause, i) {
			return false
		}
	}
	return true
}

// narrows reports whether candidates takes care of a condition.
func (c clause) narrows() bool {
	return c.field == byCreated || c.field == byID || c.field == byIDPrefix
}

func (c *Catalog) clauseHolds(cl clause, i int) bool {
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

func (c *Catalog) madeIn(i int, slug string) bool {
	at := slices.Index(synth.Slugs, slug)
	return at >= 0 && c.made.In(i, at)
}

// passes looks at a record that is kept.
func (t *test) passes(e *entry) bool {
	if !t.isFound(e.id) || !t.AllVersions && !e.latest || t.Concept != 0 && e.concept != t.Concept {
		return false
	}
	if t.Type != "" && e.kind != t.Type || t.Subtype != "" && e.subtype != t.Subtype {
		return false
	}
	if t.Within != "" && !slices.Contains(e.communities, t.Within) {
		return false
	}
	if t.Communities != nil && !slices.ContainsFunc(t.Communities, func(slug string) bool { return slices.Contains(e.communities, slug) }) {
		return false
	}
	return !slices.ContainsFunc(t.clauses, func(c clause) bool { return !c.holds(e) })
}

func (c clause) holds(e *entry) bool {
	switch c.field {
	case byCreated:
		created := floorMilli(e.created)
		return c.from <= created && created < c.to
	case byUpdated:
		updated := floorMilli(e.updated)
		return c.from <= updated && updated < c.to
	case byID, byIDPrefix:
		return c.idMatches(e.id)
	case byConcept:
		return c.idMatches(e.concept)
	case byCommunity:
		return slices.Contains(e.communities, c.text)
	case byType:
		return e.kind == c.text
	}
	return true
}
