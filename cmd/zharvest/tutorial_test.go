package main

import (
	"bytes"
	"encoding/json"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/zharvest/zharvest/zenodotest"
)

// tutorial is what a public tutorial of 2023 printed of the community egi-ace.
type tutorial struct {
	Total        int
	Page         []listedRecord // the newest
	Q            string
	Answer       []listedRecord
	Aggregations map[string]map[string]int
}

type listedRecord struct{ DOI, Title string }

const tutorialFile = "testdata/egi-ace.json"

func readTutorial(t *testing.T) (want tutorial) {
	t.Helper()
	text, err := os.ReadFile(tutorialFile)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, &want); err != nil {
		t.Fatal(err)
	}
	return want
}

// harvestTutorial harvests the community into a new index.
func harvestTutorial(t *testing.T) *zenodotest.Server {
	t.Helper()
	home(t)
	srv := zenodotest.NewServer(t, zenodotest.Config{})
	zharvest(t, "--api", srv.API(), "harvest", "-c", "egi-ace")
	return srv
}

// The community egi-ace is what the tutorial saw: its newest records, its
// answer to a search, and how many records have what.
func TestTutorial(t *testing.T) {
	want := readTutorial(t)
	srv := harvestTutorial(t)

	all := listRecords(t, "search", "--json")
	if len(all) != want.Total || !slices.Equal(all[:len(want.Page)], want.Page) {
		t.Errorf("got %d records, %v; want %d, the newest %v", len(all), all, want.Total, want.Page)
	}
	answer := slices.Clone(want.Answer)
	slices.Reverse(answer) // the tutorial's come by relevance, ours are the newest first
	if got := listRecords(t, "search", want.Q, "--json"); !slices.Equal(got, answer) {
		t.Errorf("search %s: got %v, want %v", want.Q, got, answer)
	}
	if got := listRecords(t, "--api", srv.API(), "search", "--online", "-c", "egi-ace", want.Q, "--json"); len(got) != len(answer) {
		t.Errorf("search %s online: got %v, want %v", want.Q, got, answer)
	}
}

func listRecords(t *testing.T, args ...string) (records []listedRecord) {
	t.Helper()
	if err := json.Unmarshal([]byte(zharvest(t, args...)), &records); err != nil {
		t.Fatal(err)
	}
	return records
}

// The tutorial shows a part of the types: every number of its own is met.
func TestTutorialFacets(t *testing.T) {
	want := readTutorial(t).Aggregations
	harvestTutorial(t)
	names := map[string]string{"access": "access_right", "filetype": "file_type", "type": "type", "subtype": "subtype", "keyword": "keywords"}
	var facets map[string][]struct {
		Value string
		Count int
	}
	if err := json.Unmarshal([]byte(zharvest(t, "search", "--facets", strings.Join(slices.Collect(maps.Keys(names)), ","), "--top", "10", "--json")), &facets); err != nil {
		t.Fatal(err)
	}
	if len(want) != len(names) {
		t.Errorf("%s has %d facets, want %d", tutorialFile, len(want), len(names))
	}
	for ours, theirs := range names {
		got := map[string]int{}
		for _, v := range facets[ours] {
			got[strings.TrimPrefix(v.Value, "publication-")] = v.Count
		}
		if ours == "type" || ours == "subtype" {
			maps.DeleteFunc(got, func(value string, _ int) bool { _, shown := want[theirs][value]; return !shown })
		}
		if !maps.Equal(got, want[theirs]) {
			t.Errorf("%s: got %v, want %v", ours, got, want[theirs])
		}
	}
}

// Records that are not real say so, and those that are say what of them is.
func TestTutorialSaysWhatIsMadeUp(t *testing.T) {
	want := readTutorial(t)
	harvestTutorial(t)
	var records []struct{ DOI, Title, Description string }
	if err := json.Unmarshal([]byte(zharvest(t, "search", "--json", "--fields", "doi,title,description")), &records); err != nil {
		t.Fatal(err)
	}
	for _, r := range records {
		says := "A made-up record: it is not on Zenodo."
		if slices.Contains(want.Page, listedRecord{r.DOI, r.Title}) {
			says = "The DOI and the title are those of a record on Zenodo. All else here is made up."
		}
		if !strings.HasPrefix(strings.TrimPrefix(r.Description, "<p>"), says) {
			t.Errorf("%s: got %q, want %q", r.DOI, r.Description, says)
		}
	}
}

// What the project keeps of the tutorial is the recorded file.
func TestTutorialIsRecorded(t *testing.T) {
	kept, err := os.ReadFile(tutorialFile)
	if err != nil {
		t.Fatal(err)
	}
	recorded, err := os.ReadFile(recordedFile(t, "egi-ace-notebook.json"))
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(kept, recorded) {
		t.Errorf("%s differs from the recorded file", tutorialFile)
	}
}
