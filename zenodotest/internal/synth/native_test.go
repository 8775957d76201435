package synth_test

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/zharvest/zharvest/zenodotest/internal/forms"
)

// TestNativeIsTheSame compares the native form with what is made of the legacy
// one, which lacks the volume of downloads.
func TestNativeIsTheSame(t *testing.T) {
	c := corpus(t, 100_000, 1)
	for i := 0; i < c.Len(); i += 331 {
		same, err := forms.NativeOf(c.AppendRecord(nil, i))
		if err != nil {
			t.Fatal(err)
		}
		var want, got map[string]any
		if err := json.Unmarshal(same.JSON(), &want); err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(c.AppendNative(nil, i), &got); err != nil {
			t.Fatalf("record %d: %v", i, err)
		}
		for name, counts := range got["stats"].(map[string]any) {
			counts := counts.(map[string]any)
			if volume := counts["data_volume"].(float64); (volume > 0) != (counts["downloads"].(float64) > 0) {
				t.Errorf("record %d, %s: %v bytes in %v downloads", i, name, volume, counts["downloads"])
			}
			delete(counts, "data_volume")
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatalf("record %d (-legacy +native):\n%s", i, diff)
		}
		if want, got := c.Status(i), got["access"].(map[string]any)["status"]; got != want {
			t.Errorf("record %d: status %v, want %s", i, got, want)
		}
	}
}

func BenchmarkAppendNative(b *testing.B) {
	c := corpus(b, 1_000_000, 1)
	var raw []byte
	for i := 0; b.Loop(); i++ {
		raw = c.AppendNative(raw[:0], i%c.Len())
	}
	b.SetBytes(int64(len(raw)))
}
