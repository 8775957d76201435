package naive

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/zharvest/zharvest/internal/vocab"
	"github.com/zharvest/zharvest/zenodo"
)

// object is a JSON object.
type object = map[string]any

// Document writes a record as the engine of an InvenioRDM holds it, as far as its
// JSON says what it is: that of InvenioRDM, or the legacy one, whose communities
// have their slugs for ids.
func Document(raw []byte) (map[string]any, error) {
	decoder := json.NewDecoder(bytes.NewReader(raw))
	decoder.UseNumber()
	var r object
	if err := decoder.Decode(&r); err != nil {
		return nil, fmt.Errorf("read a record: %w", err)
	}
	if r["parent"] != nil {
		return indexed(r), nil
	}
	m := member(r, "metadata")
	doc := object{
		"id":            plain(cmp.Or(r["id"], r["recid"])),
		"created":       plain(r["created"]),
		"updated":       plain(cmp.Or(r["updated"], r["modified"])),
		"parent":        nativeParent(r, m),
		"pids":          nativePIDs(cmp.Or(r["doi"], m["doi"])),
		"access":        nativeAccess(r, m),
		"versions":      nativeVersions(m),
		"files":         nativeFiles(r, m),
		"stats":         nativeStats(member(r, "stats")),
		"metadata":      nativeMetadata(r, m),
		"custom_fields": nativeCustomFields(m),
	}
	prune(doc)
	return doc, nil
}

// indexFiles writes files as the engine holds them.
func indexFiles(files object) {
	types, mediaTypes := map[string]bool{}, map[string]bool{}
	all := slices.Collect(maps.Values(member(files, "entries")))
	for _, entry := range objects(all) {
		if member(entry, "access")["hidden"] != true {
			delete(entry, "access")
		}
		key, _ := entry["key"].(string)
		types[(&zenodo.File{Key: key}).Type()] = true
		mediaType, _ := entry["mimetype"].(string)
		mediaTypes[mediaType] = true
	}
	files["entries"], files["totalbytes"] = all, files["total_bytes"]
	files["types"], files["mimetypes"] = keysOf(types), keysOf(mediaTypes)
	if len(all) == 0 { // then the engine has no numbers
		delete(files, "count")
		delete(files, "totalbytes")
	}
}

// keysOf are those that are not empty.
func keysOf(set map[string]bool) []any {
	delete(set, "")
	return list(slices.Collect(maps.Keys(set)), func(s string) any { return s })
}

// combinedSubject is a subject with its scheme.
func combinedSubject(s object) any {
	if scheme, ok := s["scheme"].(string); ok {
		return fmt.Sprint(scheme, "::", s["subject"])
	}
	return s["subject"]
}

// indexed is a record in the JSON of InvenioRDM as the engine holds it.
func indexed(r object) object {
	files := member(r, "files")
	if files != nil {
		indexFiles(files)
	}
	if files := member(r, "media_files"); files != nil {
		indexFiles(files)
	}
	if m := member(r, "metadata"); m != nil {
		m["combined_subjects"] = list(objects(m["subjects"]), combinedSubject)
		m["publication_date_range"] = nativeDateRange(m["publication_date"])
		if kind := member(m, "resource_type"); kind != nil {
			id, _ := kind["id"].(string)
			props := object{"type": id, "subtype": ""}
			if top, _, ok := strings.Cut(id, "-"); ok {
				props = object{"type": top, "subtype": id}
			}
			kind["props"] = props
		}
	}
	if deletion := member(r, "deletion_status"); deletion != nil {
		r["deletion_status"] = deletion["status"]
	}
	prune(r)
	return r
}

// prune takes out what is nil, and lists and objects without anything in them.
// Empty texts stay.
func prune(value any) any {
	switch value := value.(type) {
	case object:
		for key, v := range value {
			if value[key] = prune(v); value[key] == nil {
				delete(value, key)
			}
		}
		if len(value) == 0 {
			return nil
		}
	case []any:
		kept := slices.DeleteFunc(value, func(v any) bool { return prune(v) == nil })
		if len(kept) == 0 {
			return nil
		}
		return kept
	}
	return value
}

// plain is a text or a number, which some records have for one, as a text; nil
// where it is empty or missing.
func plain(value any) any {
	if n, ok := value.(json.Number); ok {
		return n.String()
	}
	if s, ok := value.(string); ok && s != "" {
		return s
	}
	return nil
}

// member is an object in another.
func member(o object, key string) object {
	inner, _ := o[key].(object)
	return inner
}

// list writes a list with f.
func list[T any](values []T, f func(T) any) []any {
	all := make([]any, 0, len(values))
	for _, v := range values {
		all = append(all, f(v))
	}
	return all
}

// ids are those of objects, or what stands for one.
func ids(value any) []any {
	values, _ := value.([]any)
	return list(values, func(v any) any {
		if o, ok := v.(object); ok {
			v = cmp.Or(o["id"], o["identifier"], o["user"])
		}
		return plain(v)
	})
}

func nativePIDs(doi any) any { return object{"doi": object{"identifier": plain(doi)}} }

