package querystring_test

import (
	"slices"
	"testing"

	"github.com/zharvest/zharvest/querystring"
)

// The names that Zenodo translates are those that no other repository has.
func TestTranslated(t *testing.T) {
	for text, want := range map[string][]string{
		"":           nil,
		"title":      nil,
		"title:frog": {"title"},
		`-title:"frog" AND (doi:10.1/x OR title:toad) type:(a b)`: {"title", "doi", "type"},
		"title: frog":                 {"title"},
		`journal.title:x^2`:           {"journal.title"},
		"metadata.title:frog":         nil,
		"created:[2020 TO *]":         nil,
		"metadata.resource_type.id:x": nil,
		"_exists_:title":              nil, // the values of _exists_ are not translated
		`"title:frog"`:                nil,
		"titel:frog":                  nil,
		"title:(frog":                 nil, // words, and no query
	} {
		q, err := querystring.Parse(text)
		if err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		if !slices.Equal(q.Translated, want) {
			t.Errorf("%s: got %q, want %q", text, q.Translated, want)
		}
	}
}

// A server that is not Zenodo translates nothing.
func TestNative(t *testing.T) {
	const text = `title:frog AND doi:10.1234 AND communities:frogs AND metadata.resource_type.id:publication-thesis`
	q, err := querystring.Parser{Native: true}.Parse(text)
	if err != nil || q.Sent != text || len(q.Translated) > 0 {
		t.Errorf("got %q, %q, %v; want it as it was typed", q.Sent, q.Translated, err)
	}
}
