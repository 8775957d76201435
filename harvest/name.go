package harvest

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"unicode"
)

const (
	maxNameLen      = 80 // bytes of a derived name
	maxQuerySlugLen = 32 // bytes of a query's words in a name
	hashLen         = 8  // hexadecimal digits
)

// Name is derived from the selection alone, so that the same selection is the
// same harvest: egi-ace, egi-ace-dataset-all-versions, communities,
// egi-ace-via-oai, query-climate-model-1f0a9c3e, or everything. It leaves out
// the API root.
func (s Selection) Name() string {
	s = s.canonical()
	var parts []string
	if s.Kind == KindCommunities {
		parts = append(parts, "communities")
	}
	if len(s.Communities) > 0 {
		slugs := make([]string, len(s.Communities))
		for i, slug := range s.Communities {
			slugs[i] = string(slug)
		}
		parts = append(parts, strings.Join(slugs, "+"))
	}
	for _, part := range []string{s.Type, s.Subtype} {
		if part != "" {
			parts = append(parts, part)
		}
	}
	switch {
	case s.Via == ViaOAI && len(parts) == 0:
		parts = append(parts, "everything", "via-oai")
	case s.Via == ViaOAI:
		parts = append(parts, "via-oai")
	case s.AllVersions:
		parts = append(parts, "all-versions")
	}
	parts = append(parts, s.dateParts()...)
	if s.Query != "" {
		parts = append(parts, queryPart(s.Query))
	}
	if len(parts) == 0 {
		return "everything"
	}
	return shorten(strings.Join(parts, "-"))
}

// dateParts names the bounds; a time at midnight by its day.
func (s Selection) dateParts() []string {
	var parts []string
	for _, bound := range []struct{ word, at string }{{"since", s.Since}, {"until", s.Until}} {
		if bound.at == "" {
			continue
		}
		day := strings.TrimSuffix(bound.at, "T00:00:00Z")
		parts = append(parts, bound.word, strings.ReplaceAll(day, ":", ""))
	}
	return parts
}

// queryPart is the words of a query, for people, and a hash of it, since
// queries differ in more than their words.
func queryPart(query string) string {
	words := cut(slugOf(query), maxQuerySlugLen)
	if words == "" {
		return "query-" + shortHash(query)
	}
	return "query-" + words + "-" + shortHash(query)
}

// slugOf keeps letters and digits, in lower case, and makes one hyphen of
// whatever is between them.
func slugOf(text string) string {
	words := strings.FieldsFunc(strings.ToLower(text), func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r)
	})
	return strings.Join(words, "-")
}

func shorten(name string) string {
	if len(name) <= maxNameLen {
		return name
	}
	return cut(name, maxNameLen-1-hashLen) + "-" + shortHash(name)
}

// cut returns at most n bytes of text, in whole characters and without
// hyphens at the end.
func cut(text string, n int) string {
	if len(text) > n {
		text = strings.ToValidUTF8(text[:n], "")
	}
	return strings.Trim(text, "-")
}

func shortHash(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])[:hashLen]
}
