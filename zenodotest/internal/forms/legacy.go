package forms

import (
	"cmp"
	"encoding/json"
	"net/url"
	"slices"
	"strings"

	"github.com/zharvest/zharvest/internal/vocab"
	"github.com/zharvest/zharvest/zenodotest/internal/rawjson"
)

// legacyJSON is a record as it is served in the legacy form.
type legacyJSON struct {
	Created    string         `json:"created"`
	Modified   string         `json:"modified"`
	ID         json.Number    `json:"id"`
	Concept    string         `json:"conceptrecid,omitempty"`
	DOI        string         `json:"doi,omitempty"`
	ConceptDOI string         `json:"conceptdoi,omitempty"`
	DOIURL     string         `json:"doi_url,omitempty"`
	Metadata   object         `json:"metadata"`
	Title      string         `json:"title"`
	Links      object         `json:"links"`
	Updated    string         `json:"updated"`
	RecID      string         `json:"recid"`
	Revision   any            `json:"revision"`
	Files      []legacyFile   `json:"files"`
	SWH        any            `json:"swh"`
	Owners     []object       `json:"owners"`
	Status     string         `json:"status"`
	Stats      map[string]any `json:"stats,omitempty"`
	State      string         `json:"state"`
	Submitted  bool           `json:"submitted"`
}

type legacyFile struct {
	ID       any    `json:"id,omitempty"`
	Key      string `json:"key"`
	Size     any    `json:"size"`
	Checksum any    `json:"checksum,omitempty"`
	Links    object `json:"links"`
}

// Legacy writes a published record in the native form, whose id is a number, in
// the legacy form.
func Legacy(raw []byte) ([]byte, error) {
	var r object
	if err := read(raw, &r); err != nil {
		return nil, err
	}
	m, parent, links := member(r, "metadata"), member(r, "parent"), member(r, "links")
	doi := text(member(member(r, "pids"), "doi")["identifier"])
	out := legacyJSON{
		Created: text(r["created"]), Modified: text(r["updated"]), Updated: text(r["updated"]), ID: json.Number(text(r["id"])),
		RecID: text(r["id"]), Concept: text(parent["id"]), DOI: doi, Metadata: legacyMetadata(r), Title: text(m["title"]),
		ConceptDOI: text(member(member(parent, "pids"), "doi")["identifier"]), Links: links, Revision: r["revision_id"],
		Files: legacyFiles(r), SWH: r["swh"], Owners: []object{}, Status: "published", State: "done", Submitted: true,
		Stats: legacyStats(member(r, "stats")),
	}
	if doi != "" {
		out.DOIURL = cmp.Or(text(links["doi"]), "https://doi.org/"+doi)
	}
	owners := objects(member(parent, "access")["owned_by"])
	if owner := member(member(parent, "access"), "owned_by"); owner != nil {
		owners = []object{owner}
	}
	for _, owner := range owners {
		out.Owners = append(out.Owners, object{"id": text(owner["user"])})
	}
	return rawjson.Spaced(out), nil
}

// legacyFiles has an address for each, which is that of its content.
func legacyFiles(r object) []legacyFile {
	files := []legacyFile{}
	entries := objects(member(r, "files")["entries"])
	if byName := member(member(r, "files"), "entries"); byName != nil {
		for _, key := range fileOrder(member(r, "files"), byName) {
			entries = append(entries, member(byName, key))
		}
	}
	for _, f := range entries {
		key := text(f["key"])
		content := cmp.Or(text(member(f, "links")["content"]), text(member(r, "links")["files"])+"/"+quoteKey(key)+"/content")
		files = append(files, legacyFile{f["id"], key, f["size"], f["checksum"], object{"self": content}})
	}
	return files
}

