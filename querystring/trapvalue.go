package querystring

import (
	"cmp"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/zharvest/zharvest/internal/spelling"
	"github.com/zharvest/zharvest/internal/vocab"
)

// keywordFields are index fields whose whole value is one term. publication_date is one of them.
var keywordFields = []string{
	"access.status",
	"files.types",
	"metadata.languages.id",
	"metadata.publication_date",
	"metadata.related_identifiers.relation_type.id",
	"metadata.resource_type.props.subtype",
	"metadata.resource_type.props.type",
	"metadata.rights.id",
}

// severalWords warns of type:(dataset software), which looks for the one value "dataset software".
func (t *traps) severalWords(n *Text) {
	words := typedWords(n.Raw)
	if len(words) > 1 && slices.Contains(keywordFields, n.Field) {
		t.addNode(n, t.regroup(n, strings.Join(words, " OR ")), "these words are looked for as the one value %q", n.Value)
	}
}

// typedWords splits a text at the spaces that are not escaped.
func typedWords(raw string) []string {
	var words []string
	start := 0
	for i := 0; i < len(raw); i++ {
		switch raw[i] {
		case '\\':
			i++
		case ' ':
			words = append(words, raw[start:i])
			start = i + 1
		}
	}
	return append(words, raw[start:])
}

// operatorWords warns of "and", "or" and "not" in small letters between other words. They are words, and the
// first stands in nearly every description.
func (t *traps) operatorWords(n *Text, before, after bool) {
	words, typed := typedWords(n.Raw), t.typed(n)
	// Brackets, the name of a field and a boost stand between a word and what is beside the node.
	before, after = before && strings.HasPrefix(typed, words[0]), after && strings.HasSuffix(typed, words[len(words)-1])
	upper := slices.Clone(words)
	found := false
	for i, w := range words {
		begins, ends := i == 0 && !before, i == len(words)-1 && !after
		if ends || w != "not" && (begins || w != "and" && w != "or") {
			continue
		}
		upper[i] = strings.ToUpper(w)
		found = true
	}
	if found && !slices.Contains(keywordFields, n.Field) {
		t.addNode(n, t.regroup(n, strings.Join(upper, " ")), "operators are written in capitals; in small letters they are searched as words")
	}
}

// precedence warns of a OR b AND c, where a changes nothing, of a AND b OR c AND d, where all are required, and of
// a OR NOT b, which is a without b.
func (t *traps) precedence(n *Boolean) {
	and, or, orNot := false, false, false
	for i := 1; i < len(n.Clauses); i++ {
		switch t.operator(n, i) {
		case "AND":
			and = true
		case "OR":
			or = true
			orNot = orNot || n.Clauses[i-1].Sign == Minus || n.Clauses[i].Sign == Minus
		}
	}
	switch {
	case and && or:
		t.addNode(n, t.bracketed(n),
			"AND and OR have no precedence: what stands beside an AND is required, and the rest changes nothing")
	case orNot:
		t.addNode(n, t.bracketed(n), "NOT excludes records, whatever OR stands beside it")
	}
}

// operator returns the word that joins clause i to the one before: "AND", "OR" or "".
func (t *traps) operator(n *Boolean, i int) string {
	before, after := n.Clauses[i-1].Node.At().End, n.Clauses[i].Node.At().Pos
	joint := t.text[before:max(before, after)]
	switch {
	case n.Clauses[i].And:
		return "AND"
	case strings.Contains(joint, "OR") || strings.Contains(joint, "||"):
		return "OR"
	}
	return ""
}

// bracketed puts brackets around what AND joins and what is excluded, or returns "" if not all is joined by words.
func (t *traps) bracketed(n *Boolean) string {
	var parts []string
	var run []string
	flush := func() {
		part := strings.Join(run, " AND ")
		if len(run) > 1 || strings.HasPrefix(part, "NOT ") {
			part = "(" + part + ")"
		}
		parts = append(parts, part)
		run = nil
	}
	for i, c := range n.Clauses {
		if c.Sign == Plus {
			return ""
		}
		if i > 0 {
			switch t.operator(n, i) {
			case "":
				return ""
			case "OR":
				flush()
			}
		}
		run = append(run, [...]string{Minus: "NOT "}[c.Sign]+t.typed(c.Node))
	}
	flush()
	first, last := n.Clauses[0].Node.At(), n.Clauses[len(n.Clauses)-1].Node.At()
	before := strings.TrimRight(strings.TrimSuffix(strings.TrimRight(t.text[n.Pos:first.Pos], " "), "NOT"), " +-!")
	return before + strings.Join(parts, " OR ") + t.text[last.End:n.End]
}

