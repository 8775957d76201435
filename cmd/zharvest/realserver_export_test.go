//go:build realserver

package main

import (
	"encoding/csv"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/zharvest/zharvest/zenodotest"
)

// Every format holds every record.
func TestRealExport(t *testing.T) {
	s := newRealServer(t)
	s.zharvest(t, "harvest")
	records := s.records(t).latest().public()
	same(t, "csv", s.held(t, "export"), records.ids())

	rows, err := csv.NewReader(strings.NewReader(s.zharvest(t, "export", "-f", "csv"))).ReadAll()
	if err != nil || len(rows) != len(records)+1 {
		t.Errorf("csv: %d rows for %d records, %v", len(rows), len(records), err)
	}
	var raw []string
	for line := range strings.Lines(s.zharvest(t, "export", "-f", "jsonl", "--raw")) {
		var r struct{ ID string }
		if err := json.Unmarshal([]byte(line), &r); err != nil {
			t.Fatal(err)
		}
		raw = append(raw, r.ID)
	}
	same(t, "jsonl --raw", raw, records.ids())
	for format, least := range map[string]int{"json": 1, "jsonl": 1, "tsv": 1, "csl": 1, "datacite": 1, "bibtex": 1, "ris": 1, "markdown": 0, "html": 0} {
		text := s.zharvest(t, "export", "-f", format)
		for _, r := range records {
			if strings.Count(text, r.DOI) < least {
				t.Errorf("%s: the DOI %s of %s is missing", format, r.DOI, r.ID)
			}
		}
		if text == "" {
			t.Errorf("%s is empty", format)
		}
	}
	for _, format := range []string{"xlsx", "parquet"} {
		file := filepath.Join(t.TempDir(), "records."+format)
		s.zharvest(t, "export", "-o", file)
		if stat, err := os.Stat(file); err != nil || stat.Size() < 1000 {
			t.Errorf("%s: %v, %v", format, stat, err)
		}
	}
}

// What the server said is served by the emulator as it was, and harvested from
// there once more.
func TestRealEmulate(t *testing.T) {
	s := newRealServer(t)
	s.zharvest(t, "harvest", "--all-versions")
	file := filepath.Join(t.TempDir(), "raw.jsonl")
	s.zharvest(t, "export", "--all-versions", "-f", "jsonl", "--raw", "-o", file)
	copied := s.with(t)
	copied.url = strings.TrimSuffix(zenodotest.NewServer(t, zenodotest.Config{Data: []string{file}}).API(), "/api")
	copied.zharvest(t, "harvest", "--all-versions")
	complete(t, copied.db)
	same(t, "the index", copied.held(t, "export", "--all-versions"), s.records(t).public().ids())
	for _, args := range [][]string{
		{"export", "--all-versions", "-f", "jsonl", "--raw", "--sort", "title"},
		{"export", "-f", "csv", "--sort", "title", "--fields", "id,title,doi,type,subtype,license,creators,communities,files,size"},
	} {
		if got, want := copied.zharvest(t, args...), s.zharvest(t, args...); got != want {
			t.Errorf("%v: got %.500s, want %.500s", args, got, want)
		}
	}
	same(t, "a community", copied.held(t, "search", "--online", "-c", "tide-gauges"), s.records(t).public().latest().in("tide-gauges").ids())
}

