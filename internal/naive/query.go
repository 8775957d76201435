package naive

import (
	"fmt"
	"iter"
	"slices"
	"strconv"
	"time"

	"github.com/zharvest/zharvest/querystring"
)

// Query is a query made ready for looking at many records. It is not safe for
// concurrent use, and neither are the records that it looks at.
type Query struct {
	parsed *querystring.Query
	now    time.Time
	root   node
	corpus corpus
}

// node is a part of a query.
type node interface {
	match(r *Record) bool
	// score is what a record that matches gets.
	score(r *Record) float64
	// conditions is how many the engine makes of it.
	conditions() int
}

// What the engine takes of one query.
const (
	maxConditions = 1024
	maxLength     = 32_000 // in units of UTF-16
	maxRegexp     = 1000
)

// NewQuery makes a query ready. The error is a [*querystring.Error] where the
// engine refuses it for any records.
func NewQuery(q *querystring.Query, now time.Time) (*Query, error) {
	made := &Query{parsed: q, now: now, corpus: corpus{}}
	var err error
	switch {
	case q.Loose:
		made.root, err = made.leaf(&querystring.Text{Value: q.Text})
	case q.Root == nil:
		made.root = everything{}
	default:
		if utf16Length(q.Sent) > maxLength {
			return nil, made.tooLong()
		}
		made.root, err = made.node(q.Root)
	}
	if err == nil && made.root.conditions() > maxConditions {
		err = made.tooLong()
	}
	if err != nil {
		return nil, err
	}
	return made, nil
}

// Search looks at all records, and calls found for each that matches, with its
// score, which is 0 where scores are not asked for. Records may be looked at
// twice. The error is a [*querystring.Error] where the engine refuses the query for these
// records.
func (q *Query) Search(records iter.Seq[*Record], scored bool, found func(r *Record, score float64)) error {
	if scored || q.corpus.isFuzzy() {
		q.corpus.read(records)
		if q.root.conditions() > maxConditions {
			return q.tooLong()
		}
	}
	for r := range records {
		if q.root.match(r) {
			score := 0.0
			if scored {
				score = q.root.score(r)
			}
			found(r, score)
		}
	}
	return nil
}

func (q *Query) tooLong() error {
	return &querystring.Error{Msg: "is too long for the engine", Status: 500, Text: q.parsed.Text}
}

// refused is the error for a part that the engine refuses.
func (q *Query) refused(n querystring.Node, format string, args ...any) error {
	return &querystring.Error{Pos: n.At().Pos, Msg: fmt.Sprintf(format, args...), Status: 400, Text: q.parsed.Text, Sent: q.parsed.Sent}
}

func (q *Query) node(n querystring.Node) (node, error) {
	switch n := n.(type) {
	case *querystring.Boolean:
		return q.group(n)
	case *querystring.MatchAll:
		return everything{boostOf(n)}, nil
	}
	return q.leaf(n)
}

// boostOf is the factor of a part's score.
func boostOf(n querystring.Node) boost {
	factor, err := strconv.ParseFloat(n.At().Boost, 64)
	if err != nil {
		factor = 1
	}
	return boost{factor - 1}
}

// boost is the factor of a score, less 1, so that none is 0.
type boost struct{ more float64 }

func (b boost) of(score float64) float64 { return score * (1 + b.more) }

type everything struct{ boost }

func (e everything) match(*Record) bool    { return true }
func (e everything) score(*Record) float64 { return e.of(1) }
func (e everything) conditions() int       { return 0 }

// group joins clauses by Lucene's rules: all that must, none of what must not,
// and where nothing must, at least one of what should.
type group struct {
	boost
	clauses []clause
}

type clause struct {
	node
	occur    querystring.Occur
	isDouble bool // of another clause of the group, which the engine leaves out
}

func (q *Query) group(b *querystring.Boolean) (node, error) {
	g, seen := &group{boost: boostOf(b)}, map[string]bool{}
	for _, c := range b.Resolve(saysNothing) {
		n, err := q.node(c.Node)
		if err != nil {
			return nil, err
		}
		key := c.Occur.String() + c.Node.String()
		g.clauses = append(g.clauses, clause{n, c.Occur, seen[key]})
		seen[key] = true
	}
	return g, nil
}

// saysNothing reports whether the engine drops a clause: one in text fields of
// which no token is left, or a group of such.
func saysNothing(n querystring.Node) bool {
	value := ""
	switch n := n.(type) {
	case *querystring.Boolean:
		return len(n.Resolve(saysNothing)) == 0
	case *querystring.Text:
		value = n.Value
	case *querystring.Phrase:
		value = n.Value
	default:
		return false
	}
	in := named(querystring.FieldOf(n))
	return len(in) > 0 && !slices.ContainsFunc(in, func(f *field) bool { return !f.isText() || len(f.analyse(value)) > 0 })
}

func (g *group) match(r *Record) bool {
	must, should, matched := false, false, false
	for _, c := range g.clauses {
		switch got := c.match(r); c.occur {
		case querystring.Must:
			if must = true; !got {
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
	return len(g.clauses) > 0 && (must || !should || matched)
}

func (g *group) score(r *Record) (score float64) {
	for _, c := range g.clauses {
		if c.occur != querystring.MustNot && c.match(r) {
			score += c.score(r)
		}
	}
	return g.of(score)
}

func (g *group) conditions() (n int) {
	excludes := true
	for _, c := range g.clauses {
		if !c.isDouble {
			n += c.conditions()
		}
		excludes = excludes && c.occur == querystring.MustNot
	}
	if excludes {
		n++ // all, from which to exclude
	}
	return n
}
