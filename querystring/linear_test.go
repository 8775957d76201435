package querystring_test

import (
	"runtime"
	"strings"
	"testing"

	"github.com/zharvest/zharvest/querystring"
)

// constructs are what a text of any length can be made of.
var constructs = []string{
	"a", "a ", `\a`, `"`, `"a" `, `"a\" `, "/", "/a/ ", "a/", "(", ")", "(a ", "(a) ", "()", "[", "[a TO b] ", "[a TO ", "{a TO b} ", "+", "-", "! ", "NOT ",
	"a AND ", "a OR ", "a OR b AND ", "(a OR b AND c) ", "a:", "a:b ", "titel:x ", "year:2021 ", ":", "~", "a~1 ", "a~ ", "^", "a^2 ", "a^10 ", "*", "a*b ", "?a",
	"title:(", "title:[", "T12:30", "“a” ", "title：a ", "communities:(", "communities:a ", "10.1234/a ", "doi:10.1/a ", "and or not ", "http://a ", "_exists_:a ",
	"type:a b ", "\u00a0", " ", "a:>=1 ", "é", "\xff", "\\u0041",
}

// A text that is twice as long takes about twice the memory to be read, be it
// accepted, refused, or searched loosely: nothing is copied again and again.
func TestLinear(t *testing.T) {
	const size = 20_000
	for _, unit := range constructs {
		for _, begin := range []string{"", "x:("} {
			short, long := parsing(begin+strings.Repeat(unit, size/len(unit))), parsing(begin+strings.Repeat(unit, 2*size/len(unit)))
			if long > 3*short+3_000_000 {
				t.Errorf("%q and many of %q: %d bytes, and %d for twice the length", begin, unit, short, long)
			}
		}
	}
}

// parsing is how many bytes are allocated to read a text and print its tree.
func parsing(text string) uint64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	q, err := querystring.Parse(text)
	switch {
	case err != nil:
		_ = err.Error()
	case q.Root != nil:
		_ = q.Root.String()
	}
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc
}

// Brackets that stand deeper than Zenodo's parser goes are refused before any
// of ours goes deeper.
func TestNestedDeep(t *testing.T) {
	for _, levels := range []int{301, 10_000, 1_000_000} {
		for _, pair := range [][2]string{{"(", ")"}, {"title:(", ")"}, {"+", ""}, {"NOT ", ""}, {"a:", ""}, {"(a AND -(", "))"}} {
			text := strings.Repeat(pair[0], levels) + "a" + strings.Repeat(pair[1], levels)
			q, err := querystring.Parse(text)
			if err == nil || !strings.Contains(err.Error(), "nests deeper than 300 levels") {
				t.Errorf("%d times %q: got %+v, %.200v", levels, pair[0], q, err)
			}
		}
	}
}
