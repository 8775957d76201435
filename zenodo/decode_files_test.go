package zenodo_test

import (
	"testing"

	"github.com/zharvest/zharvest/zenodo"
)

// TestFilesUnknown has records as servers served them. Those whose files are
// hidden used to have 0 files of 0 bytes.
func TestFilesUnknown(t *testing.T) {
	for _, tt := range []struct {
		name, raw      string
		count, size    int64
		known, isEmpty bool // isEmpty: it is known to have none
		hides          bool
		access         string
	}{
		{name: "listed", raw: `{"id":1,"metadata":{"access_right":"open"},"files":[{"key":"a","size":5},{"key":"b","size":7}]}`, count: 2, size: 12, known: true, access: "open"},
		{name: "an empty file", raw: `{"id":1,"metadata":{"access_right":"open"},"files":[{"key":"a","size":0}]}`, count: 1, known: true, access: "open"},
		{name: "legacy restricted", raw: `{"id":1,"files":[],"metadata":{"access_right":"restricted"}}`, hides: true, access: "restricted"},
		{name: "legacy embargoed", raw: `{"id":1,"metadata":{"access_right":"embargoed"},"files":[]}`, hides: true, access: "embargoed"},
		{name: "legacy closed, before 2023", raw: `{"id":1,"metadata":{"access_right":"closed"}}`, hides: true, access: "restricted"},
		{name: "legacy restricted, as its owner sees it", raw: `{"id":1,"metadata":{"access_right":"restricted"},"files":[{"key":"a","size":5}]}`, count: 1, size: 5, known: true, access: "restricted"},
		{name: "legacy metadata-only", raw: `{"id":1,"metadata":{"access_right":"open"},"files":[]}`, isEmpty: true, access: "metadata-only"},
		{name: "legacy without an access right", raw: `{"id":1,"metadata":{"access_right":null},"files":[]}`},
		{name: "native listed", raw: `{"id":"a-1","parent":{"id":"a-0"},"access":{"status":"open"},"files":{"enabled":true,"order":[],"count":1,"total_bytes":9,"entries":{"a":{"key":"a","size":9}}}}`, count: 1, size: 9, known: true, access: "open"},
		{name: "native restricted, of a guest", raw: `{"id":"a-1","parent":{"id":"a-0"},"access":{"status":"restricted"},"files":{"enabled":true}}`, hides: true, access: "restricted"},
		{name: "native restricted, of a search", raw: `{"id":"a-1","parent":{"id":"a-0"},"access":{"status":"restricted"},"files":{"enabled":true,"order":[],"count":0,"total_bytes":0,"entries":{}}}`, hides: true, access: "restricted"},
		{name: "native embargoed, files first", raw: `{"files":{"enabled":true,"count":0,"total_bytes":0,"entries":{}},"access":{"status":"embargoed"},"id":"a-1","parent":{"id":"a-0"}}`, hides: true, access: "embargoed"},
		{name: "native metadata-only", raw: `{"id":"a-1","parent":{"id":"a-0"},"access":{"status":"metadata-only"},"files":{"enabled":false,"order":[],"count":0,"total_bytes":0,"entries":{}}}`, isEmpty: true, access: "metadata-only"},
		{name: "native metadata-only, without entries", raw: `{"id":"a-1","parent":{"id":"a-0"},"access":{"status":"metadata-only"},"files":{"enabled":false}}`, isEmpty: true, access: "metadata-only"},
		{name: "native open, not said", raw: `{"id":"a-1","parent":{"id":"a-0"},"access":{"status":"open"},"files":{"enabled":true}}`, access: "open"},
		{name: "native open, entries null", raw: `{"id":"a-1","parent":{"id":"a-0"},"access":{"status":"open"},"files":{"enabled":true,"entries":null}}`, access: "open"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r, err := zenodo.DecodeRecord([]byte(tt.raw))
			if err != nil {
				t.Fatal(err)
			}
			count, countKnown := r.FileCount()
			size, sizeKnown := r.Size()
			if count != tt.count || countKnown != tt.known || size != tt.size || sizeKnown != tt.known {
				t.Errorf("%d files, known %v, of %d bytes, known %v; want %d of %d, known %v", count, countKnown, size, sizeKnown, tt.count, tt.size, tt.known)
			}
			if isEmpty := r.Files != nil && len(r.Files) == 0; isEmpty != tt.isEmpty {
				t.Errorf("files are %#v, want known to be none: %v", r.Files, tt.isEmpty)
			}
			if r.HidesFiles() != tt.hides || r.AccessStatus() != tt.access {
				t.Errorf("hides files: %v, access %q; want %v, %q", r.HidesFiles(), r.AccessStatus(), tt.hides, tt.access)
			}
		})
	}
}

// TestStatsUnknown keeps counts that were not sent apart from those that are 0.
func TestStatsUnknown(t *testing.T) {
	n := func(i int64) *int64 { return &i }
	for raw, want := range map[string]zenodo.Stats{
		`{"id":1}`:              {},
		`{"id":1,"stats":{}}`:   {},
		`{"id":1,"stats":null}`: {},
		`{"id":1,"stats":{"views":null,"downloads":"many","unique_views":0,"version_views":3.0}}`: {Views: n(0), VersionViewsRaw: n(3)},
		`{"id":"a-1","parent":{"id":"a-0"},"stats":{"all_versions":{"views":4,"downloads":0}}}`:   {ViewsRaw: n(4), DownloadsRaw: n(0)},
		`{"id":1,"stats":{"volume":10466130143498.0,"version_volume":0}}`:                         {DataVolume: n(10466130143498), VersionDataVolume: n(0)},
		`{"id":"a-1","parent":{"id":"a-0"},"stats":{"this_version":{"unique_downloads":1}}}`:      {VersionDownloads: n(1)},
		`{"id":"a-1","parent":{"id":"a-0"},"stats":{"all_versions":null,"this_version":{}}}`:      {},
	} {
		r, err := zenodo.DecodeRecord([]byte(raw))
		if err != nil {
			t.Fatal(err)
		}
		if !r.Stats.Equal(want) || !want.Equal(r.Stats) {
			t.Errorf("%s\ndecoded as %+v", raw, r.Stats)
		}
		if r.Stats.Equal(zenodo.Stats{Views: n(9)}) {
			t.Errorf("%s\nequals other statistics", raw)
		}
	}
}
