package export

import (
	"bytes"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/zharvest/zharvest/store"
	"github.com/zharvest/zharvest/zenodo"
)

// compared are the fields that every form of a record has and that only an edit
// changes; nativePeople are those that one form alone has, and that show what
// changed of a person. All else is compared by the keys of the JSON. Files are
// compared one by one.
var (
	compared = strings.Fields("id doi concept_id concept_doi title publication_date type subtype creators affiliations orcids keywords communities " +
		"license access version language description grants journal created")
	nativePeople = strings.Fields("creator_types creator_roles affiliation_ids creator_ids")
)

// respelled are the fields that the forms of a record write differently.
var respelled = []string{"license", "grants"}

// covering are the fields that cover keys in a record's JSON that have other
// names.
var covering = map[string][]string{
	"access_right": {"access"}, "creators": append([]string{"creators", "affiliations", "orcids"}, nativePeople...), "rights": {"license"}, "funding": {"grants"},
	"subjects": {"keywords"}, "languages": {"language"}, "pids": {"doi"}, "journal:journal": {"journal"},
}

// Differences are what somebody has edited of the public content of a record
// between two states of it, in the order of [Fields], and then files by their
// keys, and keys of its JSON. What only some see of a record (its owner, or who
// asks for it alone rather than in a search) is left out, and so are views,
// downloads, links, and whether there is a later version. The order of
// communities means nothing, and files that are not shown have not changed. The
// time of the last change is left out, except where that is all that differs.
// States in different forms are compared by what both forms can express.
func Differences(before, after *zenodo.Record) []store.Difference {
	changed := append(fieldDifferences(before, after), fileDifferences(before, after)...)
	if before.Format == after.Format {
		changed = append(changed, contentDifferences(before.Raw, after.Raw, changed)...)
	}
	if len(changed) == 0 && before.UpdatedAt != after.UpdatedAt {
		return []store.Difference{{Field: "updated", Old: string(before.UpdatedAt), New: string(after.UpdatedAt)}}
	}
	return changed
}

func fieldDifferences(before, after *zenodo.Record) []store.Difference {
	a, b := withSortedCommunities(before), withSortedCommunities(after)
	if before.Format != after.Format {
		a.Metadata.Creators, b.Metadata.Creators = withFirstAffiliations(a.Metadata.Creators), withFirstAffiliations(b.Metadata.Creators)
		a.Metadata.AccessRight, b.Metadata.AccessRight = legacyAccess(a.Metadata.AccessRight), legacyAccess(b.Metadata.AccessRight)
	}
	names := slices.Concat(compared, nativePeople)
	if before.Format != after.Format {
		names = slices.DeleteFunc(slices.Clone(compared), func(name string) bool { return slices.Contains(respelled, name) })
	}
	var changed []store.Difference
	for i := range table {
		f := &table[i]
		if !slices.Contains(names, f.Name) {
			continue
		}
		if was, is := f.AppendText(nil, a), f.AppendText(nil, b); !bytes.Equal(was, is) {
			changed = append(changed, store.Difference{Field: f.Name, Old: string(was), New: string(is)})
		}
	}
	return changed
}

func withSortedCommunities(r *zenodo.Record) *zenodo.Record {
	sorted := *r
	sorted.Communities = slices.Sorted(slices.Values(r.Communities))
	return &sorted
}

// withFirstAffiliations are creators as the legacy JSON has them.
func withFirstAffiliations(creators []zenodo.Creator) []zenodo.Creator {
	cut := slices.Clone(creators)
	for i := range cut {
		cut[i].Affiliations = cut[i].Affiliations[:min(1, len(cut[i].Affiliations))]
	}
	return cut
}

// legacyAccess is an access right as the legacy JSON has it, which does not say that
// there are no files.
func legacyAccess(right string) string {
	if right == "metadata-only" {
		return "open"
	}
	return right
}

// fileDifferences are the files that were added, removed or replaced.
func fileDifferences(before, after *zenodo.Record) []store.Difference {
	if !showsFiles(before) || !showsFiles(after) {
		return nil
	}
	a, b := filesByKey(before), filesByKey(after)
	all := maps.Clone(a)
	maps.Copy(all, b)
	var changed []store.Difference
	for _, key := range slices.Sorted(maps.Keys(all)) {
		was, old := a[key]
		is, current := b[key]
		if old && current && sameFile(was, is) {
			continue
		}
		d := store.Difference{Field: "files"}
		if old {
			d.Old = fileText(was)
		}
		if current {
			d.New = fileText(is)
		}
		changed = append(changed, d)
	}
	return changed
}

// showsFiles reports whether the files of a record are known: servers list none
// where they are not public.
func showsFiles(r *zenodo.Record) bool {
	hidden := r.Metadata.AccessRight != "open" && r.Metadata.AccessRight != "metadata-only" && r.Metadata.AccessRight != ""
	return r.Files != nil && (len(r.Files) > 0 || !hidden)
}

func filesByKey(r *zenodo.Record) map[string]zenodo.File {
	files := make(map[string]zenodo.File, len(r.Files))
	for _, f := range r.Files {
		files[f.Key] = f
	}
	return files
}

// sameFile compares checksums where both are known.
func sameFile(a, b zenodo.File) bool {
	return a.Size == b.Size && (a.Checksum == b.Checksum || a.Checksum == "" || b.Checksum == "")
}

func fileText(f zenodo.File) string {
	unit := "bytes"
	if f.Size == 1 {
		unit = "byte"
	}
	if f.Checksum == "" {
		return fmt.Sprintf("%s (%d %s)", f.Key, f.Size, unit)
	}
	return fmt.Sprintf("%s (%d %s, %s)", f.Key, f.Size, unit, f.Checksum)
}

// contentDifferences are the keys whose values differ and that no field that
// differs covers.
func contentDifferences(before, after []byte, known []store.Difference) []store.Difference {
	a, b := publicContent(before), publicContent(after)
	all := maps.Clone(a)
	maps.Copy(all, b)
	var changed []store.Difference
	for _, key := range slices.Sorted(maps.Keys(all)) {
		if a[key] != b[key] && !isCovered(key, known) {
			changed = append(changed, store.Difference{Field: key, Old: a[key], New: b[key]})
		}
	}
	return changed
}

func isCovered(key string, known []store.Difference) bool {
	fields := append(slices.Clone(covering[key]), key)
	return slices.ContainsFunc(known, func(d store.Difference) bool { return slices.Contains(fields, d.Field) })
}
