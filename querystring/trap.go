package querystring

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// Warning is about a part of a query that Zenodo accepts, and that surely means something else than it looks.
type Warning struct {
	// Pos and End are byte offsets: the warning is about Text[Pos:End].
	Pos, End int
	Message  string
	// Suggestion is what to write in place of Text[Pos:End], or "" where that is not plain.
	Suggestion string
}

var (
	// doiPattern finds a DOI.
	doiPattern = regexp.MustCompile(`10\.\d{4,9}/[^\s"<>()]+`)
	// orcidPattern is an ORCID, bare or as a URL.
	orcidPattern = regexp.MustCompile(`^(?:https?://)?(?:(?:www\.)?orcid\.org/)?(\d{4}-\d{4}-\d{4}-\d{3}[\dX])/?$`)
)

// traps looks for traps in a query that the gate and the engine accepted.
type traps struct {
	text  string
	found []Warning
}

// warnings returns the traps of a query, in the order of the text.
func warnings(q *Query, out *output) []Warning {
	t := &traps{text: q.Text}
	if t.pasted(out) {
		return t.found
	}
	for i := range out.pieces {
		t.name(out, i)
		t.word(out.pieces[i])
	}
	t.node(q.Root, false, false)
	slices.SortStableFunc(t.found, func(a, b Warning) int { return a.Pos - b.Pos })
	return t.found
}

func (t *traps) add(pos, end int, suggestion, format string, args ...any) {
	t.found = append(t.found, Warning{pos, end, fmt.Sprintf(format, args...), suggestion})
}

// addNode adds a warning about a whole node.
func (t *traps) addNode(n Node, suggestion, format string, args ...any) {
	t.add(n.At().Pos, n.At().End, suggestion, format, args...)
}

// name warns of a name before a colon that is no field, and so matches nothing.
func (t *traps) name(out *output, i int) {
	if i+1 >= len(out.pieces) || out.typed(i+1) != ":" {
		return
	}
	p, typed := out.pieces[i], out.typed(i)
	if negated, ok := strings.CutPrefix(typed, "!"); ok && translated(negated) {
		t.add(p.pos, p.end, "-"+negated, "behind ! the name %s is not translated, and no record has such a field", negated)
		return
	}
	if typed == "http" || typed == "https" {
		end := p.end + len(untilSpace(t.text[p.end:]))
		t.add(p.pos, end, identifier(t.text[p.pos:end]), "a URL is read as a field and regular expressions: quote it")
		return
	}
	t.unknown(p, typed)
}

// unknown warns of a name that neither Zenodo translates nor the engine knows.
func (t *traps) unknown(p piece, typed string) {
	name, err := unescape(strings.TrimPrefix(typed, "!"))
	if _, listed := fields[name]; err != nil || listed || strings.Contains(name, "*") || isField(name) {
		return
	}
	if count, ok := counts[name]; ok {
		t.add(p.pos, p.end, count.field, "there is no field %s: it matches nothing; this count is in %s, and --sort %s has the largest first", typed, count.field, count.sort)
		return
	}
	value := strings.TrimPrefix(untilSpace(t.text[p.end:]), ":")
	if value == "*" && isObject(name) {
		return // any of the fields below it
	}
	meant := meantField(name)
	switch {
	case meant == "publication_date" && isYear(value):
		t.add(p.pos, p.end+len(":2020"), meant+":"+value+"*", "there is no field %s: it matches nothing", typed)
	case strings.ToLower(name) == meant:
		t.add(p.pos, p.end, meant, "there is no field %s: names are case-sensitive", typed)
	case meant != "":
		t.add(p.pos, p.end, meant, "there is no field %s: it matches nothing", typed)
	default:
		t.add(p.pos, p.end, "", "there is no field %s: it matches nothing; a colon that belongs to the text goes in quotes", typed)
	}
}

// counts are names that look like fields of counts. An order may be all that is wanted.
var counts = map[string]struct{ field, sort string }{
	"views":            {"stats.all_versions.unique_views", "views"},
	"stats.views":      {"stats.all_versions.unique_views", "views"},
	"unique_views":     {"stats.all_versions.unique_views", "views"},
	"downloads":        {"stats.all_versions.unique_downloads", "downloads"},
	"stats.downloads":  {"stats.all_versions.unique_downloads", "downloads"},
	"unique_downloads": {"stats.all_versions.unique_downloads", "downloads"},
}

