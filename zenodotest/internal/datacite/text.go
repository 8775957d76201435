package datacite

import (
	"html"
	"regexp"
	"strings"
)

var tag = regexp.MustCompile(`(?s)</?[A-Za-z][^<>]*>|<!--.*?-->`)

// WithoutTags takes the tags out of HTML, and its entities for what they mean.
func WithoutTags(s string) string {
	if !strings.ContainsAny(s, "<&") {
		return s
	}
	return strings.TrimSpace(html.UnescapeString(tag.ReplaceAllString(s, "")))
}
