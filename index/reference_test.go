package index_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/zharvest/zharvest/index"
	"github.com/zharvest/zharvest/querystring"
)

// The reference engine's answers to queries over real records. A query may be
// refused as not supported yet, but never be answered differently.
func TestReferenceQueries(t *testing.T) {
	if slowdown > 1 {
		t.Skip("one goroutine needs no race detector")
	}
	db := openIndex(t)
	store(t, db, recordedRecords(t)...)
	data, err := os.ReadFile(filepath.Join(sharedData(t), "queries", "expected.jsonl"))
	if err != nil {
		t.Skipf("no reference queries: %v", err)
	}
	unsupported, same := 0, 0
	for line := range bytes.Lines(data) {
		var want struct {
			Q     string
			IDs   []string
			Error *json.RawMessage
		}
		if err := json.Unmarshal(line, &want); err != nil {
			t.Fatal(err)
		}
		got, err := search(t, db, index.Query{Text: want.Q, AllVersions: true})
		refused, ok := errors.AsType[*querystring.Error](err)
		switch {
		case ok && strings.Contains(refused.Msg, "cannot be searched offline yet"):
			unsupported++
			continue
		case err != nil && want.Error == nil:
			t.Errorf("%s: %v", want.Q, err)
			continue
		case err == nil && want.Error != nil:
			t.Errorf("%s: gave %d records, want the error %s", want.Q, len(got), *want.Error)
			continue
		}
		slices.Sort(got)
		slices.Sort(want.IDs)
		if !slices.Equal(got, want.IDs) {
			t.Errorf("%s: got %d records, want %d", want.Q, len(got), len(want.IDs))
			continue
		}
		same++
	}
	t.Logf("%d queries answered as the reference does, %d not supported yet", same, unsupported)
	if same < 70 {
		t.Errorf("only %d queries were answered", same)
	}
}
