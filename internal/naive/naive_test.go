package naive_test

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/zharvest/zharvest/internal/naive"
	"github.com/zharvest/zharvest/querystring"
)

// sharedFile reads a file of recorded data, which not every checkout has beside
// it.
func sharedFile(t *testing.T, path ...string) []byte {
	t.Helper()
	dir := os.Getenv("ZHARVEST_SHARED")
	if dir == "" {
		dir = filepath.Join("..", "..", "..", "shared")
	}
	data, err := os.ReadFile(filepath.Join(append([]string{dir, "data"}, path...)...))
	if err != nil {
		t.Skipf("no recorded data: %v", err)
	}
	return data
}

// recorded are real records.
func recorded(t *testing.T) (records []*naive.Record) {
	t.Helper()
	z, err := gzip.NewReader(bytes.NewReader(sharedFile(t, "zenodo", "records.jsonl.gz")))
	if err != nil {
		t.Fatal(err)
	}
	data, err := io.ReadAll(z)
	if err != nil {
		t.Fatal(err)
	}
	for line := range bytes.Lines(data) {
		r, err := naive.NewRecord(line)
		if err != nil {
			t.Fatal(err)
		}
		records = append(records, r)
	}
	return records
}

// notInReference are records that queries find beyond the reference, whose
// documents lack the family names of those whose name has no comma.
var notInReference = map[string]string{"title:cave^10": "4778440"}

// The reference engine's answers to queries over real records.
func TestReferenceQueries(t *testing.T) {
	expected := sharedFile(t, "queries", "expected.jsonl")
	records := recorded(t)
	now := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	queries := 0
	for line := range bytes.Lines(expected) {
		var want struct {
			Q     string
			IDs   []string
			Error *json.RawMessage
		}
		if err := json.Unmarshal(line, &want); err != nil {
			t.Fatal(err)
		}
		queries++
		got, err := search(want.Q, records, now)
		if _, refused := errors.AsType[*querystring.Error](err); want.Error != nil {
			if !refused {
				t.Errorf("%s: got %d records, %v; want the error %s", want.Q, len(got), err, *want.Error)
			}
			continue
		}
		if err != nil {
			t.Errorf("%s: %v", want.Q, err)
			continue
		}
		if more := notInReference[want.Q]; more != "" {
			want.IDs = append(want.IDs, more)
		}
		slices.Sort(got)
		slices.Sort(want.IDs)
		if !slices.Equal(got, want.IDs) {
			t.Errorf("%s: got %d records, want %d", want.Q, len(got), len(want.IDs))
		}
	}
	if queries < 90 {
		t.Errorf("there were only %d queries", queries)
	}
}

func search(text string, records []*naive.Record, now time.Time) (found []string, err error) {
	parsed, err := querystring.Parse(text)
	if err != nil {
		return nil, err
	}
	q, err := naive.NewQuery(parsed, now)
	if err != nil {
		return nil, err
	}
	err = q.Search(slices.Values(records), false, func(r *naive.Record, _ float64) { found = append(found, r.ID) })
	return found, err
}
