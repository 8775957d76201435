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

// IsPartial reports whether records in this shape lack what others have: files,
// statistics, and the time of creation.
func (f Format) IsPartial() bool { return f == FormatDataCite }

// Record is one published version of a deposit, decoded from any of the
// shapes that a server may give it. Zero values mean that the server did not
// say, except where a field's comment says otherwise.
type Record struct {
	ID         RecordID  `json:"id"`
	ConceptID  ConceptID `json:"concept_id,omitzero"`
	DOI        DOI       `json:"doi,omitzero"`
	ConceptDOI DOI       `json:"concept_doi,omitzero"`
	CreatedAt  Timestamp `json:"created,omitzero"`
	UpdatedAt  Timestamp `json:"updated,omitzero"`
	Revision   int       `json:"revision,omitzero"`
	// VersionIndex is the place among the versions, from 1; 0 where the server
	// does not say.
	VersionIndex int `json:"version_index,omitzero"`
	// IsLatest is true for the newest version, and for records that do not say.
	IsLatest bool `json:"is_latest"`
	// URL is the landing page.
	URL         string   `json:"url,omitzero"`
	Metadata    Metadata `json:"metadata"`
	Communities []Slug   `json:"communities,omitzero"`
	// Files are the files that the server listed. Nil means unknown: it hides
	// those of restricted and embargoed records, and DataCite's XML has none.
	// Empty means that the record has no files (metadata-only). [Record.FileCount]
	// and [Record.Size] report whether they are known.
	Files []File `json:"files,omitzero"`
	Stats Stats  `json:"stats,omitzero"`
	// Owners are the ids of the users who own the record.
	Owners []string `json:"owners,omitzero"`

	// Raw is what the server sent, byte for byte.
	Raw    []byte `json:"-"`
	Format Format `json:"format,omitzero"`
}

// Metadata describes a record: what a citation or a catalogue needs.
type Metadata struct {
	Title string `json:"title"`
	// PublicationDate is YYYY, YYYY-MM, YYYY-MM-DD or two of these with a
	// slash between.
	PublicationDate string `json:"publication_date,omitzero"`
	// AdditionalTitles and AdditionalDescriptions are in a server's own JSON
	// alone. Of the latter, Notes and Method hold what the legacy JSON has.
	AdditionalTitles       []TypedText `json:"additional_titles,omitzero"`
	AdditionalDescriptions []TypedText `json:"additional_descriptions,omitzero"` // HTML
	Description            string      `json:"description,omitzero"`             // HTML
	Notes                  string      `json:"notes,omitzero"`                   // HTML
	Method                 string      `json:"method,omitzero"`                  // HTML
	Type                   string      `json:"type,omitzero"`                    // publication, dataset, software, …
	Subtype                string      `json:"subtype,omitzero"`                 // article, figure, …: without the type
	TypeTitle              string      `json:"type_title,omitzero"`              // for people: Journal article
	// AccessRight is open, embargoed, restricted, closed (old records) or
	// metadata-only (InvenioRDM's word).
	AccessRight string `json:"access_right,omitzero"`
	EmbargoDate string `json:"embargo_date,omitzero"`
	// License is Zenodo's id, in small letters where Zenodo has the licence:
	// cc-by-4.0.
	License              string                `json:"license,omitzero"`
	LicenseURL           string                `json:"license_url,omitzero"`
	Rights               []Right               `json:"rights,omitzero"`    // all of them, as a server's own JSON has them
	Version              string                `json:"version,omitzero"`   // the free text, such as v1.0
	Language             string                `json:"language,omitzero"`  // ISO 639-3
	Languages            []string              `json:"languages,omitzero"` // all of them, as a server's own JSON has them
	Publisher            string                `json:"publisher,omitzero"`
	Creators             []Creator             `json:"creators,omitzero"`
	Contributors         []Contributor         `json:"contributors,omitzero"`
	Keywords             []string              `json:"keywords,omitzero"`
	Subjects             []Subject             `json:"subjects,omitzero"`
	RelatedIdentifiers   []RelatedIdentifier   `json:"related_identifiers,omitzero"`
	AlternateIdentifiers []AlternateIdentifier `json:"alternate_identifiers,omitzero"`
	References           []string              `json:"references,omitzero"`
	Grants               []Grant               `json:"grants,omitzero"`
	Locations            []Location            `json:"locations,omitzero"`
	Dates                []Date                `json:"dates,omitzero"`
	Journal              Journal               `json:"journal,omitzero"`
	Meeting              Meeting               `json:"meeting,omitzero"`
	Imprint              Imprint               `json:"imprint,omitzero"`
	PartOf               PartOf                `json:"part_of,omitzero"`
	ThesisUniversity     string                `json:"thesis_university,omitzero"`
	// Custom are the custom fields that have no place above, in the order of the
	// JSON.
	Custom []CustomValue `json:"custom,omitzero"`
}

