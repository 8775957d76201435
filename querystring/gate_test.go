package querystring_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/zharvest/zharvest/querystring"
)

func TestSent(t *testing.T) {
	tests := []struct{ typed, sent string }{
		{"", ""},
		{"foo", "foo"},
		{"  foo  bar ", "foo  bar"},
		{"(a)(b)", "(a) (b)"},
		{`"a"b`, `"a" b`},
		{"NOT(a)", "NOT (a)"},
		{"a AND(b)OR c", "a AND (b) OR c"},
		{"a && b || !c", "a && b || !c"},
		{"- a", "- a"},
		{"TO", "TO"},
		// White space that is none to the engine: Zenodo puts a blank behind what does not own it. Written down from
		// luqum 1.0.0.
		{"type:a\u00a0OR\u00a0type:b", "metadata.resource_type.props.type:a\u00a0 OR\u00a0metadata.resource_type.props.type:b"},
		{"+a\u00a0-b", "+a\u00a0 -b"},
		{"a\u00a0-b", "a\u00a0-b"},
		{"NOT\u00a0a\u2009AND\u00a0NOT\u00a0b", "NOT\u00a0a\u2009 AND\u00a0NOT\u00a0b"},
		{"a AND b\u00a0OR c", "a AND b\u00a0 OR c"},
		{"a AND b\u00a0AND c", "a AND b\u00a0AND c"},
		{"a OR b\u00a0AND c", "a OR b\u00a0AND c"},
		{"a AND b\u00a0+c\u00a0d", "a AND b\u00a0+c\u00a0 d"},
		{">a\u00a0b", ">a\u00a0 b"},
		{">a^2\u00a0b", ">a^2\u00a0b"},
		{"\u00a0a\u00a0", "a"},
		{"\u00a0a\u00a0b\u00a0", "\u00a0a\u00a0b\u00a0"},
		{"\u00a0t:a\u00a0", "t:a\u00a0"},
		{"\u00a0a^2\u00a0", "\u00a0a^2"},
		{"communities:((a)\u00a0b)", `parent.communities.ids:(("a")` + "\u00a0" + `"b")`},
		{"communities:>\u00a0b^2", `parent.communities.ids:>"b"^2`},
		// defaults made explicit
		{"foo~", "foo~0.5"},
		{"foo~0.8", "foo~0.8"},
		{"foo~2", "foo~2"},
		{"foo~1.50", "foo~1.5"},
		{"foo~20", "foo~2E+1"},
		{"foo~000", "foo~0"},
		{`"a b"~`, `"a b"~1`},
		{`"a b"~007`, `"a b"~7`},
		{"foo^", "foo^1"},
		{"foo^.5", "foo^0.5"},
		{"foo^10", "foo^1E+1"},
		{"foo^20", "foo^2E+1"},
		{"foo^100", "foo^1E+2"},
		{"foo^120", "foo^1.2E+2"},
		{"foo^12", "foo^12"},
		{"foo^0.0000001", "foo^1E-7"},
		{"foo^0.000001", "foo^0.000001"},
		{"foo^10 bar", "foo^1E+1 bar"},
		{"foo^1234567890123456789012345678901", "foo^1.234567890123456789012345679E+30"},
		{"foo^99999999999999999999999999999", "foo^1E+29"},
		{"(a b)^2", "(a b)^2"},
		// names
		{"title:foo", "metadata.title:foo"},
		{"title :foo", "metadata.title:foo"},
		{"title: foo", "metadata.title: foo"},
		{"Title:foo", "Title:foo"},
		{`\title:foo`, `\title:foo`},
		{"!title:foo", "!title:foo"},
		{"_exists_:title", "_exists_:title"},
		{"journal.title:foo", `custom_fields.journal\:journal.title:foo`},
		{"title:(a OR notes:b)", "metadata.title:(a OR metadata.additional_descriptions.description:b)"},
		{"metadata.title.keyword:x", "metadata.title.keyword:x"},
		// values
		{"doi:10.5281/zenodo.1", `pids.doi.identifier:"10.5281/zenodo.1"`},
		{"doi:11.5281", "pids.doi.identifier:11.5281"},
		{`conceptdoi:"10.1"`, `parent.pids.doi.identifier:"10.1"`},
		{"grants.funder.doi:10.1", `metadata.funding.funder.identifiers.identifier:"10.1"`},
		{"doi:(10.1 OR 10.2)", `pids.doi.identifier:("10.1" OR "10.2")`},
		{"doi:[10.1 TO 10.2}", `pids.doi.identifier:["10.1" TO "10.2"}`},
		{"doi:10.1~", `pids.doi.identifier:"10.1"~0.5`},
		{"doi:(title:10.1)", `pids.doi.identifier:(metadata.title:"10.1")`},
		{"communities:eg", `parent.communities.ids:"eg"`},
		{`communities:"eg"`, `parent.communities.ids:"eg"`},
		{"communities:(a b)", `parent.communities.ids:("a" "b")`},
		{"communities:(a OR -b)", `parent.communities.ids:("a" OR -"b")`},
		{`communities:a\-b`, `parent.communities.ids:"a\\-b"`},
		{"resource_type.subtype:publication-thesis", "metadata.resource_type.props.subtype:publication-dissertation"},
		{`metadata.resource_type.id:"publication-thesis"`, `metadata.resource_type.id:"publication-dissertation"`},
		{"type:publication-thesis", "metadata.resource_type.props.type:publication-thesis"},
		// times, which hold colons
		{"created:[2024-01-01T00:00:00Z TO 2024-01-02T12:30}", "created:[2024-01-01T00:00:00Z TO 2024-01-02T12:30}"},
		{"size:[-1 TO 5]", "files.totalbytes:[-1 TO 5]"},
		{"size:>=5", "files.totalbytes:>=5"},
	}
	for _, tt := range tests {
		q, err := querystring.Parse(tt.typed)
		if err != nil || q.Loose || q.Sent != tt.sent {
			t.Errorf("Parse(%q) = %+v, %v; want sent %q", tt.typed, q, err, tt.sent)
		}
	}
}

