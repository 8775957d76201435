// Package searchfields says what Zenodo's search engine has of a record: fields,
// by the engine's names, with their values. What a field does with a value, such
// as to divide it into words, is up to the caller.
package searchfields

import (
	"cmp"
	"strconv"
	"strings"

	"github.com/zharvest/zharvest/zenodo"
)

// Values takes the values of fields. A field with several values comes several
// times.
type Values interface {
	// Text takes a text, a date as it is written, or whether something is true.
	Text(field, value string)
	Number(field string, value int64)
}

// Each gives to the values of all fields that a record has. A text is empty only
// where the engine has the empty text, too.
func Each(r *zenodo.Record, to Values) {
	w := walk{to}
	w.identity(r)
	w.access(r)
	w.metadata(&r.Metadata)
	w.people(&r.Metadata)
	w.funding(&r.Metadata)
	w.identifiers(&r.Metadata)
	w.publication(&r.Metadata)
	w.files(r)
	w.subjects(r)
	for _, c := range r.Metadata.Custom {
		w.text("custom_fields."+c.Name, c.Value)
	}
	w.statistics(&r.Stats)
}

type walk struct{ to Values }

func (w walk) text(field, value string) {
	if value != "" {
		w.to.Text(field, value)
	}
}

func (w walk) identity(r *zenodo.Record) {
	w.text("id", string(r.ID))
	w.text("parent.id", string(r.ConceptID))
	w.text("pids.doi.identifier", string(r.DOI))
	w.text("parent.pids.doi.identifier", string(r.ConceptDOI))
	for _, slug := range r.Communities {
		w.text("parent.communities.ids", string(slug))
		w.text("parent.communities.entries.slug", string(slug))
	}
	for _, owner := range r.Owners {
		w.text("parent.access.owned_by.user", owner)
	}
	w.text("created", string(r.CreatedAt))
	w.text("updated", string(r.UpdatedAt))
	if r.VersionIndex > 0 {
		w.to.Number("versions.index", int64(r.VersionIndex))
	}
}

// access is who may see the record. Zenodo has no records that are restricted as
// a whole.
func (w walk) access(r *zenodo.Record) {
	w.text("access.embargo.until", r.Metadata.EmbargoDate)
	status := r.AccessStatus()
	if status == "" {
		return
	}
	files := "restricted"
	if status == "open" || status == "metadata-only" {
		files = "public"
	}
	w.text("access.status", status)
	w.text("access.record", "public")
	w.text("access.files", files)
	w.text("access.embargo.active", strconv.FormatBool(status == "embargoed"))
	w.text("files.enabled", strconv.FormatBool(status != "metadata-only"))
}

func (w walk) metadata(m *zenodo.Metadata) {
	w.text("metadata.title", m.Title)
	w.text("metadata.description", m.Description)
	for _, t := range m.AdditionalTitles {
		w.text("metadata.additional_titles.title", t.Text)
		w.text("metadata.additional_titles.type.id", t.Type)
	}
	w.descriptions(m)
	for _, k := range m.Keywords {
		w.text("metadata.subjects.subject", k)
	}
	w.text("metadata.publication_date", m.PublicationDate)
	w.text("metadata.publication_date_range", m.PublicationDate)
	w.text("metadata.version", m.Version)
	w.text("metadata.publisher", cmp.Or(m.Publisher, m.Imprint.Publisher))
	w.resourceType(m)
	w.rights(m)
	w.text("metadata.languages.id", m.Language)
	for _, language := range m.Languages[min(1, len(m.Languages)):] {
		w.text("metadata.languages.id", language)
	}
}

// descriptions are those beside the first: all of them where the record has the
// server's own form, else those of two types.
func (w walk) descriptions(m *zenodo.Metadata) {
	if len(m.AdditionalDescriptions) == 0 {
		w.description("notes", m.Notes)
		w.description("methods", m.Method)
	}
	for _, d := range m.AdditionalDescriptions {
		w.description(d.Type, d.Text)
	}
}

