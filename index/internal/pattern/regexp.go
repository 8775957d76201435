package pattern

import (
	"errors"
	"fmt"
	"regexp"
	"regexp/syntax"
	"strings"
	"unicode/utf8"
)

// ErrSyntax means that the engine would refuse a regular expression too.
var ErrSyntax = errors.New("not a regular expression")

// ErrUnsupported means that the engine knows something that is not to be had
// here.
var ErrUnsupported = errors.New("not supported")

// Regexp matches whole terms. It is for one goroutine.
type Regexp struct {
	program   *syntax.Prog
	prefix    string
	automaton *regexpAutomaton
}

// NewRegexp compiles a regular expression in the engine's syntax, which is
// Lucene's: anchored at both ends, with . ? + * | ( ) [ ] { } and, unlike
// elsewhere, # for nothing, @ for anything, and quotes around literal text. A ~
// is a character like any other, since Lucene 10.
func NewRegexp(expr string) (*Regexp, error) {
	t := translator{rest: expr}
	out := ""
	if expr != "" {
		out = t.union()
	}
	if t.err == nil && t.rest != "" {
		t.err = fmt.Errorf("%w: %q is left over", ErrSyntax, t.rest)
	}
	if t.err != nil {
		return nil, t.err
	}
	program, err := compile(`(?s:` + out + `)`)
	if err != nil {
		return nil, err
	}
	prefix, _ := program.Prefix()
	return &Regexp{program, prefix, newRegexpAutomaton(program)}, nil
}

// maxInstructions bounds what repetitions make of an expression: with many more,
// each character of each term takes a look at all of them.
const maxInstructions = 11_000

func compile(translated string) (*syntax.Prog, error) {
	tree, err := syntax.Parse(translated, syntax.Perl)
	if err != nil { // it is too large: the translation has no mistakes
		return nil, fmt.Errorf("%w: %w", ErrUnsupported, err)
	}
	program, err := syntax.Compile(tree.Simplify())
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrUnsupported, err)
	}
	if len(program.Inst) > maxInstructions {
		return nil, fmt.Errorf("%w: so much repetition", ErrUnsupported)
	}
	return program, nil
}

// Prefix is what all terms begin with that match.
func (r *Regexp) Prefix() string { return r.prefix }

// Walker matches terms that come in order.
func (r *Regexp) Walker() *Walker { return newWalker(newRegexpAutomaton(r.program)) }

// Match reports whether a term matches.
func (r *Regexp) Match(term []byte) bool {
	_, ok := match(r.automaton, term)
	return ok
}

// maxNested is how deep groups may stand in each other.
const maxNested = 200

// translator writes a regular expression of Lucene's in Go's syntax. Its
// methods are named after the rules of Lucene's grammar, in class RegExp, and
// each returns what it has read, translated.
type translator struct {
	rest   string
	nested int
	err    error
}

func (t *translator) fail(kind error, format string, args ...any) string {
	if t.err == nil {
		t.err = fmt.Errorf("%w: %s", kind, fmt.Sprintf(format, args...))
	}
	t.rest = ""
	return ""
}

func (t *translator) more() bool { return t.rest != "" }

// peek reports whether one of some characters is next.
func (t *translator) peek(chars string) bool {
	return t.more() && strings.IndexByte(chars, t.rest[0]) >= 0
}

func (t *translator) accept(c byte) bool {
	if t.more() && t.rest[0] == c {
		t.rest = t.rest[1:]
		return true
	}
	return false
}

func (t *translator) union() string {
	var out strings.Builder
	t.concat(&out)
	for t.accept('|') {
		out.WriteByte('|')
		t.concat(&out)
	}
	return out.String()
}

func (t *translator) concat(out *strings.Builder) {
	out.WriteString(t.repeat())
	for t.more() && !t.peek(")|") {
		if t.peek("&") {
			t.fail(ErrUnsupported, "& for both of two expressions")
			return
		}
		out.WriteString(t.repeat())
	}
}

// maxRepeated is how often what is repeated may be repeated again.
const maxRepeated = 20

func (t *translator) repeat() string {
	out := t.classOrSimple()
	for n := 0; t.peek("?*+{"); n++ {
		if n == maxRepeated {
			return t.fail(ErrUnsupported, "%d repetitions of each other", n)
		}
		out = "(?:" + out + ")" // a repetition of a repetition needs brackets to be one
		if t.accept('{') {
			out = t.counted(out)
			continue
		}
		out += t.rest[:1]
		t.rest = t.rest[1:]
	}
	return out
}

// counted reads n}, n,} or n,m} behind what is to be repeated.
func (t *translator) counted(out string) string {
	least, ok := t.number()
	if !ok {
		return t.fail(ErrSyntax, "a number is due behind {")
	}
	most := least
	if t.accept(',') {
		if most, ok = t.number(); !ok {
			most = unlimited
		}
	}
	if most != unlimited && most < least {
		return t.fail(ErrSyntax, "{%d,%d} ends before it begins", least, most)
	}
	if !t.accept('}') {
		return t.fail(ErrSyntax, "} is missing")
	}
	return t.times(out, least, most)
}

// unlimited repetitions have no most.
const unlimited = -1

