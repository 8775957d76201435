package export

import (
	"cmp"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"github.com/zharvest/zharvest/zenodo"
)

// citationKey is by what a record is cited: family name, year, the first word
// of the title that means something, and the id, such as
// rossi2023integration_7712947. The id makes keys unique among all records,
// and so within an export and between exports.
func citationKey(r *zenodo.Record) string {
	key := cmp.Or(asciiWord(firstAuthor(r)), "anon") + yearOrNone(r) + titleWord(r.Metadata.Title)
	return strings.TrimSuffix(key+"_"+asciiID(cmp.Or(string(r.ID), string(r.DOI))), "_")
}

func firstAuthor(r *zenodo.Record) string {
	for i := range r.Metadata.Creators {
		n := nameOf(&r.Metadata.Creators[i])
		if n.family != "" {
			return n.family
		}
		if word, _, _ := strings.Cut(n.literal, " "); word != "" {
			return word
		}
	}
	return ""
}

func yearOrNone(r *zenodo.Record) string {
	if from, _ := publicationDates(r); from.year > 0 {
		return string(from.appendYear(nil))
	}
	return "nd"
}

// smallWords say nothing about what a title is of.
var smallWords = []string{
	"a", "an", "the", "on", "of", "in", "for", "to", "and", "with", "from", "der", "die", "das", "ein", "eine", "le", "la", "les", "un", "une", "el", "los", "il",
}

// titleWord is the first word of a title that is not small, or nothing where
// no word has letters of ASCII.
func titleWord(title string) string {
	for word := range strings.FieldsFuncSeq(title, func(c rune) bool { return !unicode.IsLetter(c) && !unicode.IsMark(c) && !unicode.IsDigit(c) }) {
		if word = asciiWord(word); word != "" && !slices.Contains(smallWords, word) {
			return word[:min(len(word), 20)]
		}
	}
	return ""
}

// foldings are letters that do not come apart into one of ASCII and a mark.
var foldings = strings.NewReplacer("ß", "ss", "æ", "ae", "œ", "oe", "ø", "o", "đ", "d", "ð", "d", "ł", "l", "þ", "th", "ı", "i")

// asciiWord is a word in small letters and digits of ASCII.
func asciiWord(s string) string {
	return strings.Map(func(c rune) rune {
		if c < unicode.MaxASCII && (isASCIILetter(byte(c)) || c >= '0' && c <= '9') {
			return c
		}
		return -1
	}, foldings.Replace(strings.ToLower(norm.NFKD.String(s))))
}

// asciiID is an id with nothing in it that ends a key.
func asciiID(s string) string {
	return strings.Map(func(c rune) rune {
		if c < unicode.MaxASCII && (isASCIILetter(byte(c)) || c >= '0' && c <= '9' || c == '-' || c == '.') {
			return c
		}
		return -1
	}, s)
}

func isASCIILetter(b byte) bool { return b|0x20 >= 'a' && b|0x20 <= 'z' }
