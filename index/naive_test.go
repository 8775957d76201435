package index_test

import (
	"cmp"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/zharvest/zharvest/index"
	"github.com/zharvest/zharvest/index/internal/analysis"
	"github.com/zharvest/zharvest/querystring"
	"github.com/zharvest/zharvest/zenodo"
)

// naiveField is how the evaluator below knows a field: the values of a
// record, and what an analyser makes of one of them.
type naiveField struct {
	at        int // its place in naiveFields
	name      string
	byDefault bool
	values    func(*zenodo.Record) []string
	analyse   func(string) []string // nil for keywords
	normalize func(string) string
	number    func(*zenodo.Record) (int64, bool) // instead of values
	isTime    bool                               // the number is one of microseconds
}

var (
	standardTokens = remembered(func(s string) []string { return analysis.Tokens(analysis.Standard, s) })
	accentTokens   = remembered(func(s string) []string { return analysis.Tokens(analysis.Accent, s) })
	distance       = remembered(func(pair string) int {
		term, word, _ := strings.Cut(pair, "\x00")
		return osa([]rune(term), []rune(word))
	})
	anchored = remembered(func(expr string) *regexp.Regexp { return regexp.MustCompile("^(?s:" + expr + ")$") })
)

func itself(s string) string { return s }

// remembered keeps what f makes of its last arguments: a query is held against
// one record after the other, which ask the same of it.
func remembered[T any](f func(string) T) func(string) T {
	known := map[string]T{}
	return func(s string) T {
		made, ok := known[s]
		if !ok {
			if len(known) == 10_000 {
				clear(known)
			}
			made = f(s)
			known[s] = made
		}
		return made
	}
}

func text(name string, byDefault bool, values func(*zenodo.Record) []string) naiveField {
	return naiveField{name: name, byDefault: byDefault, values: values, analyse: standardTokens, normalize: analysis.NormalizeStandard}
}

func accent(name string, byDefault bool, values func(*zenodo.Record) []string) naiveField {
	return naiveField{name: name, byDefault: byDefault, values: values, analyse: accentTokens, normalize: analysis.NormalizeAccent}
}

func whole(name string, byDefault bool, values func(*zenodo.Record) []string) naiveField {
	return naiveField{name: name, byDefault: byDefault, values: values, normalize: itself}
}

func number(name string, value func(*zenodo.Record) (int64, bool)) naiveField {
	return naiveField{name: name, number: value}
}

func each[T, V any](all []T, f func(T) V) (values []V) {
	for _, v := range all {
		values = append(values, f(v))
	}
	return values
}

func names(part int) func(*zenodo.Record) []string {
	return func(r *zenodo.Record) []string {
		return each(r.Metadata.Creators, func(c zenodo.Creator) string { return partOfName(c.Name, part) })
	}
}

func contributors(value func(zenodo.Contributor) string) func(*zenodo.Record) []string {
	return func(r *zenodo.Record) []string { return each(r.Metadata.Contributors, value) }
}

func grants(value func(zenodo.Grant) string) func(*zenodo.Record) []string {
	return func(r *zenodo.Record) []string { return each(r.Metadata.Grants, value) }
}

func partOfName(name string, part int) string {
	parts := strings.Split(name, ",")
	if len(parts) != 2 {
		return ""
	}
	return strings.TrimSpace(parts[part])
}

