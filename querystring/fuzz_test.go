package querystring_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/zharvest/zharvest/querystring"
)

func FuzzParse(f *testing.F) {
	for _, seed := range []string{
		"", "title:(+bats -fruit)^2 AND doi:10.5281/zenodo.*", `"a \"b"~2 OR c~1 /re\/x/ [a TO "b c"}`, "a OR b AND c",
		`_exists_:x *:* t:>=5 \u0041 a?b* a!b - c`, "(a", "foo^10 bar~", "communities:(a b)", `user\:x:y`, "a/b/ !title:and",
		"publication_date:[2020 TO 2021}", "https://doi.org/10.5281/zenodo.1", "bats*'0 >?", "s://?B\x1cT", "TO\u00a0T12:30:00\u3000b && c",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		q, err := querystring.Parse(text)
		text = strings.ToValidUTF8(text, "\ufffd") // as in the address of a search
		if err != nil {
			e, ok := errors.AsType[*querystring.Error](err)
			if !ok || e.Pos < 0 || e.Pos > len(text) || e.Error() == "" || e.Text != text {
				t.Fatalf("Parse(%q): %#v", text, err)
			}
			return
		}
		if q.Pos < 0 || q.Pos > len(text) {
			t.Errorf("Parse(%q): refused at %d", text, q.Pos)
		}
		for _, w := range q.Warnings {
			if w.Pos < 0 || w.End < w.Pos || w.End > len(text) {
				t.Errorf("Parse(%q): warning at %d-%d", text, w.Pos, w.End)
			}
		}
		if q.Root != nil {
			checkSpans(t, q, q.Root)
			checkRoundTrip(t, q)
		}
	})
}

// checkSpans checks that a node stands inside the text, and its clauses inside it.
func checkSpans(t *testing.T, q *querystring.Query, n querystring.Node) {
	t.Helper()
	at := n.At()
	if at.Pos < 0 || at.End <= at.Pos || at.End > len(q.Text) {
		t.Errorf("Parse(%q): %s stands at %d-%d", q.Text, n, at.Pos, at.End)
	}
	b, ok := n.(*querystring.Boolean)
	if !ok {
		return
	}
	for _, c := range b.Clauses {
		if inner := c.Node.At(); inner.Pos < at.Pos || inner.End > at.End {
			t.Errorf("Parse(%q): %s at %d-%d is not inside %d-%d", q.Text, c.Node, inner.Pos, inner.End, at.Pos, at.End)
		}
		checkSpans(t, q, c.Node)
	}
}
