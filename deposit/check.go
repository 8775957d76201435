package deposit

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/zharvest/zharvest/internal/spelling"
)

// Severity is how bad a problem is.
type Severity string

// The severities.
const (
	SeverityError   Severity = "error"   // refused, or dropped without a word
	SeverityWarning Severity = "warning" // ignored, or not what was meant
)

// Problem is what is wrong with metadata.
type Problem struct {
	Path     string   `json:"path"` // creators.0.orcid
	Severity Severity `json:"severity"`
	Message  string   `json:"message"`
	// Suggestion is what was probably meant, or empty.
	Suggestion string `json:"suggestion,omitempty"`
}

func (p Problem) String() string {
	s := fmt.Sprintf("%s: %s: %s", p.Severity, p.Path, p.Message)
	if p.Suggestion != "" {
		s += "; did you mean " + p.Suggestion + "?"
	}
	return s
}

// Check finds what the server would refuse or drop, and what it ignores, in
// the order of the metadata, and then what is missing. today is the day that
// an embargo must lie behind.
func Check(m *Metadata, today time.Time) []Problem {
	c := &checker{m: m, today: today.UTC()}
	c.present()
	c.missing()
	return c.problems
}

// CheckDraft is Check of what need not be complete yet.
func CheckDraft(m *Metadata, today time.Time) []Problem {
	c := &checker{m: m, today: today.UTC()}
	c.present()
	return c.problems
}

// HasErrors reports whether a problem is more than a warning.
func HasErrors(problems []Problem) bool {
	return slices.ContainsFunc(problems, func(p Problem) bool { return p.Severity == SeverityError })
}

// checker collects problems.
type checker struct {
	m        *Metadata
	today    time.Time
	problems []Problem
}

// present checks what there is.
func (c *checker) present() {
	for _, key := range c.m.fields.keys {
		value := c.m.fields.get(key)
		known, ok := attributes[key]
		switch {
		case !ok:
			c.unknown(key, slices.Sorted(maps.Keys(attributes)))
		case value == nil:
			c.fail(key, "is null; leave it out")
		default:
			known.check(c, key, value)
		}
	}
}

func (c *checker) fail(path, format string, args ...any) {
	c.problems = append(c.problems, Problem{Path: path, Severity: SeverityError, Message: fmt.Sprintf(format, args...)})
}

func (c *checker) warn(path, format string, args ...any) {
	c.problems = append(c.problems, Problem{Path: path, Severity: SeverityWarning, Message: fmt.Sprintf(format, args...)})
}

// suggest adds to the last problem the known word that is near.
func (c *checker) suggest(word string, known []string) {
	if near, ok := spelling.Nearest(word, known); ok {
		c.problems[len(c.problems)-1].Suggestion = near
	}
}

func (c *checker) unknown(path string, known []string) {
	name := path[strings.LastIndexByte(path, '.')+1:]
	c.warn(path, "is no name that Zenodo knows: it is ignored")
	c.suggest(name, known)
}

// word checks a word of a vocabulary.
func (c *checker) word(path, word string, known []string) bool {
	if slices.Contains(known, word) {
		return true
	}
	c.fail(path, "%q is not one of: %s", word, strings.Join(known, ", "))
	c.suggest(word, known)
	return false
}

// missing checks what must be there when it is published.
func (c *checker) missing() {
	for _, key := range []string{"upload_type", "title", "creators"} {
		if !c.m.fields.has(key) {
			c.fail(key, "is missing; it is required")
		}
	}
	if !c.m.fields.has("description") {
		c.warn("description", "is missing; Zenodo documents it as required")
	}
	for _, kind := range []string{"publication", "image"} {
		if c.m.Text("upload_type") == kind && !c.m.fields.has(kind+"_type") {
			c.warn(kind+"_type", "is missing; Zenodo documents it as required for upload_type %s", kind)
		}
	}
}

func (c *checker) anything(string, any) {}

func (c *checker) text(path string, value any) { c.isText(path, value) }

// isText checks that a value is a text.
func (c *checker) isText(path string, value any) (string, bool) {
	text, ok := value.(string)
	if !ok {
		c.fail(path, "must be text, not %s", kindOf(value))
	}
	return text, ok
}

// filled checks that a value is a text that is not empty.
func (c *checker) filled(path string, value any) (string, bool) {
	text, ok := c.isText(path, value)
	if ok && strings.TrimSpace(text) == "" {
		c.fail(path, "is empty")
		return "", false
	}
	return text, ok
}

func kindOf(value any) string {
	switch value.(type) {
	case nil:
		return "null"
	case bool:
		return "true or false"
	case string:
		return "text"
	case []any:
		return "a list"
	case *object:
		return "an object"
	}
	return "a number"
}

func atLeast(n int) func(*checker, string, any) {
	return func(c *checker, path string, value any) {
		if text, ok := c.filled(path, value); ok && utf8.RuneCountInString(strings.TrimSpace(text)) < n {
			c.fail(path, "has less than %d characters", n)
		}
	}
}

func atMost(n int) func(*checker, string, any) {
	return func(c *checker, path string, value any) {
		if text, ok := c.isText(path, value); ok && utf8.RuneCountInString(text) > n {
			c.fail(path, "has %d characters, of %d that are allowed", utf8.RuneCountInString(text), n)
		}
	}
}

// list checks the items of a list, each by its path.
func (c *checker) list(path string, value any, each func(path string, item any)) {
	items, ok := value.([]any)
	if !ok {
		c.fail(path, "must be a list, not %s", kindOf(value))
		return
	}
	for i, item := range items {
		each(path+"."+strconv.Itoa(i), item)
	}
}

func (c *checker) texts(path string, value any) {
	c.list(path, value, func(path string, item any) { c.filled(path, item) })
}

// objects checks a list of objects that have some of the known keys.
func (c *checker) objects(path string, value any, known []string, each func(path string, o *object)) {
	c.list(path, value, func(path string, item any) {
		o, ok := item.(*object)
		if !ok {
			c.fail(path, "must be an object with %s, not %s", strings.Join(known, ", "), kindOf(item))
			return
		}
		for _, key := range o.keys {
			if !slices.Contains(known, key) {
				c.unknown(path+"."+key, known)
			}
		}
		each(path, o)
	})
}

// required checks a text in an object that must be there.
func (c *checker) required(path string, o *object, key string) (string, bool) {
	if !o.has(key) {
		c.fail(path+"."+key, "is missing; it is required")
		return "", false
	}
	return c.filled(path+"."+key, o.get(key))
}

// optional checks a text in an object that may be there.
func (c *checker) optional(path string, o *object, key string) (string, bool) {
	if o.get(key) == nil {
		return "", false
	}
	return c.isText(path+"."+key, o.get(key))
}