// fileOrder is the order that a record's owner gave its files, with those that
// have none after them by name.
func fileOrder(files, entries object) (keys []string) {
	for _, key := range texts(files["order"]) {
		if entries[key] != nil {
			keys = append(keys, key)
		}
	}
	ordered := len(keys)
	for key := range entries {
		if !slices.Contains(keys[:ordered], key) {
			keys = append(keys, key)
		}
	}
	slices.Sort(keys[ordered:])
	return keys
}

// quoteKey quotes the name of a file as Zenodo's addresses do.
func quoteKey(key string) string {
	quoted := url.PathEscape(key)
	for _, c := range "/;,!'()*&=:@$+" {
		quoted = strings.ReplaceAll(quoted, url.QueryEscape(string(c)), string(c))
	}
	return quoted
}

func legacyStats(s object) object {
	all, this := member(s, "all_versions"), member(s, "this_version")
	out := fields{}
	for _, name := range statNames {
		out.set(name, all[name])
		out.set("version_"+name, this[name])
	}
	return object(out)
}

func legacyMetadata(r object) object {
	m, custom, access := member(r, "metadata"), member(r, "custom_fields"), member(r, "access")
	out := fields{"title": text(m["title"])}
	out.set("doi", text(member(member(r, "pids"), "doi")["identifier"]))
	out.take(m, "publication_date", "description", "version")
	out["access_right"] = legacyAccess(access)
	out.set("embargo_date", text(member(access, "embargo")["until"]))
	out["creators"] = append([]object{}, each(m["creators"], legacyPerson)...)
	out.set("contributors", each(m["contributors"], legacyContributor))
	var keywords, references []string
	for _, s := range objects(m["subjects"]) {
		if word := text(s["subject"]); word != "" && s["id"] == nil {
			keywords = append(keywords, word)
		}
	}
	for _, o := range objects(m["references"]) {
		references = append(references, text(o["reference"]))
	}
	out.set("keywords", keywords)
	out.set("references", references)
	out.set("subjects", custom["legacy:subjects"])
	out.set("related_identifiers", each(m["related_identifiers"], legacyRelated))
	out.set("alternate_identifiers", each(m["identifiers"], func(o object) object { return taken(o, "identifier") }))
	out.set("locations", each(member(m, "locations")["features"], legacyPlace))
	out.set("dates", each(m["dates"], legacyDate))
	if languages := objects(m["languages"]); len(languages) > 0 {
		out.set("language", text(languages[0]["id"]))
	}
	for _, d := range objects(m["additional_descriptions"]) {
		switch text(member(d, "type")["id"]) {
		case "notes":
			out.set("notes", text(d["description"]))
		case "methods":
			out.set("method", text(d["description"]))
		}
	}
	out.set("resource_type", legacyType(member(m, "resource_type")))
	out.set("license", legacyLicense(m["rights"]))
	out.set("grants", slices.DeleteFunc(each(m["funding"], legacyGrant), func(o object) bool { return o == nil }))
	out.set("communities", each(member(member(r, "parent"), "communities")["entries"], func(o object) object {
		return object{"id": text(o["slug"])}
	}))
	legacyCustom(out, custom)
	version := fields{"is_last": member(r, "versions")["is_latest"], "parent": object{"pid_type": "recid", "pid_value": text(member(r, "parent")["id"])}}
	if n, ok := member(r, "versions")["index"].(json.Number); ok {
		index, _ := n.Int64()
		version["index"] = index - 1
	}
	out["relations"] = object{"version": []object{object(version)}}
	return object(out)
}

// legacyCustom has the fields of a journal, a meeting, a book and a thesis by
// themselves, and the others under their names.
func legacyCustom(out fields, custom object) {
	known := map[string][]string{
		"journal": {"issue", "pages", "title", "volume", "year"},
		"meeting": {"title", "acronym", "dates", "place", "url", "session", "session_part"},
		"imprint": {"publisher", "place", "isbn"},
		"part_of": {"pages", "title"},
		"thesis":  {"university"},
	}
	others := object{}
	for name, value := range custom {
		namespace, field, _ := strings.Cut(name, ":")
		members, ok := known[namespace]
		o, isObject := value.(object)
		switch {
		case ok && isObject && field == namespace:
			out[namespace] = taken(o, members...)
		case namespace != "legacy" && namespace != "thesis":
			others[name] = value
		}
	}
	out.set("custom", others)
}