// TypedText is a title or a description beside the first.
type TypedText struct {
	Text     string `json:"text"`
	Type     string `json:"type,omitzero"`     // alternative-title, subtitle, methods, …
	Language string `json:"language,omitzero"` // ISO 639-3
}

// CustomValue is a value of a custom field. A field with several values comes
// several times; the name of one that is an object has the member behind a dot.
type CustomValue struct {
	Name  string `json:"name"` // such as dwc:kingdom, or code:programmingLanguage.id
	Value string `json:"value,omitzero"`
}

// Creator is a person or an organisation, mostly as "Family, Given".
type Creator struct {
	Name string `json:"name"`
	// Kind is personal or organizational; empty where the server does not say,
	// as the legacy JSON does not. [Creator.NameType] has what follows from the
	// rest.
	// Role is DataCollector, Editor, …; creators mostly have none.
	Role string `json:"role,omitzero"`
	Kind string `json:"kind,omitzero"`
	// Affiliations are all of them where the server sends its own JSON; the
	// legacy JSON has the first alone.
	Affiliations []Affiliation `json:"affiliations,omitzero"`
	ORCID        string        `json:"orcid,omitzero"` // bare
	GND          string        `json:"gnd,omitzero"`
	ROR          string        `json:"ror,omitzero"` // of an organisation
}

// Affiliation is where a person works.
type Affiliation struct {
	Name string `json:"name"`
	ID   string `json:"id,omitzero"` // of ROR, such as 01ggx4157
}

// Affiliation returns the names of the affiliations, with semicolons between.
func (c *Creator) Affiliation() string {
	if len(c.Affiliations) == 1 {
		return c.Affiliations[0].Name
	}
	names := make([]string, len(c.Affiliations))
	for i, a := range c.Affiliations {
		names[i] = a.Name
	}
	return strings.Join(names, "; ")
}

// Contributor is a creator with a role.
type Contributor struct {
	Creator
	Type string `json:"type,omitzero"` // DataCollector, Editor, …
}

// Subject is a term of a controlled vocabulary.
type Subject struct {
	Term       string `json:"term,omitzero"`
	Identifier string `json:"identifier"`
	Scheme     string `json:"scheme,omitzero"`
}

// RelatedIdentifier links a record to something else.
type RelatedIdentifier struct {
	Identifier   string `json:"identifier"`
	Relation     string `json:"relation,omitzero"` // isSupplementTo, cites, …
	Scheme       string `json:"scheme,omitzero"`   // doi, url, …
	ResourceType string `json:"resource_type,omitzero"`
}

// Right is a licence, or a statement in its place.
type Right struct {
	ID    string `json:"id,omitzero"` // Zenodo's, in small letters
	Title string `json:"title,omitzero"`
	URL   string `json:"url,omitzero"`
}

// AlternateIdentifier is another name of the same thing.
type AlternateIdentifier struct {
	Identifier string `json:"identifier"`
	Scheme     string `json:"scheme,omitzero"`
}

// Grant is an award that paid for the work.
type Grant struct {
	Code    string `json:"code,omitzero"`
	ID      string `json:"id,omitzero"` // the server's, such as 00k4n6c32::101017452
	Title   string `json:"title"`
	Acronym string `json:"acronym,omitzero"`
	Program string `json:"program,omitzero"`
	URL     string `json:"url,omitzero"`
	DOI     DOI    `json:"doi,omitzero"`
	Funder  Funder `json:"funder,omitzero"`
}

