package vocab

import (
	"cmp"
	_ "embed"
	"strings"
	"sync"
)

// Language is a language by its code of ISO 639-3.
type Language struct {
	ID    string // three letters
	Title string // in English
	Two   string // the code of ISO 639-1; empty for most
	Babel string // the name by which LaTeX hyphenates it; empty for most

	bibliographic string // the code of ISO 639-2, where that is another
}

// Tag returns the language's tag of BCP 47: the shortest code that it has.
func (l Language) Tag() string { return cmp.Or(l.Two, l.ID) }

//go:embed data/languages.tsv
var languagesFile string

var languages = sync.OnceValue(func() *Vocabulary[Language] {
	v := read(languagesFile, 5, func(row []string) (string, Language) {
		return row[0], Language{ID: row[0], Title: row[1], Two: row[2], bibliographic: row[3], Babel: row[4]}
	})
	for at, language := range v.terms {
		v.name(language.Two, at)
		v.name(language.bibliographic, at)
	}
	return v
})

// Languages returns the languages, which are found by their codes of two and of
// three letters, the bibliographic ones of ISO 639-2 among them.
func Languages() *Vocabulary[Language] { return languages() }

// LanguageNamed returns the language that people name by a code, or by its
// English name.
func LanguageNamed(name string) (Language, bool) {
	if language, ok := Languages().Find(name); ok {
		return language, true
	}
	for _, language := range Languages().Terms() {
		if strings.EqualFold(language.Title, name) {
			return language, true
		}
	}
	return Language{}, false
}