// isYear reports whether a value is one of four digits.
func isYear(value string) bool { return len(value) == 4 && strings.Trim(value, "0123456789") == "" }

// translated reports whether Zenodo knows the name, and the index does not.
func translated(name string) bool {
	target, ok := fields[name]
	return ok && target.sent != name
}

// untilSpace returns s up to white space or a closing bracket.
func untilSpace(s string) string {
	if i := strings.IndexAny(s, " \t\r\n)"); i >= 0 {
		return s[:i]
	}
	return s
}

// identifier spells a text that holds a DOI, or is an ORCID, as a query for it, and any other as a phrase.
func identifier(text string) string {
	if orcid := orcidPattern.FindStringSubmatch(text); orcid != nil {
		return Term("creators.orcid", orcid[1])
	}
	if doi := doiPattern.FindString(text); doi != "" {
		return Term("doi", doi)
	}
	return Quote(text)
}

// word warns of a word that the two grammars read differently.
func (t *traps) word(p piece) {
	typed := t.text[p.pos:p.end]
	switch {
	case p.size == len(typed) && strings.HasPrefix(typed, "10.") && doiPattern.MatchString(typed) && !strings.Contains(typed, `\`):
		s := Quote(typed)
		if !strings.HasSuffix(strings.TrimSpace(t.text[:p.pos]), ":") {
			s = identifier(typed)
		}
		t.add(p.pos, p.end, s, "what stands between the slashes is read as a regular expression: quote a DOI")
	case strings.HasPrefix(typed, "^"):
		number, _ := normalDecimal(typed[1:])
		mantissa, exponent, ok := strings.Cut(number, "E")
		if !ok {
			return
		}
		suggestion := ""
		if exponent[0] == '+' {
			whole, _, _ := strings.Cut(typed, ".")
			suggestion = whole + ".1"
		}
		t.add(p.pos, p.end, suggestion, "Zenodo sends ^%s, which means a boost of %s and one more optional word, E%s",
			number, mantissa, exponent)
	}
}

// node looks for traps in a node and below it; before and after report whether it has neighbours in its group.
func (t *traps) node(n Node, before, after bool) {
	switch n := n.(type) {
	case *Boolean:
		t.precedence(n)
		for i, c := range n.Clauses {
			t.node(c.Node, i > 0 && c.Sign == NoSign, i < len(n.Clauses)-1)
		}
	case *Text:
		t.operatorWords(n, before, after)
		t.severalWords(n)
		t.value(n, n.Field, n.Value)
	case *Phrase:
		t.phrase(n)
		t.value(n, n.Field, n.Value)
	case *Fuzzy:
		if typed := t.typed(n); n.Edits == 0 && !strings.HasSuffix(typed, "~0") {
			before, after := typed[:strings.LastIndex(typed, "~")], typed[strings.LastIndex(typed, "~")+1:]
			t.addNode(n, before+"~1"+strings.TrimLeft(after, "0123456789."), "Zenodo allows 0 edits here, so only the very word matches")
		}
	case *Range:
		t.dateRange(n)
	case *Exists:
		t.exists(n)
	}
}

// typed returns the text of a node as typed.
func (t *traps) typed(n Node) string { return t.text[n.At().Pos:n.At().End] }

// retype spells a node with another value behind the name of the field as typed, if that is part of the node.
func (t *traps) retype(n Node, value string) string {
	typed := t.typed(n)
	return typed[:nameEnd(typed, 0)] + value
}

// regroup spells a text with other words, inside the brackets as typed.
func (t *traps) regroup(n *Text, words string) string {
	typed := t.typed(n)
	start, end := 0, len(typed)
	for {
		if next := nameEnd(typed, start); next > start {
			start = next
			continue
		}
		open := gateLex(typed, start)
		if open.kind != gateLParen {
			break
		}
		start = open.end
		end = max(start, strings.LastIndexByte(typed[:end], ')'))
	}
	return typed[:start] + words + typed[end:]
}

// nameEnd returns the end of the name and colon at pos, or pos if there are none.
func nameEnd(typed string, pos int) int {
	name := gateLex(typed, pos)
	if colon := gateLex(typed, name.end); name.kind == gateTerm && colon.kind == gateColon {
		return colon.end
	}
	return pos
}
