package forms

import (
	"cmp"
	"encoding/json"
	"fmt"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/zharvest/zharvest/zenodotest/internal/rawjson"
)

// Record is a record in the native form.
type Record struct {
	ID           string   `json:"id"`
	Created      string   `json:"created,omitempty"`
	Updated      string   `json:"updated,omitempty"`
	Links        object   `json:"links"`
	Revision     int      `json:"revision_id"`
	Parent       Parent   `json:"parent"`
	Versions     Versions `json:"versions"`
	IsPublished  bool     `json:"is_published"`
	IsDraft      bool     `json:"is_draft"`
	PIDs         object   `json:"pids"`
	Metadata     object   `json:"metadata"`
	CustomFields object   `json:"custom_fields"`
	Access       Access   `json:"access"`
	Files        Files    `json:"files"`
	MediaFiles   Files    `json:"media_files"`
	Status       string   `json:"status"`
	Deletion     Deletion `json:"deletion_status"`
	Stats        object   `json:"stats,omitempty"`
	SWH          any      `json:"swh"`
	UI           any      `json:"ui"`
}

// Parent is what all versions of a record share.
type Parent struct {
	ID          string `json:"id,omitempty"`
	Access      object `json:"access"`
	Communities object `json:"communities"`
	PIDs        object `json:"pids"`
}

// Versions is the place of a record among its versions, from 1.
type Versions struct {
	IsLatest bool  `json:"is_latest"`
	Index    int64 `json:"index,omitempty"`
}

// Access is who may see a record and its files.
type Access struct {
	Record  string `json:"record"`
	Files   string `json:"files"`
	Embargo struct {
		Active bool    `json:"active"`
		Until  string  `json:"until,omitempty"`
		Reason *string `json:"reason"`
	} `json:"embargo"`
	Status string `json:"status"`
}

// Files are the files of a record. Of those that are hidden nothing is said but
// that there may be some.
type Files struct {
	Enabled    bool            `json:"enabled"`
	Order      *[]string       `json:"order,omitempty"`
	Count      *int            `json:"count,omitempty"`
	TotalBytes *int64          `json:"total_bytes,omitempty"`
	Entries    *map[string]any `json:"entries,omitempty"`
}

// Deletion is whether a record was deleted.
type Deletion struct {
	IsDeleted bool   `json:"is_deleted"`
	Status    string `json:"status"`
}

// NativeOf reads a record in the legacy form, as it was served before 2023 or is
// today, as Zenodo has it in the native one.
func NativeOf(raw []byte) (*Record, error) {
	var l object
	if err := read(raw, &l); err != nil {
		return nil, err
	}
	m := member(l, "metadata")
	id := cmp.Or(text(l["id"]), text(l["recid"]))
	place := object{}
	if all := objects(member(m, "relations")["version"]); len(all) > 0 {
		place = all[0]
	}
	revision, _ := strconv.Atoi(text(l["revision"]))
	r := &Record{
		ID: id, Created: text(l["created"]), Updated: cmp.Or(text(l["updated"]), text(l["modified"])), Revision: revision,
		Links: object{}, Versions: versionsOf(place), IsPublished: true, Metadata: nativeMetadata(m), CustomFields: customFields(m),
		Access: nativeAccess(l, m), MediaFiles: noFiles(false), Status: "published", Deletion: Deletion{Status: "P"},
		Stats: nativeStats(member(l, "stats")), SWH: l["swh"],
		PIDs: object{"oai": object{"identifier": "oai:zenodo.org:" + id, "provider": "oai"}},
	}
	if links := member(l, "links"); links != nil {
		r.Links = links
	}
	if title := l["title"]; r.Metadata["title"] == nil && title != nil {
		r.Metadata["title"] = title
	}
	r.Files = nativeFiles(objects(l["files"]), r.Access.Status)
	r.Parent = Parent{
		ID: cmp.Or(text(l["conceptrecid"]), text(member(place, "parent")["pid_value"])), Access: ownership(l["owners"]),
		Communities: Membership(communities(m)), PIDs: object{},
	}
	if doi := cmp.Or(text(l["doi"]), text(m["doi"])); doi != "" {
		r.PIDs["doi"] = registered(doi)
	}
	if doi := text(l["conceptdoi"]); doi != "" {
		r.Parent.PIDs["doi"] = registered(doi)
	}
	return r, nil
}

// JSON writes the record as it is served, with the display strings that come
// with it.
func (r *Record) JSON() []byte {
	r.UI = r.display()
	return rawjson.Spaced(r)
}

// registered is a DOI with who registers it: Zenodo, where it is one of its own.
func registered(doi string) object {
	for _, prefix := range []string{"10.5281/zenodo.", "10.5072/"} {
		if strings.HasPrefix(strings.ToLower(doi), prefix) {
			return object{"identifier": doi, "provider": "datacite", "client": "datacite"}
		}
	}
	return object{"identifier": doi, "provider": "external"}
}

func versionsOf(place object) Versions {
	v := Versions{IsLatest: !strings.EqualFold(fmt.Sprint(place["is_last"]), "false")} // was the text "True" once
	if n, ok := place["index"].(json.Number); ok {
		index, _ := n.Int64()
		v.Index = index + 1
	}
	return v
}

