package zenodotest_test

import (
	"archive/tar"
	"compress/gzip"
	"crypto/md5"
	"encoding/csv"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/zharvest/zharvest/zenodo"
	"github.com/zharvest/zharvest/zenodotest"
)

type exported struct {
	VersionID string `json:"version_id"`
	Created   string
	IsHead    bool `json:"is_head"`
	Size      int
	Checksum  string
	Links     map[string]string
}

func exports(t *testing.T, s *zenodotest.Server) map[string][]exported {
	t.Helper()
	var list map[string][]exported
	if err := json.Unmarshal([]byte(get(t, s, "/exporter").body), &list); err != nil {
		t.Fatal(err)
	}
	return list
}

// members reads an archive.
func members(t *testing.T, body string) map[string][]byte {
	t.Helper()
	unzipped, err := gzip.NewReader(strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	all := map[string][]byte{}
	for archive := tar.NewReader(unzipped); ; {
		header, err := archive.Next()
		if errors.Is(err, io.EOF) {
			return all
		}
		if err != nil {
			t.Fatal(err)
		}
		if all[header.Name], err = io.ReadAll(archive); err != nil {
			t.Fatal(err)
		}
	}
}

// The dumps of all records hold what the search lists, in the native JSON and as
// DataCite.
func TestExporterRecords(t *testing.T) {
	s := zenodotest.NewServer(t, zenodotest.Config{Synthetic: 60, Seed: 4})
	checkDump(t, s, zenodo.DumpRecordsXML, ".xml", zenodo.FormatDataCite)
	checkDump(t, s, zenodo.DumpRecords, ".json", zenodo.FormatNative)
	old := zenodotest.NewServer(t, zenodotest.Config{Synthetic: 60, Seed: 4, XMLDumps: true})
	if all := exports(t, old); all[zenodo.DumpRecords] != nil || all[zenodo.DumpRecordsXML] == nil {
		t.Errorf("there is a dump in JSON: %+v", all)
	}
}

func checkDump(t *testing.T, s *zenodotest.Server, key, ending string, format zenodo.Format) {
	t.Helper()
	listed := walk(t, s, "/records", "all_versions", "true")
	all := exports(t, s)[key]
	if len(all) != 1 || !all[0].IsHead {
		t.Fatalf("listed are %+v", all)
	}
	body := get(t, s, "/exporter/"+key).body
	sum := md5.Sum([]byte(body))
	if all[0].Size != len(body) || all[0].Checksum != "md5:"+hex.EncodeToString(sum[:]) {
		t.Errorf("it has %d bytes and the sum %x, but is listed as %+v", len(body), sum, all[0])
	}
	archive := members(t, body)
	if len(archive) != len(listed) {
		t.Errorf("%d members for %d records", len(archive), len(listed))
	}
	for _, want := range listed {
		r, err := zenodo.DecodeRecord(archive[want.text()+ending])
		if err != nil || string(r.ID) != want.text() || r.Format != format {
			t.Errorf("record %s: %+v, %v", want.text(), r, err)
		}
	}
}

// A dump does not change any more; three of each are kept, and the deleted
// records are in a table.
func TestExporterVersions(t *testing.T) {
	at := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	s := zenodotest.NewServer(t, zenodotest.Config{Now: func() time.Time { return at }})
	first := exports(t, s)
	older := get(t, s, "/exporter/"+zenodo.DumpRecordsXML).body
	id := recordNames(t, older)[0]
	if err := s.Delete(id, zenodotest.Tombstone{Reason: "spam", Note: "all, of it"}); err != nil {
		t.Fatal(err)
	}
	for range 3 {
		at = at.AddDate(0, 1, 0)
		if err := s.MakeDumps(); err != nil {
			t.Fatal(err)
		}
	}
	all := exports(t, s)
	gone := first[zenodo.DumpRecordsXML][0].VersionID
	for key, versions := range all {
		heads := 0
		for _, v := range versions {
			if v.IsHead {
				heads++
				if v.Created != "2026-04-01T00:00:00.000000+00:00" || v.Links["self_head"] == "" {
					t.Errorf("%s: the newest is %+v", key, v)
				}
			}
			if v.VersionID == gone {
				t.Errorf("%s: the fourth is kept", key)
			}
		}
		if len(versions) != 3 || heads != 1 {
			t.Errorf("%s: %d versions, %d of them the newest", key, len(versions), heads)
		}
	}
	if status := get(t, s, "/exporter/"+zenodo.DumpRecordsXML+"/"+gone).StatusCode; status != 404 {
		t.Errorf("the fourth answers %d", status)
	}
	if _, there := members(t, get(t, s, "/exporter/"+zenodo.DumpRecordsXML).body)[id+".xml"]; there {
		t.Error("a deleted record is in the dump")
	}
	checkDeleted(t, get(t, s, "/exporter/"+zenodo.DumpDeleted).body, id)

	// Keys may hold slashes.
	var slug string
	for key := range all {
		if before, ok := strings.CutSuffix(key, "/records-json.tar.gz"); ok {
			slug = before
		}
	}
	for _, path := range []string{"", "/" + all[slug+"/records-json.tar.gz"][0].VersionID} {
		for name, raw := range members(t, get(t, s, "/exporter/"+slug+"/records-json.tar.gz"+path).body) {
			if r, err := zenodo.DecodeRecord(raw); err != nil || name != string(r.ID)+".json" {
				t.Errorf("%s: %v", name, err)
			}
		}
	}
	for _, path := range []string{"/exporter/nothing", "/exporter/", "/exporter/" + slug} {
		if status := get(t, s, path).StatusCode; status != 404 {
			t.Errorf("%s answers %d", path, status)
		}
	}
}

func recordNames(t *testing.T, body string) (ids []string) {
	t.Helper()
	for name := range members(t, body) {
		ids = append(ids, strings.TrimSuffix(name, ".xml"))
	}
	return ids
}

func checkDeleted(t *testing.T, body, id string) {
	t.Helper()
	unzipped, err := gzip.NewReader(strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(unzipped).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	if len(rows) != 2 || strings.Join(rows[0], ",") != "record_id,doi,parent_id,parent_doi,removal_note,removal_reason,removal_date,citation_text" ||
		rows[1][0] != id || rows[1][4] != "all, of it" || rows[1][5] != "spam" || rows[1][6] != "2026-01-01" {
		t.Errorf("the deleted records are %q", rows)
	}
}

func TestExporterRanges(t *testing.T) {
	for _, none := range []bool{false, true} {
		s := zenodotest.NewServer(t, zenodotest.Config{NoRanges: none})
		whole := get(t, s, "/exporter/"+zenodo.DumpDeleted).body
		part := get(t, s, "/exporter/"+zenodo.DumpDeleted, "Range", "bytes=10-")
		want, status := whole[10:], 206
		if none {
			want, status = whole, 200
		}
		if part.body != want || part.StatusCode != status {
			t.Errorf("without ranges %t: status %d, %d bytes", none, part.StatusCode, len(part.body))
		}
		beyond := get(t, s, "/exporter/"+zenodo.DumpDeleted, "Range", fmt.Sprintf("bytes=%d-", len(whole)))
		if (beyond.StatusCode == 416) == none {
			t.Errorf("without ranges %t: beyond the end answers %d", none, beyond.StatusCode)
		}
	}
}

// A client gets the file in spite of cuts, and notices one that is garbled.
func TestExporterFaults(t *testing.T) {
	for _, kind := range []zenodotest.FaultKind{zenodotest.FaultCut, zenodotest.Fault502, zenodotest.FaultGarbled} {
		s := zenodotest.NewServer(t, zenodotest.Config{Synthetic: 40, Fault: func(_ *http.Request, n int) zenodotest.Fault {
			if n == 2 { // the first is the list
				return zenodotest.Fault{Kind: kind}
			}
			return zenodotest.Fault{}
		}})
		c, err := zenodo.NewClient(zenodo.WithBaseURL(s.API()), zenodo.WithRetryDelay(time.Microsecond, time.Microsecond))
		if err != nil {
			t.Fatal(err)
		}
		d, err := c.Exporter.GetNewest(t.Context(), zenodo.DumpRecordsXML)
		if err != nil {
			t.Fatal(err)
		}
		if err := c.Exporter.Download(t.Context(), d, filepath.Join(t.TempDir(), "dump"), nil); err != nil {
			t.Errorf("%s: %v", kind, err)
		}
	}
}
