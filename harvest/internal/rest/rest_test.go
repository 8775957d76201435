package rest

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/zharvest/zharvest/harvest/internal/run"
)

// Spans that are done are counted in few groups, which cover the same time.
func TestRetireGroups(t *testing.T) {
	begin := time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC)
	p := &Part{Divided: true, Total: 1000}
	for i := range 500 {
		bounds := run.Range{Since: begin.AddDate(0, 0, i), Until: begin.AddDate(0, 0, i+1)}
		if i == 0 {
			bounds.Since = time.Time{}
		}
		for _, prefix := range []string{"1", "2"} {
			if i == 250 {
				bounds.IDPrefix = prefix
			} else if prefix == "2" {
				continue
			}
			span := &Span{Range: bounds, Total: 2, Found: 2, Done: true}
			p.Spans = append(p.Spans, span)
			p.retire(span)
		}
	}
	if len(p.Spans) != 0 || p.DoneSpans != 501 || p.Found != 1002 || p.counted() != 1002 {
		t.Errorf("got %d open, %d done, %d found, %d counted", len(p.Spans), p.DoneSpans, p.Found, p.counted())
	}
	if len(p.Done) > maxGroups {
		t.Errorf("got %d groups, want at most %d", len(p.Done), maxGroups)
	}
	whole := run.Range{Until: begin.AddDate(0, 0, 500)}
	for _, done := range p.Done {
		if !done.Since.Equal(whole.Since) {
			t.Errorf("a group begins at %v, the one before ends at %v", done.Since, whole.Since)
		}
		whole.Since = done.Until
	}
	if !whole.Since.Equal(whole.Until) {
		t.Errorf("groups end at %v, want %v", whole.Since, whole.Until)
	}
}

func TestSmallestFactor(t *testing.T) {
	for n, want := range map[int]int{2: 2, 25: 5, 100: 2, 97: 97, 1000: 2} {
		if got := smallestFactor(n); got != want {
			t.Errorf("%d: got %d, want %d", n, got, want)
		}
	}
}

func TestCommonPrefix(t *testing.T) {
	for _, tt := range []struct {
		ids  []string
		want string
	}{
		{[]string{"123", "124"}, "12"}, {[]string{"12", "123"}, "1"}, {[]string{"5"}, ""}, {[]string{"77", "8"}, ""},
	} {
		if got := commonPrefix(tt.ids); got != tt.want {
			t.Errorf("%s: got %q, want %q", fmt.Sprint(slices.Sorted(slices.Values(tt.ids))), got, tt.want)
		}
	}
}
