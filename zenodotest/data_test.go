package zenodotest_test

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"testing"

	"github.com/zharvest/zharvest/zenodotest"
)

// recorded finds a file of recorded data, or skips the test.
func recorded(t testing.TB, name string) string {
	t.Helper()
	path, ok := findRecorded(name)
	if !ok {
		t.Skipf("recorded data %s is not here; set ZHARVEST_SHARED to the folder that has data/zenodo", name)
	}
	return path
}

func findRecorded(name string) (path string, ok bool) {
	roots := []string{"../shared", "../../shared", "../../../shared"}
	if root := os.Getenv("ZHARVEST_SHARED"); root != "" {
		roots = []string{root}
	}
	for _, root := range roots {
		path := filepath.Join(root, "data", "zenodo", name)
		if _, err := os.Stat(path); err == nil {
			return path, true
		}
	}
	return "", false
}

func lines(t testing.TB, path string) [][]byte {
	t.Helper()
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	unpacked, err := gzip.NewReader(file)
	if err != nil {
		t.Fatal(err)
	}
	all, err := io.ReadAll(unpacked)
	if err != nil {
		t.Fatal(err)
	}
	return bytes.Split(bytes.TrimSuffix(all, []byte("\n")), []byte("\n"))
}

// TestRecordedData checks that real records of both generations come out byte
// for byte as they went in, alone and on pages.
func TestRecordedData(t *testing.T) {
	t.Parallel()
	path := recorded(t, "records.jsonl.gz")
	s := zenodotest.NewServer(t, zenodotest.Config{Data: []string{path}})
	want := map[string]bool{}
	for _, line := range lines(t, path) {
		want[string(line)] = true
	}
	records := len(want)
	for n := 1; ; n++ {
		page := search(t, s, "/records", "all_versions", "1", "size", "100", "sort", "oldest", "page", itoa(n))
		for _, raw := range page.Hits.Hits {
			if !want[string(raw)] {
				t.Errorf("on page %d, and not in the data: %.200s", n, raw)
			}
			delete(want, string(raw))
		}
		var first struct{ ID json.Number }
		if err := json.Unmarshal(page.Hits.Hits[0], &first); err != nil {
			t.Fatal(err)
		}
		same(t, "a record alone", get(t, s, "/records/"+first.ID.String()).body, string(page.Hits.Hits[0]))
		if page.Links["next"] == "" {
			break
		}
	}
	if len(want) > 0 {
		t.Errorf("%d of %d records are on no page", len(want), records)
	}
	if n := search(t, s, "/records", "communities", "batlit").total(); n != 3518 {
		t.Errorf("batlit: got %d, want 3518", n)
	}
}

// TestFixtures holds the built-in records to what the demonstration and other
// tests count on.
func TestFixtures(t *testing.T) {
	size, communities := 0, map[string]int{}
	for name, growing := range map[string]bool{"records": true, "egi-ace": false} { // does the id grow with the time?
		file, err := os.Open("internal/catalog/fixtures/" + name + ".jsonl")
		if err != nil {
			t.Fatal(err)
		}
		defer file.Close()
		var before struct {
			ID      int64
			Created string
		}
		scanner := bufio.NewScanner(file)
		scanner.Buffer(nil, 1<<20)
		for scanner.Scan() {
			size += len(scanner.Bytes())
			r := before
			var more record
			for _, into := range []any{&r, &more} {
				if err := json.Unmarshal(scanner.Bytes(), into); err != nil {
					t.Fatal(err)
				}
			}
			if growing && r.ID <= before.ID || r.Created <= before.Created {
				t.Errorf("record %d of %s follows %d of %s", r.ID, r.Created, before.ID, before.Created)
			}
			before = r
			for _, c := range more.Metadata.Communities {
				communities[c.ID]++
			}
		}
	}
	if size > 600_000 || len(communities) != 5 || communities["fed-sky"] != 61 || communities["egi-ace"] != 23 {
		t.Errorf("got %d bytes, communities %v", size, communities)
	}
}
