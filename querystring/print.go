package querystring

import (
	"strconv"
	"strings"
)

// String prints the clauses with AND or OR between them.
func (b *Boolean) String() string {
	var s strings.Builder
	for i, c := range b.Clauses {
		if i > 0 && c.And {
			s.WriteString(" AND ")
		} else if i > 0 {
			s.WriteString(" OR ")
		}
		s.WriteString([...]string{"", "+", "-"}[c.Sign])
		if inner, ok := c.Node.(*Boolean); ok && inner.Boost == "" {
			s.WriteString("(" + inner.String() + ")")
		} else {
			s.WriteString(c.Node.String())
		}
	}
	if b.Boost == "" {
		return s.String()
	}
	return "(" + s.String() + ")" + b.suffix()
}

// String prints the text as one term.
func (t *Text) String() string {
	return prefix(t.Field) + escapeTerm(t.Value) + t.suffix()
}

// String prints the phrase in quotation marks.
func (p *Phrase) String() string {
	s := prefix(p.Field) + Quote(p.Value)
	if p.Slop > 0 {
		s += "~" + strconv.Itoa(p.Slop)
	}
	return s + p.suffix()
}

// String prints the value and a star.
func (p *Prefix) String() string {
	return prefix(p.Field) + escapeTerm(p.Value) + "*" + p.suffix()
}

// String prints the pattern.
func (w *Wildcard) String() string {
	var s strings.Builder
	for i, g := range w.Globs() {
		switch {
		case g.Wild != 0:
			s.WriteByte(g.Wild)
		case g.Escaped:
			s.WriteString(`\` + g.Literal)
		default:
			s.WriteString(escapePattern(g.Literal, i == 0))
		}
	}
	return prefix(w.Field) + s.String() + w.suffix()
}

// String prints the value with its number of edits.
func (f *Fuzzy) String() string {
	return prefix(f.Field) + escapeTerm(f.Value) + "~" + strconv.Itoa(f.Edits) + f.suffix()
}

// String prints the pattern between slashes.
func (r *Regexp) String() string {
	return prefix(r.Field) + "/" + strings.ReplaceAll(r.Pattern, "/", `\/`) + "/" + r.suffix()
}

// String prints the range in brackets.
func (r *Range) String() string {
	left, right := "[", "]"
	if !r.Lo.Inclusive && !r.Lo.Open {
		left = "{"
	}
	if !r.Hi.Inclusive && !r.Hi.Open {
		right = "}"
	}
	return prefix(r.Field) + left + r.Lo.String() + " TO " + r.Hi.String() + right + r.suffix()
}

// String prints the bound, quoted where need be, or a star for an open one.
func (b Bound) String() string {
	switch {
	case b.Open:
		return "*"
	case isPlainBound(b.Value):
		return b.Value
	}
	// Inside a range the engine takes \" for a possible end, hence the codes.
	return `"` + strings.NewReplacer(`\`, `\u005c`, `"`, `\u0022`).Replace(b.Value) + `"`
}

// isPlainBound reports whether both grammars read value, unquoted, as one bound.
func isPlainBound(value string) bool {
	t := gateLex(value, 0)
	return t.kind == gateTerm && t.pos == 0 && t.end == len(value) && value != "*" &&
		!strings.ContainsAny(value, `\"`)
}

// String prints _exists_ and the field.
func (e *Exists) String() string {
	field := &Text{Field: existsField, Value: e.Field}
	if e.Field == "" {
		return existsField + `:""` + e.suffix()
	}
	return field.String() + e.suffix()
}

// String prints *:*.
func (m *MatchAll) String() string { return "*:*" + m.suffix() }

func (o Origin) suffix() string {
	if o.Boost == "" {
		return ""
	}
	return "^" + o.Boost
}

// prefix spells the name of an index field and a colon, so that the gate does not translate the name.
func prefix(field string) string {
	if field == "" {
		return ""
	}
	name := escapeTerm(field)
	if t, ok := fields[name]; ok && (t.sent != name || t.rewrite != keepValue) {
		name = hideName(name)
	}
	return name + ":"
}

// hideName puts a backslash that means nothing into a name, so that it is not looked up. It stands before the second
// character, or the third if that is a u, since \u is an escape of its own.
func hideName(name string) string {
	i := 1
	if name[i] == 'u' {
		i++
	}
	return name[:i] + `\` + name[i:]
}
