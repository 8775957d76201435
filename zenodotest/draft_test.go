package zenodotest_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/zharvest/zharvest/zenodotest"
)

const rdm = "application/vnd.inveniordm.v1+json"

// nativeDraft is what the tests look at in InvenioRDM's own JSON.
type nativeDraft struct {
	ID       string
	Draft    bool `json:"is_draft"`
	Metadata struct{ Title string }
	Files    struct {
		Order   []string
		Preview string `json:"default_preview"`
	}
	Errors []struct{ Field string }
}

// TestNativeFlow publishes a record and a new version of it without the legacy
// API.
func TestNativeFlow(t *testing.T) {
	s := zenodotest.NewServer(t, zenodotest.Config{})
	body := `{"metadata": {"title": "Newts", "resource_type": {"id": "publication-article"}, "publication_date": "2024-05",
		"creators": [{"person_or_org": {"type": "personal", "family_name": "Doe", "given_name": "Jane"}}]}}`
	draft := want[nativeDraft](t, 201, call(t, "POST", s.API()+"/records", body, "Accept", rdm))
	if !draft.Draft || draft.Metadata.Title != "Newts" || len(draft.Errors) != 1 || draft.Errors[0].Field != "files.enabled" {
		t.Errorf("created: got %+v", draft)
	}
	base := s.API() + "/records/" + draft.ID + "/draft"
	want[any](t, 201, call(t, "POST", base+"/files", `[{"key": "newt.txt"}]`))
	refused(t, 400, "already exists", call(t, "POST", base+"/files", `[{"key": "newt.txt"}]`))
	refused(t, 400, "not complete", call(t, "POST", base+"/files/newt.txt/commit", nil))
	refused(t, 400, "have not completed their transfer", call(t, "POST", base+"/actions/publish", nil))
	want[any](t, 200, call(t, "PUT", base+"/files/newt.txt/content", strings.NewReader("wet"), "Content-Type", "application/octet-stream"))
	refused(t, 404, "has no file", call(t, "GET", base+"/files/newt.txt/content", nil))
	want[any](t, 200, call(t, "POST", base+"/files/newt.txt/commit", nil))
	same(t, "content", call(t, "GET", base+"/files/newt.txt/content", nil).body, "wet")
	want[any](t, 201, call(t, "POST", base+"/pids/doi", nil))
	refused(t, 400, "pids.doi", call(t, "POST", base+"/pids/doi", nil))
	p := want[record](t, 202, call(t, "POST", base+"/actions/publish", nil))
	if p.Title != "Newts" || p.Metadata.Type.Subtype != "article" {
		t.Errorf("published: got %+v", p)
	}
	refused(t, 404, "Not found.", call(t, "GET", base, nil))
	want[record](t, 201, call(t, "POST", base, nil))
	if got := call(t, "DELETE", base, nil); got.StatusCode != 204 {
		t.Errorf("delete: got %d %s", got.StatusCode, got.body)
	}
	next := want[record](t, 201, call(t, "POST", s.API()+"/records/"+draft.ID+"/versions", nil))
	again := want[record](t, 201, call(t, "POST", s.API()+"/records/"+draft.ID+"/versions", nil))
	same(t, "new version, twice", again.text(), next.text())
	nextBase := s.API() + "/records/" + next.text() + "/draft"
	want[any](t, 201, call(t, "POST", nextBase+"/actions/files-import", nil))
	refused(t, 400, "Please remove all files first.", call(t, "POST", nextBase+"/actions/files-import", nil))
	want[any](t, 202, call(t, "POST", nextBase+"/actions/publish", nil))
	if n := search(t, s, "/records/"+next.text()+"/versions").total(); n != 2 {
		t.Errorf("versions: got %d", n)
	}
}