var (
	yearOrMonth = regexp.MustCompile(`^\d{4}(-\d\d)?$`)
	wholeNumber = regexp.MustCompile(`^-?\d+$`)
	starInWord  = regexp.MustCompile(`[\p{L}\p{N}.]\*`)
)

// value warns of values that a field cannot have, or that stand for less than they seem to.
func (t *traps) value(n Node, field, value string) {
	switch field {
	case "metadata.publication_date":
		if yearOrMonth.MatchString(value) {
			t.addNode(n, t.retype(n, value+"*"), "this is the exact value %s; dates with a day do not match", value)
		}
	case "created", "updated":
		if yearOrMonth.MatchString(value) {
			whole := Range{Lo: Bound{Value: firstDay(value), Inclusive: true}, Hi: Bound{Value: lastDay(value), Inclusive: true}}
			t.addNode(n, t.retype(n, whole.String()), "this is the one day %s", firstDay(value))
		}
	case "":
		if orcid := orcidPattern.FindStringSubmatch(value); orcid != nil {
			t.addNode(n, Term("creators.orcid", orcid[1]), "without a field this finds records whose texts have the ORCID, not those of its owner")
		}
	case "metadata.creators.person_or_org.identifiers.identifier", "metadata.contributors.person_or_org.identifiers.identifier":
		if orcid := orcidPattern.FindStringSubmatch(value); orcid != nil && orcid[1] != value {
			t.addNode(n, t.retype(n, Quote(orcid[1])), "an ORCID is kept without its address")
		}
	case "metadata.resource_type.props.subtype":
		if full := subtypeID(value); full != "" {
			t.addNode(n, t.retype(n, full), "subtypes are written with their type, as in %s", full)
		}
	case "metadata.rights.id":
		license, _ := vocab.DepositLicense(value)
		t.id(n, "licence", value, license.ID)
	case "metadata.languages.id":
		language, _ := vocab.LanguageNamed(value)
		t.id(n, "language", value, language.ID)
	case "metadata.related_identifiers.relation_type.id":
		relation, _ := vocab.Relations().Find(value)
		t.id(n, "relation", value, relation.ID)
	case "metadata.contributors.role.id":
		role, _ := vocab.Roles().Find(value)
		t.id(n, "role", value, role.ID)
	case "access.status":
		if value == "closed" {
			t.addNode(n, t.retype(n, "restricted"), "there is no such access right: closed is now restricted or metadata-only")
		}
	case "versions.index":
		if !wholeNumber.MatchString(value) {
			t.addNode(n, Term("metadata.version", value), "version is the number of the version, from 1; its label is metadata.version")
		}
	}
}

// id warns of a name in the place of the id that Zenodo has for what it names. An empty id is not known.
func (t *traps) id(n Node, of, value, id string) {
	if id != "" && id != value {
		t.addNode(n, t.retype(n, id), "the id of this %s is %s, and no other name of it is found", of, id)
	}
}

// subtypeID returns the one subtype, with its type, that ends with a value, or what has taken its place; "" where
// there are none or several.
func subtypeID(value string) (id string) {
	for _, t := range vocab.ResourceTypes().Terms() {
		if value == "" || t.Subtype() != value {
			continue
		}
		if id != "" {
			return ""
		}
		id = cmp.Or(t.Successor, t.ID)
	}
	return id
}

