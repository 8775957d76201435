package zenodo

import (
	"cmp"
	"encoding/json"
	"strings"
)

// Metadata describes a record: what a citation or a catalogue needs.
type Metadata struct {
	Title string `json:"title"`
	// PublicationDate is YYYY, YYYY-MM, YYYY-MM-DD or two of these with a
	// slash between.
	PublicationDate string `json:"publication_date,omitzero"`
	// AdditionalTitles and AdditionalDescriptions are in a server's own JSON
	// alone. Of the latter, Notes and Method hold what the legacy JSON has.
	AdditionalTitles       []TypedText `json:"additional_titles,omitzero"`
	AdditionalDescriptions []TypedText `json:"additional_descriptions,omitzero"` // HTML
	Description            string      `json:"description,omitzero"`             // HTML
	Notes                  string      `json:"notes,omitzero"`                   // HTML
	Method                 string      `json:"method,omitzero"`                  // HTML
	Type                   string      `json:"type,omitzero"`                    // publication, dataset, software, …
	Subtype                string      `json:"subtype,omitzero"`                 // article, figure, …: without the type
	TypeTitle              string      `json:"type_title,omitzero"`              // for people: Journal article
	// AccessRight is open, embargoed, restricted, closed (old records) or
	// metadata-only (InvenioRDM's word).
	AccessRight   string `json:"access_right,omitzero"`
	EmbargoDate   string `json:"embargo_date,omitzero"`
	EmbargoReason string `json:"embargo_reason,omitzero"`
	// License is Zenodo's id, in small letters where Zenodo has the licence:
	// cc-by-4.0.
	License              string                `json:"license,omitzero"`
	LicenseURL           string                `json:"license_url,omitzero"`
	Rights               []Right               `json:"rights,omitzero"`    // all of them, as a server's own JSON has them
	Version              string                `json:"version,omitzero"`   // the free text, such as v1.0
	Language             string                `json:"language,omitzero"`  // ISO 639-3
	Languages            []string              `json:"languages,omitzero"` // all of them, as a server's own JSON has them
	Publisher            string                `json:"publisher,omitzero"`
	Copyright            string                `json:"copyright,omitzero"` // who holds it
	Sizes                []string              `json:"sizes,omitzero"`     // free texts, such as 11 pages
	Formats              []string              `json:"formats,omitzero"`   // mostly media types
	Creators             []Creator             `json:"creators,omitzero"`
	Contributors         []Contributor         `json:"contributors,omitzero"`
	Keywords             []string              `json:"keywords,omitzero"`
	Subjects             []Subject             `json:"subjects,omitzero"`
	RelatedIdentifiers   []RelatedIdentifier   `json:"related_identifiers,omitzero"`
	AlternateIdentifiers []AlternateIdentifier `json:"alternate_identifiers,omitzero"`
	References           []string              `json:"references,omitzero"`
	// ReferenceIDs are in step with References; nil where none has one.
	ReferenceIDs     []AlternateIdentifier `json:"reference_ids,omitzero"`
	Grants           []Grant               `json:"grants,omitzero"`
	Locations        []Location            `json:"locations,omitzero"`
	Dates            []Date                `json:"dates,omitzero"`
	Journal          Journal               `json:"journal,omitzero"`
	Meeting          Meeting               `json:"meeting,omitzero"`
	Imprint          Imprint               `json:"imprint,omitzero"`
	PartOf           PartOf                `json:"part_of,omitzero"`
	ThesisUniversity string                `json:"thesis_university,omitzero"`
	// Custom are the custom fields that have no place above, in the order of the
	// JSON.
	Custom []CustomValue `json:"custom,omitzero"`
	// CustomFields is the object of custom fields as it was received, a part of
	// [Record.Raw]: all of them in a server's own JSON; in the legacy JSON those of
	// Custom.
	CustomFields json.RawMessage `json:"custom_fields,omitzero"`
}

// Licenses returns all licences: those of a server's own JSON, or the one that
// other forms have.
func (m *Metadata) Licenses() []Right {
	if len(m.Rights) > 0 || m.License == "" && m.LicenseURL == "" {
		return m.Rights
	}
	return []Right{{ID: m.License, URL: m.LicenseURL}}
}

// LicenseName returns the id of the first licence, or its title where it has no
// id; empty where there is no licence.
func (m *Metadata) LicenseName() string {
	if m.License == "" && len(m.Rights) > 0 {
		return m.Rights[0].Title
	}
	return m.License
}

