package deposits

import (
	"fmt"
	"net/http"
	"net/url"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/zharvest/zharvest/zenodotest/internal/catalog"
	"github.com/zharvest/zharvest/zenodotest/internal/wire"
)

// depositionJSON is a deposition as the legacy API gives it out.
type depositionJSON struct {
	Created    string          `json:"created"`
	Modified   string          `json:"modified"`
	ID         int64           `json:"id"`
	Concept    string          `json:"conceptrecid"`
	DOI        string          `json:"doi,omitempty"`
	ConceptDOI string          `json:"conceptdoi,omitempty"`
	DOIURL     string          `json:"doi_url,omitempty"`
	Metadata   metadata        `json:"metadata"`
	Title      string          `json:"title"`
	Links      depositionLinks `json:"links"`
	RecordID   int64           `json:"record_id"`
	Owner      int64           `json:"owner"`
	Files      []depositedFile `json:"files"`
	State      string          `json:"state"`
	Submitted  bool            `json:"submitted"`
}

type depositionLinks struct {
	Self            string            `json:"self"`
	HTML            string            `json:"html"`
	DOI             string            `json:"doi,omitempty"`
	ParentDOI       string            `json:"parent_doi,omitempty"`
	Badge           string            `json:"badge"`
	ConceptBadge    string            `json:"conceptbadge,omitempty"`
	Files           string            `json:"files"`
	Bucket          string            `json:"bucket,omitempty"`
	Thumb250        string            `json:"thumb250,omitempty"`
	Thumbs          map[string]string `json:"thumbs,omitempty"`
	LatestDraft     string            `json:"latest_draft"`
	LatestDraftHTML string            `json:"latest_draft_html"`
	Publish         string            `json:"publish"`
	Edit            string            `json:"edit"`
	Discard         string            `json:"discard"`
	NewVersion      string            `json:"newversion"`
	Record          string            `json:"record,omitempty"`
	RecordHTML      string            `json:"record_html,omitempty"`
	Latest          string            `json:"latest,omitempty"`
	LatestHTML      string            `json:"latest_html,omitempty"`
}

// depositedFile is a file within a deposition: its size is a whole number
// there, and one with a fraction where it stands by itself.
type depositedFile struct {
	ID       string    `json:"id"`
	Filename string    `json:"filename"`
	Filesize any       `json:"filesize"`
	Checksum string    `json:"checksum"`
	Links    fileLinks `json:"links"`
}

type fileLinks struct {
	Self     string `json:"self"`
	Download string `json:"download"`
}

// fraction is a number that is written with its fraction even if that is zero.
type fraction int64

// MarshalJSON writes 852 as 852.0.
func (f fraction) MarshalJSON() ([]byte, error) { return fmt.Appendf(nil, "%d.0", int64(f)), nil }

// depositionAnswer answers with a deposition.
func (s *Server) depositionAnswer(r *http.Request, status int, d *deposition) *wire.Answer {
	a := wire.JSON(status, s.describe(d, wire.Root(r)))
	return a.Set("ETag", strconv.Quote(strconv.Itoa(d.current().revision)))
}

// describe is a deposition with links that begin with root.
func (s *Server) describe(d *deposition, root string) depositionJSON {
	shown := d.current()
	out := depositionJSON{
		Created: d.created.UTC().Format(catalog.TimeLayout), Modified: shown.modified.UTC().Format(catalog.TimeLayout),
		ID: d.id, RecordID: d.id, Concept: strconv.FormatInt(d.concept, 10), DOI: shown.metadata.DOI,
		Metadata: shown.metadata, Title: shown.metadata.Title, Owner: d.owner, Files: []depositedFile{},
		State: d.state(), Submitted: d.released != nil,
	}
	out.ConceptDOI = s.conceptDOI(d)
	if out.DOI != "" {
		out.DOIURL = "https://doi.org/" + out.DOI
	}
	out.Metadata.Prereserved = &prereserved{reserved(d.id), d.id}
	out.Metadata.Communities = nil
	for _, slug := range shown.metadata.joined(s.memberships[d.concept]) {
		out.Metadata.Communities = append(out.Metadata.Communities, communitySlug{slug})
	}
	out.Links = d.links(root, out.DOI, out.ConceptDOI)
	for _, f := range shown.files {
		if f.done {
			out.Files = append(out.Files, d.fileJSON(f, out.Links.Files, root))
		}
	}
	return out
}

// conceptDOI is that of a concept with a published version whose DOI Zenodo
// gave out.
func (s *Server) conceptDOI(d *deposition) string {
	last := s.latestOf(d.concept)
	if last == nil || !last.released.metadata.registers() {
		return ""
	}
	return reserved(d.concept)
}

// fileJSON is a file of a deposition. Its download link is that of a draft,
// which leads nowhere once it is published.
func (d *deposition) fileJSON(f *file, files, root string) depositedFile {
	return depositedFile{
		ID: f.id, Filename: f.key, Filesize: f.blob.size, Checksum: f.blob.checksum,
		Links: fileLinks{files + "/" + f.id, fmt.Sprintf("%s/api/records/%d/draft/files/%s/content", root, d.id, quoteKey(f.key))},
	}
}

// links are those of a deposition: the ones of the record where it is
// published and not being edited.
func (d *deposition) links(root, doi, conceptDOI string) depositionLinks {
	legacy := fmt.Sprintf("%s/api/deposit/depositions/%d", root, d.id)
	record := fmt.Sprintf("%s/api/records/%d", root, d.id)
	page := fmt.Sprintf("%s/records/%d", root, d.id)
	links := depositionLinks{
		Self: legacy, HTML: fmt.Sprintf("%s/deposit/%d", root, d.id), Badge: badge(root, doi),
		Files: legacy + "/files", Bucket: root + "/api/files/" + d.current().bucket,
		LatestDraft: legacy, LatestDraftHTML: fmt.Sprintf("%s/deposit/%d", root, d.id),
		Publish: legacy + "/actions/publish", Edit: legacy + "/actions/edit",
		Discard: legacy + "/actions/discard", NewVersion: legacy + "/actions/newversion",
	}
	if doi != "" {
		links.DOI = "https://doi.org/" + doi
	}
	if d.draft == nil {
		links.Self, links.HTML, links.Files = record, page, record+"/files"
	}
	if d.draft == nil && conceptDOI != "" {
		links.ParentDOI, links.ConceptBadge = "https://doi.org/"+conceptDOI, badge(root, conceptDOI)
	}
	if d.released != nil {
		links.Record, links.RecordHTML = record, fmt.Sprintf("%s/record/%d", root, d.id)
		links.Latest, links.LatestHTML = record+"/versions/latest", page+"/latest"
	}
	if slices.ContainsFunc(d.current().files, isImage) {
		links.addThumbnails(fmt.Sprintf("%s/record/%d/thumb", root, d.id))
	}
	return links
}

func badge(root, doi string) string { return root + "/badge/doi/" + url.PathEscape(doi) + ".svg" }

func (l *depositionLinks) addThumbnails(base string) {
	l.Thumb250, l.Thumbs = base+"250", map[string]string{}
	for _, size := range []string{"10", "50", "100", "250", "750", "1200"} {
		l.Thumbs[size] = base + size
	}
}

func isImage(f *file) bool {
	return slices.Contains([]string{".png", ".jpg", ".jpeg", ".gif", ".tif", ".tiff", ".jp2"}, strings.ToLower(path.Ext(f.key)))
}

// quoteKey escapes the name of a file for a path as Zenodo does.
func quoteKey(key string) string { return wire.QuoteKey(key) }