// goRepeats is how many repetitions Go counts at most, those of repetitions
// multiplied. More of them are written out.
const goRepeats = 1000

// times repeats an expression in brackets.
func (t *translator) times(out string, least, most int) string {
	isNested := strings.Contains(out, "){")
	switch {
	case !isNested && most == unlimited && least <= goRepeats:
		return fmt.Sprintf("%s{%d,}", out, least)
	case !isNested && most != unlimited && most <= goRepeats:
		return fmt.Sprintf("%s{%d,%d}", out, least, most)
	case len(out)*max(least, most) > maxWritten:
		return t.fail(ErrUnsupported, "so much repetition")
	case most == unlimited:
		return "(?:" + strings.Repeat(out, least) + out + "*)"
	}
	return "(?:" + strings.Repeat(out, least) + strings.Repeat(out+"?", most-least) + ")"
}

// maxWritten is how long an expression may become in bytes.
const maxWritten = 1 << 20

func (t *translator) number() (n int, ok bool) {
	digits := 0
	for digits < len(t.rest) && t.rest[digits] >= '0' && t.rest[digits] <= '9' {
		digits++
	}
	text := t.rest[:digits]
	t.rest = t.rest[digits:]
	if digits > 5 {
		t.fail(ErrUnsupported, "%.10s… repetitions", text)
		return 0, true
	}
	return atoi(text), digits > 0
}

// atoi reads a few digits.
func atoi(digits string) (n int) {
	for _, d := range digits {
		n = n*10 + int(d-'0')
	}
	return n
}

func (t *translator) classOrSimple() string {
	if t.accept('[') {
		return t.class()
	}
	return t.simple()
}

// class reads what stands between square brackets.
func (t *translator) class() string {
	var set strings.Builder
	if t.accept('^') {
		set.WriteByte('^')
	}
	t.classItem(&set)
	for t.more() && !t.peek("]") {
		t.classItem(&set)
	}
	if !t.accept(']') {
		return t.fail(ErrSyntax, "] is missing")
	}
	return "[" + set.String() + "]"
}

func (t *translator) classItem(set *strings.Builder) {
	if item, ok := t.predefined(); ok {
		set.WriteString(item)
		return
	}
	from := t.character()
	set.WriteString(quote(from))
	if !t.accept('-') {
		return
	}
	to := t.character()
	if to < from {
		t.fail(ErrSyntax, "the range from %c to %c is empty", from, to)
	}
	set.WriteString("-" + quote(to))
}

// predefined reads \d and its like, as they are written inside brackets. Other
// letters may not be escaped.
func (t *translator) predefined() (item string, ok bool) {
	if len(t.rest) < 2 || t.rest[0] != '\\' {
		return "", false
	}
	letter := t.rest[1]
	if item, ok = predefinedClasses[letter]; ok {
		t.rest = t.rest[2:]
		return item, true
	}
	if lower := letter | 0x20; lower >= 'a' && lower <= 'z' {
		t.fail(ErrSyntax, "there is no class \\%c", letter)
		return "", true
	}
	return "", false
}

var predefinedClasses = map[byte]string{
	'd': `0-9`, 'D': `\x00-/:-\x{10ffff}`,
	's': ` \t\n\r`, 'S': `\x00-\x08\x0b\x0c\x0e-\x1f!-\x{10ffff}`,
	'w': `0-9A-Z_a-z`, 'W': "\\x00-/:-@\\[-\\^`\\{-\\x{10ffff}",
}

func (t *translator) simple() string {
	switch {
	case t.accept('.'):
		return "."
	case t.accept('#'):
		return `[^\x00-\x{10ffff}]`
	case t.accept('@'):
		return ".*"
	case t.accept('"'):
		return t.literal()
	case t.accept('('):
		return t.group()
	case t.peek("<"):
		return t.fail(ErrUnsupported, "< > for a range of numbers")
	}
	if item, ok := t.predefined(); ok {
		return "[" + item + "]"
	}
	return quote(t.character())
}

// literal reads text between quotation marks.
func (t *translator) literal() string {
	text, rest, ok := strings.Cut(t.rest, `"`)
	if !ok {
		return t.fail(ErrSyntax, `a " is missing`)
	}
	t.rest = rest
	return "(?:" + regexp.QuoteMeta(text) + ")"
}

func (t *translator) group() string {
	if t.accept(')') {
		return "(?:)"
	}
	if t.nested++; t.nested > maxNested {
		return t.fail(ErrUnsupported, "groups within %d others", maxNested)
	}
	out := "(?:" + t.union() + ")"
	t.nested--
	if !t.accept(')') {
		return t.fail(ErrSyntax, ") is missing")
	}
	return out
}

// character reads one, which may be escaped.
func (t *translator) character() rune {
	t.accept('\\')
	if !t.more() {
		t.fail(ErrSyntax, "it ends where a character is due")
		return 0
	}
	c, n := utf8.DecodeRuneInString(t.rest)
	t.rest = t.rest[n:]
	return c
}

// quote writes a character so that it stands for itself, in brackets too.
func quote(c rune) string { return fmt.Sprintf(`\x{%x}`, c) }
