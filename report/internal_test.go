package report

import (
	"fmt"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"github.com/zharvest/zharvest/zenodo"
)

func TestClean(t *testing.T) {
	long := strings.Repeat("é", MaxText+5)
	for in, want := range map[string]string{
		"":                        "",
		" a \n\t b\u2028c\u00a0 ": "a b c",
		"\x00a\x1bb\u0085":        "a b",
		"x\u202Ey\u2066z":         "x y z",
		"bad \xff":                "bad \ufffd",
		long:                      strings.Repeat("é", MaxText-1) + "…",
		"\u200fעברית":             "\u200fעברית",
	} {
		if got := clean(in); got != want {
			t.Errorf("clean(%q) = %q, want %q", in, got, want)
		}
	}
}

func FuzzClean(f *testing.F) {
	for _, s := range []string{"", "a", "\xff", "a\u202e", strings.Repeat("x ", MaxText)} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got := clean(s)
		if !utf8.ValidString(got) || utf8.RuneCountInString(got) > MaxText {
			t.Errorf("clean(%q) = %q", s, got)
		}
		if again := clean(got); again != got {
			t.Errorf("clean(%q) = %q, again %q", s, got, again)
		}
	})
}

// FuzzMarkdown wants a cell to stay one cell of one line, without a tag.
func FuzzMarkdown(f *testing.F) {
	for _, s := range []string{"a|b", `\|`, `\\|`, "<b>", "`", "a\nb", "[x](y)", "&lt;"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got := markdownText(s)
		if strings.ContainsAny(got, "\n\r<>") {
			t.Errorf("%q gives %q", s, got)
		}
		bare := strings.ReplaceAll(got, `\\`, "")
		for _, special := range []string{"|", "`", "*", "_", "[", "]"} {
			if strings.Count(bare, special) != strings.Count(bare, `\`+special) {
				t.Errorf("%q gives %q with a bare %s", s, got, special)
			}
		}
	})
}

func TestLink(t *testing.T) {
	for _, tt := range []struct {
		doi        zenodo.DOI
		page, want string
	}{
		{"10.5281/zenodo.1", "https://zenodo.org/records/1", "https://doi.org/10.5281/zenodo.1"},
		{"10.1000/a b?c#d<e>\"", "", "https://doi.org/10.1000/a%20b%3Fc%23d%3Ce%3E%22"},
		{"", "https://zenodo.org/records/1", "https://zenodo.org/records/1"},
		{"", "javascript:alert(1)", ""},
		{"", "JavaScript://x/%0aalert(1)", ""},
		{"", "data:text/html,x", ""},
		{"", "//example.org", ""},
		{"", "https:", ""},
		{"", "\x00", ""},
	} {
		if got := link(tt.doi, tt.page); got != tt.want {
			t.Errorf("link(%q, %q) = %q, want %q", tt.doi, tt.page, got, tt.want)
		}
	}
}

func TestNumbers(t *testing.T) {
	for n, want := range map[int64]string{0: "0", 999: "999", 1000: "1,000", -1000: "-1,000", -999: "-999", 1234567: "1,234,567"} {
		if got := grouped(n); got != want {
			t.Errorf("grouped(%d) = %q, want %q", n, got, want)
		}
	}
	for n, want := range map[int64]string{0: "0 B", 999: "999 B", 1000: "1.0 kB", 999_949: "999.9 kB", 999_950: "1.0 MB", 5 << 40: "5.5 TB", 1 << 62: "4611.7 PB"} {
		if got := bytesText(n); got != want {
			t.Errorf("bytesText(%d) = %q, want %q", n, got, want)
		}
	}
	for n, want := range map[int64]string{0: "0", 9999: "9,999", 10_000: "10k", 12_500: "12.5k", 2_000_000: "2M"} {
		if got := brief(n); got != want {
			t.Errorf("brief(%d) = %q, want %q", n, got, want)
		}
	}
	for n, want := range map[int64]int64{0: 1, 5: 1, 6: 2, 19: 5, 51: 20, 1000: 200} {
		if got := niceStep(n); got != want {
			t.Errorf("niceStep(%d) = %d, want %d", n, got, want)
		}
	}
}

func periods(names ...string) []Period {
	var all []Period
	for _, name := range names {
		all = append(all, Period{Period: name, Records: 1, Types: map[string]int{"dataset": 1}})
	}
	return all
}

// axisText shows an axis as period=records, without those of nothing.
func axisText(axis []Period) string {
	var parts []string
	for _, p := range axis {
		if p.Records > 0 {
			parts = append(parts, fmt.Sprintf("%s=%d", p.Period, p.Records))
		}
	}
	return fmt.Sprintf("%d: %s", len(axis), strings.Join(parts, " "))
}

func TestAxes(t *testing.T) {
	now := time.Date(2024, 6, 15, 0, 0, 0, 0, time.UTC)
	for _, tt := range []struct {
		years []Period
		want  string
	}{
		{nil, "0: "},
		{periods("2020", "2023"), "4: 2020=1 2023=1"},
		{periods("0000", "1799", "2023"), "26: earlier=2 2023=1"},
		{periods("2024", "2025", "2026", "9999"), "3: 2024=1 2025=1 later=2"},
		{periods("9999"), "2: later=1"},
		{periods("1799"), "1: 1799=1"},
	} {
		if got := axisText(yearAxis(tt.years, now)); got != tt.want {
			t.Errorf("years of %s: got %q, want %q", axisText(tt.years), got, tt.want)
		}
	}
	for _, tt := range []struct {
		months []Period
		want   string
	}{
		{nil, "0: "},
		{periods("2030-01"), "0: "},
		{periods("2000-01", "2024-01", "2024-05", "2030-01"), "5: 2024-01=1 2024-05=1"},
		{periods("2021-07", "2024-06"), "36: 2021-07=1 2024-06=1"},
	} {
		if got := axisText(monthAxis(tt.months, now)); got != tt.want {
			t.Errorf("months of %s: got %q, want %q", axisText(tt.months), got, tt.want)
		}
	}
	want := []point{{"2023-11", 2}, {"2023-12", 2}, {"2024-01", 3}}
	got := growthAxis([]Growth{{Month: "2023-11", Added: 2, Total: 2}, {Month: "2024-01", Added: 1, Total: 3}})
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(point{})); diff != "" {
		t.Errorf("growth (-want +got):\n%s", diff)
	}
}

// Types without a series of their own are put together, and nothing is lost.
func TestSeries(t *testing.T) {
	p := Period{Period: "2024", Types: map[string]int{"": 2}}
	for i := range 9 {
		p.Types[fmt.Sprintf("t%d", i)] = 10 - i
		p.Records += 10 - i
	}
	p.Records += 2
	s := splitByType("Year", []Period{p})
	if want := []string{"t0", "t1", "t2", "t3", "t4", otherTypes}; !cmp.Equal(want, s.Series) {
		t.Errorf("got %q, want %q", s.Series, want)
	}
	if want := []int{10, 9, 8, 7, 6, 16}; !cmp.Equal(want, s.Rows[0].Values) {
		t.Errorf("got %v, want %v", s.Rows[0].Values, want)
	}
}

// A line needs two points, and no value lies outside of the chart.
func TestCurve(t *testing.T) {
	if c := curve("x", "X", "x", []point{{"2024-01", 1}}); c != nil {
		t.Errorf("one point: got %+v, want none", c)
	}
	c := curve("x", "X", "records", []point{{"2024-01-01", 0}, {"2024-01-11", 7}, {"2024-01-21", 10}})
	if want := "M58.0 232.0L492.0 78.0L926.0 12.0"; c.Curve != want {
		t.Errorf("got %q, want %q", c.Curve, want)
	}
	if want := "Line from 0 records in 2024-01-01 to 10 in 2024-01-21."; c.About != want {
		t.Errorf("got %q, want %q", c.About, want)
	}
}

// What is put together at the ends of a chart always has its label, and no two
// labels touch.
func TestLabels(t *testing.T) {
	now := time.Date(2024, 6, 15, 0, 0, 0, 0, time.UTC)
	c := stackedColumns("x", "X", splitByType("Year", yearAxis(periods("1799", "2010", "2024", "9999"), now)))
	var got []string
	for _, l := range c.Labels {
		got = append(got, l.Text)
	}
	want := []string{"earlier", "2002", "2004", "2006", "2008", "2010", "2012", "2014", "2016", "2018", "2020", "2022", "2024", "later"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if c := stackedColumns("x", "X", split{}); c != nil {
		t.Errorf("no periods: got %+v, want none", c)
	}
}
