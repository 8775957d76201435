// Package searchfields says what Zenodo's search engine has of a record: fields,
// by the engine's names, with their values. What a field does with a value, such
// as to divide it into words, is up to the caller.
package searchfields

import (
	"cmp"
	"strconv"
	"strings"

	"github.com/zharvest/zharvest/internal/vocab"
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
	w.funding(&r.Metadata, r.Format == zenodo.FormatNative)
	w.links(&r.Metadata)
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
	w.text("pids.doi.provider", r.DOIProvider)
	w.text("pids.oai.identifier", r.OAI)
	w.text("parent.pids.doi.identifier", string(r.ConceptDOI))
	for _, slug := range r.Communities {
		w.text("parent.communities.ids", string(slug)) // which queries may name, too
		w.text("parent.communities.entries.slug", string(slug))
	}
	for _, id := range r.CommunityIDs {
		w.text("parent.communities.ids", id)
	}
	w.text("parent.communities.default", r.DefaultCommunity)
	w.truth("parent.is_verified", r.IsVerified)
	for _, owner := range r.Owners {
		w.text("parent.access.owned_by.user", owner)
	}
	w.text("created", string(r.CreatedAt))
	w.text("updated", string(r.UpdatedAt))
	if r.VersionIndex > 0 {
		w.to.Number("versions.index", int64(r.VersionIndex))
	}
}

// access is who may see the record. Where the record does not say more than its
// status, it is public as a whole, as all of Zenodo's are.
func (w walk) access(r *zenodo.Record) {
	w.text("access.embargo.until", r.Metadata.EmbargoDate)
	w.text("access.embargo.reason", r.Metadata.EmbargoReason)
	if requests := r.Access.Requests; requests != nil {
		w.truth("parent.access.settings.allow_user_requests", &requests.FromUsers)
		w.truth("parent.access.settings.allow_guest_requests", &requests.FromGuests)
		w.text("parent.access.settings.accept_conditions_text", requests.Conditions)
	}
	status := r.AccessStatus()
	if status == "" {
		return
	}
	files := "restricted"
	if status == "open" || status == "metadata-only" {
		files = "public"
	}
	enabled := status != "metadata-only"
	if r.FilesEnabled != nil {
		enabled = *r.FilesEnabled
	}
	w.text("access.status", status)
	w.text("access.record", cmp.Or(r.Access.Record, "public"))
	w.text("access.files", cmp.Or(r.Access.Files, files))
	w.text("access.embargo.active", strconv.FormatBool(status == "embargoed"))
	w.truth("files.enabled", &enabled)
}

// truth is whether something is true, where that is known.
func (w walk) truth(field string, value *bool) {
	if value != nil {
		w.text(field, strconv.FormatBool(*value))
	}
}

func (w walk) metadata(m *zenodo.Metadata) {
	w.text("metadata.title", m.Title)
	w.text("metadata.description", m.Description)
	for _, t := range m.AdditionalTitles {
		w.text("metadata.additional_titles.title", t.Text)
		w.text("metadata.additional_titles.type.id", t.Type)
		w.text("metadata.additional_titles.lang.id", t.Language)
	}
	w.descriptions(m)
	for _, k := range m.Keywords {
		w.text("metadata.subjects.subject", k)
		w.text("metadata.combined_subjects", k)
	}
	w.text("metadata.publication_date", m.PublicationDate)
	w.text("metadata.publication_date_range", m.PublicationDate)
	w.text("metadata.version", m.Version)
	w.text("metadata.publisher", cmp.Or(m.Publisher, m.Imprint.Publisher))
	w.text("metadata.copyright", m.Copyright)
	for _, size := range m.Sizes {
		w.text("metadata.sizes", size)
	}
	for _, format := range m.Formats {
		w.text("metadata.formats", format)
	}
	w.resourceType(m)
	w.rights(m)
	w.language(m.Language)
	for _, language := range m.Languages[min(1, len(m.Languages)):] {
		w.language(language)
	}
}

func (w walk) language(id string) {
	w.text("metadata.languages.id", id)
	if known, ok := vocab.Languages().Find(id); ok {
		w.text("metadata.languages.title.en", known.Title)
	}
}

// descriptions are those beside the first.
func (w walk) descriptions(m *zenodo.Metadata) {
	for _, d := range m.OtherDescriptions() {
		w.text("metadata.additional_descriptions.description", d.Text)
		w.text("metadata.additional_descriptions.type.id", d.Type)
		w.text("metadata.additional_descriptions.lang.id", d.Language)
	}
}

