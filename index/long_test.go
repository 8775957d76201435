package index_test

import (
	"errors"
	"fmt"
	"runtime"
	"strings"
	"testing"

	"github.com/zharvest/zharvest/index"
	"github.com/zharvest/zharvest/querystring"
)

// A query that is twice as long takes about twice the memory to be run, or is
// refused.
func TestLongQueries(t *testing.T) {
	if slowdown > 1 {
		t.Skip("one goroutine needs no race detector")
	}
	db := openIndex(t)
	for i := range 3 {
		store(t, db, record(i+1, "metadata.description", "climate data of the ocean a a b"))
	}
	groups := func(clause string) func(int) string {
		return func(size int) string {
			return strings.Repeat("("+strings.Repeat(clause, 100)+") ", max(1, size/len(clause)/100))
		}
	}
	one := func(begin, unit, end string) func(int) string {
		return func(size int) string { return begin + strings.Repeat(unit, size/len(unit)) + end }
	}
	for i, query := range []func(size int) string{
		groups("a* "), groups("a?b "), groups("a~1 "), groups("-a "), groups("a OR "), groups("a AND "), groups(`"a b" `), groups(`"a b"~5 `),
		groups("/ab/ "), groups("[a TO b] "), groups("title:a "), groups("stats.all_versions.views:>1 "), groups("created:2020 "), groups("type:a "),
		one("", "a", ""), one("", "a ", ""), one("", "a b climate ", ""), one(`"`, "a a b ", `"`), one(`"`, "a a b ", `"~100`), one("(", "a b ", ""),
		one("", "a*", ""), one("", "*a", ""), one("", "?", ""), one("", "a", "~2"), one("title:[", "a", " TO b]"), one("title:", "a-", "b"),
	} {
		short, long := counting(t, db, query(5000)), counting(t, db, query(10_000))
		if long > 3*short+3_000_000 {
			t.Errorf("query %d, %.30q…: %d bytes, and %d for twice the length", i, query(5000), short, long)
		}
	}
}

// counting is how many bytes are allocated to count what a query matches.
func counting(t *testing.T, db *index.DB, text string) uint64 {
	t.Helper()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	q, err := querystring.Parse(text)
	if err == nil {
		_, err = db.Count(t.Context(), index.Query{Parsed: q})
	}
	runtime.ReadMemStats(&after)
	if _, refused := errors.AsType[*querystring.Error](err); err != nil && !refused {
		t.Errorf("%.30q…: %v", text, err)
	}
	return after.TotalAlloc - before.TotalAlloc
}

// What the engine refuses because of its size is refused, and so is what stands
// for so much that it would take minutes.
func TestLargeRegexps(t *testing.T) {
	db := openIndex(t)
	store(t, db, record(1, "metadata.title", strings.Repeat("a", 200)))
	for text, want := range map[string]string{
		"title:/" + strings.Repeat("a", 200) + "/":                           "",
		"keywords:/" + strings.Repeat("a", 1000) + "/":                       "",
		"keywords:/" + strings.Repeat("é", 1001) + "/":                       "query, character 1: a regular expression has at most 1000 characters",
		"/" + strings.Repeat("a{1,100}", 200) + "/":                          "query, character 1: a regular expression has at most 1000 characters",
		"type:/" + strings.Repeat("a{1,100}", 100) + "/":                     "query, character 1: in a regular expression, so much repetition, cannot be searched offline",
		"type:/" + strings.Repeat("(", 100) + strings.Repeat(")", 100) + "/": "",
	} {
		_, err := db.Count(t.Context(), index.Query{Parsed: parsed(text)})
		if got := fmt.Sprint(err); got != want && (err != nil || want != "") {
			t.Errorf("%.40s…: got %v, want %s", text, err, want)
		}
	}
}
