package engine

import (
	"cmp"
	"encoding/binary"
	"math"
	"strconv"
	"strings"
	"time"
	"unicode/utf16"

	"github.com/zharvest/zharvest/index/internal/analysis"
	"github.com/zharvest/zharvest/index/internal/segment"
	"github.com/zharvest/zharvest/zenodo"
)

// Analyse turns a record into what the full-text index keeps of it. Its key,
// and whether it is the latest or gone, are known only where it is stored.
func Analyse(r *zenodo.Record) *segment.Document {
	d := &document{Document: &segment.Document{
		Created: micros(r.CreatedAt),
		ID:      string(r.ID),
		Numbers: []int64{
			cUpdated:      micros(r.UpdatedAt),
			cEmbargo:      dayMicros(r.Metadata.EmbargoDate),
			cVersionIndex: unlessZero(int64(r.VersionIndex)),
			cFileCount:    segment.None,
			cFileBytes:    segment.None,

			cPublishedFrom:  segment.None,
			cPublishedUntil: segment.None,
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
	d.addSubjects(r)
	for _, c := range r.Metadata.Custom {
		d.addCustom(c.Name, c.Value)
	}
	for _, member := range r.EmptyMembers() {
		d.addEmpty(emptyFields[member])
	}
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

// short adds a value of a field that keeps none longer than maxShort.
func (d *document) short(f segment.Field, s string) {
	if utf16Length(s) <= maxShort {
		d.keyword(f, s)
	}
}

// maxShort is the longest value, in units of UTF-16, of the keyword beside a
// text field that Zenodo's mapping bounds.
const maxShort = 256

func utf16Length(s string) (n int) {
	for _, r := range s {
		n += utf16.RuneLen(r)
	}
	return n
}

// facet adds a value that is counted and not searched.
func (d *document) facet(f segment.Field, s string) {
	if s != "" && len(s) <= maxKeyword {
		d.Keyword(f, s)
	}
}

// presence is the term that notes that a record has a field at all. It is no
// UTF-8, so that no value makes it.
const presence = "\xff"

// isTerm reports whether a key stands for a value, and not for presence.
func isTerm(key []byte) bool { return string(key[1:]) != presence }

func (d *document) mark(f segment.Field) {
	if !d.marked[f] {
		d.marked[f] = true
		d.Keyword(f, presence)
	}
}

func (d *document) addIdentity(r *zenodo.Record) {
	d.keyword(fID, string(r.ID))
	d.keyword(fConceptID, string(r.ConceptID))
	d.standard(fDOI, string(r.DOI))
	d.short(fDOIKeyword, string(r.DOI))
	d.standard(fConceptDOI, string(r.ConceptDOI))
	d.short(fConceptDOIKeyword, string(r.ConceptDOI))
	for _, slug := range r.Communities {
		d.keyword(fCommunity, string(slug))
		d.keyword(fCommunitySlug, string(slug))
	}
	for _, owner := range r.Owners {
		d.keyword(fOwner, owner)
	}
	d.addAccess(r)
}

// addAccess adds who may see the record. Zenodo has no records that are
// restricted as a whole.
func (d *document) addAccess(r *zenodo.Record) {
	status := r.AccessStatus()
	if status == "" {
		return
	}
	files := "restricted"
	if status == "open" || status == "metadata-only" {
		files = "public"
	}
	d.keyword(fAccess, status)
	d.keyword(fRecordAccess, "public")
	d.keyword(fFilesAccess, files)
	d.keyword(fEmbargoActive, strconv.FormatBool(status == "embargoed"))
	d.keyword(fFilesEnabled, strconv.FormatBool(status != "metadata-only"))
}

func (d *document) addMetadata(m *zenodo.Metadata) {
	d.accent(fTitle, m.Title)
	d.standard(fTitleOriginal, m.Title)
	d.short(fTitleKeyword, m.Title)
	d.accent(fDescription, m.Description)
	d.addDescription("notes", m.Notes)
	d.addDescription("methods", m.Method)
	for _, k := range m.Keywords {
		d.standard(fSubject, k)
		d.keyword(fSubjectKeyword, k)
	}
	d.keyword(fPublicationDate, m.PublicationDate)
	if from, until, ok := daysOf(m.PublicationDate); ok {
		d.Numbers[cPublishedFrom], d.Numbers[cPublishedUntil] = from, until
	}
	d.keyword(fVersionLabel, m.Version)
	publisher := cmp.Or(m.Publisher, m.Imprint.Publisher)
	d.standard(fPublisher, publisher)
	d.short(fPublisherKeyword, publisher)
	d.addType(m)
	d.keyword(fRights, m.License)
	d.keyword(fRightsURL, m.LicenseURL)
	d.keyword(fLanguage, m.Language)
}

// addSubjects adds terms of vocabularies, which the legacy JSON has from a field
// of its own.
func (d *document) addSubjects(r *zenodo.Record) {
	for _, s := range r.Metadata.Subjects {
		if r.Format == zenodo.FormatRDM {
			d.standard(fSubject, s.Term)
			d.keyword(fSubjectKeyword, s.Term)
			continue
		}
		d.addCustom("legacy:subjects.term", s.Term)
		d.addCustom("legacy:subjects.identifier", s.Identifier)
		d.addCustom("legacy:subjects.scheme", s.Scheme)
	}
}

func (d *document) addDescription(kind, text string) {
	if text != "" {
		d.standard(fAdditional, text)
		d.keyword(fAdditionalType, kind)
	}
}

// addType adds the type. In Zenodo's vocabulary, those that have no subtype
// have an empty one.
func (d *document) addType(m *zenodo.Metadata) {
	if m.Type == "" {
		return
	}
	d.keyword(fType, m.Type)
	if m.Subtype == "" {
		d.term(fSubtype, "")
		d.keyword(fTypeID, m.Type)
	} else {
		d.keyword(fSubtype, m.Type+"-"+m.Subtype)
		d.keyword(fTypeID, m.Type+"-"+m.Subtype)
	}
	d.standard(fTypeTitle, m.TypeTitle)
	d.short(fTypeTitleKeyword, m.TypeTitle)
}

func (d *document) addPeople(m *zenodo.Metadata) {
	for _, c := range m.Creators {
		family, given := c.NameParts()
		d.accent(fCreatorName, c.Name)
		d.facet(fCreatorFacet, c.Name)
		d.standard(fCreatorFamily, family)
		d.standard(fCreatorGiven, given)
		d.accent(fCreatorAffiliation, c.Affiliation)
		d.addPersonIDs(&c, fCreatorIdentifier, fCreatorScheme)
	}
	for _, c := range m.Contributors {
		family, given := c.NameParts()
		d.standard(fContributorName, c.Name)
		d.standard(fContributorFamily, family)
		d.standard(fContributorGiven, given)
		d.accent(fContributorAffiliation, c.Affiliation)
		d.addPersonIDs(&c.Creator, fContributorIdentifier, fContributorScheme)
		d.keyword(fContributorRole, strings.ToLower(c.Type))
	}
}

func (d *document) addPersonIDs(c *zenodo.Creator, identifier, scheme segment.Field) {
	d.addIdentifier(identifier, scheme, c.ORCID, "orcid")
	d.addIdentifier(identifier, scheme, c.GND, "gnd")
}

// addIdentifier adds an identifier and what it is of, if there is one.
func (d *document) addIdentifier(identifier, scheme segment.Field, value, of string) {
	if value != "" {
		d.keyword(identifier, value)
		d.keyword(scheme, of)
	}
}

func (d *document) addFunding(m *zenodo.Metadata) {
	for _, g := range m.Grants {
		d.standard(fAwardNumber, g.Code)
		d.keyword(fAwardNumberKeyword, g.Code)
		d.keyword(fAwardAcronym, g.Acronym)
		d.standard(fAwardAcronymText, g.Acronym)
		d.keyword(fAwardProgram, g.Program)
		d.standard(fAwardTitle, g.Title)
		d.short(fAwardTitleKeyword, g.Title)
		d.addAwardID(g.URL, "url")
		d.addAwardID(string(g.DOI), "doi")
		d.standard(fFunderName, g.Funder.Name)
		d.addIdentifier(fFunderIdentifier, fFunderScheme, g.Funder.DOI, "doi")
	}
}

func (d *document) addAwardID(value, scheme string) {
	if value != "" {
		d.standard(fAwardIdentifier, value)
		d.keyword(fAwardIdentifierScheme, scheme)
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
		d.keyword(fDateType, t.Type)
	}
}

func (d *document) addPublication(m *zenodo.Metadata) {
	d.standard(fJournalTitle, m.Journal.Title)
	d.keyword(fJournalTitleKeyword, m.Journal.Title)
	d.keyword(fJournalVolume, m.Journal.Volume)
	d.keyword(fJournalPages, m.Journal.Pages)
	d.keyword(fJournalIssue, m.Journal.Issue)
	d.keyword(fJournalISSN, m.Journal.ISSN)
	d.standard(fMeetingTitle, m.Meeting.Title)
	d.keyword(fMeetingTitleKeyword, m.Meeting.Title)
	d.keyword(fMeetingAcronym, m.Meeting.Acronym)
	d.keyword(fMeetingDates, m.Meeting.Dates)
	d.standard(fMeetingPlace, m.Meeting.Place)
	d.keyword(fMeetingURL, m.Meeting.URL)
	d.keyword(fMeetingSession, m.Meeting.Session)
	d.keyword(fMeetingSessionPart, m.Meeting.SessionPart)
	d.keyword(fImprintISBN, m.Imprint.ISBN)
	d.keyword(fImprintPlace, m.Imprint.Place)
	d.keyword(fImprintEdition, m.Imprint.Edition)
	d.standard(fPartOfTitle, m.PartOf.Title)
	d.keyword(fPartOfTitleKeyword, m.PartOf.Title)
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
		d.keyword(fFileExt, f.Type())
		d.keyword(fFileChecksum, f.Checksum)
		d.term(fFileSize, sortableInt(f.Size))
	}
}

// sortableInt writes a number so that bytes compare as the numbers do.
func sortableInt(n int64) string {
	return string(binary.BigEndian.AppendUint64(nil, uint64(n)^1<<63))
}

// sortableFloat writes a number so that bytes compare as the numbers do.
func sortableFloat(x float64) string {
	bits := math.Float64bits(x)
	if x < 0 || bits>>63 == 1 {
		bits = ^bits
	} else {
		bits |= 1 << 63
	}
	return string(binary.BigEndian.AppendUint64(nil, bits))
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
