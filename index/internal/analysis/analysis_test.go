package analysis_test

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/zharvest/zharvest/index/internal/analysis"
)

var cases = []struct {
	text             string
	standard, accent []string
}{
	{"", nil, nil},
	{"  \t\n", nil, nil},
	{"Hello, World!", []string{"hello", "world"}, []string{"hello", "world"}},
	{"open-access", []string{"open", "access"}, []string{"openaccess"}},
	{"10.5281/zenodo.12", []string{"10.5281", "zenodo", "12"}, []string{"105281zenodo12"}},
	{"v1.0 1,000 x_y C++ _", []string{"v1.0", "1,000", "x_y", "c"}, []string{"v10", "1000", "xy", "c"}},
	{"a:b 1:2 a.1 it's 'quoted'", []string{"a:b", "1", "2", "a", "1", "it's", "quoted"}, []string{"ab", "12", "a1", "its", "quoted"}},
	{"L'énergie Straße Øre ﬁn", []string{"l'énergie", "straße", "øre", "ﬁn"}, []string{"lenergie", "strasse", "ore", "fin"}},
	{"<p>Hello world.</p>", []string{"p", "hello", "world", "p"}, []string{"phello", "worldp"}},
	{"日本語 カタカナ 한국어", []string{"日", "本", "語", "カタカナ", "한국어"}, []string{"日", "本", "語", "カタカナ", "한국어"}},
	{"ภาษาไทย ok", []string{"ภาษาไทย", "ok"}, []string{"ภาษาไทย", "ok"}},
	{"Ελλάδα Москва", []string{"ελλάδα", "москва"}, []string{"ελλάδα", "москва"}},
	{"1\u202f2 ﬁ\u202fn", []string{"1\u202f2", "ﬁ\u202fn"}, []string{"1\u202f2", "fi\u202fn"}},
	{"a✰ ★ ✔b ☆ ⓐ", []string{"a", "★", "✔", "b", "ⓐ"}, []string{"a", "b"}},
	{"© 2020 ®", []string{"©", "2020", "®"}, []string{"2020"}},
}

func TestAnalysers(t *testing.T) {
	for _, tc := range cases {
		if got := analysis.Tokens(analysis.Standard, tc.text); !slices.Equal(got, tc.standard) {
			t.Errorf("Standard(%q) = %q, want %q", tc.text, got, tc.standard)
		}
		if got := analysis.Tokens(analysis.Accent, tc.text); !slices.Equal(got, tc.accent) {
			t.Errorf("Accent(%q) = %q, want %q", tc.text, got, tc.accent)
		}
	}
}

func TestLongWordsAreCut(t *testing.T) {
	got := analysis.Tokens(analysis.Standard, strings.Repeat("a", 600))
	if len(got) != 3 || len(got[0]) != 255 || len(got[2]) != 90 {
		t.Errorf("600 letters gave %d tokens", len(got))
	}
}

func TestNormalize(t *testing.T) {
	for _, tc := range [][3]string{
		{"Covid-", "covid-", "covid"}, {"ÉNER", "éner", "ener"}, {"a b", "a b", "a b"},
	} {
		if got := analysis.NormalizeStandard(tc[0]); got != tc[1] {
			t.Errorf("NormalizeStandard(%q) = %q, want %q", tc[0], got, tc[1])
		}
		if got := analysis.NormalizeAccent(tc[0]); got != tc[2] {
			t.Errorf("NormalizeAccent(%q) = %q, want %q", tc[0], got, tc[2])
		}
	}
}

// The reference engine's tokens over texts of real records.
func TestReferenceAnalysis(t *testing.T) {
	shared := os.Getenv("ZHARVEST_SHARED")
	if shared == "" {
		shared = filepath.Join("..", "..", "..", "..", "shared")
	}
	data, err := os.ReadFile(filepath.Join(shared, "data", "queries", "analysis.jsonl"))
	if err != nil {
		t.Skipf("no reference tokens: %v", err)
	}
	analysers := map[string]func(string, func([]byte)){"standard": analysis.Standard, "accent": analysis.Accent}
	for line := range bytes.Lines(data) {
		var want struct {
			Analyzer, Text string
			Tokens         []string
		}
		if err := json.Unmarshal(line, &want); err != nil {
			t.Fatal(err)
		}
		if got := analysis.Tokens(analysers[want.Analyzer], want.Text); !slices.Equal(got, want.Tokens) {
			t.Errorf("%s(%q)\n got %q\nwant %q", want.Analyzer, want.Text, got, want.Tokens)
		}
	}
}

func FuzzAnalysers(f *testing.F) {
	for _, tc := range cases {
		f.Add(tc.text)
	}
	f.Fuzz(func(t *testing.T, s string) {
		for _, token := range slices.Concat(analysis.Tokens(analysis.Standard, s), analysis.Tokens(analysis.Accent, s)) {
			if token == "" || !utf8.ValidString(token) || strings.ContainsAny(token, " \t\n") {
				t.Errorf("token %q of %q", token, s)
			}
		}
	})
}

func BenchmarkAccent(b *testing.B) {
	text := strings.Repeat("The quick brown fox, jumping over 13 lazy dogs (and more). ", 20)
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		analysis.Accent(text, func([]byte) {})
	}
}

// The quick way with plain texts gives what the whole of UAX #29 does.
func FuzzPlainWords(f *testing.F) {
	for _, tc := range cases {
		f.Add(tc.text)
	}
	f.Add("l’été 1.5 a·b «Привет», ώρα _x_ ÷ a_'b 3,14;2 «ä»")
	f.Fuzz(func(t *testing.T, s string) {
		quick := analysis.Tokens(analysis.Standard, s)
		whole := analysis.Tokens(analysis.Standard, s+" 日")
		if len(whole) == 0 || !slices.Equal(quick, whole[:len(whole)-1]) {
			t.Errorf("%q gives %q, with another script behind it %q", s, quick, whole)
		}
	})
}
