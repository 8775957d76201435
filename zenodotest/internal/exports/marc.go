package exports

import (
	"cmp"
	"strconv"
	"strings"

	"github.com/zharvest/zharvest/internal/vocab"
	"github.com/zharvest/zharvest/zenodo"
	"github.com/zharvest/zharvest/zenodotest/internal/filenames"
	"github.com/zharvest/zharvest/zenodotest/internal/xmlout"
)

// MARC is a record in MARC 21, as XML.
func MARC(r *zenodo.Record, root string) []byte {
	m := &r.Metadata
	w := marcWriter{}
	w.Open("record", "xmlns", "http://www.loc.gov/MARC21/slim")
	w.Leaf("leader", "00000nam##2200000uu#4500")
	w.Leaf("controlfield", string(r.ID), "tag", "001")
	if r.DOI != "" {
		w.field("024", "", "2", "doi", "a", string(r.DOI))
	}
	w.field("909", "CO", "o", oaiID(r))
	for i := range m.Creators {
		if i > 0 {
			w.person("700", &m.Creators[i])
		}
	}
	w.field("245", "", "a", m.Title)
	if len(m.Creators) > 0 {
		w.person("100", &m.Creators[0])
	}
	for _, id := range m.RelatedIdentifiers {
		w.field("856", " 2", "a", cmp.Or(id.Scheme, "url")+":"+id.Identifier)
	}
	w.field("540", "", "a", accessRight(m))
	if m.License != "" {
		title, url := license(m)
		w.field("540", "", "a", title, "u", url)
		w.field("650", "17", "a", m.License, "2", "spdx")
	}
	for _, keyword := range m.Keywords {
		w.field("653", "", "a", keyword)
	}
	w.field("520", "", "a", m.Description)
	w.field("260", "", "b", cmp.Or(m.Publisher, "Zenodo"), "c", m.PublicationDate)
	w.field("980", "", "a", "info:eu-repo/semantics/"+cmp.Or(typeOf(m).Text, "other"))
	for _, slug := range r.Communities {
		w.field("980", "", "a", "user-"+string(slug))
	}
	w.field("980", "", "a", m.Type, "b", m.Subtype)
	if changed, ok := r.UpdatedAt.Time(); ok {
		w.Leaf("controlfield", changed.Format("20060102150405")+".0", "tag", "005")
	}
	for _, f := range r.Files {
		w.field("856", "4 ", "s", strconv.FormatInt(f.Size, 10), "z", f.Checksum, "u", page(r, root)+"/files/"+filenames.Quote(f.Key))
	}
	w.field("542", "", "l", m.AccessRight)
	for _, id := range m.RelatedIdentifiers {
		w.field("773", "", "a", id.Identifier, "i", inWords(id.Relation), "n", cmp.Or(id.Scheme, "url"))
	}
	if r.ConceptDOI != "" {
		w.field("773", "", "a", string(r.ConceptDOI), "i", "isVersionOf", "n", "doi")
	}
	if j := m.Journal; j.Title != "" {
		w.field("909", "C4", "p", j.Title, "v", j.Volume, "n", j.Issue, "c", j.Pages, "y", year(m))
	}
	w.Close("record")
	return w.Bytes()
}

type marcWriter struct{ xmlout.Writer }

// field writes a field with those of its parts that are not empty; marks are its
// two indicators, blanks where there are none.
func (w *marcWriter) field(tag, marks string, codesAndValues ...string) {
	marks = (marks + "  ")[:2]
	if strings.Join(codesAndValues, "") == codesAndValues[0] {
		return
	}
	w.Open("datafield", "tag", tag, "ind1", marks[:1], "ind2", marks[1:])
	for i := 0; i+1 < len(codesAndValues); i += 2 {
		w.Some("subfield", codesAndValues[i+1], "code", codesAndValues[i])
	}
	w.Close("datafield")
}

func (w *marcWriter) person(tag string, c *zenodo.Creator) {
	orcid := ""
	if c.ORCID != "" {
		orcid = "(orcid)" + c.ORCID
	}
	w.field(tag, "", "a", c.Name, "u", c.Affiliation(), "0", orcid)
}

// inWords is a relation for people: Is part of.
func inWords(relation string) string {
	term, _ := vocab.Relations().Find(relation)
	var out strings.Builder
	for i, c := range cmp.Or(term.DataCite, relation) {
		if i > 0 && 'A' <= c && c <= 'Z' {
			out.WriteByte(' ')
			c += 'a' - 'A'
		}
		out.WriteRune(c)
	}
	return out.String()
}
