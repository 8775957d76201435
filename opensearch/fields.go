package opensearch

import (
	"slices"

	"github.com/zharvest/zharvest/zenodo"
)

// fields are all that are filled.
var fields = slices.Concat(identityFields, textFields, peopleFields, fundingFields, linkFields, publicationFields, fileFields, countFields)

var withKeyword = map[string]kind{"keyword": keyword}

var identityFields = append(
	defaults(one("id", keyword, func(r *zenodo.Record) string { return string(r.ID) })),
	one("parent.id", keyword, func(r *zenodo.Record) string { return string(r.ConceptID) }),
	with(one("pids.doi.identifier", standard, func(r *zenodo.Record) string { return string(r.DOI) }), withKeyword),
	with(one("parent.pids.doi.identifier", standard, func(r *zenodo.Record) string { return string(r.ConceptDOI) }), withKeyword),
	each("parent.communities.ids", keyword, communities, func(s *zenodo.Slug) []string { return strs(string(*s)) }),
	each("parent.communities.entries.slug", keyword, communities, func(s *zenodo.Slug) []string { return strs(string(*s)) }),
	each("parent.access.owned_by.user", keyword, func(r *zenodo.Record) []string { return r.Owners }, func(s *string) []string { return strs(*s) }),
	one("access.status", keyword, (*zenodo.Record).AccessStatus),
	timeOf("created", func(r *zenodo.Record) zenodo.Timestamp { return r.CreatedAt }),
	timeOf("updated", func(r *zenodo.Record) zenodo.Timestamp { return r.UpdatedAt }),
	timeOf("access.embargo.until", func(r *zenodo.Record) zenodo.Timestamp { return zenodo.Timestamp(r.Metadata.EmbargoDate) }),
	number("versions.index", func(r *zenodo.Record) (int64, bool) { return int64(r.VersionIndex), r.VersionIndex > 0 }),
)

func communities(r *zenodo.Record) []zenodo.Slug { return r.Communities }

// with gives a field the same values analysed otherwise.
func with(f field, sub map[string]kind) field {
	f.sub = sub
	return f
}

var textFields = append(
	defaults(
		with(one("metadata.title", accent, func(r *zenodo.Record) string { return r.Metadata.Title }), map[string]kind{"original": standard, "keyword": keyword}),
		one("metadata.description", accent, func(r *zenodo.Record) string { return r.Metadata.Description }),
		field{name: "metadata.additional_descriptions.description", kind: standard, values: func(r *zenodo.Record) []any { return texts(r.Metadata.Notes, r.Metadata.Method) }},
		with(each("metadata.subjects.subject", standard, func(r *zenodo.Record) []string { return r.Metadata.Keywords }, func(s *string) []string { return strs(*s) }), withKeyword),
		one("metadata.publication_date", keyword, func(r *zenodo.Record) string { return r.Metadata.PublicationDate }),
		one("metadata.version", keyword, func(r *zenodo.Record) string { return r.Metadata.Version }),
		one("metadata.publisher", standard, func(r *zenodo.Record) string { return r.Metadata.Publisher }),
		each("metadata.locations.features.place", standard, locations, func(l *zenodo.Location) []string { return strs(l.Place) }),
		each("metadata.locations.features.description", standard, locations, func(l *zenodo.Location) []string { return strs(l.Description) }),
		each("metadata.dates.description", standard, func(r *zenodo.Record) []zenodo.Date { return r.Metadata.Dates }, func(d *zenodo.Date) []string { return strs(d.Description) }),
		each("metadata.references.reference", standard, func(r *zenodo.Record) []string { return r.Metadata.References }, func(s *string) []string { return strs(*s) }),
	),
	one("metadata.resource_type.props.type", keyword, func(r *zenodo.Record) string { return r.Metadata.Type }),
	one("metadata.resource_type.props.subtype", keyword, func(r *zenodo.Record) string {
		if r.Metadata.Subtype == "" {
			return ""
		}
		return typeID(r)
	}),
	one("metadata.resource_type.id", keyword, typeID),
	one("metadata.rights.id", keyword, func(r *zenodo.Record) string { return r.Metadata.License }),
	one("metadata.rights.props.url", keyword, func(r *zenodo.Record) string { return r.Metadata.LicenseURL }),
	one("metadata.languages.id", keyword, func(r *zenodo.Record) string { return r.Metadata.Language }),
)

