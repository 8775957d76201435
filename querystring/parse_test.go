package querystring_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/zharvest/zharvest/querystring"
)

func TestTree(t *testing.T) {
	tests := []struct{ typed, tree string }{
		{"", "nil"},
		// texts
		{"foo", `text( "foo")`},
		{"a b c", `text( "a b c")`},
		{"a  b", `text( "a b")`},
		{`a\ b`, `text( "a b")`},
		{`\u0041b\:`, `text( "Ab:")`},
		{`\ud83d\ude00`, `text( "😀")`},
		{"a+b-c", `text( "a+b-c")`},
		{"a'b&c=d", `text( "a'b&c=d")`},
		{"title:foo bar baz", `bool(text(metadata.title "foo") text( "bar baz"))`},
		{"x title:foo", `bool(text( "x") text(metadata.title "foo"))`},
		{"type:(dataset software)", `text(metadata.resource_type.props.type "dataset software")`},
		{"a b c*", `bool(text( "a b") prefix( "c"))`},
		{"a b *", `bool(text( "a") text( "b") all)`},
		{"a b~1", `bool(text( "a") fuzzy( "b" 1))`},
		{"a b^2", `bool(text( "a") text( "b")^2)`},
		{"foo^10 bar", `bool(text( "foo")^1 text( "E+1 bar"))`},
		{"- a", `bool(text( "-") text( "a"))`},
		{"! a", `bool(text( "!") text( "a"))`},
		{"a! b", `bool(text( "a") text( "!") text( "b"))`},
		{"a!b", `bool(text( "a") -text( "b"))`},
		{"TO TO", `text( "TO TO")`},
		{"a\u3000b", `text( "a b")`},
		{"type:a\xff", `text(metadata.resource_type.props.type "a�")`},
		{"a\u00a0AND b", `text( "a` + `\u00a0` + `AND b")`},
		// leaves
		{`"a b"`, `phrase( "a b" 0)`},
		{`title:"a \"b\\"~3`, `phrase(metadata.title "a \"b\\" 3)`},
		{`"a"~99999999999`, `phrase( "a" 2147483647)`},
		{"ab*", `prefix( "ab")`},
		{`a\**`, `prefix( "a*")`},
		{"a?b*", `wildcard( "a?b*")`},
		{"*a", `wildcard( "*a")`},
		{`\a\*?\\`, `wildcard( "\\a\\*?\\\\")`},
		{"**", `wildcard( "**")`},
		{"foo~", `fuzzy( "foo" 0)`},
		{"foo~0.8", `fuzzy( "foo" 0)`},
		{"foo~1", `fuzzy( "foo" 1)`},
		{"foo~2", `fuzzy( "foo" 2)`},
		{"foo~9", `fuzzy( "foo" 2)`},
		{"foo~20", `fuzzy( "foo" 2)`},
		{"foo*~1", `prefix( "foo")`},
		{"/a[bc]/", `regexp( "a[bc]")`},
		{`t:/a\/b\./`, `regexp(t "a/b\\.")`},
		{"a/b/", `bool(text( "a") regexp( "b"))`},
		{"[a TO b]", `range( ="a" ="b")`},
		{`t:{a TO "c d"]`, `range(t "a" ="c d")`},
		{`t:["a\"" TO b}`, `range(t ="a\"" "b")`},
		{"created:[2020 TO *]", `range(created ="2020" *)`},
		{`t:["*" TO b]`, `range(t * ="b")`},
		{`t:["" TO b]`, `range(t ="\"\"" ="b")`},
		{"t:[* TO *]", `range(t * *)`},
		{"t:>5", `range(t "5" *)`},
		{"t:>=5", `range(t ="5" *)`},
		{"t:<5", `range(t * "5")`},
		{"t:<=5", `range(t * ="5")`},
		{"t:>= 5", `bool(range(t "=" *) text( "5"))`},
		{"t:(>a b)", `range(t "a b" *)`},
		{`\>5`, `text( ">5")`},
		{"_exists_:metadata.funding", "exists(metadata.funding)"},
		{`_exists_:"a b"`, "exists(a b)"},
		{"notes:*", "exists(metadata.additional_descriptions.description)"},
		{"*", "all"},
		{"*:*", "all"},
		{`custom_fields.a\:b:x`, `text(custom_fields.a:b "x")`},
		// boosts
		{"a^2", `text( "a")^2`},
		{"(a b)^0.5", `text( "a b")^0.5`},
		{"((a^2))^3", `bool(text( "a")^2)^3`},
		{"[a TO b]^2", `range( ="a" ="b")^2`},
		{"(a OR b)^2", `bool(text( "a") text( "b"))^2`},
		// the table of section "Boolean semantics"
		{"a OR b AND c", `bool(text( "a") +text( "b") +text( "c"))`},
		{"a AND b OR c", `bool(+text( "a") +text( "b") text( "c"))`},
		{"a AND b OR c AND d", `bool(+text( "a") +text( "b") +text( "c") +text( "d"))`},
		{"NOT a OR b", `bool(-text( "a") text( "b"))`},
		{"a b -c", `bool(text( "a b") -text( "c"))`},
		{"-c a", `bool(-text( "c") text( "a"))`},
		{"a AND NOT b", `bool(+text( "a") -text( "b"))`},
		{"a NOT b", `bool(text( "a") -text( "b"))`},
		{"a -b", `bool(text( "a") -text( "b"))`},
		{"-a", `bool(-text( "a"))`},
		{"-a -b", `bool(-text( "a") -text( "b"))`},
		{"x OR (-a)", `bool(text( "x") bool(-text( "a")))`},
		{"+a b", `bool(+text( "a") text( "b"))`},
		{"a +b AND -c", `bool(text( "a") +text( "b") -text( "c"))`},
		{"a b AND c", `bool(text( "a") +text( "b") +text( "c"))`},
		{"a AND (b OR c) -d", `bool(+text( "a") +bool(text( "b") text( "c")) -text( "d"))`},
		{"t:(+a -b) c", `bool(bool(+text(t "a") -text(t "b")) text( "c"))`},
		{"-a AND b", `bool(-text( "a") +text( "b"))`},
		{"a && b || c", `bool(+text( "a") +text( "b") text( "c"))`},
		{"a && !b", `bool(+text( "a") -text( "b"))`},
		{"((a))", `text( "a")`},
		{"t:(a u:b c)", `bool(text(t "a") text(u "b") text(t "c"))`},
		{"!title:x", `bool(-text(title "x"))`},
		{"communities:(a b)", `bool(phrase(parent.communities.ids "a" 0) phrase(parent.communities.ids "b" 0))`},
	}
	for _, tt := range tests {
		q, err := querystring.Parse(tt.typed)
		if err != nil || q.Loose {
			t.Errorf("Parse(%q) = %+v, %v; want %s", tt.typed, q, err, tt.tree)
			continue
		}
		if got := show(q.Root); got != tt.tree {
			t.Errorf("Parse(%q): got %s, want %s", tt.typed, got, tt.tree)
		}
		if q.Root != nil {
			checkRoundTrip(t, q)
		}
	}
}

