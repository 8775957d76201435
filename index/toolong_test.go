package index_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/zharvest/zharvest/index"
	"github.com/zharvest/zharvest/internal/naive"
)

// many joins so many different words.
func many(n int, format, joint string) string {
	words := make([]string, n)
	for i := range words {
		words[i] = fmt.Sprintf(format, i)
	}
	return strings.Join(words, joint)
}

// longQueries are queries that Zenodo's engine takes, and with one word more does
// not.
var longQueries = []struct {
	name  string
	most  int
	query func(n int) string
}{
	{"words", 42, func(n int) string { return many(n, "w%d", " ") }},
	{"words joined by OR", 35, func(n int) string { return many(n, "w%d", " OR ") }},
	{"words of two tokens", 41, func(n int) string { return many(n, "a-%d", " ") }},
	{"phrases", 35, func(n int) string { return many(n, `"w%d x"`, " OR ") }},
	{"prefixes", 35, func(n int) string { return many(n, "w%d*", " AND ") }},
	{"words to leave out", 35, func(n int) string { return many(n, "NOT w%d", " ") }},
	{"groups that leave out", 512, func(n int) string { return many(n, "(-metadata.title:w%d)", " OR ") }},
	{"words of a loose text", 42, func(n int) string { return "( " + many(n, "w%d", " ") }},
	{"the same word", 0, func(n int) string { return strings.Repeat("w1 ", n) + "w1" }},
	{"the same clause", 0, func(n int) string { return strings.Repeat("w1 OR ", n) + "w1" }},
	{"characters", 31_983, func(n int) string { return "metadata.version:" + strings.Repeat("a", n) }},
	{"characters outside of the first plane", 15_991, func(n int) string { return "metadata.version:" + strings.Repeat("😀", n) }},
}

func TestTooLong(t *testing.T) {
	for _, tt := range longQueries {
		for _, n := range []int{tt.most, max(60, tt.most+1)} {
			q := parsed(tt.query(n))
			if _, err := naive.NewQuery(q, time.Time{}); (err != nil) != (index.TooLong(q) != "") {
				t.Errorf("%d %s: the index says %q, the model %v", n, tt.name, index.TooLong(q), err)
			}
		}
		if tt.most == 0 {
			if reason := index.TooLong(parsed(tt.query(60))); reason != "" {
				t.Errorf("%s: too long, %s", tt.name, reason)
			}
			continue
		}
		if reason := index.TooLong(parsed(tt.query(tt.most))); reason != "" {
			t.Errorf("%d %s are too long: %s", tt.most, tt.name, reason)
		}
		if reason := index.TooLong(parsed(tt.query(tt.most + 1))); reason == "" {
			t.Errorf("%d %s are not too long", tt.most+1, tt.name)
		}
	}
}

// The engine takes, and refuses, the long queries that TestTooLong does.
func TestTooLongAgainstEngine(t *testing.T) {
	e := newEngine(t, decode(t, record(1)))
	for _, tt := range longQueries {
		if got := e.search(t, tt.query(max(tt.most, 60*(1-min(tt.most, 1))))); got.refusal != "" {
			t.Errorf("the engine refuses %d %s: %s", tt.most, tt.name, got.refusal)
		}
		if got := e.search(t, tt.query(tt.most+1)); tt.most > 0 && got.refusal == "" {
			t.Errorf("the engine takes %d %s", tt.most+1, tt.name)
		}
	}
}

// A fuzzy word counts as the words of the index that it stands for.
func TestTooLongFuzzy(t *testing.T) {
	db := openIndex(t)
	for i := range 60 {
		words := fmt.Sprintf("b%ct c%ct", 'a'+rune(i%26), 'a'+rune(i%26))
		if i >= 26 {
			words = fmt.Sprintf("b%[1]ct%[1]c c%[1]ct%[1]c", 'a'+rune(i%26))
		}
		store(t, db, record(i+1, "metadata.title", words, "metadata.description", words, "metadata.keywords", []any{words}))
	}
	// A text stands in title, title.original, description and keywords: 200 terms each.
	for text, want := range map[string]bool{
		many(4, "b%dt~2", " OR "): false,
		many(5, "b%dt~2", " OR "): true,
		many(6, "b%dt~0", " OR "): false,
	} {
		q := parsed(text)
		if reason := index.TooLong(q); reason != "" {
			t.Errorf("%s is too long without an index: %s", text, reason)
		}
		reason, err := db.TooLong(t.Context(), q)
		if err != nil || (reason != "") != want {
			t.Errorf("%s: %q, %v; want too long %v", text, reason, err, want)
		}
	}
}
