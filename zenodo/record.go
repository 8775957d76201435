package zenodo

import (
	"strings"
	"time"
)

// RecordID identifies one published version: the decimal number in a Zenodo
// record's URL, or the short text that other InvenioRDM repositories use.
type RecordID string

// ConceptID identifies what all versions of a record share.
type ConceptID string

// DOI is a digital object identifier without a resolver in front, such as
// 10.5281/zenodo.7712947.
type DOI string

// URL returns the address of the DOI at the public resolver, or "" for no DOI.
func (d DOI) URL() string {
	if d == "" {
		return ""
	}
	return "https://doi.org/" + string(d)
}

// Slug is the name of a community in URLs and queries.
type Slug string

// Timestamp is a time as the server wrote it: ISO 8601 with an offset and
// mostly, not always, six digits of fraction.
type Timestamp string

// Time reads the timestamp. The second result is false where it is empty or
// in no known form.
func (t Timestamp) Time() (time.Time, bool) {
	for _, layout := range []string{time.RFC3339Nano, "2006-01-02T15:04:05.999999999", time.DateOnly} {
		if at, err := time.Parse(layout, string(t)); err == nil {
			return at.UTC(), true
		}
	}
	return time.Time{}, false
}

// Format is the shape in which a server wrote a record.
type Format string

// The shapes that [DecodeRecord] knows.
const (
	FormatLegacy Format = "legacy" // application/vnd.zenodo.v1+json
	FormatRDM    Format = "rdm"    // application/vnd.inveniordm.v1+json

	// FormatDataCite is DataCite's XML, as OAI-PMH and the dumps have it.
	FormatDataCite Format = "datacite"
)

// IsPartial tells that records in this shape lack what others have: files,
// statistics, and the time of creation.
func (f Format) IsPartial() bool { return f == FormatDataCite }

// Record is one published version of a deposit, decoded from any of the
// shapes that a server may give it. Zero values mean that the server did not
// say, except where a field's comment says otherwise.
type Record struct {
	ID         RecordID
	ConceptID  ConceptID
	DOI        DOI
	ConceptDOI DOI
	CreatedAt  Timestamp
	UpdatedAt  Timestamp
	Revision   int
	// VersionIndex is the place among the versions, from 1; 0 where the server
	// does not say.
	VersionIndex int
	// IsLatest is true for the newest version, and for records that do not say.
	IsLatest bool
	// URL is the landing page.
	URL         string
	Metadata    Metadata
	Communities []Slug
	// Files are the files that the server listed. Nil means unknown: it hides
	// those of restricted and embargoed records, and DataCite's XML has none.
	// Empty means that the record has no files (metadata-only). [Record.FileCount]
	// and [Record.Size] report whether they are known.
	Files []File
	Stats Stats
	// Owners are the ids of the users who own the record.
	Owners []string

	// Raw is what the server sent, byte for byte.
	Raw    []byte
	Format Format
}

// Metadata describes a record: what a citation or a catalogue needs.
type Metadata struct {
	Title string
	// PublicationDate is YYYY, YYYY-MM, YYYY-MM-DD or two of these with a
	// slash between.
	PublicationDate string
	Description     string // HTML
	Notes           string // HTML
	Method          string // HTML
	Type            string // publication, dataset, software, …
	Subtype         string // article, figure, …: without the type
	TypeTitle       string // for people: Journal article
	// AccessRight is open, embargoed, restricted, closed (old records) or
	// metadata-only (InvenioRDM's word).
	AccessRight string
	EmbargoDate string
	// License is Zenodo's id, in small letters where Zenodo has the licence:
	// cc-by-4.0.
	License              string
	LicenseURL           string
	Version              string // the free text, such as v1.0
	Language             string // ISO 639-3
	Publisher            string
	Creators             []Creator
	Contributors         []Contributor
	Keywords             []string
	Subjects             []Subject
	RelatedIdentifiers   []RelatedIdentifier
	AlternateIdentifiers []AlternateIdentifier
	References           []string
	Grants               []Grant
	Locations            []Location
	Dates                []Date
	Journal              Journal
	Meeting              Meeting
	Imprint              Imprint
	PartOf               PartOf
	ThesisUniversity     string
	// Custom are the custom fields that have no place above, in the order of the
	// JSON.
	Custom []CustomValue
}

