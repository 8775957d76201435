package index

import (
	"encoding/binary"
	"strings"
	"time"

	"github.com/zharvest/zharvest/index/internal/analysis"
	"github.com/zharvest/zharvest/index/internal/segment"
	"github.com/zharvest/zharvest/zenodo"
)

// analyse turns a record into what the full-text index keeps of it. Its key,
// and whether it is the latest or gone, are known only where it is stored.
func analyse(r *zenodo.Record) *segment.Document {
	d := &document{Document: &segment.Document{
		Created: micros(r.CreatedAt),
		ID:      string(r.ID),
		Numbers: []int64{
			cUpdated:      micros(r.UpdatedAt),
			cEmbargo:      dayMicros(r.Metadata.EmbargoDate),
			cVersionIndex: unlessZero(int64(r.VersionIndex)),
			cFileCount:    segment.None,
			cFileBytes:    segment.None,
		},
		Texts: textsOf(r),
	}}
	d.Grow(len(r.Raw) / 2)
	d.addIdentity(r)
	d.addMetadata(&r.Metadata)
	d.addPeople(&r.Metadata)
	d.addFunding(&r.Metadata)
	d.addIdentifiers(&r.Metadata)
	d.addPublication(&r.Metadata)
	d.addFiles(r)
	return d.Document
}

// document adds values to fields by their kind.
type document struct {
	*segment.Document
	marked [256]bool
}

func (d *document) accent(f segment.Field, s string) {
	if s != "" {
		d.Text(f, s, analysis.Accent)
		d.mark(f)
	}
}

func (d *document) standard(f segment.Field, s string) {
	if s != "" {
		d.Text(f, s, analysis.Standard)
		d.mark(f)
	}
}

// maxKeyword is the longest value that the engine keeps whole, in bytes.
const maxKeyword = 32766

func (d *document) keyword(f segment.Field, s string) {
	if s != "" && len(s) <= maxKeyword {
		d.Keyword(f, s)
		d.mark(f)
	}
}

// facet adds a value that is counted and not searched.
func (d *document) facet(f segment.Field, s string) {
	if s != "" && len(s) <= maxKeyword {
		d.Keyword(f, s)
	}
}

// mark notes that the record has the field at all: the empty term, which no
// value makes.
func (d *document) mark(f segment.Field) {
	if !d.marked[f] {
		d.marked[f] = true
		d.Keyword(f, "")
	}
}

func (d *document) addIdentity(r *zenodo.Record) {
	d.keyword(fID, string(r.ID))
	d.keyword(fConceptID, string(r.ConceptID))
	d.standard(fDOI, string(r.DOI))
	d.keyword(fDOIKeyword, string(r.DOI))
	d.standard(fConceptDOI, string(r.ConceptDOI))
	d.keyword(fConceptDOIKeyword, string(r.ConceptDOI))
	for _, slug := range r.Communities {
		d.keyword(fCommunity, string(slug))
		d.keyword(fCommunitySlug, string(slug))
	}
	for _, owner := range r.Owners {
		d.keyword(fOwner, owner)
	}
	d.keyword(fAccess, r.AccessStatus())
}

func (d *document) addMetadata(m *zenodo.Metadata) {
	d.accent(fTitle, m.Title)
	d.standard(fTitleOriginal, m.Title)
	d.keyword(fTitleKeyword, m.Title)
	d.accent(fDescription, m.Description)
	d.standard(fAdditional, m.Notes)
	d.standard(fAdditional, m.Method)
	for _, k := range m.Keywords {
		d.standard(fSubject, k)
		d.keyword(fSubjectKeyword, k)
	}
	d.keyword(fPublicationDate, m.PublicationDate)
	d.keyword(fVersionLabel, m.Version)
	d.standard(fPublisher, m.Publisher)
	d.keyword(fType, m.Type)
	if m.Subtype != "" {
		d.keyword(fSubtype, m.Type+"-"+m.Subtype)
		d.keyword(fTypeID, m.Type+"-"+m.Subtype)
	} else {
		d.keyword(fTypeID, m.Type)
	}
	d.keyword(fRights, m.License)
	d.keyword(fRightsURL, m.LicenseURL)
	d.keyword(fLanguage, m.Language)
}