// OtherDescriptions returns the descriptions beside the first: those of a
// server's own JSON, or the notes and the methods that other forms have.
func (m *Metadata) OtherDescriptions() []TypedText {
	if len(m.AdditionalDescriptions) > 0 {
		return m.AdditionalDescriptions
	}
	var others []TypedText
	if m.Notes != "" {
		others = append(others, TypedText{Text: m.Notes, Type: "notes"})
	}
	if m.Method != "" {
		others = append(others, TypedText{Text: m.Method, Type: "methods"})
	}
	return others
}

// TypedText is a title or a description beside the first.
type TypedText struct {
	Text     string `json:"text"`
	Type     string `json:"type,omitzero"`     // alternative-title, subtitle, methods, …
	Language string `json:"language,omitzero"` // ISO 639-3
}

// CustomValue is a value of a custom field. A field with several values comes
// several times; the name of one that is an object has the member behind a dot.
type CustomValue struct {
	Name  string `json:"name"` // such as dwc:kingdom, or code:programmingLanguage.id
	Value string `json:"value,omitzero"`
}

// Creator is a person or an organisation, mostly as "Family, Given".
type Creator struct {
	Name string `json:"name"`
	// Kind is personal or organizational; empty where the server does not say,
	// as the legacy JSON does not. [Creator.NameType] has what follows from the
	// rest.
	Kind string `json:"kind,omitzero"`
	// FamilyName and GivenName are in a server's own JSON alone.
	// [Creator.NameParts] has them for other records.
	FamilyName string `json:"family_name,omitzero"`
	GivenName  string `json:"given_name,omitzero"`
	// Role is DataCollector, Editor, …; creators mostly have none.
	Role string `json:"role,omitzero"`
	// Affiliations are all of them where the server sends its own JSON; the
	// legacy JSON has the first alone.
	Affiliations []Affiliation `json:"affiliations,omitzero"`
	ORCID        string        `json:"orcid,omitzero"` // bare
	GND          string        `json:"gnd,omitzero"`
	ROR          string        `json:"ror,omitzero"` // of an organisation
	// Identifiers are those of other schemes, such as isni.
	Identifiers []AlternateIdentifier `json:"identifiers,omitzero"`
}

// Affiliation is where a person works.
type Affiliation struct {
	Name string `json:"name"`
	// ID is the server's. Zenodo's are those of ROR, such as 01ggx4157; others may
	// be in the form edmo:3800.
	ID          string                `json:"id,omitzero"`
	Identifiers []AlternateIdentifier `json:"identifiers,omitzero"` // ror, grid, isni, …
}

// AffiliationSeparator stands between the affiliations of one person.
const AffiliationSeparator = " / "

// ROR returns the identifier of the Research Organization Registry, such as
// 01ggx4157, empty where there is none.
func (a *Affiliation) ROR() string {
	if isROR(a.ID) {
		return a.ID
	}
	for _, id := range a.Identifiers {
		if id.Scheme == "ror" {
			return cmp.Or(bareROR(id.Identifier), id.Identifier)
		}
	}
	return ""
}

// ROR returns the identifier of the Research Organization Registry, empty where
// there is none.
func (f *Funder) ROR() string {
	if isROR(f.ID) {
		return f.ID
	}
	return ""
}

// isROR reports whether an id is in the form of those of ROR: 0, six letters or
// digits, and two digits.
func isROR(id string) bool {
	return len(id) == len("01ggx4157") && id[0] == '0' && isNumber(id[7:]) && isRecordID(id) && !strings.Contains(id, "-")
}

// Affiliation returns the names of the affiliations, with " / " between.
func (c *Creator) Affiliation() string {
	if len(c.Affiliations) == 1 {
		return c.Affiliations[0].Name
	}
	names := make([]string, len(c.Affiliations))
	for i, a := range c.Affiliations {
		names[i] = a.Name
	}
	return strings.Join(names, AffiliationSeparator)
}

// Contributor is a creator with a role.
type Contributor struct {
	Creator
	Type string `json:"type,omitzero"` // DataCollector, Editor, …
}

// Subject is a term of a controlled vocabulary.
type Subject struct {
	Term       string `json:"term,omitzero"`
	Identifier string `json:"identifier"`
	Scheme     string `json:"scheme,omitzero"`
	// IsCustom is true where the native form has it as a custom field, which is how
	// it holds what was deposited through Zenodo's legacy API.
	IsCustom bool `json:"-"`
}

