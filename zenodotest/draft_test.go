package zenodotest_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/zharvest/zharvest/zenodo"
	"github.com/zharvest/zharvest/zenodotest"
)

const rdm = "application/vnd.inveniordm.v1+json"

// native is a draft or record in InvenioRDM's own form, as far as the tests look
// at it.
type native struct {
	ID          string
	Created     string
	Updated     string
	Revision    int  `json:"revision_id"`
	IsDraft     bool `json:"is_draft"`
	IsPublished bool `json:"is_published"`
	Status      string
	Metadata    map[string]any
	Custom      map[string]any `json:"custom_fields"`
	Access      map[string]any
	PIDs        map[string]struct{ Identifier, Provider string }
	Versions    struct {
		Index         int
		IsLatest      bool `json:"is_latest"`
		IsLatestDraft bool `json:"is_latest_draft"`
	}
	Files struct {
		Enabled bool
		Count   int
		Preview string `json:"default_preview"`
		Entries map[string]any
	}
	Parent struct {
		ID          string
		Access      map[string]any
		Communities struct{ IDs []string }
		Review      map[string]any
	}
	Links  map[string]string
	Errors []fieldError
}

type fieldError struct {
	Field    string
	Messages []string
}

// problems are the fields with what is wrong with them.
func (n native) problems() string {
	var all []string
	for _, e := range n.Errors {
		all = append(all, e.Field+": "+strings.Join(e.Messages, " "))
	}
	return strings.Join(all, "\n")
}

// dialects runs a test with Zenodo, and with another InvenioRDM.
func dialects(t *testing.T, config zenodotest.Config, test func(t *testing.T, s *zenodotest.Server, d zenodo.Dialect)) {
	for _, d := range []zenodo.Dialect{zenodo.DialectZenodo, zenodo.DialectRDM} {
		t.Run(string(d), func(t *testing.T) {
			config.Dialect = d
			test(t, zenodotest.NewServer(t, config), d)
		})
	}
}

// described is what can be published, natively: names and values are further
// members of the metadata.
func described(more ...any) map[string]any {
	m := map[string]any{
		"title": "Newts", "resource_type": map[string]any{"id": "dataset"}, "publication_date": "2024-05", "publisher": "A house",
		"creators": []any{map[string]any{"person_or_org": map[string]any{"type": "personal", "family_name": "Doe", "given_name": "Jane"}}},
	}
	for i := 0; i+1 < len(more); i += 2 {
		m[more[i].(string)] = more[i+1]
	}
	return map[string]any{"metadata": m}
}

// draft makes a draft, and returns its address.
func draft(t testing.TB, s *zenodotest.Server, body any) (n native, address string) {
	t.Helper()
	n = want[native](t, 201, call(t, "POST", s.API()+"/records", body, "Accept", rdm))
	return n, s.API() + "/records/" + n.ID + "/draft"
}

// send puts a file into a draft in three steps.
func send(t testing.TB, address, key, text string) {
	t.Helper()
	want[any](t, 201, call(t, "POST", address+"/files", []any{map[string]any{"key": key}}))
	want[any](t, 200, call(t, "PUT", address+"/files/"+key+"/content", strings.NewReader(text), "Content-Type", "application/octet-stream"))
	want[any](t, 200, call(t, "POST", address+"/files/"+key+"/commit", nil))
}

// released publishes a draft with a file.
func released(t testing.TB, s *zenodotest.Server, body any) native {
	t.Helper()
	_, address := draft(t, s, body)
	send(t, address, "newt.txt", "wet")
	return want[native](t, 202, call(t, "POST", address+"/actions/publish", nil, "Accept", rdm))
}

// step is a request, and what is in its answer. In the path and the body ID
// stands for the id that the test is about; a body of "bytes" is sent as it is.
type step struct {
	method, path, body string
	status             int
	part               string
}

