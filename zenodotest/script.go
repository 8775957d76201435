package zenodotest

import (
	"cmp"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"path"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// script decides what goes wrong by the rules that [Config.Script] describes.
type script struct {
	mu    sync.Mutex
	rules []rule
}

type rule struct {
	line       string // as written
	numbers    []span // nil for all
	method     string // or *
	path       []string
	parameters url.Values
	fault      Fault

	met int // requests that fitted
}

// span is a range of numbers, both included.
type span struct{ from, to int }

// CheckScript reports what is wrong with a script, see [Config.Script].
func CheckScript(text string) error {
	_, err := parseScript(text)
	return err
}

// parseScript reads rules. Its errors name the line.
func parseScript(text string) ([]rule, error) {
	var rules []rule
	n := 0
	for line := range strings.Lines(text) {
		n++
		line, _, _ = strings.Cut(line, "#")
		words := strings.Fields(line)
		if len(words) == 0 {
			continue
		}
		r, err := parseRule(words)
		if err != nil {
			return nil, fmt.Errorf("line %d: %w", n, err)
		}
		rules = append(rules, r)
	}
	return rules, nil
}

func parseRule(words []string) (rule, error) {
	if len(words) < 4 {
		return rule{}, errors.New("want which requests, a method, a path and a kind of fault, as in: 2 PUT /api/files/*/* 504 after")
	}
	r := rule{line: strings.Join(words, " "), method: strings.ToUpper(words[1])}
	var err error
	if r.numbers, err = parseNumbers(words[0]); err != nil {
		return rule{}, err
	}
	if err := r.fault.Kind.UnmarshalText([]byte(words[3])); err != nil {
		return rule{}, err
	}
	pattern, query, _ := strings.Cut(words[2], "?")
	r.path = strings.Split(pattern, "/")
	for _, part := range r.path {
		if _, err := path.Match(part, ""); err != nil || !strings.HasPrefix(pattern, "/") {
			return rule{}, fmt.Errorf("%q is no path, such as /api/records/*", words[2])
		}
	}
	if r.parameters, err = url.ParseQuery(query); err != nil {
		return rule{}, fmt.Errorf("parameters of %q: %w", words[2], err)
	}
	for _, word := range words[4:] {
		name, value, _ := strings.Cut(word, "=")
		switch name {
		case "after":
			r.fault.After = true
		case "retry-after":
			r.fault.RetryAfter = value
		case "for":
			r.fault.Delay, err = time.ParseDuration(value)
		default:
			err = errors.New("it is none of after, retry-after=SECONDS and for=TIME")
		}
		if err != nil {
			return rule{}, fmt.Errorf("%q: %w", word, err)
		}
	}
	return r, nil
}

// parseNumbers reads 2, 1-3, 4- and such with commas between; * is nil.
func parseNumbers(text string) ([]span, error) {
	if text == "*" {
		return nil, nil
	}
	var spans []span
	for part := range strings.SplitSeq(text, ",") {
		first, last, isRange := strings.Cut(part, "-")
		if !isRange {
			last = first
		}
		from, err1 := strconv.Atoi(first)
		to, err2 := strconv.Atoi(cmp.Or(last, strconv.Itoa(int(^uint(0)>>1))))
		if err1 != nil || err2 != nil || from < 1 || to < from {
			return nil, fmt.Errorf("%q does not say which requests, such as 2, 1-3, 4- or *", text)
		}
		spans = append(spans, span{from, to})
	}
	return spans, nil
}

// fits reports whether a rule is for requests like this one, whatever its
// number.
func (r *rule) fits(req *http.Request) bool {
	if r.method != "*" && r.method != req.Method || !fitsPath(r.path, strings.Split(req.URL.Path, "/")) {
		return false
	}
	query := req.URL.Query()
	for key, values := range r.parameters {
		for _, value := range values {
			if !slices.Contains(query[key], value) {
				return false
			}
		}
	}
	return true
}

func fitsPath(pattern, parts []string) bool {
	if len(pattern) == 0 {
		return len(parts) == 0
	}
	if pattern[0] == "**" {
		return fitsPath(pattern[1:], parts) || len(parts) > 0 && fitsPath(pattern, parts[1:])
	}
	if len(parts) == 0 {
		return false
	}
	ok, _ := path.Match(pattern[0], parts[0]) // the pattern was checked when it was read
	return ok && fitsPath(pattern[1:], parts[1:])
}

// fault counts a request for each rule that it fits, and returns what goes wrong
// with it, if anything.
func (s *script) fault(req *http.Request) (f Fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for i := range s.rules {
		r := &s.rules[i]
		if !r.fits(req) {
			continue
		}
		r.met++
		if f.Kind == FaultNone && (r.numbers == nil || slices.ContainsFunc(r.numbers, func(n span) bool { return n.from <= r.met && r.met <= n.to })) {
			f = r.fault
		}
	}
	return f
}

// add puts rules behind those there are.
func (s *script) add(rules []rule) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.rules = append(s.rules, rules...)
}

// set puts rules in the place of those there are.
func (s *script) set(rules []rule) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.rules = rules
}

// String is the rules as they were written, each with how many requests it has
// fitted.
func (s *script) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	var out strings.Builder
	for _, r := range s.rules {
		fmt.Fprintf(&out, "%s # met %d\n", r.line, r.met)
	}
	return out.String()
}