func (d *document) addPeople(m *zenodo.Metadata) {
	for _, c := range m.Creators {
		family, given := c.NameParts()
		d.accent(fCreatorName, c.Name)
		d.facet(fCreatorFacet, c.Name)
		d.standard(fCreatorFamily, family)
		d.standard(fCreatorGiven, given)
		d.accent(fCreatorAffiliation, c.Affiliation)
		d.keyword(fCreatorIdentifier, c.ORCID)
		d.keyword(fCreatorIdentifier, c.GND)
	}
	for _, c := range m.Contributors {
		family, given := c.NameParts()
		d.standard(fContributorName, c.Name)
		d.standard(fContributorFamily, family)
		d.standard(fContributorGiven, given)
		d.accent(fContributorAffiliation, c.Affiliation)
		d.keyword(fContributorIdentifier, c.ORCID)
		d.keyword(fContributorIdentifier, c.GND)
		d.keyword(fContributorRole, strings.ToLower(c.Type))
	}
}

func (d *document) addFunding(m *zenodo.Metadata) {
	for _, g := range m.Grants {
		d.standard(fAwardNumber, g.Code)
		d.keyword(fAwardAcronym, g.Acronym)
		d.standard(fAwardAcronymText, g.Acronym)
		d.keyword(fAwardProgram, g.Program)
		d.standard(fAwardTitle, g.Title)
		d.standard(fFunderName, g.Funder.Name)
		d.keyword(fFunderIdentifier, g.Funder.DOI)
	}
}

func (d *document) addIdentifiers(m *zenodo.Metadata) {
	for _, id := range m.AlternateIdentifiers {
		d.standard(fIdentifier, id.Identifier)
		d.keyword(fIdentifierScheme, id.Scheme)
	}
	for _, id := range m.RelatedIdentifiers {
		d.keyword(fRelatedIdentifier, id.Identifier)
		d.keyword(fRelatedScheme, id.Scheme)
		d.keyword(fRelatedRelation, strings.ToLower(id.Relation))
		d.keyword(fRelatedType, id.ResourceType)
	}
	for _, ref := range m.References {
		d.standard(fReference, ref)
	}
	for _, l := range m.Locations {
		d.standard(fPlace, l.Place)
		d.standard(fPlaceDescription, l.Description)
	}
	for _, t := range m.Dates {
		d.standard(fDateDescription, t.Description)
	}
}

func (d *document) addPublication(m *zenodo.Metadata) {
	d.standard(fJournalTitle, m.Journal.Title)
	d.keyword(fJournalVolume, m.Journal.Volume)
	d.keyword(fJournalPages, m.Journal.Pages)
	d.keyword(fJournalIssue, m.Journal.Issue)
	d.keyword(fJournalISSN, m.Journal.ISSN)
	d.standard(fMeetingTitle, m.Meeting.Title)
	d.keyword(fMeetingAcronym, m.Meeting.Acronym)
	d.keyword(fMeetingDates, m.Meeting.Dates)
	d.standard(fMeetingPlace, m.Meeting.Place)
	d.keyword(fMeetingURL, m.Meeting.URL)
	d.keyword(fMeetingSession, m.Meeting.Session)
	d.keyword(fMeetingSessionPart, m.Meeting.SessionPart)
	d.keyword(fImprintISBN, m.Imprint.ISBN)
	d.keyword(fImprintPlace, m.Imprint.Place)
	d.standard(fPartOfTitle, m.PartOf.Title)
	d.keyword(fPartOfPages, m.PartOf.Pages)
	d.keyword(fThesisUniversity, m.ThesisUniversity)
}

func (d *document) addFiles(r *zenodo.Record) {
	if n, known := r.FileCount(); known {
		d.Numbers[cFileCount] = n
	}
	if n, known := r.Size(); known {
		d.Numbers[cFileBytes] = n
	}
	for _, f := range r.Files {
		d.keyword(fFileKey, f.Key)
		d.keyword(fFileType, f.Type())
		d.keyword(fFileChecksum, f.Checksum)
		d.Keyword(fFileSize, sortableInt(f.Size))
		d.mark(fFileSize)
	}
}

// sortableInt writes a number so that bytes compare as the numbers do.
func sortableInt(n int64) string {
	return string(binary.BigEndian.AppendUint64(nil, uint64(n)^1<<63))
}

func micros(t zenodo.Timestamp) int64 {
	at, ok := t.Time()
	if !ok {
		return segment.None
	}
	return at.UnixMicro()
}

func dayMicros(day string) int64 {
	at, err := time.Parse(time.DateOnly, day)
	if err != nil {
		return segment.None
	}
	return at.UnixMicro()
}

func unlessZero(n int64) int64 {
	if n == 0 {
		return segment.None
	}
	return n
}