// naiveFields are the default fields, and others that the random records fill.
var naiveFields = numberedFields(
	whole("id", true, func(r *zenodo.Record) []string { return []string{string(r.ID)} }),
	accent("metadata.title", true, func(r *zenodo.Record) []string { return []string{r.Metadata.Title} }),
	text("metadata.title.original", true, func(r *zenodo.Record) []string { return []string{r.Metadata.Title} }),
	accent("metadata.description", true, func(r *zenodo.Record) []string { return []string{r.Metadata.Description} }),
	text("metadata.additional_descriptions.description", true, func(r *zenodo.Record) []string { return []string{r.Metadata.Notes, r.Metadata.Method} }),
	accent("metadata.creators.person_or_org.name", true, func(r *zenodo.Record) []string {
		return each(r.Metadata.Creators, func(c zenodo.Creator) string { return c.Name })
	}),
	text("metadata.creators.person_or_org.family_name", true, names(0)),
	text("metadata.creators.person_or_org.given_name", true, names(1)),
	accent("metadata.creators.affiliations.name", true, func(r *zenodo.Record) []string {
		return each(r.Metadata.Creators, func(c zenodo.Creator) string { return c.Affiliation })
	}),
	whole("metadata.creators.person_or_org.identifiers.identifier", false, func(r *zenodo.Record) []string {
		return each(r.Metadata.Creators, func(c zenodo.Creator) string { return c.ORCID })
	}),
	text("metadata.contributors.person_or_org.name", true, contributors(func(c zenodo.Contributor) string { return c.Name })),
	text("metadata.contributors.person_or_org.family_name", true, contributors(func(c zenodo.Contributor) string { return partOfName(c.Name, 0) })),
	text("metadata.contributors.person_or_org.given_name", true, contributors(func(c zenodo.Contributor) string { return partOfName(c.Name, 1) })),
	accent("metadata.contributors.affiliations.name", true, contributors(func(c zenodo.Contributor) string { return c.Affiliation })),
	text("metadata.funding.award.number", true, grants(func(g zenodo.Grant) string { return g.Code })),
	text("metadata.funding.award.acronym.text", true, grants(func(g zenodo.Grant) string { return g.Acronym })),
	text("metadata.funding.funder.name", true, grants(func(g zenodo.Grant) string { return g.Funder.Name })),
	text("metadata.identifiers.identifier", true, func(r *zenodo.Record) []string {
		return each(r.Metadata.AlternateIdentifiers, func(id zenodo.AlternateIdentifier) string { return id.Identifier })
	}),
	text("metadata.locations.features.place", true, func(r *zenodo.Record) []string {
		return each(r.Metadata.Locations, func(l zenodo.Location) string { return l.Place })
	}),
	text("metadata.locations.features.description", true, func(r *zenodo.Record) []string {
		return each(r.Metadata.Locations, func(l zenodo.Location) string { return l.Description })
	}),
	text("metadata.dates.description", true, func(r *zenodo.Record) []string {
		return each(r.Metadata.Dates, func(d zenodo.Date) string { return d.Description })
	}),
	text("metadata.references.reference", true, func(r *zenodo.Record) []string { return r.Metadata.References }),
	text("metadata.publisher", true, func(r *zenodo.Record) []string { return []string{r.Metadata.Publisher} }),
	text("metadata.subjects.subject", true, func(r *zenodo.Record) []string { return r.Metadata.Keywords }),
	whole("metadata.subjects.subject.keyword", false, func(r *zenodo.Record) []string { return r.Metadata.Keywords }),
	whole("metadata.publication_date", true, func(r *zenodo.Record) []string { return []string{r.Metadata.PublicationDate} }),
	whole("metadata.version", true, func(r *zenodo.Record) []string { return []string{r.Metadata.Version} }),
	whole("metadata.resource_type.props.type", false, func(r *zenodo.Record) []string { return []string{r.Metadata.Type} }),
	whole("metadata.resource_type.props.subtype", false, func(r *zenodo.Record) []string {
		if r.Metadata.Subtype == "" {
			return nil
		}
		return []string{r.Metadata.Type + "-" + r.Metadata.Subtype}
	}),
	whole("parent.communities.ids", false, func(r *zenodo.Record) []string {
		return each(r.Communities, func(s zenodo.Slug) string { return string(s) })
	}),
	whole("metadata.languages.id", false, func(r *zenodo.Record) []string { return []string{r.Metadata.Language} }),
	text("pids.doi.identifier", false, func(r *zenodo.Record) []string { return []string{string(r.DOI)} }),
	whole("files.entries.key", false, func(r *zenodo.Record) []string {
		return each(r.Files, func(f zenodo.File) string { return f.Key })
	}),
	number("files.count", func(r *zenodo.Record) (int64, bool) { return int64(len(r.Files)), r.Files != nil }),
	number("files.totalbytes", func(r *zenodo.Record) (int64, bool) { return r.Size(), r.Files != nil }),
	number("versions.index", func(r *zenodo.Record) (int64, bool) { return int64(r.VersionIndex), r.VersionIndex > 0 }),
	number("stats.all_versions.views", func(r *zenodo.Record) (int64, bool) {
		if r.Stats == nil {
			return 0, false
		}
		return r.Stats.Views, true
	}),
	number("stats.all_versions.unique_views", func(r *zenodo.Record) (int64, bool) {
		if r.Stats == nil {
			return 0, false
		}
		return r.Stats.UniqueViews, true
	}),
	number("stats.all_versions.downloads", func(r *zenodo.Record) (int64, bool) {
		if r.Stats == nil {
			return 0, false
		}
		return r.Stats.Downloads, true
	}),
	naiveField{name: "created", isTime: true, number: func(r *zenodo.Record) (int64, bool) {
		at, ok := r.CreatedAt.Time()
		return at.UnixMilli() * 1000, ok // the engine knows no less
	}},
)

