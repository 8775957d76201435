package datacite

import (
	"cmp"
	"slices"
	"strings"

	"github.com/zharvest/zharvest/zenodo"
	"github.com/zharvest/zharvest/zenodotest/internal/xmlout"
)

// resource writes the elements in the order of the schema's authors, which is
// that of Zenodo's library.
func (w *writer) resource(r *zenodo.Record) {
	m := &r.Metadata
	w.Open("resource",
		"xmlns", "http://datacite.org/schema/kernel-4",
		"xsi:schemaLocation", "http://datacite.org/schema/kernel-4 http://schema.datacite.org/meta/kernel-"+schemaVersion+"/metadata.xsd")
	w.Some("identifier", string(r.DOI), "identifierType", "DOI")
	w.alternateIdentifiers(r)
	xmlout.Section(&w.Writer, "creators", m.Creators, w.creator)
	w.titles(m)
	w.Leaf("publisher", cmp.Or(m.Publisher, "Zenodo"))
	w.Some("publicationYear", year(m.PublicationDate))
	w.subjects(m)
	xmlout.Section(&w.Writer, "contributors", m.Contributors, w.contributor)
	w.dates(r)
	w.Some("language", m.Language)
	w.resourceType(m)
	w.relatedIdentifiers(r)
	w.Some("version", m.Version)
	w.rights(m)
	w.descriptions(m)
	xmlout.Section(&w.Writer, "geoLocations", places(m.Locations), w.place)
	xmlout.Section(&w.Writer, "fundingReferences", m.Grants, w.grant)
	w.Close("resource")
}

func (w *writer) titles(m *zenodo.Metadata) {
	if m.Title == "" {
		return
	}
	w.Open("titles")
	w.Leaf("title", WithoutTags(m.Title))
	w.Close("titles")
}

// alternateIdentifiers leaves out other DOIs: DataCite takes only the one that
// is registered.
func (w *writer) alternateIdentifiers(r *zenodo.Record) {
	ids := []zenodo.AlternateIdentifier{{Identifier: "oai:zenodo.org:" + string(r.ID), Scheme: "oai"}}
	for _, id := range r.Metadata.AlternateIdentifiers {
		if !strings.EqualFold(id.Scheme, "doi") {
			ids = append(ids, id)
		}
	}
	xmlout.Section(&w.Writer, "alternateIdentifiers", ids, func(id zenodo.AlternateIdentifier) {
		w.Leaf("alternateIdentifier", id.Identifier, "alternateIdentifierType", cmp.Or(identifierTypes[id.Scheme], id.Scheme, "Other"))
	})
}

func (w *writer) subjects(m *zenodo.Metadata) {
	subjects := make([]zenodo.Subject, 0, len(m.Keywords)+len(m.Subjects))
	for _, keyword := range m.Keywords {
		subjects = append(subjects, zenodo.Subject{Term: keyword})
	}
	xmlout.Section(&w.Writer, "subjects", append(subjects, m.Subjects...), func(s zenodo.Subject) {
		uri := ""
		if strings.HasPrefix(s.Identifier, "http") {
			uri = s.Identifier
		}
		w.Leaf("subject", s.Term, "subjectScheme", s.Scheme, "valueURI", uri)
	})
}

// dates puts the time of publication first and that of the last change last.
func (w *writer) dates(r *zenodo.Record) {
	day, _, _ := strings.Cut(string(r.UpdatedAt), "T")
	all := slices.Concat(
		[]zenodo.Date{{Start: r.Metadata.PublicationDate, Type: "issued"}},
		r.Metadata.Dates,
		[]zenodo.Date{{Start: day, Type: "updated"}},
	)
	all = slices.DeleteFunc(all, func(d zenodo.Date) bool { return d.Start == "" && d.End == "" })
	xmlout.Section(&w.Writer, "dates", all, func(d zenodo.Date) {
		text := d.Start
		if d.End != "" && d.End != d.Start {
			text += "/" + d.End
		}
		w.Leaf("date", text, "dateType", cmp.Or(capital(d.Type), "Other"), "dateInformation", d.Description)
	})
}

func (w *writer) descriptions(m *zenodo.Metadata) {
	type description struct{ text, kind string }
	var all []description
	for _, d := range []description{{m.Description, "Abstract"}, {m.Notes, "Other"}, {m.Method, "Methods"}} {
		if d.text != "" {
			all = append(all, d)
		}
	}
	xmlout.Section(&w.Writer, "descriptions", all, func(d description) {
		w.Leaf("description", WithoutTags(d.text), "descriptionType", d.kind)
	})
}

// places leaves out locations without a name: the coordinates are not decoded.
func places(locations []zenodo.Location) []string {
	var names []string
	for _, l := range locations {
		if l.Place != "" {
			names = append(names, l.Place)
		}
	}
	return names
}

func (w *writer) place(name string) {
	w.Open("geoLocation")
	w.Leaf("geoLocationPlace", name)
	w.Close("geoLocation")
}

func (w *writer) grant(g zenodo.Grant) {
	w.Open("fundingReference")
	w.Leaf("funderName", g.Funder.Name)
	w.Some("funderIdentifier", g.Funder.DOI, "funderIdentifierType", "Crossref Funder ID")
	w.Some("awardNumber", g.Code, "awardURI", g.URL)
	w.Some("awardTitle", g.Title)
	w.Close("fundingReference")
}

// year is the year of a date that begins with one.
func year(date string) string {
	return date[:min(len(date), 4)]
}

// capital begins a word with a capital letter, as DataCite's vocabularies do.
func capital(word string) string {
	if word == "" {
		return ""
	}
	return strings.ToUpper(word[:1]) + word[1:]
}
