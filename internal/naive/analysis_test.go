package naive

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"testing"
)

// The reference engine's tokens over texts of real records.
func TestReferenceAnalysis(t *testing.T) {
	shared := os.Getenv("ZHARVEST_SHARED")
	if shared == "" {
		shared = filepath.Join("..", "..", "..", "shared")
	}
	data, err := os.ReadFile(filepath.Join(shared, "data", "queries", "analysis.jsonl"))
	if err != nil {
		t.Skipf("no reference tokens: %v", err)
	}
	for line := range bytes.Lines(data) {
		var want struct {
			Analyzer, Text string
			Tokens         []string
		}
		if err := json.Unmarshal(line, &want); err != nil {
			t.Fatal(err)
		}
		f := &field{kind: text}
		if want.Analyzer == "accent" {
			f.kind = accent
		}
		if got := f.analyse(want.Text); !slices.Equal(got, want.Tokens) {
			t.Errorf("%s(%q)\n got %q\nwant %q", want.Analyzer, want.Text, got, want.Tokens)
		}
	}
}
