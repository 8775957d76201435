// Package vocab has the vocabularies of Zenodo: resource types, licences,
// relations, roles, types of dates, languages and funders, each with the words that
// other formats and the legacy API have for its terms. Each is read, when it is
// first asked for, from one file in the folder data, which says where its facts
// are from.
package vocab

import (
	"fmt"
	"strings"
)

// Vocabulary is a list of terms that are found by their names. It is never
// changed, so that many may read it at a time.
type Vocabulary[T any] struct {
	terms  []T
	byName map[string]int // place in terms, by names in small letters
}

// Terms returns all terms in the order of the file. They are shared: they must
// not be changed.
func (v *Vocabulary[T]) Terms() []T { return v.terms }

// Find returns the term with a name, which is its id or another name that means
// it. Upper and lower case are the same.
func (v *Vocabulary[T]) Find(name string) (term T, ok bool) {
	at, ok := v.byName[name]
	if !ok {
		at, ok = v.byName[strings.ToLower(name)]
	}
	if !ok {
		return term, false
	}
	return v.terms[at], true
}

// name adds a name of a term, unless it is that of an earlier one. An empty
// name is none.
func (v *Vocabulary[T]) name(name string, at int) {
	if _, taken := v.byName[name]; name != "" && !taken {
		v.byName[name] = at
	}
}

// read makes a vocabulary of a file in which each line has the columns of a
// term, divided by tabs; columns at its end that are empty may be missing.
// Lines that begin with # are comments. A term that has no id is left out.
func read[T any](file string, columns int, parse func(columns []string) (id string, term T)) *Vocabulary[T] {
	lines := strings.Count(file, "\n")
	v := &Vocabulary[T]{terms: make([]T, 0, lines), byName: make(map[string]int, lines)}
	row := make([]string, columns)
	for line := range strings.Lines(file) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		rest := strings.TrimSuffix(line, "\n")
		for i := range row {
			row[i], rest, _ = strings.Cut(rest, "\t")
		}
		if rest != "" {
			panic(fmt.Sprintf("vocab: more than %d columns in %q", columns, line))
		}
		if id, term := parse(row); id != "" {
			v.name(id, len(v.terms))
			v.terms = append(v.terms, term)
		}
	}
	return v
}
