package deposits

import (
	"cmp"
	"encoding/json"
	"maps"
	"net/http"
	"path"
	"strconv"
	"strings"
	"time"

	"github.com/zharvest/zharvest/zenodotest/internal/catalog"
	"github.com/zharvest/zharvest/zenodotest/internal/filenames"
	"github.com/zharvest/zharvest/zenodotest/internal/forms"
	"github.com/zharvest/zharvest/zenodotest/internal/rawjson"
	"github.com/zharvest/zharvest/zenodotest/internal/wire"
)

// TypeNative is the media type of InvenioRDM's own JSON.
const TypeNative = "application/vnd.inveniordm.v1+json"

// WantsNative reports whether a request names InvenioRDM's own JSON.
func WantsNative(r *http.Request) bool {
	return wire.Negotiate(r, []string{wire.TypeJSON, TypeNative}) == TypeNative
}

// nativeJSON is a draft or a record as InvenioRDM itself gives it out.
type nativeJSON struct {
	ID          string            `json:"id"`
	Created     string            `json:"created"`
	Updated     string            `json:"updated"`
	Links       object            `json:"links"`
	Revision    int               `json:"revision_id"`
	Parent      object            `json:"parent"`
	Versions    versionsJSON      `json:"versions"`
	IsPublished bool              `json:"is_published"`
	IsDraft     bool              `json:"is_draft"`
	Expires     string            `json:"expires_at,omitempty"`
	PIDs        object            `json:"pids"`
	Metadata    object            `json:"metadata"`
	Custom      object            `json:"custom_fields"`
	Access      object            `json:"access"`
	Files       object            `json:"files"`
	MediaFiles  object            `json:"media_files"`
	Status      string            `json:"status"`
	Deletion    object            `json:"deletion_status,omitempty"`
	Stats       object            `json:"stats,omitempty"`
	SWH         *object           `json:"swh,omitempty"`
	Errors      []wire.FieldError `json:"errors,omitempty"`
	UI          json.RawMessage   `json:"ui,omitempty"`
}

type versionsJSON struct {
	IsLatest      bool `json:"is_latest"`
	IsLatestDraft bool `json:"is_latest_draft"`
	Index         int  `json:"index"`
}

// place is where a record stands, and who looks at it.
type place struct {
	catalog.Place
	communities object // that the versions of the record are in
	root        string // what links begin with
	isStranger  bool   // whether what only those see who may change the record is left out
}

// placeOf is that of a draft or record as those see it who may change it.
func (s *Server) placeOf(r *http.Request, d *deposition) place {
	at, ok := s.cfg.Catalog.Place(d.id)
	if last := s.latestOf(d.concept); !ok && last != nil {
		at, _ = s.cfg.Catalog.Place(last.id)
		at.Index, at.IsLatest = at.Index+1, false
	}
	return place{Place: at, communities: s.membership(s.cfg.Catalog.CommunitiesOf(d.concept)), root: wire.Root(r)}
}

// native is an edition of a deposition: its draft or its record.
func (s *Server) native(d *deposition, e *edition, at place) nativeJSON {
	out := nativeJSON{
		ID: s.text(d.id), Created: stamp(d.created), Updated: stamp(e.modified), Links: s.linksOf(d, e, at.root), Revision: e.revision,
		Parent: s.parent(d, at), Versions: versionsJSON{at.IsLatest, s.isLast(d), at.Index + 1}, IsPublished: d.isPublished(), IsDraft: e == d.draft,
		PIDs: e.pids, Metadata: s.schema.Expanded(e.metadata), Custom: e.custom, Access: e.accessJSON(), Files: e.filesJSON(),
		MediaFiles: object{"enabled": false, "order": []any{}, "count": 0, "total_bytes": 0, "entries": object{}}, Status: "published",
	}
	if out.IsDraft {
		out.Created, out.Status = stamp(d.drafted), d.status()
		out.Expires = d.drafted.UTC().Format("2006-01-02 15:04:05.000000+00:00")
		return out
	}
	if at.isStranger && (e.access["files"] == "restricted" || e.status() == "embargoed") {
		out.Files = object{"enabled": true}
	}
	out.Deletion = object{"is_deleted": false, "status": "P"}
	counts := object{"views": 0, "unique_views": 0, "downloads": 0, "unique_downloads": 0, "data_volume": json.Number("0.0")}
	if out.Stats = d.stats; out.Stats == nil {
		out.Stats = object{"this_version": counts, "all_versions": counts}
	}
	if !s.cfg.Access.Native {
		out.SWH = &object{}
	}
	return out
}