// rights are the licences; the first may be under another name in what
// the server sent.
func (w walk) rights(m *zenodo.Metadata) {
	w.text("metadata.rights.id", m.License)
	w.text("metadata.rights.props.url", m.LicenseURL)
	for _, r := range m.Rights[min(1, len(m.Rights)):] {
		w.text("metadata.rights.id", r.ID)
		w.text("metadata.rights.props.url", r.URL)
	}
}

func (w walk) description(kind, text string) {
	if text != "" {
		w.text("metadata.additional_descriptions.description", text)
		w.text("metadata.additional_descriptions.type.id", kind)
	}
}

// resourceType is the type. In Zenodo's vocabulary, those that have no subtype
// have an empty one.
func (w walk) resourceType(m *zenodo.Metadata) {
	if m.Type == "" {
		return
	}
	id, subtype := m.Type, ""
	if m.Subtype != "" {
		id = m.Type + "-" + m.Subtype
		subtype = id
	}
	w.text("metadata.resource_type.props.type", m.Type)
	w.to.Text("metadata.resource_type.props.subtype", subtype)
	w.text("metadata.resource_type.id", id)
	w.text("metadata.resource_type.title.en", m.TypeTitle)
}

// subjects are terms of vocabularies, which the legacy JSON has from a field of
// its own.
func (w walk) subjects(r *zenodo.Record) {
	for _, s := range r.Metadata.Subjects {
		if r.Format == zenodo.FormatRDM {
			w.text("metadata.subjects.subject", s.Term)
			continue
		}
		w.text("custom_fields.legacy:subjects.term", s.Term)
		w.text("custom_fields.legacy:subjects.identifier", s.Identifier)
		w.text("custom_fields.legacy:subjects.scheme", s.Scheme)
	}
}

func (w walk) people(m *zenodo.Metadata) {
	for i := range m.Creators {
		w.person(&creators, &m.Creators[i])
	}
	for i := range m.Contributors {
		c := &m.Contributors[i]
		w.person(&contributors, &c.Creator)
		w.text("metadata.contributors.role.id", strings.ToLower(c.Type))
	}
}

// personFields are the names of the fields of people, made once: names are put
// together for no record.
type personFields struct {
	name, family, given, affiliation, affiliationID string
	ids                                             idFields
}

// idFields are the names of the fields of identifiers.
type idFields struct{ identifier, scheme string }

var (
	creators     = personFieldsOf("metadata.creators.")
	contributors = personFieldsOf("metadata.contributors.")
	awardIDs     = idFieldsOf("metadata.funding.award.")
	funderIDs    = idFieldsOf("metadata.funding.funder.")
)

func personFieldsOf(object string) personFields {
	person := object + "person_or_org."
	return personFields{person + "name", person + "family_name", person + "given_name", object + "affiliations.name", object + "affiliations.id", idFieldsOf(person)}
}

func idFieldsOf(object string) idFields {
	return idFields{object + "identifiers.identifier", object + "identifiers.scheme"}
}

func (w walk) person(f *personFields, c *zenodo.Creator) {
	family, given := c.NameParts()
	w.text(f.name, c.Name)
	w.text(f.family, family)
	w.text(f.given, given)
	for _, a := range c.Affiliations {
		w.text(f.affiliation, a.Name)
		w.text(f.affiliationID, a.ID)
	}
	w.identifier(f.ids, c.ORCID, "orcid")
	w.identifier(f.ids, c.GND, "gnd")
	w.identifier(f.ids, c.ROR, "ror")
}

// identifier is an identifier with its scheme, if there is one.
func (w walk) identifier(f idFields, value, scheme string) {
	if value != "" {
		w.text(f.identifier, value)
		w.text(f.scheme, scheme)
	}
}

func (w walk) funding(m *zenodo.Metadata) {
	for _, g := range m.Grants {
		w.text("metadata.funding.award.id", g.ID)
		w.text("metadata.funding.award.number", g.Code)
		w.text("metadata.funding.award.acronym", g.Acronym)
		w.text("metadata.funding.award.program", g.Program)
		w.text("metadata.funding.award.title.en", g.Title)
		w.identifier(awardIDs, g.URL, "url")
		w.identifier(awardIDs, string(g.DOI), "doi")
		w.text("metadata.funding.funder.id", g.Funder.ID)
		w.text("metadata.funding.funder.name", g.Funder.Name)
		w.identifier(funderIDs, g.Funder.DOI, "doi")
	}
}