// nativeVersion is the place of a record among its versions.
func nativeVersion(m object) object {
	if all := objects(member(m, "relations")["version"]); len(all) > 0 {
		return all[0]
	}
	return nil
}

func nativeParent(r, m object) any {
	owners := ids(r["owners"])
	if len(owners) == 0 {
		owners = []any{plain(r["owner"])}
	}
	communities := ids(m["communities"])
	return object{
		"id":     plain(cmp.Or(r["conceptrecid"], member(nativeVersion(m), "parent")["pid_value"])),
		"pids":   nativePIDs(r["conceptdoi"]),
		"access": object{"owned_by": list(owners, func(id any) any { return object{"user": id} })},
		"communities": object{
			"ids":     communities,
			"entries": list(communities, func(slug any) any { return object{"slug": slug} }),
		},
	}
}

// nativeStatus is the word of today for an access right. An open record that
// has an empty list of files is one of metadata only.
func nativeStatus(r, m object) any {
	files, listed := r["files"].([]any)
	switch right := m["access_right"]; {
	case right == "closed":
		return "restricted"
	case right == "open" && listed && len(files) == 0:
		return "metadata-only"
	default:
		return plain(right)
	}
}

func nativeAccess(r, m object) any {
	files := "restricted"
	if m["access_right"] == "open" {
		files = "public"
	}
	return object{
		"record": "public", "files": files, "status": nativeStatus(r, m),
		"embargo": object{"active": m["access_right"] == "embargoed", "until": plain(m["embargo_date"])},
	}
}

func nativeVersions(m object) any {
	version := nativeVersion(m)
	versions := object{"is_latest": !strings.EqualFold(fmt.Sprint(version["is_last"]), "false")}
	if n, ok := version["index"].(json.Number); ok {
		index, _ := n.Int64()
		versions["index"] = index + 1
	}
	return versions
}

func nativeFiles(r, m object) any {
	files := object{"enabled": nativeStatus(r, m) != "metadata-only"}
	all := objects(r["files"])
	if len(all) == 0 {
		return files
	}
	types, total := map[string]bool{}, int64(0)
	files["entries"] = list(all, func(f object) any {
		key, _ := plain(cmp.Or(f["key"], f["filename"])).(string)
		bytes, _ := cmp.Or(f["size"], f["filesize"]).(json.Number)
		size, _ := bytes.Int64()
		total += size
		kind := (&zenodo.File{Key: key}).Type()
		if kind != "" {
			types[kind] = true
		}
		return object{"key": plain(key), "size": size, "checksum": nativeChecksum(f["checksum"]), "ext": plain(kind)}
	})
	files["count"], files["totalbytes"] = len(all), total
	files["types"] = list(slices.Collect(maps.Keys(types)), func(s string) any { return s })
	return files
}

// nativeChecksum puts the name of the sum in front of one that lacks it.
func nativeChecksum(value any) any {
	sum, _ := value.(string)
	if len(sum) == 32 && !strings.Contains(sum, ":") {
		return "md5:" + sum
	}
	return plain(value)
}

func nativeStats(s object) any {
	return object{
		"all_versions": object{
			"views": s["views"], "unique_views": s["unique_views"],
			"downloads": s["downloads"], "unique_downloads": s["unique_downloads"],
			"data_volume": s["volume"],
		},
		"this_version": object{
			"views": s["version_views"], "unique_views": s["version_unique_views"],
			"downloads": s["version_downloads"], "unique_downloads": s["version_unique_downloads"],
			"data_volume": s["version_volume"],
		},
	}
}

func nativeMetadata(r, m object) any {
	resourceType := member(m, "resource_type")
	id, _ := resourceType["type"].(string)
	props := object{"type": resourceType["type"], "subtype": ""}
	if sub, _ := resourceType["subtype"].(string); sub != "" {
		id += "-" + sub
		props["subtype"] = id
	}
	return object{
		"title": cmp.Or(m["title"], r["title"]), "description": m["description"], "publisher": member(m, "imprint")["publisher"],
		"publication_date": m["publication_date"], "publication_date_range": nativeDateRange(m["publication_date"]),
		"version":                 m["version"],
		"additional_descriptions": []any{nativeDescription("notes", m["notes"]), nativeDescription("methods", m["method"])},
		"resource_type":           object{"id": plain(id), "title": object{"en": resourceType["title"]}, "props": props},
		"subjects":                list(texts(m["keywords"]), func(s string) any { return object{"subject": s} }),
		"combined_subjects":       list(texts(m["keywords"]), func(s string) any { return s }),
		"creators":                list(objects(m["creators"]), nativePerson),
		"contributors":            list(objects(m["contributors"]), nativePerson),
		"rights":                  []any{nativeLicense(m["license"])},
		"languages":               []any{nativeLanguage(m["language"])},
		"funding":                 list(objects(m["grants"]), nativeFunding),
		"identifiers": list(objects(m["alternate_identifiers"]), func(o object) any {
			return object{"identifier": o["identifier"], "scheme": o["scheme"]}
		}),
		"related_identifiers": list(objects(m["related_identifiers"]), func(o object) any {
			return object{
				"identifier": o["identifier"], "scheme": o["scheme"], "relation_type": object{"id": lowered(o["relation"])},
				"resource_type": object{"id": o["resource_type"]},
			}
		}),
		"references": list(texts(m["references"]), func(s string) any { return object{"reference": s} }),
		"locations": object{"features": list(objects(m["locations"]), func(o object) any {
			return object{"place": o["place"], "description": o["description"]}
		})},
		"dates": list(objects(m["dates"]), func(o object) any {
			return object{"description": o["description"], "type": object{"id": o["type"]}}
		}),
	}
}