func numberedFields(fields ...naiveField) []naiveField {
	for i := range fields {
		fields[i].at = i
	}
	return fields
}

// naive answers queries by looking at every record.
type naive struct {
	records map[string]*naiveRecord
}

// naiveRecord is a record with its values and their tokens, by field.
type naiveRecord struct {
	*zenodo.Record
	values [][]string
	tokens [][][]string
	gone   bool
	latest bool
}

func newNaive() *naive { return &naive{map[string]*naiveRecord{}} }

func (v *naive) store(records ...*zenodo.Record) {
	for _, r := range records {
		v.records[string(r.ID)] = newNaiveRecord(r)
	}
	v.markLatest()
}

func newNaiveRecord(r *zenodo.Record) *naiveRecord {
	n := &naiveRecord{Record: r, values: make([][]string, len(naiveFields)), tokens: make([][][]string, len(naiveFields))}
	for i, f := range naiveFields {
		if f.number != nil {
			continue
		}
		n.values[i] = f.values(r)
		for _, value := range n.values[i] {
			if f.analyse != nil {
				n.tokens[i] = append(n.tokens[i], f.analyse(value))
			}
		}
	}
	return n
}

// markGone keeps records as they are, out of the versions of their concepts.
func (v *naive) markGone(ids ...zenodo.RecordID) {
	for _, id := range ids {
		v.records[string(id)].gone = true
	}
	v.markLatest()
}

// markLatest takes Zenodo's word, unless a later version is there.
func (v *naive) markLatest() {
	last := map[zenodo.ConceptID]int{}
	for _, r := range v.records {
		if !r.gone {
			last[r.ConceptID] = max(last[r.ConceptID], r.VersionIndex)
		}
	}
	for _, r := range v.records {
		if !r.gone {
			r.latest = r.IsLatest && (r.ConceptID == "" || r.VersionIndex >= last[r.ConceptID])
		}
	}
}

// search returns the ids of what q finds, in its order.
func (v *naive) search(q index.Query, held map[string]bool) []string {
	parsed, err := querystring.Parse(q.Text)
	if err != nil {
		return nil
	}
	var found []*naiveRecord
	for _, r := range v.records {
		if selected(r, q, held) && matchesQuery(parsed, r) {
			found = append(found, r)
		}
	}
	slices.SortFunc(found, inOrder(q.Sort))
	if q.Limit > 0 && len(found) > q.Limit {
		found = found[:q.Limit]
	}
	return each(found, func(r *naiveRecord) string { return string(r.ID) })
}

