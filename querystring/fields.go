package querystring

import (
	"iter"
	"maps"
	"slices"
)

// target is what becomes of the name of a field that users type.
type target struct {
	sent    string // the name as sent, with its escapes
	rewrite rewriter
}

// fields are the names that Zenodo kept from its former index. A name is looked up exactly as typed; one that is not
// listed goes to the engine as it is.
// Source: zenodo/zenodo-rdm, site/zenodo_rdm/queryparser.py, ZENODO_LEGACY_SEARCH_MAP.
var fields = map[string]target{
	"access_right":             {sent: "access.status"},
	"alternate.identifier":     {sent: "metadata.identifiers.identifier"},
	"alternate.scheme":         {sent: "metadata.identifiers.scheme"},
	"communities":              {"parent.communities.ids", mapCommunity},
	"conceptdoi":               {"parent.pids.doi.identifier", quoteDOI},
	"conceptrecid":             {sent: "parent.id"},
	"contributors.affiliation": {sent: "metadata.contributors.affiliations.name"},
	"contributors.gnd":         {sent: "metadata.contributors.person_or_org.identifiers.identifier"},
	"contributors.name":        {sent: "metadata.contributors.person_or_org.name"},
	"contributors.orcid":       {sent: "metadata.contributors.person_or_org.identifiers.identifier"},
	"contributors.type":        {sent: "metadata.contributors.role.id"},
	"created":                  {sent: "created"},
	"creators.affiliation":     {sent: "metadata.creators.affiliations.name"},
	"creators.gnd":             {sent: "metadata.creators.person_or_org.identifiers.identifier"},
	"creators.name":            {sent: "metadata.creators.person_or_org.name"},
	"creators.orcid":           {sent: "metadata.creators.person_or_org.identifiers.identifier"},
	"description":              {sent: "metadata.description"},
	"doi":                      {"pids.doi.identifier", quoteDOI},
	"embargodate":              {sent: "access.embargo.until"},
	"grants.acronym":           {sent: "metadata.funding.award.acronym"},
	"grants.code":              {sent: "metadata.funding.award.number"},
	"grants.funder.doi":        {"metadata.funding.funder.identifiers.identifier", quoteDOI},
	"grants.funder.name":       {sent: "metadata.funding.funder.name"},
	"grants.program":           {sent: "metadata.funding.award.program"},
	"grants.title":             {sent: "metadata.funding.award.title.en"},
	"keywords":                 {sent: "metadata.subjects.subject"},
	"language":                 {sent: "metadata.languages.id"},
	"license.identifier":       {sent: "metadata.rights.id"},
	"license.url":              {sent: "metadata.rights.props.url"},
	"notes":                    {sent: "metadata.additional_descriptions.description"},
	"owners":                   {sent: "parent.access.owned_by.user"},
	"publication_date":         {sent: "metadata.publication_date"},
	"publicationdate":          {sent: "metadata.publication_date"},
	"recid":                    {sent: "id"},
	"related.identifier":       {sent: "metadata.related_identifiers.identifier"},
	"related.relation":         {sent: "metadata.related_identifiers.relation_type.id"},
	"related.scheme":           {sent: "metadata.related_identifiers.scheme"},
	"resource_type.subtype":    {"metadata.resource_type.props.subtype", mapThesis},
	"resource_type.type":       {sent: "metadata.resource_type.props.type"},
	"title":                    {sent: "metadata.title"},
	"type":                     {sent: "metadata.resource_type.props.type"},
	"user":                     {sent: "parent.access.owned_by.user"},
	"version":                  {sent: "versions.index"},

	"metadata.related_identifiers.resource_type.id": {"metadata.related_identifiers.resource_type.id", mapThesis},
	"metadata.resource_type.id":                     {"metadata.resource_type.id", mapThesis},
	"metadata.resource_type.props.subtype":          {"metadata.resource_type.props.subtype", mapThesis},

	"imprint.isbn":         {sent: `custom_fields.imprint\:imprint.isbn`},
	"imprint.place":        {sent: `custom_fields.imprint\:imprint.place`},
	"imprint.publisher":    {sent: `custom_fields.imprint\:imprint.publisher`},
	"journal.issn":         {sent: `custom_fields.journal\:journal.issn`},
	"journal.pages":        {sent: `custom_fields.journal\:journal.pages`},
	"journal.title":        {sent: `custom_fields.journal\:journal.title`},
	"journal.volume":       {sent: `custom_fields.journal\:journal.volume`},
	"meeting.acronym":      {sent: `custom_fields.meeting\:meeting.acronym`},
	"meeting.dates":        {sent: `custom_fields.meeting\:meeting.dates`},
	"meeting.place":        {sent: `custom_fields.meeting\:meeting.place`},
	"meeting.session":      {sent: `custom_fields.meeting\:meeting.session`},
	"meeting.session_part": {sent: `custom_fields.meeting\:meeting.session_part`},
	"meeting.title":        {sent: `custom_fields.meeting\:meeting.title`},
	"meeting.url":          {sent: `custom_fields.meeting\:meeting.url`},
	"part_of.pages":        {sent: `custom_fields.imprint\:imprint.pages`},
	"part_of.title":        {sent: `custom_fields.imprint\:imprint.title`},
	"thesis.university":    {sent: `custom_fields.thesis\:thesis.university`},

	"_files.checksum": {sent: "files.entries.checksum"},
	"_files.size":     {sent: "files.entries.size"},
	"filecount":       {sent: "files.count"},
	"filename":        {sent: "files.entries.key"},
	"filesize":        {sent: "files.totalbytes"},
	"filetype":        {sent: "files.types"},
	"size":            {sent: "files.totalbytes"},
}

// IndexField returns the index field that Zenodo searches for a name typed before a colon, without escapes: for
// journal.title it is custom_fields.journal:journal.title. It reports false for a name that Zenodo does not translate,
// which is searched as it is (and matches nothing where the index has no such field).
func IndexField(name string) (field string, ok bool) {
	t, ok := fields[name]
	if !ok {
		return name, false
	}
	field, err := unescape(t.sent)
	return field, err == nil
}

// Fields iterates over the names that Zenodo translates, sorted, each with its index field.
func Fields() iter.Seq2[string, string] {
	return func(yield func(string, string) bool) {
		for _, name := range slices.Sorted(maps.Keys(fields)) {
			field, _ := IndexField(name)
			if !yield(name, field) {
				return
			}
		}
	}
}
