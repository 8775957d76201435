package main

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/zharvest/zharvest/zenodotest"
)

// recordedFile is a file of what Zenodo served, which stands beside the project
// and is not part of it.
func recordedFile(t *testing.T, name string) string {
	t.Helper()
	shared := os.Getenv("ZHARVEST_SHARED")
	for dir, _ := os.Getwd(); shared == "" && dir != filepath.Dir(dir); dir = filepath.Dir(dir) {
		if candidate := filepath.Join(dir, "..", "shared"); exists(filepath.Join(candidate, "data", "zenodo")) {
			shared = candidate
		}
	}
	file := filepath.Join(shared, "data", "zenodo", name)
	if !exists(file) {
		t.Skip("there are no recorded data beside the project; $ZHARVEST_SHARED may name their folder")
	}
	return file
}

func exists(name string) bool {
	_, err := os.Stat(name)
	return err == nil
}

// recorded is what a line of the recorded data says, read by nothing but
// encoding/json.
type recorded struct {
	id    string
	doi   *string
	title string
	slugs []string
}

func (r *recorded) UnmarshalJSON(data []byte) error {
	var in struct {
		ID       any
		DOI      *string
		Metadata struct {
			DOI         *string
			Title       string
			Communities []struct{ ID, Identifier string }
		}
	}
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.UseNumber()
	if err := dec.Decode(&in); err != nil {
		return err
	}
	*r = recorded{id: fmt.Sprint(in.ID), doi: in.DOI, title: in.Metadata.Title}
	if r.doi == nil {
		r.doi = in.Metadata.DOI
	}
	for _, c := range in.Metadata.Communities {
		r.slugs = append(r.slugs, c.ID+c.Identifier)
	}
	return nil
}

// readRecorded reads the file by community; of several records with one id
// the last counts, as for the emulator.
func readRecorded(t *testing.T, file string) map[string]map[string]recorded {
	t.Helper()
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	plain, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	byID := map[string]recorded{}
	lines := bufio.NewScanner(plain)
	lines.Buffer(nil, 1<<24)
	for lines.Scan() {
		var r recorded
		if err := json.Unmarshal(lines.Bytes(), &r); err != nil {
			t.Fatal(err)
		}
		byID[r.id] = r
	}
	if err := lines.Err(); err != nil {
		t.Fatal(err)
	}
	communities := map[string]map[string]recorded{}
	for id, r := range byID {
		for _, slug := range r.slugs {
			if communities[slug] == nil {
				communities[slug] = map[string]recorded{}
			}
			communities[slug][id] = r
		}
	}
	return communities
}

// Communities of real records are harvested and exported exactly: every
// record, its id, DOI and title, and what the server sent byte for byte.
func TestRecordedCommunities(t *testing.T) {
	file := recordedFile(t, "records.jsonl.gz")
	communities := readRecorded(t, file)
	home(t)
	srv := zenodotest.NewServer(t, zenodotest.Config{Data: []string{file}})
	slugs := slices.Sorted(maps.Keys(communities))
	if !long() {
		slices.SortFunc(slugs, func(a, b string) int { return len(communities[b]) - len(communities[a]) })
		first := sized(0, 1, 6) // that before has nearly all records, and the detector is slow
		slugs = slugs[first : first+sized(0, 3, 1)]
	}
	for _, slug := range slugs {
		want := communities[slug]
		db := filepath.Join(t.TempDir(), "zharvest.db")
		zharvest(t, "--api", srv.API(), "--db", db, "harvest", "-c", slug, "--all-versions")
		complete(t, db)
		compareLists(t, db, slug, want)
		compareRaw(t, srv, db, slug, want)
	}
}

func compareLists(t *testing.T, db, slug string, want map[string]recorded) {
	t.Helper()
	seen := map[string]bool{}
	list := zharvest(t, "--db", db, "export", "-c", slug, "--all-versions", "-f", "jsonl", "--fields", "id,doi,title")
	for line := range strings.Lines(list) {
		var got struct {
			ID    string
			DOI   *string
			Title string
		}
		if err := json.Unmarshal([]byte(line), &got); err != nil {
			t.Fatal(err)
		}
		r, ok := want[got.ID]
		if !ok || seen[got.ID] {
			t.Errorf("%s: record %s should not be in the list, or not twice", slug, got.ID)
			continue
		}
		seen[got.ID] = true
		if orEmpty(got.DOI) != orEmpty(r.doi) || got.Title != r.title {
			t.Errorf("%s: record %s has DOI %q and title %q, want %q and %q", slug, got.ID, orEmpty(got.DOI), got.Title, orEmpty(r.doi), r.title)
		}
	}
	if len(seen) != len(want) {
		t.Errorf("%s: %d records in the list, want %d", slug, len(seen), len(want))
	}
}

func orEmpty(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

func compareRaw(t *testing.T, srv *zenodotest.Server, db, slug string, want map[string]recorded) {
	t.Helper()
	var lines []string
	for id := range want {
		line := nativeForm(t, srv, id)
		lines = append(lines, line)
		if len(lines) > 20 && !long() {
			continue // each opens the index
		}
		if got := zharvest(t, "--db", db, "show", "--raw", id); got != line+"\n" {
			t.Errorf("%s: show --raw %s: got %.200q, want %.200q", slug, id, got, line)
		}
	}
	slices.Sort(lines)
	if got := everything(t, db); !slices.Equal(got[1:], lines) { // the first is what follows the last line
		t.Errorf("%s: export --raw of %d records differs from what the server has", slug, len(lines))
	}
}

// nativeForm is what a server sends of a record in its own form.
func nativeForm(t *testing.T, srv *zenodotest.Server, id string) string {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, srv.API()+"/records/"+id, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Accept", "application/vnd.inveniordm.v1+json")
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode != http.StatusOK {
		t.Fatalf("record %s: %s, %v", id, resp.Status, err)
	}
	return string(body)
}
