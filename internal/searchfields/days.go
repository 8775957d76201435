package searchfields

import (
	"strings"
	"time"
)

// Days are the first and the last day that a date of publication covers: a year,
// a month, a day, or an interval such as 2020/2021-05.
func Days(date string) (first, last time.Time, ok bool) {
	from, until, isInterval := strings.Cut(date, "/")
	if !isInterval {
		until = from
	}
	first, _, known := period(from)
	_, last, alsoKnown := period(until)
	return first, last, known && alsoKnown
}

// period is the first and the last day of a year, a month or a day.
func period(date string) (first, last time.Time, ok bool) {
	for _, p := range []struct {
		layout              string
		years, months, days int
	}{{"2006", 1, 0, -1}, {"2006-01", 0, 1, -1}, {time.DateOnly, 0, 0, 0}} {
		if first, err := time.Parse(p.layout, date); err == nil {
			return first, first.AddDate(p.years, p.months, p.days), true
		}
	}
	return time.Time{}, time.Time{}, false
}
