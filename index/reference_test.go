package index_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/zharvest/zharvest/index"
	"github.com/zharvest/zharvest/querystring"
)

// notInReference are records that queries find beyond the reference, whose
// documents lack the family names of those whose name has no comma.
var notInReference = map[string]string{"title:cave^10": "4778440"}

// The reference engine's answers to queries over real records.
func TestReferenceQueries(t *testing.T) {
	if slowdown > 1 {
		t.Skip("one goroutine needs no race detector")
	}
	db := recordedIndex(t)
	data, err := os.ReadFile(filepath.Join(sharedData(t), "queries", "expected.jsonl"))
	if err != nil {
		t.Skipf("no reference queries: %v", err)
	}
	queries, same := 0, 0
	for line := range bytes.Lines(data) {
		var want struct {
			Q     string
			IDs   []string
			Error *json.RawMessage
		}
		queries++
		if err := json.Unmarshal(line, &want); err != nil {
			t.Fatal(err)
		}
		got, err := searchText(t, db, want.Q, index.Query{AllVersions: true})
		switch {
		case err != nil && want.Error == nil:
			t.Errorf("%s: %v", want.Q, err)
			continue
		case want.Error != nil && refused(err):
			same++
			continue
		case want.Error != nil:
			t.Errorf("%s: gave %d records, %v; want the error %s", want.Q, len(got), err, *want.Error)
			continue
		}
		if more := notInReference[want.Q]; more != "" {
			want.IDs = append(want.IDs, more)
		}
		slices.Sort(got)
		slices.Sort(want.IDs)
		if !slices.Equal(got, want.IDs) {
			t.Errorf("%s: got %d records, want %d", want.Q, len(got), len(want.IDs))
			continue
		}
		same++
	}
	t.Logf("%d of %d queries answered as the reference does", same, queries)
	if queries < 90 {
		t.Errorf("there were only %d queries", queries)
	}
}

func refused(err error) bool {
	_, ok := errors.AsType[*querystring.Error](err)
	return ok
}

// The queries that a real engine was asked, whose answers are not kept,
// find what looking at every record finds. Some of the records are enough.
func TestHardQueries(t *testing.T) {
	if slowdown > 1 {
		t.Skip("one goroutine needs no race detector")
	}
	db, model := openIndex(t), newModel()
	var raws []string
	for i, raw := range recordedRecords(t) {
		if i%4 == 0 {
			raws = append(raws, raw)
		}
	}
	store(t, db, raws...)
	model.store(t, decode(t, raws...)...)
	for _, text := range hardQueries(t) {
		want, wantErr := model.find(text)
		got, err := searchText(t, db, text, index.Query{AllVersions: true})
		if e, ok := errors.AsType[*querystring.Error](err); ok && e.Status == 0 {
			continue // cannot be had offline
		}
		slices.Sort(got)
		slices.Sort(want)
		if refused(err) != refused(wantErr) || !slices.Equal(got, want) {
			t.Errorf("%s: got %d records, %v; want %d, %v", text, len(got), err, len(want), wantErr)
		}
	}
}