func (w walk) identifiers(m *zenodo.Metadata) {
	for _, id := range m.AlternateIdentifiers {
		w.text("metadata.identifiers.identifier", id.Identifier)
		w.text("metadata.identifiers.scheme", id.Scheme)
	}
	for _, id := range m.RelatedIdentifiers {
		w.text("metadata.related_identifiers.identifier", id.Identifier)
		w.text("metadata.related_identifiers.scheme", id.Scheme)
		w.text("metadata.related_identifiers.relation_type.id", strings.ToLower(id.Relation))
		w.text("metadata.related_identifiers.resource_type.id", id.ResourceType)
	}
	for _, ref := range m.References {
		w.text("metadata.references.reference", ref)
	}
	for _, l := range m.Locations {
		w.text("metadata.locations.features.place", l.Place)
		w.text("metadata.locations.features.description", l.Description)
	}
	for _, t := range m.Dates {
		w.text("metadata.dates.description", t.Description)
		w.text("metadata.dates.type.id", t.Type)
	}
}

func (w walk) publication(m *zenodo.Metadata) {
	w.text("custom_fields.journal:journal.title", m.Journal.Title)
	w.text("custom_fields.journal:journal.volume", m.Journal.Volume)
	w.text("custom_fields.journal:journal.pages", m.Journal.Pages)
	w.text("custom_fields.journal:journal.issue", m.Journal.Issue)
	w.text("custom_fields.journal:journal.issn", m.Journal.ISSN)
	w.text("custom_fields.meeting:meeting.title", m.Meeting.Title)
	w.text("custom_fields.meeting:meeting.acronym", m.Meeting.Acronym)
	w.text("custom_fields.meeting:meeting.dates", m.Meeting.Dates)
	w.text("custom_fields.meeting:meeting.place", m.Meeting.Place)
	w.text("custom_fields.meeting:meeting.url", m.Meeting.URL)
	w.text("custom_fields.meeting:meeting.session", m.Meeting.Session)
	w.text("custom_fields.meeting:meeting.session_part", m.Meeting.SessionPart)
	w.text("custom_fields.imprint:imprint.isbn", m.Imprint.ISBN)
	w.text("custom_fields.imprint:imprint.place", m.Imprint.Place)
	w.text("custom_fields.imprint:imprint.edition", m.Imprint.Edition)
	w.text("custom_fields.imprint:imprint.title", m.PartOf.Title)
	w.text("custom_fields.imprint:imprint.pages", m.PartOf.Pages)
	w.text("custom_fields.thesis:thesis.university", m.ThesisUniversity)
}

func (w walk) files(r *zenodo.Record) {
	if n, known := r.FileCount(); known {
		w.to.Number("files.count", n)
	}
	if n, known := r.Size(); known {
		w.to.Number("files.totalbytes", n)
	}
	for _, f := range r.Files {
		w.text("files.entries.key", f.Key)
		w.text("files.types", f.Type())
		w.text("files.entries.ext", f.Type())
		w.text("files.entries.checksum", f.Checksum)
		w.to.Number("files.entries.size", f.Size)
	}
}

// statistics are the counts that the server sent.
func (w walk) statistics(s *zenodo.Stats) {
	w.count("stats.all_versions.views", s.ViewsRaw)
	w.count("stats.all_versions.unique_views", s.Views)
	w.count("stats.all_versions.downloads", s.DownloadsRaw)
	w.count("stats.all_versions.unique_downloads", s.Downloads)
	w.count("stats.this_version.views", s.VersionViewsRaw)
	w.count("stats.this_version.unique_views", s.VersionViews)
	w.count("stats.this_version.downloads", s.VersionDownloadsRaw)
	w.count("stats.this_version.unique_downloads", s.VersionDownloads)
}

func (w walk) count(field string, n *int64) {
	if n != nil {
		w.to.Number(field, *n)
	}
}