// typeID is the type together with its subtype.
func typeID(r *zenodo.Record) string {
	if r.Metadata.Subtype == "" {
		return r.Metadata.Type
	}
	return r.Metadata.Type + "-" + r.Metadata.Subtype
}

var peopleFields = append(
	defaults(
		each("metadata.creators.person_or_org.name", accent, creators, func(c *zenodo.Creator) []string { return strs(c.Name) }),
		each("metadata.creators.person_or_org.family_name", standard, creators, family),
		each("metadata.creators.person_or_org.given_name", standard, creators, given),
		each("metadata.creators.affiliations.name", accent, creators, func(c *zenodo.Creator) []string { return strs(c.Affiliation) }),
		each("metadata.contributors.person_or_org.name", standard, contributors, func(c *zenodo.Contributor) []string { return strs(c.Name) }),
		each("metadata.contributors.person_or_org.family_name", standard, contributors, func(c *zenodo.Contributor) []string { return family(&c.Creator) }),
		each("metadata.contributors.person_or_org.given_name", standard, contributors, func(c *zenodo.Contributor) []string { return given(&c.Creator) }),
		each("metadata.contributors.affiliations.name", accent, contributors, func(c *zenodo.Contributor) []string { return strs(c.Affiliation) }),
	),
	each("metadata.creators.person_or_org.identifiers.identifier", keyword, creators, func(c *zenodo.Creator) []string { return strs(c.ORCID, c.GND) }),
	each("metadata.contributors.person_or_org.identifiers.identifier", keyword, contributors, func(c *zenodo.Contributor) []string { return strs(c.ORCID, c.GND) }),
	each("metadata.contributors.role.id", keyword, contributors, func(c *zenodo.Contributor) []string { return strs(lower(c.Type)) }),
)

var fundingFields = append(
	defaults(
		each("metadata.funding.award.number", standard, grants, func(g *zenodo.Grant) []string { return strs(g.Code) }),
		each("metadata.funding.funder.name", standard, grants, func(g *zenodo.Grant) []string { return strs(g.Funder.Name) }),
		each("metadata.identifiers.identifier", standard, alternate, func(a *zenodo.AlternateIdentifier) []string { return strs(a.Identifier) }),
	),
	with(each("metadata.funding.award.acronym", keyword, grants, func(g *zenodo.Grant) []string { return strs(g.Acronym) }), map[string]kind{"text": standard}),
	each("metadata.funding.award.program", keyword, grants, func(g *zenodo.Grant) []string { return strs(g.Program) }),
	each("metadata.funding.award.title.en", standard, grants, func(g *zenodo.Grant) []string { return strs(g.Title) }),
	each("metadata.funding.funder.identifiers.identifier", keyword, grants, func(g *zenodo.Grant) []string { return strs(g.Funder.DOI) }),
)

var linkFields = []field{
	each("metadata.identifiers.scheme", keyword, alternate, func(a *zenodo.AlternateIdentifier) []string { return strs(a.Scheme) }),
	each("metadata.related_identifiers.identifier", keyword, related, func(l *zenodo.RelatedIdentifier) []string { return strs(l.Identifier) }),
	each("metadata.related_identifiers.scheme", keyword, related, func(l *zenodo.RelatedIdentifier) []string { return strs(l.Scheme) }),
	each("metadata.related_identifiers.relation_type.id", keyword, related, func(l *zenodo.RelatedIdentifier) []string { return strs(lower(l.Relation)) }),
	each("metadata.related_identifiers.resource_type.id", keyword, related, func(l *zenodo.RelatedIdentifier) []string { return strs(l.ResourceType) }),
}

