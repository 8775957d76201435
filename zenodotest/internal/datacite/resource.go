package datacite

import (
	"cmp"
	"slices"
	"strings"

	"github.com/zharvest/zharvest/zenodo"
)

// resource writes the elements in the order of the schema's authors, which is
// that of Zenodo's library.
func (w *writer) resource(r *zenodo.Record) {
	m := &r.Metadata
	w.open("resource",
		"xmlns", "http://datacite.org/schema/kernel-4",
		"xsi:schemaLocation", "http://datacite.org/schema/kernel-4 http://schema.datacite.org/meta/kernel-"+schemaVersion+"/metadata.xsd")
	w.some("identifier", string(r.DOI), "identifierType", "DOI")
	w.alternateIdentifiers(r)
	section(w, "creators", m.Creators, w.creator)
	w.titles(m)
	w.leaf("publisher", cmp.Or(m.Publisher, "Zenodo"))
	w.some("publicationYear", year(m.PublicationDate))
	w.subjects(m)
	section(w, "contributors", m.Contributors, w.contributor)
	w.dates(r)
	w.some("language", m.Language)
	w.resourceType(m)
	w.relatedIdentifiers(r)
	w.some("version", m.Version)
	w.rights(m)
	w.descriptions(m)
	section(w, "geoLocations", places(m.Locations), w.place)
	section(w, "fundingReferences", m.Grants, w.grant)
	w.close("resource")
}

func (w *writer) titles(m *zenodo.Metadata) {
	if m.Title == "" {
		return
	}
	w.open("titles")
	w.leaf("title", withoutTags(m.Title))
	w.close("titles")
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
	section(w, "alternateIdentifiers", ids, func(id zenodo.AlternateIdentifier) {
		w.leaf("alternateIdentifier", id.Identifier, "alternateIdentifierType", cmp.Or(identifierTypes[id.Scheme], id.Scheme, "Other"))
	})
}

func (w *writer) subjects(m *zenodo.Metadata) {
	subjects := make([]zenodo.Subject, 0, len(m.Keywords)+len(m.Subjects))
	for _, keyword := range m.Keywords {
		subjects = append(subjects, zenodo.Subject{Term: keyword})
	}
	section(w, "subjects", append(subjects, m.Subjects...), func(s zenodo.Subject) {
		uri := ""
		if strings.HasPrefix(s.Identifier, "http") {
			uri = s.Identifier
		}
		w.leaf("subject", s.Term, "subjectScheme", s.Scheme, "valueURI", uri)
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
	section(w, "dates", all, func(d zenodo.Date) {
		text := d.Start
		if d.End != "" && d.End != d.Start {
			text += "/" + d.End
		}
		w.leaf("date", text, "dateType", cmp.Or(capital(d.Type), "Other"), "dateInformation", d.Description)
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
	section(w, "descriptions", all, func(d description) {
		w.leaf("description", withoutTags(d.text), "descriptionType", d.kind)
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
	w.open("geoLocation")
	w.leaf("geoLocationPlace", name)
	w.close("geoLocation")
}

func (w *writer) grant(g zenodo.Grant) {
	w.open("fundingReference")
	w.leaf("funderName", g.Funder.Name)
	w.some("funderIdentifier", g.Funder.DOI, "funderIdentifierType", "Crossref Funder ID")
	w.some("awardNumber", g.Code, "awardURI", g.URL)
	w.some("awardTitle", g.Title)
	w.close("fundingReference")
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
