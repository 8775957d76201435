package export

import (
	"fmt"
	"reflect"
	"strings"
	"text/template"
	"time"

	"github.com/rivo/uniseg"

	"github.com/zharvest/zharvest/internal/htmltext"
)

// templateFuncs are documented at [ParseTemplate]. What a function works on
// comes last, so that it may be piped in.
var templateFuncs = template.FuncMap{
	"join": joinList, "truncate": truncate, "year": yearOf, "date": formatDate, "json": jsonText, "csv": csvCell,
	"latex":    func(s string) string { return string(appendLaTeX(nil, htmltext.OneLine(s))) },
	"markdown": func(s string) string { return string(appendMarkdown(nil, htmltext.OneLine(s))) },
	"plain":    htmltext.Text, "line": htmltext.OneLine, "lower": strings.ToLower, "upper": strings.ToUpper,
	"replace": func(from, to, s string) string { return strings.ReplaceAll(s, from, to) },
	"default": orDefault,
}

// joinList joins any list, of whatever can be printed.
func joinList(separator string, list any) (string, error) {
	v := reflect.ValueOf(list)
	if v.Kind() != reflect.Slice {
		return "", fmt.Errorf("join takes a list, not %v", list)
	}
	texts := make([]string, v.Len())
	for i := range texts {
		texts[i] = fmt.Sprint(v.Index(i).Interface())
	}
	return strings.Join(texts, separator), nil
}

// truncate cuts text to so many characters as people count them; the
// last is an ellipsis then.
func truncate(length int, s string) (string, error) {
	if length < 1 {
		return "", fmt.Errorf("truncate to %d characters", length)
	}
	end, rest, state := 0, s, -1
	for n := 1; rest != ""; n++ {
		var cluster string
		cluster, rest, _, state = uniseg.FirstGraphemeClusterInString(rest, state)
		if n < length {
			end += len(cluster)
		} else if rest != "" {
			return s[:end] + "…", nil
		}
	}
	return s, nil
}

// yearOf is the year of a date or a time, empty where there is none.
func yearOf(s string) string {
	if d := parseDate(s[:min(len(s), len(time.DateOnly))]); d.year > 0 {
		return string(d.appendYear(nil))
	}
	return ""
}

// formatDate writes a date or a time by a layout of package time. What is no
// whole date stays as it is.
func formatDate(format, s string) string {
	for _, known := range []string{time.RFC3339Nano, time.DateOnly} {
		if at, err := time.Parse(known, s); err == nil {
			return at.Format(format)
		}
	}
	return s
}

func jsonText(value any) (string, error) {
	dst, err := appendJSON(nil, value)
	return string(dst), err
}

// csvCell is a value as a cell of CSV, as the format csv writes it.
func csvCell(value any) string {
	return string(newDialect(',', Options{}).finishCell(fmt.Append(nil, value), 0))
}

// orDefault is the value, unless it is empty. A count of 0 is not.
func orDefault(fallback, value any) any {
	if _, isCount := value.(int64); isCount {
		return value
	}
	if ok, _ := template.IsTrue(value); ok {
		return value
	}
	return fallback
}
