package index

import (
	"github.com/zharvest/zharvest/index/internal/analysis"
	"github.com/zharvest/zharvest/index/internal/segment"
)

// kind says how a field is matched, after Zenodo's mapping.
type kind int

const (
	accentText   kind = iota // text without punctuation, folded to ASCII
	standardText             // text by words
	keyword                  // the whole value
	integers                 // numbers of which a record has several, kept as terms
	number                   // one number a record, kept in a column
	date                     // one time a record, kept in a column
	statistic                // views and downloads, which move without the record
)

// field is one of the engine's fields.
type field struct {
	name string
	kind kind
	// id is the field's number in the segments, which files depend on.
	id segment.Field
	// column is where numbers and dates stand, from 0.
	column int
	// byDefault marks the fields that are searched where none is named.
	byDefault bool
	// sql is the column of the table of statistics.
	sql string
}

// The numbers of fields are written into every index: never change one, only
// add. Source of names and kinds: invenio-rdm-records, record-v7.0.0.json.
const (
	fID segment.Field = iota + 1
	fTitle
	fTitleOriginal
	fTitleKeyword
	fDescription
	fAdditional
	fCreatorName
	fCreatorAffiliation
	fCreatorIdentifier
	fContributorName
	fContributorAffiliation
	fContributorIdentifier
	fContributorRole
	fSubject
	fSubjectKeyword
	fPublicationDate
	fVersionLabel
	fPublisher
	fAwardNumber
	fAwardAcronym
	fAwardAcronymText
	fAwardProgram
	fAwardTitle
	fFunderName
	fFunderIdentifier
	fIdentifier
	fIdentifierScheme
	fPlace
	fPlaceDescription
	fDateDescription
	fReference
	fDOI
	fDOIKeyword
	fConceptDOI
	fConceptDOIKeyword
	fConceptID
	fAccess
	fType
	fSubtype
	fTypeID
	fCommunity
	fCommunitySlug
	fRights
	fRightsURL
	fLanguage
	fRelatedIdentifier
	fRelatedScheme
	fRelatedRelation
	fRelatedType
	fJournalTitle
	fJournalVolume
	fJournalPages
	fJournalIssue
	fJournalISSN
	fMeetingTitle
	fMeetingAcronym
	fMeetingDates
	fMeetingPlace
	fMeetingURL
	fMeetingSession
	fMeetingSessionPart
	fImprintISBN
	fImprintPlace
	fPartOfTitle
	fPartOfPages
	fThesisUniversity
	fFileKey
	fFileType
	fFileChecksum
	fFileSize
	fOwner
	fCreatorFamily
	fCreatorGiven
	fContributorFamily
	fContributorGiven
	fCreatorFacet // names as they are, to be counted; no query finds it
)

// Number columns, in their order.
const (
	cCreated = iota - 1 // has a column of its own
	cUpdated
	cEmbargo
	cVersionIndex
	cFileCount
	cFileBytes
	numberColumns = iota - 1
)

