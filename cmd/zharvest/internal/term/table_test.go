package term

import (
	"bytes"
	"slices"
	"strings"
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

// A table for a file has all of each cell, one for a terminal fits its width;
// names by which people go on are whole in both.
func TestTable(t *testing.T) {
	header := []string{"doi", "title"}
	rows := [][]string{
		{"10.5281/zenodo.7712947", "A title\nthat is longer than the terminal is wide"},
		{"10.5281/zenodo.1", "漢字の題名"},
	}
	for _, tt := range []struct {
		stream *Stream
		want   []string
	}{
		{New(nil), []string{
			"doi                     title",
			"10.5281/zenodo.7712947  A title that is longer than the terminal is wide",
			"10.5281/zenodo.1        漢字の題名",
		}},
		{AsTerminal(nil, 46), []string{
			"doi                     title",
			"10.5281/zenodo.7712947  A title that is lon…",
			"10.5281/zenodo.1        漢字の題名",
		}},
	} {
		if got := tt.stream.TableLines(header, rows); !slices.Equal(got, tt.want) {
			t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(tt.want, "\n"))
		}
	}
}

func TestTableHeaderIsBold(t *testing.T) {
	var out bytes.Buffer
	s := AsTerminal(&out, 80)
	s.UseColor("always")
	if err := s.PrintTable([]string{"id"}, [][]string{{"\x1b[31m1"}}); err != nil {
		t.Fatal(err)
	}
	if want := Bold + "id" + plain + "\n [31m1\n"; out.String() != want {
		t.Errorf("got %q, want %q", out.String(), want)
	}
}
