package spelling_test

import (
	"testing"

	"github.com/zharvest/zharvest/internal/spelling"
)

func TestNearest(t *testing.T) {
	types := []string{"publication", "poster", "presentation", "dataset", "image", "video", "software", "lesson", "other"}
	slugs := []string{"egi-ace", "eosc-synergy", "egi", "eu", "a1", "a2"}
	for _, tt := range []struct {
		word  string
		known []string
		want  string // "" for none
	}{
		{"publicaton", types, "publication"},
		{"publications", types, "publication"},
		{"datsaet", types, "dataset"},
		{"Dataset", types, "dataset"},
		{"posters", types, "poster"},
		{"softwear", types, "software"},
		{"dataset", types, ""},
		{"article", types, ""},
		{"", types, ""},
		{"x", types, ""},
		{"egi-acee", slugs, "egi-ace"},
		{"EGI-ACE", slugs, "egi-ace"},
		{"egiace", slugs, "egi-ace"},
		{"eosc_sinergy", slugs, "eosc-synergy"},
		{"a3", slugs, ""}, // a1 as well as a2
		{"zürch", []string{"zürich"}, "zürich"},
		{"word", nil, ""},
		{"eg", []string{"egi", "egi"}, "egi"},
	} {
		got, ok := spelling.Nearest(tt.word, tt.known)
		if ok != (tt.want != "") || ok && got != tt.want {
			t.Errorf("Nearest(%q, %q) = %q, %t; want %q", tt.word, tt.known, got, ok, tt.want)
		}
	}
}

// Words come from files and servers: none is too long or too strange.
func FuzzNearest(f *testing.F) {
	f.Add("egi-acee", "egi-ace")
	f.Add("", "\xff")
	f.Fuzz(func(t *testing.T, word, known string) {
		got, ok := spelling.Nearest(word, []string{known})
		if ok && (got != known || word == known) {
			t.Errorf("Nearest(%q, %q) = %q", word, known, got)
		}
	})
}
