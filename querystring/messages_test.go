package querystring_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/zharvest/zharvest/querystring"
)

// What a refused query says, whole: the place is counted in characters, as people
// do, and not in bytes.
func TestMessages(t *testing.T) {
	for _, tt := range []struct{ typed, want string }{
		{"é~1.2.3", "character 2: the number after ~ is malformed"},
		{"é^.", "character 2: the number after ^ is malformed"},
		{`"é b"~1.5`, "character 6: the distance after ~ must be a whole number behind a phrase"},
		{"é^2^3", `character 4: "^" is out of place`},
		{"é:y:z", `character 4: ":" is out of place`},
		{"é meta*:x", `character 8: ":" is out of place`},
		{"é NOT NOT a", `character 7: "NOT" is out of place`},
		{"é || && b", `character 6: "&&" is out of place`},
		{"+-é", `character 2: "-" is out of place`},
		{"é!", "character 3: it ends too early: a word is missing"},
		{"é/zenodo.1", "character 2: a slash begins a regular expression, and no second one ends it"},
		{`é/b\/`, "character 2: the regular expression ends in a backslash"},
		{`é 5" disk`, "character 4: a quotation mark is not closed"},
		{`"é\u00zz"`, `character 1: \u must be followed by four hexadecimal digits`},
		{`[é\u1 TO b]`, `character 2: \u must be followed by four hexadecimal digits`},
		{`é OR a\u12*`, `character 6: \u must be followed by four hexadecimal digits`},
		{strings.Repeat("(", 301) + "é" + strings.Repeat(")", 301), "character 301: the query nests deeper than 300 levels"},
		{strings.Repeat("é OR ", 1024) + "a", "character 5118: more than 1024 clauses in one group"},
		{"é title:10.1/x", "character 13: a slash begins a regular expression, and no second one ends it (sent as é metadata.title:10.1/x)"},
	} {
		q, err := querystring.Parse(tt.typed)
		if err == nil || err.Error() != "query, "+tt.want {
			t.Errorf("Parse(%.60q) = %+v, %.200v; want %s", tt.typed, q, err, tt.want)
		}
	}
}

// A text that is no query says why, and in its warning where, in characters, too.
func TestReasons(t *testing.T) {
	const early, closed = "it ends too early: a bracket is open, or a word is missing", "is not closed"
	for _, tt := range []struct{ typed, want string }{
		{" \t", "character 1: there is nothing but white space"},
		{"é (a", "character 5: " + early},
		{"é AND", "character 6: " + early},
		{"é:", "character 3: " + early},
		{"[é TO", "character 6: " + early},
		{"é NOT", "character 6: " + early},
		{"é:>", "character 4: " + early},
		{`é "a`, "character 3: a quotation mark " + closed},
		{"é /a", "character 3: a regular expression (between slashes) " + closed},
		{`é \`, "character 3: there is nothing behind the backslash"},
		{"é )", `character 3: ")" is out of place`},
		{"é OR AND b", `character 6: "AND" is out of place`},
		{"[é b]", `character 4: "b" is out of place`},
		{"[TO TO é]", `character 2: "TO" is out of place`},
		{"(é)~2", `character 4: "~2" is out of place`},
		{"é:a:)", `character 5: ")" is out of place`},
		{"é::b", `character 3: ":" is out of place`},
		{"^2 é", `character 1: "^2" is out of place`},
		{"é 'a", `character 3: "'" is out of place`},
	} {
		q, err := querystring.Parse(tt.typed)
		if err != nil || !q.Loose || len(q.Warnings) != 1 || !strings.Contains(q.Warnings[0].Message, "("+tt.want+")") {
			t.Errorf("Parse(%q) = %+v, %v; want a warning with %s", tt.typed, q, err, tt.want)
			continue
		}
		if w := q.Warnings[0]; w.Pos != 0 || w.End != len(tt.typed) {
			t.Errorf("Parse(%q): the warning is about %d to %d, want all of it", tt.typed, w.Pos, w.End)
		}
		if _, err := querystring.And(tt.typed, "a"); !errors.Is(err, querystring.ErrLoose) || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("And(%q): %v, want %s", tt.typed, err, tt.want)
		}
	}
}
