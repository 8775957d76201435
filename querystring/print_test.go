package querystring_test

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/zharvest/zharvest/querystring"
)

// treeMaker makes trees that nobody typed, of characters that mean something to
// one of the grammars.
type treeMaker struct{ *rand.Rand }

func (m treeMaker) pick(from ...string) string { return from[m.IntN(len(from))] }

// word is a text that stands for no bound: one that begins with > or < does in a
// named field, and a star in a range, whether they are escaped or not.
func (m treeMaker) word() string {
	for {
		if v := m.value(); v != "*" && !strings.ContainsAny(v[:1], "<>") {
			return v
		}
	}
}

// value is a text that is no run of white space.
func (m treeMaker) value() string {
	if m.IntN(8) == 0 {
		return m.pick("AND", "OR", "NOT", "TO", "&&", "||", "T12:30", "-", "+a", "http://a/b", "10.5281/zenodo.1", "*", "a:b")
	}
	var b strings.Builder
	for range 1 + m.IntN(5) {
		b.WriteString(m.pick("a", "b", "1", "é", "😀", "\\", `"`, "'", "/", ":", "^", "~", "(", ")", "[", "]", "{", "}", "+", "-", "!", "<", ">", "=", "*", "?", "&", "|", "u", "T", ".", ",", "_", "\u3000", "\u00a0", "\t"))
	}
	return b.String()
}

// field is the name of an index field or of none, or one that Zenodo would
// translate.
func (m treeMaker) field() string {
	return m.pick("", "metadata.title", "title", "doi", "created", "custom_fields.journal:journal.title", "communities", "publication_date", "a b", "u", "x(y)")
}

func (m treeMaker) bound() querystring.Bound {
	if m.IntN(4) == 0 {
		return querystring.Bound{Open: true}
	}
	return querystring.Bound{Value: m.pick(m.word(), "a b", "2024-01-01T00:00:00Z", "-1"), Inclusive: m.IntN(2) == 0}
}

// pattern is one with a wildcard that is neither a prefix nor everything.
func (m treeMaker) pattern() string {
	return m.pick("?", "*a", "a?") + m.pick("", "b", "é", `\*`, `\?`, `\\`, "*", `\(`, `\/`, `\:`, `\ `, `\~`) + "c"
}

func (m treeMaker) leaf() querystring.Node {
	field := m.field()
	switch m.IntN(9) {
	case 0:
		return &querystring.Phrase{Field: field, Value: m.pick(m.value(), m.value()+" "+m.value()), Slop: m.IntN(3)}
	case 1:
		return &querystring.Prefix{Field: field, Value: m.value()}
	case 2:
		return &querystring.Wildcard{Field: field, Pattern: m.pattern()}
	case 3:
		return &querystring.Fuzzy{Field: field, Value: m.value(), Edits: m.IntN(3)}
	case 4:
		return &querystring.Regexp{Field: field, Pattern: m.pick("a.*", "[ab]+", "/", "a/b", `\.`, "(a|b){2}", `"`, "é ")}
	case 5:
		return &querystring.Range{Field: field, Lo: m.bound(), Hi: m.bound()}
	case 6:
		return &querystring.Exists{Field: m.pick("metadata.title", "a b", "custom_fields.a:b")}
	case 7:
		return &querystring.MatchAll{}
	}
	return &querystring.Text{Field: field, Value: m.pick(m.word(), m.word()+" "+m.value())}
}

func (m treeMaker) tree(depth int) querystring.Node {
	if depth == 0 || m.IntN(3) == 0 {
		return m.leaf()
	}
	b := &querystring.Boolean{}
	for i := range 2 + m.IntN(3) {
		c := querystring.Clause{Sign: querystring.Sign(m.IntN(3)), And: i > 0 && m.IntN(2) == 0, Node: m.tree(depth - 1)}
		b.Clauses = append(b.Clauses, c)
	}
	b.Clauses = b.Resolve(nil)
	return b
}

// Trees that are made by hand are printed as queries that parse to them.
func TestPrint(t *testing.T) {
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	m := treeMaker{rand.New(rand.NewPCG(seed, 0))}
	kinds := map[string]int{}
	for range 5000 {
		tree := m.tree(m.IntN(3))
		kind, _, _ := strings.Cut(show(tree), "(")
		kinds[kind]++
		printed := tree.String()
		q, err := querystring.Parse(printed)
		if err != nil || q.Loose {
			t.Errorf("%s prints as %s: %+v, %v", show(tree), printed, q, err)
			continue
		}
		if got, want := show(q.Root), show(tree); got != want {
			t.Errorf("%s prints as %s, which is\n%s", want, printed, got)
		}
		if q.Sent != printed && !strings.ContainsAny(printed, "~^") { // whose defaults Zenodo spells out
			t.Errorf("%s prints as %s, which Zenodo would send as %s", show(tree), printed, q.Sent)
		}
	}
	if len(kinds) != 10 {
		t.Errorf("only %v", kinds)
	}
}

// A condition that is joined to a query counts beside the query, whichever it is.
func TestAndKeepsBoth(t *testing.T) {
	m := treeMaker{rand.New(rand.NewPCG(1, 1))}
	for range 500 {
		a, b := m.tree(2), m.leaf()
		joined, err := querystring.And(a.String(), b.String())
		if err != nil {
			t.Errorf("And(%s, %s): %v", a, b, err)
			continue
		}
		q, err := querystring.Parse(joined)
		if err != nil || q.Loose {
			t.Errorf("And(%s, %s) = %s: %+v, %v", a, b, joined, q, err)
			continue
		}
		root, ok := q.Root.(*querystring.Boolean)
		if !ok || len(root.Clauses) != 2 || slices.ContainsFunc(root.Clauses, func(c querystring.Clause) bool { return c.Occur != querystring.Must }) ||
			show(root.Clauses[0].Node) != show(a) || show(root.Clauses[1].Node) != show(b) {
			t.Errorf("And(%s, %s) = %s, which is %s", a, b, joined, show(q.Root))
		}
	}
}
