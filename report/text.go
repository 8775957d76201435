package report

import (
	"net/url"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/zharvest/zharvest/zenodo"
)

// MaxText is how many characters of a text of a record are kept.
const MaxText = 300

// clean puts a text on one line, without control characters and overrides of
// the direction of writing, and cuts what is too long.
func clean(s string) string {
	if isClean(s) {
		return s
	}
	var b strings.Builder
	n, space := 0, false
	for _, r := range s { // what is no UTF-8 comes as the replacement character
		if unicode.IsSpace(r) || unicode.Is(unicode.Cc, r) || isOverride(r) {
			space = n > 0
			continue
		}
		if space {
			b.WriteByte(' ')
			n++
		}
		b.WriteRune(r)
		n++
		if space = false; n > MaxText {
			return shortened(b.String())
		}
	}
	return b.String()
}

// isClean knows the usual texts, of ASCII, to which nothing needs to be done.
func isClean(s string) bool {
	space := true
	for i := range len(s) {
		if s[i] < ' ' || s[i] > '~' || space && s[i] == ' ' {
			return false
		}
		space = s[i] == ' '
	}
	return len(s) <= MaxText && (!space || s == "")
}

// shortened is the beginning of a text that is too long.
func shortened(s string) string {
	n := 0
	for at := range s {
		if n == MaxText-1 {
			return strings.TrimSuffix(s[:at], " ") + "…"
		}
		n++
	}
	return s
}

func isOverride(r rune) bool {
	return r >= '\u202a' && r <= '\u202e' || r >= '\u2066' && r <= '\u2069'
}

// link is an address that is safe to offer: that of the DOI, else that of the
// page if it is one of the web, else none.
func link(doi zenodo.DOI, page string) string {
	if doi != "" {
		return (&url.URL{Scheme: "https", Host: "doi.org", Path: "/" + string(doi)}).String()
	}
	u, err := url.Parse(page)
	if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" {
		return ""
	}
	return u.String()
}

// grouped writes a number with commas between thousands.
func grouped(n int64) string {
	s := strconv.FormatInt(n, 10)
	for i := len(s) - 3; i > 0 && s[i-1] != '-'; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// bytesText writes a size in the units of SI.
func bytesText(n int64) string {
	units := []string{"B", "kB", "MB", "GB", "TB", "PB"}
	size, unit := float64(n), 0
	for size >= 999.95 && unit < len(units)-1 {
		size, unit = size/1000, unit+1
	}
	if unit == 0 {
		return strconv.FormatInt(n, 10) + " B"
	}
	return strconv.FormatFloat(size, 'f', 1, 64) + " " + units[unit]
}

// percent writes a part of a whole.
func percent(part, whole int) string {
	if whole == 0 {
		return ""
	}
	return strconv.FormatFloat(100*float64(part)/float64(whole), 'f', 1, 64) + " %"
}

// moment writes a time for people, in UTC; what is no time stays as it is.
func moment(at string) string {
	t, err := time.Parse(time.RFC3339, at)
	if err != nil {
		return at
	}
	return t.UTC().Format("2 January 2006, 15:04 UTC")
}
