package engine

import (
	"strings"

	"github.com/zharvest/zharvest/index/internal/analysis"
	"github.com/zharvest/zharvest/index/internal/pattern"
	"github.com/zharvest/zharvest/index/internal/segment"
)

// kind says how a field is matched, after Zenodo's mapping.
type kind int

const (
	accentText   kind = iota // text without punctuation, folded to ASCII
	standardText             // text by words
	keyword                  // the whole value
	boolean                  // true or false, kept as terms
	integers                 // numbers; a record may have several, kept as terms
	doubles                  // the same with fractions
	times                    // times; a record may have several, kept as terms
	number                   // one number a record, kept in a column
	date                     // one time a record, kept in a column
	dateRange                // the days from one to another, kept in two columns
	statistic                // views and downloads, which move without the record
	latest                   // whether a record is the latest version, which moves too
	place                    // where only whether there is a value can be asked
)

// field is one of the engine's fields.
type field struct {
	name string
	kind kind
	// id is the field's number in the segments, which files depend on.
	id segment.Field
	// column is where numbers and dates stand, from 0; the end of a range of
	// dates stands in the next one.
	column int
	// long marks numbers of 64 bits; the others have 32.
	long bool
	// short marks fields that keep no value longer than maxShort.
	short bool
	// byDefault marks the fields that are searched where none is named.
	byDefault bool
	// absent marks fields that Zenodo has and records do not tell: a value that
	// is none of their kind is refused, and any other matches nothing.
	absent bool
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
	fAwardIdentifier
	fAwardIdentifierScheme
	fAwardNumberKeyword
	fAwardTitleKeyword
	fFunderScheme
	fCreatorScheme
	fContributorScheme
	fPublisherKeyword
	fRecordAccess
	fFilesAccess
	fEmbargoActive
	fFilesEnabled
	fFileExt
	fTypeTitle
	fTypeTitleKeyword
	fJournalTitleKeyword
	fMeetingTitleKeyword
	fPartOfTitleKeyword
	fImprintEdition
	fDateType
	fAdditionalType
	fAdditionalTitle
	fAdditionalTitleOriginal
	fAdditionalTitleType
	fCreatorAffiliationID
	fContributorAffiliationID
	fAwardID
	fFunderID
	fEmbargoReason
	fDOIProvider
	fDOIProviderKeyword
	fOAI
	fOAIKeyword
	fVerified
	fDefaultCommunity
	fUserRequests
	fGuestRequests
	fRequestConditions
	fAdditionalTitleLanguage
	fAdditionalLanguage
	fCopyright
	fSizes
	fFormats
	fSubjectID
	fSubjectScheme
	fCombinedSubject
	fDate
	fReferenceID
	fReferenceScheme
	fPlaceID
	fPlaceScheme
	fRightsTitle
	fRightsTitleKeyword
	fRightsDescription
	fRightsDescriptionKeyword
	fLanguageTitle
	fLanguageTitleKeyword
	fCreatorRole
	fCreatorType
	fContributorType
	fCreatorAffiliationIdentifier
	fCreatorAffiliationScheme
	fContributorAffiliationIdentifier
	fContributorAffiliationScheme
	fAwardSubjectID
	fAwardSubject
	fAwardSubjectScheme
	fAwardOrganization
	fDefaultPreview
	fFileMediaTypes
	fFileMediaType
	fFileHidden
	fMediaEnabled
	fMediaCount
	fMediaBytes
	fMediaTypes
	fMediaMediaTypes
	fMediaKey
	fCustom // the first of those in customFields; no field comes after them
)

// Number columns, in their order.
const (
	cCreated = iota - 1 // has a column of its own
	cUpdated
	cEmbargo
	cVersionIndex
	cFileCount
	cFileBytes
	cPublishedFrom
	cPublishedUntil

	// NumberColumns is how many columns of numbers a document has.
	NumberColumns = iota - 1
)

