package deposit

import (
	"strings"

	"github.com/zharvest/zharvest/zenodo"
)

// schemaNames are the names of the record's schema, in which the server
// complains, by those of the deposit API, which users write. A * is a
// position. Longer names stand before those that they begin with.
var schemaNames = [][2]string{
	{"metadata.creators.*.person_or_org.family_name", "creators.*.name"},
	{"metadata.creators.*.person_or_org.given_name", "creators.*.name"},
	{"metadata.creators.*.person_or_org.name", "creators.*.name"},
	{"metadata.creators.*.person_or_org.identifiers", "creators.*.orcid"},
	{"metadata.creators.*.person_or_org", "creators.*"},
	{"metadata.creators.*.affiliations", "creators.*.affiliation"},
	{"metadata.contributors.*.person_or_org.family_name", "contributors.*.name"},
	{"metadata.contributors.*.person_or_org.given_name", "contributors.*.name"},
	{"metadata.contributors.*.person_or_org.name", "contributors.*.name"},
	{"metadata.contributors.*.person_or_org.identifiers", "contributors.*.orcid"},
	{"metadata.contributors.*.person_or_org", "contributors.*"},
	{"metadata.contributors.*.affiliations", "contributors.*.affiliation"},
	{"metadata.contributors.*.role", "contributors.*.type"},
	{"metadata.related_identifiers.*.relation_type", "related_identifiers.*.relation"},
	{"metadata.resource_type", "upload_type"},
	{"metadata.rights", "license"},
	{"metadata.publisher", "imprint_publisher"},
	{"metadata.subjects", "keywords"},
	{"metadata.languages", "language"},
	{"metadata.funding", "grants"},
	{"metadata.identifiers", "related_identifiers"},
	{"metadata.additional_descriptions", "notes"},
	{"metadata.locations.features", "locations"},
	{"pids.doi", "doi"},
	{"pids", "doi"},
	{"access.embargo", "embargo_date"},
	{"access", "access_right"},
	{"files.enabled", "files"},
	{"custom_fields.journal:journal.title", "journal_title"},
	{"custom_fields.journal:journal.volume", "journal_volume"},
	{"custom_fields.journal:journal.issue", "journal_issue"},
	{"custom_fields.journal:journal.pages", "journal_pages"},
	{"custom_fields.meeting:meeting", "conference_title"},
	{"custom_fields.imprint:imprint.isbn", "imprint_isbn"},
	{"custom_fields.imprint:imprint.place", "imprint_place"},
	{"custom_fields.imprint:imprint", "imprint_publisher"},
	{"custom_fields.thesis:university", "thesis_university"},
	{"custom_fields", "custom"},
	{"metadata", ""},
}

// UserPath is the path by which users know a field that the server complains
// about: upload_type for metadata.resource_type. One that is not known is
// given as it is, without the metadata in front.
func UserPath(field string) string {
	parts := strings.Split(field, ".")
	for _, names := range schemaNames {
		if path, ok := translate(parts, strings.Split(names[0], "."), names[1]); ok {
			if path == "" {
				return field
			}
			return path
		}
	}
	return field
}

// translate puts the positions and the rest of a field into the user's name,
// where the field begins with the schema's.
func translate(parts, schema []string, name string) (string, bool) {
	if len(parts) < len(schema) {
		return "", false
	}
	for i, want := range schema {
		switch {
		case want == "*":
			name = strings.Replace(name, "*", parts[i], 1)
		case want != parts[i]:
			return "", false
		}
	}
	rest := parts[len(schema):]
	switch {
	case name == "":
		return strings.Join(rest, "."), true
	case len(rest) == 0, !isPosition(rest[0]), !isList(name):
		return name, true // what is inside is called otherwise, too
	}
	return name + "." + rest[0], true
}

// isList tells an attribute with several values.
func isList(name string) bool {
	a, known := attributes[name]
	return known && !a.text && name != "license"
}

func isPosition(s string) bool { return s != "" && strings.Trim(s, "0123456789") == "" }

// UserFields are the complaints of the server under the names that users
// write.
func UserFields(fields []zenodo.FieldError) []zenodo.FieldError {
	named := make([]zenodo.FieldError, len(fields))
	for i, f := range fields {
		named[i] = f
		named[i].Field = UserPath(f.Field)
	}
	return named
}
