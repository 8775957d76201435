package zenodo

import "time"

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
	FormatNative Format = "native" // application/vnd.inveniordm.v1+json

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
	// DOIProvider is who registered the DOI, such as datacite, or external where
	// the DOI was not made for this record.
	DOIProvider string `json:"doi_provider,omitzero"`
	// OAI is the identifier in OAI-PMH, such as oai:zenodo.org:7712947.
	OAI string `json:"oai,omitzero"`
	// SWHID is the identifier that the Software Heritage archive has for it.
	SWHID string `json:"swhid,omitzero"`
	// URL is the landing page.
	URL         string   `json:"url,omitzero"`
	Metadata    Metadata `json:"metadata"`
	Communities []Slug   `json:"communities,omitzero"`
	// CommunityIDs are the UUIDs of the communities, in their order, and
	// DefaultCommunity is that of the one whose name stands on the record's page.
	CommunityIDs     []string `json:"community_ids,omitzero"`
	DefaultCommunity string   `json:"default_community,omitzero"`
	Access           Access   `json:"access,omitzero"`
	// Files are the files that the server listed. Nil means unknown: it hides
	// those of restricted and embargoed records, and DataCite's XML has none.
	// Empty means that the record has no files (metadata-only). [Record.FileCount]
	// and [Record.Size] report whether they are known.
	Files []File `json:"files,omitzero"`
	// FilesEnabled is false for records that are metadata alone, and nil where
	// the server does not say.
	FilesEnabled *bool `json:"files_enabled,omitzero"`
	// DefaultPreview is the key of the file that the record's page shows.
	DefaultPreview string `json:"default_preview,omitzero"`
	// MediaFiles are made of the files, or for them, such as subtitles of a film;
	// nil where the record has none or the server does not say.
	MediaFiles []File `json:"media_files,omitzero"`
	Stats      Stats  `json:"stats,omitzero"`
	// Owners are the ids of the users who own the record. IsVerified reports whether
	// the server trusts them; it is nil where the server does not say.
	Owners     []string `json:"owners,omitzero"`
	IsVerified *bool    `json:"is_verified,omitzero"`

	// Raw is what the server sent, byte for byte.
	Raw    []byte `json:"-"`
	Format Format `json:"format,omitzero"`
}

// Access is who may see a record, as a server's own JSON says it: public or
// restricted, and empty where it does not say. The status that follows from it
// and from the day is in [Metadata].
type Access struct {
	Record string `json:"record,omitzero"`
	Files  string `json:"files,omitzero"`
	// Requests is nil where the server does not say.
	Requests *AccessRequests `json:"requests,omitzero"`
}

// AccessRequests says who may ask the owner for access to restricted files.
type AccessRequests struct {
	FromUsers  bool   `json:"from_users"`
	FromGuests bool   `json:"from_guests"`
	Conditions string `json:"conditions,omitzero"` // HTML
}

// File is one file of a record. Key is its name; Checksum keeps its
// algorithm, as in md5:d41d8cd98f00b204e9800998ecf8427e.
type File struct {
	Key       string `json:"key"`
	Size      int64  `json:"size,omitzero"` // bytes
	Checksum  string `json:"checksum,omitzero"`
	MediaType string `json:"media_type,omitzero"` // such as application/pdf
	URL       string `json:"url,omitzero"`        // of the content
	Hidden    bool   `json:"hidden,omitzero"`     // not shown on the record's page
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
