package catalog

import (
	"math"
	"strings"
	"time"
)

// timeClause reads a time or a range of times: 2024-05, [A TO B}, {A TO *],
// >=A. It fails for what only an engine understands, such as now-7d.
func timeClause(field clauseField, value string) (clause, bool) {
	c := clause{field: field, from: math.MinInt64, to: math.MaxInt64}
	for _, sign := range []string{">=", "<=", ">", "<"} {
		bound, ok := strings.CutPrefix(value, sign)
		if !ok {
			continue
		}
		down, up, ok := parseDate(bound)
		switch sign {
		case ">=":
			c.from = down
		case "<=":
			c.to = up + 1
		case ">":
			c.from = up + 1
		case "<":
			c.to = down
		}
		return c, ok
	}
	if strings.ContainsAny(value[:1], "[{") {
		return rangeClause(c, value)
	}
	down, up, ok := parseDate(value)
	c.from, c.to = down, up+1
	return c, ok
}

func rangeClause(c clause, value string) (clause, bool) {
	open, last := value[0], value[len(value)-1]
	if len(value) < 2 || last != ']' && last != '}' {
		return c, false
	}
	from, to, ok := strings.Cut(value[1:len(value)-1], " TO ")
	if !ok {
		return c, false
	}
	if from = strings.TrimSpace(from); from != "*" {
		down, up, ok := parseDate(from)
		if !ok {
			return c, false
		}
		c.from = down
		if open == '{' {
			c.from = up + 1
		}
	}
	if to = strings.TrimSpace(to); to != "*" {
		down, up, ok := parseDate(to)
		if !ok {
			return c, false
		}
		c.to = up + 1
		if last == '}' {
			c.to = down
		}
	}
	return c, true
}

// parseDate reads an ISO date or time of any precision. The results, in
// milliseconds since 1970, are the time with what is missing filled in low and
// high. High means the end of the day, hour, minute or second that is named;
// but a missing month or day is the first one both ways, as in the engine.
func parseDate(s string) (down, up int64, ok bool) {
	if quoted, isQuoted := strings.CutPrefix(s, `"`); isQuoted {
		s = strings.TrimSuffix(quoted, `"`)
	}
	for _, precision := range []struct {
		layout string
		length time.Duration
	}{
		{"2006-01-02T15:04:05", time.Second},
		{"2006-01-02T15:04", time.Minute},
		{"2006-01-02T15", time.Hour},
		{time.DateOnly, 24 * time.Hour},
		{"2006-01", 24 * time.Hour},
		{"2006", 24 * time.Hour},
	} {
		for _, zone := range []string{"", "Z07:00"} {
			if zone != "" && precision.length == 24*time.Hour {
				continue
			}
			at, err := time.Parse(precision.layout+zone, s)
			if err != nil {
				continue
			}
			down = at.UnixMilli()
			if strings.Contains(s, ".") { // Parse takes a fraction that the layout has not
				return down, down, true
			}
			return down, down + precision.length.Milliseconds() - 1, true
		}
	}
	return 0, 0, false
}
