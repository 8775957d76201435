package export

import (
	"bytes"
	"encoding/json"
	"maps"
	"slices"

	"github.com/zharvest/zharvest/zenodo"
)

// Difference is something that two states of a record do not share, with its
// values as text; empty is none.
type Difference struct {
	// Field is the name of one of [Fields], or else the key in the record's JSON,
	// whose values are JSON then.
	Field    string
	Old, New string
}

// moving are the fields that move without anybody editing the record, or each
// time that somebody does.
var moving = []string{"views", "downloads", "url", "updated"}

// movingKeys are the keys of JSON of which that is true, and those that only
// hold others, or repeat them.
var movingKeys = []string{
	"stats", "links", "updated", "modified", "revision", "revision_id", "metadata", "ui", "expanded",
	"id", "recid", "title", "doi", "doi_url", "created", "conceptdoi", "conceptrecid",
}

// told are the fields that tell of keys in a record's JSON that have other
// names.
var told = map[string][]string{
	"access_right": {"access"}, "access": {"access"}, "creators": {"creators", "affiliations", "orcids"},
	"resource_type": {"type", "subtype"}, "files": {"files", "size"}, "rights": {"license"}, "funding": {"grants"},
	"subjects": {"keywords"}, "languages": {"language"}, "pids": {"doi"}, "parent": {"communities", "concept_doi"},
}

// Differences are what somebody has edited between two states of a record, in
// the order of [Fields] and then of the keys of its JSON. Views, downloads and
// links are left out, and so is the time of the last change, except where that
// is all that differs. The order of communities means nothing.
func Differences(before, after *zenodo.Record) []Difference {
	changed := fieldDifferences(before, after)
	changed = append(changed, keyDifferences(before.Raw, after.Raw, changed)...)
	if len(changed) == 0 && before.UpdatedAt != after.UpdatedAt {
		return []Difference{{"updated", string(before.UpdatedAt), string(after.UpdatedAt)}}
	}
	return changed
}

func fieldDifferences(before, after *zenodo.Record) []Difference {
	a, b := withSortedCommunities(before), withSortedCommunities(after)
	var changed []Difference
	for i := range table {
		f := &table[i]
		if slices.Contains(moving, f.Name) {
			continue
		}
		if was, is := f.AppendText(nil, a), f.AppendText(nil, b); !bytes.Equal(was, is) {
			changed = append(changed, Difference{f.Name, string(was), string(is)})
		}
	}
	return changed
}

func withSortedCommunities(r *zenodo.Record) *zenodo.Record {
	sorted := *r
	sorted.Communities = slices.Sorted(slices.Values(r.Communities))
	return &sorted
}

// keyDifferences are the keys whose values differ and of which no field has
// told.
func keyDifferences(before, after []byte, known []Difference) []Difference {
	a, b := keysOf(before), keysOf(after)
	all := maps.Clone(a)
	maps.Copy(all, b)
	var changed []Difference
	for _, key := range slices.Sorted(maps.Keys(all)) {
		if key == "communities" || bytes.Equal(a[key], b[key]) || isTold(key, known) {
			continue
		}
		changed = append(changed, Difference{key, string(a[key]), string(b[key])})
	}
	return changed
}

func isTold(key string, known []Difference) bool {
	fields := append(slices.Clone(told[key]), key)
	return slices.ContainsFunc(known, func(d Difference) bool { return slices.Contains(fields, d.Field) })
}

// keysOf are the values of a record and of its metadata by their keys.
func keysOf(raw []byte) map[string]json.RawMessage {
	var record struct {
		Metadata map[string]json.RawMessage `json:"metadata"`
	}
	values := map[string]json.RawMessage{}
	// What is no JSON has no keys: there is nothing to tell.
	_ = json.Unmarshal(raw, &values)
	_ = json.Unmarshal(raw, &record)
	maps.DeleteFunc(values, func(key string, _ json.RawMessage) bool { return slices.Contains(movingKeys, key) })
	for key, value := range record.Metadata {
		if key != "title" && key != "doi" { // they are fields
			values[key] = value
		}
	}
	return values
}