func stamp(at time.Time) string { return at.UTC().Format(catalog.TimeLayout) }

// status is that of a draft.
func (d *deposition) status() string {
	switch {
	case d.review != nil && d.review.status == "created":
		return "draft_with_review"
	case d.review != nil && d.review.status == "submitted":
		return "in_review"
	case d.review != nil && d.review.status == "declined":
		return "declined"
	case d.isPublished():
		return "published"
	case d.isNewVersion:
		return "new_version_draft"
	}
	return "draft"
}

func (s *Server) parent(d *deposition, at place) object {
	access := object{
		"owned_by": object{"user": strconv.FormatInt(d.owner, 10)},
		"settings": object{"allow_user_requests": false, "allow_guest_requests": false, "accept_conditions_text": nil, "secret_link_expiration": 0},
	}
	if !at.isStranger {
		links := []any{}
		for _, l := range s.links[d.concept] {
			links = append(links, object{"id": l.ID})
		}
		access["grants"], access["links"] = []any{}, links
	}
	parent := object{"id": s.text(d.concept), "access": access, "communities": at.communities, "pids": object{}}
	if last := s.latestOf(d.concept); last != nil && s.registers(last.released.content) && last.released.doi() != "" || s.isReleased(d) {
		parent["pids"] = object{"doi": s.reserved(d.concept)}
	}
	if d.review != nil && !at.isStranger {
		parent["review"] = object{
			"id": d.review.id, "links": object{}, "type": d.review.kind, "title": "", "status": d.review.status,
			"receiver": object{"community": s.communityID(d.review.community)},
		}
	}
	return parent
}

// isReleased reports whether a deposition is being published, under a DOI of the
// server's.
func (s *Server) isReleased(d *deposition) bool {
	return d.isPublished() && d.draft == nil && d.released.doi() != "" && s.registers(d.released.content)
}

// membership is which communities the versions of a record are in.
func (s *Server) membership(slugs []string) object {
	if len(slugs) == 0 {
		return object{}
	}
	var ids, entries []any
	for _, slug := range slugs {
		entry := forms.Entry(slug)
		entry["id"] = s.communityID(slug)
		ids, entries = append(ids, entry["id"]), append(entries, entry)
	}
	return object{"ids": ids, "default": ids[0], "entries": entries}
}

func (s *Server) communityID(slug string) string {
	found, _ := s.cfg.Catalog.FindCommunity(slug)
	return cmp.Or(found.ID, forms.CommunityID(slug))
}

// accessJSON is who may see an edition.
func (e *edition) accessJSON() object {
	embargo := object{"active": false, "reason": nil}
	maps.Copy(embargo, member(e.access, "embargo"))
	return object{"record": e.access["record"], "files": e.access["files"], "embargo": embargo, "status": e.status()}
}

// status is that of the access to an edition.
func (e *edition) status() string {
	switch {
	case member(e.access, "embargo")["active"] == true:
		return "embargoed"
	case e.access["files"] != "public":
		return "restricted"
	case e.isMetadata:
		return "metadata-only"
	}
	return "open"
}

func (e *edition) filesJSON() object {
	if e.isMetadata {
		return object{"enabled": false, "order": []any{}, "count": 0, "total_bytes": 0, "entries": object{}}
	}
	entries, size := object{}, int64(0)
	for _, f := range e.files {
		entry := object{"key": f.key, "metadata": f.metadata, "access": object{"hidden": false}}
		if f.done {
			size += f.blob.size
			entry["id"], entry["checksum"], entry["size"], entry["storage_class"] = f.id, "md5:"+f.blob.checksum, f.blob.size, "L"
			entry["ext"], entry["mimetype"] = strings.TrimPrefix(strings.ToLower(path.Ext(f.key)), "."), filenames.MediaType(f.key)
		}
		entries[f.key] = entry
	}
	out := object{"enabled": true, "order": []any{}, "count": len(entries), "total_bytes": size, "entries": entries}
	if e.preview != "" {
		out["default_preview"] = e.preview
	}
	return out
}

