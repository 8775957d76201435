package term

import (
	"slices"
	"testing"
)

func TestFit(t *testing.T) {
	for _, tt := range []struct {
		header []string
		widths []int
		room   int
		want   []int
	}{
		{[]string{"doi", "title"}, []int{22, 40}, 80, []int{22, 40}},
		{[]string{"doi", "title"}, []int{22, 400}, 80, []int{22, 58}},
		{[]string{"doi", "title", "creators"}, []int{22, 40, 400}, 80, []int{22, 29, 29}},
		{[]string{"doi", "title", "type"}, []int{22, 400, 5}, 20, []int{22, 8, 5}},
		{[]string{"type"}, []int{5}, 3, []int{5}},
		{nil, nil, 10, nil},
	} {
		if got := fit(tt.header, slices.Clone(tt.widths), tt.room); !slices.Equal(got, tt.want) {
			t.Errorf("fit(%q, %d, %d) = %d, want %d", tt.header, tt.widths, tt.room, got, tt.want)
		}
	}
}