func selected(r *naiveRecord, q index.Query, held map[string]bool) bool {
	at, ok := r.CreatedAt.Time()
	switch {
	case !q.AllVersions && !r.latest:
	case !q.IncludeGone && r.gone:
	case q.Type != "" && r.Metadata.Type != q.Type:
	case q.Subtype != "" && r.Metadata.Subtype != q.Subtype:
	case !q.Since.IsZero() && (!ok || at.Before(q.Since)):
	case !q.Until.IsZero() && (!ok || !at.Before(q.Until)):
	case q.Harvest != "" && !held[string(r.ID)]:
	case len(q.Communities) > 0 && !slices.ContainsFunc(q.Communities, func(s zenodo.Slug) bool { return slices.Contains(r.Communities, s) }):
	default:
		return true
	}
	return false
}

func inOrder(sort index.Sort) func(a, b *naiveRecord) int {
	created := func(r *naiveRecord) int64 {
		at, ok := r.CreatedAt.Time()
		if !ok {
			return -1 << 63
		}
		return at.UnixMicro()
	}
	counts := func(r *naiveRecord) (views, downloads int64) {
		if r.Stats == nil {
			return -1, -1
		}
		return r.Stats.Views, r.Stats.Downloads
	}
	return func(a, b *naiveRecord) int {
		c := 0
		switch sort {
		case index.Newest, "":
			c = cmp.Compare(created(b), created(a))
		case index.Oldest:
			c = cmp.Compare(created(a), created(b))
		case index.Updated:
			c = cmp.Compare(b.UpdatedAt, a.UpdatedAt)
		case index.Title:
			c = cmp.Or(cmp.Compare(lowerASCII(a.Metadata.Title), lowerASCII(b.Metadata.Title)), cmp.Compare(a.Metadata.Title, b.Metadata.Title))
		case index.Views:
			x, _ := counts(a)
			y, _ := counts(b)
			c = cmp.Compare(y, x)
		case index.Downloads:
			_, x := counts(a)
			_, y := counts(b)
			c = cmp.Compare(y, x)
		}
		x, _ := strconv.Atoi(string(a.ID))
		y, _ := strconv.Atoi(string(b.ID))
		if c == 0 && (sort == index.Newest || sort == "") && created(a) == -1<<63 {
			x, y = y, x
		}
		return cmp.Or(c, cmp.Compare(x, y))
	}
}

func lowerASCII(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'A' && r <= 'Z' {
			return r + 'a' - 'A'
		}
		return r
	}, s)
}

func matchesQuery(q *querystring.Query, r *naiveRecord) bool {
	switch {
	case q.Loose:
		return matches(&querystring.Text{Value: q.Text}, r)
	case q.Root == nil:
		return true
	}
	return matches(q.Root, r)
}

// matches is the evaluator: one record, no index.
func matches(n querystring.Node, r *naiveRecord) bool {
	switch n := n.(type) {
	case *querystring.MatchAll:
		return true
	case *querystring.Boolean:
		return matchesGroup(n, r)
	case *querystring.Exists:
		return slices.ContainsFunc(naiveFields, func(f naiveField) bool {
			return (f.name == n.Field || strings.HasPrefix(f.name, n.Field+".")) && f.exists(r)
		})
	case *querystring.Text:
		return anyField(n.Field, func(f *naiveField) bool { return f.hasText(r, n.Value) })
	case *querystring.Phrase:
		if n.Slop > 0 {
			return anyField(n.Field, func(f *naiveField) bool { return f.hasNear(r, n.Value, n.Slop) })
		}
		return anyField(n.Field, func(f *naiveField) bool { return f.hasPhrase(r, n.Value) })
	case *querystring.Wildcard:
		return anyField(n.Field, func(f *naiveField) bool { return f.hasPattern(r, globPattern(n, f.normalize)) })
	case *querystring.Regexp:
		return anyField(n.Field, func(f *naiveField) bool { return f.normalize != nil && f.hasPattern(r, f.normalize(n.Pattern)) })
	case *querystring.Fuzzy:
		return anyField(n.Field, func(f *naiveField) bool {
			if f.number != nil {
				return false
			}
			word := f.normalize(n.Value)
			return f.hasTerm(r, func(term string) bool { return distance(term+"\x00"+word) <= n.Edits })
		})
	case *querystring.Prefix:
		return anyField(n.Field, func(f *naiveField) bool {
			if f.number != nil {
				return false
			}
			beginning := f.normalize(n.Value)
			return f.hasTerm(r, func(term string) bool { return strings.HasPrefix(term, beginning) })
		})
	case *querystring.Range:
		return anyField(n.Field, func(f *naiveField) bool { return f.inRange(r, n) })
	}
	return false
}