// allFields lists every field that the index has.
var allFields = append(append([]field{
	{name: "id", id: fID, kind: keyword, byDefault: true},
	{name: "metadata.title", id: fTitle, kind: accentText, byDefault: true},
	{name: "metadata.title.original", id: fTitleOriginal, kind: standardText, byDefault: true},
	{name: "metadata.title.keyword", id: fTitleKeyword, kind: keyword, short: true},
	{name: "metadata.description", id: fDescription, kind: accentText, byDefault: true},
	{name: "metadata.additional_titles.title", id: fAdditionalTitle, kind: accentText, byDefault: true},
	{name: "metadata.additional_titles.title.original", id: fAdditionalTitleOriginal, kind: standardText},
	{name: "metadata.additional_titles.type.id", id: fAdditionalTitleType, kind: keyword},
	{name: "metadata.additional_descriptions.description", id: fAdditional, kind: standardText, byDefault: true},
	{name: "metadata.additional_descriptions.type.id", id: fAdditionalType, kind: keyword},
	{name: "metadata.creators.person_or_org.name", id: fCreatorName, kind: accentText, byDefault: true},
	{name: "metadata.creators.person_or_org.family_name", id: fCreatorFamily, kind: standardText, byDefault: true},
	{name: "metadata.creators.person_or_org.given_name", id: fCreatorGiven, kind: standardText, byDefault: true},
	{name: "metadata.creators.affiliations.name", id: fCreatorAffiliation, kind: accentText, byDefault: true},
	{name: "metadata.creators.person_or_org.identifiers.identifier", id: fCreatorIdentifier, kind: keyword},
	{name: "metadata.creators.person_or_org.identifiers.scheme", id: fCreatorScheme, kind: keyword},
	{name: "metadata.contributors.person_or_org.name", id: fContributorName, kind: standardText, byDefault: true},
	{name: "metadata.contributors.person_or_org.family_name", id: fContributorFamily, kind: standardText, byDefault: true},
	{name: "metadata.contributors.person_or_org.given_name", id: fContributorGiven, kind: standardText, byDefault: true},
	{name: "metadata.creators.affiliations.id", id: fCreatorAffiliationID, kind: keyword},
	{name: "metadata.contributors.affiliations.id", id: fContributorAffiliationID, kind: keyword},
	{name: "metadata.contributors.affiliations.name", id: fContributorAffiliation, kind: accentText, byDefault: true},
	{name: "metadata.contributors.person_or_org.identifiers.identifier", id: fContributorIdentifier, kind: keyword},
	{name: "metadata.contributors.person_or_org.identifiers.scheme", id: fContributorScheme, kind: keyword},
	{name: "metadata.contributors.role.id", id: fContributorRole, kind: keyword},
	{name: "metadata.subjects.subject", id: fSubject, kind: standardText, byDefault: true},
	{name: "metadata.subjects.subject.keyword", id: fSubjectKeyword, kind: keyword},
	{name: "metadata.publication_date", id: fPublicationDate, kind: keyword, byDefault: true},
	{name: "metadata.version", id: fVersionLabel, kind: keyword, byDefault: true},
	{name: "metadata.publisher", id: fPublisher, kind: standardText, byDefault: true},
	{name: "metadata.publisher.keyword", id: fPublisherKeyword, kind: keyword, short: true},
	{name: "metadata.funding.award.id", id: fAwardID, kind: keyword},
	{name: "metadata.funding.funder.id", id: fFunderID, kind: keyword},
	{name: "metadata.funding.award.number", id: fAwardNumber, kind: standardText, byDefault: true},
	{name: "metadata.funding.award.number.keyword", id: fAwardNumberKeyword, kind: keyword},
	{name: "metadata.funding.award.identifiers.identifier", id: fAwardIdentifier, kind: standardText, byDefault: true},
	{name: "metadata.funding.award.identifiers.scheme", id: fAwardIdentifierScheme, kind: keyword},
	{name: "metadata.funding.award.acronym", id: fAwardAcronym, kind: keyword},
	{name: "metadata.funding.award.acronym.text", id: fAwardAcronymText, kind: standardText, byDefault: true},
	{name: "metadata.funding.award.program", id: fAwardProgram, kind: keyword},
	{name: "metadata.funding.award.title.en", id: fAwardTitle, kind: standardText},
	{name: "metadata.funding.award.title.en.keyword", id: fAwardTitleKeyword, kind: keyword, short: true},
	{name: "metadata.funding.funder.name", id: fFunderName, kind: standardText, byDefault: true},
	{name: "metadata.funding.funder.identifiers.identifier", id: fFunderIdentifier, kind: keyword},
	{name: "metadata.funding.funder.identifiers.scheme", id: fFunderScheme, kind: keyword},
	{name: "metadata.identifiers.identifier", id: fIdentifier, kind: standardText, byDefault: true},
	{name: "metadata.identifiers.scheme", id: fIdentifierScheme, kind: keyword},
	{name: "metadata.locations.features.place", id: fPlace, kind: standardText, byDefault: true},
	{name: "metadata.locations.features.description", id: fPlaceDescription, kind: standardText, byDefault: true},
	{name: "metadata.dates.description", id: fDateDescription, kind: standardText, byDefault: true},
	{name: "metadata.dates.type.id", id: fDateType, kind: keyword},
	{name: "metadata.references.reference", id: fReference, kind: standardText, byDefault: true},
	{name: "pids.doi.identifier", id: fDOI, kind: standardText},
	{name: "pids.doi.identifier.keyword", id: fDOIKeyword, kind: keyword, short: true},
	{name: "parent.pids.doi.identifier", id: fConceptDOI, kind: standardText},
	{name: "parent.pids.doi.identifier.keyword", id: fConceptDOIKeyword, kind: keyword, short: true},
	{name: "parent.id", id: fConceptID, kind: keyword},
	{name: "access.status", id: fAccess, kind: keyword},
	{name: "access.record", id: fRecordAccess, kind: keyword},
	{name: "access.files", id: fFilesAccess, kind: keyword},
	{name: "access.embargo.active", id: fEmbargoActive, kind: boolean},
	{name: "metadata.resource_type.props.type", id: fType, kind: keyword},
	{name: "metadata.resource_type.props.subtype", id: fSubtype, kind: keyword},
	{name: "metadata.resource_type.id", id: fTypeID, kind: keyword},
	{name: "metadata.resource_type.title.en", id: fTypeTitle, kind: standardText},
	{name: "metadata.resource_type.title.en.keyword", id: fTypeTitleKeyword, kind: keyword, short: true},
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
	{name: "custom_fields.journal:journal.title.keyword", id: fJournalTitleKeyword, kind: keyword},
	{name: "custom_fields.journal:journal.volume", id: fJournalVolume, kind: keyword},
	{name: "custom_fields.journal:journal.pages", id: fJournalPages, kind: keyword},
	{name: "custom_fields.journal:journal.issue", id: fJournalIssue, kind: keyword},
	{name: "custom_fields.journal:journal.issn", id: fJournalISSN, kind: keyword},
	{name: "custom_fields.meeting:meeting.title", id: fMeetingTitle, kind: standardText},
	{name: "custom_fields.meeting:meeting.title.keyword", id: fMeetingTitleKeyword, kind: keyword},
	{name: "custom_fields.meeting:meeting.acronym", id: fMeetingAcronym, kind: keyword},
	{name: "custom_fields.meeting:meeting.dates", id: fMeetingDates, kind: keyword},
	{name: "custom_fields.meeting:meeting.place", id: fMeetingPlace, kind: standardText},
	{name: "custom_fields.meeting:meeting.url", id: fMeetingURL, kind: keyword},
	{name: "custom_fields.meeting:meeting.session", id: fMeetingSession, kind: keyword},
	{name: "custom_fields.meeting:meeting.session_part", id: fMeetingSessionPart, kind: keyword},
	{name: "custom_fields.imprint:imprint.isbn", id: fImprintISBN, kind: keyword},
	{name: "custom_fields.imprint:imprint.place", id: fImprintPlace, kind: keyword},
	{name: "custom_fields.imprint:imprint.edition", id: fImprintEdition, kind: keyword},
	{name: "custom_fields.imprint:imprint.title", id: fPartOfTitle, kind: standardText},
	{name: "custom_fields.imprint:imprint.title.keyword", id: fPartOfTitleKeyword, kind: keyword},
	{name: "custom_fields.imprint:imprint.pages", id: fPartOfPages, kind: keyword},
	{name: "custom_fields.thesis:thesis.university", id: fThesisUniversity, kind: keyword},
	{name: "files.enabled", id: fFilesEnabled, kind: boolean},
	{name: "files.entries.key", id: fFileKey, kind: keyword},
	{name: "files.entries.ext", id: fFileExt, kind: keyword},
	{name: "files.types", id: fFileType, kind: keyword},
	{name: "files.entries.checksum", id: fFileChecksum, kind: keyword},
	{name: "files.entries.size", id: fFileSize, kind: integers, long: true},
	{name: "parent.access.owned_by.user", id: fOwner, kind: keyword},
	{name: "access.embargo.reason", id: fEmbargoReason, kind: standardText},
	{name: "pids.doi.provider", id: fDOIProvider, kind: standardText},
	{name: "pids.doi.provider.keyword", id: fDOIProviderKeyword, kind: keyword, short: true},
	{name: "pids.oai.identifier", id: fOAI, kind: standardText},
	{name: "pids.oai.identifier.keyword", id: fOAIKeyword, kind: keyword, short: true},
	{name: "parent.is_verified", id: fVerified, kind: boolean},
	{name: "parent.communities.default", id: fDefaultCommunity, kind: keyword},
	{name: "parent.access.settings.allow_user_requests", id: fUserRequests, kind: boolean},
	{name: "parent.access.settings.allow_guest_requests", id: fGuestRequests, kind: boolean},
	{name: "parent.access.settings.accept_conditions_text", id: fRequestConditions, kind: standardText},
	{name: "metadata.additional_titles.lang.id", id: fAdditionalTitleLanguage, kind: keyword},
	{name: "metadata.additional_descriptions.lang.id", id: fAdditionalLanguage, kind: keyword},
	{name: "metadata.copyright", id: fCopyright, kind: standardText},
	{name: "metadata.sizes", id: fSizes, kind: keyword, short: true},
	{name: "metadata.formats", id: fFormats, kind: keyword, byDefault: true},
	{name: "metadata.subjects.id", id: fSubjectID, kind: keyword},
	{name: "metadata.subjects.scheme", id: fSubjectScheme, kind: keyword},
	{name: "metadata.combined_subjects", id: fCombinedSubject, kind: keyword},
	{name: "metadata.dates.date", id: fDate, kind: keyword},
	{name: "metadata.references.identifier", id: fReferenceID, kind: keyword},
	{name: "metadata.references.scheme", id: fReferenceScheme, kind: keyword},
	{name: "metadata.locations.features.identifiers.identifier", id: fPlaceID, kind: keyword},
	{name: "metadata.locations.features.identifiers.scheme", id: fPlaceScheme, kind: keyword},
	{name: "metadata.rights.title.en", id: fRightsTitle, kind: standardText},
	{name: "metadata.rights.title.en.keyword", id: fRightsTitleKeyword, kind: keyword, short: true},
	{name: "metadata.rights.description.en", id: fRightsDescription, kind: standardText},
	{name: "metadata.rights.description.en.keyword", id: fRightsDescriptionKeyword, kind: keyword, short: true},
	{name: "metadata.languages.title.en", id: fLanguageTitle, kind: standardText},
	{name: "metadata.languages.title.en.keyword", id: fLanguageTitleKeyword, kind: keyword, short: true},
	{name: "metadata.creators.role.id", id: fCreatorRole, kind: keyword},
	{name: "metadata.creators.person_or_org.type", id: fCreatorType, kind: keyword},
	{name: "metadata.contributors.person_or_org.type", id: fContributorType, kind: keyword},
	{name: "metadata.creators.affiliations.identifiers.identifier", id: fCreatorAffiliationIdentifier, kind: keyword},
	{name: "metadata.creators.affiliations.identifiers.scheme", id: fCreatorAffiliationScheme, kind: keyword},
	{name: "metadata.contributors.affiliations.identifiers.identifier", id: fContributorAffiliationIdentifier, kind: keyword},
	{name: "metadata.contributors.affiliations.identifiers.scheme", id: fContributorAffiliationScheme, kind: keyword},
	{name: "metadata.funding.award.subjects.id", id: fAwardSubjectID, kind: keyword},
	{name: "metadata.funding.award.subjects.subject", id: fAwardSubject, kind: keyword},
	{name: "metadata.funding.award.subjects.scheme", id: fAwardSubjectScheme, kind: keyword},
	{name: "metadata.funding.award.organizations.organization", id: fAwardOrganization, kind: keyword},
	{name: "files.default_preview", id: fDefaultPreview, kind: keyword},
	{name: "files.mimetypes", id: fFileMediaTypes, kind: keyword},
	{name: "files.entries.mimetype", id: fFileMediaType, kind: keyword},
	{name: "files.entries.access.hidden", id: fFileHidden, kind: boolean},
	{name: "media_files.enabled", id: fMediaEnabled, kind: boolean},
	{name: "media_files.count", id: fMediaCount, kind: integers},
	{name: "media_files.totalbytes", id: fMediaBytes, kind: integers, long: true},
	{name: "media_files.types", id: fMediaTypes, kind: keyword},
	{name: "media_files.mimetypes", id: fMediaMediaTypes, kind: keyword},
	{name: "media_files.entries.key", id: fMediaKey, kind: keyword},

	{name: "created", kind: date, column: cCreated},
	{name: "updated", kind: date, column: cUpdated},
	{name: "access.embargo.until", kind: date, column: cEmbargo},
	{name: "metadata.publication_date_range", kind: dateRange, column: cPublishedFrom},
	{name: "versions.index", kind: number, column: cVersionIndex},
	{name: "versions.is_latest", kind: latest},
	{name: "files.count", kind: number, column: cFileCount},
	{name: "files.totalbytes", kind: number, column: cFileBytes, long: true},

	{name: "stats.all_versions.views", kind: statistic},
	{name: "stats.all_versions.unique_views", kind: statistic},
	{name: "stats.all_versions.downloads", kind: statistic},
	{name: "stats.all_versions.unique_downloads", kind: statistic},
	{name: "stats.all_versions.data_volume", kind: statistic},
	{name: "stats.this_version.data_volume", kind: statistic},
	{name: "stats.this_version.views", kind: statistic},
	{name: "stats.this_version.unique_views", kind: statistic},
	{name: "stats.this_version.downloads", kind: statistic},
	{name: "stats.this_version.unique_downloads", kind: statistic},
}, customFields()...), absentFields()...)