func TestLoose(t *testing.T) {
	tests := []struct {
		typed string
		pos   int
	}{
		{" \t", 0},
		{"(a", 2},
		{"a)", 1},
		{`"a`, 0},
		{`title:"a`, 6},
		{"'a", 0},
		{"AND a", 0},
		{"a AND", 5},
		{"a OR AND b", 5},
		{"()", 1},
		{"a:", 2},
		{"[a b]", 3},
		{"[a TO", 5},
		{"a ]", 2},
		{"/a", 0},
		{`a \`, 2},
		{"TO:a", 2},
		{"*~1~2", 3},
		{`/a/~1`, 3},
		{"(a)~2", 3},
		{"foo~1.2.3 ]", 10},
		{">a:b", 2},
		{"a:2024-01-01T00:00:00+00:]", 25},
		{"[TO TO a]", 1},
		{"\"a\\\n\"", 0},
	}
	for _, tt := range tests {
		q, err := querystring.Parse(tt.typed)
		if err != nil || !q.Loose || q.Pos != tt.pos || q.Reason == "" || q.Root != nil || q.Sent != "" {
			t.Errorf("Parse(%q) = %+v, %v; want it loose at %d", tt.typed, q, err, tt.pos)
		}
	}
}

func TestRefused(t *testing.T) {
	tests := []struct {
		typed       string
		status, pos int
		hint        string
	}{
		{"foo~1.2.3", 500, 3, ""},
		{"foo^1.2.3", 500, 3, ""},
		{"foo^.", 500, 3, ""},
		{`"a b"~1.5`, 500, 5, ""},
		{strings.Repeat("(", 400) + "a" + strings.Repeat(")", 400), 500, 300, ""},
		{"10.5281/zenodo.1", 400, 7, `write doi:"10.5281/zenodo.1"`},
		{"related.identifier:10.5281/zenodo.1", 400, 26, `write related.identifier:"10.5281/zenodo.1"`},
		{"a/b", 400, 1, `write "a/b"`},
		{`5" disk`, 400, 1, `write "5\""`},
		{"a^2^3", 400, 3, ""},
		{"x:y:z", 400, 3, `write x:"y:z"`},
		{"doi:https://doi.org/10.5281/zenodo.1", 400, 9, `write doi:"10.5281/zenodo.1"`},
		{"created:2024-01-01T00:00:00Z", 400, 21, `write created:"2024-01-01T00:00:00Z"`},
		{"meta*:x", 400, 5, ""},
		{"NOT NOT a", 400, 4, ""},
		{"+-a", 400, 1, ""},
		{"f:-a", 400, 2, ""},
		{"&& a", 400, 0, ""},
		{"a || && b", 400, 5, ""},
		{"foo!", 400, 4, ""},
		{`\u12`, 400, 0, ""},
		{`"\u00zz"`, 400, 0, ""},
		{`/\uxyzw/`, 400, 0, ""},
		{`f\u1:a`, 400, 0, ""},
		{`[\u1 TO b]`, 400, 1, ""},
		{"[a\tTO b]", 400, 6, ""},
		{`a/b\/`, 400, 1, `write "a/b/"`},
		{strings.Repeat("a OR ", 1024) + "a", 400, 5*1024 - 3, ""},
	}
	for _, tt := range tests {
		_, err := querystring.Parse(tt.typed)
		e, ok := errors.AsType[*querystring.Error](err)
		if !ok || e.Status != tt.status || e.Pos != tt.pos || e.Hint != tt.hint || e.Text != tt.typed {
			t.Errorf("Parse(%.60q) = %.200v %+v; want status %d at %d, hint %q", tt.typed, err, e, tt.status, tt.pos, tt.hint)
		}
	}
}

func TestErrorText(t *testing.T) {
	_, err := querystring.Parse("ä title:10.1/x")
	want := "query, character 13: a slash begins a regular expression, and no second one ends it (sent as ä metadata.title:10.1/x)"
	if err == nil || err.Error() != want {
		t.Errorf("Parse: got error %v, want %s", err, want)
	}
}

func TestCommunityResolver(t *testing.T) {
	p := querystring.Parser{Community: func(slug string) (string, bool) { return "id-of-" + slug, slug == "eu" }}
	for typed, want := range map[string]string{
		"communities:eu":     `parent.communities.ids:"id-of-eu"`,
		"communities:EU":     `parent.communities.ids:"None"`,
		`communities:("eu")`: `parent.communities.ids:("id-of-eu")`,
		"communities:eu*":    `parent.communities.ids:"None"`,
	} {
		q, err := p.Parse(typed)
		if err != nil || q.Sent != want {
			t.Errorf("Parse(%q) = %+v, %v; want sent %q", typed, q, err, want)
		}
	}
}

// TestLongQueries parses texts that would take minutes, or all of the stack, if the work grew with their square.
func TestLongQueries(t *testing.T) {
	const n = 100_000
	for _, unit := range []string{"(", ")", "a ", `"`, "a OR ", "/", "[a TO b] ", `\/`, "~", "^1", "a:", "-", `["\" TO `, "'", "T12:30:", "/\\", "http:"} {
		text := strings.Repeat(unit, n/len(unit))
		_, _ = querystring.Parse(text)
		_, _ = querystring.Parse("(" + text + ")")
	}
	if _, err := querystring.Parse(strings.Repeat("word ", n/5)); err != nil {
		t.Errorf("a long text: %v", err)
	}
}
