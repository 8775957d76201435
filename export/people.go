package export

import (
	"github.com/zharvest/zharvest/internal/htmltext"
	"github.com/zharvest/zharvest/zenodo"
)

// forPeople is what a table to look at says of a field: its value on one line,
// a description without its markup, and where it links to, if to anything.
func (f *Field) forPeople(r *zenodo.Record) (text, link string) {
	switch f.Name {
	case "doi":
		link = resolverAddress(r.DOI)
	case "concept_doi":
		link = resolverAddress(r.ConceptDOI)
	case "url":
		link = webAddress(r.URL)
	case "description":
		return htmltext.OneLine(htmltext.Text(r.Metadata.Description)), ""
	case "additional_descriptions":
		return plainDescriptions(r), ""
	}
	return htmltext.OneLine(string(f.AppendText(nil, r))), link
}

func plainDescriptions(r *zenodo.Record) string {
	var texts []string
	for _, d := range r.Metadata.OtherDescriptions() {
		texts = append(texts, htmltext.OneLine(htmltext.Text(d.Text)))
	}
	return joined(texts, separator)
}
