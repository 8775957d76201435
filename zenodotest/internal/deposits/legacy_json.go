package deposits

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/zharvest/zharvest/zenodotest/internal/filenames"
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
	Metadata   object          `json:"metadata"`
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
	a := wire.JSON(status, s.describe(r, d))
	return a.Set("ETag", strconv.Quote(strconv.Itoa(d.current().revision)))
}

func itoa(n int64) string { return strconv.FormatInt(n, 10) }

// describe is a deposition with its links.
func (s *Server) describe(r *http.Request, d *deposition) depositionJSON {
	shown, doc := d.current(), s.native(d, d.current(), s.placeOf(r, d))
	out := depositionJSON{
		Created: doc.Created, Modified: doc.Updated, ID: d.id, RecordID: d.id, Concept: itoa(d.concept), DOI: shown.doi(),
		Metadata: s.legacyMetadata(d, doc), Title: shown.text("title"), Owner: d.owner, Files: []depositedFile{}, Submitted: d.isPublished(),
		State: "unsubmitted", ConceptDOI: textOf(member(member(doc.Parent, "pids"), "doi")["identifier"]),
	}
	switch {
	case d.isPublished() && d.draft == nil:
		out.State = "done"
	case d.isPublished():
		out.State = "inprogress"
	}
	if out.DOI != "" {
		out.DOIURL = "https://doi.org/" + out.DOI
	}
	out.Links = d.links(wire.Root(r), out.DOI, out.ConceptDOI)
	for _, f := range shown.files {
		if f.done {
			out.Files = append(out.Files, d.fileJSON(f, out.Links.Files, wire.Root(r)))
		}
	}
	return out
}

// legacyMetadata is what the legacy API has a place for, which differs from a
// record's where things have parts.
func (s *Server) legacyMetadata(d *deposition, doc nativeJSON) object {
	var record struct{ Metadata object }
	if err := json.Unmarshal(s.legacyRecord(doc), &record); err != nil {
		return object{}
	}
	m := record.Metadata
	grants, license := objects(m["grants"]), member(m, "license")
	for name := range strings.FieldsSeq("journal meeting imprint part_of thesis relations resource_type license grants communities alternate_identifiers") {
		delete(m, name)
	}
	for name, members := range customAttributes {
		for _, attribute := range members {
			_, short, _ := strings.Cut(attribute, "_")
			set(m, attribute, textOf(member(doc.Custom, name)[short]))
		}
	}
	set(m, "imprint_publisher", textOf(doc.Metadata["publisher"]))
	set(m, "license", textOf(license["id"]))
	var ids, communities []any
	for _, g := range grants {
		ids = append(ids, object{"id": g["internal_id"]})
	}
	set(m, "grants", ids)
	slugs := s.cfg.Catalog.CommunitiesOf(d.concept)
	for _, slug := range textsOf(doc.Custom["legacy:communities"]) {
		if !slices.Contains(slugs, slug) {
			slugs = append(slugs, slug)
		}
	}
	for _, slug := range slugs {
		communities = append(communities, object{"identifier": slug})
	}
	set(m, "communities", communities)
	related, _ := m["related_identifiers"].([]any)
	for _, o := range objects(doc.Metadata["identifiers"]) {
		related = append(related, object{"identifier": o["identifier"], "relation": "isAlternateIdentifier", "scheme": o["scheme"]})
	}
	set(m, "related_identifiers", related)
	kind, subtype, _ := strings.Cut(textOf(member(doc.Metadata, "resource_type")["id"]), "-")
	set(m, "upload_type", kind)
	set(m, kind+"_type", subtype)
	if list, _ := m["creators"].([]any); len(list) == 0 {
		delete(m, "creators")
	}
	if m["title"] == "" {
		delete(m, "title")
	}
	m["prereserve_doi"] = object{"doi": s.cfg.Catalog.DOI(d.id), "recid": d.id}
	return m
}

// fileJSON is a file of a deposition. Its download link is that of a draft,
// which leads nowhere once it is published.
func (d *deposition) fileJSON(f *file, files, root string) depositedFile {
	return depositedFile{
		ID: f.id, Filename: f.key, Filesize: f.blob.size, Checksum: f.blob.checksum,
		Links: fileLinks{files + "/" + f.id, fmt.Sprintf("%s/api/records/%d/draft/files/%s/content", root, d.id, filenames.Quote(f.key))},
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
	if d.isPublished() {
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
