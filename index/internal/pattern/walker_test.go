package pattern_test

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/zharvest/zharvest/index/internal/pattern"
)

// sharedTerms are terms in order that share beginnings, some of them the first
// bytes of a character alone.
func sharedTerms(r *rand.Rand, n int) [][]byte {
	terms := make([]string, n)
	for i := range terms {
		var b strings.Builder
		for range r.IntN(7) {
			b.WriteString([]string{"a", "b", "c", "é", "è", "ab", "日", "旦"}[r.IntN(8)])
		}
		terms[i] = b.String()
	}
	slices.Sort(terms)
	var out [][]byte
	for _, term := range slices.Compact(terms) {
		out = append(out, []byte(term))
	}
	return out
}

// A walker that is told terms by what they share with those before says of each
// what is said of it alone, also where it passes over some, begins anew, or is
// told less than what two of them share.
func TestWalkers(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	terms := sharedTerms(r, 3000)
	regexp := func(expr string) *pattern.Regexp {
		re, err := pattern.NewRegexp(expr)
		if err != nil {
			t.Fatal(err)
		}
		return re
	}
	fuzzy := func(word string, edits int) (func([]byte) bool, *pattern.Walker) {
		f := pattern.NewFuzzy(word, edits)
		return func(term []byte) bool { _, _, ok := f.Match(term); return ok }, f.Walker()
	}
	type walk struct {
		name   string
		match  func([]byte) bool
		walker *pattern.Walker
	}
	var walks []walk
	for _, glob := range []string{"*", "*b", "a?c*", "?é*", "*ab*è", "", "abc", "*?*?*", "日*"} {
		w := pattern.NewWildcard(pieces(glob))
		walks = append(walks, walk{glob, w.Match, w.Walker()})
	}
	for _, expr := range []string{"a.*", "(ab|é)+", ".{2,4}", "[^b]*", "#", "", "a?b?c?é?", "(a|ab)(c|bc)*"} {
		re := regexp(expr)
		walks = append(walks, walk{"/" + expr + "/", re.Match, re.Walker()})
	}
	for _, word := range []string{"abc", "é", "", "aéb", "日旦ab"} {
		for edits := 1; edits <= pattern.MaxEdits; edits++ {
			match, walker := fuzzy(word, edits)
			walks = append(walks, walk{word + "~", match, walker})
		}
	}
	for _, w := range walks {
		var before []byte
		for _, term := range terms {
			if r.IntN(4) == 0 {
				continue
			}
			shared := 0
			for shared < min(len(before), len(term)) && before[shared] == term[shared] {
				shared++
			}
			if r.IntN(10) == 0 {
				shared = r.IntN(shared + 1)
			}
			want := w.match(term)
			if got := w.walker.Next(shared, term[shared:]); got != want {
				t.Fatalf("%s, %q behind %q: got %t, want %t", w.name, term, before, got, want)
			}
			before = term
		}
	}
}

// What is remembered of a pattern is bounded: with more states than there is room
// for, it begins anew, and finds the same.
func TestWalkerForgets(t *testing.T) {
	long := strings.Repeat("ab?", 500)
	w := pattern.NewWildcard(pieces("*" + long))
	walker := w.Walker()
	r := rand.New(rand.NewPCG(3, 4))
	for range 30 {
		var b strings.Builder
		for range 2000 {
			b.WriteString([]string{"a", "b", "x"}[r.IntN(3)])
		}
		term := b.String() + strings.ReplaceAll(long, "?", "x")
		if !walker.Next(0, []byte(term)) || walker.Next(0, []byte(term+"y")) != w.Match([]byte(term+"y")) {
			t.Fatal("a long pattern is not found where it is")
		}
	}
}
