package forms_test

import (
	"bufio"
	"cmp"
	"compress/gzip"
	"encoding/json"
	"maps"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"

	"github.com/zharvest/zharvest/internal/vocab"
	"github.com/zharvest/zharvest/zenodotest/internal/forms"
)

type object = map[string]any

// eachLine calls f with the lines of a file of recorded data, or skips the test.
func eachLine(t testing.TB, name string, f func(line []byte)) {
	t.Helper()
	roots := []string{"../../../../shared"}
	if root := os.Getenv("ZHARVEST_SHARED"); root != "" {
		roots = []string{root}
	}
	for _, root := range roots {
		file, err := os.Open(filepath.Join(root, "data", "zenodo", name))
		if err != nil {
			continue
		}
		defer file.Close()
		unpacked, err := gzip.NewReader(file)
		if err != nil {
			t.Fatal(err)
		}
		lines := bufio.NewScanner(unpacked)
		lines.Buffer(nil, 64<<20)
		for lines.Scan() {
			f(lines.Bytes())
		}
		if err := lines.Err(); err != nil {
			t.Fatal(err)
		}
		return
	}
	t.Skipf("recorded data %s is not here; set ZHARVEST_SHARED to the folder that has data/zenodo", name)
}

func decoded(t testing.TB, raw []byte) object {
	t.Helper()
	var o object
	if err := json.Unmarshal(raw, &o); err != nil {
		t.Fatalf("%v in %.200s", err, raw)
	}
	return o
}

// TestBothForms makes each form of the records of Zenodo's own code of the other.
// The legacy form must be the same. The native one is the same but for what the
// legacy one does not have, which withoutLost names, and what stand-ins for others
// are not worth having, which withoutExtras does.
func TestBothForms(t *testing.T) {
	eachLine(t, "servers/zenodo-both-forms.jsonl.gz", func(line []byte) {
		var pair struct{ Native, Legacy json.RawMessage }
		if err := json.Unmarshal(line, &pair); err != nil {
			t.Fatal(err)
		}
		legacy, err := forms.Legacy(pair.Native)
		if err != nil {
			t.Fatal(err)
		}
		want, got := decoded(t, pair.Legacy), decoded(t, legacy)
		sortFiles(t, want)
		sortFiles(t, got)
		if diff := gocmp.Diff(want, got); diff != "" {
			t.Errorf("legacy form of %v (-Zenodo +here):\n%s", want["id"], diff)
		}
		native, err := forms.NativeOf(pair.Legacy)
		if err != nil {
			t.Fatal(err)
		}
		want, got = decoded(t, pair.Native), decoded(t, native.JSON())
		withoutLost(want)
		withoutExtras(want)
		withoutExtras(got)
		if diff := gocmp.Diff(want, got); diff != "" {
			t.Errorf("native form of %v (-Zenodo +here):\n%s", want["id"], diff)
		}
	})
}

// sortFiles puts files in the order of their names, for they come in none, and
// compares addresses as they are meant.
func sortFiles(t *testing.T, legacy object) {
	files := list(legacy, "files")
	slices.SortFunc(files, func(a, b object) int { return strings.Compare(a["key"].(string), b["key"].(string)) })
	for _, f := range files {
		links := f["links"].(object)
		plain, err := url.PathUnescape(links["self"].(string))
		if err != nil {
			t.Fatal(err)
		}
		links["self"] = plain
	}
	legacy["files"] = files
}

func list(o object, key string) []object {
	out := []object{}
	values, _ := o[key].([]any)
	for _, v := range values {
		out = append(out, v.(object))
	}
	return out
}

func at(o object, path ...string) object {
	for _, key := range path {
		o, _ = o[key].(object)
	}
	return o
}