// RelatedIdentifier links a record to something else.
type RelatedIdentifier struct {
	Identifier   string `json:"identifier"`
	Relation     string `json:"relation,omitzero"` // isSupplementTo, cites, …
	Scheme       string `json:"scheme,omitzero"`   // doi, url, …
	ResourceType string `json:"resource_type,omitzero"`
}

// Right is a licence, or a statement in its place, which has no id.
type Right struct {
	ID          string `json:"id,omitzero"` // Zenodo's, in small letters
	Title       string `json:"title,omitzero"`
	Description string `json:"description,omitzero"`
	URL         string `json:"url,omitzero"`
}

// AlternateIdentifier is another name of the same thing: of a record, a person,
// an organisation, an award or a place.
type AlternateIdentifier struct {
	Identifier string `json:"identifier"`
	Scheme     string `json:"scheme,omitzero"`
}

// Grant is an award that paid for the work.
type Grant struct {
	Code    string `json:"code,omitzero"`
	ID      string `json:"id,omitzero"` // the server's, such as 00k4n6c32::101017452
	Title   string `json:"title"`
	Acronym string `json:"acronym,omitzero"`
	Program string `json:"program,omitzero"`
	URL     string `json:"url,omitzero"`
	DOI     DOI    `json:"doi,omitzero"`
	Funder  Funder `json:"funder,omitzero"`
	// Identifiers are those of other schemes than url and doi.
	Identifiers []AlternateIdentifier `json:"identifiers,omitzero"`
	Subjects    []Subject             `json:"subjects,omitzero"` // what the award is about
	// Organizations are those that were given the award.
	Organizations []string `json:"organizations,omitzero"`
}

// Funder gives grants. Of those whose awards Zenodo knows, id and DOI are known from
// each other.
type Funder struct {
	ID      string `json:"id,omitzero"` // of ROR, such as 00k4n6c32
	Name    string `json:"name"`
	DOI     string `json:"doi,omitzero"`
	Acronym string `json:"acronym,omitzero"`
	// Identifiers are all that a server's own JSON has, such as isni; DOI may be
	// among them.
	Identifiers []AlternateIdentifier `json:"identifiers,omitzero"`
}

// Location is a place that a record is about.
type Location struct {
	Place       string `json:"place,omitzero"`
	Description string `json:"description,omitzero"`
	Point       *Point `json:"point,omitzero"` // nil where the server does not say
	// Geometry is the GeoJSON of a server's own JSON, which may be more than a
	// point.
	Geometry    json.RawMessage       `json:"geometry,omitzero"`
	Identifiers []AlternateIdentifier `json:"identifiers,omitzero"` // of a gazetteer, such as geonames
}

// Point is a place on the globe, in degrees.
type Point struct {
	Latitude  float64 `json:"latitude"`
	Longitude float64 `json:"longitude"`
}

// Date is a time in the life of what is recorded.
type Date struct {
	Type        string `json:"type,omitzero"`
	Start       string `json:"start,omitzero"`
	End         string `json:"end,omitzero"`
	Description string `json:"description,omitzero"`
}

// Journal says where an article came out.
type Journal struct {
	Title  string `json:"title"`
	Volume string `json:"volume,omitzero"`
	Issue  string `json:"issue,omitzero"`
	Pages  string `json:"pages,omitzero"`
	ISSN   string `json:"issn,omitzero"`
}

// Meeting is the conference of a talk, poster or paper.
type Meeting struct {
	Title       string `json:"title"`
	Acronym     string `json:"acronym,omitzero"`
	Dates       string `json:"dates,omitzero"`
	Place       string `json:"place,omitzero"`
	URL         string `json:"url,omitzero"`
	Session     string `json:"session,omitzero"`
	SessionPart string `json:"session_part,omitzero"`
}

// Imprint describes a book. Publisher is that of the legacy JSON, which has no
// other.
type Imprint struct {
	Publisher string `json:"publisher,omitzero"`
	Place     string `json:"place,omitzero"`
	ISBN      string `json:"isbn,omitzero"`
	Edition   string `json:"edition,omitzero"`
}

// PartOf is the book or report that a record is a part of.
type PartOf struct {
	Title string `json:"title"`
	Pages string `json:"pages,omitzero"`
}
