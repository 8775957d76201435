package vocabularies

import (
	"slices"
	"strings"
	"unicode"
)

// Search says which entries are wanted.
type Search struct {
	Query   string   // words, one of which an entry has
	Suggest string   // words with which those of an entry begin, each of them
	Tags    []string // one of them
	Funders []string // ids; one of them
	Sort    string   // one of [Vocabulary.Sorts]
}

// Sorts are the orders, the one without a query first, and bestmatch last.
func (v *Vocabulary) Sorts() []string {
	switch v.Name {
	case "funders", "affiliations", "names":
		return []string{"name", "newest", "oldest", "bestmatch"}
	case "awards":
		return []string{"newest", "oldest", "bestmatch"}
	case "subjects":
		return []string{"subject", "newest", "oldest", "bestmatch"}
	}
	return []string{"title", "newest", "oldest", "bestmatch"}
}

// Search finds entries.
func (v *Vocabulary) Search(s Search) []Entry {
	var found []Entry
	rank := map[string]int{}
	asked, begun := split(s.Query), split(s.Suggest)
	for _, e := range v.Entries {
		words := e.words()
		matched := count(asked, func(w string) bool { return slices.Contains(words, w) })
		begins := count(begun, func(w string) bool {
			return slices.ContainsFunc(words, func(word string) bool { return strings.HasPrefix(word, w) })
		})
		switch {
		case s.Query != "" && matched == 0, begins < len(begun):
		case len(s.Tags) > 0 && !slices.ContainsFunc(s.Tags, func(tag string) bool { return slices.Contains(e.Tags, tag) }):
		case len(s.Funders) > 0 && (e.Funder == nil || !slices.Contains(s.Funders, e.Funder.ID)):
		default:
			found = append(found, e)
			rank[e.ID] = 100*matched - len(words)
			if slices.Contains(append(asked, begun...), strings.ToLower(e.ID)) {
				rank[e.ID] += 1000
			}
		}
	}
	switch s.Sort {
	case "bestmatch":
		slices.SortStableFunc(found, func(a, b Entry) int { return rank[b.ID] - rank[a.ID] })
	case "oldest":
		slices.Reverse(found)
	}
	return found
}

func count(words []string, is func(string) bool) (n int) {
	for _, w := range words {
		if is(w) {
			n++
		}
	}
	return n
}

// words are those that are searched.
func (e *Entry) words() []string {
	texts := []string{e.ID, e.Name, e.Acronym, e.Number}
	for _, title := range e.Title {
		texts = append(texts, title)
	}
	for _, id := range e.Identifiers {
		texts = append(texts, id.Identifier)
	}
	return append(split(strings.Join(texts, " ")), strings.ToLower(e.ID))
}

func split(text string) []string {
	return strings.FieldsFunc(strings.ToLower(text), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
}

// FunderCounts counts entries by the ids of their funders.
func FunderCounts(entries []Entry) map[Funder]int {
	counts := map[Funder]int{}
	for _, e := range entries {
		if e.Funder != nil {
			counts[*e.Funder]++
		}
	}
	return counts
}
