package naive

import (
	"fmt"
	"slices"
	"strconv"
	"time"
	"unicode/utf16"
)

// Record is a record with the values of its fields.
type Record struct {
	ID string
	// Latest is whether it is the latest version of its concept, which others
	// decide.
	Latest bool

	values map[string][]string // by path in the document, of those that a field has
	tokens map[*field][][]string
}

// NewRecord reads a record in the legacy JSON, or in that of InvenioRDM.
func NewRecord(raw []byte) (*Record, error) {
	doc, err := Document(raw)
	if err != nil {
		return nil, err
	}
	r := &Record{Latest: true, values: map[string][]string{}, tokens: map[*field][][]string{}}
	r.add(nil, doc)
	if values := r.values["id"]; len(values) > 0 {
		r.ID = values[0]
	}
	r.Latest = !slices.Equal(r.values["versions.is_latest"], []string{"false"})
	return r, nil
}

// add adds the values of a part of the document, by their path.
func (r *Record) add(path []byte, value any) {
	switch value := value.(type) {
	case object:
		if len(path) > 0 {
			path = append(path, '.')
		}
		for key, inner := range value {
			r.add(append(path, key...), inner)
		}
	case []any:
		for _, inner := range value {
			r.add(path, inner)
		}
	case nil:
	default:
		if known, ok := zenodos().paths[string(path)]; ok {
			r.values[known] = append(r.values[known], fmt.Sprint(value))
		}
	}
}

// longestTerm is the longest keyword that the engine keeps, in bytes.
const longestTerm = 32766

// valuesOf are the values of a field.
func (r *Record) valuesOf(f *field) []string {
	if f.name == "versions.is_latest" {
		return []string{strconv.FormatBool(r.Latest)}
	}
	values := r.values[f.path]
	if f.kind != keyword {
		return values
	}
	for i, value := range values {
		if isKept(f, value) {
			continue
		}
		kept := append([]string(nil), values[:i]...)
		for _, value := range values[i+1:] {
			if isKept(f, value) {
				kept = append(kept, value)
			}
		}
		return kept
	}
	return values
}

func isKept(f *field, value string) bool {
	return len(value) <= longestTerm && (f.longest == 0 || len(value) <= f.longest || utf16Length(value) <= f.longest)
}

func utf16Length(s string) int { return len(utf16.Encode([]rune(s))) }

// tokensOf are the tokens of each value of a text, and the values of a keyword.
func (r *Record) tokensOf(f *field) [][]string {
	tokens, ok := r.tokens[f]
	if ok {
		return tokens
	}
	for _, value := range r.valuesOf(f) {
		if f.isText() {
			tokens = append(tokens, f.analyse(value))
		} else {
			tokens = append(tokens, []string{value})
		}
	}
	r.tokens[f] = tokens
	return tokens
}

// hasTerm reports whether a token, or a whole keyword, is one that is wanted.
func (r *Record) hasTerm(f *field, want func(string) bool) bool {
	for _, tokens := range r.tokensOf(f) {
		if slices.ContainsFunc(tokens, want) {
			return true
		}
	}
	return false
}

// frequency is how often a record has a term in a field.
func (r *Record) frequency(f *field, term string) (n int) {
	for _, tokens := range r.tokensOf(f) {
		for _, token := range tokens {
			if token == term {
				n++
			}
		}
	}
	if f.kind == keyword {
		return min(n, 1)
	}
	return n
}

// length is the number of tokens of a field.
func (r *Record) length(f *field) (n int) {
	for _, tokens := range r.tokensOf(f) {
		n += len(tokens)
	}
	return n
}

// numbersOf are the values of a field of numbers, of dates in milliseconds, or of
// truths by their place.
func (r *Record) numbersOf(f *field) (numbers []float64) {
	for _, value := range r.valuesOf(f) {
		switch f.kind {
		case boolean:
			numbers = append(numbers, float64(slices.Index(truths, value)))
		case date:
			if at, err := parseDate(value, false, time.Time{}); err == nil {
				numbers = append(numbers, millis(at))
			}
		default:
			if n, ok := parseNumber(value); ok && (f.kind == double || n == float64(int64(n))) {
				numbers = append(numbers, n)
			}
		}
	}
	return numbers
}

// millis is a time as the engine keeps it.
func millis(at time.Time) float64 { return float64(at.UnixMilli()) }

// has reports whether a record has a field.
func (r *Record) has(f *field) bool {
	switch f.kind {
	case dateRange:
		return len(r.values[f.path+".gte"]) > 0
	case date, integer, long, double:
		return len(r.numbersOf(f)) > 0
	}
	return len(r.valuesOf(f)) > 0
}
