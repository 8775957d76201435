package pattern_test

import (
	"errors"
	"math"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/zharvest/zharvest/index/internal/pattern"
)

// pieces reads a pattern without escapes.
func pieces(s string) (all []pattern.Piece) {
	for _, c := range s {
		if c == '*' || c == '?' {
			all = append(all, pattern.Piece{Wild: byte(c)})
		} else {
			all = append(all, pattern.Piece{Literal: string(c)})
		}
	}
	return all
}

func TestWildcard(t *testing.T) {
	for _, tc := range []struct {
		pattern, term string
		want          bool
	}{
		{"", "", true},
		{"", "a", false},
		{"*", "", true},
		{"*", "abc", true},
		{"?", "", false},
		{"?", "a", true},
		{"?", "é", true},
		{"?", "ab", false},
		{"a*c", "ac", true},
		{"a*c", "abbc", true},
		{"a*c", "abcd", false},
		{"a*b*c", "axbxbxc", true},
		{"*ab", "aab", true},
		{"*ab", "aba", false},
		{"a?c*", "abcdef", true},
		{"a?c*", "ac", false},
		{"**a**", "bab", true},
		{"*?*", "", false},
		{"*?*", "é", true},
		{"pter?pus", "pteropus", true},
		{"é*à", "éxà", true},
		{"*a*a*a*b", strings.Repeat("a", 300), false},
	} {
		if got := pattern.NewWildcard(pieces(tc.pattern)).Match([]byte(tc.term)); got != tc.want {
			t.Errorf("%q matches %q: %t, want %t", tc.pattern, tc.term, got, tc.want)
		}
	}
	if got := pattern.NewWildcard(pieces("ab?c*")).Prefix(); got != "ab" {
		t.Errorf("prefix is %q, want ab", got)
	}
}

func TestFuzzy(t *testing.T) {
	for _, tc := range []struct {
		word, term string
		most, want int // -1 for too far
	}{
		{"bats", "bats", 2, 0},
		{"bats", "bat", 1, 1},
		{"bats", "cats", 1, 1},
		{"bats", "batss", 1, 1},
		{"bats", "btas", 1, 1},
		{"bats", "btsa", 2, 2},
		{"bats", "dogs", 2, -1},
		{"bats", "stab", 2, -1},
		{"bats", "b", 2, -1},
		{"bats", "cats", 0, -1},
		{"müller", "muller", 1, 1},
		{"ab", "ba", 1, 1},
		{"ca", "abc", 2, -1}, // a swap with a letter put between it is three
		{"pteropsu", "pteropus", 2, 1},
		{"", "ab", 2, -1}, // an empty word is near nothing
		{"", "", 1, 0},
		{"a", "", 1, -1},
		{"abc", "abc", 9, 0},
		{strings.Repeat("ab", 60), strings.Repeat("ab", 59) + "ba", 2, 1},
		{strings.Repeat("ab", 60), strings.Repeat("ab", 58) + "baba", 2, 2},
		{"abc", "dea", 2, -1}, // two letters are new, and two are gone
	} {
		got, nearness, ok := pattern.NewFuzzy(tc.word, tc.most).Match([]byte(tc.term))
		if !ok {
			got = -1
		}
		if got != tc.want {
			t.Errorf("%q is %d edits from %q within %d, want %d", tc.term, got, tc.word, tc.most, tc.want)
		}
		if ok && got == 0 != (nearness == 1) {
			t.Errorf("%q is near %q by %v", tc.term, tc.word, nearness)
		}
	}
	if _, near, _ := pattern.NewFuzzy("bats", 2).Match([]byte("bat")); math.Abs(float64(near)-2.0/3) > 1e-6 {
		t.Errorf("bat is near bats by %v, want two thirds", near)
	}
}