// CustomValue is a value of a custom field. A field with several values comes
// several times; the name of one that is an object has the member behind a dot.
type CustomValue struct {
	Name  string // such as dwc:kingdom, or code:programmingLanguage.id
	Value string
}

// Creator is a person or an organisation, mostly as "Family, Given".
type Creator struct {
	Name string
	// Kind is personal or organizational; empty where the server does not say,
	// as the legacy JSON does not. [Creator.NameType] has what follows from the
	// rest.
	Kind        string
	Affiliation string // the first one
	ORCID       string // bare
	GND         string
}

// Contributor is a creator with a role.
type Contributor struct {
	Creator
	Type string // DataCollector, Editor, …
}

// Subject is a term of a controlled vocabulary.
type Subject struct {
	Term       string
	Identifier string
	Scheme     string
}

// RelatedIdentifier links a record to something else.
type RelatedIdentifier struct {
	Identifier   string
	Relation     string // isSupplementTo, cites, …
	Scheme       string // doi, url, …
	ResourceType string
}

// AlternateIdentifier is another name of the same thing.
type AlternateIdentifier struct {
	Identifier string
	Scheme     string
}

// Grant is an award that paid for the work.
type Grant struct {
	Code    string
	Title   string
	Acronym string
	Program string
	URL     string
	DOI     DOI
	Funder  Funder
}

// Funder gives grants.
type Funder struct {
	Name    string
	DOI     string
	Acronym string
}

// Location is a place that a record is about.
type Location struct {
	Place       string
	Description string
	Point       *Point // nil where the server does not say
}

// Point is a place on the globe, in degrees.
type Point struct{ Latitude, Longitude float64 }

// Date is a time in the life of what is recorded.
type Date struct {
	Type        string
	Start       string
	End         string
	Description string
}

// Journal says where an article came out.
type Journal struct {
	Title  string
	Volume string
	Issue  string
	Pages  string
	ISSN   string
}

// Meeting is the conference of a talk, poster or paper.
type Meeting struct {
	Title       string
	Acronym     string
	Dates       string
	Place       string
	URL         string
	Session     string
	SessionPart string
}

// Imprint tells of a book. Publisher is that of the legacy JSON, which has no
// other.
type Imprint struct {
	Publisher string
	Place     string
	ISBN      string
	Edition   string
}

// PartOf is the book or report of which a record is a part.
type PartOf struct {
	Title string
	Pages string
}

// File is one file of a record. Key is its name; Checksum keeps its
// algorithm, as in md5:d41d8cd98f00b204e9800998ecf8427e.
type File struct {
	Key      string
	Size     int64 // bytes
	Checksum string
	URL      string // of the content
}

// Stats counts views and downloads: the plain names over all versions of the
// concept, Version… for this version alone. A count is nil where the server did
// not send it, which is not 0.
type Stats struct {
	Views                  *int64
	UniqueViews            *int64
	Downloads              *int64
	UniqueDownloads        *int64
	VersionViews           *int64
	VersionUniqueViews     *int64
	VersionDownloads       *int64
	VersionUniqueDownloads *int64
}

// Equal reports whether both have the same counts, and lack the same ones.
func (s Stats) Equal(o Stats) bool {
	return sameCount(s.Views, o.Views) && sameCount(s.UniqueViews, o.UniqueViews) &&
		sameCount(s.Downloads, o.Downloads) && sameCount(s.UniqueDownloads, o.UniqueDownloads) &&
		sameCount(s.VersionViews, o.VersionViews) && sameCount(s.VersionUniqueViews, o.VersionUniqueViews) &&
		sameCount(s.VersionDownloads, o.VersionDownloads) && sameCount(s.VersionUniqueDownloads, o.VersionUniqueDownloads)
}

