package export_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/zharvest/zharvest/export"
	"github.com/zharvest/zharvest/store"
	"github.com/zharvest/zharvest/zenodo"
)

const plainRecord = `{"id":2,"conceptrecid":"1","doi":"10.5281/zenodo.2","revision":1,"created":"2026-01-01T00:00:00+00:00","updated":"2026-01-01T00:00:00+00:00",` +
	`"links":{"self":"a"},"stats":{"views":1},"files":[{"key":"a","size":1,"checksum":"md5:a"}],` +
	`"metadata":{"title":"One","creators":[{"name":"Doe, J","affiliation":null}],"keywords":["x"],"communities":[{"id":"a"},{"id":"b"}],` +
	`"related_identifiers":[{"identifier":"10.1/x","relation":"cites"}],"resource_type":{"type":"dataset","title":"Dataset"}}}`

func TestDifferences(t *testing.T) {
	touched := []string{`"updated":"2026-01-01`, `"updated":"2026-02-02`}
	for _, tt := range []struct {
		name  string
		edits []string // what is replaced, and by what
		want  []store.Difference
	}{
		{"nothing", nil, nil},
		{"statistics and links", []string{`"views":1`, `"views":2`, `"self":"a"`, `"self":"b"`}, nil},
		{"order of communities", []string{`{"id":"a"},{"id":"b"}`, `{"id":"b"},{"id":"a"}`}, nil},
		{"touched", touched, []store.Difference{{Field: "updated", Old: "2026-01-01T00:00:00+00:00", New: "2026-02-02T00:00:00+00:00"}}},
		{"title", append(touched, `"title":"One"`, `"title":"Two"`), []store.Difference{{Field: "title", Old: "One", New: "Two"}}},
		{"community", []string{`{"id":"a"},{"id":"b"}`, `{"id":"b"},{"id":"c"}`}, []store.Difference{{Field: "communities", Old: "a; b", New: "b; c"}}},
		{"keywords", []string{`["x"]`, `["x","y"]`}, []store.Difference{{Field: "keywords", Old: "x", New: "x; y"}}},
		{"affiliation", []string{`"affiliation":null`, `"affiliation":"CERN"`}, []store.Difference{{Field: "affiliations", New: "CERN"}}},
		{"file replaced, of equal size", []string{`md5:a`, `md5:b`}, []store.Difference{
			{Field: "files", Old: "a (1 byte, md5:a)", New: "a (1 byte, md5:b)"},
		}},
		{"file replaced", []string{`"size":1,"checksum":"md5:a"`, `"size":29,"checksum":"md5:b"`}, []store.Difference{
			{Field: "files", Old: "a (1 byte, md5:a)", New: "a (29 bytes, md5:b)"},
		}},
		{"file added", []string{`[{"key":"a"`, `[{"key":"c","size":3},{"key":"b","size":2,"checksum":"md5:b"},{"key":"a"`}, []store.Difference{
			{Field: "files", New: "b (2 bytes, md5:b)"}, {Field: "files", New: "c (3 bytes)"},
		}},
		{"file under another name", []string{`"key":"a"`, `"key":"b"`}, []store.Difference{
			{Field: "files", Old: "a (1 byte, md5:a)"}, {Field: "files", New: "b (1 byte, md5:a)"},
		}},
		{"links of a file", []string{`"key":"a"`, `"key":"a","id":"x","links":{"self":"y"}`}, nil},
		{"checksum of a file not known", []string{`,"checksum":"md5:a"`, ``}, nil},
		{"files not public any more", []string{`"files":[{"key":"a","size":1,"checksum":"md5:a"}],`, ``, `{"title":"One"`, `{"access_right":"restricted","title":"One"`}, []store.Difference{
			{Field: "access", New: "restricted"},
		}},
		{"null and empty", []string{`"links":{"self":"a"}`, `"swh":{}`, `"title":"One"`, `"title":"One","notes":null,"thesis":{"supervisors":[]}`}, nil},
		{"superseded", []string{`"title":"One"`, `"title":"One","relations":{"version":[{"index":0,"is_last":false,"parent":{"pid_type":"recid","pid_value":"1"}}]}`}, nil},
		{"title of a type", []string{`"title":"Dataset"`, `"title":"Data set"`}, nil},
		{"what is no field", []string{`"relation":"cites"`, `"relation":"cited"`}, []store.Difference{{
			Field: "related_identifiers", Old: `[{"identifier":"10.1/x","relation":"cites"}]`, New: `[{"identifier":"10.1/x","relation":"cited"}]`,
		}}},
		{"what was not there", []string{`"title":"One"`, `"title":"One","notes":"n"`}, []store.Difference{{Field: "notes", New: `"n"`}}},
		{"type", []string{`"type":"dataset","title":"Dataset"`, `"type":"image","subtype":"plot","title":"Plot"`}, []store.Difference{
			{Field: "type", Old: "dataset", New: "image"}, {Field: "subtype", New: "plot"},
		}},
	} {
		wantDifferences(t, tt.name, plainRecord, tt.edits, tt.want)
	}
}

