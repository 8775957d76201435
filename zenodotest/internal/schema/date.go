package schema

import (
	"regexp"
	"strings"
	"time"
)

// date reads a text that is a date.
func date(isDate func(string) bool) rule {
	return text(when(func(s string) bool { return !isDate(s) }, msgDate))
}

var edtf = regexp.MustCompile(`^\d{4}(-\d{2}(-\d{2})?)?$`)

// isEDTF reports whether a text is a date of EDTF or an interval of them, of
// level 0.
func isEDTF(s string) bool {
	from, to, isInterval := strings.Cut(s, "/")
	return isDay(from) && (!isInterval || isDay(to) && from <= to)
}

func isDay(s string) bool {
	if !edtf.MatchString(s) {
		return false
	}
	_, err := time.Parse(time.DateOnly[:len(s)], s)
	return err == nil
}

// isEDTFTime takes the time of a day, too.
func isEDTFTime(s string) bool {
	_, err := time.Parse(time.RFC3339, s)
	_, local := time.Parse("2006-01-02T15:04:05", s)
	return isEDTF(s) || err == nil || local == nil
}
