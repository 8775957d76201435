package export

import (
	"reflect"

	"github.com/zharvest/zharvest/zenodo"
)

// view is what templates see of a record; [ParseTemplate] documents it.
type view struct {
	ID, DOI, ConceptID, ConceptDOI string
	Title                          string
	PublicationDate                string
	Year                           int
	Type, Subtype, TypeTitle       string
	Creators                       []viewPerson
	Contributors                   []viewPerson
	Keywords, Communities          []string
	License, Access                string
	Version, Language, Publisher   string
	Description                    string
	Grants                         []viewGrant
	Journal                        zenodo.Journal
	URL, Link, Key                 string
	Views, Downloads               any // int64, or unknownCount
	Files                          []viewFile
	Size                           any // as Views
	Created, Updated               string
}

// unknown stands in a view for a number that is not known: it is empty as a
// text and as a condition, and null as JSON.
type unknown string

const unknownCount unknown = ""

func (unknown) MarshalJSON() ([]byte, error) { return []byte("null"), nil }

func countView(n int64, known bool) any {
	if !known {
		return unknownCount
	}
	return n
}

type viewPerson struct{ Name, Family, Given, Affiliation, ORCID, Role string }

// String is what join makes of somebody.
func (p viewPerson) String() string { return p.Name }

type viewGrant struct{ Funder, Code, Title, Acronym, URL string }

// String is the grant as in other formats.
func (g viewGrant) String() string {
	return grantText(&zenodo.Grant{Code: g.Code, Funder: zenodo.Funder{Name: g.Funder}})
}

type viewFile struct {
	Name     string
	Size     int64
	Checksum string
	URL      string
}

// String is the file's name.
func (f viewFile) String() string { return f.Name }

// newView is the view of a record.
func newView(r *zenodo.Record) *view {
	m := &r.Metadata
	from, _ := publicationDates(r)
	v := &view{
		ID: string(r.ID), DOI: string(r.DOI), ConceptID: string(r.ConceptID), ConceptDOI: string(r.ConceptDOI),
		Title: m.Title, PublicationDate: m.PublicationDate, Year: from.year, Type: m.Type, Subtype: m.Subtype, TypeTitle: m.TypeTitle,
		Keywords: m.Keywords, License: m.LicenseName(), Access: m.AccessRight, Version: m.Version, Language: m.Language,
		Publisher: publisherOf(r), Description: m.Description, Journal: m.Journal, URL: r.URL, Link: addressOf(r), Key: citationKey(r),
		Views: countView(known(r.Stats.Views)), Downloads: countView(known(r.Stats.Downloads)), Size: countView(r.Size()),
		Created: string(r.CreatedAt), Updated: string(r.UpdatedAt),
	}
	v.addLists(r)
	return v
}

func (v *view) addLists(r *zenodo.Record) {
	m := &r.Metadata
	for i := range m.Creators {
		v.Creators = append(v.Creators, personView(&m.Creators[i], ""))
	}
	for i := range m.Contributors {
		v.Contributors = append(v.Contributors, personView(&m.Contributors[i].Creator, m.Contributors[i].Type))
	}
	for _, c := range r.Communities {
		v.Communities = append(v.Communities, string(c))
	}
	for _, g := range m.Grants {
		v.Grants = append(v.Grants, viewGrant{g.Funder.Name, g.Code, g.Title, g.Acronym, g.URL})
	}
	for _, f := range r.Files {
		v.Files = append(v.Files, viewFile{f.Key, f.Size, f.Checksum, f.URL})
	}
}

// personView has all of a name in Family where it has no parts.
func personView(c *zenodo.Creator, role string) viewPerson {
	n := nameOf(c)
	p := viewPerson{c.Name, n.family, n.given, c.Affiliation(), c.ORCID, role}
	if n.literal != "" {
		p.Family = n.literal
	}
	return p
}

// knownNames are those of all that templates see.
var knownNames = func() map[string]bool {
	names := map[string]bool{}
	for _, t := range []reflect.Type{
		reflect.TypeFor[view](), reflect.TypeFor[viewPerson](), reflect.TypeFor[viewGrant](), reflect.TypeFor[viewFile](), reflect.TypeFor[zenodo.Journal](),
	} {
		for f := range t.Fields() {
			names[f.Name] = true
		}
	}
	return names
}()

// viewNames are those of a record's view, in order.
func viewNames() []string {
	var names []string
	for f := range reflect.TypeFor[view]().Fields() {
		names = append(names, f.Name)
	}
	return names
}

// sample is a record with a value in every field, on which a template is tried.
func sample() *zenodo.Record {
	person := zenodo.Creator{Name: "Rossi, Ada", Affiliations: []zenodo.Affiliation{{Name: "EGI Foundation"}}, ORCID: "0000-0002-1825-0097"}
	return &zenodo.Record{
		ID: "2", DOI: "10.5281/zenodo.2", ConceptID: "1", ConceptDOI: "10.5281/zenodo.1", CreatedAt: "2023-03-09T10:11:12+00:00",
		UpdatedAt: "2023-03-09T10:11:12+00:00", URL: "https://zenodo.org/records/2", Communities: []zenodo.Slug{"a", "b", "c"},
		Files: []zenodo.File{{Key: "a"}, {Key: "b"}, {Key: "c"}}, Stats: zenodo.Stats{Views: new(int64), Downloads: new(int64)},
		Metadata: zenodo.Metadata{
			Title: "Title", PublicationDate: "2023-03-09", Description: "<p>Text</p>", Type: "publication", Subtype: "article", TypeTitle: "Journal article",
			AccessRight: "open", License: "cc-by-4.0", Version: "1.0", Language: "eng", Creators: []zenodo.Creator{person, person, person},
			Contributors: []zenodo.Contributor{{Creator: person, Type: "Editor"}}, Keywords: []string{"a", "b", "c"}, Grants: []zenodo.Grant{{Code: "1"}},
			Journal: zenodo.Journal{Title: "Journal", Volume: "1", Issue: "1", Pages: "1-2", ISSN: "1234-5679"},
		},
	}
}
