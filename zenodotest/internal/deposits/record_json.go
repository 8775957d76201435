package deposits

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/zharvest/zharvest/zenodotest/internal/catalog"
)

// published is what makes the record of a deposition.
type published struct {
	id, concept, owner int64
	created            time.Time
	edition            *edition
	communities        []string
	place              catalog.Place
	root               string // what links begin with
}

// recordJSON is a record as the search gives it out.
type recordJSON struct {
	Created    string            `json:"created"`
	Modified   string            `json:"modified"`
	ID         int64             `json:"id"`
	Concept    string            `json:"conceptrecid"`
	DOI        string            `json:"doi"`
	ConceptDOI string            `json:"conceptdoi,omitempty"`
	DOIURL     string            `json:"doi_url"`
	Metadata   recordMetadata    `json:"metadata"`
	Title      string            `json:"title"`
	Links      map[string]string `json:"links"`
	Updated    string            `json:"updated"`
	RecID      string            `json:"recid"`
	Revision   int               `json:"revision"`
	Files      []recordFile      `json:"files"`
	SWH        struct{}          `json:"swh"`
	Owners     []idOnly          `json:"owners"`
	Status     string            `json:"status"`
	Stats      map[string]int    `json:"stats"`
	State      string            `json:"state"`
	Submitted  bool              `json:"submitted"`
}

// recordMetadata is that of a record: it differs from a deposition's where
// things have parts.
type recordMetadata struct {
	Title           string              `json:"title"`
	DOI             string              `json:"doi"`
	PublicationDate string              `json:"publication_date"`
	Description     string              `json:"description,omitempty"`
	AccessRight     string              `json:"access_right"`
	EmbargoDate     string              `json:"embargo_date,omitempty"`
	Creators        []person            `json:"creators"`
	Contributors    []contributor       `json:"contributors,omitempty"`
	Keywords        []string            `json:"keywords,omitempty"`
	Subjects        []subject           `json:"subjects,omitempty"`
	Related         []relatedThing      `json:"related_identifiers,omitempty"`
	Locations       []location          `json:"locations,omitempty"`
	Dates           []dateOf            `json:"dates,omitempty"`
	Version         string              `json:"version,omitempty"`
	References      []string            `json:"references,omitempty"`
	Language        string              `json:"language,omitempty"`
	Custom          map[string]any      `json:"custom,omitempty"`
	ResourceType    map[string]string   `json:"resource_type"`
	Journal         map[string]string   `json:"journal,omitempty"`
	Meeting         map[string]string   `json:"meeting,omitempty"`
	Imprint         map[string]string   `json:"imprint,omitempty"`
	Thesis          map[string]string   `json:"thesis,omitempty"`
	Alternate       []map[string]string `json:"alternate_identifiers,omitempty"`
	License         *idOnly             `json:"license,omitempty"`
	Grants          []recordGrant       `json:"grants,omitempty"`
	Communities     []idOnly            `json:"communities,omitempty"`
	Relations       recordRelations     `json:"relations"`
	Notes           string              `json:"notes,omitempty"`
	Method          string              `json:"method,omitempty"`
}

type idOnly struct {
	ID string `json:"id"`
}

type recordGrant struct {
	Code       string            `json:"code"`
	InternalID string            `json:"internal_id"`
	Funder     map[string]string `json:"funder"`
}

type recordRelations struct {
	Version []versionRelation `json:"version"`
}

type versionRelation struct {
	Index  int       `json:"index"`
	IsLast bool      `json:"is_last"`
	Parent conceptID `json:"parent"`
}

type conceptID struct {
	Type  string `json:"pid_type"`
	Value string `json:"pid_value"`
}

type recordFile struct {
	ID       string            `json:"id"`
	Key      string            `json:"key"`
	Size     int64             `json:"size"`
	Checksum string            `json:"checksum"`
	Links    map[string]string `json:"links"`
}

func recordOf(p published) recordJSON {
	m := p.edition.metadata
	updated := p.edition.modified.UTC().Format(catalog.TimeLayout)
	out := recordJSON{
		Created: p.created.UTC().Format(catalog.TimeLayout), Modified: updated, Updated: updated,
		ID: p.id, RecID: strconv.FormatInt(p.id, 10), Concept: strconv.FormatInt(p.concept, 10),
		DOI: m.DOI, DOIURL: "https://doi.org/" + m.DOI, Metadata: p.metadata(), Title: m.Title, Links: p.links(),
		Revision: p.place.Revision, Files: p.files(), Owners: []idOnly{{strconv.FormatInt(p.owner, 10)}},
		Status: "published", Stats: map[string]int{}, State: "done", Submitted: true,
	}
	if m.registers() {
		out.ConceptDOI = reserved(p.concept)
	}
	for _, name := range []string{"downloads", "unique_downloads", "views", "unique_views"} {
		out.Stats[name], out.Stats["version_"+name] = 0, 0
	}
	return out
}

