package report

import (
	"fmt"
	"strings"
)

// escapes keeps what records say from being Markdown or HTML. Backslashes are
// understood by GitHub, GitLab, Pandoc and whatever else follows CommonMark.
var escapes = strings.NewReplacer(
	`\`, `\\`, "`", "\\`", "*", `\*`, "_", `\_`, "[", `\[`, "]", `\]`, "<", "&lt;", ">", "&gt;", "&", "&amp;",
	"#", `\#`, "|", `\|`, "~", `\~`, "$", `\$`, "@", "&#64;", "://", "&#58;//", "www.", "www&#46;", "WWW.", "WWW&#46;",
)

// markdownText writes a text so that it is read as it is. Addresses and @names
// in it become no links, either.
func markdownText(s string) string { return escapes.Replace(clean(s)) }

// markdownLink links a text to an address that [link] has made.
func markdownLink(text, address string) string {
	if address == "" {
		return markdownText(text)
	}
	safe := strings.NewReplacer("<", "%3C", ">", "%3E", "|", "%7C", `\`, "%5C", "(", "%28", ")", "%29", " ", "%20")
	return "[" + markdownText(text) + "](" + safe.Replace(address) + ")"
}

func (m markdown) heading(text string) { fmt.Fprintf(m, "\n## %s\n", text) }

// table writes a table of cells that are Markdown. Columns whose header begins
// with # are numbers.
func (m markdown) table(header []string, fill func(row func(...string))) {
	row := func(cells ...string) { fmt.Fprintf(m, "| %s |\n", strings.Join(cells, " | ")) }
	names, rule := make([]string, len(header)), make([]string, len(header))
	for i, name := range header {
		rest, number := strings.CutPrefix(name, "#")
		names[i], rule[i] = strings.TrimSpace(rest), "---"
		if number {
			rule[i] = "--:"
		}
	}
	fmt.Fprintln(m)
	row(names...)
	row(rule...)
	fill(row)
}