func matchesGroup(b *querystring.Boolean, r *naiveRecord) bool {
	must, should, matched, clauses := false, false, false, b.Resolve(yieldsNothing)
	for _, c := range clauses {
		got := matches(c.Node, r)
		switch c.Occur {
		case querystring.Must:
			must = true
			if !got {
				return false
			}
		case querystring.MustNot:
			if got {
				return false
			}
		case querystring.Should:
			should = true
			matched = matched || got
		}
	}
	return len(clauses) > 0 && (must || !should || matched)
}

// yieldsNothing tells clauses that the engine drops.
func yieldsNothing(n querystring.Node) bool {
	field, value := "", ""
	switch n := n.(type) {
	case *querystring.Boolean:
		return len(n.Resolve(yieldsNothing)) == 0
	case *querystring.Text:
		field, value = n.Field, n.Value
	case *querystring.Phrase:
		field, value = n.Field, n.Value
	}
	return slices.ContainsFunc(naiveFields, func(f naiveField) bool {
		return f.name == field && f.analyse != nil && len(f.analyse(value)) == 0
	})
}

func anyField(name string, match func(*naiveField) bool) bool {
	for i := range naiveFields {
		if f := &naiveFields[i]; (f.name == name || name == "" && f.byDefault) && match(f) {
			return true
		}
	}
	return false
}

func (f *naiveField) exists(r *naiveRecord) bool {
	if f.number != nil {
		_, ok := f.number(r.Record)
		return ok
	}
	return slices.ContainsFunc(r.values[f.at], func(s string) bool { return s != "" })
}

// hasTerm tells whether a token, or a whole keyword, is one that is wanted.
func (f *naiveField) hasTerm(r *naiveRecord, want func(string) bool) bool {
	if f.number != nil {
		return false
	}
	if f.analyse == nil {
		return slices.ContainsFunc(r.values[f.at], func(value string) bool { return value != "" && want(value) })
	}
	return slices.ContainsFunc(r.tokens[f.at], func(tokens []string) bool { return slices.ContainsFunc(tokens, want) })
}

func (f *naiveField) hasText(r *naiveRecord, text string) bool {
	switch {
	case f.number != nil:
		return f.inRange(r, &querystring.Range{Lo: querystring.Bound{Value: text, Inclusive: true}, Hi: querystring.Bound{Value: text, Inclusive: true}})
	case f.analyse == nil:
		return f.hasTerm(r, func(term string) bool { return term == text })
	}
	tokens := f.analyse(text)
	return f.hasTerm(r, func(term string) bool { return slices.Contains(tokens, term) })
}

func (f *naiveField) hasPhrase(r *naiveRecord, text string) bool {
	if f.analyse == nil {
		return f.hasText(r, text)
	}
	words := f.analyse(text)
	if len(words) == 0 {
		return false
	}
	return slices.ContainsFunc(r.tokens[f.at], func(tokens []string) bool {
		for i := range tokens {
			if rest := tokens[i:]; len(rest) >= len(words) && slices.Equal(rest[:len(words)], words) {
				return true
			}
		}
		return false
	})
}

