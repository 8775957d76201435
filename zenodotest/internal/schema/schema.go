// Package schema reads what clients write into drafts as InvenioRDM's schema
// does: what is valid is kept, and the rest is reported and dropped.
package schema

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/zharvest/zharvest/zenodotest/internal/wire"
)

// Object is a JSON object.
type Object = map[string]any

// Schema is how a server reads drafts.
type Schema struct {
	// Terms are its vocabularies.
	Terms *Terms
	// Native is set for an InvenioRDM that is not Zenodo.
	Native bool
	// Now is the clock.
	Now func() time.Time
}

// Problem is what is wrong with a field.
type Problem = wire.FieldError

// Messages of problems.
const (
	MsgMissing = "Missing data for required field."
	msgNull    = "Field may not be null."
	msgUnknown = "Unknown field."
	msgType    = "Invalid input type."
	msgText    = "Not a valid string."
	msgList    = "Not a valid list."
	msgDate    = "Please provide a valid date or interval."
	msgURL     = "Not a valid URL."
)

// reading is the state of reading a document.
type reading struct {
	Schema
	problems []Problem
	unknown  *string // the first id that is in no vocabulary
	expand   bool    // whether ids become the entries of the vocabularies that they stand for
}

func (r *reading) report(field, message string) {
	r.problems = append(r.problems, wire.Invalid(field, message))
}

// rule reads a value that is not null. What it cannot keep it reports, and
// returns nil for.
type rule func(r *reading, at string, value any) any

// member is a member of an object.
type member struct {
	name    string
	read    rule
	missing string // what is reported where it is not there
	orNull  bool   // whether null is as good as absent
}

// required makes members that must be there.
func required(members ...member) []member {
	for i := range members {
		members[i].missing = MsgMissing
	}
	return members
}

// ignored reads members that make no difference, whatever they are.
func ignored(*reading, string, any) any { return nil }

// read applies a rule to a value that may be null.
func read(r *reading, at string, value any, by rule) any {
	if value == nil {
		r.report(at, msgNull)
		return nil
	}
	return by(r, at, value)
}

// object reads an object. The checks may report and change what was read; they
// are left out where there was something to report already.
func object(members []member, checks ...func(r *reading, at string, o Object)) rule {
	return func(r *reading, at string, value any) any {
		in, ok := value.(Object)
		if !ok {
			r.report(at+"._schema", msgType)
			return nil
		}
		out, before := Object{}, len(r.problems)
		for _, m := range members {
			given, ok := in[m.name]
			switch {
			case ok && given == nil && m.orNull:
			case ok:
				if kept := read(r, at+"."+m.name, given, m.read); kept != nil {
					out[m.name] = kept
				}
			case m.missing != "":
				r.report(at+"."+m.name, m.missing)
			}
		}
		for _, name := range slices.Sorted(maps.Keys(in)) {
			if !slices.ContainsFunc(members, func(m member) bool { return m.name == name }) {
				r.report(at+"."+name, msgUnknown)
			}
		}
		for _, check := range checks {
			if len(r.problems) == before {
				check(r, at, out)
			}
		}
		return out
	}
}

// list reads a list, without what is nothing. The checks are as those of object.
func list(of rule, checks ...func(r *reading, at string, all []any) (keep bool)) rule {
	return func(r *reading, at string, value any) any {
		in, ok := value.([]any)
		if !ok {
			r.report(at, msgList)
			return nil
		}
		var out []any
		before := len(r.problems)
		for i, item := range in {
			if kept := read(r, fmt.Sprintf("%s.%d", at, i), item, of); kept != nil {
				out = append(out, kept)
			}
		}
		for _, check := range checks {
			if len(r.problems) == before && !check(r, at, out) {
				return nil
			}
		}
		return out
	}
}

// text reads a text, tidied; the checks say what is wrong with it.
func text(checks ...func(s string) (message string)) rule {
	return func(r *reading, at string, value any) any {
		s, ok := value.(string)
		if !ok {
			r.report(at, msgText)
			return nil
		}
		s = tidy(s)
		for _, check := range checks {
			if message := check(s); message != "" {
				r.report(at, message)
				return nil
			}
		}
		return s
	}
}

// tidy takes out what cannot be seen.
func tidy(s string) string {
	return strings.TrimSpace(strings.Map(func(c rune) rune {
		if c == '\u200b' || c == utf8.RuneError || unicode.IsControl(c) && c != '\n' && c != '\t' && c != '\r' {
			return -1
		}
		return c
	}, s))
}

// when is a check that says the same of every text that it does not like.
func when(isBad func(string) bool, message string) func(string) string {
	return func(s string) string {
		if isBad(s) {
			return message
		}
		return ""
	}
}

func atLeast(n int) func(string) string {
	return when(func(s string) bool { return utf8.RuneCountInString(s) < n }, fmt.Sprintf("Shorter than minimum length %d.", n))
}

func atMost(n int) func(string) string {
	return when(func(s string) bool { return utf8.RuneCountInString(s) > n }, fmt.Sprintf("Longer than maximum length %d.", n))
}

func notBlank(message string) func(string) string {
	return when(func(s string) bool { return s == "" }, message)
}

func isNoURL(s string) bool {
	scheme, rest, _ := strings.Cut(s, "://")
	host, _, _ := strings.Cut(rest, "/")
	return !slices.Contains([]string{"http", "https", "ftp", "ftps"}, strings.ToLower(scheme)) || !strings.Contains(strings.Trim(host, "."), ".")
}

// mapping reads an object whose values are texts.
func mapping(r *reading, at string, value any) any {
	in, ok := value.(Object)
	if !ok {
		r.report(at, "Not a valid mapping type.")
		return nil
	}
	return in
}

// anything keeps a value as it is.
func anything(_ *reading, _ string, value any) any { return value }

// prune takes out objects and lists that are empty.
func prune(value any) any {
	switch v := value.(type) {
	case Object:
		for name, inner := range v {
			if inner = prune(inner); inner == nil {
				delete(v, name)
			} else {
				v[name] = inner
			}
		}
		if len(v) == 0 {
			return nil
		}
	case []any:
		var kept []any
		for _, inner := range v {
			if inner = prune(inner); inner != nil {
				kept = append(kept, inner)
			}
		}
		if kept == nil {
			return nil
		}
		return kept
	}
	return value
}

// Read is what was read of a part of a draft.
type Read struct {
	Value    Object
	Problems []Problem
	// Unknown is an id that is in no vocabulary, for which a server refuses the
	// whole request.
	Unknown *string
}

func (s Schema) read(at string, value any, by rule) Read {
	r := &reading{Schema: s}
	kept, _ := prune(read(r, at, value, by)).(Object)
	if kept == nil {
		kept = Object{}
	}
	return Read{Value: kept, Problems: r.problems, Unknown: r.unknown}
}

// Decode decodes JSON with its numbers as they are written.
func Decode(raw []byte) (value any, err error) {
	decoder := json.NewDecoder(strings.NewReader(string(raw)))
	decoder.UseNumber()
	err = decoder.Decode(&value)
	return value, err
}
