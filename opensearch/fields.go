package opensearch

// kind is how a field is analysed. The names are those of the types in the
// mapping, or of the analysers.
type kind string

const (
	accent   kind = "accent" // without punctuation, accents and case
	standard kind = "standard"
	keyword  kind = "keyword" // as it is
	boolean  kind = "boolean"
	integer  kind = "integer"
	long     kind = "long"
	double   kind = "double"
	date     kind = "date"
	days     kind = "date_range" // from the first day to the last
)

// field is one of Zenodo's, by the name that its engine has for it.
type field struct {
	name      string
	kind      kind
	byDefault bool            // searched by words without a field
	sub       map[string]kind // the same values, analysed otherwise
}

var withKeyword = map[string]kind{"keyword": keyword}

// fields are all that are indexed: those that records have values of, and the
// rest of those that are searched by words without a field.
var fields = append([]field{
	{name: "id", kind: keyword, byDefault: true},
	{name: "parent.id", kind: keyword},
	{name: "pids.doi.identifier", kind: standard, sub: withKeyword},
	{name: "parent.pids.doi.identifier", kind: standard, sub: withKeyword},
	{name: "parent.communities.ids", kind: keyword},
	{name: "parent.communities.entries.slug", kind: keyword},
	{name: "parent.access.owned_by.user", kind: keyword},
	{name: "access.status", kind: keyword},
	{name: "access.record", kind: keyword},
	{name: "access.files", kind: keyword},
	{name: "access.embargo.active", kind: boolean},
	{name: "created", kind: date},
	{name: "updated", kind: date},
	{name: "access.embargo.until", kind: date},
	{name: "versions.index", kind: integer},
	{name: "metadata.title", kind: accent, byDefault: true, sub: map[string]kind{"keyword": keyword, "original": standard}},
	{name: "metadata.description", kind: accent, byDefault: true},
	{name: "metadata.additional_descriptions.description", kind: standard, byDefault: true},
	{name: "metadata.additional_descriptions.type.id", kind: keyword},
	{name: "metadata.additional_titles.title", kind: accent, byDefault: true, sub: map[string]kind{"original": standard}},
	{name: "metadata.contact", kind: keyword, byDefault: true},
	{name: "metadata.formats", kind: keyword, byDefault: true},
	{name: "metadata.subjects.subject", kind: standard, byDefault: true, sub: withKeyword},
	{name: "metadata.publication_date", kind: keyword, byDefault: true},
	{name: "metadata.publication_date_range", kind: days},
	{name: "metadata.version", kind: keyword, byDefault: true},
	{name: "metadata.publisher", kind: standard, byDefault: true, sub: withKeyword},
	{name: "metadata.locations.features.place", kind: standard, byDefault: true},
	{name: "metadata.locations.features.description", kind: standard, byDefault: true},
	{name: "metadata.dates.description", kind: standard, byDefault: true},
	{name: "metadata.dates.type.id", kind: keyword},
	{name: "metadata.references.reference", kind: standard, byDefault: true},
	{name: "metadata.resource_type.props.type", kind: keyword},
	{name: "metadata.resource_type.props.subtype", kind: keyword},
	{name: "metadata.resource_type.id", kind: keyword},
	{name: "metadata.resource_type.title.en", kind: standard, sub: withKeyword},
	{name: "metadata.rights.id", kind: keyword},
	{name: "metadata.rights.props.url", kind: keyword},
	{name: "metadata.languages.id", kind: keyword},
	{name: "metadata.creators.person_or_org.name", kind: accent, byDefault: true},
	{name: "metadata.creators.person_or_org.family_name", kind: standard, byDefault: true},
	{name: "metadata.creators.person_or_org.given_name", kind: standard, byDefault: true},
	{name: "metadata.creators.affiliations.id", kind: keyword},
	{name: "metadata.contributors.affiliations.id", kind: keyword},
	{name: "metadata.additional_titles.type.id", kind: keyword},
	{name: "metadata.funding.award.id", kind: keyword},
	{name: "metadata.funding.funder.id", kind: keyword},
	{name: "metadata.creators.affiliations.name", kind: accent, byDefault: true},
	{name: "metadata.contributors.person_or_org.name", kind: standard, byDefault: true},
	{name: "metadata.contributors.person_or_org.family_name", kind: standard, byDefault: true},
	{name: "metadata.contributors.person_or_org.given_name", kind: standard, byDefault: true},
	{name: "metadata.contributors.affiliations.name", kind: accent, byDefault: true},
	{name: "metadata.creators.person_or_org.identifiers.identifier", kind: keyword},
	{name: "metadata.creators.person_or_org.identifiers.scheme", kind: keyword},
	{name: "metadata.contributors.person_or_org.identifiers.identifier", kind: keyword},
	{name: "metadata.contributors.person_or_org.identifiers.scheme", kind: keyword},
	{name: "metadata.contributors.role.id", kind: keyword},
	{name: "metadata.funding.award.number", kind: standard, byDefault: true, sub: withKeyword},
	{name: "metadata.funding.award.identifiers.identifier", kind: standard, byDefault: true},
	{name: "metadata.funding.award.identifiers.scheme", kind: keyword},
	{name: "metadata.funding.funder.name", kind: standard, byDefault: true},
	{name: "metadata.identifiers.identifier", kind: standard, byDefault: true},
	{name: "metadata.funding.award.acronym", kind: keyword, sub: map[string]kind{"text": standard}},
	{name: "metadata.funding.award.program", kind: keyword},
	{name: "metadata.funding.award.title.en", kind: standard, sub: withKeyword},
	{name: "metadata.funding.funder.identifiers.identifier", kind: keyword},
	{name: "metadata.funding.funder.identifiers.scheme", kind: keyword},
	{name: "metadata.identifiers.scheme", kind: keyword},
	{name: "metadata.related_identifiers.identifier", kind: keyword},
	{name: "metadata.related_identifiers.scheme", kind: keyword},
	{name: "metadata.related_identifiers.relation_type.id", kind: keyword},
	{name: "metadata.related_identifiers.resource_type.id", kind: keyword},
	{name: "custom_fields.journal:journal.title", kind: standard, sub: withKeyword},
	{name: "custom_fields.journal:journal.volume", kind: keyword},
	{name: "custom_fields.journal:journal.pages", kind: keyword},
	{name: "custom_fields.journal:journal.issue", kind: keyword},
	{name: "custom_fields.journal:journal.issn", kind: keyword},
	{name: "custom_fields.meeting:meeting.title", kind: standard, sub: withKeyword},
	{name: "custom_fields.meeting:meeting.acronym", kind: keyword},
	{name: "custom_fields.meeting:meeting.dates", kind: keyword},
	{name: "custom_fields.meeting:meeting.place", kind: standard},
	{name: "custom_fields.meeting:meeting.url", kind: keyword},
	{name: "custom_fields.meeting:meeting.session", kind: keyword},
	{name: "custom_fields.meeting:meeting.session_part", kind: keyword},
	{name: "custom_fields.imprint:imprint.isbn", kind: keyword},
	{name: "custom_fields.imprint:imprint.place", kind: keyword},
	{name: "custom_fields.imprint:imprint.edition", kind: keyword},
	{name: "custom_fields.imprint:imprint.title", kind: standard, sub: withKeyword},
	{name: "custom_fields.imprint:imprint.pages", kind: keyword},
	{name: "custom_fields.thesis:thesis.university", kind: keyword},
	{name: "files.entries.key", kind: keyword},
	{name: "files.types", kind: keyword},
	{name: "files.entries.ext", kind: keyword},
	{name: "files.enabled", kind: boolean},
	{name: "files.entries.checksum", kind: keyword},
	{name: "files.entries.size", kind: long},
	{name: "files.count", kind: integer},
	{name: "files.totalbytes", kind: long},
	{name: "stats.all_versions.views", kind: integer},
	{name: "stats.all_versions.unique_views", kind: integer},
	{name: "stats.all_versions.downloads", kind: integer},
	{name: "stats.all_versions.unique_downloads", kind: integer},
	{name: "stats.this_version.views", kind: integer},
	{name: "stats.this_version.unique_views", kind: integer},
	{name: "stats.this_version.downloads", kind: integer},
	{name: "stats.this_version.unique_downloads", kind: integer},
}, customFields()...)

// fieldsByName finds a field.
var fieldsByName = func() map[string]*field {
	byName := make(map[string]*field, len(fields))
	for i := range fields {
		byName[fields[i].name] = &fields[i]
	}
	return byName
}()
