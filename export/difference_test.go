package export_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/zharvest/zharvest/export"
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
		want  []export.Difference
	}{
		{"nothing", nil, nil},
		{"statistics and links", []string{`"views":1`, `"views":2`, `"self":"a"`, `"self":"b"`}, nil},
		{"order of communities", []string{`{"id":"a"},{"id":"b"}`, `{"id":"b"},{"id":"a"}`}, nil},
		{"touched", touched, []export.Difference{{Field: "updated", Old: "2026-01-01T00:00:00+00:00", New: "2026-02-02T00:00:00+00:00"}}},
		{"title", append(touched, `"title":"One"`, `"title":"Two"`), []export.Difference{{Field: "title", Old: "One", New: "Two"}}},
		{"community", []string{`{"id":"a"},{"id":"b"}`, `{"id":"b"},{"id":"c"}`}, []export.Difference{{Field: "communities", Old: "a; b", New: "b; c"}}},
		{"keywords", []string{`["x"]`, `["x","y"]`}, []export.Difference{{Field: "keywords", Old: "x", New: "x; y"}}},
		{"affiliation", []string{`"affiliation":null`, `"affiliation":"CERN"`}, []export.Difference{{Field: "affiliations", New: "CERN"}}},
		{"bytes of a file", []string{`md5:a`, `md5:b`}, []export.Difference{
			{Field: "files", Old: `[{"key":"a","size":1,"checksum":"md5:a"}]`, New: `[{"key":"a","size":1,"checksum":"md5:b"}]`},
		}},
		{"size of a file", []string{`"size":1`, `"size":2`}, []export.Difference{{Field: "size", Old: "1", New: "2"}}},
		{"what is no field", []string{`"relation":"cites"`, `"relation":"cited"`}, []export.Difference{{
			Field: "related_identifiers", Old: `[{"identifier":"10.1/x","relation":"cites"}]`, New: `[{"identifier":"10.1/x","relation":"cited"}]`,
		}}},
		{"what was not there", []string{`"title":"One"`, `"title":"One","notes":"n"`}, []export.Difference{{Field: "notes", New: `"n"`}}},
		{"type", []string{`"type":"dataset","title":"Dataset"`, `"type":"image","subtype":"plot","title":"Plot"`}, []export.Difference{
			{Field: "type", Old: "dataset", New: "image"}, {Field: "subtype", New: "plot"},
		}},
	} {
		after := strings.NewReplacer(tt.edits...).Replace(plainRecord)
		if len(tt.edits) > 0 && after == plainRecord {
			t.Errorf("%s: nothing was replaced", tt.name)
		}
		got := export.Differences(decoded(t, plainRecord), decoded(t, after))
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.name, diff)
		}
	}
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
	// the order of communities moved in half of all states is no change.
	want := map[string]int{"related_identifiers": 637, "swh": 228, "files": 35, "alternate_identifiers": 10, "journal": 1, "title": 1}
	if diff := cmp.Diff(want, fields); diff != "" {
		t.Errorf("fields that changed (-want +got):\n%s", diff)
	}
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
