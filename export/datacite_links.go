package export

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/zharvest/zharvest/internal/htmltext"
	"github.com/zharvest/zharvest/internal/vocab"
	"github.com/zharvest/zharvest/zenodo"
)

// unique leaves out what is there already: DataCite's lists are sets.
func unique[T comparable](values []T) []T {
	var out []T
	for _, value := range values {
		if !slices.Contains(out, value) {
			out = append(out, value)
		}
	}
	return out
}

type dataciteSubject struct {
	Subject  string `json:"subject"`
	Scheme   string `json:"subjectScheme,omitempty"`
	ValueURI string `json:"valueUri,omitempty"`
}

func dataciteSubjects(m *zenodo.Metadata) []dataciteSubject {
	var subjects []dataciteSubject
	for _, keyword := range oneLines(m.Keywords) {
		subjects = append(subjects, dataciteSubject{Subject: keyword})
	}
	for _, s := range m.Subjects {
		if term := htmltext.OneLine(s.Term); term != "" {
			subjects = append(subjects, dataciteSubject{term, htmltext.OneLine(s.Scheme), webAddress(s.Identifier)})
		}
	}
	return unique(subjects)
}

type dataciteAlternate struct {
	Identifier string `json:"alternateIdentifier"`
	Type       string `json:"alternateIdentifierType"`
}

// dataciteAlternates begin with the record's page, and its identifiers in OAI-PMH
// and in the Software Heritage archive.
func dataciteAlternates(r *zenodo.Record) []dataciteAlternate {
	var ids []dataciteAlternate
	if page := webAddress(r.URL); page != "" {
		ids = append(ids, dataciteAlternate{page, "URL"})
	}
	own := []zenodo.AlternateIdentifier{{Identifier: r.OAI, Scheme: "oai"}, {Identifier: r.SWHID, Scheme: "SWHID"}}
	for _, a := range append(own, r.Metadata.AlternateIdentifiers...) {
		if id := htmltext.OneLine(a.Identifier); id != "" {
			scheme := htmltext.OneLine(a.Scheme)
			ids = append(ids, dataciteAlternate{id, cmp.Or(identifierTypes[strings.ToLower(scheme)], scheme, "Other")})
		}
	}
	return unique(ids)
}

type dataciteRelated struct {
	Identifier string `json:"relatedIdentifier"`
	Type       string `json:"relatedIdentifierType"`
	Relation   string `json:"relationType"`
	General    string `json:"resourceTypeGeneral,omitempty"`
}

// identifierTypes are DataCite's, by how Zenodo writes them, which differs in
// capitals. What is in another scheme has no place in its JSON.
var identifierTypes = func() map[string]string {
	types := map[string]string{}
	for name := range strings.FieldsSeq("ARK arXiv bibcode DOI EAN13 EISSN Handle IGSN ISBN ISSN ISTC LISSN LSID PMID PURL UPC URL URN w3id") {
		types[strings.ToLower(name)] = name
	}
	return types
}()

// schemesOfZenodo are those that DataCite names otherwise.
var schemesOfZenodo = map[string]string{"ads": "bibcode", "hdl": "Handle"}

// dataciteRelations end with the concept that the record is a version of, and the
// communities that it is in.
// What is related in a way that DataCite does not know has no place in them.
func dataciteRelations(r *zenodo.Record) []dataciteRelated {
	var related []dataciteRelated
	for _, id := range r.Metadata.RelatedIdentifiers {
		scheme := strings.ToLower(id.Scheme)
		relation, _ := vocab.Relations().Find(id.Relation)
		d := dataciteRelated{
			Identifier: htmltext.OneLine(id.Identifier), Type: cmp.Or(identifierTypes[scheme], schemesOfZenodo[scheme]),
			Relation: relation.DataCite, General: generalOf(id.ResourceType),
		}
		if d.Identifier != "" && d.Type != "" && d.Relation != "" {
			related = append(related, d)
		}
	}
	if r.ConceptDOI != "" {
		related = append(related, dataciteRelated{Identifier: htmltext.OneLine(string(r.ConceptDOI)), Type: "DOI", Relation: "IsVersionOf"})
	}
	if root, _, ok := strings.Cut(webAddress(r.URL), "/records/"); ok {
		for _, slug := range r.Communities {
			related = append(related, dataciteRelated{Identifier: root + "/communities/" + percentEncoded(string(slug), "-._~"), Type: "URL", Relation: "IsPartOf"})
		}
	}
	return unique(related)
}