// allFields lists every field that the index has.
var allFields = []field{
	{name: "id", id: fID, kind: keyword, byDefault: true},
	{name: "metadata.title", id: fTitle, kind: accentText, byDefault: true},
	{name: "metadata.title.original", id: fTitleOriginal, kind: standardText, byDefault: true},
	{name: "metadata.title.keyword", id: fTitleKeyword, kind: keyword},
	{name: "metadata.description", id: fDescription, kind: accentText, byDefault: true},
	{name: "metadata.additional_descriptions.description", id: fAdditional, kind: standardText, byDefault: true},
	{name: "metadata.creators.person_or_org.name", id: fCreatorName, kind: accentText, byDefault: true},
	{name: "metadata.creators.person_or_org.family_name", id: fCreatorFamily, kind: standardText, byDefault: true},
	{name: "metadata.creators.person_or_org.given_name", id: fCreatorGiven, kind: standardText, byDefault: true},
	{name: "metadata.creators.affiliations.name", id: fCreatorAffiliation, kind: accentText, byDefault: true},
	{name: "metadata.creators.person_or_org.identifiers.identifier", id: fCreatorIdentifier, kind: keyword},
	{name: "metadata.contributors.person_or_org.name", id: fContributorName, kind: standardText, byDefault: true},
	{name: "metadata.contributors.person_or_org.family_name", id: fContributorFamily, kind: standardText, byDefault: true},
	{name: "metadata.contributors.person_or_org.given_name", id: fContributorGiven, kind: standardText, byDefault: true},
	{name: "metadata.contributors.affiliations.name", id: fContributorAffiliation, kind: accentText, byDefault: true},
	{name: "metadata.contributors.person_or_org.identifiers.identifier", id: fContributorIdentifier, kind: keyword},
	{name: "metadata.contributors.role.id", id: fContributorRole, kind: keyword},
	{name: "metadata.subjects.subject", id: fSubject, kind: standardText, byDefault: true},
	{name: "metadata.subjects.subject.keyword", id: fSubjectKeyword, kind: keyword},
	{name: "metadata.publication_date", id: fPublicationDate, kind: keyword, byDefault: true},
	{name: "metadata.version", id: fVersionLabel, kind: keyword, byDefault: true},
	{name: "metadata.publisher", id: fPublisher, kind: standardText, byDefault: true},
	{name: "metadata.funding.award.number", id: fAwardNumber, kind: standardText, byDefault: true},
	{name: "metadata.funding.award.acronym", id: fAwardAcronym, kind: keyword},
	{name: "metadata.funding.award.acronym.text", id: fAwardAcronymText, kind: standardText, byDefault: true},
	{name: "metadata.funding.award.program", id: fAwardProgram, kind: keyword},
	{name: "metadata.funding.award.title.en", id: fAwardTitle, kind: standardText},
	{name: "metadata.funding.funder.name", id: fFunderName, kind: standardText, byDefault: true},
	{name: "metadata.funding.funder.identifiers.identifier", id: fFunderIdentifier, kind: keyword},
	{name: "metadata.identifiers.identifier", id: fIdentifier, kind: standardText, byDefault: true},
	{name: "metadata.identifiers.scheme", id: fIdentifierScheme, kind: keyword},
	{name: "metadata.locations.features.place", id: fPlace, kind: standardText, byDefault: true},
	{name: "metadata.locations.features.description", id: fPlaceDescription, kind: standardText, byDefault: true},
	{name: "metadata.dates.description", id: fDateDescription, kind: standardText, byDefault: true},
	{name: "metadata.references.reference", id: fReference, kind: standardText, byDefault: true},
	{name: "pids.doi.identifier", id: fDOI, kind: standardText},
	{name: "pids.doi.identifier.keyword", id: fDOIKeyword, kind: keyword},
	{name: "parent.pids.doi.identifier", id: fConceptDOI, kind: standardText},
	{name: "parent.pids.doi.identifier.keyword", id: fConceptDOIKeyword, kind: keyword},
	{name: "parent.id", id: fConceptID, kind: keyword},
	{name: "access.status", id: fAccess, kind: keyword},
	{name: "metadata.resource_type.props.type", id: fType, kind: keyword},
	{name: "metadata.resource_type.props.subtype", id: fSubtype, kind: keyword},
	{name: "metadata.resource_type.id", id: fTypeID, kind: keyword},
	{name: "parent.communities.ids", id: fCommunity, kind: keyword},
	{name: "parent.communities.entries.slug", id: fCommunitySlug, kind: keyword},
	{name: "metadata.rights.id", id: fRights, kind: keyword},
	{name: "metadata.rights.props.url", id: fRightsURL, kind: keyword},
	{name: "metadata.languages.id", id: fLanguage, kind: keyword},
	{name: "metadata.related_identifiers.identifier", id: fRelatedIdentifier, kind: keyword},
	{name: "metadata.related_identifiers.scheme", id: fRelatedScheme, kind: keyword},
	{name: "metadata.related_identifiers.relation_type.id", id: fRelatedRelation, kind: keyword},
	{name: "metadata.related_identifiers.resource_type.id", id: fRelatedType, kind: keyword},
	{name: "custom_fields.journal:journal.title", id: fJournalTitle, kind: standardText},
	{name: "custom_fields.journal:journal.volume", id: fJournalVolume, kind: keyword},
	{name: "custom_fields.journal:journal.pages", id: fJournalPages, kind: keyword},
	{name: "custom_fields.journal:journal.issue", id: fJournalIssue, kind: keyword},
	{name: "custom_fields.journal:journal.issn", id: fJournalISSN, kind: keyword},
	{name: "custom_fields.meeting:meeting.title", id: fMeetingTitle, kind: standardText},
	{name: "custom_fields.meeting:meeting.acronym", id: fMeetingAcronym, kind: keyword},
	{name: "custom_fields.meeting:meeting.dates", id: fMeetingDates, kind: keyword},
	{name: "custom_fields.meeting:meeting.place", id: fMeetingPlace, kind: standardText},
	{name: "custom_fields.meeting:meeting.url", id: fMeetingURL, kind: keyword},
	{name: "custom_fields.meeting:meeting.session", id: fMeetingSession, kind: keyword},
	{name: "custom_fields.meeting:meeting.session_part", id: fMeetingSessionPart, kind: keyword},
	{name: "custom_fields.imprint:imprint.isbn", id: fImprintISBN, kind: keyword},
	{name: "custom_fields.imprint:imprint.place", id: fImprintPlace, kind: keyword},
	{name: "custom_fields.imprint:imprint.title", id: fPartOfTitle, kind: standardText},
	{name: "custom_fields.imprint:imprint.pages", id: fPartOfPages, kind: keyword},
	{name: "custom_fields.thesis:thesis.university", id: fThesisUniversity, kind: keyword},
	{name: "files.entries.key", id: fFileKey, kind: keyword},
	{name: "files.types", id: fFileType, kind: keyword},
	{name: "files.entries.checksum", id: fFileChecksum, kind: keyword},
	{name: "files.entries.size", id: fFileSize, kind: integers},
	{name: "parent.access.owned_by.user", id: fOwner, kind: keyword},

	{name: "created", kind: date, column: cCreated},
	{name: "updated", kind: date, column: cUpdated},
	{name: "access.embargo.until", kind: date, column: cEmbargo},
	{name: "versions.index", kind: number, column: cVersionIndex},
	{name: "files.count", kind: number, column: cFileCount},
	{name: "files.totalbytes", kind: number, column: cFileBytes},

	{name: "stats.all_versions.views", kind: statistic, sql: "views"},
	{name: "stats.all_versions.unique_views", kind: statistic, sql: "unique_views"},
	{name: "stats.all_versions.downloads", kind: statistic, sql: "downloads"},
	{name: "stats.all_versions.unique_downloads", kind: statistic, sql: "unique_downloads"},
	{name: "stats.this_version.views", kind: statistic, sql: "version_views"},
	{name: "stats.this_version.unique_views", kind: statistic, sql: "version_unique_views"},
	{name: "stats.this_version.downloads", kind: statistic, sql: "version_downloads"},
	{name: "stats.this_version.unique_downloads", kind: statistic, sql: "version_unique_downloads"},
}

// fieldsByName finds a field as the engine calls it.
var fieldsByName = func() map[string]*field {
	m := make(map[string]*field, len(allFields))
	for i := range allFields {
		m[allFields[i].name] = &allFields[i]
	}
	return m
}()

func (f *field) isText() bool { return f.kind == accentText || f.kind == standardText }

// hasTerms tells whether the field's values are words for patterns to match.
func (f *field) hasTerms() bool { return f.isText() || f.kind == keyword }

// analyse is the analyser of a text field.
func (f *field) analyse() func(string, func([]byte)) {
	if f.kind == accentText {
		return analysis.Accent
	}
	return analysis.Standard
}

// normalize does to a prefix or a bound what analysis would do to it.
func (f *field) normalize(s string) string {
	switch f.kind {
	case accentText:
		return analysis.NormalizeAccent(s)
	case standardText:
		return analysis.NormalizeStandard(s)
	}
	return s
}