// linksOf are the links of a draft or record.
func (s *Server) linksOf(d *deposition, e *edition, root string) object {
	id, isDraft := s.text(d.id), e == d.draft
	record, page := root+"/api/records/"+id, root+"/records/"+id
	self, kind := record, "record"
	if isDraft {
		self, kind = record+"/draft", "draft"
	}
	links := object{
		"self": self, "self_html": page, "preview_html": page + "?preview=1", "reserve_doi": record + "/draft/pids/doi",
		"self_iiif_manifest": root + "/api/iiif/" + kind + ":" + id + "/manifest",
		"self_iiif_sequence": root + "/api/iiif/" + kind + ":" + id + "/sequence/default",
		"files":              self + "/files", "media_files": self + "/media-files", "archive": self + "/files-archive",
		"archive_media": self + "/media-files-archive", "access": record + "/access", "access_links": record + "/access/links",
		"access_grants": record + "/access/grants", "access_users": record + "/access/users", "access_request": record + "/access/request",
	}
	for _, name := range []string{"versions", "communities", "communities-suggestions", "requests"} {
		links[name] = record + "/" + name
	}
	links["quota_increase"] = record + "/quota-increase"
	if s.cfg.Access.Native {
		links["access_groups"] = record + "/access/groups"
	}
	if doi := e.doi(); doi != "" {
		links["doi"], links["self_doi"] = "https://doi.org/"+doi, "https://doi.org/"+doi
	}
	if last := s.latestOf(d.concept); last != nil && s.registers(last.released.content) || s.isReleased(d) {
		doi := s.cfg.Catalog.DOI(d.concept)
		links["parent_doi"], links["parent_doi_html"] = "https://doi.org/"+doi, root+"/doi/"+doi
	}
	if d.isPublished() {
		links["request_deletion"], links["file_modification"] = record+"/request-deletion", record+"/file-modification"
	}
	if isDraft {
		links["self_html"], links["publish"], links["review"] = root+"/uploads/"+id, self+"/actions/publish", self+"/review"
		links["record"], links["record_html"] = record, page
		return links
	}
	links["draft"], links["latest"], links["latest_html"] = record+"/draft", record+"/versions/latest", page+"/latest"
	links["parent"], links["parent_html"] = root+"/api/records/"+s.text(d.concept), root+"/records/"+s.text(d.concept)
	if doi := e.doi(); doi != "" {
		links["self_doi_html"] = root + "/doi/" + doi
	}
	return links
}

// wantsNative reports whether a request is answered in InvenioRDM's own form, and
// under which media type.
func (s *Server) wantsNative(r *http.Request) (mediaType string, native bool) {
	if s.cfg.Access.Native {
		return wire.Negotiate(r, []string{wire.TypeJSON, TypeNative}), true
	}
	mediaType = cmp.Or(wire.Negotiate(r, []string{wire.TypeJSON, "application/vnd.zenodo.v1+json", TypeNative}), wire.TypeJSON)
	return mediaType, mediaType == TypeNative
}

// draftAnswer answers with a draft, or with the record where there is none, in the
// form that is asked for.
func (s *Server) draftAnswer(r *http.Request, status int, d *deposition, problems []wire.FieldError) *wire.Answer {
	kind, native := s.wantsNative(r)
	doc := s.native(d, d.current(), s.placeOf(r, d))
	doc.Errors = problems
	if status == http.StatusCreated && doc.Access["status"] == "open" && len(d.current().files) == 0 && r.URL.Path == "/api/records" {
		doc.Access["status"] = "metadata-only" // it has no files yet
	}
	a := &wire.Answer{Status: status, ContentType: kind}
	if native {
		a.Body = rawjson.Spaced(doc)
	} else {
		a.Body = s.legacyRecord(doc)
	}
	return a.Set("ETag", strconv.Quote(strconv.Itoa(d.current().revision)))
}

// legacyRecord is a draft or record in the form of the legacy API's records.
func (s *Server) legacyRecord(doc nativeJSON) []byte {
	raw, err := forms.Legacy(rawjson.Spaced(doc))
	if err != nil {
		return wire.InternalError().Body
	}
	if !doc.IsDraft {
		return raw
	}
	raw = rawjson.Replace(raw, `"draft"`, "status")
	if doc.IsPublished {
		return rawjson.Replace(raw, `"inprogress"`, "state")
	}
	return rawjson.Replace(rawjson.Replace(raw, `"unsubmitted"`, "state"), "false", "submitted")
}

// Managed is the record that was deposited here as those see it who may see more
// of it than others; nil for anybody else, and for other records.
func (s *Server) Managed(r *http.Request, id string) *wire.Answer {
	s.mu.Lock()
	defer s.mu.Unlock()
	d, _ := s.lookUp(id)
	if d == nil || !d.isPublished() || !s.may(r, d, toView) {
		return nil
	}
	record := *d
	record.draft = nil
	return s.draftAnswer(r, http.StatusOK, &record, nil)
}