// rights are the licences. The address of one without an id is not searched.
func (w walk) rights(m *zenodo.Metadata) {
	for i, r := range m.Licenses() {
		if i == 0 && m.License != "" { // which may have another name in what the server sent
			r.ID, r.URL = m.License, m.LicenseURL
		}
		known, _ := vocab.Licenses().Find(r.ID)
		w.text("metadata.rights.id", r.ID)
		w.text("metadata.rights.title.en", cmp.Or(r.Title, known.Title))
		w.text("metadata.rights.description.en", r.Description)
		if r.ID != "" {
			w.text("metadata.rights.props.url", r.URL)
		}
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
		if r.Format == zenodo.FormatNative && !s.IsCustom {
			w.text("metadata.subjects.subject", s.Term)
			w.text("metadata.subjects.id", s.Identifier)
			w.text("metadata.subjects.scheme", s.Scheme)
			w.text("metadata.combined_subjects", s.Scheme+"::"+s.Term)
			continue
		}
		w.text("custom_fields.legacy:subjects.term", s.Term)
		w.text("custom_fields.legacy:subjects.identifier", s.Identifier)
		w.text("custom_fields.legacy:subjects.scheme", s.Scheme)
	}
}

// funding is who paid. hasIDs reports whether the record has all identifiers of the
// funders that the engine has, and not only their DOIs.
func (w walk) funding(m *zenodo.Metadata, hasIDs bool) {
	for _, g := range m.Grants {
		w.text("metadata.funding.award.id", g.ID)
		w.text("metadata.funding.award.number", g.Code)
		w.text("metadata.funding.award.acronym", g.Acronym)
		w.text("metadata.funding.award.program", g.Program)
		w.text("metadata.funding.award.title.en", g.Title)
		w.identifier(awardIDs, g.URL, "url")
		w.identifier(awardIDs, string(g.DOI), "doi")
		w.identifiers(awardIDs, g.Identifiers)
		for _, s := range g.Subjects {
			w.text("metadata.funding.award.subjects.id", s.Identifier)
			w.text("metadata.funding.award.subjects.subject", s.Term)
			w.text("metadata.funding.award.subjects.scheme", s.Scheme)
		}
		for _, name := range g.Organizations {
			w.text("metadata.funding.award.organizations.organization", name)
		}
		w.text("metadata.funding.funder.id", g.Funder.ID)
		w.text("metadata.funding.funder.name", g.Funder.Name)
		w.identifiers(funderIDs, g.Funder.Identifiers)
		if !hasIDs {
			w.identifier(funderIDs, g.Funder.DOI, "doi")
		}
	}
}

// links are what else the record is called, and what it is related to.
func (w walk) links(m *zenodo.Metadata) {
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
	for _, id := range m.ReferenceIDs {
		w.text("metadata.references.identifier", id.Identifier)
		w.text("metadata.references.scheme", id.Scheme)
	}
	for _, l := range m.Locations {
		w.text("metadata.locations.features.place", l.Place)
		w.text("metadata.locations.features.description", l.Description)
		w.identifiers(placeIDs, l.Identifiers)
	}
	for _, t := range m.Dates {
		w.text("metadata.dates.description", t.Description)
		w.text("metadata.dates.type.id", t.Type)
		w.text("metadata.dates.date", strings.TrimSuffix(t.Start+"/"+t.End, "/"))
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
		w.text("files.mimetypes", f.MediaType)
		w.text("files.entries.mimetype", f.MediaType)
		w.text("files.entries.checksum", f.Checksum)
		w.to.Number("files.entries.size", f.Size)
		if f.Hidden {
			w.text("files.entries.access.hidden", "true")
		}
	}
	w.text("files.default_preview", r.DefaultPreview)
	w.mediaFiles(r)
}

// mediaFiles are known of records in the server's own form.
func (w walk) mediaFiles(r *zenodo.Record) {
	if r.Format != zenodo.FormatNative {
		return
	}
	enabled := len(r.MediaFiles) > 0
	w.truth("media_files.enabled", &enabled)
	if !enabled {
		return
	}
	var size int64
	for _, f := range r.MediaFiles {
		w.text("media_files.entries.key", f.Key)
		w.text("media_files.types", f.Type())
		w.text("media_files.mimetypes", f.MediaType)
		size += f.Size
	}
	w.to.Number("media_files.count", int64(len(r.MediaFiles)))
	w.to.Number("media_files.totalbytes", size)
}

// statistics are the counts that the server sent.
func (w walk) statistics(s *zenodo.Stats) {
	w.count("stats.all_versions.views", s.ViewsRaw)
	w.count("stats.all_versions.unique_views", s.Views)
	w.count("stats.all_versions.downloads", s.DownloadsRaw)
	w.count("stats.all_versions.unique_downloads", s.Downloads)
	w.count("stats.all_versions.data_volume", s.DataVolume)
	w.count("stats.this_version.data_volume", s.VersionDataVolume)
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
