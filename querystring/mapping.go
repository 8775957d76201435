package querystring

import (
	"slices"
	"strings"
)

// mapped are the fields of the engine: the names below each object.
// Source: inveniosoftware/invenio-rdm-records, os-v2/rdmrecords/records/record-v7.0.0.json. Its fields that are not
// indexed are left out.
var mapped = map[string]string{
	"":                                                "created deletion_status has_draft id is_deleted is_published updated version_id",
	"access":                                          "files record status",
	"access.embargo":                                  "active reason until",
	"files":                                           "count default_preview enabled mimetypes totalbytes types",
	"files.entries":                                   "checksum ext key mimetype size",
	"files.entries.access":                            "hidden",
	"internal_notes":                                  "id note timestamp",
	"internal_notes.added_by":                         "user",
	"media_files":                                     "count default_preview enabled mimetypes totalbytes types",
	"media_files.entries":                             "checksum ext key mimetype size",
	"media_files.entries.access":                      "hidden",
	"media_files.entries.processor":                   "source_file_id status type",
	"metadata":                                        "combined_subjects contact copyright description formats publication_date publication_date_range publisher sizes title version",
	"metadata.additional_descriptions":                "description",
	"metadata.additional_descriptions.lang":           "@v id",
	"metadata.additional_descriptions.type":           "@v id",
	"metadata.additional_titles":                      "title",
	"metadata.additional_titles.lang":                 "@v id",
	"metadata.additional_titles.title":                "original",
	"metadata.additional_titles.type":                 "@v id",
	"metadata.contributors.affiliations":              "@v id name",
	"metadata.contributors.affiliations.identifiers":  "identifier scheme",
	"metadata.contributors.person_or_org":             "family_name given_name name type",
	"metadata.contributors.person_or_org.identifiers": "identifier scheme",
	"metadata.contributors.role":                      "@v id",
	"metadata.creators.affiliations":                  "@v id name",
	"metadata.creators.affiliations.identifiers":      "identifier scheme",
	"metadata.creators.person_or_org":                 "family_name given_name name type",
	"metadata.creators.person_or_org.identifiers":     "identifier scheme",
	"metadata.creators.role":                          "@v id",
	"metadata.dates":                                  "date date_range description",
	"metadata.dates.type":                             "@v id",
	"metadata.funding.award":                          "@v acronym id number program",
	"metadata.funding.award.acronym":                  "text",
	"metadata.funding.award.identifiers":              "identifier scheme",
	"metadata.funding.award.number":                   "keyword",
	"metadata.funding.award.organizations":            "id organization scheme",
	"metadata.funding.award.subjects":                 "@v id scheme subject",
	"metadata.funding.funder":                         "@v id name",
	"metadata.funding.funder.identifiers":             "identifier scheme",
	"metadata.identifiers":                            "identifier scheme",
	"metadata.languages":                              "@v id",
	"metadata.locations.features":                     "centroid description geometry place",
	"metadata.locations.features.identifiers":         "identifier scheme",
	"metadata.publisher":                              "keyword",
	"metadata.references":                             "identifier reference scheme",
	"metadata.related_identifiers":                    "identifier scheme",
	"metadata.related_identifiers.relation_type":      "@v id",
	"metadata.related_identifiers.resource_type":      "@v id",
	"metadata.resource_type":                          "@v id",
	"metadata.resource_type.props":                    "subtype type",
	"metadata.rights":                                 "@v id",
	"metadata.rights.props":                           "scheme url",
	"metadata.subjects":                               "@v id scheme subject",
	"metadata.subjects.identifiers":                   "identifier scheme",
	"metadata.subjects.subject":                       "keyword",
	"metadata.title":                                  "keyword original",
	"parent":                                          "created id is_verified updated version_id",
	"parent.access":                                   "grant_tokens",
	"parent.access.grants":                            "origin permission",
	"parent.access.grants.subject":                    "id type",
	"parent.access.links":                             "id",
	"parent.access.owned_by":                          "user",
	"parent.access.settings":                          "accept_conditions_text allow_guest_requests allow_user_requests secret_link_expiration",
	"parent.communities":                              "default ids",
	"parent.communities.entries":                      "@v created id is_verified slug updated uuid version_id",
	"parent.communities.entries.children":             "allow",
	"stats.all_versions":                              "data_volume downloads unique_downloads unique_views views",
	"stats.this_version":                              "data_volume downloads unique_downloads unique_views views",
	"tombstone":                                       "citation_text is_visible note removal_date",
	"tombstone.deletion_policy":                       "id",
	"tombstone.removal_reason":                        "@v id",
	"tombstone.removed_by":                            "user",
	"versions":                                        "index is_latest is_latest_draft latest_id latest_index next_draft_id",
}

// open are objects whose fields are made as records need them: titles by language, properties, custom fields.
var open = []string{
	"custom_fields",
	"files.entries.metadata",
	"media_files.entries.metadata",
	"media_files.entries.processor.props",
	"metadata.additional_descriptions.lang.title",
	"metadata.additional_descriptions.type.title",
	"metadata.additional_titles.lang.title",
	"metadata.additional_titles.type.title",
	"metadata.contributors.role.title",
	"metadata.creators.role.title",
	"metadata.dates.type.title",
	"metadata.funding.award.subjects.props",
	"metadata.funding.award.title",
	"metadata.languages.title",
	"metadata.related_identifiers.relation_type.title",
	"metadata.related_identifiers.resource_type.title",
	"metadata.resource_type.title",
	"metadata.rights.description",
	"metadata.rights.title",
	"metadata.subjects.props",
	"parent.communities.entries.metadata",
	"parent.communities.entries.parent",
	"parent.communities.entries.theme",
	"parent.permission_flags",
	"parent.pids",
	"pids",
	"tombstone.removal_reason.title",
}

// isField reports whether the engine has a field of that name, given without escapes.
func isField(name string) bool {
	if strings.HasPrefix(name, "_") { // the engine's own, such as _id
		return true
	}
	dot := strings.LastIndexByte(name, '.')
	below := mapped[name[:max(dot, 0)]]
	if slices.Contains(strings.Fields(below), name[dot+1:]) {
		return true
	}
	return slices.ContainsFunc(open, func(object string) bool { return strings.HasPrefix(name, object+".") })
}

// isObject reports whether a name is that of an object with fields below it.
func isObject(name string) bool {
	for object := range mapped {
		if object == name || strings.HasPrefix(object, name+".") {
			return true
		}
	}
	return slices.ContainsFunc(open, func(object string) bool { return object == name || strings.HasPrefix(object, name+".") })
}

// fieldNames are the names that a mistyped one may have meant: those that Zenodo translates first, since they are what
// people type.
func fieldNames() []string {
	var names []string
	for name := range Fields() {
		names = append(names, name)
	}
	for object, below := range mapped {
		for field := range strings.FieldsSeq(below) {
			names = append(names, strings.TrimPrefix(object+"."+field, "."))
		}
	}
	return names
}