// dataciteSizes is that of all files together.
func dataciteSizes(r *zenodo.Record) []string {
	sizes := oneLines(r.Metadata.Sizes)
	if size, known := r.Size(); known {
		sizes = append(sizes, strconv.FormatInt(size, 10)+" bytes")
	}
	return unique(sizes)
}

type dataciteLocation struct {
	Place string         `json:"geoLocationPlace,omitempty"`
	Point *datacitePoint `json:"geoLocationPoint,omitempty"`
}

type datacitePoint struct {
	Longitude float64 `json:"pointLongitude"`
	Latitude  float64 `json:"pointLatitude"`
}

func dataciteLocations(locations []zenodo.Location) []dataciteLocation {
	var out []dataciteLocation
	for _, l := range locations {
		d := dataciteLocation{Place: cmp.Or(htmltext.OneLine(l.Place), htmltext.OneLine(l.Description))}
		if p := l.Point; p != nil && p.Latitude >= -90 && p.Latitude <= 90 {
			d.Point = &datacitePoint{p.Longitude, p.Latitude}
		}
		if (d.Place != "" || d.Point != nil) && !slices.ContainsFunc(out, d.same) {
			out = append(out, d)
		}
	}
	return out
}

// same reports whether two locations say the same.
func (d dataciteLocation) same(other dataciteLocation) bool {
	if d.Point == nil || other.Point == nil {
		return d == other
	}
	return d.Place == other.Place && *d.Point == *other.Point
}

type dataciteFunding struct {
	Funder      string `json:"funderName"`
	ID          string `json:"funderIdentifier,omitempty"`
	IDType      string `json:"funderIdentifierType,omitempty"`
	AwardNumber string `json:"awardNumber,omitempty"`
	AwardURI    string `json:"awardUri,omitempty"`
	AwardTitle  string `json:"awardTitle,omitempty"`
}

func dataciteFundings(grants []zenodo.Grant) []dataciteFunding {
	var out []dataciteFunding
	for _, g := range grants {
		f := dataciteFunding{
			Funder: cmp.Or(htmltext.OneLine(g.Funder.Name), unavailable), AwardNumber: htmltext.OneLine(g.Code),
			AwardURI: cmp.Or(webAddress(g.URL), resolverAddress(g.DOI)), AwardTitle: htmltext.OneLine(g.Title),
		}
		f.ID, f.IDType = funderIdentifier(&g.Funder)
		if f != (dataciteFunding{Funder: unavailable}) {
			out = append(out, f)
		}
	}
	return unique(out)
}

// funderIdentifier returns the best of a funder's identifiers for DataCite, with its
// type.
func funderIdentifier(f *zenodo.Funder) (id, kind string) {
	ids := append([]zenodo.AlternateIdentifier{{Identifier: f.ROR(), Scheme: "ror"}, {Identifier: f.DOI, Scheme: "doi"}}, f.Identifiers...)
	for _, known := range []struct{ scheme, kind, root string }{
		{"ror", "ROR", rorURL}, {"doi", "Crossref Funder ID", "https://doi.org/"}, {"grid", "GRID", ""}, {"isni", "ISNI", ""},
	} {
		for _, id := range ids {
			value := htmltext.OneLine(id.Identifier)
			if id.Scheme != known.scheme || value == "" {
				continue
			}
			if known.root != "" {
				value = known.root + percentEncoded(value, "-._~/:")
			}
			return value, known.kind
		}
	}
	return "", ""
}