// absentFields are those fields of Zenodo's engine that are missing above and
// that not every value is allowed for.
func absentFields() (fields []field) {
	for _, group := range []struct {
		kind  kind
		long  bool
		names string
	}{
		{boolean, false, `has_draft is_deleted is_published versions.is_latest_draft
			parent.communities.entries.children.allow parent.communities.entries.is_verified
			parent.communities.entries.parent.children.allow parent.communities.entries.parent.is_verified
			parent.communities.entries.parent.theme.enabled parent.communities.entries.theme.enabled
			media_files.entries.access.hidden tombstone.is_visible`},
		{integers, false, "parent.access.settings.secret_link_expiration versions.latest_index"},
		{integers, true, `media_files.entries.size version_id parent.version_id
			parent.communities.entries.parent.version_id parent.communities.entries.version_id`},
		{times, false, `internal_notes.timestamp metadata.dates.date_range parent.created parent.updated tombstone.removal_date
			parent.communities.entries.created parent.communities.entries.updated
			parent.communities.entries.parent.created parent.communities.entries.parent.updated
			custom_fields.ac:digitizationDate.date_range`},
		{place, false, "metadata.locations.features.centroid metadata.locations.features.geometry"},
	} {
		for name := range strings.FieldsSeq(group.names) {
			fields = append(fields, field{name: name, kind: group.kind, long: group.long, absent: true})
		}
	}
	return fields
}