// ownership is who owns a record.
func ownership(value any) object {
	settings := object{
		"allow_user_requests": false, "allow_guest_requests": false, "accept_conditions_text": nil, "secret_link_expiration": 0,
	}
	access := object{"settings": settings}
	var owners []object
	list, _ := value.([]any)
	for _, owner := range list { // 123, {"id": 123} or {"id": "123"}
		if o, ok := owner.(object); ok {
			owner = o["id"]
		}
		owners = append(owners, object{"user": text(owner)})
	}
	switch len(owners) {
	case 0:
	case 1:
		access["owned_by"] = owners[0]
	default:
		access["owned_by"] = owners
	}
	return access
}

func communities(m object) (slugs []string) {
	for _, c := range objects(m["communities"]) {
		slugs = append(slugs, cmp.Or(text(c["id"]), text(c["identifier"])))
	}
	return slugs
}

// Membership is which communities a record is in.
func Membership(slugs []string) object {
	if len(slugs) == 0 {
		return object{}
	}
	var ids []string
	var entries []object
	for _, slug := range slugs {
		ids = append(ids, CommunityID(slug))
		entries = append(entries, Entry(slug))
	}
	return object{"ids": ids, "default": ids[0], "entries": entries}
}

// Entry is what a record says of a community that it is in.
func Entry(slug string) object {
	return object{
		"id": CommunityID(slug), "slug": slug, "metadata": object{"title": Titled(slug)}, "links": object{}, "revision_id": 2,
		"access": object{
			"visibility": "public", "members_visibility": "public", "member_policy": "open",
			"record_submission_policy": "open", "review_policy": "closed",
		},
		"deletion_status": Deletion{Status: "P"}, "children": object{"allow": false},
	}
}

// nativeAccess says closed, which there was before 2023, as what it has become. An
// open record that has an empty list of files is one of metadata only.
func nativeAccess(l, m object) Access {
	right := text(m["access_right"])
	a := Access{Record: "public", Files: "restricted", Status: right}
	files, listed := l["files"].([]any)
	switch {
	case right == "closed":
		a.Status = "restricted"
	case right == "open":
		a.Files = "public"
		if listed && len(files) == 0 {
			a.Status = "metadata-only"
		}
	}
	a.Embargo.Active, a.Embargo.Until = right == "embargoed", text(m["embargo_date"])
	return a
}

func noFiles(enabled bool) Files {
	return Files{Enabled: enabled, Order: new([]string{}), Count: new(0), TotalBytes: new(int64(0)), Entries: &map[string]any{}}
}

// nativeFiles has files by their names. Where their order is not that of their
// names, it is said.
func nativeFiles(list []object, status string) Files {
	switch {
	case status == "metadata-only":
		return noFiles(false)
	case len(list) == 0:
		return Files{Enabled: true}
	}
	out := noFiles(true)
	var keys []string
	for _, f := range list {
		key := cmp.Or(text(f["key"]), text(f["filename"]))
		number, _ := cmp.Or(f["size"], f["filesize"]).(json.Number)
		size, _ := number.Int64()
		sum := text(f["checksum"])
		if len(sum) == 32 { // the answer to a publish call has it bare
			sum = "md5:" + sum
		}
		ext := strings.TrimPrefix(strings.ToLower(path.Ext(key)), ".")
		entry := fields{"key": key, "size": size, "storage_class": "L", "metadata": object{}, "access": object{"hidden": false}}
		entry.take(f, "id")
		entry.set("checksum", sum)
		entry.set("ext", ext)
		entry["mimetype"] = MediaType(ext)
		if links := member(f, "links"); links != nil {
			content := cmp.Or(text(links["content"]), text(links["download"]), text(links["self"]))
			entry["links"] = object{"self": strings.TrimSuffix(content, "/content"), "content": content}
		}
		(*out.Entries)[key] = object(entry)
		*out.TotalBytes += size
		keys = append(keys, key)
	}
	*out.Count = len(*out.Entries)
	if !slices.IsSorted(keys) {
		*out.Order = keys
	}
	return out
}

// mediaTypes are those of files by the ends of their names.
var mediaTypes = map[string]string{
	"csv": "text/csv", "html": "text/html", "json": "application/json", "md": "text/markdown", "pdf": "application/pdf",
	"gz": "application/gzip", "jpg": "image/jpeg", "mp4": "video/mp4", "png": "image/png", "txt": "text/plain", "zip": "application/zip",
	"xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
	"docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
	"pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
	"xml":  "application/xml",
}

// MediaType is that of a file by the end of its name, without the dot.
func MediaType(ext string) string { return cmp.Or(mediaTypes[ext], "application/octet-stream") }

// statNames are the counts of a record in both forms.
var statNames = []string{"views", "unique_views", "downloads", "unique_downloads"}

// nativeStats has the volume of downloads where the legacy form does, as it did
// before 2023.
func nativeStats(s object) object {
	if len(s) == 0 {
		return nil
	}
	all, this := fields{}.take(s, statNames...), fields{}
	for _, name := range statNames {
		this.set(name, s["version_"+name])
	}
	all.set("data_volume", s["volume"])
	this.set("data_volume", s["version_volume"])
	return object{"this_version": this, "all_versions": all}
}