// wantDifferences compares a record with what edits (what is replaced, and by
// what) make of it.
func wantDifferences(t *testing.T, name, record string, edits []string, want []store.Difference) {
	t.Helper()
	after := strings.NewReplacer(edits...).Replace(record)
	if len(edits) > 0 && after == record {
		t.Errorf("%s: nothing was replaced", name)
	}
	if diff := cmp.Diff(want, export.Differences(decoded(t, record), decoded(t, after))); diff != "" {
		t.Errorf("%s (-want +got):\n%s", name, diff)
	}
}

const nativeRecord = `{"id":"2","created":"2026-01-01T00:00:00+00:00","updated":"2026-01-01T00:00:00+00:00","links":{"self":"a"},"revision_id":4,` +
	`"parent":{"id":"1","access":{"owned_by":{"user":"5"}},"communities":{"ids":["u"],"default":"u","entries":[{"id":"u","slug":"tides","access":{"review_policy":"open"}}]}},` +
	`"versions":{"is_latest":true,"index":1},"is_published":true,"is_draft":false,"status":"published","swh":null,"pids":{"doi":{"identifier":"10.5281/zenodo.2","provider":"datacite"}},` +
	`"metadata":{"title":"One","resource_type":{"id":"dataset","title":{"en":"Dataset"}},"rights":[{"id":"cc-by-4.0","title":{"en":"CC"},"props":{"url":"u"}}],` +
	`"languages":[{"id":"eng","title":{"en":"English"}},{"id":"deu"}],"additional_titles":[{"title":"Another","type":{"id":"subtitle","title":{"en":"Subtitle"}}}],` +
	`"funding":[{"funder":{"id":"f","name":"F"},"award":{"number":"1","title":{"en":"Waves"}}}]},"custom_fields":{"code:programmingLanguage":[{"id":"go"}]},` +
	`"access":{"record":"public","files":"public","embargo":{"active":false,"reason":null},"status":"open"},` +
	`"files":{"enabled":true,"count":1,"total_bytes":9,"entries":{"a.txt":{"key":"a.txt","size":9,"checksum":"md5:a","metadata":null}}},"media_files":{"enabled":false},` +
	`"stats":{"this_version":{"views":0}},"deletion_status":{"is_deleted":false,"status":"P"}}`

