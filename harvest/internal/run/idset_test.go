package run

import (
	"slices"
	"testing"
)

func TestIDSet(t *testing.T) {
	ids := []string{"0", "1", "12", "012", "+1", "", "4095", "4096", "18000001", "999999999", "1000000000", "99999999999999999999", "abcde-12345", "1a"}
	var s IDSet
	for _, id := range ids {
		if s.Add(id) {
			t.Errorf("%q was known at once", id)
		}
	}
	for _, id := range ids {
		if !s.Add(id) {
			t.Errorf("%q is not known", id)
		}
	}
	if got := slices.Sorted(s.All()); s.Len() != len(ids) || !slices.Equal(got, slices.Sorted(slices.Values(ids))) {
		t.Errorf("got %d ids %q, want %q", s.Len(), got, ids)
	}
}