// steps takes steps below the API, in order.
func steps(t *testing.T, s *zenodotest.Server, id string, all ...step) {
	t.Helper()
	for i, st := range all {
		address := s.API() + strings.ReplaceAll(st.path, "ID", id)
		var got response
		switch {
		case strings.HasSuffix(st.path, "/content"), strings.Contains(st.path, "/content/"):
			got = call(t, st.method, address, strings.NewReader(st.body), "Content-Type", "application/octet-stream", "Accept", rdm+", */*;q=0.1")
		case st.body == "":
			got = call(t, st.method, address, nil, "Accept", rdm+", */*;q=0.1")
		default:
			got = call(t, st.method, address, strings.ReplaceAll(st.body, "ID", id), "Accept", rdm+", */*;q=0.1")
		}
		if got.StatusCode != st.status || !strings.Contains(got.body, st.part) {
			t.Errorf("step %d, %s %s %s: got %d %.700s, want %d with %s", i+1, st.method, st.path, st.body, got.StatusCode, got.body, st.status, st.part)
		}
	}
}

// TestDraft walks a draft through its life in either dialect.
func TestDraft(t *testing.T) {
	dialects(t, zenodotest.Config{}, func(t *testing.T, s *zenodotest.Server, d zenodo.Dialect) {
		first, address := draft(t, s, described())
		if !first.IsDraft || first.IsPublished || first.Status != "draft" || first.problems() != "" || first.Access["status"] != "metadata-only" {
			t.Errorf("created: got %+v", first)
		}
		if again := want[native](t, 200, call(t, "GET", address, nil, "Accept", rdm)); again.Access["status"] != "open" || again.Revision != first.Revision {
			t.Errorf("read: got %+v", again)
		}
		steps(t, s, first.ID,
			step{"GET", "/records/ID", "", 404, wantUnregistered},
			step{"POST", "/records/ID/versions", "", 404, wantUnregistered},
			step{"GET", "/records/ID/versions/latest", "", 404, wantUnregistered},
			step{"POST", "/records/ID/draft", "", 201, `"is_published": false`},
			step{"POST", "/records/ID/draft/actions/publish", "", 400, `[{"field": "files.enabled", "messages": ["Missing uploaded files. To disable`},
			step{"POST", "/records/ID/draft/actions/files-import", "", 404, "Not found."},
			step{"POST", "/records/ID/draft/actions/nosuch", "", 404, "URL was not found"},
			step{"POST", "/records/ID/draft/pids/doi", "", 201, `"doi": {"`},
			step{"POST", "/records/ID/draft/pids/doi", "", 400, "A PID already exists for type doi"},
			step{"DELETE", "/records/ID/draft/pids/doi", "", 200, `"pids": {}`},
			step{"DELETE", "/records/ID/draft/pids/doi", "", 404, "does not exist"},
			step{"PUT", "/records/ID", "{}", 500, ""},
			step{"DELETE", "/records/ID", "", 404, wantUnregistered},
		)
		send(t, address, "newt.txt", "wet")
		record := want[native](t, 202, call(t, "POST", address+"/actions/publish", nil, "Accept", rdm))
		if record.IsDraft || !record.IsPublished || record.Status != "published" || !record.Versions.IsLatest || record.Versions.Index != 1 ||
			record.PIDs["doi"].Identifier == "" || record.PIDs["oai"].Provider != "oai" || record.Files.Count != 1 || record.Revision != 4 {
			t.Errorf("published: got %+v", record)
		}
		steps(t, s, first.ID,
			step{"POST", "/records/ID/draft/actions/publish", "", 404, "Not found."},
			step{"PUT", "/records/ID/draft", "{}", 404, "Not found."},
			step{"DELETE", "/records/ID/draft", "", 404, "Not found."},
			step{"GET", "/records/ID/draft/files", "", 404, "Not found."},
			step{"DELETE", "/records/ID", "", 403, "denied"},
			step{"GET", "/records/ID/draft", "", 404, "does not exist"},
			step{"POST", "/records/ID/draft", "", 201, `"status": "published"`},
			step{"POST", "/records/ID/draft/pids/doi", "", 400, "A PID already exists for type doi"},
			step{"DELETE", "/records/ID/draft/pids/doi", "", 400, "Cannot discard a reserved or registered"},
		)
		edit := want[native](t, 201, call(t, "POST", address, nil, "Accept", rdm))
		if !edit.IsDraft || !edit.IsPublished || edit.Revision <= first.Revision || edit.Created != first.Created || edit.PIDs["doi"] != record.PIDs["doi"] {
			t.Errorf("edit: got %+v", edit)
		}
		want[native](t, 200, call(t, "PUT", address, described("title", "Salamanders"), "Accept", rdm))
		same(t, "title while it is edited", fmt.Sprint(recordOf(t, s, first.ID).Metadata["title"]), "Newts")
		if got := call(t, "DELETE", address, nil); got.StatusCode != 204 {
			t.Errorf("discard: got %d", got.StatusCode)
		}
		if after := recordOf(t, s, first.ID); after.Updated != record.Updated || after.Revision != record.Revision {
			t.Errorf("discarded: got %+v", after)
		}
		want[native](t, 201, call(t, "POST", address, nil, "Accept", rdm))
		unchanged := want[native](t, 202, call(t, "POST", address+"/actions/publish", nil, "Accept", rdm))
		if unchanged.Revision != record.Revision+2 || unchanged.Updated <= record.Updated || unchanged.Created != record.Created {
			t.Errorf("published unchanged: got %+v", unchanged)
		}
		if d == zenodo.DialectRDM {
			refused(t, 404, "URL was not found", call(t, "GET", s.API()+"/deposit/depositions", nil))
		}
	})
}

