package index

import (
	"encoding/binary"
	"path"
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
	d.keyword(fAccess, accessStatus(r))
}

// accessStatus is InvenioRDM's word for what the legacy JSON calls the access
// right.
func accessStatus(r *zenodo.Record) string {
	switch right := r.Metadata.AccessRight; {
	case right == "closed":
		return "restricted"
	case right == "open" && r.Files != nil && len(r.Files) == 0:
		return "metadata-only"
	default:
		return right
	}
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
	d.keyword(fRights, rightsID(m.License))
	d.keyword(fRightsURL, m.LicenseURL)
	d.keyword(fLanguage, m.Language)
}

func (d *document) addPeople(m *zenodo.Metadata) {
	for _, c := range m.Creators {
		family, given := splitName(c.Name)
		d.accent(fCreatorName, c.Name)
		d.facet(fCreatorFacet, c.Name)
		d.standard(fCreatorFamily, family)
		d.standard(fCreatorGiven, given)
		d.accent(fCreatorAffiliation, c.Affiliation)
		d.keyword(fCreatorIdentifier, c.ORCID)
		d.keyword(fCreatorIdentifier, c.GND)
	}
	for _, c := range m.Contributors {
		family, given := splitName(c.Name)
		d.standard(fContributorName, c.Name)
		d.standard(fContributorFamily, family)
		d.standard(fContributorGiven, given)
		d.accent(fContributorAffiliation, c.Affiliation)
		d.keyword(fContributorIdentifier, c.ORCID)
		d.keyword(fContributorIdentifier, c.GND)
		d.keyword(fContributorRole, strings.ToLower(c.Type))
	}
}

// splitName parts a name at its only comma. Any other name has no parts: the
// legacy JSON does not tell which of its words are the family's.
func splitName(name string) (family, given string) {
	family, given, ok := strings.Cut(name, ",")
	if !ok || strings.Contains(given, ",") {
		return "", ""
	}
	return strings.TrimSpace(family), strings.TrimSpace(given)
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
	if r.Files == nil {
		return
	}
	d.Numbers[cFileCount], d.Numbers[cFileBytes] = int64(len(r.Files)), r.Size()
	for _, f := range r.Files {
		d.keyword(fFileKey, f.Key)
		d.keyword(fFileType, fileType(f.Key))
		d.keyword(fFileChecksum, f.Checksum)
		d.Keyword(fFileSize, sortableInt(f.Size))
		d.mark(fFileSize)
	}
}

// fileType is the ending of a file's name, as the server groups them.
func fileType(key string) string {
	ext := strings.ToLower(strings.TrimPrefix(path.Ext(key), "."))
	switch ext {
	case "jpeg":
		return "jpg"
	case "htm":
		return "html"
	case "tiff":
		return "tif"
	}
	return ext
}

// rightsID is the platform's id of a licence that the legacy JSON calls by
// an older name.
func rightsID(license string) string {
	id := strings.ToLower(license)
	if current, ok := currentLicenses[id]; ok {
		return current
	}
	return id
}

var currentLicenses = map[string]string{
	"mit-license": "mit", "apache2.0": "apache-2.0", "cc-zero": "cc0-1.0", "cc0": "cc0-1.0",
	"gpl-3.0": "gpl-3.0-only", "gpl-2.0": "gpl-2.0-only", "lgpl-3.0": "lgpl-3.0-only", "lgpl-2.1": "lgpl-2.1-only",
	"agpl-3.0": "agpl-3.0-only", "cc-by": "cc-by-4.0", "cc-by-sa": "cc-by-sa-4.0", "cc-by-nc": "cc-by-nc-4.0",
	"bsd-license": "bsd-3-clause",
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