// nativeLicense knows a licence by its id of today. What is none stays as it is.
func nativeLicense(value any) any {
	found := ids([]any{value})
	id, _ := found[0].(string)
	license, ok := vocab.Licenses().Find(id)
	if !ok {
		return object{"id": found[0]}
	}
	return object{"id": license.ID, "title": object{"en": license.Title}, "props": object{"url": plain(license.URL)}}
}

func nativeLanguage(id any) any {
	text, _ := id.(string)
	language, _ := vocab.Languages().Find(text)
	return object{"id": id, "title": object{"en": plain(language.Title)}}
}

func nativeDescription(kind string, text any) any {
	if text == nil {
		return nil
	}
	return object{"description": text, "type": object{"id": kind}}
}

func objects(value any) (all []object) {
	values, _ := value.([]any)
	for _, v := range values {
		if o, ok := v.(object); ok {
			all = append(all, o)
		}
	}
	return all
}

func texts(value any) (all []string) {
	values, _ := value.([]any)
	for _, v := range values {
		if s, ok := v.(string); ok {
			all = append(all, s)
		}
	}
	return all
}

func lowered(value any) any {
	if s, ok := value.(string); ok {
		return strings.ToLower(s)
	}
	return value
}

// nativePerson writes a creator or contributor. A name is parted at its only
// comma; without that it is all family name.
func nativePerson(o object) any {
	person := object{"name": o["name"]}
	if name, ok := o["name"].(string); ok {
		person["family_name"] = name
		if family, given, _ := strings.Cut(name, ","); strings.Count(name, ",") == 1 {
			person["family_name"], person["given_name"] = strings.TrimSpace(family), strings.TrimSpace(given)
		}
	}
	var ids []any
	for _, scheme := range []string{"orcid", "gnd"} {
		if id, ok := o[scheme].(string); ok && id != "" {
			ids = append(ids, object{"identifier": id[strings.LastIndexByte(id, '/')+1:], "scheme": scheme})
		}
	}
	person["identifiers"] = ids
	return object{
		"person_or_org": person, "affiliations": []any{object{"name": o["affiliation"]}}, "role": object{"id": lowered(o["type"])},
	}
}

func nativeFunding(o object) any {
	funder := member(o, "funder")
	award := object{"number": o["code"], "acronym": o["acronym"], "program": o["program"], "title": object{"en": o["title"]}}
	var ids []any
	for _, scheme := range []string{"url", "doi"} {
		if id, ok := o[scheme].(string); ok && id != "" {
			ids = append(ids, object{"identifier": id, "scheme": scheme})
		}
	}
	award["identifiers"] = ids
	native := object{"name": funder["name"]}
	if doi, ok := funder["doi"].(string); ok && doi != "" {
		known, _ := vocab.Funders().Find(doi)
		native["id"] = plain(known.ID)
		native["identifiers"] = []any{object{"identifier": doi, "scheme": "doi"}}
	}
	return object{"award": award, "funder": native}
}

// nativeDateRange writes the days that a publication date spans.
func nativeDateRange(value any) any {
	date, _ := value.(string)
	if date == "" {
		return nil
	}
	first, last, _ := strings.Cut(date, "/")
	last = cmp.Or(last, first)
	for _, layout := range []string{"2006", "2006-01"} {
		if at, err := time.Parse(layout, last); err == nil {
			months := 12
			if layout == "2006-01" {
				months = 1
			}
			last = at.AddDate(0, months, -1).Format(time.DateOnly)
		}
	}
	return object{"gte": first, "lte": last}
}

func nativeCustomFields(m object) any {
	imprint, partOf := member(m, "imprint"), member(m, "part_of")
	fields := object{
		"journal:journal": members(member(m, "journal"), "title", "volume", "issue", "pages", "issn"),
		"meeting:meeting": members(member(m, "meeting"), "title", "acronym", "dates", "place", "url", "session", "session_part"),
		"imprint:imprint": object{
			"isbn": imprint["isbn"], "place": imprint["place"], "edition": imprint["edition"],
			"title": partOf["title"], "pages": partOf["pages"],
		},
		"thesis:thesis": members(member(m, "thesis"), "university", "department", "type", "date_submitted", "date_defended"),
		"legacy:subjects": list(objects(m["subjects"]), func(o object) any {
			return object{"term": o["term"], "identifier": o["identifier"], "scheme": o["scheme"]}
		}),
	}
	maps.Copy(fields, member(m, "custom"))
	return fields
}

// members is an object with some members of another.
func members(from object, names ...string) object {
	o := object{}
	for _, name := range names {
		o[name] = from[name]
	}
	return o
}
