package querystring

import (
	"fmt"
	"regexp"
	"strings"
)

// where says where and why the gate refused the text.
func (q *Query) where() string { return at(q.Text, q.Pos) + q.Reason }

// looseWarnings returns the one warning of a text that the gate refused.
func looseWarnings(q *Query) []Warning {
	return []Warning{{
		End: len(q.Text),
		Message: fmt.Sprintf("Zenodo cannot read this as a query (%s) and searches for any of its words, "+
			"operators and names of fields included", q.where()),
		Suggestion: repair(q.Text),
	}}
}

var (
	danglingOperator = regexp.MustCompile(`(?:\s+(?:AND|OR|NOT))+\s*$`)
	leadingOperator  = regexp.MustCompile(`^\s*(?:(?:AND|OR)\s+)+`)
	timeBound        = regexp.MustCompile(`[^\s"\[\]{}]+T\d\d:\d\d[^\s"\[\]{}]*`)
)

// repair returns a text like the one given that the gate accepts, or "" if none of the usual slips is to blame.
func repair(text string) string {
	trimmed := leadingOperator.ReplaceAllString(danglingOperator.ReplaceAllString(text, ""), "")
	brackets := strings.Repeat(")", max(0, min(strings.Count(text, "(")-strings.Count(text, ")"), maxNesting)))
	candidates := []string{
		trimmed,
		trimmed + brackets,
		trimmed + `"`,
		trimmed + `"` + brackets,
		timeBound.ReplaceAllStringFunc(text, Quote),
		straighten.Replace(text),
	}
	for _, c := range candidates {
		if c == text {
			continue
		}
		if isAccepted(c) {
			return c
		}
	}
	return ""
}

// hint says how to write what the engine refused at the byte at of what was sent, where that is plain.
func hint(out *output, at int) string {
	i := out.index(at)
	p := out.pieces[i]
	typed := out.typed(i)
	if typed == ":" {
		return secondColon(out, i)
	}
	if gateLex(out.src, p.pos).kind != gateTerm || !strings.ContainsAny(typed, `/":`) {
		return ""
	}
	if rest := untilSpace(out.src[p.end:]); strings.HasPrefix(rest, ":") {
		typed += rest // the gate took a part of a time for the name of a field
	}
	value, err := unescape(typed)
	switch {
	case err != nil:
		return ""
	case i >= 2 && out.typed(i-1) == ":":
		return "write " + out.typed(i-2) + ":" + Quote(value)
	}
	return "write " + identifier(value)
}

// secondColon is the hint for name:a:b, whose second colon is piece i.
func secondColon(out *output, i int) string {
	if i < 3 || out.typed(i-2) != ":" {
		return ""
	}
	name, colon := out.typed(i-3), out.pieces[i].pos
	value := out.src[out.pieces[i-1].pos:colon] + untilSpace(out.src[colon:])
	if doi := doiPattern.FindString(value); doi != "" && fields[name].rewrite == quoteDOI {
		value = doi
	}
	return "write " + name + ":" + Quote(value)
}
