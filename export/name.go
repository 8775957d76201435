package export

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/zharvest/zharvest/internal/htmltext"
	"github.com/zharvest/zharvest/zenodo"
)

// name is how somebody is cited: by family and given name, or by a literal,
// which organisations have, and whoever is written without a comma.
type name struct{ family, given, suffix, literal string }

// suffixes stand between or behind the names that commas part.
var suffixes = []string{"Jr", "Jr.", "Sr", "Sr.", "II", "III", "IV", "2nd", "3rd", "4th"}

// nameOf reads "Family, Given". A name without a comma may be that of an
// organisation, and is not parted; nor is one that is known to be, or that has
// a word which persons do not have.
func nameOf(c *zenodo.Creator) name {
	whole := strings.Trim(htmltext.OneLine(c.Name), ", ")
	family, given, both := strings.Cut(whole, ",")
	if !both || c.IsOrganization() {
		return name{literal: whole}
	}
	if c.FamilyName != "" && c.GivenName != "" {
		family, given = htmltext.OneLine(c.FamilyName), htmltext.OneLine(c.GivenName)
	}
	given, suffix := cutSuffix(strings.Trim(given, ", "))
	n := name{family: strings.TrimSpace(family), given: given, suffix: suffix}
	if n.given == "" {
		return name{literal: whole}
	}
	return n
}

// cutSuffix parts "Jr., Martin" and "Martin, Jr.".
func cutSuffix(s string) (given, suffix string) {
	first, rest, both := strings.Cut(s, ",")
	rest = strings.TrimSpace(rest)
	switch {
	case both && slices.Contains(suffixes, rest):
		return first, rest
	case both && slices.Contains(suffixes, first):
		return rest, first
	}
	return s, ""
}

// namesOf are those of the creators that have one.
func namesOf(creators []zenodo.Creator) []name {
	names := make([]name, 0, len(creators))
	for i := range creators {
		if n := nameOf(&creators[i]); n != (name{}) {
			names = append(names, n)
		}
	}
	return names
}

// editorsOf are the names of the contributors who edited.
func editorsOf(m *zenodo.Metadata) []name {
	var names []name
	for i := range m.Contributors {
		c := &m.Contributors[i]
		if n := nameOf(&c.Creator); strings.EqualFold(c.Type, "editor") && n != (name{}) {
			names = append(names, n)
		}
	}
	return names
}

// particle parts the words in small letters off a family name, such as van
// der in van der Berg.
func particle(family string) (before, rest string) {
	rest = family
	for {
		word, more, ok := strings.Cut(rest, " ")
		first, _ := utf8.DecodeRuneInString(word)
		if !ok || !unicode.IsLower(first) {
			return strings.TrimSuffix(family[:len(family)-len(rest)], " "), rest
		}
		rest = more
	}
}