// phrase warns of stars that are no wildcards, and of a DOI that is looked for where it is not.
func (t *traps) phrase(n *Phrase) {
	typedWord := !strings.HasSuffix(strings.TrimSpace(t.typed(n)), `"`)
	switch {
	case n.Field == "parent.communities.ids" && n.Value == "*":
		t.addNode(n, "_exists_:parent.communities.ids", "the star is looked up as the slug of a community")
	case n.Field == "parent.communities.ids":
		if strings.ContainsAny(n.Value, "*?") {
			t.addNode(n, "", "slugs are looked up as they are: there are no wildcards")
		}
	case typedWord && strings.HasSuffix(n.Field, "doi.identifier") && strings.Contains(n.Value, "*"):
		w := Wildcard{Field: n.Field + ".keyword", Pattern: n.Value}
		t.addNode(n, w.String(), "Zenodo quotes this word, and in quotes a star is no wildcard")
	case starInWord.MatchString(n.Value):
		t.addNode(n, "", "in quotes a star is no wildcard")
	case n.Field == "" && strings.HasPrefix(n.Value, "10.") && doiPattern.MatchString(n.Value):
		t.addNode(n, Term("doi", n.Value), "without a field this finds records that mention the DOI, not the one that has it")
	}
}

// dateRange warns of a range of dates that begins behind a year or month, or ends with one. Publication dates are
// compared as strings, and other dates begin with the first day.
func (t *traps) dateRange(n *Range) {
	message := ""
	switch n.Field {
	case "metadata.publication_date":
		message = "publication dates are compared as strings: 2021-05-01 comes after 2021"
	case "created", "updated":
		message = "a year or a month is its first day here"
	default:
		return
	}
	fixed := Range{Lo: n.Lo, Hi: n.Hi}
	if !n.Lo.Inclusive && yearOrMonth.MatchString(n.Lo.Value) {
		fixed.Lo.Value = lastDay(n.Lo.Value)
	}
	if n.Hi.Inclusive && yearOrMonth.MatchString(n.Hi.Value) {
		fixed.Hi.Value = lastDay(n.Hi.Value)
	}
	if fixed.Lo != n.Lo || fixed.Hi != n.Hi {
		t.addNode(n, t.retype(n, fixed.String()), "%s", message)
	}
}

// firstDay returns the first day of a year or month.
func firstDay(date string) string {
	if len(date) == len("2006") {
		date += "-01"
	}
	return date + "-01"
}

// lastDay returns the last day of a year or month.
func lastDay(date string) string {
	if len(date) == len("2006") {
		return date + "-12-31"
	}
	month, err := time.Parse("2006-01", date)
	if err != nil {
		return date + "-31"
	}
	return month.AddDate(0, 1, -1).Format(time.DateOnly)
}

// exists warns of a name that _exists_ does not translate, or that the engine does not know.
func (t *traps) exists(n *Exists) {
	field := ""
	if translated(n.Field) {
		field, _ = IndexField(n.Field)
	} else {
		field = commonField(n.Field + ".")
	}
	switch {
	case field != "":
		t.addNode(n, (&Exists{Field: field}).String(), "behind _exists_ the name %s is not translated, and no record has such a field", n.Field)
	case strings.HasPrefix(t.typed(n), "_exists_") && !isField(n.Field) && !isObject(n.Field):
		t.noSuchField(n)
	}
}

// noSuchField warns of a name behind _exists_ that is unknown.
func (t *traps) noSuchField(n *Exists) {
	suggestion, field := "", ""
	if meant := meantField(n.Field); meant != "" {
		field, _ = IndexField(meant)
	} else if object, ok := spelling.Nearest(n.Field, objectNames()); ok {
		field = commonField(object + ".")
	}
	if field != "" {
		suggestion = (&Exists{Field: field}).String()
	}
	t.addNode(n, suggestion, "there is no field %s, so no record has it", n.Field)
}

// objectNames are what names that Zenodo translates have before their first dot.
func objectNames() []string {
	var names []string
	for name := range Fields() {
		if object, _, ok := strings.Cut(name, "."); ok {
			names = append(names, object)
		}
	}
	return names
}

// commonField returns the index field that holds all those whose names begin with prefix.
func commonField(prefix string) string {
	common, first := "", true
	for name, field := range Fields() {
		if !strings.HasPrefix(name, prefix) || !translated(name) {
			continue
		}
		if first {
			common, first = field, false
		}
		for common != "" && !strings.HasPrefix(field+".", common+".") {
			common = common[:max(strings.LastIndex(common, "."), 0)]
		}
	}
	return common
}