// Licences of their own words, second affiliations and DOIs from elsewhere are
// kept.
func TestRealExportWhole(t *testing.T) {
	s := newRealServer(t)
	s.zharvest(t, "harvest")
	// Every sixth of the ordinary records has no licence of a vocabulary.
	house := s.Ordinary[5]
	var row []struct {
		License, LicenseURL string
		Creators            []string
	}
	s.printed(t, &row, "export", "-f", "json", "--fields", "license,creators", "id:"+house)
	if len(row) != 1 || row[0].License != "House licence" {
		t.Errorf("a licence of its own: got %+v", row)
	}
	if got := s.zharvest(t, "export", "-f", "datacite", "id:"+house); !strings.Contains(got, `"rightsUri":"https://example.org/licence"`) && !strings.Contains(got, `"rightsUri": "https://example.org/licence"`) {
		t.Errorf("a licence of its own: got %s", got)
	}
	if got := s.zharvest(t, "export", "-f", "datacite", "id:"+s.special(t, "organisations")); !strings.Contains(got, "Second House") || !strings.Contains(got, "https://ror.org/01ggx4157") || !strings.Contains(got, `"Organizational"`) {
		t.Errorf("affiliations of an organisation: got %s", got)
	}

	latest := s.records(t).latest().public()
	want := map[string]int{
		"no-license":  len(latest.where(func(r realRecord) bool { return r.Licences == 0 })),
		"foreign-doi": len(latest.where(func(r realRecord) bool { return r.Provider == "external" })),
	}
	var report struct {
		Quality []struct {
			Issue   string
			Records int
		}
	}
	s.printed(t, &report, "report", "-f", "json")
	for _, finding := range report.Quality {
		if want, ok := want[finding.Issue]; ok && finding.Records != want {
			t.Errorf("the report counts %d records with %s, want %d", finding.Records, finding.Issue, want)
		}
	}
}

// Files that are hidden are not none.
func TestRealHiddenFiles(t *testing.T) {
	s := newRealServer(t)
	s.zharvest(t, "harvest")
	restricted, embargoed, none := s.special(t, "restricted_files"), s.special(t, "embargoed"), s.special(t, "metadata_only")
	var rows []struct {
		ID, Access  string
		Files, Size *int
	}
	s.printed(t, &rows, "export", "-f", "json", "--fields", "id,access,files,size", "id:("+strings.Join([]string{restricted, embargoed, none}, " OR ")+")")
	if len(rows) != 3 {
		t.Fatalf("got %+v", rows)
	}
	for _, row := range rows {
		want := map[string]string{restricted: "restricted", embargoed: "embargoed", none: "metadata-only"}[row.ID]
		if row.Access != want {
			t.Errorf("%s is %s, want %s", row.ID, row.Access, want)
		}
		if row.ID != none && (row.Files != nil || row.Size != nil) {
			t.Errorf("%s has %v files of %v bytes, want that it is not known", row.ID, row.Files, row.Size)
		}
	}
	t.Setenv("ZENODO_TOKEN", s.People["owner"].Token)
	s.zharvest(t, "update", "--full")
	for _, id := range []string{restricted, embargoed} {
		if changes := s.changes(t); slices.ContainsFunc(changes, func(c string) bool { return strings.HasPrefix(c, id) }) {
			t.Errorf("what its owner sees of %s is a change: %q", id, changes)
		}
	}
}

// A token that the server does not know is warned of, since it takes such a
// user for a guest.
func TestRealTokenRefused(t *testing.T) {
	s := newRealServer(t)
	const warning = "the access token in $ZENODO_TOKEN was not accepted; this runs as a guest"
	public := s.records(t).latest().public()
	for _, tt := range []struct {
		token  string
		warned int
		want   []string
	}{
		{"garbage", 1, public.ids()},
		{s.People["owner"].Token, 0, s.records(t).latest().ids()},
		{"", 0, public.ids()},
	} {
		s := s.with(t)
		t.Setenv("ZENODO_TOKEN", tt.token)
		for _, args := range [][]string{{"harvest"}, {"update"}, {"search", "--online", "--count"}} {
			code, stdout, stderr := s.attempt(t, args...)
			if code != exitOK || strings.Count(stderr, warning) != tt.warned {
				t.Errorf("%v with the token %q: exit code %d, %q, %q; want %d warnings", args, tt.token, code, stdout, stderr, tt.warned)
			}
		}
		same(t, "the index with the token "+tt.token, s.held(t, "export"), tt.want)
	}
}
