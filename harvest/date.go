package harvest

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// dateLayouts are the forms of a date that stand for a stretch of time, each
// with how much is added to its start to reach its end.
var dateLayouts = []struct {
	layout              string
	years, months, days int
}{
	{"2006", 1, 0, 0},
	{"2006-01", 0, 1, 0},
	{time.DateOnly, 0, 0, 1},
}

// ParseSince reads a date that a user typed as a lower bound: the moment at
// which the year (2024), month (2024-06) or day (2024-06-01) begins, in UTC,
// or a time in RFC 3339. An age (12h, 7d, 2w, 3mo, 1y) is counted back from
// now and stands for the hour or day in which that falls, so that the same
// command, typed again later that day, is the same selection.
func ParseSince(s string, now time.Time) (time.Time, error) {
	start, _, err := parseDate(s, now)
	return start, err
}

// ParseUntil reads a date that a user typed as an upper bound and returns the
// first moment that is not included any more: the end of the year, month, day
// or hour that s stands for as in [ParseSince]. A time in RFC 3339 stands for its
// second, one with a fraction for its millisecond: servers compare no finer, so
// that the time at which a record was created, as it is served, includes it.
func ParseUntil(s string, now time.Time) (time.Time, error) {
	_, end, err := parseDate(s, now)
	return end, err
}

// parseDate returns the interval [start, end) that s stands for.
func parseDate(s string, now time.Time) (start, end time.Time, err error) {
	text := strings.TrimSpace(s)
	if start, end, ok := parseCalendar(text); ok {
		return start, end, nil
	}
	if start, end, ok := parseAge(text, now.UTC()); ok {
		return start, end, nil
	}
	return time.Time{}, time.Time{}, &SelectionError{
		Problem: fmt.Sprintf("%q is not a date", s),
		Hint:    "write 2024, 2024-06, 2024-06-01, 2024-06-01T12:00:00Z or an age such as 7d (h, d, w, mo, y)",
	}
}

// parseCalendar reads a year, a month, a day or a moment. It refuses the year
// 9999, whose end cannot be written.
func parseCalendar(text string) (start, end time.Time, ok bool) {
	for _, form := range dateLayouts {
		if at, err := time.Parse(form.layout, text); err == nil {
			return at, at.AddDate(form.years, form.months, form.days), at.Year() < 9999
		}
	}
	at, err := time.Parse(time.RFC3339, text)
	at = at.UTC()
	unit := time.Second
	if strings.ContainsAny(text, ".,") { // a fraction
		unit = time.Millisecond
	}
	end = at.Truncate(unit).Add(unit)
	return at, end, err == nil && at.Year() >= 0 && end.Year() <= 9999
}

// parseAge reads a number and a unit. It refuses ages of more than 9999,
// which are mistakes and would leave the years that can be written.
func parseAge(s string, now time.Time) (start, end time.Time, ok bool) {
	digits := strings.TrimRight(s, "abcdefghijklmnopqrstuvwxyz")
	n, err := strconv.Atoi(digits)
	if err != nil || digits[0] < '0' || n > 9999 {
		return start, end, false
	}
	midnight := time.Date(now.Year(), now.Month(), now.Day(), 0, 0, 0, 0, time.UTC)
	switch s[len(digits):] {
	case "h":
		start = now.Truncate(time.Hour).Add(-time.Duration(n) * time.Hour)
		return start, start.Add(time.Hour), true
	case "d":
		start = midnight.AddDate(0, 0, -n)
	case "w":
		start = midnight.AddDate(0, 0, -7*n)
	case "mo":
		start = monthsBefore(midnight, n)
	case "y":
		start = monthsBefore(midnight, 12*n)
	default:
		return start, end, false
	}
	return start, start.AddDate(0, 0, 1), start.Year() > 0
}

// monthsBefore goes back n months and stays in that month: a month before 31
// March is the last of February, which AddDate takes for the 3rd of March.
func monthsBefore(day time.Time, n int) time.Time {
	back := day.AddDate(0, -n, 0)
	if back.Day() != day.Day() {
		return back.AddDate(0, 0, -back.Day())
	}
	return back
}