// metadata is that of the record.
func (p published) metadata() recordMetadata {
	m := p.edition.metadata
	out := recordMetadata{
		Title: m.Title, DOI: m.DOI, PublicationDate: m.PublicationDate, Description: m.Description, AccessRight: m.AccessRight,
		EmbargoDate: m.EmbargoDate, Creators: m.Creators, Contributors: m.Contributors, Keywords: m.Keywords, Subjects: m.Subjects,
		Locations: m.Locations, Dates: m.Dates, Version: m.Version, References: m.References, Language: m.Language, Custom: m.Custom,
		ResourceType: resourceType(m), Notes: m.Notes, Method: m.Method,
		Journal: given("title", m.JournalTitle, "volume", m.JournalVolume, "issue", m.JournalIssue, "pages", m.JournalPages),
		Meeting: given("title", m.MeetingTitle, "acronym", m.MeetingAcronym, "dates", m.MeetingDates, "place", m.MeetingPlace,
			"url", m.MeetingURL, "session", m.MeetingSession, "session_part", m.MeetingPart),
		Imprint: given("place", m.ImprintPlace, "isbn", m.ISBN), Thesis: given("university", m.University),
	}
	for _, r := range m.Related {
		if isAlternate(r) == 1 {
			out.Alternate = append(out.Alternate, map[string]string{"identifier": r.Identifier})
			continue
		}
		out.Related = append(out.Related, r)
	}
	if m.License != "" {
		out.License = &idOnly{m.License}
	}
	for _, g := range m.Grants {
		out.Grants = append(out.Grants, recordGrantOf(g))
	}
	for _, slug := range p.communities {
		out.Communities = append(out.Communities, idOnly{slug})
	}
	out.Relations.Version = []versionRelation{{p.place.Index, p.place.IsLatest, conceptID{"recid", strconv.FormatInt(p.concept, 10)}}}
	return out
}

// given is an object of the values that are not empty, or nil.
func given(namesAndValues ...string) map[string]string {
	out := map[string]string{}
	for i := 0; i+1 < len(namesAndValues); i += 2 {
		if namesAndValues[i+1] != "" {
			out[namesAndValues[i]] = namesAndValues[i+1]
		}
	}
	if len(out) == 0 {
		return nil
	}
	return out
}

func resourceType(m metadata) map[string]string {
	return given("title", catalog.TypeTitle(m.UploadType, m.subtype()), "type", m.UploadType, "subtype", m.subtype())
}

func recordGrantOf(g grant) recordGrant {
	funder, code, _ := strings.Cut(g.ID, "::")
	name := funder
	if funder == "10.13039/501100000780" {
		name = "European Commission"
	}
	return recordGrant{Code: code, InternalID: g.ID, Funder: map[string]string{"name": name, "doi": funder}}
}

// isOpen reports whether everyone may see the files.
func (m metadata) isOpen() bool { return m.AccessRight == "open" }

// files are none where not everyone may see them.
func (p published) files() []recordFile {
	files := []recordFile{}
	if !p.edition.metadata.isOpen() {
		return files
	}
	for _, f := range p.edition.files {
		files = append(files, recordFile{f.id, f.key, f.blob.size, "md5:" + f.blob.checksum, map[string]string{
			"self": fmt.Sprintf("%s/api/records/%d/files/%s/content", p.root, p.id, quoteKey(f.key)),
		}})
	}
	return files
}

// links are those of a record.
func (p published) links() map[string]string {
	api, page := fmt.Sprintf("%s/api/records/%d", p.root, p.id), fmt.Sprintf("%s/records/%d", p.root, p.id)
	concept := fmt.Sprintf("/records/%d", p.concept)
	links := map[string]string{
		"self": api, "self_html": page, "preview_html": page + "?preview=1", "reserve_doi": api + "/draft/pids/doi",
		"doi": "https://doi.org/" + p.edition.metadata.DOI, "self_doi": "https://doi.org/" + p.edition.metadata.DOI,
		"self_doi_html": p.root + "/doi/" + p.edition.metadata.DOI,
		"parent":        p.root + "/api" + concept, "parent_html": p.root + concept,
		"self_iiif_manifest": fmt.Sprintf("%s/api/iiif/record:%d/manifest", p.root, p.id),
		"self_iiif_sequence": fmt.Sprintf("%s/api/iiif/record:%d/sequence/default", p.root, p.id),
		"archive":            api + "/files-archive", "archive_media": api + "/media-files-archive",
		"latest": api + "/versions/latest", "latest_html": page + "/latest",
	}
	for name, end := range map[string]string{
		"files": "files", "media_files": "media-files", "versions": "versions", "draft": "draft", "access": "access",
		"access_links": "access/links", "access_grants": "access/grants", "access_users": "access/users", "access_request": "access/request",
		"communities": "communities", "communities-suggestions": "communities-suggestions", "request_deletion": "request-deletion",
		"file_modification": "file-modification", "quota_increase": "quota-increase", "requests": "requests",
	} {
		links[name] = api + "/" + end
	}
	if p.edition.metadata.registers() {
		links["parent_doi"] = "https://doi.org/" + reserved(p.concept)
		links["parent_doi_html"] = p.root + "/doi/" + reserved(p.concept)
	}
	return links
}