const wantUnregistered = "The persistent identifier is not registered."

// recordOf is a published record, as anybody gets it.
func recordOf(t testing.TB, s *zenodotest.Server, id string) native {
	t.Helper()
	return want[native](t, 200, do(t, "GET", s.API()+"/records/"+id, "Accept", rdm))
}

// TestStrictPut puts what leaves something out, and looks at what is left.
func TestStrictPut(t *testing.T) {
	dialects(t, zenodotest.Config{}, func(t *testing.T, s *zenodotest.Server, d zenodo.Dialect) {
		body := described("version", "1")
		body["custom_fields"] = map[string]any{"journal:journal": map[string]any{"title": "J"}}
		body["access"] = map[string]any{"record": "public", "files": "restricted"}
		record := released(t, s, body)
		address := s.API() + "/records/" + record.ID + "/draft"
		want[native](t, 201, call(t, "POST", address, nil, "Accept", rdm))
		put := func(body any) native {
			t.Helper()
			return want[native](t, 200, call(t, "PUT", address, body, "Accept", rdm))
		}
		whole := described()
		whole["files"] = map[string]any{"enabled": true, "default_preview": "newt.txt", "order": []string{"newt.txt"}}
		whole["custom_fields"] = body["custom_fields"]
		if n := put(whole); n.Files.Preview != "newt.txt" || len(n.Custom) != 1 || n.problems() != "" || n.Metadata["version"] != nil {
			t.Errorf("whole: got %+v", n)
		}
		// Metadata alone: who may see it and the identifiers stay, the rest goes.
		n := put(described())
		if n.Files.Preview != "" || len(n.Custom) != 0 || n.Access["files"] != "restricted" || n.PIDs["doi"] != record.PIDs["doi"] || n.Files.Count != 1 || n.problems() != "" {
			t.Errorf("metadata alone: got %+v", n)
		}
		n = put(map[string]any{"nosuch": 1})
		same(t, "nothing", n.problems(), "metadata.publisher: Missing publisher field required for DOI registration.")
		if len(n.Metadata) > 0 {
			t.Errorf("nothing: got %v", n.Metadata)
		}
		n = put(map[string]any{"metadata": map[string]any{"colour": "red", "title": "Frogs"}})
		same(t, "little", n.problems(), `metadata.resource_type: Missing data for required field.
metadata.creators: Missing data for required field.
metadata.publication_date: Missing data for required field.
metadata.colour: Unknown field.
metadata.publisher: Missing publisher field required for DOI registration.`)
		if again := want[native](t, 200, call(t, "GET", address, nil, "Accept", rdm)); again.Errors != nil || again.Metadata["title"] != "Frogs" {
			t.Errorf("read again: got %+v", again)
		}
		none := described()
		none["pids"], none["files"] = map[string]any{}, map[string]any{"enabled": false}
		n = put(none)
		if len(n.PIDs) != 0 || !n.Files.Enabled || n.Files.Count != 1 || !strings.HasPrefix(n.problems(), "files.enabled: You ") {
			t.Errorf("no identifiers and no files: got %+v", n)
		}
		if after := want[native](t, 202, call(t, "POST", address+"/actions/publish", nil, "Accept", rdm)); after.PIDs["doi"] != record.PIDs["doi"] || after.PIDs["oai"] != record.PIDs["oai"] {
			t.Errorf("published without identifiers: got %+v", after.PIDs)
		}
	})
}

