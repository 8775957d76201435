package deposit

import (
	"html"
	"regexp"
	"slices"
	"strings"
)

var (
	htmlTag   = regexp.MustCompile(`</?([A-Za-z][A-Za-z0-9]*)[^>]*>`)
	htmlLink  = regexp.MustCompile(`(?i)\shref\s*=\s*("[^"]*"|'[^']*'|[^\s>]+)`)
	htmlSpace = regexp.MustCompile(`[\s\x{a0}]+`)
)

// Tags that stand for something even where the text remains the same, and tags
// that divide words. Servers keep both.
var (
	meaningTags = []string{"a", "b", "code", "em", "i", "li", "ol", "pre", "strong", "sub", "sup", "u", "ul"}
	blockTags   = []string{"blockquote", "br", "div", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "p", "table", "tbody", "td", "th", "thead", "tr"}
)

// normalHTML is the text of HTML, with where links lead and what is emphasised.
// Tags that are not closed, or not allowed, are fixed by the server, which
// makes no difference.
func normalHTML(s string) string {
	s = html.UnescapeString(htmlTag.ReplaceAllStringFunc(s, normalTag))
	return strings.TrimSpace(htmlSpace.ReplaceAllString(s, " "))
}

// normalTag is what a tag means, or nothing.
func normalTag(tag string) string {
	name := strings.ToLower(htmlTag.FindStringSubmatch(tag)[1])
	space := ""
	if slices.Contains(blockTags, name) || name == "li" {
		space = " "
	}
	if strings.HasPrefix(tag, "</") || !slices.Contains(meaningTags, name) {
		return space
	}
	link := ""
	if found := htmlLink.FindStringSubmatch(tag); found != nil && name == "a" {
		link = " " + strings.Trim(found[1], `"'`)
	}
	return space + "<" + name + link + ">"
}