// withoutLost takes out of the native form what the legacy form does not have.
func withoutLost(r object) {
	m := at(r, "metadata")
	for _, name := range []string{"additional_titles", "copyright", "sizes", "formats"} {
		delete(m, name)
	}
	for _, people := range [][]object{list(m, "creators"), list(m, "contributors"), list(at(r, "ui", "creators"), "creators")} {
		for _, p := range people {
			withoutLostOfPerson(p)
		}
	}
	keep(m, "rights", func(i int, _ object) bool { return i == 0 })
	keep(m, "languages", func(i int, _ object) bool { return i == 0 })
	keep(m, "additional_descriptions", func(_ int, d object) bool { return at(d, "type")["id"] != "abstract" })
	keep(m, "funding", func(_ int, f object) bool { return at(f, "award")["number"] != nil && at(f, "funder")["id"] != nil })
	for _, id := range list(m, "identifiers") {
		delete(id, "scheme")
	}
	for _, d := range list(m, "dates") {
		if date, _ := d["date"].(string); !strings.Contains(date, "/") {
			delete(d, "date")
		}
	}
	m["publisher"] = "Zenodo"
	for _, stats := range r["stats"].(object) {
		delete(stats.(object), "data_volume")
	}
	delete(at(r, "access"), "reason")
}

// withoutLostOfPerson leaves the first affiliation's name. That an organisation is
// one is not to be seen.
func withoutLostOfPerson(p object) {
	person := at(p, "person_or_org")
	if person["type"] == "organizational" {
		person["type"] = "personal"
		name := person["name"].(string)
		person["family_name"] = name
		if family, given, ok := strings.Cut(name, ", "); ok {
			person["family_name"], person["given_name"] = family, given
		}
	}
	if all, ok := p["affiliations"].([]any); ok {
		p["affiliations"] = all[:1]
		if first, ok := all[0].(object); ok {
			p["affiliations"] = []any{object{"name": first["name"]}}
		}
	}
}

func keep(o object, key string, wanted func(i int, item object) bool) {
	var kept []any
	for i, item := range list(o, key) {
		if wanted(i, item) {
			kept = append(kept, item)
		}
	}
	delete(o, key)
	if kept != nil {
		o[key] = kept
	}
}

// withoutExtras takes out what is not imitated, or is made up: what users other
// than the owner do not see, titles in other languages than English, texts of
// licences, what communities say of themselves, the display strings of most of the
// metadata, what is said of hidden files, and for files their class of storage,
// their addresses, and which is shown first.
func withoutExtras(r object) {
	parent := at(r, "parent")
	delete(at(parent, "access"), "grants")
	delete(at(parent, "access"), "links")
	delete(at(r, "versions"), "is_latest_draft")
	if communities := at(parent, "communities"); len(communities) > 0 {
		var slugs []any
		for _, c := range list(communities, "entries") {
			slugs = append(slugs, c["slug"])
		}
		parent["communities"] = slugs
	}
	m := at(r, "metadata")
	for _, right := range list(m, "rights") {
		delete(right, "icon")
		delete(right, "description")
	}
	for _, f := range list(m, "funding") {
		delete(at(f, "funder"), "identifiers")
		delete(at(f, "award"), "id")
	}
	inEnglish(m)
	ui := at(r, "ui")
	for _, name := range []string{
		"custom_fields", "publishing_information", "related_identifiers", "rights", "funding", "contributors", "dates", "additional_titles",
		"additional_descriptions", "references", "languages",
	} {
		delete(ui, name)
	}
	delete(at(ui, "creators"), "affiliations") // all of them, numbered
	for _, c := range list(at(ui, "creators"), "creators") {
		delete(c, "affiliations") // their numbers
	}
	if stripped, ok := ui["description_stripped"].(string); ok {
		ui["description_stripped"] = strings.Join(strings.Fields(stripped), " ") // Zenodo puts lines between paragraphs
	}
	files := at(r, "files")
	if access, _ := at(r, "access")["files"].(string); access != "public" {
		r["files"] = object{"enabled": files["enabled"]}
		return
	}
	delete(files, "default_preview")
	delete(files, "order")
	for _, file := range at(files, "entries") {
		delete(file.(object), "links")
		delete(file.(object), "storage_class")
	}
}

