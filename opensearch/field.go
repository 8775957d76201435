package opensearch

import (
	"strings"

	"github.com/zharvest/zharvest/zenodo"
)

// kind is how a field is analysed. The names are those of the types in the
// mapping, or of the analysers.
type kind string

const (
	accent   kind = "accent" // without punctuation, accents and case
	standard kind = "standard"
	keyword  kind = "keyword" // as it is
	date     kind = "date"
	long     kind = "long"
)

// field is one of Zenodo's, by the name that its engine has for it.
type field struct {
	name      string
	kind      kind
	byDefault bool            // searched by words without a field
	sub       map[string]kind // the same values, analysed otherwise
	values    func(*zenodo.Record) []any
}

// defaults marks fields that words without a field are looked for in.
func defaults(fields ...field) []field {
	for i := range fields {
		fields[i].byDefault = true
	}
	return fields
}

func one(name string, k kind, value func(*zenodo.Record) string) field {
	return field{name: name, kind: k, values: func(r *zenodo.Record) []any { return texts(value(r)) }}
}

// texts are the values that are not empty.
func texts(all ...string) []any {
	var values []any
	for _, s := range all {
		if s != "" {
			values = append(values, s)
		}
	}
	return values
}

// each is a field with values of every part of a list.
func each[T any](name string, k kind, list func(*zenodo.Record) []T, value func(*T) []string) field {
	return field{name: name, kind: k, values: func(r *zenodo.Record) []any {
		var values []any
		for _, part := range list(r) {
			values = append(values, texts(value(&part)...)...)
		}
		return values
	}}
}

func creators(r *zenodo.Record) []zenodo.Creator         { return r.Metadata.Creators }
func contributors(r *zenodo.Record) []zenodo.Contributor { return r.Metadata.Contributors }
func grants(r *zenodo.Record) []zenodo.Grant             { return r.Metadata.Grants }
func related(r *zenodo.Record) []zenodo.RelatedIdentifier {
	return r.Metadata.RelatedIdentifiers
}

func alternate(r *zenodo.Record) []zenodo.AlternateIdentifier {
	return r.Metadata.AlternateIdentifiers
}
func files(r *zenodo.Record) []zenodo.File         { return r.Files }
func locations(r *zenodo.Record) []zenodo.Location { return r.Metadata.Locations }
func strs(s ...string) []string                    { return s }
func family(c *zenodo.Creator) []string            { f, _ := c.NameParts(); return strs(f) }
func given(c *zenodo.Creator) []string             { _, g := c.NameParts(); return strs(g) }

func timeOf(name string, value func(*zenodo.Record) zenodo.Timestamp) field {
	return field{name: name, kind: date, values: func(r *zenodo.Record) []any {
		if _, ok := value(r).Time(); !ok {
			return nil // which the index would refuse
		}
		return []any{string(value(r))}
	}}
}

func number(name string, value func(*zenodo.Record) (int64, bool)) field {
	return field{name: name, kind: long, values: func(r *zenodo.Record) []any {
		if n, known := value(r); known {
			return []any{n}
		}
		return nil
	}}
}

func count(name string, value func(*zenodo.Stats) *int64) field {
	return number(name, func(r *zenodo.Record) (int64, bool) {
		n := value(&r.Stats)
		if n == nil {
			return 0, false
		}
		return *n, true
	})
}

func lower(s string) string { return strings.ToLower(s) }