// checkRoundTrip checks that the printed tree parses to the same tree.
func checkRoundTrip(t *testing.T, q *querystring.Query) {
	t.Helper()
	printed := q.Root.String()
	again, err := querystring.Parse(printed)
	if err != nil || again.Loose {
		t.Errorf("%q printed as %q: %+v, %v", q.Text, printed, again, err)
		return
	}
	if got, want := show(again.Root), show(q.Root); got != want {
		t.Errorf("%q printed as %q: got %s, want %s", q.Text, printed, got, want)
	}
	if got := again.Root.String(); got != printed {
		t.Errorf("%q printed as %q, and then as %q", q.Text, printed, got)
	}
}

func TestPositions(t *testing.T) {
	q, err := querystring.Parse(`é (title:foo~ OR doi:10.1) AND -type:(a  b) `)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	var walk func(n querystring.Node)
	walk = func(n querystring.Node) {
		got = append(got, q.Text[n.At().Pos:n.At().End])
		if b, ok := n.(*querystring.Boolean); ok {
			for _, c := range b.Clauses {
				walk(c.Node)
			}
		}
	}
	walk(q.Root)
	want := []string{
		`é (title:foo~ OR doi:10.1) AND -type:(a  b)`, "é", "(title:foo~ OR doi:10.1)", "title:foo~", "doi:10.1",
		"type:(a  b)",
	}
	if !slices.Equal(got, want) {
		t.Errorf("positions of %s: got %q, want %q", q.Text, got, want)
	}
}

// TestResolve drops the clauses that hold an x, as the engine does where an analyser leaves nothing of a text.
func TestResolve(t *testing.T) {
	drop := func(n querystring.Node) bool {
		text, ok := n.(*querystring.Text)
		return ok && strings.HasPrefix(text.Value, "x")
	}
	for typed, want := range map[string]string{
		"a AND x":      "MUST a",
		"x AND a":      "MUST a",
		"a OR x":       "SHOULD a",
		"a OR x AND b": "MUST a, MUST b",
		"-a AND x":     "MUST_NOT a",
		"x OR -x":      "",
		"a OR b OR -x": "SHOULD a, SHOULD b",
	} {
		q, err := querystring.Parse(typed)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, c := range q.Root.(*querystring.Boolean).Resolve(drop) {
			got = append(got, c.Occur.String()+" "+c.Node.String())
		}
		if s := strings.Join(got, ", "); s != want {
			t.Errorf("%s without x: got %q, want %q", typed, s, want)
		}
	}
}

func TestGlobs(t *testing.T) {
	w := querystring.Wildcard{Pattern: `é\*?b*c\\`}
	want := []querystring.Glob{{Literal: "é"}, {Literal: "*", Escaped: true}, {Wild: '?'}, {Literal: "b"}, {Wild: '*'}, {Literal: "c"}, {Literal: `\`, Escaped: true}}
	if got := w.Globs(); !slices.Equal(got, want) {
		t.Errorf("Globs of %s: got %v, want %v", w.Pattern, got, want)
	}
}

func TestIndexField(t *testing.T) {
	for name, want := range map[string]string{
		"title":         "metadata.title",
		"journal.title": "custom_fields.journal:journal.title",
		"created":       "created",
	} {
		if got, ok := querystring.IndexField(name); got != want || !ok {
			t.Errorf("IndexField(%q) = %q, %v; want %q", name, got, ok, want)
		}
	}
	if got, ok := querystring.IndexField("license.id"); got != "license.id" || ok {
		t.Errorf(`IndexField("license.id") = %q, %v; want it untranslated`, got, ok)
	}
	last, n := "", 0
	for name, field := range querystring.Fields() {
		if name <= last || strings.Contains(field, `\`) {
			t.Errorf("Fields: %q, %q after %q", name, field, last)
		}
		last, n = name, n+1
	}
	if n < 60 {
		t.Errorf("Fields: got %d names, want all", n)
	}
}
