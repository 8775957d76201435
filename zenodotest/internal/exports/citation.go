package exports

import (
	"cmp"
	"fmt"
	"regexp"
	"strings"

	"github.com/zharvest/zharvest/zenodo"
	"github.com/zharvest/zharvest/zenodotest/internal/datacite"
	"github.com/zharvest/zharvest/zenodotest/internal/rawjson"
)

// CSL is a record as CSL-JSON. Zenodo writes container_title with a low line.
func CSL(r *zenodo.Record, _ string) []byte {
	m := &r.Metadata
	o := object{"id": string(r.ID), "title": m.Title, "type": cmp.Or(typeOf(m).CSL, "document"), "publisher": cmp.Or(m.Publisher, "Zenodo")}
	put(o, "DOI", string(r.DOI))
	put(o, "abstract", m.Description)
	put(o, "version", m.Version)
	put(o, "language", m.Language)
	put(o, "container_title", m.Journal.Title)
	put(o, "volume", m.Journal.Volume)
	put(o, "issue", m.Journal.Issue)
	put(o, "page", m.Journal.Pages)
	put(o, "note", m.Notes)
	var authors []object
	for _, c := range m.Creators {
		author := object{"family": c.Name}
		if family, given := c.NameParts(); family != "" {
			author["family"] = family
			put(author, "given", given)
		}
		authors = append(authors, author)
	}
	if authors != nil {
		o["author"] = authors
	}
	if date, _, _ := strings.Cut(m.PublicationDate, "/"); date != "" {
		o["issued"] = object{"date-parts": [][]string{strings.Split(date, "-")}}
	}
	return rawjson.Indented(o)
}

var notInKey = regexp.MustCompile(`[^a-z0-9]+`)

// BibTeX is a record as an entry, its values in a column.
func BibTeX(r *zenodo.Record, _ string) []byte {
	m := &r.Metadata
	var names []string
	first := "anonymous"
	for i := range m.Creators {
		names = append(names, m.Creators[i].Name)
		if family, _ := m.Creators[0].NameParts(); family != "" {
			first = notInKey.ReplaceAllString(strings.ToLower(family), "_")
		}
	}
	var out strings.Builder
	fmt.Fprintf(&out, "@%s{%s_%s_%s,\n", cmp.Or(typeOf(m).BibTeX, "misc"), first, year(m), r.ID)
	field := func(name, value string) {
		if value != "" {
			fmt.Fprintf(&out, "  %-12s = %s,\n", name, value)
		}
	}
	braced := func(value string) string {
		if value == "" || strings.Trim(value, "0123456789") == "" {
			return value
		}
		return "{" + value + "}"
	}
	field("author", braced(strings.Join(names, " and\n                  ")))
	field("title", braced(wrapped(m.Title)))
	field("journal", braced(m.Journal.Title))
	if len(m.PublicationDate) >= 7 {
		field("month", months[m.PublicationDate[5:7]])
	}
	field("year", year(m))
	field("volume", braced(m.Journal.Volume))
	field("number", braced(m.Journal.Issue))
	if m.Journal.Title == "" {
		field("publisher", braced(cmp.Or(m.Publisher, "Zenodo")))
	}
	field("version", braced(m.Version))
	field("doi", braced(string(r.DOI)))
	field("url", braced(r.DOI.URL()))
	out.WriteString("}")
	return []byte(out.String())
}

var months = map[string]string{
	"01": "jan", "02": "feb", "03": "mar", "04": "apr", "05": "may", "06": "jun",
	"07": "jul", "08": "aug", "09": "sep", "10": "oct", "11": "nov", "12": "dec",
}

// wrapped breaks a long title at blanks, as Zenodo does.
func wrapped(text string) string {
	const width, indent = 50, "\n                   "
	var out strings.Builder
	line := 0
	for word := range strings.FieldsSeq(text) {
		switch {
		case line > 0 && line+1+len(word) > width:
			out.WriteString(indent + word)
			line = len(word)
		case line > 0:
			out.WriteString(" " + word)
			line += 1 + len(word)
		default:
			out.WriteString(word)
			line = len(word)
		}
	}
	if strings.Contains(out.String(), "\n") {
		out.WriteString("\n                  ")
	}
	return out.String()
}

// CFF is a record as a CITATION.cff. Texts are in the quotes of JSON, which are
// YAML's, too.
func CFF(r *zenodo.Record, _ string) []byte {
	m := &r.Metadata
	var out strings.Builder
	line := func(name, value string) {
		if value != "" {
			out.WriteString(name + ": " + rawjson.Quote(value) + "\n")
		}
	}
	line("abstract", datacite.WithoutTags(m.Description))
	out.WriteString("authors:\n")
	for _, c := range m.Creators {
		family, given := c.NameParts()
		if family == "" || c.IsOrganization() {
			line("- name", c.Name)
			continue
		}
		line("- family-names", family)
		line("  given-names", given)
		line("  affiliation", c.Affiliation())
		if c.ORCID != "" {
			line("  orcid", "https://orcid.org/"+c.ORCID)
		}
	}
	line("cff-version", "1.2.0")
	line("date-released", m.PublicationDate)
	line("doi", string(r.DOI))
	list(&out, "keywords", m.Keywords)
	if m.License != "" {
		list(&out, "license", []string{m.License})
	}
	line("message", "If you use this work, please cite it using the metadata from this file.")
	line("title", m.Title)
	if m.Type == "dataset" {
		line("type", "dataset")
	}
	line("version", m.Version)
	return []byte(out.String())
}

func list(out *strings.Builder, name string, items []string) {
	if len(items) == 0 {
		return
	}
	out.WriteString(name + ":\n")
	for _, item := range items {
		out.WriteString("- " + rawjson.Quote(item) + "\n")
	}
}
