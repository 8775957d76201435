package export

import (
	"strconv"
	"strings"
	"time"

	"github.com/zharvest/zharvest/zenodo"
)

// meaning is what the text of a field stands for, in formats that have more
// types than text, numbers and lists.
type meaning int

const (
	noMeaning meaning = iota
	day               // YYYY-MM-DD, or in part, or two with a slash
	moment            // a time as the server wrote it
	doi               // without a resolver
	address           // of a page
)

// meanings are those of the fields that are more than plain text.
var meanings = map[string]meaning{
	"publication_date": day, "created": moment, "updated": moment,
	"doi": doi, "concept_doi": doi, "url": address,
}

func (f *Field) meaning() meaning { return meanings[f.Name] }

// wholeDay reads a date that names one whole day. One of a month, of a year or of
// a span does not: a day is never made up.
func wholeDay(date string) (day time.Time, ok bool) {
	if len(date) != len(time.DateOnly) {
		return day, false
	}
	day, err := time.Parse(time.DateOnly, date)
	return day, err == nil
}

// yearOfDate is the year with which a date of any length begins.
func yearOfDate(date string) (year int, ok bool) {
	const digits = len("2006")
	if len(date) < digits || strings.Trim(date[:digits], "0123456789") != "" {
		return 0, false
	}
	year, err := strconv.Atoi(date[:digits])
	return year, err == nil
}

// link is the address that a field's text leads to, "" where it leads nowhere
// on the web. Only an address that needs no escaping is taken: what else is in
// there was not put there by a server that names its pages.
func (f *Field) link(text string) string {
	switch f.meaning() {
	case doi:
		text = zenodo.DOI(text).URL()
	case address:
	default:
		return ""
	}
	const longest = 2079 // that spreadsheets and browsers take
	if len(text) > longest || !strings.HasPrefix(text, "https://") && !strings.HasPrefix(text, "http://") {
		return ""
	}
	if strings.ContainsFunc(text, func(r rune) bool { return r <= ' ' || r >= 0x7f || strings.ContainsRune("\"<>\\^`{|}", r) }) {
		return ""
	}
	return text
}