// TestRefusedDrafts sends what the server refuses as a whole, and changes
// nothing.
func TestRefusedDrafts(t *testing.T) {
	dialects(t, zenodotest.Config{}, func(t *testing.T, s *zenodotest.Server, d zenodo.Dialect) {
		first, address := draft(t, s, described())
		for _, c := range []struct {
			body   string
			status int
			part   string
		}{
			{`{`, 400, "Unable to decode JSON data in request body."},
			{`[1]`, 500, "internal error"},
			{`{"access": null}`, 500, "internal error"},
			{`{"files": "x"}`, 500, "internal error"},
			{`{"conceptrecid": "1", "metadata": {"creators": [{"name": "Doe"}]}}`, 500, "internal error"},
			{`{"access": {"record": "public"}}`, 400, `"errors": [{"field": "access", "messages": ["'files'"]}]`},
			{`{"access": {"record": "secret", "files": "public"}}`, 400, `"errors": [{"field": "access", "messages": ["'record'"]}]`},
			{`{"metadata": {"resource_type": {"id": "nonsense"}}}`, 400, `{"status": 400, "message": "Invalid value nonsense."}`},
			{`{"metadata": {"resource_type": {"id": "publication-thesis"}}}`, 400, "Invalid value publication-thesis."},
			{`{"metadata": {"languages": [{"id": "en"}]}}`, 400, "Invalid value en."},
			{`{"metadata": {"funding": [{"funder": {"id": "00k4n6c32"}, "award": {"id": "00k4n6c32::7"}}]}}`, 400, "Invalid value 00k4n6c32::7."},
		} {
			refused(t, c.status, c.part, call(t, "PUT", address, c.body, "Accept", rdm))
		}
		refused(t, 415, "Expected one of: application/json", call(t, "PUT", address, strings.NewReader("{}"), "Content-Type", "text/plain"))
		restricted := call(t, "PUT", address, `{"access": {"record": "restricted", "files": "public"}}`, "Accept", rdm)
		if d == zenodo.DialectZenodo {
			refused(t, 400, `{"field": "access", "messages": ["You don't have permissions to manage record access."]}`, restricted)
			want[native](t, 201, call(t, "POST", s.API()+"/records", `[1]`, "Accept", rdm)) // an empty draft
		} else {
			same(t, "files of a restricted record", fmt.Sprint(want[native](t, 200, restricted).Access["files"]), "restricted")
			refused(t, 500, "internal error", call(t, "POST", s.API()+"/records", `[1]`))
		}
		if again := want[native](t, 200, call(t, "GET", address, nil, "Accept", rdm)); d == zenodo.DialectZenodo && again.Revision != first.Revision {
			t.Errorf("revision: got %d, want %d", again.Revision, first.Revision)
		}
		refused(t, 403, "denied", call(t, "POST", s.API()+"/records", "{}", "Authorization", ""))
		for _, method := range []string{"GET", "PUT", "DELETE"} {
			refused(t, 403, "denied", call(t, method, address, "{}", "Authorization", "Bearer other"))
		}
	})
}

