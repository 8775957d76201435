package naive

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// parseDate reads a date as the engine does: an ISO date whose parts may be
// missing, milliseconds since 1970, or now; with date math behind it. Up, what
// is missing is the end of the day instead of its beginning.
func parseDate(s string, up bool, now time.Time) (time.Time, error) {
	at, math := now.UTC().Truncate(time.Millisecond), strings.TrimPrefix(s, "now")
	ok := math != s
	if !ok {
		var base string
		base, math, _ = strings.Cut(s, "||")
		if at, ok = parseISO(base, up && math == ""); !ok {
			at, ok = parseEpoch(base)
		}
	}
	if ok {
		at, ok = dateMath(at, math, up)
	}
	if !ok {
		return at, fmt.Errorf("%q is no date", s)
	}
	return at, nil
}

func parseISO(s string, up bool) (at time.Time, ok bool) {
	day, clock, _ := strings.Cut(s, "T")
	parts := []int{0, 1, 1, 0, 0, 0, 0} // from years to milliseconds
	if up {
		parts = []int{0, 1, 1, 23, 59, 59, 999}
	}
	if !readParts(strings.Split(day, "-"), parts[:3], 4) {
		return at, false
	}
	zone := time.UTC
	if i := strings.LastIndexAny(clock, "Z+-"); i >= 0 {
		if zone, ok = parseZone(clock[i:]); !ok {
			return at, false
		}
		clock = clock[:i]
	}
	if clock != "" {
		clock, fraction, hasFraction := strings.Cut(strings.Replace(clock, ",", ".", 1), ".")
		times := strings.Split(clock, ":")
		if !readParts(times, parts[3:6], 2) || hasFraction && len(times) != 3 {
			return at, false
		}
		if hasFraction && (len(fraction) > 9 || !readParts([]string{(fraction + "00")[:3]}, parts[6:], 3)) {
			return at, false
		}
	}
	last := time.Date(parts[0], time.Month(parts[1])+1, 0, 0, 0, 0, 0, time.UTC).Day()
	if up && parts[2] <= 31 {
		parts[2] = min(parts[2], last)
	}
	if parts[1] < 1 || parts[1] > 12 || parts[2] < 1 || parts[2] > last || parts[3] > 23 || parts[4] > 59 || parts[5] > 59 {
		return at, false
	}
	return time.Date(parts[0], time.Month(parts[1]), parts[2], parts[3], parts[4], parts[5], parts[6]*1e6, zone).UTC(), true
}

// readParts reads numbers of two digits; the first has its own width.
func readParts(texts []string, parts []int, width int) bool {
	if len(texts) > len(parts) {
		return false
	}
	for i, s := range texts {
		n, err := strconv.ParseUint(s, 10, 32)
		if err != nil || len(s) != width {
			return false
		}
		parts[i], width = int(n), 2
	}
	return true
}

func parseZone(s string) (*time.Location, bool) {
	for _, layout := range []string{"Z07:00", "Z0700", "Z07"} {
		if at, err := time.Parse(layout, s); err == nil {
			_, seconds := at.Zone()
			return time.FixedZone("", seconds), max(seconds, -seconds) <= 18*3600
		}
	}
	return nil, false
}

var epoch = regexp.MustCompile(`^(-?\d+)(?:\.\d{1,9})?$`)

func parseEpoch(s string) (time.Time, bool) {
	m := epoch.FindStringSubmatch(s)
	if m == nil {
		return time.Time{}, false
	}
	n, err := strconv.ParseInt(m[1], 10, 64)
	return time.UnixMilli(n).UTC(), err == nil && n > -1<<53 && n < 1<<53
}

var mathStep = regexp.MustCompile(`^(?:([+-])(\d*)|/)([yMwdhHms])`)

// dateMath takes steps such as +1M, and such as /d, which rounds.
func dateMath(at time.Time, math string, up bool) (time.Time, bool) {
	for math != "" {
		m := mathStep.FindStringSubmatch(math)
		if m == nil {
			return at, false
		}
		math = math[len(m[0]):]
		if m[1] == "" {
			if at = roundDown(at, m[3]); up {
				at = add(at, 1, m[3]).Add(-time.Millisecond)
			}
			continue
		}
		n, err := strconv.Atoi(m[1] + m[2])
		if m[2] == "" {
			n, err = strconv.Atoi(m[1] + "1")
		}
		if err != nil || max(n, -n) > 1_000_000 {
			return at, false
		}
		at = add(at, n, m[3])
	}
	return at, true
}

// add adds units to a date. A day that the month does not have is its last.
func add(at time.Time, n int, unit string) time.Time {
	months := map[string]int{"y": 12 * n, "M": n}[unit]
	days := map[string]int{"w": 7 * n, "d": n}[unit]
	if months != 0 {
		last := at.AddDate(0, months, 0)
		for last.Day() != at.Day() && last.Day() < 4 {
			last = last.AddDate(0, 0, -1)
			if last.Day() > 27 {
				break
			}
		}
		return last
	}
	size := map[string]time.Duration{"h": time.Hour, "H": time.Hour, "m": time.Minute, "s": time.Second}[unit]
	return at.AddDate(0, 0, days).Add(time.Duration(n) * size)
}

func roundDown(at time.Time, unit string) time.Time {
	y, m, d := at.Date()
	switch unit {
	case "y":
		m, d = 1, 1
	case "M":
		d = 1
	case "w":
		d -= (int(at.Weekday()) + 6) % 7
	case "h", "H":
		return at.Truncate(time.Hour)
	case "m":
		return at.Truncate(time.Minute)
	case "s":
		return at.Truncate(time.Second)
	}
	return time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
}
