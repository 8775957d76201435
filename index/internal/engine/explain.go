package engine

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/zharvest/zharvest/querystring"
)

// ExplainedNode is a part of a query.
type ExplainedNode struct {
	// Occur is must, should or must not, within a group.
	Occur string `json:"occur,omitempty"`
	// Kind is group, words, phrase, beginning, wildcard, fuzzy, regexp, range,
	// exists or everything.
	Kind    string           `json:"kind"`
	Text    string           `json:"text"` // as the engine gets it
	Fields  []ExplainedField `json:"fields,omitempty"`
	Clauses []*ExplainedNode `json:"clauses,omitempty"`
}

// ExplainedField is one or several fields in which a part of a query is looked
// for in the same way.
type ExplainedField struct {
	Names []string `json:"names"`
	// Analysis is how the fields are read: folded (words without accents and
	// punctuation), words, whole, truth, number, date or statistic.
	Analysis string `json:"analysis"`
	// Terms are what is looked for, after analysis. None find nothing.
	Terms []string `json:"terms"`
}

// Reading is one way in which a search reads a field.
type Reading struct {
	Field string
	How   Access
}

// Access is how a field is read.
type Access int

// The ways to read a field.
const (
	FindTerms     Access = iota // terms are looked up
	ScanTerms                   // terms are gone over
	ReadColumn                  // numbers are read from their column
	ReadStatistic               // the records with a statistic are asked for
)

// Explain says how a query is understood at a moment, and how its fields are
// read; the tree is nil for the empty query. The error is that of
// [Check].
func Explain(q *querystring.Query, now time.Time) (*ExplainedNode, []Reading, error) {
	if err := Check(q, now); err != nil {
		return nil, nil, err
	}
	if now.IsZero() {
		now = time.Now()
	}
	x := &explainer{now: now}
	var tree *ExplainedNode
	switch {
	case q.Loose:
		tree = x.leaf("words", q.Text, "", func(f *field) []string { return x.words(f, q.Text) })
	case q.Root != nil:
		tree = x.node(q.Root)
	}
	return tree, x.read, nil
}

// explainer walks over a query as the evaluator does.
type explainer struct {
	now  time.Time
	read []Reading
}

func (x *explainer) node(n querystring.Node) *ExplainedNode {
	text := n.String()
	switch n := n.(type) {
	case *querystring.Boolean:
		return x.group(n)
	case *querystring.MatchAll:
		return &ExplainedNode{Kind: "everything", Text: text}
	case *querystring.Exists:
		return x.exists(n)
	case *querystring.Text:
		return x.leaf("words", text, n.Field, func(f *field) []string { return x.words(f, n.Value) })
	case *querystring.Phrase:
		return x.leaf("phrase", text, n.Field, func(f *field) []string { return x.words(f, n.Value) })
	case *querystring.Prefix:
		return x.leaf("beginning", text, n.Field, func(f *field) []string { return x.pattern(f, n.Value) })
	case *querystring.Wildcard:
		return x.leaf("wildcard", text, n.Field, func(f *field) []string { return x.globs(f, n) })
	case *querystring.Fuzzy:
		return x.leaf("fuzzy", text, n.Field, func(f *field) []string { return x.pattern(f, n.Value) })
	case *querystring.Regexp:
		return x.leaf("regexp", text, n.Field, func(f *field) []string { return x.pattern(f, n.Pattern) })
	case *querystring.Range:
		return x.leaf("range", text, n.Field, func(f *field) []string { return x.between(f, n) })
	}
	return &ExplainedNode{Kind: fmt.Sprintf("%T", n), Text: text}
}

func (x *explainer) group(b *querystring.Boolean) *ExplainedNode {
	group := &ExplainedNode{Kind: "group", Text: b.String()}
	for _, c := range b.Resolve(analysesToNothing) {
		clause := x.node(c.Node)
		clause.Occur = strings.ToLower(strings.ReplaceAll(c.Occur.String(), "_", " "))
		group.Clauses = append(group.Clauses, clause)
	}
	return group
}