// inEnglish leaves the English titles of terms.
func inEnglish(value any) {
	switch value := value.(type) {
	case object:
		maps.DeleteFunc(value, func(key string, _ any) bool { return len(key) == 2 && key != "en" })
		for _, v := range value {
			inEnglish(v)
		}
	case []any:
		for _, v := range value {
			inEnglish(v)
		}
	}
}

// TestThereAndBack makes real records native and legacy again: all that the legacy
// form has is still there, but for what withoutFormer names.
func TestThereAndBack(t *testing.T) {
	n := 0
	eachLine(t, "records.jsonl.gz", func(line []byte) {
		if n++; n > 300 && n%10 > 0 { // most are of one community
			return
		}
		native, err := forms.NativeOf(line)
		if err != nil {
			t.Fatal(err)
		}
		legacy, err := forms.Legacy(native.JSON())
		if err != nil {
			t.Fatal(err)
		}
		want, got := decoded(t, line), decoded(t, legacy)
		withoutFormer(want, got)
		sortFiles(t, want)
		sortFiles(t, got)
		if diff := gocmp.Diff(want, got); diff != "" {
			t.Errorf("record %v:\n%s", want["id"], diff)
		}
	})
}

// withoutFormer takes out of a record what neither form has today, and writes as
// today what was written otherwise.
func withoutFormer(want, got object) {
	m := at(want, "metadata")
	if _, ok := want["recid"]; !ok { // before 2023
		for _, name := range []string{"recid", "title", "modified", "doi_url", "status", "state", "submitted", "swh"} {
			delete(got, name)
		}
		delete(m, "access_right_category")
		for _, v := range list(at(m, "relations"), "version") {
			delete(v, "count")
			delete(v, "last_child")
			v["is_last"] = v["is_last"] == true || v["is_last"] == "True"
		}
		delete(at(want, "stats"), "volume")
		delete(at(want, "stats"), "version_volume")
	}
	for i, owner := range want["owners"].([]any) { // 1161, {"id": 1161}
		if o, ok := owner.(object); ok {
			owner = o["id"]
		}
		if n, ok := owner.(float64); ok {
			owner = strconv.Itoa(int(n))
		}
		want["owners"].([]any)[i] = object{"id": owner}
	}
	for _, f := range list(want, "files") {
		delete(f, "bucket")
		delete(f, "type")
		if f["filename"] != nil { // the answer to a publish call
			maps.Copy(f, object{"key": f["filename"], "size": f["filesize"], "checksum": "md5:" + f["checksum"].(string)})
			f["links"] = object{"self": at(f, "links")["download"]}
			delete(f, "filename")
			delete(f, "filesize")
		}
	}
	if m["access_right"] == "closed" {
		m["access_right"] = "restricted"
	}
	for _, c := range slices.Concat(list(m, "creators"), list(m, "contributors")) {
		if _, ok := c["affiliation"]; !ok {
			c["affiliation"] = nil
		}
	}
	if license := at(m, "license"); license != nil {
		name, _ := license["id"].(string)
		today, _ := vocab.Licenses().Find(name)
		license["id"] = cmp.Or(today.Legacy, name)
		if name == "" {
			delete(m, "license")
		}
	}
	for _, id := range list(m, "alternate_identifiers") {
		delete(id, "scheme")
	}
	if len(list(m, "contributors")) == 0 {
		delete(m, "contributors")
	}
	for _, g := range list(m, "grants") {
		delete(g, "links")
		delete(at(g, "funder"), "links")
		delete(at(g, "funder"), "acronyms")
		if g["internal_id"] == nil && at(g, "funder")["doi"] != nil {
			g["internal_id"] = at(g, "funder")["doi"].(string) + "::" + g["code"].(string)
			at(g, "funder")["acronym"] = "EC"
		}
	}
	for _, r := range []object{want, got} {
		if r["swh"] == nil {
			delete(r, "swh")
		}
	}
	delete(m, "part_of") // is part of the imprint
	delete(at(m, "imprint"), "publisher")
}
