package deposits

import "slices"

// metadata is what a deposition says of itself, in the order in which Zenodo
// writes it. Times of publication and the like are texts as they were given.
type metadata struct {
	Title           string          `json:"title,omitempty"`
	DOI             string          `json:"doi,omitempty"`
	PublicationDate string          `json:"publication_date,omitempty"`
	Description     string          `json:"description,omitempty"`
	AccessRight     string          `json:"access_right,omitempty"`
	EmbargoDate     string          `json:"embargo_date,omitempty"`
	Creators        []person        `json:"creators,omitempty"`
	Contributors    []contributor   `json:"contributors,omitempty"`
	Keywords        []string        `json:"keywords,omitempty"`
	Subjects        []subject       `json:"subjects,omitempty"`
	Related         []relatedThing  `json:"related_identifiers,omitempty"`
	Locations       []location      `json:"locations,omitempty"`
	Dates           []dateOf        `json:"dates,omitempty"`
	Version         string          `json:"version,omitempty"`
	References      []string        `json:"references,omitempty"`
	Language        string          `json:"language,omitempty"`
	Custom          map[string]any  `json:"custom,omitempty"`
	Grants          []grant         `json:"grants,omitempty"`
	License         string          `json:"license,omitempty"`
	JournalTitle    string          `json:"journal_title,omitempty"`
	JournalVolume   string          `json:"journal_volume,omitempty"`
	JournalIssue    string          `json:"journal_issue,omitempty"`
	JournalPages    string          `json:"journal_pages,omitempty"`
	MeetingTitle    string          `json:"conference_title,omitempty"`
	MeetingAcronym  string          `json:"conference_acronym,omitempty"`
	MeetingDates    string          `json:"conference_dates,omitempty"`
	MeetingPlace    string          `json:"conference_place,omitempty"`
	MeetingURL      string          `json:"conference_url,omitempty"`
	MeetingSession  string          `json:"conference_session,omitempty"`
	MeetingPart     string          `json:"conference_session_part,omitempty"`
	Publisher       string          `json:"imprint_publisher,omitempty"`
	ISBN            string          `json:"imprint_isbn,omitempty"`
	ImprintPlace    string          `json:"imprint_place,omitempty"`
	PartOfPages     string          `json:"partof_pages,omitempty"`
	PartOfTitle     string          `json:"partof_title,omitempty"`
	University      string          `json:"thesis_university,omitempty"`
	Communities     []communitySlug `json:"communities,omitempty"`
	Notes           string          `json:"notes,omitempty"`
	Method          string          `json:"method,omitempty"`
	UploadType      string          `json:"upload_type,omitempty"`
	PublicationType string          `json:"publication_type,omitempty"`
	ImageType       string          `json:"image_type,omitempty"`
	SoftwareType    string          `json:"software_type,omitempty"`
	Prereserved     *prereserved    `json:"prereserve_doi,omitempty"`

	asGiven *nativeGiven // nil where the legacy API wrote it
}

// person is a creator. The affiliation is null where there is none, not absent.
type person struct {
	Name        string  `json:"name"`
	Affiliation *string `json:"affiliation"`
	ORCID       string  `json:"orcid,omitempty"`
	GND         string  `json:"gnd,omitempty"`
}

type contributor struct {
	person
	Type *string `json:"type"` // null for a role without a name
}

type subject struct {
	Term       string `json:"term"`
	Identifier string `json:"identifier"`
	Scheme     string `json:"scheme"`
}

type relatedThing struct {
	Identifier   string `json:"identifier"`
	Relation     string `json:"relation,omitempty"`
	ResourceType string `json:"resource_type,omitempty"`
	Scheme       string `json:"scheme"`
}

type location struct {
	Place       string   `json:"place"`
	Description string   `json:"description,omitempty"`
	Lon         *float64 `json:"lon,omitempty"`
	Lat         *float64 `json:"lat,omitempty"`
}

// dateOf has a start and an end only where it is an interval: a single date is
// kept, and not given out.
type dateOf struct {
	Start       string `json:"start,omitempty"`
	End         string `json:"end,omitempty"`
	Type        string `json:"type"`
	Description string `json:"description,omitempty"`
}

type grant struct {
	ID string `json:"id"`
}

type communitySlug struct {
	Identifier string `json:"identifier"`
}

type prereserved struct {
	DOI   string `json:"doi"`
	RecID int64  `json:"recid"`
}

// joined is the slugs of communities, those of the concept's earlier versions
// among them, each once.
func (m metadata) joined(earlier []string) []string {
	slugs := slices.Clone(earlier)
	for _, c := range m.Communities {
		if !slices.Contains(slugs, c.Identifier) {
			slugs = append(slugs, c.Identifier)
		}
	}
	return slugs
}

// subtype is the second half of the resource type.
func (m metadata) subtype() string {
	switch m.UploadType {
	case "publication":
		return m.PublicationType
	case "image":
		return m.ImageType
	case "software":
		return m.SoftwareType
	}
	return ""
}