// leaf looks in the field that is named, or in the default fields, where
// those that come to the same stand together.
func (x *explainer) leaf(kind, text, name string, terms func(*field) []string) *ExplainedNode {
	leaf := &ExplainedNode{Kind: kind, Text: text}
	fields := defaultFields
	if name != "" {
		fields = fieldsNamed(name)
	}
	for _, f := range fields {
		if !f.absent {
			x.add(leaf, f, terms(f))
		}
	}
	return leaf
}

func (x *explainer) add(leaf *ExplainedNode, f *field, terms []string) {
	for i := range leaf.Fields {
		if same := &leaf.Fields[i]; same.Analysis == f.analysis() && slices.Equal(same.Terms, terms) {
			same.Names = append(same.Names, f.name)
			return
		}
	}
	leaf.Fields = append(leaf.Fields, ExplainedField{Names: []string{f.name}, Analysis: f.analysis(), Terms: terms})
}

func (x *explainer) exists(n *querystring.Exists) *ExplainedNode {
	leaf := &ExplainedNode{Kind: "exists", Text: n.String()}
	for _, f := range fieldsBelow(n.Field) {
		x.uses(f, FindTerms)
		x.add(leaf, f, []string{})
	}
	return leaf
}

// words are the terms of a text, which may be a number or a date.
func (x *explainer) words(f *field, text string) []string {
	x.uses(f, FindTerms)
	if !f.hasTerms() {
		return x.between(f, &querystring.Range{Lo: exactly(text), Hi: exactly(text)})
	}
	if !f.isText() {
		return []string{text}
	}
	terms := []string{}
	f.analyse()(text, func(token []byte) { terms = append(terms, string(token)) })
	return terms
}

func (x *explainer) pattern(f *field, text string) []string {
	x.uses(f, ScanTerms)
	return []string{f.normalize(text)}
}

func (x *explainer) globs(f *field, n *querystring.Wildcard) []string {
	x.uses(f, ScanTerms)
	var b strings.Builder
	for _, p := range f.pieces(n) {
		if p.Wild != 0 {
			b.WriteByte(p.Wild)
		}
		b.WriteString(p.Literal)
	}
	return []string{b.String()}
}

// between are the bounds of a range: of dates as the engine rounds them.
func (x *explainer) between(f *field, n *querystring.Range) []string {
	x.uses(f, ScanTerms)
	bound := func(b querystring.Bound, up bool) string {
		switch {
		case b.Open:
			return "*"
		case f.holds() != "dates":
			return f.normalize(b.Value)
		}
		at, err := parseDate(b.Value, up, x.now)
		if err != nil {
			return err.Error()
		}
		return at.UTC().Format("2006-01-02T15:04:05.000Z")
	}
	open, closing := "{", "}"
	if n.Lo.Inclusive || n.Lo.Open {
		open = "["
	}
	if n.Hi.Inclusive || n.Hi.Open {
		closing = "]"
	}
	return []string{open + bound(n.Lo, !n.Lo.Inclusive) + " TO " + bound(n.Hi, n.Hi.Inclusive) + closing}
}

// uses notes how a field is read: its terms as given, those of others otherwise.
func (x *explainer) uses(f *field, how Access) {
	switch f.kind {
	case number, date, dateRange:
		how = ReadColumn
	case statistic:
		how = ReadStatistic
	case integers, doubles, times:
		how = ScanTerms
	}
	x.read = append(x.read, Reading{f.name, how})
}

// analysis is a word for how a field is read.
func (f *field) analysis() string {
	return map[kind]string{
		accentText: "folded", standardText: "words", keyword: "whole", boolean: "truth", latest: "truth",
		integers: "number", doubles: "number", number: "number", date: "date", times: "date", dateRange: "date", statistic: "statistic",
	}[f.kind]
}