// What managers see beyond guests, single records beyond hits of searches, and
// what moves without anybody editing the record, is no difference.
func TestDifferencesNative(t *testing.T) {
	for _, tt := range []struct {
		name  string
		edits []string
		want  []store.Difference
	}{
		{"manager's view", []string{
			`"access":{"owned_by":`, `"access":{"grants":[],"links":[{"id":"x"}],"settings":{"allow_user_requests":true},"owned_by":`,
			`"is_latest":true`, `"is_latest":true,"is_latest_draft":true`, `"created":`, `"internal_notes":[{"note":"n"}],"created":`,
		}, nil},
		{"single record", []string{
			`"swh":null`, `"swh":{}`, `"md5:a"`, `"md5:a","storage_class":"L","links":{"self":"s"}`, `"review_policy":"open"`, `"review_policy":"closed"`,
			`"media_files":{"enabled":false}`, `"media_files":{"enabled":false,"order":[],"count":0,"entries":{}}`, `"metadata":null`, `"metadata":{}`,
			`{"en":"Dataset"}`, `{"en":"Dataset","de":"Datensatz"}`, `{"id":"deu"}`, `{"id":"deu","title":{"en":"German"}}`, `{"en":"CC"},"props":{"url":"u"}`, `{"en":"CC BY"}`,
			`"revision_id":4`, `"revision_id":6,"ui":{"version":"v1"},"expanded":{}`,
		}, nil},
		{"superseded", []string{`"is_latest":true`, `"is_latest":false`}, nil},
		{"owner", []string{`"user":"5"`, `"user":"6"`}, nil},
		{"file replaced", []string{`"size":9,"checksum":"md5:a"`, `"size":9,"checksum":"md5:b"`}, []store.Difference{
			{Field: "files", Old: "a.txt (9 bytes, md5:a)", New: "a.txt (9 bytes, md5:b)"},
		}},
		{"files hidden from guests", []string{`,"count":1,"total_bytes":9,"entries":{"a.txt":{"key":"a.txt","size":9,"checksum":"md5:a","metadata":null}}`, ``, `"status":"open"`, `"status":"restricted"`}, []store.Difference{
			{Field: "access", Old: "open", New: "restricted"},
		}},
		{"community", []string{`"slug":"tides"`, `"slug":"waves"`}, []store.Difference{{Field: "communities", Old: "tides", New: "waves"}}},
		{"second language", []string{`"deu"`, `"dan"`}, []store.Difference{{Field: "languages", Old: `[{"id":"eng"},{"id":"deu"}]`, New: `[{"id":"eng"},{"id":"dan"}]`}}},
		{"subtitle", []string{`"Another"`, `"Other"`}, []store.Difference{{
			Field: "additional_titles", Old: `[{"title":"Another","type":{"id":"subtitle"}}]`, New: `[{"title":"Other","type":{"id":"subtitle"}}]`,
		}}},
		{"title of an award", []string{`"Waves"`, `"Tides"`}, []store.Difference{{
			Field: "funding", Old: `[{"award":{"number":"1","title":{"en":"Waves"}},"funder":{"id":"f","name":"F"}}]`, New: `[{"award":{"number":"1","title":{"en":"Tides"}},"funder":{"id":"f","name":"F"}}]`,
		}}},
		{"custom field", []string{`"go"`, `"c"`}, []store.Difference{{Field: "code:programmingLanguage", Old: `[{"id":"go"}]`, New: `[{"id":"c"}]`}}},
		{"embargo", []string{`"active":false`, `"active":true,"until":"2099-12-31"`}, []store.Difference{{
			Field: "access", Old: `{"embargo":{"active":false},"files":"public","record":"public","status":"open"}`,
			New: `{"embargo":{"active":true,"until":"2099-12-31"},"files":"public","record":"public","status":"open"}`,
		}}},
		{"archived", []string{`"swh":null`, `"swh":{"swhid":"swh:1:dir:a"}`}, []store.Difference{{Field: "swh", New: `{"swhid":"swh:1:dir:a"}`}}},
	} {
		wantDifferences(t, tt.name, nativeRecord, tt.edits, tt.want)
	}
}

// The files of a restricted record, which its owner sees and a guest does not,
// did not come or go.
func TestDifferencesHiddenFiles(t *testing.T) {
	owner := strings.Replace(nativeRecord, `"status":"open"`, `"status":"restricted"`, 1)
	hidden := []string{`,"count":1,"total_bytes":9,"entries":{"a.txt":{"key":"a.txt","size":9,"checksum":"md5:a","metadata":null}}`, ``}
	wantDifferences(t, "as a guest", owner, hidden, nil)
	guest := strings.NewReplacer(hidden...).Replace(owner)
	wantDifferences(t, "as the owner", guest, []string{`"files":{"enabled":true}`, `"files":{"enabled":true,"entries":{"a.txt":{"key":"a.txt","size":9,"checksum":"md5:a"}}}`}, nil)
}

