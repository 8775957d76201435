package oaipmh

import (
	"net/http"
	"testing"
	"time"
)

func TestParseListSize(t *testing.T) {
	tests := map[string]int{
		"":                                    -1,
		"0":                                   0,
		" 312 ":                               312,
		"-1":                                  -1,
		"many":                                -1,
		"{u'relation': u'eq', u'value': 312}": 312,
		"{'value': 312, 'relation': 'eq'}":    312,
		`{"relation":"eq","value":"312"}`:     312,
		"{'relation': 'gte', 'value': 10000}": -1,
		"{'value': 7}":                        7,
		"{'relation': 'eq'}":                  -1,
		"99999999999999999999":                -1,
	}
	for s, want := range tests {
		if got := parseListSize(s); got != want {
			t.Errorf("parseListSize(%q) = %d, want %d", s, got, want)
		}
	}
}

func TestParseDatestamp(t *testing.T) {
	day := time.Date(2026, 1, 2, 0, 0, 0, 0, time.UTC)
	second := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	tests := map[string]time.Time{
		"":                           {},
		"yesterday":                  {},
		"2026":                       {},
		"2026-01-02":                 day,
		" 2026-01-02T03:04:05Z\n":    second,
		"2026-01-02T03:04:05.25Z":    second.Add(250 * time.Millisecond),
		"2026-01-02T05:04:05+02:00":  second,
		"2026-01-02T03:04:05":        second,
		"2026-01-02T03:04:05.250001": second.Add(250001 * time.Microsecond),
		"2026-01-02 03:04:05":        second,
		"2026-01-02T03:04Z":          second.Add(-5 * time.Second),
		"2026-13-02T03:04:05Z":       {},
	}
	for s, want := range tests {
		if got := parseDatestamp(s); got != want {
			t.Errorf("parseDatestamp(%q) = %v, want %v", s, got, want)
		}
	}
}

func TestRetryAfter(t *testing.T) {
	now := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	tests := map[string]time.Duration{
		"":                              0,
		"7":                             7 * time.Second,
		"-7":                            0,
		"99999999999999":                0,
		"Mon, 23 Nov 2026 12:00:09 GMT": 9 * time.Second,
		"Mon, 23 Nov 2026 11:00:00 GMT": 0,
	}
	for s, want := range tests {
		if got := retryAfter(http.Header{"Retry-After": {s}}, now); got != want {
			t.Errorf("retryAfter(%q) = %v, want %v", s, got, want)
		}
	}
}

func FuzzParseDatestamp(f *testing.F) {
	for _, s := range []string{"2026-01-02", "2026-01-02T03:04:05Z", "2026-01-02T03:04:05.5+01:00", ""} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got := parseDatestamp(s)
		if got.IsZero() {
			return
		}
		if again := parseDatestamp(got.Format(time.RFC3339Nano)); !again.Equal(got) && got.Year() >= 0 && got.Year() <= 9999 {
			t.Errorf("%q is read as %v and then as %v", s, got, again)
		}
	})
}
