package naive

import (
	_ "embed"
	"encoding/json"
	"slices"
	"strings"
	"sync"
)

// Mapping is the mapping and the settings of the index of records, as Zenodo
// gives them to its engine.
//
//go:embed mapping.json
var Mapping []byte

// kind is the type of a field in the mapping.
type kind string

const (
	keyword   kind = "keyword" // the whole value
	text      kind = "text"    // words
	accent    kind = "accent"  // words without punctuation, folded to ASCII
	boolean   kind = "boolean"
	integer   kind = "integer"
	long      kind = "long"
	double    kind = "double"
	date      kind = "date"
	dateRange kind = "date_range"
	geoPoint  kind = "geo_point"
	geoShape  kind = "geo_shape"
)

// field is a field that queries can ask for.
type field struct {
	name string
	kind
	path    string // of its values in the document
	longest int    // value that is kept, in units of UTF-16; 0 for any
}

func (f *field) isText() bool { return f.kind == text || f.kind == accent }

// hasTerms reports whether the values are terms, for patterns to match.
func (f *field) hasTerms() bool { return f.isText() || f.kind == keyword }

// property is what the mapping says of a field or an object.
type property struct {
	Type        kind
	Analyzer    string
	Index       *bool
	Dynamic     any
	IgnoreAbove int `json:"ignore_above"`
	Fields      map[string]property
	Properties  map[string]property
}

// mapping are the fields of Zenodo's mapping that are indexed.
type mapping struct {
	fields    map[string]*field // by name
	byDefault []*field
	paths     map[string]string // of their values in documents, each by itself
}

// zenodos is Zenodo's mapping, read when it is first needed.
var zenodos = sync.OnceValue(func() mapping {
	var read struct {
		Mappings property
		Settings struct {
			DefaultField []string `json:"index.query.default_field"`
		}
	}
	if err := json.Unmarshal(Mapping, &read); err != nil {
		panic(err)
	}
	m := mapping{fields: map[string]*field{}, paths: map[string]string{}}
	read.Mappings.collect(m.fields, "", "")
	// What the dynamic templates make of the objects in records.
	short := property{Type: keyword, IgnoreAbove: 256}
	word := property{Type: text, Fields: map[string]property{"keyword": short}}
	for _, name := range []string{"pids.doi.identifier", "pids.doi.provider", "pids.oai.identifier", "parent.pids.doi.identifier"} {
		word.collect(m.fields, name, "")
	}
	for _, name := range read.Settings.DefaultField {
		m.byDefault = append(m.byDefault, m.fields[name])
	}
	for _, f := range m.fields {
		m.paths[f.path] = f.path
		if f.kind == dateRange {
			m.paths[f.path+".gte"], m.paths[f.path+".lte"] = f.path+".gte", f.path+".lte"
		}
	}
	return m
})

// collect adds the fields at a name and below it. path is that of the values,
// where it is another one.
func (p property) collect(fields map[string]*field, name, path string) {
	if path == "" {
		path = name
	}
	if p.Type != "" && p.Type != "object" && (p.Index == nil || *p.Index) {
		f := &field{name: name, kind: p.Type, path: path, longest: p.IgnoreAbove}
		if p.Analyzer != "" {
			f.kind = accent
		}
		fields[name] = f
	}
	for sub, inner := range p.Fields {
		inner.collect(fields, name+"."+sub, path)
	}
	for key, inner := range p.Properties {
		inner.collect(fields, strings.TrimPrefix(name+"."+key, "."), "")
	}
	if p.Type == "object" && p.Dynamic == "true" && (strings.HasSuffix(name, ".title") || name == "metadata.rights.description") { // a text in several languages
		short := property{Type: keyword, IgnoreAbove: 256}
		property{Type: text, Fields: map[string]property{"keyword": short}}.collect(fields, name+".en", "")
	}
}

// named are the fields that a name in a query stands for: one, none, or all that
// match a name with stars in it. No name stands for the default fields.
func named(name string) []*field {
	if name == "" {
		return zenodos().byDefault
	}
	if !strings.Contains(name, "*") {
		if f, ok := zenodos().fields[name]; ok {
			return []*field{f}
		}
		return nil
	}
	return matching(func(f string) bool { return matchesStars(name, f) })
}

// below are the fields of a name, and those of the object of that name.
func below(name string) []*field {
	return matching(func(f string) bool { return matchesStars(name, f) || matchesStars(name+".*", f) })
}

func matching(want func(name string) bool) (found []*field) {
	for name, f := range zenodos().fields {
		if want(name) {
			found = append(found, f)
		}
	}
	slices.SortFunc(found, func(a, b *field) int { return strings.Compare(a.name, b.name) })
	return found
}

// matchesStars matches a name with stars, which stand for anything.
func matchesStars(name, other string) bool {
	first, rest, ok := strings.Cut(name, "*")
	if !ok {
		return name == other
	}
	if !strings.HasPrefix(other, first) {
		return false
	}
	for other = other[len(first):]; !matchesStars(rest, other); other = other[1:] {
		if other == "" {
			return false
		}
	}
	return true
}
