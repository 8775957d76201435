package export

import (
	"io"
	"iter"
	"strings"

	"github.com/zharvest/zharvest/zenodo"
)

// writeMarkdown writes a table as GitHub, GitLab and pandoc read it: a line for
// each record, with links on DOIs and pages.
func writeMarkdown(w io.Writer, records iter.Seq2[*zenodo.Record, error], o Options) error {
	heading := markdownHeading(o.fields())
	row := func(dst []byte, r *zenodo.Record) ([]byte, error) { return appendMarkdownRow(dst, o.fields(), r), nil }
	return layout{open: heading, none: heading, row: row}.write(w, records)
}

func markdownHeading(fields []Field) string {
	var names, rule strings.Builder
	for i := range fields {
		names.WriteString("| " + string(appendMarkdown(nil, fields[i].Name)) + " ")
		if fields[i].kind == Number {
			rule.WriteString("| ---: ")
		} else {
			rule.WriteString("| --- ")
		}
	}
	return names.String() + "|\n" + rule.String() + "|\n"
}

func appendMarkdownRow(dst []byte, fields []Field, r *zenodo.Record) []byte {
	for i := range fields {
		text, link := fields[i].forPeople(r)
		dst = append(dst, "| "...)
		if link != "" {
			dst = append(dst, '[')
		}
		dst = appendMarkdown(dst, text)
		if link != "" {
			dst = append(dst, "]("...)
			dst = append(dst, linkEscapes.Replace(link)...)
			dst = append(dst, ')')
		}
		dst = append(dst, ' ')
	}
	return append(dst, "|\n"...)
}

// linkEscapes are for what ends an address in Markdown, or its cell.
var linkEscapes = strings.NewReplacer("(", "%28", ")", "%29", "*", "%2A", "_", "%5F", "[", "%5B", "]", "%5D", "$", "%24")

// appendMarkdown appends text with a backslash before every character that may
// be markup within a line.
func appendMarkdown(dst []byte, s string) []byte {
	for i := range len(s) {
		if strings.IndexByte("\\`*_{}[]<>|~^$&@", s[i]) >= 0 {
			dst = append(dst, '\\')
		}
		dst = append(dst, s[i])
	}
	return dst
}
