package report

// Schema is the value of [Report].Schema: it names the JSON that this package
// writes.
const Schema = "https://github.com/zharvest/zharvest/report/1"

// Report is what there is to say about a selection of records.
type Report struct {
	Schema      string    `json:"schema"`
	Title       string    `json:"title"`
	GeneratedAt string    `json:"generated_at"` // RFC 3339, UTC
	Selection   Selection `json:"selection"`
	Source      Source    `json:"source"`
	Counts      Counts    `json:"counts"`
	// Years and Months count records by their date of publication, the oldest
	// first. Only those with records are there; a date without a month is in no
	// month.
	Years  []Period `json:"years"`
	Months []Period `json:"months"`
	// Growth is by the month in which the repository took records in. Months in
	// which there were none are left out.
	Growth []Growth `json:"growth"`

	Types        Ranking `json:"types"`
	Access       Ranking `json:"access"`
	Licenses     Ranking `json:"licenses"`
	Keywords     Ranking `json:"keywords"`
	Creators     Ranking `json:"creators"`
	Affiliations Ranking `json:"affiliations"`
	// Communities are those that the records are in, without those of the
	// selection.
	Communities Ranking `json:"communities"`

	MostViewed     []Entry `json:"most_viewed"`
	MostDownloaded []Entry `json:"most_downloaded"`
	// History is views and downloads in sum, by the day on which a harvest saw
	// any of them move. One day alone is no history yet.
	History []Counted `json:"history"`
	// Changes are what the last harvest found; nil where there was none before
	// it.
	Changes *Changes `json:"changes"`
	// Quality says, for each kind of defect, how many records have it. Which
	// ones stands in Issues of their rows.
	Quality []Finding `json:"quality"`
	// Records is the list, in the order of the selection; Omitted is how many
	// records at its end were counted and not listed.
	Records []Row `json:"records"`
	Omitted int   `json:"omitted"`
}

// Source says where the records come from.
type Source struct {
	// Server is the host of the repository, empty where it is not known.
	Server string `json:"server"`
	// HarvestedAt is when the newest of the harvests ran, in RFC 3339; empty
	// where none did.
	HarvestedAt  string       `json:"harvested_at"`
	Completeness Completeness `json:"completeness"`
	Harvests     []Harvest    `json:"harvests"`
}

// Completeness reports whether all was harvested that the server has of a
// selection.
type Completeness string

// The values of Completeness.
const (
	Complete    Completeness = "complete"
	CountsAgree Completeness = "counts"     // as many were harvested as the server counts
	Incomplete  Completeness = "incomplete" // a harvest of the selection lacks records
	Unknown     Completeness = "unknown"    // no harvest selects all of the selection
)

// Harvest is a saved harvest that the records may come from.
type Harvest struct {
	Name    string `json:"name"`
	Records int    `json:"records"`
	// Held is how many records the server should list, Unlisted how many of them
	// it does not list, and Gone how many beside them it has no more.
	Held     int `json:"held"`
	Unlisted int `json:"unlisted"`
	Gone     int `json:"gone"`
	// Total and Listed are what the server counted, nil where it did not.
	Total    *int   `json:"total"`
	Listed   *int   `json:"listed"`
	State    string `json:"state"` // complete, counts or incomplete
	Complete bool   `json:"complete"`
	// ComparedAt is when the ids were last compared with those that the server
	// lists, in RFC 3339, nil if never.
	ComparedAt *string `json:"compared_at"`
	LastRunAt  string  `json:"last_run_at"`
	LastFullAt string  `json:"last_full_at"`
}

// OfText is how many records the server counts, and those beside them that are
// held and not among these.
func (h Harvest) OfText() string {
	text := "not known"
	if h.Listed != nil {
		text = grouped(int64(*h.Listed))
	}
	if h.Unlisted > 0 {
		text += ", " + grouped(int64(h.Unlisted)) + " no longer listed"
	}
	if h.Gone > 0 {
		text += " (+" + grouped(int64(h.Gone)) + " gone)"
	}
	return text
}

// HeldText is how many of the records that the server counts are held.
func (h Harvest) HeldText() string {
	held := h.Held - h.Unlisted
	if h.Listed != nil {
		held = min(held, *h.Listed)
	}
	return grouped(int64(held))
}

