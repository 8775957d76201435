package export

import (
	"strconv"
	"strings"

	"github.com/zharvest/zharvest/zenodo"
)

// date is a day, a month or a year: what is not known is 0.
type date struct{ year, month, day int }

// publicationDates are the date of publication and, where it is a span, its
// end.
func publicationDates(r *zenodo.Record) (from, until date) {
	first, last, _ := strings.Cut(r.Metadata.PublicationDate, "/")
	return parseDate(first), parseDate(last)
}

// parseDate reads YYYY, YYYY-MM or YYYY-MM-DD, whatever follows a day. What
// makes no sense is left out, so that a wrong month leaves the year.
func parseDate(s string) date {
	s, _, _ = strings.Cut(strings.TrimSpace(s), "T")
	parts := strings.Split(s, "-")
	d := date{year: between(parts[0], 1, 9999)}
	if len(parts[0]) != 4 || d.year == 0 {
		return date{}
	}
	if len(parts) > 1 {
		d.month = between(parts[1], 1, 12)
	}
	if len(parts) > 2 && d.month > 0 {
		d.day = between(parts[2], 1, 31)
	}
	return d
}

// between is the number in s, or 0 where it is none from least to most.
func between(s string, least, most int) int {
	n, err := strconv.Atoi(s)
	if err != nil || n < least || n > most || s[0] == '+' {
		return 0
	}
	return n
}

// appendYear appends the year in four digits.
func (d date) appendYear(dst []byte) []byte { return appendDigits(dst, d.year, 4) }

// appendDigits appends n with zeros in front.
func appendDigits(dst []byte, n, width int) []byte {
	digits := strconv.Itoa(n)
	for range width - len(digits) {
		dst = append(dst, '0')
	}
	return append(dst, digits...)
}

// append appends what is known of the date, with the separator between.
func (d date) append(dst []byte, separator byte) []byte {
	dst = d.appendYear(dst)
	if d.month > 0 {
		dst = appendDigits(append(dst, separator), d.month, 2)
	}
	if d.day > 0 {
		dst = appendDigits(append(dst, separator), d.day, 2)
	}
	return dst
}