// Funder gives grants.
type Funder struct {
	ID      string `json:"id,omitzero"` // of ROR, such as 00k4n6c32
	Name    string `json:"name"`
	DOI     string `json:"doi,omitzero"`
	Acronym string `json:"acronym,omitzero"`
}

// Location is a place that a record is about.
type Location struct {
	Place       string `json:"place,omitzero"`
	Description string `json:"description,omitzero"`
	Point       *Point `json:"point,omitzero"` // nil where the server does not say
}

// Point is a place on the globe, in degrees.
type Point struct {
	Latitude  float64 `json:"latitude"`
	Longitude float64 `json:"longitude"`
}

// Date is a time in the life of what is recorded.
type Date struct {
	Type        string `json:"type,omitzero"`
	Start       string `json:"start,omitzero"`
	End         string `json:"end,omitzero"`
	Description string `json:"description,omitzero"`
}

// Journal says where an article came out.
type Journal struct {
	Title  string `json:"title"`
	Volume string `json:"volume,omitzero"`
	Issue  string `json:"issue,omitzero"`
	Pages  string `json:"pages,omitzero"`
	ISSN   string `json:"issn,omitzero"`
}

// Meeting is the conference of a talk, poster or paper.
type Meeting struct {
	Title       string `json:"title"`
	Acronym     string `json:"acronym,omitzero"`
	Dates       string `json:"dates,omitzero"`
	Place       string `json:"place,omitzero"`
	URL         string `json:"url,omitzero"`
	Session     string `json:"session,omitzero"`
	SessionPart string `json:"session_part,omitzero"`
}

// Imprint describes a book. Publisher is that of the legacy JSON, which has no
// other.
type Imprint struct {
	Publisher string `json:"publisher,omitzero"`
	Place     string `json:"place,omitzero"`
	ISBN      string `json:"isbn,omitzero"`
	Edition   string `json:"edition,omitzero"`
}

// PartOf is the book or report that a record is a part of.
type PartOf struct {
	Title string `json:"title"`
	Pages string `json:"pages,omitzero"`
}

// File is one file of a record. Key is its name; Checksum keeps its
// algorithm, as in md5:d41d8cd98f00b204e9800998ecf8427e.
type File struct {
	Key      string `json:"key"`
	Size     int64  `json:"size,omitzero"` // bytes
	Checksum string `json:"checksum,omitzero"`
	URL      string `json:"url,omitzero"` // of the content
}

// Stats counts views and downloads: the plain names over all versions of the
// concept, Version… for this version alone. A count is nil where the server did
// not send it, which is not 0.
type Stats struct {
	Views                  *int64 `json:"views,omitzero"`
	UniqueViews            *int64 `json:"unique_views,omitzero"`
	Downloads              *int64 `json:"downloads,omitzero"`
	UniqueDownloads        *int64 `json:"unique_downloads,omitzero"`
	VersionViews           *int64 `json:"version_views,omitzero"`
	VersionUniqueViews     *int64 `json:"version_unique_views,omitzero"`
	VersionDownloads       *int64 `json:"version_downloads,omitzero"`
	VersionUniqueDownloads *int64 `json:"version_unique_downloads,omitzero"`
	// DataVolume is in bytes, and in a server's own JSON alone.
	DataVolume        *int64 `json:"data_volume,omitzero"`
	VersionDataVolume *int64 `json:"version_data_volume,omitzero"`
}

// Equal reports whether both have the same counts, and lack the same ones.
func (s Stats) Equal(o Stats) bool {
	return sameCount(s.Views, o.Views) && sameCount(s.UniqueViews, o.UniqueViews) &&
		sameCount(s.Downloads, o.Downloads) && sameCount(s.UniqueDownloads, o.UniqueDownloads) &&
		sameCount(s.VersionViews, o.VersionViews) && sameCount(s.VersionUniqueViews, o.VersionUniqueViews) &&
		sameCount(s.VersionDownloads, o.VersionDownloads) && sameCount(s.VersionUniqueDownloads, o.VersionUniqueDownloads) &&
		sameCount(s.DataVolume, o.DataVolume) && sameCount(s.VersionDataVolume, o.VersionDataVolume)
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
	if _, id, ok := cutOAI(s); ok {
		return Ref{ID: RecordID(id)}, true
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