// hasNear tries all places that the words of a phrase have.
func (f *naiveField) hasNear(r *naiveRecord, text string, slop int) bool {
	if f.analyse == nil {
		return f.hasText(r, text)
	}
	words := f.analyse(text)
	var tokens []string // with a gap between values
	for _, value := range r.tokens[f.at] {
		if len(value) > 0 {
			tokens = append(append(tokens, value...), make([]string, 100)...)
		}
	}
	var places []int
	var try func() bool
	try = func() bool {
		k := len(places)
		if k == len(words) {
			return k > 0
		}
		for at, token := range tokens {
			if token != words[k] || slices.Contains(places, at) {
				continue
			}
			places = append(places, at)
			starts := make([]int, len(places))
			for i, p := range places {
				starts[i] = p - i
			}
			if slices.Max(starts)-slices.Min(starts) <= slop && try() {
				return true
			}
			places = places[:k]
		}
		return false
	}
	return try()
}

func (f *naiveField) hasPattern(r *naiveRecord, expr string) bool {
	return f.hasTerm(r, anchored(expr).MatchString)
}

// globPattern writes wildcards as a regular expression.
func globPattern(n *querystring.Wildcard, normalize func(string) string) string {
	var expr strings.Builder
	for _, g := range n.Globs() {
		switch g.Wild {
		case '*':
			expr.WriteString(".*")
		case '?':
			expr.WriteString(".")
		default:
			if normalize != nil {
				g.Literal = normalize(g.Literal)
			}
			expr.WriteString(regexp.QuoteMeta(g.Literal))
		}
	}
	return expr.String()
}

// osa is the distance by edits and swaps of neighbours.
func osa(a, b []rune) int {
	switch {
	case len(a) == 0 || len(b) == 0:
		return len(a) + len(b)
	case a[0] == b[0]:
		return osa(a[1:], b[1:])
	}
	if diff := len(a) - len(b); diff > 2 || diff < -2 || len(a) > 30 {
		return 3 // more than any query allows
	}
	least := 1 + min(osa(a[1:], b), osa(a, b[1:]), osa(a[1:], b[1:]))
	if len(a) > 1 && len(b) > 1 && a[0] == b[1] && a[1] == b[0] {
		least = min(least, 1+osa(a[2:], b[2:]))
	}
	return least
}

func (f *naiveField) inRange(r *naiveRecord, n *querystring.Range) bool {
	if f.number != nil {
		value, ok := f.number(r.Record)
		return ok && f.aboveLo(value, n.Lo) && f.belowHi(value, n.Hi)
	}
	lo, hi := f.normalize(n.Lo.Value), f.normalize(n.Hi.Value)
	return f.hasTerm(r, func(term string) bool {
		return (n.Lo.Open || term > lo || n.Lo.Inclusive && term == lo) && (n.Hi.Open || term < hi || n.Hi.Inclusive && term == hi)
	})
}

func (f *naiveField) aboveLo(value int64, b querystring.Bound) bool {
	lo := f.bound(b.Value, !b.Inclusive)
	return b.Open || value > lo || b.Inclusive && value == lo
}

func (f *naiveField) belowHi(value int64, b querystring.Bound) bool {
	hi := f.bound(b.Value, b.Inclusive)
	return b.Open || value < hi || b.Inclusive && value == hi
}

// bound reads a whole number, or a day of which up means the last
// millisecond.
func (f *naiveField) bound(s string, up bool) int64 {
	if !f.isTime {
		n, _ := strconv.ParseInt(s, 10, 64)
		return n
	}
	at, _ := time.Parse(time.DateOnly, s)
	if up {
		at = at.AddDate(0, 0, 1).Add(-time.Millisecond)
	}
	return at.UnixMicro()
}
