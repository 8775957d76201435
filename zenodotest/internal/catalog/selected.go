package catalog

import (
	"regexp"
	"slices"
	"strings"
	"time"
)

// Selected are the values of facets that are selected: of each facet a record has
// to have one. They leave out hits, but change no counts of facets.
type Selected struct {
	Access    []string // open, restricted, …
	Types     []string // publication, or publication::publication-article
	FileTypes []string
	Subjects  []string
	Published []string // 2020, 2020-05, 2014..2020, ..2020, 2014..
}

// filter are selected values, made ready for looking at many records.
type filter struct {
	Selected
	published []span
	any       bool // whether anything is selected
}

// span is an interval of days, which are written as YYYYMMDD, both included.
// Where an end is open, its year is not marked as selected, but is found.
type span struct {
	from, to           int
	openFrom, openUpTo bool
}

var (
	dayPattern  = `(\d{4}(?:-\d\d(?:-\d\d)?)?)`
	spanPattern = regexp.MustCompile(`^([\[(]?)` + dayPattern + `?\.\.` + dayPattern + `?([\])]?)$`)
	justOne     = regexp.MustCompile(`^` + dayPattern + `$`)
)

const lastDay = 9999_12_31

// ready reads what is selected. Dates that cannot be read are left out; those that
// end before they begin are refused by the engine.
func (s Selected) ready() (filter, error) {
	f := filter{Selected: s}
	for _, text := range s.Published {
		found := spanPattern.FindStringSubmatch(text)
		if one := justOne.FindString(text); one != "" {
			found = []string{"", "", one, one, ""}
		}
		if found == nil || found[2] == "" && found[3] == "" {
			continue
		}
		at := span{0, lastDay, found[1] == "(", found[4] == ")"}
		okFrom, okTo := true, true
		if found[2] != "" {
			at.from, _, okFrom = days(found[2])
		}
		if found[3] != "" {
			_, at.to, okTo = days(found[3])
		}
		switch {
		case !okFrom || !okTo:
			continue
		case at.from > at.to:
			return f, ErrBadQuery
		}
		f.published = append(f.published, at)
	}
	f.any = len(s.Access)+len(s.Types)+len(s.FileTypes)+len(s.Subjects)+len(f.published) > 0
	return f, nil
}

// precisions are how dates are written, by their length, with the months that they
// span.
var precisions = map[int]struct {
	layout string
	months int
}{4: {"2006", 12}, 7: {"2006-01", 1}, 10: {time.DateOnly, 0}}

// days are the first and the last day of a year, a month or a day.
func days(date string) (first, last int, ok bool) {
	precision := precisions[len(date)]
	at, err := time.Parse(precision.layout, date)
	if err != nil || precision.layout == "" {
		return 0, 0, false
	}
	end := at
	if precision.months > 0 {
		end = at.AddDate(0, precision.months, -1)
	}
	return dayNumber(at), dayNumber(end), true
}

func dayNumber(at time.Time) int { return (at.Year()*100+int(at.Month()))*100 + at.Day() }

// publishedDays are those of a publication date, which may be an interval.
func publishedDays(date string) (first, last int, ok bool) {
	from, to, isInterval := strings.Cut(date, "/")
	first, last, ok = days(from)
	if ok && isInterval {
		if _, end, ok := days(to); ok && end >= first {
			last = end
		}
	}
	return first, last, ok
}

// traits are what a record is counted and selected by.
type traits struct {
	access, kind, subtype, published string
	fileTypes, subjects              []string
}

// passes reports whether a record has one of the selected values of each facet.
func (f *filter) passes(t traits) bool {
	if len(f.Access) > 0 && !slices.Contains(f.Access, t.access) || len(f.Types) > 0 && !f.hasType(t) {
		return false
	}
	if len(f.FileTypes) > 0 && !meet(f.FileTypes, t.fileTypes) || len(f.Subjects) > 0 && !meet(f.Subjects, t.subjects) {
		return false
	}
	if len(f.published) == 0 {
		return true
	}
	first, last, ok := publishedDays(t.published)
	return ok && slices.ContainsFunc(f.published, func(s span) bool { return s.from <= last && first <= s.to })
}

func meet(a, b []string) bool {
	return slices.ContainsFunc(a, func(s string) bool { return slices.Contains(b, s) })
}

// hasType reports whether a type is selected. Where one of its subtypes is, too,
// only that is.
func (f *filter) hasType(t traits) bool {
	whole, part, other := false, false, false
	for _, value := range f.Types {
		kind, id, isPart := strings.Cut(value, "::")
		switch {
		case kind != t.kind:
		case !isPart:
			whole = true
		case id == t.kind+"-"+t.subtype:
			part = true
		default:
			other = true
		}
	}
	return part || whole && !other
}

// isYearSelected reports whether the year of a bucket is.
func (f *filter) isYearSelected(year int) bool {
	return slices.ContainsFunc(f.published, func(s span) bool {
		from, to := s.from/10000, s.to/10000
		return (from < year || from == year && !s.openFrom) && (year < to || year == to && !s.openUpTo)
	})
}
