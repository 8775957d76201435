// Package htmltext reads the text of HTML as people see it.
package htmltext

import (
	"html"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Text is what HTML says: without tags, comments, scripts and styles,
// with a line for each paragraph.
func Text(s string) string {
	var b strings.Builder
	for s != "" {
		text, rest, isTag := strings.Cut(s, "<")
		b.WriteString(html.UnescapeString(text))
		if !isTag {
			break
		}
		name, length := tagOf(rest)
		if length == 0 {
			b.WriteByte('<')
			s = rest
			continue
		}
		b.WriteString(spaceFor(name))
		if s = rest[length:]; rest[0] != '/' {
			s = afterHidden(name, s)
		}
	}
	return joinLines(b.String())
}

// tagOf is the name of the tag that s begins with, behind its <, and the
// length of the rest of the tag, 0 where it is none.
func tagOf(s string) (name string, length int) {
	if strings.HasPrefix(s, "!--") {
		if end := strings.Index(s, "-->"); end >= 0 {
			return "", end + len("-->")
		}
		return "", 0
	}
	end := strings.IndexByte(s, '>')
	name = strings.TrimPrefix(s[:max(end, 0)], "/")
	if name == "" || !isASCIILetter(name[0]) && name[0] != '!' && name[0] != '?' {
		return "", 0
	}
	if i := strings.IndexAny(name, " \t\r\n/"); i >= 0 {
		name = name[:i]
	}
	return strings.ToLower(name), end + 1
}

func isASCIILetter(b byte) bool { return b|0x20 >= 'a' && b|0x20 <= 'z' }

// blocks are elements that begin a line, cells those that are set apart.
var (
	blocks = []string{
		"address", "article", "blockquote", "br", "dd", "div", "dl", "dt", "figure", "h1", "h2", "h3", "h4", "h5", "h6", "hr",
		"li", "ol", "p", "pre", "section", "table", "tr", "ul",
	}
	cells = []string{"td", "th"}
)

func spaceFor(name string) string {
	switch {
	case slices.Contains(blocks, name):
		return "\n"
	case slices.Contains(cells, name):
		return " "
	}
	return ""
}

// afterHidden is what follows an element whose text nobody sees.
func afterHidden(name, s string) string {
	if name != "script" && name != "style" {
		return s
	}
	// The end tag itself is left, and taken out as any other.
	for i := range s {
		if rest := s[i:]; len(rest) > len(name)+2 && rest[:2] == "</" && strings.EqualFold(rest[2:2+len(name)], name) {
			return rest
		}
	}
	return ""
}

// joinLines folds the white space in each line, and drops empty ones.
func joinLines(s string) string {
	var lines []string
	for line := range strings.SplitSeq(s, "\n") {
		if line = OneLine(line); line != "" {
			lines = append(lines, line)
		}
	}
	return strings.Join(lines, "\n")
}

// OneLine folds white space and control characters into single spaces, and
// replaces broken UTF-8.
func OneLine(s string) string {
	if isFolded(s) {
		return s
	}
	return strings.Join(strings.FieldsFunc(strings.ToValidUTF8(s, string(utf8.RuneError)), isBlank), " ")
}

func isBlank(c rune) bool { return unicode.IsSpace(c) || unicode.IsControl(c) }

// isFolded reports whether text needs no folding, as most does not.
func isFolded(s string) bool {
	before := ' '
	for _, c := range s {
		if c == utf8.RuneError || c != ' ' && isBlank(c) || c == ' ' && before == ' ' {
			return false
		}
		before = c
	}
	return before != ' ' || s == ""
}