// Counts are numbers about all records of the selection; the documentation of
// the package says what each counts.
type Counts struct {
	Records  int   `json:"records"`
	Concepts int   `json:"concepts"`
	Versions int   `json:"versions"`
	Files    int64 `json:"files"`
	Bytes    int64 `json:"bytes"`
	// Creators are distinguished by their ORCID, else by their name.
	Creators  int   `json:"creators"`
	Views     int64 `json:"views"`
	Downloads int64 `json:"downloads"`
	// WithoutFiles is how many records have files that are not known, and so are
	// not in Files and Bytes. HiddenFiles are those among them whose files are not
	// public: restricted and embargoed records. MetadataOnly are records that have
	// no files.
	WithoutFiles int `json:"without_files"`
	HiddenFiles  int `json:"hidden_files"`
	MetadataOnly int `json:"metadata_only"`
	// How many records lack views or downloads, or the time of creation.
	WithoutStatistics int `json:"without_statistics"`
	WithoutCreation   int `json:"without_creation"`
	// WithoutDate is how many have no date of publication that can be read.
	WithoutDate int `json:"without_date"`
}

// Period is a year (2024) or a month (2024-05) and the records of it, also by
// type; "" is those without a type.
type Period struct {
	Period  string         `json:"period"`
	Records int            `json:"records"`
	Types   map[string]int `json:"types"`
}

// Growth is how many records were added in a month, and how many there were at
// its end.
type Growth struct {
	Month string `json:"month"`
	Added int    `json:"added"`
	Total int    `json:"total"`
}

// Ranking is how many records have which value, the most frequent first.
// Spellings that differ in case alone are one value.
type Ranking struct {
	Distinct int         `json:"distinct"` // values
	Without  int         `json:"without"`  // records that have none
	Items    []Frequency `json:"items"`    // at most MaxRanking
}

// Frequency is a value and how many records have it.
type Frequency struct {
	Name    string `json:"name"`
	ORCID   string `json:"orcid,omitzero"` // of a creator
	Records int    `json:"records"`
}

// Entry is a record and a count of it.
type Entry struct {
	ID    string `json:"id"`
	DOI   string `json:"doi"`
	URL   string `json:"url"`
	Title string `json:"title"`
	Count int64  `json:"count"`
}

// Counted is the views and downloads of a selection as of a day.
type Counted struct {
	Day       string `json:"day"` // YYYY-MM-DD
	Views     int64  `json:"views"`
	Downloads int64  `json:"downloads"`
}

// Changes are what harvests found since the runs before their last ones.
type Changes struct {
	Since string `json:"since"` // when the earliest of those runs began, in RFC 3339
	// How many records were added, changed, are gone, or have left a harvest.
	Added   int      `json:"added"`
	Changed int      `json:"changed"`
	Gone    int      `json:"gone"`
	Left    int      `json:"left"`
	Items   []Change `json:"items"` // at most MaxChanges
	Omitted int      `json:"omitted"`
}

// Change is one of them; of a record that was changed there is one a field.
type Change struct {
	Change string `json:"change"` // added, changed, gone, left
	ID     string `json:"id"`
	DOI    string `json:"doi"`
	URL    string `json:"url"`
	Title  string `json:"title"`
	Field  string `json:"field"`
	Old    string `json:"old"`
	New    string `json:"new"`
	Reason string `json:"reason"`
}

// Finding is a kind of defect and how many records have it.
type Finding struct {
	Issue   Issue  `json:"issue"`
	What    string `json:"what"` // for people
	Fix     string `json:"fix"`  // what to do about it
	Records int    `json:"records"`
}

// Row is a record of the list. What the server did not say is empty or nil, and
// so are the files of a record that has none.
type Row struct {
	ID        string  `json:"id"`
	DOI       string  `json:"doi"`
	URL       string  `json:"url"` // of the DOI, else the page; http or https, or empty
	Title     string  `json:"title"`
	Creators  string  `json:"creators"` // the first three, and how many more
	Date      string  `json:"publication_date"`
	Type      string  `json:"type"`
	Subtype   string  `json:"subtype"`
	Access    string  `json:"access"`
	License   string  `json:"license"`
	Version   string  `json:"version"`
	Views     *int64  `json:"views"`
	Downloads *int64  `json:"downloads"`
	Files     *int64  `json:"files"`
	Size      *int64  `json:"size"` // bytes
	Issues    []Issue `json:"issues"`
}