func sameCount(a, b *int64) bool {
	if a == nil || b == nil {
		return a == b
	}
	return *a == *b
}

// FileCount returns the number of files. known is false where the server
// listed none: it hides those of restricted and embargoed records, metadata-only
// records have none, and DataCite's XML does not say. Searches on the server
// know no number of files for such records either.
func (r *Record) FileCount() (n int64, known bool) { return int64(len(r.Files)), len(r.Files) > 0 }

// Size returns the number of bytes of all files. It is known where the number
// of files is.
func (r *Record) Size() (n int64, known bool) {
	for _, f := range r.Files {
		n += f.Size
	}
	return n, len(r.Files) > 0
}

// HidesFiles reports whether the record may have files that are not public:
// its access right says so, and the server did not list any.
func (r *Record) HidesFiles() bool {
	return len(r.Files) == 0 && isRestricted(r.Metadata.AccessRight)
}

// isRestricted reports whether an access right keeps files from the public.
func isRestricted(accessRight string) bool {
	return accessRight == "restricted" || accessRight == "embargoed" || accessRight == "closed"
}

// Ref is what a user may type for a record: an id, a concept's id, a DOI with
// or without a resolver or "doi:" in front, or the address of a record's page.
// At most one of its fields is set; both are empty where nothing was
// recognised.
type Ref struct {
	ID  RecordID // of a version or a concept; only the server or index knows which
	DOI DOI
}

// ParseRef reads what a user typed for a record. A DOI of Zenodo's own
// (10.5281/zenodo.N, or the sandbox's 10.5072/zenodo.N) is given as a DOI;
// its number is [DOI.RecordID].
func ParseRef(s string) (Ref, bool) {
	s = strings.TrimSpace(s)
	if doi, ok := cutDOI(s); ok {
		return Ref{DOI: doi}, true
	}
	if strings.Contains(s, "://") {
		return parsePageURL(s)
	}
	if s == "" || strings.ContainsAny(s, " /?#") {
		return Ref{}, false
	}
	return Ref{ID: RecordID(s)}, true
}

// RecordID is the number in a DOI that Zenodo gave out, which may be that of
// a version or of a concept.
func (d DOI) RecordID() (RecordID, bool) {
	lower := strings.ToLower(string(d))
	for _, prefix := range []string{"10.5281/zenodo.", "10.5072/zenodo."} {
		if id, ok := strings.CutPrefix(lower, prefix); ok && isNumber(id) {
			return RecordID(id), true
		}
	}
	return "", false
}

func cutDOI(s string) (DOI, bool) {
	lower := strings.ToLower(s)
	for _, prefix := range []string{"https://doi.org/", "http://doi.org/", "https://dx.doi.org/", "http://dx.doi.org/", "doi.org/", "doi:"} {
		if strings.HasPrefix(lower, prefix) {
			s = strings.TrimSpace(s[len(prefix):])
			break
		}
	}
	registrant, rest, ok := strings.Cut(s, "/")
	if !ok || rest == "" || !strings.HasPrefix(registrant, "10.") || strings.ContainsAny(s, " \t\n") {
		return "", false
	}
	return DOI(s), true
}

// parsePageURL reads https://zenodo.org/records/N and its kin: the word
// record or records is followed by the id, doi by a DOI.
func parsePageURL(s string) (Ref, bool) {
	_, path, _ := strings.Cut(s, "://")
	path, _, _ = strings.Cut(path, "?")
	path, _, _ = strings.Cut(path, "#")
	parts := strings.Split(path, "/")
	for i, part := range parts {
		if i == 0 || i+1 >= len(parts) || parts[i+1] == "" || parts[i+1] == "depositions" {
			continue
		}
		switch part {
		case "record", "records", "uploads", "deposit", "depositions":
			return Ref{ID: RecordID(parts[i+1])}, true
		case "doi":
			doi, ok := cutDOI(strings.Join(parts[i+1:], "/"))
			return Ref{DOI: doi}, ok
		}
	}
	return Ref{}, false
}

func isNumber(s string) bool {
	return s != "" && strings.Trim(s, "0123456789") == ""
}
