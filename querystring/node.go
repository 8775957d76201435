package querystring

import "unicode/utf8"

// Node is a part of a query: one of [*Boolean], [*Text], [*Phrase], [*Prefix], [*Wildcard], [*Fuzzy], [*Regexp],
// [*Range], [*Exists] and [*MatchAll].
//
// The Field of a node is the name of an index field as sent, without escapes; "" stands for the default fields.
// String prints a query that parses to the same node.
type Node interface {
	String() string
	// At returns where the node stands in the text as typed, and its boost.
	At() Origin
	setBoost(string)
	setSpan(pos, end int)
}

// Origin is what all nodes have.
type Origin struct {
	// Pos and End are byte offsets in [Query.Text]: the node was written as Text[Pos:End].
	Pos, End int
	// Boost is the number behind ^ as sent, "" without one. A boost changes the order of hits, never their set.
	Boost string
}

// At returns o.
func (o Origin) At() Origin { return o }

func (o *Origin) setBoost(b string) { o.Boost = b }

func (o *Origin) setSpan(pos, end int) { o.Pos, o.End = pos, end }

// Occur says how a clause of a [Boolean] counts.
type Occur int

// A record matches if it matches all Must clauses, no MustNot clause and, only if there is no Must clause, at least one
// Should clause. A group of MustNot clauses alone matches everything but those.
const (
	Should Occur = iota
	Must
	MustNot
)

// String returns "SHOULD", "MUST" or "MUST_NOT".
func (o Occur) String() string {
	return [...]string{"SHOULD", "MUST", "MUST_NOT"}[o]
}

// Sign is what stands before a clause: nothing, + or one of -, ! and NOT.
type Sign int

// The signs of a clause.
const (
	NoSign Sign = iota
	Plus
	Minus
)

// Clause is one of the things that a [Boolean] joins.
type Clause struct {
	// Occur is how the clause counts if no clause of the group is dropped; see [Boolean.Resolve].
	Occur Occur
	// And reports whether the word AND (or &&) stands before the clause.
	And  bool
	Sign Sign
	Node Node
}

// Boolean is a group of clauses. There is no precedence: a OR b AND c requires b and c, and a is optional.
type Boolean struct {
	Origin
	Clauses []Clause
}

// Resolve returns the clauses that count, with their Occur, when those whose node drop reports are left out. The engine
// drops a clause on a named text field whose words analyse to nothing; an AND before such a clause still makes the clause
// before it required, and an AND behind it reaches the one that was kept last. A nil drop drops nothing. A group that
// loses all its clauses is itself dropped by the group around it, and matches nothing if there is none.
func (b *Boolean) Resolve(drop func(Node) bool) []Clause {
	kept := make([]Clause, 0, len(b.Clauses))
	for _, c := range b.Clauses {
		if last := len(kept) - 1; c.And && last >= 0 && kept[last].Occur != MustNot {
			kept[last].Occur = Must
		}
		if drop != nil && drop(c.Node) {
			continue
		}
		switch {
		case c.Sign == Minus:
			c.Occur = MustNot
		case c.Sign == Plus || c.And:
			c.Occur = Must
		default:
			c.Occur = Should
		}
		kept = append(kept, c)
	}
	return kept
}

// Text is one text for the analyser of each field: a word, or several plain words in a row. On a text field it matches
// records with any of its tokens; on a keyword field only the whole Value matches.
type Text struct {
	Origin
	Field string
	Value string // escapes resolved, words joined by one space
	Raw   string // as sent, with escapes; the words joined by one space
}

// Phrase is a text in quotation marks: its tokens in this order, or with Slop moves of a token.
type Phrase struct {
	Origin
	Field string
	Value string
	Slop  int
}

// Prefix matches terms that begin with Value.
type Prefix struct {
	Origin
	Field string
	Value string
}

// Wildcard matches terms of a pattern in which * is any run of characters, ? is one, and \ makes the next one literal. The
// engine normalises what stands between the wildcards, piece by piece, but not what is escaped.
type Wildcard struct {
	Origin
	Field   string
	Pattern string
}

// Glob is a piece of a [Wildcard]: literal text, or a wildcard if Wild is not 0.
type Glob struct {
	Literal string
	Wild    byte // '*', '?' or 0
	// Escaped marks one character that is escaped, and so left as it is where other text is normalised.
	Escaped bool
}

// Globs splits the pattern at its wildcards and escaped characters.
func (w *Wildcard) Globs() []Glob {
	var globs []Glob
	start := 0 // of the literal that is being read
	literal := func(end int) {
		if start < end {
			globs = append(globs, Glob{Literal: w.Pattern[start:end]})
		}
	}
	for i := 0; i < len(w.Pattern); {
		size := 1
		switch c := w.Pattern[i]; {
		case c == '*' || c == '?':
			literal(i)
			globs = append(globs, Glob{Wild: c})
		case c == '\\' && i+1 < len(w.Pattern):
			literal(i)
			_, n := utf8.DecodeRuneInString(w.Pattern[i+1:])
			globs = append(globs, Glob{Literal: w.Pattern[i+1 : i+1+n], Escaped: true})
			size = 1 + n
		default:
			i++
			continue
		}
		i += size
		start = i
	}
	literal(len(w.Pattern))
	return globs
}

// Fuzzy matches terms that are at most Edits (0, 1 or 2) edits away from Value.
type Fuzzy struct {
	Origin
	Field string
	Value string
	Edits int
}

// Regexp matches terms of a pattern in Lucene's syntax, anchored at both ends. A slash in Pattern is not escaped.
type Regexp struct {
	Origin
	Field   string
	Pattern string
}

// Range matches terms, numbers or times between two bounds.
type Range struct {
	Origin
	Field  string
	Lo, Hi Bound
}

// Bound is an end of a [Range].
type Bound struct {
	Value     string
	Inclusive bool
	Open      bool // there is no bound; Value is "" and Inclusive false
}

// Exists matches records in which the field, or any field below it, has a value: _exists_:f or f:*.
type Exists struct {
	Origin
	Field string
}

// MatchAll matches every record: *:*, and * in the default fields, among which is the id that every record has.
type MatchAll struct {
	Origin
}
