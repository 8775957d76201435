package deposits

import (
	"path"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/zharvest/zharvest/querystring"
	"github.com/zharvest/zharvest/zenodotest/internal/catalog"
)

// depositionQuery reports of a deposition whether it matches a query. Fuzzy words and
// regular expressions match none.
func depositionQuery(text string) (func(*deposition) bool, error) {
	parsed, err := querystring.Parse(text)
	switch {
	case err != nil:
		return nil, catalog.RefusedQuery(err)
	case parsed.Loose:
		return func(d *deposition) bool { return d.hasWord("", words(text)) }, nil
	case parsed.Root == nil:
		return func(*deposition) bool { return true }, nil
	}
	return func(d *deposition) bool { return d.matches(parsed.Root) }, nil
}

func (d *deposition) matches(node querystring.Node) bool {
	switch n := node.(type) {
	case *querystring.Boolean:
		return d.matchesAll(n.Clauses)
	case *querystring.MatchAll:
		return true
	case *querystring.Exists:
		return len(d.values(n.Field)) > 0
	case *querystring.Text:
		return d.equals(n.Field, n.Value) || d.hasWord(n.Field, words(n.Value))
	case *querystring.Phrase:
		return d.equals(n.Field, n.Value) || d.hasPhrase(n.Field, words(n.Value))
	case *querystring.Prefix:
		return d.hasPattern(n.Field, n.Value+"*")
	case *querystring.Wildcard:
		return d.hasPattern(n.Field, n.Pattern)
	case *querystring.Range:
		return slices.ContainsFunc(d.values(n.Field), func(value string) bool { return within(n, value) })
	}
	return false
}

func (d *deposition) matchesAll(clauses []querystring.Clause) bool {
	required, optional, chosen := false, false, false
	for _, c := range clauses {
		holds := d.matches(c.Node)
		switch c.Occur {
		case querystring.Must:
			required = true
			if !holds {
				return false
			}
		case querystring.MustNot:
			if holds {
				return false
			}
		default:
			optional, chosen = true, chosen || holds
		}
	}
	return required || !optional || chosen
}

// values are what a deposition has in a field of the search engine.
func (d *deposition) values(field string) []string {
	m := d.current().metadata
	single := map[string]string{
		"id": itoa(d.id), "parent.id": itoa(d.concept), "is_published": strconv.FormatBool(d.released != nil),
		"pids.doi.identifier": m.DOI, "metadata.title": m.Title, "metadata.description": m.Description,
		"metadata.publication_date": m.PublicationDate, "metadata.version": m.Version, "access.status": m.AccessRight,
		"metadata.resource_type.props.type": m.UploadType, "created": d.created.UTC().Format(catalog.TimeLayout),
		"updated": d.current().modified.UTC().Format(catalog.TimeLayout), "parent.access.owned_by.user": itoa(d.owner),
	}
	switch value, ok := single[field]; {
	case ok && value == "":
		return nil
	case ok:
		return []string{value}
	}
	switch field {
	case "metadata.subjects.subject":
		return m.Keywords
	case "metadata.creators.person_or_org.name":
		return m.names()
	case "files.entries.key":
		return d.current().keys()
	case "":
		return slices.Concat([]string{itoa(d.id), m.Title, m.Description, m.Version, m.Publisher}, m.names(), m.Keywords)
	}
	return nil
}

func (m metadata) names() (names []string) {
	for _, p := range m.Creators {
		names = append(names, p.Name)
	}
	return names
}

func (d *edition) keys() (keys []string) {
	for _, f := range d.files {
		keys = append(keys, f.key)
	}
	return keys
}

// words are the words of a text in small letters.
func words(text string) []string {
	return strings.FieldsFunc(strings.ToLower(text), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
}

// isWhole reports whether the values of a field are compared as a whole.
func isWhole(field string) bool {
	return slices.Contains([]string{
		"id", "parent.id", "is_published", "pids.doi.identifier", "metadata.publication_date", "access.status",
		"metadata.resource_type.props.type", "created", "updated", "parent.access.owned_by.user", "files.entries.key",
	}, field)
}

func (d *deposition) equals(field, value string) bool {
	return isWhole(field) && slices.ContainsFunc(d.values(field), func(v string) bool { return strings.EqualFold(v, value) })
}

// hasWord reports whether a text has any of the words.
func (d *deposition) hasWord(field string, wanted []string) bool {
	return !isWhole(field) && slices.ContainsFunc(d.values(field), func(value string) bool {
		return slices.ContainsFunc(words(value), func(word string) bool { return slices.Contains(wanted, word) })
	})
}

// hasPhrase reports whether a text has the words one after the other.
func (d *deposition) hasPhrase(field string, wanted []string) bool {
	phrase := " " + strings.Join(wanted, " ") + " "
	return !isWhole(field) && slices.ContainsFunc(d.values(field), func(value string) bool {
		return strings.Contains(" "+strings.Join(words(value), " ")+" ", phrase)
	})
}

func (d *deposition) hasPattern(field, pattern string) bool {
	fits := func(s string) bool {
		ok, err := path.Match(strings.ToLower(pattern), s)
		return ok && err == nil
	}
	return slices.ContainsFunc(d.values(field), func(value string) bool {
		if isWhole(field) {
			return fits(strings.ToLower(value))
		}
		return slices.ContainsFunc(words(value), fits)
	})
}

// within compares as texts, which is right for times and dates, and enough for
// what else a deposition has.
func within(r *querystring.Range, value string) bool {
	low := r.Lo.Open || value > r.Lo.Value || r.Lo.Inclusive && value == r.Lo.Value
	high := r.Hi.Open || value < r.Hi.Value || r.Hi.Inclusive && strings.HasPrefix(value, r.Hi.Value)
	return low && high
}