// legacyAccess knows no record without files.
func legacyAccess(access object) any {
	switch {
	case access["files"] == "public":
		return "open"
	case member(access, "embargo")["active"] == true:
		return "embargoed"
	case access["files"] == "restricted":
		return "restricted"
	}
	return nil
}

// legacyPerson has the first affiliation, and null without one.
func legacyPerson(o object) object {
	person := member(o, "person_or_org")
	out := fields{"name": text(person["name"]), "affiliation": nil}
	if all := objects(o["affiliations"]); len(all) > 0 {
		out["affiliation"] = all[0]["name"]
	}
	out.set("orcid", strings.TrimPrefix(identified(person["identifiers"], "orcid"), "orcid:"))
	out.set("gnd", strings.TrimPrefix(identified(person["identifiers"], "gnd"), "gnd:"))
	return object(out)
}

func legacyContributor(o object) object {
	out := legacyPerson(o)
	out["type"] = nil
	if role, ok := vocab.Roles().Find(text(member(o, "role")["id"])); ok {
		out["type"] = role.Name
	}
	return out
}

func legacyRelated(o object) object {
	out := fields{}.take(o, "identifier", "scheme")
	if relation, ok := vocab.Relations().Find(text(member(o, "relation_type")["id"])); ok && relation.IsLegacy {
		out["relation"] = relation.Name
	}
	out.set("resource_type", text(member(o, "resource_type")["id"]))
	return object(out)
}

func legacyPlace(o object) object {
	out := fields{}.take(o, "place", "description")
	if at, _ := member(o, "geometry")["coordinates"].([]any); len(at) > 1 {
		out["lon"], out["lat"] = at[0], at[1]
	}
	return object(out)
}

// legacyDate loses the date of what is no interval.
func legacyDate(o object) object {
	out := fields{}.take(o, "description")
	out.set("type", text(member(o, "type")["id"]))
	if start, end, ok := strings.Cut(text(o["date"]), "/"); ok {
		out["start"], out["end"] = start, end
	}
	return object(out)
}

func legacyType(t object) object {
	kind, subtype, _ := strings.Cut(text(t["id"]), "-")
	out := fields{}
	out.set("title", member(t, "title")["en"])
	out.set("type", kind)
	out.set("subtype", subtype)
	return object(out)
}

// legacyLicense is the first licence, if it has an id.
func legacyLicense(rights any) object {
	all := objects(rights)
	if len(all) == 0 || all[0]["id"] == nil {
		return nil
	}
	id := text(all[0]["id"])
	license, _ := vocab.Licenses().Find(id)
	return object{"id": cmp.Or(license.Legacy, id)}
}

// legacyGrant is nil for what has no funder with an id or no number of an award.
func legacyGrant(o object) object {
	from, award := member(o, "funder"), member(o, "award")
	id, number := text(from["id"]), text(award["number"])
	doi := identified(from["identifiers"], "doi")
	funder := fields{"name": from["name"]}
	if id == commissionROR {
		doi, funder["acronym"] = commissionDOI, "EC"
	}
	id = cmp.Or(doi, id)
	if id == "" || number == "" {
		return nil
	}
	funder.set("doi", doi)
	funder.set("country", from["country"])
	out := fields{"code": number, "internal_id": id + "::" + number, "funder": object(funder)}
	out.set("title", member(award, "title")["en"])
	out.take(award, "acronym", "program")
	out.set("url", identified(award["identifiers"], "url"))
	out.set("doi", identified(award["identifiers"], "doi"))
	return object(out)
}