// TestIfMatch has revisions compared that are bare numbers.
func TestIfMatch(t *testing.T) {
	s := zenodotest.NewServer(t, zenodotest.Config{})
	n, address := draft(t, s, described())
	for _, c := range []struct {
		header string
		status int
		part   string
	}{
		{`"` + itoa(n.Revision) + `"`, 400, `{"field": "if_match", "messages": ["Not a valid integer."]}`},
		{"*", 400, "Not a valid integer."},
		{`"abc"`, 400, "Not a valid integer."},
		{"5.0", 400, "Not a valid integer."},
		{"99", 412, `{"status": 412, "message": "Revision id provided(99) doesn't match record's one(` + itoa(n.Revision) + `)"}`},
		{"-1", 412, "Revision id provided(-1)"},
		{itoa(n.Revision), 200, `"revision_id": ` + itoa(n.Revision+2)},
		{itoa(n.Revision), 412, ""},
	} {
		refused(t, c.status, c.part, call(t, "PUT", address, described(), "If-Match", c.header, "Accept", rdm))
	}
	got := call(t, "GET", address, nil, "If-Match", "99", "Accept", rdm)
	refused(t, 200, "Newts", got)
	same(t, "ETag", got.Header.Get("ETag"), `"`+itoa(n.Revision+2)+`"`)
	refused(t, 412, "", call(t, "DELETE", address, nil, "If-Match", "1"))
	refused(t, 400, "", call(t, "DELETE", address, nil, "If-Match", `"1"`))
	refused(t, 204, "", call(t, "DELETE", address, nil, "If-Match", itoa(n.Revision+2)))
}

// TestDraftForms answers in the form that is asked for, in either API.
func TestDraftForms(t *testing.T) {
	s := zenodotest.NewServer(t, zenodotest.Config{})
	n, address := draft(t, s, described("additional_titles", []any{map[string]any{"title": "Wet ones", "type": map[string]any{"id": "subtitle"}}}))
	for accept, kind := range map[string]string{
		"": "application/json", "*/*": "application/json", "application/json": "application/json", rdm: rdm,
		"application/vnd.zenodo.v1+json": "application/vnd.zenodo.v1+json", "application/json;q=0.1, " + rdm: rdm,
	} {
		got := call(t, "GET", address, nil, "Accept", accept)
		isNative := kind == rdm
		if got.StatusCode != 200 || got.Header.Get("Content-Type") != kind || strings.Contains(got.body, "additional_titles") != isNative || strings.Contains(got.body, `"conceptrecid"`) == isNative {
			t.Errorf("Accept %s: got %d %s %s", accept, got.StatusCode, got.Header.Get("Content-Type"), got.body)
		}
	}
	type legacy struct {
		ID            int64
		Status, State string
		Submitted     bool
	}
	got := want[legacy](t, 200, call(t, "GET", address, nil))
	same(t, "as a record of the legacy API", fmt.Sprint(got), fmt.Sprintf("{%s draft unsubmitted false}", n.ID))
	d := want[deposition](t, 200, call(t, "GET", s.API()+"/deposit/depositions/"+n.ID, nil))
	same(t, "as a deposition", fmt.Sprint(d.Title, d.State, d.Metadata["upload_type"], d.Metadata["creators"]), "Newtsunsubmitteddataset[map[affiliation:<nil> name:Doe, Jane]]")
	var other map[string]any
	plain := zenodotest.NewServer(t, zenodotest.Config{Dialect: zenodo.DialectRDM})
	_, elsewhere := draft(t, plain, described())
	if err := json.Unmarshal([]byte(call(t, "GET", elsewhere, nil).body), &other); err != nil || other["parent"] == nil {
		t.Errorf("another InvenioRDM knows its own form alone: got %v, %v", other, err)
	}
}
