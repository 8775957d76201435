package deposit

import (
	"slices"
	"strings"
	"time"

	"github.com/zharvest/zharvest/internal/vocab"
)

func (c *checker) publicationDate(path string, value any) {
	if date, ok := c.filled(path, value); ok && !isEDTF(date) {
		c.fail(path, "%q is no date: write YYYY, YYYY-MM, YYYY-MM-DD or two of them with / between", date)
	}
}

func (c *checker) embargoDate(path string, value any) {
	text, ok := c.filled(path, value)
	if !ok {
		return
	}
	if c.m.Text("access_right") != "embargoed" {
		c.warn(path, "is ignored: access_right is not embargoed")
		return
	}
	day, err := time.Parse(time.DateOnly, text)
	switch {
	case err != nil:
		c.fail(path, "%q is no day: write YYYY-MM-DD", text)
	case !day.After(c.today):
		c.fail(path, "%s is not in the future", text)
	}
}

// dateTypes are those of dates, in small letters.
var dateTypes = vocab.LegacyNames(vocab.DateTypes())

func (c *checker) dates(path string, value any) {
	c.objects(path, value, []string{"start", "end", "type", "description"}, func(path string, o *object) {
		if o.get("start") == nil && o.get("end") == nil {
			c.fail(path, "has neither start nor end")
		}
		for _, key := range []string{"start", "end"} {
			if date, ok := c.optional(path, o, key); ok && !isDate(date) {
				c.fail(path+"."+key, "%q is no date: write YYYY, YYYY-MM or YYYY-MM-DD", date)
			}
		}
		kind, ok := c.required(path, o, "type")
		if ok && !slices.Contains(dateTypes, strings.ToLower(kind)) {
			c.word(path+".type", kind, dateTypes)
		}
		c.optional(path, o, "description")
	})
}

// isEDTF tells a date, or an interval of dates, of level 0 of EDTF.
func isEDTF(s string) bool {
	from, to, isInterval := strings.Cut(s, "/")
	return isDate(from) && (!isInterval || isDate(to) && from <= to)
}

func isDate(s string) bool {
	for _, layout := range []string{"2006", "2006-01", time.DateOnly} {
		if t, err := time.Parse(layout, s); err == nil && t.Format(layout) == s {
			return true
		}
	}
	return false
}
