// Package htmltext reads the text of HTML as people see it.
package htmltext

import (
	"iter"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/html"
)

// Text is what HTML says: without tags, comments, scripts and styles,
// with a line for each paragraph.
func Text(s string) string {
	return joinLines(Replace(s, func(tag html.Token) string { return spaceFor(tag.Data) }))
}

// IsBlank reports whether HTML has no text to read. Unlike [Text], it reads no
// further than the first.
func IsBlank(s string) bool {
	for piece := range pieces(s, func(html.Token) string { return "" }) {
		if OneLine(piece) != "" {
			return false
		}
	}
	return true
}

// Replace is the text of HTML, white space included, with what replacement
// returns for each start and end tag in its place. What begins like a tag or a
// comment and does not end is text.
func Replace(s string, replacement func(tag html.Token) string) string {
	if !strings.ContainsAny(s, "<&") {
		return s
	}
	var b strings.Builder
	for piece := range pieces(s, replacement) {
		b.WriteString(piece)
	}
	return b.String()
}

// pieces are what [Replace] puts together.
func pieces(s string, replacement func(tag html.Token) string) iter.Seq[string] {
	return func(yield func(string) bool) {
		z := html.NewTokenizer(strings.NewReader(s))
		for more, hidden := true, false; more; {
			switch z.Next() {
			case html.TextToken:
				more = hidden || yield(string(z.Text()))
			case html.StartTagToken, html.SelfClosingTagToken, html.EndTagToken:
				tag := z.Token()
				if hidden = tag.Type != html.EndTagToken && isHidden(tag.Data); !hidden {
					z.NextIsNotRawText()
				}
				more = yield(replacement(tag))
			case html.CommentToken:
				if raw := string(z.Raw()); strings.HasPrefix(raw, "<!--") && !strings.HasSuffix(raw, "-->") {
					more = yield(html.UnescapeString(raw))
				}
			case html.ErrorToken:
				yield(html.UnescapeString(string(z.Raw())))
				return
			}
		}
	}
}

// isHidden reports whether nobody sees the text of an element.
func isHidden(name string) bool { return name == "script" || name == "style" }

// Title is the title of a page, on one line.
func Title(page string) string {
	z := html.NewTokenizer(strings.NewReader(page))
	for z.Next() != html.ErrorToken {
		if name, _ := z.TagName(); string(name) == "title" && z.Next() == html.TextToken {
			return OneLine(string(z.Text()))
		}
	}
	return ""
}

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
