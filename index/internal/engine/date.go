package engine

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// parseDate reads a time as the engine does: ISO 8601 with parts left out,
// milliseconds since 1970, or "now", each with date math behind it. What was
// left out is filled up: the month and day are the first, and the time of day
// the last millisecond if up. Up, a day that the month does not have is its
// last one.
func parseDate(s string, up bool, now time.Time) (time.Time, error) {
	base, math := s, ""
	if rest, ok := strings.CutPrefix(s, "now"); ok {
		return dateMath(now.UTC().Truncate(time.Millisecond), rest, up, s)
	}
	if before, after, ok := strings.Cut(s, "||"); ok {
		base, math = before, after
	}
	at, err := parseBase(base, up && math == "")
	if err != nil {
		return time.Time{}, err
	}
	return dateMath(at, math, up, s)
}

var isoDate = regexp.MustCompile(`^(-?\d{4})(?:-(\d{2})(?:-(\d{2}))?)?(?:T(?:(\d{2})(?::(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?)?)?(Z|[+-]\d{2}(?::?\d{2})?)?)?$`)

func parseBase(s string, up bool) (time.Time, error) {
	m := isoDate.FindStringSubmatch(s)
	if m == nil {
		return parseMillis(s)
	}
	hour, minute, second, nano := 0, 0, 0, 0
	if up {
		hour, minute, second, nano = 23, 59, 59, 999_000_000
	}
	part := func(text string, missing int) int {
		if text == "" {
			return missing
		}
		n, _ := strconv.Atoi(text) // the pattern lets only digits through
		return n
	}
	if m[7] != "" {
		nano = part((m[7] + "000")[:3], 0) * 1_000_000
	}
	zone, err := parseZone(m[8])
	if err != nil {
		return time.Time{}, notDate(s)
	}
	year, month, day := part(m[1], 0), part(m[2], 1), part(m[3], 1)
	hour, minute, second = part(m[4], hour), part(m[5], minute), part(m[6], second)
	if last := daysIn(year, month); up && day > last && day <= 31 {
		day = last
	}
	at := time.Date(year, time.Month(month), day, hour, minute, second, nano, zone)
	if month < 1 || month > 12 || at.Day() != day || hour > 23 || minute > 59 || second > 59 {
		return time.Time{}, notDate(s)
	}
	return at.UTC(), nil
}

var millisPattern = regexp.MustCompile(`^(-?\d+)(?:\.\d{1,9})?$`)

// parseMillis reads milliseconds since 1970, whose fraction does not matter.
func parseMillis(s string) (time.Time, error) {
	m := millisPattern.FindStringSubmatch(s)
	if m == nil {
		return time.Time{}, notDate(s)
	}
	millis, err := strconv.ParseInt(m[1], 10, 64)
	if err != nil || max(millis, -millis) >= 1<<53 {
		return time.Time{}, notDate(s)
	}
	return time.UnixMilli(millis).UTC(), nil
}

// daysIn is how many days a month has.
func daysIn(year, month int) int {
	return time.Date(year, time.Month(month)+1, 0, 0, 0, 0, 0, time.UTC).Day()
}

func parseZone(s string) (*time.Location, error) {
	if s == "" || s == "Z" {
		return time.UTC, nil
	}
	offset := strings.Replace(s, ":", "", 1)
	if len(offset) == len("+02") {
		offset += "00"
	}
	at, err := time.Parse("-0700", offset)
	if err != nil {
		return nil, err
	}
	_, seconds := at.Zone()
	if max(seconds, -seconds) > 18*3600 {
		return nil, notDate(s)
	}
	return time.FixedZone("", seconds), nil
}

func notDate(s string) error {
	return fmt.Errorf("%q is no date; write 2024, 2024-05, 2024-05-31, or 2024-05-31T12:00:00Z", s)
}

var mathStep = regexp.MustCompile(`^([+-])(\d*)([yMwdhHms])|^/([yMwdhHms])`)

// dateMath applies steps such as +1M and rounding such as /d.
func dateMath(at time.Time, math string, up bool, whole string) (time.Time, error) {
	for math != "" {
		m := mathStep.FindStringSubmatch(math)
		if m == nil {
			return time.Time{}, notDate(whole)
		}
		math = math[len(m[0]):]
		if m[4] != "" {
			at = roundDate(at, m[4], up)
			continue
		}
		n := 1
		if m[2] != "" {
			var err error
			if n, err = strconv.Atoi(m[2]); err != nil || n > 1_000_000 {
				return time.Time{}, notDate(whole)
			}
		}
		if m[1] == "-" {
			n = -n
		}
		at = addUnits(at, n, m[3])
	}
	return at, nil
}

// addUnits adds to a date; a day that a month does not have becomes its last.
func addUnits(at time.Time, n int, unit string) time.Time {
	switch unit {
	case "y":
		return addMonths(at, 12*n)
	case "M":
		return addMonths(at, n)
	case "w":
		return at.AddDate(0, 0, 7*n)
	case "d":
		return at.AddDate(0, 0, n)
	case "m":
		return at.Add(time.Duration(n) * time.Minute)
	case "s":
		return at.Add(time.Duration(n) * time.Second)
	}
	return at.Add(time.Duration(n) * time.Hour)
}

func addMonths(at time.Time, n int) time.Time {
	first := at.AddDate(0, 0, 1-at.Day()).AddDate(0, n, 0)
	last := first.AddDate(0, 1, -1).Day()
	return first.AddDate(0, 0, min(at.Day(), last)-1)
}

// roundDate rounds down to a unit, or up to its last millisecond.
func roundDate(at time.Time, unit string, up bool) time.Time {
	y, mo, d := at.Date()
	h, mi, s := at.Clock()
	switch unit {
	case "y":
		mo, d, h, mi, s = 1, 1, 0, 0, 0
	case "M":
		d, h, mi, s = 1, 0, 0, 0
	case "w":
		d, h, mi, s = d-(int(at.Weekday())+6)%7, 0, 0, 0
	case "d":
		h, mi, s = 0, 0, 0
	case "h", "H":
		mi, s = 0, 0
	case "m":
		s = 0
	}
	down := time.Date(y, mo, d, h, mi, s, 0, time.UTC)
	if !up {
		return down
	}
	return addUnits(down, 1, unit).Add(-time.Millisecond)
}
