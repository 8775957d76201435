package catalog

import (
	"cmp"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestParseQuery(t *testing.T) {
	for _, c := range []struct {
		query   string
		clauses int
		rest    []string
	}{
		{"", 0, nil},
		{"  ", 0, nil},
		{"*", 1, nil},
		{"type:dataset", 1, nil},
		{"(type:dataset) AND created:[2020 TO 2021}", 2, nil},
		{"(bats OR birds) AND created:[2020 TO 2021}", 1, []string{"bats OR birds"}},
		{`("a AND b" AND x) AND created:[2020 TO 2021}`, 1, []string{`"a AND b"`, "x"}},
		{"a OR b AND created:[2020 TO 2021}", 0, []string{"a OR b AND created:[2020 TO 2021}"}},
		{"a created:2020", 0, []string{"a created:2020"}},
		{"NOT a AND created:2020", 0, []string{"NOT a AND created:2020"}},
		{"-a AND created:2020", 0, []string{"-a AND created:2020"}},
		{"(-a) AND created:2020", 1, []string{"-a"}},
		{"(a)(b)", 0, []string{"(a)(b)"}},
		{"(a", 0, []string{"(a"}},
		{"AND", 0, []string{"AND"}},
		{"created:now", 0, []string{"created:now"}},
		{"created:[now-7d TO *]", 0, []string{"created:[now-7d TO *]"}},
		{"created:1577836800000", 0, []string{"created:1577836800000"}},
		{"type:data*", 0, []string{"type:data*"}},
		{"id:12?", 0, []string{"id:12?"}},
		{"title:x AND title:y", 0, []string{"title:x", "title:y"}},
	} {
		clauses, rest := parseQuery(c.query)
		if len(clauses) != c.clauses || !slices.Equal(rest, c.rest) {
			t.Errorf("%q: got %d conditions and %q, want %d and %q", c.query, len(clauses), rest, c.clauses, c.rest)
		}
	}
}

// TestReference compares totals with those of a reference engine over the
// recorded records, for queries that the emulator answers without its engine:
// conditions must mean what the engine takes them for.
func TestReference(t *testing.T) {
	t.Parallel()
	shared := cmp.Or(os.Getenv("ZHARVEST_SHARED"), "../../../../shared")
	expected, err := os.Open(filepath.Join(shared, "data", "queries", "expected.jsonl"))
	if err != nil {
		t.Skip("expected results are not here; set ZHARVEST_SHARED:", err)
	}
	defer expected.Close()
	c, err := New(Config{Data: []string{filepath.Join(shared, "data", "zenodo", "records.jsonl.gz")}, Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	compared := 0
	for decoder := json.NewDecoder(expected); decoder.More(); {
		var want struct {
			Query string `json:"q"`
			Total int
			Error any
		}
		if err := decoder.Decode(&want); err != nil {
			t.Fatal(err)
		}
		if _, rest := parseQuery(want.Query); len(rest) > 0 || want.Error != nil {
			continue
		}
		compared++
		ask := Search{Criteria: Criteria{Query: want.Query, AllVersions: true}, Sort: "newest", Page: 1, Size: 1}
		if _, total, err := c.Page(t.Context(), ask, 1, nil); err != nil || total != want.Total {
			t.Errorf("%s: got %d, %v; want %d", want.Query, total, err, want.Total)
		}
	}
	if compared < 5 {
		t.Errorf("compared %d queries, want more", compared)
	}
}

func TestParseDate(t *testing.T) {
	const day = 1577836800000 // 2020-01-01
	for text, want := range map[string][2]int64{
		"2020":                        {day, day + 86_400_000 - 1},
		"2020-01":                     {day, day + 86_400_000 - 1},
		"2020-01-01":                  {day, day + 86_400_000 - 1},
		"2020-01-01T00":               {day, day + 3_600_000 - 1},
		"2020-01-01T00:00":            {day, day + 60_000 - 1},
		"2020-01-01T00:00:00":         {day, day + 999},
		"2020-01-01T00:00:00Z":        {day, day + 999},
		"2020-01-01T00:00:00.5Z":      {day + 500, day + 500},
		"2020-01-01T00:00:00.000999":  {day, day},
		`"2020-01-01T01:00:00+01:00"`: {day, day + 999},
	} {
		down, up, ok := parseDate(text)
		if !ok || down != want[0] || up != want[1] {
			t.Errorf("%s: got %d, %d, %t; want %d, %d", text, down, up, ok, want[0], want[1])
		}
	}
	for _, text := range []string{"", "now", "20", "2020-13", "2020-01-01 00:00", "2020Z", "[2020"} {
		if down, up, ok := parseDate(text); ok {
			t.Errorf("%q: got %d, %d, want none", text, down, up)
		}
	}
}

// FuzzParseQuery checks that no text makes the parser fail, and that what it
// leaves to an engine is part of the text.
func FuzzParseQuery(f *testing.F) {
	for _, q := range []string{"", "(a AND b)", `created:[2020 TO "2021"}`, "id:12*", `"`, `\`, "a:b:c", "((x))", "AND AND AND", "created:>=2020", "created:["} {
		f.Add(q)
	}
	f.Fuzz(func(t *testing.T, q string) {
		_, rest := parseQuery(q)
		for _, part := range rest {
			if !strings.Contains(q, part) {
				t.Errorf("%q: leaves %q", q, part)
			}
		}
	})
}
