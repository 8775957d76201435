package schema

import (
	"regexp"
	"slices"
	"strings"
)

// html reads a text with the tags and attributes that are allowed in it.
func html(checks ...func(string) string) rule {
	plain := text()
	return func(r *reading, at string, value any) any {
		s, ok := plain(r, at, value).(string)
		if !ok {
			return nil
		}
		return text(checks...)(r, at, sanitise(s))
	}
}

var (
	tag       = regexp.MustCompile(`<(/?)([a-zA-Z][a-zA-Z0-9]*)((?:[^<>"']|"[^"]*"|'[^']*')*)>`)
	attribute = regexp.MustCompile(`([a-zA-Z-]+)\s*=\s*("[^"]*"|'[^']*'|[^\s"'>]+)`)
	comment   = regexp.MustCompile(`(?s)<!--.*?-->`)
)

// allowedTags are the names of tags that stay, with their attributes.
var allowedTags = func() map[string][]string {
	all := map[string][]string{
		"a": {"href", "title", "name", "target", "rel", "rev", "alt"}, "div": {"dir", "lang"}, "span": {"dir", "lang"}, "p": {"dir", "lang"},
		"abbr": {"title", "lang", "dir"}, "acronym": {"title", "lang", "dir"},
	}
	for name := range strings.FieldsSeq("b blockquote br code em h1 h2 h3 h4 h5 i li ol pre s strike strong sub sup u ul") {
		all[name] = nil
	}
	for name := range strings.FieldsSeq("table tbody tfoot thead td th tr col colgroup") {
		all[name] = []string{"style", "colspan", "rowspan", "nowrap", "span"}
	}
	return all
}()

// sanitise takes out comments, tags that are not allowed, whose content stays,
// and attributes that are not.
func sanitise(s string) string {
	return tag.ReplaceAllStringFunc(comment.ReplaceAllString(s, ""), func(whole string) string {
		parts := tag.FindStringSubmatch(whole)
		name := strings.ToLower(parts[2])
		allowed, ok := allowedTags[name]
		if !ok {
			return ""
		}
		var out strings.Builder
		out.WriteString("<" + parts[1] + name)
		for _, a := range attribute.FindAllStringSubmatch(parts[3], -1) {
			if key := strings.ToLower(a[1]); parts[1] == "" && slices.Contains(allowed, key) && !strings.Contains(strings.ToLower(a[2]), "javascript:") {
				out.WriteString(" " + key + `="` + strings.Trim(a[2], `"'`) + `"`)
			}
		}
		return out.String() + ">"
	})
}
