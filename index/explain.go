package index

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/zharvest/zharvest/querystring"
)

// Explanation says how a query is understood.
type Explanation struct {
	Query string `json:"query"` // as typed
	// Sent is what Zenodo's engine gets of it, Loose why it gets only its words.
	Sent  string `json:"sent,omitempty"`
	Loose string `json:"loose,omitempty"`
	// Tree is nil for the empty query, which finds everything.
	Tree *ExplainedNode `json:"tree"`
	// SQL is what the index asks SQLite to find all this.
	SQL []string `json:"sql"`
}

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

// Explain says how a query is understood at a moment; zero is the present. The
// error is that of [Check].
func Explain(q *querystring.Query, now time.Time) (*Explanation, error) {
	if err := Check(q, now); err != nil {
		return nil, err
	}
	if now.IsZero() {
		now = time.Now()
	}
	x := &explainer{now: now, sql: []string{readSegmentsSQL}}
	out := &Explanation{Query: q.Text, Sent: q.Sent, Loose: q.Reason}
	switch {
	case q.Loose:
		out.Tree = x.leaf("words", q.Text, "", func(f *field) []string { return x.words(f, q.Text) })
	case q.Root != nil:
		out.Tree = x.node(q.Root)
	}
	out.SQL = x.sql
	return out, nil
}

// explainer walks over a query as the evaluator does.
type explainer struct {
	now time.Time
	sql []string
}

func (x *explainer) uses(statement string) {
	if !slices.Contains(x.sql, statement) {
		x.sql = append(x.sql, statement)
	}
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

// leaf looks in the field that is named, or in the default fields, of which
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
		x.usesOf(f, findTermSQL)
		x.add(leaf, f, []string{})
	}
	return leaf
}

// words are the terms of a text, which may be a number or a date.
func (x *explainer) words(f *field, text string) []string {
	x.usesOf(f, findTermSQL)
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
	x.usesOf(f, scanKeysSQL)
	return []string{f.normalize(text)}
}

func (x *explainer) globs(f *field, n *querystring.Wildcard) []string {
	x.usesOf(f, scanKeysSQL)
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
	x.usesOf(f, scanKeysSQL)
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

// usesOf notes what a field is searched with: terms as given, the others in
// their columns or by SQL alone.
func (x *explainer) usesOf(f *field, terms string) {
	switch f.kind {
	case number, date, dateRange:
		x.uses(readColumnSQL)
	case statistic:
		x.uses(statisticSQL(f.name))
	case integers, doubles, times:
		x.uses(scanKeysSQL)
	default:
		x.uses(terms)
	}
}

// analysis is a word for how a field is read.
func (f *field) analysis() string {
	return map[kind]string{
		accentText: "folded", standardText: "words", keyword: "whole", boolean: "truth", latest: "truth",
		integers: "number", doubles: "number", number: "number", date: "date", times: "date", dateRange: "date", statistic: "statistic",
	}[f.kind]
}