func TestRegexp(t *testing.T) {
	for _, tc := range []struct{ expr, matches, not string }{
		{"bats?", "bat bats", "batss abat"},
		{"corona(virus|viridae)", "coronavirus coronaviridae", "corona"},
		{"a{2}", "aa", "a aaa"},
		{"a{2,}", "aa aaaa", "a"},
		{"a{1,2}b", "ab aab", "aaab"},
		{"[a-c]x", "ax cx", "dx"},
		{"[^a-c]x", "dx éx", "ax"},
		{"[]a]", "] a", "b"},
		{`[\]\-]`, "] -", `\`},
		{`\d+`, "12", "1a"},
		{`[\dx]+`, "1x", "y"},
		{`\w\W`, "a-", "ab"},
		{`\D\S`, "ab", "1b"},
		{"a@", "a abc", "ba"},
		{`"a.b"`, "a.b", "axb"},
		{`a\.b`, "a.b", "axb"},
		{"a#", "", "a a#"},
		{"()", "", "a"},
		{"", "", "a"},
		{"*a", "*a", "a"},
		{"a}", "a}", "a"},
		{"a**", "aaa", "b"},
		{"(a|b)+", "abba", "c"},
		{"é.", "éà", "é"},
		{"a~", "a~", "a aa"},
		{"~(ab)", "~ab", "ab a"},
		{"(a{100}){100}", strings.Repeat("a", 10_000), strings.Repeat("a", 9_999) + " a"},
		{"(a{2,3}){2}b", "aaaab aaaaab aaaaaab", "aaab aaaaaaab"},
		{"(a{2,}){2}", "aaaa aaaaaaa", "aaa"},
		{"a{1500}", strings.Repeat("a", 1500), strings.Repeat("a", 1499)},
		{"^a$", "^a$", "a"},
	} {
		re, err := pattern.NewRegexp(tc.expr)
		if err != nil {
			t.Errorf("%q: %v", tc.expr, err)
			continue
		}
		for want, terms := range map[bool]string{true: tc.matches, false: tc.not} {
			for term := range strings.FieldsSeq(terms) {
				if re.Match([]byte(term)) != want || want && !strings.HasPrefix(term, re.Prefix()) {
					t.Errorf("%q matches %q: %t, with the prefix %q", tc.expr, term, !want, re.Prefix())
				}
			}
		}
	}
	if re, err := pattern.NewRegexp("corona(virus|viridae)"); err != nil || !strings.HasPrefix(re.Prefix(), "corona") {
		t.Errorf("the prefix is %q, %v", re.Prefix(), err)
	}
	for expr, kind := range map[string]error{
		"(a": pattern.ErrSyntax, "a)": pattern.ErrSyntax, "[a": pattern.ErrSyntax, "[z-a]": pattern.ErrSyntax, "a|": pattern.ErrSyntax, "a{": pattern.ErrSyntax,
		"a{2,1}": pattern.ErrSyntax, `"a`: pattern.ErrSyntax, `a\`: pattern.ErrSyntax, "[": pattern.ErrSyntax,
		`\b`: pattern.ErrSyntax, `[\x]`: pattern.ErrSyntax, `a\Tb`: pattern.ErrSyntax,
		"a&b": pattern.ErrUnsupported, "<1-9>": pattern.ErrUnsupported, "a{99999}": pattern.ErrUnsupported, "a{999999}": pattern.ErrUnsupported,
		strings.Repeat("(", 100_000): pattern.ErrUnsupported, "a" + strings.Repeat("*", 100_000): pattern.ErrUnsupported,
	} {
		if _, err := pattern.NewRegexp(expr); !errors.Is(err, kind) {
			t.Errorf("%.20q: got %v, want %v", expr, err, kind)
		}
	}
}

// FuzzWildcard compares with a regular expression.
func FuzzWildcard(f *testing.F) {
	f.Add("a*b?", "axxbc")
	f.Add("*é*", "caféx")
	f.Fuzz(func(t *testing.T, glob, term string) {
		if !utf8.ValidString(glob) || !utf8.ValidString(term) || len(glob) > 50 {
			return
		}
		expr := strings.NewReplacer(`\*`, ".*", `\?`, ".").Replace(regexp.QuoteMeta(glob))
		if strings.Contains(glob, `\`) {
			return // quoted twice
		}
		want := regexp.MustCompile("^(?s:" + expr + ")$").MatchString(term)
		if got := pattern.NewWildcard(pieces(glob)).Match([]byte(term)); got != want {
			t.Errorf("%q matches %q: %t, want %t", glob, term, got, want)
		}
	})
}

// FuzzRegexp finds no expression that is neither compiled nor refused.
func FuzzRegexp(f *testing.F) {
	for _, seed := range []string{"a(b|c)*", "[^a-z]{2,3}", `\d"x"@#.`, "((((", "a{1000}{1000}", `[\w-]`, "[a-]"} {
		f.Add(seed, "abc")
	}
	f.Fuzz(func(t *testing.T, expr, term string) {
		re, err := pattern.NewRegexp(expr)
		if err != nil {
			if !errors.Is(err, pattern.ErrSyntax) && !errors.Is(err, pattern.ErrUnsupported) {
				t.Fatal(err)
			}
			return
		}
		if re.Match([]byte(term)) && !strings.HasPrefix(term, re.Prefix()) {
			t.Errorf("%q matches %q, which does not begin with %q", expr, term, re.Prefix())
		}
	})
}

// FuzzFuzzy holds that distance is the same both ways.
func FuzzFuzzy(f *testing.F) {
	f.Add("bats", "stab")
	f.Fuzz(func(t *testing.T, a, b string) {
		x, _, ok := pattern.NewFuzzy(a, 2).Match([]byte(b))
		y, _, also := pattern.NewFuzzy(b, 2).Match([]byte(a))
		if ok != also || ok && x != y {
			t.Errorf("%q to %q: %d, %t; back %d, %t", a, b, x, ok, y, also)
		}
	})
}