// fieldsByName finds a field as the engine calls it.
var fieldsByName = func() map[string]*field {
	m := make(map[string]*field, len(allFields))
	for i := range allFields {
		m[allFields[i].name] = &allFields[i]
	}
	return m
}()

// defaultFields are searched where no field is named.
var defaultFields = func() (fields []*field) {
	for i := range allFields {
		if allFields[i].byDefault {
			fields = append(fields, &allFields[i])
		}
	}
	return fields
}()

// fieldsNamed are the fields that a name in a query stands for: one, none, or
// all that match a name with a star in it.
func fieldsNamed(name string) []*field {
	if !strings.Contains(name, "*") {
		if f, ok := fieldsByName[name]; ok {
			return []*field{f}
		}
		return nil
	}
	return fieldsWhere(func(f *field) bool { return matchesName(name, f.name) })
}

// fieldsBelow are the fields that a name stands for where the question is
// whether a record has them: those below an object too.
func fieldsBelow(name string) []*field {
	return fieldsWhere(func(f *field) bool {
		return !f.absent && (matchesName(name, f.name) || matchesName(name+".*", f.name))
	})
}

func fieldsWhere(wanted func(*field) bool) (fields []*field) {
	for i := range allFields {
		if f := &allFields[i]; wanted(f) {
			fields = append(fields, f)
		}
	}
	return fields
}

// matchesName reports whether a name with stars in it, which stand for anything,
// matches another.
func matchesName(name, other string) bool {
	var pieces []pattern.Piece
	for i, part := range strings.Split(name, "*") {
		if i > 0 {
			pieces = append(pieces, pattern.Piece{Wild: '*'})
		}
		pieces = append(pieces, pattern.Piece{Literal: part})
	}
	return pattern.NewWildcard(pieces).Match([]byte(other))
}

func (f *field) isText() bool { return f.kind == accentText || f.kind == standardText }

// key is the key of a term of the field in the segments. That a text field is
// there at all is noted as if it had whole values.
func (f *field) key(term string) []byte {
	if f.isText() && term != presence {
		return segment.WordKey(term)
	}
	return segment.ValueKey(f.id, term)
}

// holds names what the values of a field are that are no words.
func (f *field) holds() string {
	switch f.kind {
	case boolean, latest:
		return "true or false"
	case date, times, dateRange:
		return "dates"
	case place:
		return "places"
	}
	return "numbers"
}

// isTruth reports whether the field is true or false.
func (f *field) isTruth() bool { return f.kind == boolean || f.kind == latest }

// hasTerms reports whether the field's values are words for patterns to match.
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
