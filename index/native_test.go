package index_test

import (
	"cmp"
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/zharvest/zharvest/zenodo"
)

// object is a JSON object.
type object = map[string]any

// nativeDocument writes a record as Zenodo's engine holds it, as far as the
// legacy JSON says what that is. Communities have their slugs for ids.
func nativeDocument(r *zenodo.Record) object {
	var legacy struct{ Metadata object }
	if err := json.Unmarshal(r.Raw, &legacy); err != nil {
		panic(err) // it was decoded before
	}
	m := legacy.Metadata
	doc := object{
		"id":            string(r.ID),
		"created":       unlessEmpty(r.CreatedAt),
		"updated":       unlessEmpty(r.UpdatedAt),
		"parent":        nativeParent(r),
		"pids":          nativePIDs(r.DOI),
		"access":        nativeAccess(r),
		"versions":      nativeVersions(r),
		"files":         nativeFiles(r),
		"stats":         nativeStats(r),
		"metadata":      nativeMetadata(r, m),
		"custom_fields": nativeCustomFields(m),
	}
	return prune(doc).(object)
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

// unlessEmpty is nil for a text that a server did not send.
func unlessEmpty[T ~string](s T) any {
	if s == "" {
		return nil
	}
	return string(s)
}

func list[T any](values []T, f func(T) any) []any {
	all := make([]any, 0, len(values))
	for _, v := range values {
		all = append(all, f(v))
	}
	return all
}

func nativePIDs(doi zenodo.DOI) any {
	return object{"doi": object{"identifier": unlessEmpty(doi)}}
}

func nativeParent(r *zenodo.Record) any {
	return object{
		"id": unlessEmpty(r.ConceptID), "pids": nativePIDs(r.ConceptDOI),
		"access": object{"owned_by": list(r.Owners, func(id string) any { return object{"user": id} })},
		"communities": object{
			"ids":     list(r.Communities, func(s zenodo.Slug) any { return string(s) }),
			"entries": list(r.Communities, func(s zenodo.Slug) any { return object{"slug": string(s)} }),
		},
	}
}

func nativeAccess(r *zenodo.Record) any {
	files := "restricted"
	if r.Metadata.AccessRight == "open" {
		files = "public"
	}
	return object{
		"record": "public", "files": files, "status": r.AccessStatus(),
		"embargo": object{"active": r.Metadata.AccessRight == "embargoed", "until": unlessEmpty(r.Metadata.EmbargoDate)},
	}
}

func nativeVersions(r *zenodo.Record) any {
	versions := object{"is_latest": r.IsLatest}
	if r.VersionIndex > 0 {
		versions["index"] = r.VersionIndex
	}
	return versions
}

func nativeFiles(r *zenodo.Record) any {
	files := object{"enabled": r.AccessStatus() != "metadata-only"}
	count, known := r.FileCount()
	if !known {
		return files
	}
	types := map[string]bool{}
	entries := list(r.Files, func(f zenodo.File) any {
		if f.Type() != "" {
			types[f.Type()] = true
		}
		return object{"key": unlessEmpty(f.Key), "size": f.Size, "checksum": unlessEmpty(f.Checksum), "ext": unlessEmpty(f.Type())}
	})
	size, _ := r.Size()
	files["count"], files["totalbytes"], files["entries"] = count, size, entries
	files["types"] = list(slices.Collect(maps.Keys(types)), func(s string) any { return s })
	return files
}

func nativeStats(r *zenodo.Record) any {
	s := r.Stats
	return object{
		"all_versions": object{
			"views": nativeCount(s.Views), "unique_views": nativeCount(s.UniqueViews),
			"downloads": nativeCount(s.Downloads), "unique_downloads": nativeCount(s.UniqueDownloads),
		},
		"this_version": object{
			"views": nativeCount(s.VersionViews), "unique_views": nativeCount(s.VersionUniqueViews),
			"downloads": nativeCount(s.VersionDownloads), "unique_downloads": nativeCount(s.VersionUniqueDownloads),
		},
	}
}

func nativeCount(n *int64) any {
	if n == nil {
		return nil
	}
	return *n
}

func nativeMetadata(r *zenodo.Record, m object) any {
	resourceType, _ := m["resource_type"].(object)
	id, _ := resourceType["type"].(string)
	props := object{"type": resourceType["type"], "subtype": ""}
	if sub, _ := resourceType["subtype"].(string); sub != "" {
		id += "-" + sub
		props["subtype"] = id
	}
	imprint, _ := m["imprint"].(object)
	return object{
		"title": m["title"], "description": m["description"], "publisher": cmp.Or(unlessEmpty(r.Metadata.Publisher), imprint["publisher"]),
		"publication_date": m["publication_date"], "publication_date_range": nativeDateRange(r.Metadata.PublicationDate),
		"version":                 m["version"],
		"additional_descriptions": []any{nativeDescription("notes", m["notes"]), nativeDescription("methods", m["method"])},
		"resource_type":           object{"id": unlessEmpty(id), "title": object{"en": resourceType["title"]}, "props": props},
		"subjects":                list(texts(m["keywords"]), func(s string) any { return object{"subject": s} }),
		"creators":                list(objects(m["creators"]), nativePerson),
		"contributors":            list(objects(m["contributors"]), nativePerson),
		"rights":                  []any{object{"id": unlessEmpty(r.Metadata.License), "props": object{"url": unlessEmpty(r.Metadata.LicenseURL)}}},
		"languages":               []any{object{"id": m["language"]}},
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
	funder, _ := o["funder"].(object)
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
		native["identifiers"] = []any{object{"identifier": doi, "scheme": "doi"}}
	}
	return object{"award": award, "funder": native}
}

// nativeDateRange writes the days that a publication date spans.
func nativeDateRange(date string) any {
	first, last, _ := strings.Cut(date, "/")
	if date == "" {
		return nil
	}
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
	imprint, _ := m["imprint"].(object)
	partOf, _ := m["part_of"].(object)
	fields := object{
		"journal:journal": members(m["journal"], "title", "volume", "issue", "pages", "issn"),
		"meeting:meeting": members(m["meeting"], "title", "acronym", "dates", "place", "url", "session", "session_part"),
		"imprint:imprint": object{
			"isbn": imprint["isbn"], "place": imprint["place"], "edition": imprint["edition"],
			"title": partOf["title"], "pages": partOf["pages"],
		},
		"thesis:thesis": members(m["thesis"], "university", "department", "type", "date_submitted", "date_defended"),
		"legacy:subjects": list(objects(m["subjects"]), func(o object) any {
			return object{"term": o["term"], "identifier": o["identifier"], "scheme": o["scheme"]}
		}),
	}
	custom, _ := m["custom"].(object)
	maps.Copy(fields, custom)
	return fields
}

// members is an object with some members of another.
func members(value any, names ...string) object {
	from, _ := value.(object)
	o := object{}
	for _, name := range names {
		o[name] = from[name]
	}
	return o
}