// What was recorded of real records over two years shows what really moves.
func TestDifferencesRecorded(t *testing.T) {
	fields := map[string]int{}
	var last *zenodo.Record
	for line := range recordedLines(t, "revisions.jsonl.gz") {
		r := decoded(t, line)
		if last != nil && last.ID == r.ID {
			for _, d := range export.Differences(last, r) {
				fields[d.Field]++
			}
		}
		last = r
	}
	// The numbers are those of the recording, counted by another program: that
	// the order of communities moved in half of all states is no change, nor that
	// swh was null or {} (228 times) and links of files were escaped (35 times).
	want := map[string]int{"related_identifiers": 637, "alternate_identifiers": 10, "journal": 1, "title": 1}
	if diff := cmp.Diff(want, fields); diff != "" {
		t.Errorf("fields that changed (-want +got):\n%s", diff)
	}
}

// Real servers answered for the same state of a record in several ways: as a hit
// of a search and alone, to its owner and to a guest, in the legacy form and in
// the native one.
func TestDifferencesOfOneState(t *testing.T) {
	views := map[string][]*zenodo.Record{}
	add := func(raw []byte) {
		if r, err := zenodo.DecodeRecord(raw); err == nil && r.ID != "" && isPublished(raw) {
			state := string(r.ID) + " " + string(r.UpdatedAt)
			views[state] = append(views[state], r)
		}
	}
	for line := range recordedLines(t, "servers/zenodo-both-forms.jsonl.gz") {
		var forms struct{ Native, Legacy json.RawMessage }
		if err := json.Unmarshal([]byte(line), &forms); err != nil {
			t.Fatal(err)
		}
		add(forms.Native)
		add(forms.Legacy)
	}
	for line := range recordedLines(t, "servers/invenio-records.jsonl.gz") {
		add([]byte(line))
	}
	for _, name := range []string{"servers/zenodo.jsonl.gz", "servers/invenio.jsonl.gz"} {
		for line := range recordedLines(t, name) {
			for _, raw := range recordsOf(t, line) {
				add(raw)
			}
		}
	}
	pairs := 0
	for state, views := range views {
		for _, a := range views {
			for _, b := range views {
				got := export.Differences(a, b)
				if a != b {
					pairs++
				}
				// This one joined a community between the two answers, which does not
				// move its time of change.
				if a.ID == "tpbs4-1ch58" && len(a.Communities) != len(b.Communities) {
					got = slices.DeleteFunc(got, func(d store.Difference) bool { return d.Field == "communities" })
				}
				if len(got) > 0 {
					t.Errorf("%s, %s and %s: %+v", state, a.Format, b.Format, got)
				}
			}
		}
	}
	if pairs < 200 {
		t.Errorf("%d pairs, want more", pairs)
	}
}

// isPublished reports whether a record is no draft and no deposition.
func isPublished(raw []byte) bool {
	var r struct {
		IsDraft bool            `json:"is_draft"`
		Stats   json.RawMessage `json:"stats"` // neither has them
	}
	return json.Unmarshal(raw, &r) == nil && !r.IsDraft && r.Stats != nil
}

// recordsOf are the records in a recorded answer: one, or the hits of a search.
func recordsOf(t *testing.T, exchange string) []json.RawMessage {
	t.Helper()
	var answer struct {
		Status int
		Body   string
	}
	if err := json.Unmarshal([]byte(exchange), &answer); err != nil {
		t.Fatal(err)
	}
	var page struct {
		Hits struct{ Hits []json.RawMessage }
	}
	if json.Unmarshal([]byte(answer.Body), &page) != nil || answer.Status != 200 {
		return nil
	}
	return append(page.Hits.Hits, json.RawMessage(answer.Body))
}

// Whatever servers send, states are compared without a panic, and a state does
// not differ from itself.
func FuzzDifferences(f *testing.F) {
	f.Add([]byte(plainRecord), []byte(strings.Replace(plainRecord, "One", "Two", 1)))
	f.Add([]byte(`{"id":1,"metadata":{"communities":[]}}`), []byte(`{"id":"x","parent":{"id":"y"}}`))
	f.Fuzz(func(t *testing.T, a, b []byte) {
		before, errA := zenodo.DecodeRecord(a)
		after, errB := zenodo.DecodeRecord(b)
		if errA != nil || errB != nil {
			return
		}
		if same := export.Differences(before, before); len(same) > 0 {
			t.Errorf("%s differs from itself: %v", a, same)
		}
		for _, d := range export.Differences(before, after) {
			if d.Old == d.New || d.Field == "" {
				t.Errorf("%s and %s: %+v", a, b, d)
			}
		}
	})
}
