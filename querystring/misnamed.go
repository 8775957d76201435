package querystring

import (
	"strings"

	"github.com/zharvest/zharvest/internal/spelling"
)

// misnamed are names that look like fields, and are none; on the right is what was meant.
var misnamed = map[string]string{
	"abstract":               "description",
	"access":                 "access_right",
	"affiliation":            "creators.affiliation",
	"author":                 "creators.name",
	"authors":                "creators.name",
	"communities.id":         "communities",
	"community":              "communities",
	"conceptid":              "conceptrecid",
	"contributor":            "contributors.name",
	"contributors":           "contributors.name",
	"creator":                "creators.name",
	"creators":               "creators.name",
	"date":                   "publication_date",
	"file":                   "filename",
	"files":                  "filename",
	"files.key":              "filename",
	"funder":                 "grants.funder.name",
	"grant":                  "grants.code",
	"grants":                 "grants.code",
	"grants.id":              "grants.code",
	"journal":                "journal.title",
	"keyword":                "keywords",
	"lang":                   "language",
	"license":                "license.identifier",
	"license.id":             "license.identifier",
	"meeting":                "meeting.title",
	"metadata.creators.name": "creators.name",
	"modified":               "updated",
	"orcid":                  "creators.orcid",
	"publisher":              "metadata.publisher",
	"references":             "metadata.references.reference",
	"resource_type":          "resource_type.type",
	"subject":                "keywords",
	"subjects":               "keywords",
	"subtype":                "resource_type.subtype",
	"year":                   "publication_date",
}

// meantField returns the name that an unknown one was meant to be, or "" where that is not plain.
func meantField(name string) string {
	if meant, ok := misnamed[strings.ToLower(name)]; ok {
		return meant
	}
	meant, _ := spelling.Nearest(name, fieldNames())
	return meant
}
