package querystring

import "strings"

// rewriter is what Zenodo does to the words and phrases below a field.
type rewriter int

const (
	keepValue    rewriter = iota
	quoteDOI              // a word that begins with "10." becomes a phrase
	mapCommunity          // a slug becomes the quoted id of its community
	mapThesis             // publication-thesis becomes publication-dissertation
)

// unknownCommunity is what Zenodo sends for a slug that no community has.
const unknownCommunity = `"None"`

// word returns the word raw as it is sent.
func (rw rewriter) word(raw string, community func(string) (string, bool)) string {
	switch {
	case rw == quoteDOI && strings.HasPrefix(raw, "10."):
		return `"` + raw + `"`
	case rw == mapThesis && raw == "publication-thesis":
		return "publication-dissertation"
	case rw == mapCommunity:
		return communityPhrase(raw, community)
	}
	return raw
}

// phrase returns the phrase raw, with its quotes, as it is sent.
func (rw rewriter) phrase(raw string, community func(string) (string, bool)) string {
	switch {
	case rw == mapThesis && raw == `"publication-thesis"`:
		return `"publication-dissertation"`
	case rw == mapCommunity:
		return communityPhrase(strings.Trim(raw, `"`), community)
	}
	return raw
}

// communityPhrase looks the slug up exactly as typed, with its backslashes and stars, as Zenodo does.
func communityPhrase(slug string, community func(string) (string, bool)) string {
	if community == nil {
		return Quote(slug)
	}
	if id, ok := community(slug); ok {
		return Quote(id)
	}
	return unknownCommunity
}