// TestNativeGiven gives out what was given natively, as a draft, as a record and
// in a new version, until the legacy API writes the metadata: then that which it
// has no place for is gone.
func TestNativeGiven(t *testing.T) {
	s := zenodotest.NewServer(t, zenodotest.Config{})
	body := `{"metadata": {"title": "Newts", "resource_type": {"id": "dataset"}, "publication_date": "2024-05", "version": "1", "sizes": ["11 pages"],
		"creators": [{"person_or_org": {"type": "organizational", "name": "Board, Esbjerg"}, "affiliations": [{"name": "A"}, {"name": "B"}]}]},
		"custom_fields": {"journal:journal": {"issn": "1234-5679"}}}`
	draft := want[nativeDraft](t, 201, call(t, "POST", s.API()+"/records", body, "Accept", rdm))
	record, legacy := s.API()+"/records/"+draft.ID, s.API()+"/deposit/depositions/"+draft.ID
	base := record + "/draft"
	want[any](t, 201, call(t, "POST", base+"/files", `[{"key": "newt.txt"}]`))
	want[any](t, 200, call(t, "PUT", base+"/files/newt.txt/content", strings.NewReader("wet"), "Content-Type", "application/octet-stream"))
	want[any](t, 200, call(t, "POST", base+"/files/newt.txt/commit", nil))
	want[any](t, 202, call(t, "POST", base+"/actions/publish", nil))
	has := func(what, url string, wanted bool, parts ...string) {
		t.Helper()
		got := call(t, "GET", url, nil, "Accept", rdm)
		for _, part := range append(parts, `"sizes": ["11 pages"]`, `"type": "organizational"`, `{"name": "B"}`, `"issn": "1234-5679"`) {
			if got.StatusCode != 200 || got.Header.Get("Content-Type") != rdm || strings.Contains(got.body, part) != wanted {
				t.Errorf("%s: got %d %s, has %s wanted: %t", what, got.StatusCode, got.body, part, wanted)
			}
		}
	}
	has("record", record, true, `"version": "1"`, `"publication_date": "2024-05"`, `"is_draft": false`)
	next := want[deposition](t, 201, call(t, "POST", legacy+"/actions/newversion", nil))
	has("new version", s.API()+"/records/"+next.text()+"/draft", true, `"is_draft": true`)
	edited := want[deposition](t, 201, call(t, "POST", legacy+"/actions/edit", nil))
	has("edit", base, true, `"is_draft": true`)
	metadata := want[struct{ Metadata map[string]any }](t, 200, call(t, "GET", edited.link("self"), nil)).Metadata
	want[any](t, 200, call(t, "PUT", legacy, map[string]any{"metadata": metadata}))
	has("edit, written by the legacy API", base, false)
	has("record meanwhile", record, true)
	want[any](t, 202, call(t, "POST", legacy+"/actions/publish", nil))
	has("record, edited", record, false)
}

// TestArrangeFiles orders files in both native ways, and checks that the second
// loses nothing of the metadata.
func TestArrangeFiles(t *testing.T) {
	s := zenodotest.NewServer(t, zenodotest.Config{})
	d := create(t, s, complete("notes", "kept", "keywords", []string{"frog"}, "version", "2"))
	for _, name := range []string{"a", "b", "c"} {
		want[any](t, 201, upload(t, d, name, name))
	}
	shown := func() string {
		return fmt.Sprint(want[deposition](t, 200, call(t, "GET", d.link("self"), nil)).names())
	}
	base := s.API() + "/records/" + d.text() + "/draft"
	list := want[struct {
		Order   []string
		Preview string `json:"default_preview"`
	}](t, 200, call(t, "PUT", base+"/files", `{"order": ["c", "a"], "default_preview": "b"}`))
	same(t, "order", fmt.Sprint(list.Order), "[c a b]")
	same(t, "preview", list.Preview, "b")
	same(t, "as shown", shown(), "[c a b]")
	refused(t, 400, "File does not exist.", call(t, "PUT", base+"/files", `{"order": ["z"]}`))

	before := call(t, "GET", d.link("self"), nil).body
	draft := call(t, "GET", base, nil, "Accept", rdm).body
	changed := strings.Replace(draft, `"order": ["c", "a", "b"]`, `"order": ["b", "c", "a"]`, 1)
	if changed == draft {
		t.Fatalf("no order in %s", draft)
	}
	got := want[nativeDraft](t, 200, call(t, "PUT", base, changed, "Accept", rdm))
	same(t, "order", fmt.Sprint(got.Files.Order), "[b c a]")
	same(t, "as shown", shown(), "[b c a]")
	old, now := want[deposition](t, 200, response{Response: call(t, "GET", d.link("self"), nil).Response, body: before}), want[deposition](t, 200, call(t, "GET", d.link("self"), nil))
	same(t, "metadata", fmt.Sprint(now.Metadata), fmt.Sprint(old.Metadata))
	if got := call(t, "DELETE", base+"/files/b", nil); got.StatusCode != 204 {
		t.Errorf("delete: got %d", got.StatusCode)
	}
	if got := want[nativeDraft](t, 200, call(t, "GET", base, nil, "Accept", rdm)); got.Files.Preview != "" {
		t.Errorf("the preview is a file that is gone: %s", got.Files.Preview)
	}
}