var publicationFields = []field{
	one("custom_fields.journal:journal.title", standard, func(r *zenodo.Record) string { return r.Metadata.Journal.Title }),
	one("custom_fields.journal:journal.volume", keyword, func(r *zenodo.Record) string { return r.Metadata.Journal.Volume }),
	one("custom_fields.journal:journal.pages", keyword, func(r *zenodo.Record) string { return r.Metadata.Journal.Pages }),
	one("custom_fields.journal:journal.issue", keyword, func(r *zenodo.Record) string { return r.Metadata.Journal.Issue }),
	one("custom_fields.journal:journal.issn", keyword, func(r *zenodo.Record) string { return r.Metadata.Journal.ISSN }),
	one("custom_fields.meeting:meeting.title", standard, func(r *zenodo.Record) string { return r.Metadata.Meeting.Title }),
	one("custom_fields.meeting:meeting.acronym", keyword, func(r *zenodo.Record) string { return r.Metadata.Meeting.Acronym }),
	one("custom_fields.meeting:meeting.dates", keyword, func(r *zenodo.Record) string { return r.Metadata.Meeting.Dates }),
	one("custom_fields.meeting:meeting.place", standard, func(r *zenodo.Record) string { return r.Metadata.Meeting.Place }),
	one("custom_fields.meeting:meeting.url", keyword, func(r *zenodo.Record) string { return r.Metadata.Meeting.URL }),
	one("custom_fields.meeting:meeting.session", keyword, func(r *zenodo.Record) string { return r.Metadata.Meeting.Session }),
	one("custom_fields.meeting:meeting.session_part", keyword, func(r *zenodo.Record) string { return r.Metadata.Meeting.SessionPart }),
	one("custom_fields.imprint:imprint.isbn", keyword, func(r *zenodo.Record) string { return r.Metadata.Imprint.ISBN }),
	one("custom_fields.imprint:imprint.place", keyword, func(r *zenodo.Record) string { return r.Metadata.Imprint.Place }),
	one("custom_fields.imprint:imprint.title", standard, func(r *zenodo.Record) string { return r.Metadata.PartOf.Title }),
	one("custom_fields.imprint:imprint.pages", keyword, func(r *zenodo.Record) string { return r.Metadata.PartOf.Pages }),
	one("custom_fields.thesis:thesis.university", keyword, func(r *zenodo.Record) string { return r.Metadata.ThesisUniversity }),
}

var fileFields = []field{
	each("files.entries.key", keyword, files, func(f *zenodo.File) []string { return strs(f.Key) }),
	each("files.types", keyword, files, func(f *zenodo.File) []string { return strs(f.Type()) }),
	each("files.entries.checksum", keyword, files, func(f *zenodo.File) []string { return strs(f.Checksum) }),
	{name: "files.entries.size", kind: long, values: func(r *zenodo.Record) []any {
		var sizes []any
		for _, f := range r.Files {
			sizes = append(sizes, f.Size)
		}
		return sizes
	}},
	number("files.count", (*zenodo.Record).FileCount),
	number("files.totalbytes", (*zenodo.Record).Size),
}

var countFields = []field{
	count("stats.all_versions.views", func(s *zenodo.Stats) *int64 { return s.Views }),
	count("stats.all_versions.unique_views", func(s *zenodo.Stats) *int64 { return s.UniqueViews }),
	count("stats.all_versions.downloads", func(s *zenodo.Stats) *int64 { return s.Downloads }),
	count("stats.all_versions.unique_downloads", func(s *zenodo.Stats) *int64 { return s.UniqueDownloads }),
	count("stats.this_version.views", func(s *zenodo.Stats) *int64 { return s.VersionViews }),
	count("stats.this_version.unique_views", func(s *zenodo.Stats) *int64 { return s.VersionUniqueViews }),
	count("stats.this_version.downloads", func(s *zenodo.Stats) *int64 { return s.VersionDownloads }),
	count("stats.this_version.unique_downloads", func(s *zenodo.Stats) *int64 { return s.VersionUniqueDownloads }),
}
