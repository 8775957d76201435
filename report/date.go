package report

import (
	"time"

	"github.com/zharvest/zharvest/zenodo"
)

// published reads the beginning of a date of publication: its year, and its
// month where it has one. Both are empty where it cannot be read.
func published(date string) (year, month string) {
	if len(date) < 4 {
		return "", ""
	}
	if _, err := time.Parse("2006", date[:4]); err != nil {
		return "", ""
	}
	if len(date) < 7 {
		return date[:4], ""
	}
	if _, err := time.Parse("2006-01", date[:7]); err != nil {
		return date[:4], ""
	}
	return date[:4], date[:7]
}

// isAfter reports whether a date of one to three parts lies after a day. A year
// or a month that has begun does not.
func isAfter(date string, now time.Time) bool {
	year, month := published(date)
	today := now.UTC().Format(time.DateOnly)
	day := date[:min(len(date), len(today))]
	if _, err := time.Parse(time.DateOnly, day); err == nil {
		return day > today
	}
	if month != "" {
		return month > today[:7]
	}
	return year > today[:4]
}

// createdMonth is the month in which the repository took a record in.
func createdMonth(at zenodo.Timestamp) (string, bool) {
	t, ok := at.Time()
	return t.Format("2006-01"), ok
}
