package export

import (
	"fmt"
	"strings"

	"github.com/zharvest/zharvest/zenodo"
)

// Kind is the type of a field's value.
type Kind int

// The kinds of fields.
const (
	Text   Kind = iota // a string, or null where there is none
	Number             // a count, or null where the server did not say
	List               // strings, maybe none
)

// Field is one thing to write of a record: a column of a table or a key of an
// object. Fields come from [Fields] and [ParseFields].
type Field struct {
	// Name is the heading and the key, such as publication_date.
	Name string

	kind   Kind
	brief  bool // among the plain columns of an index
	always bool // a text that is "" rather than null where there is none

	// One of these is set, as kind says. None allocates, so that a row costs
	// nothing but its bytes; grants are the exception.
	text   func(*zenodo.Record) string
	number func(*zenodo.Record) (n int64, known bool)
	list   list
}

// Kind is the type of the field's value.
func (f *Field) Kind() Kind { return f.kind }

func (f *Field) valid() bool {
	return f.text != nil || f.number != nil || f.list.at != nil
}

// list gives values one by one rather than as a slice, which most would have
// to make for each record.
type list struct {
	len func(*zenodo.Record) int
	at  func(*zenodo.Record, int) string
}

// table declares every field once, in the order of the documentation.
var table = []Field{
	identifier("id", func(r *zenodo.Record) string { return string(r.ID) }),
	column("doi", func(r *zenodo.Record) string { return string(r.DOI) }),
	identifier("concept_id", func(r *zenodo.Record) string { return string(r.ConceptID) }),
	column("concept_doi", func(r *zenodo.Record) string { return string(r.ConceptDOI) }),
	column("title", func(r *zenodo.Record) string { return r.Metadata.Title }),
	column("publication_date", func(r *zenodo.Record) string { return r.Metadata.PublicationDate }),
	column("type", func(r *zenodo.Record) string { return r.Metadata.Type }),
	column("subtype", func(r *zenodo.Record) string { return r.Metadata.Subtype }),
	creators("creators", func(c *zenodo.Creator) string { return c.Name }),
	creators("affiliations", (*zenodo.Creator).Affiliation),
	creators("orcids", func(c *zenodo.Creator) string { return c.ORCID }),
	several("keywords",
		func(r *zenodo.Record) int { return len(r.Metadata.Keywords) },
		func(r *zenodo.Record, i int) string { return r.Metadata.Keywords[i] }),
	several("communities",
		func(r *zenodo.Record) int { return len(r.Communities) },
		func(r *zenodo.Record, i int) string { return string(r.Communities[i]) }),
	column("license", func(r *zenodo.Record) string { return r.Metadata.License }),
	column("access", func(r *zenodo.Record) string { return r.Metadata.AccessRight }),
	column("version", func(r *zenodo.Record) string { return r.Metadata.Version }),
	column("language", func(r *zenodo.Record) string { return r.Metadata.Language }),
	text("description", func(r *zenodo.Record) string { return r.Metadata.Description }),
	several("grants",
		func(r *zenodo.Record) int { return len(r.Metadata.Grants) },
		func(r *zenodo.Record, i int) string { return grantText(&r.Metadata.Grants[i]) }),
	column("journal", func(r *zenodo.Record) string { return r.Metadata.Journal.Title }),
	column("url", func(r *zenodo.Record) string { return r.URL }),
	number("views", func(r *zenodo.Record) (int64, bool) { return known(r.Stats.Views) }),
	number("downloads", func(r *zenodo.Record) (int64, bool) { return known(r.Stats.Downloads) }),
	number("files", (*zenodo.Record).FileCount),
	number("size", (*zenodo.Record).Size),
	column("created", func(r *zenodo.Record) string { return string(r.CreatedAt) }),
	column("updated", func(r *zenodo.Record) string { return string(r.UpdatedAt) }),
}

func text(name string, value func(*zenodo.Record) string) Field {
	return Field{Name: name, kind: Text, text: value}
}

// column is a text that an index has at hand without the whole record.
func column(name string, value func(*zenodo.Record) string) Field {
	f := text(name, value)
	f.brief = true
	return f
}

// identifier is a column that is never null.
func identifier(name string, value func(*zenodo.Record) string) Field {
	f := column(name, value)
	f.always = true
	return f
}

// known is a count that may be unknown.
func known(n *int64) (int64, bool) {
	if n == nil {
		return 0, false
	}
	return *n, true
}

func number(name string, value func(*zenodo.Record) (int64, bool)) Field {
	return Field{Name: name, kind: Number, number: value}
}

func several(name string, length func(*zenodo.Record) int, at func(*zenodo.Record, int) string) Field {
	return Field{Name: name, kind: List, list: list{len: length, at: at}}
}

// creators has a value for each creator, so that several such fields stay in
// step.
func creators(name string, value func(*zenodo.Creator) string) Field {
	return several(name,
		func(r *zenodo.Record) int { return len(r.Metadata.Creators) },
		func(r *zenodo.Record, i int) string { return value(&r.Metadata.Creators[i]) })
}

// grantText is "funder: code", or what of the two there is.
func grantText(g *zenodo.Grant) string {
	switch {
	case g.Funder.Name == "":
		return g.Code
	case g.Code == "":
		return g.Funder.Name
	}
	return g.Funder.Name + ": " + g.Code
}

// Fields returns every field, in the order of the documentation.
func Fields() []Field {
	return append([]Field(nil), table...)
}

// DefaultFields returns what is written where nobody said: doi and title.
func DefaultFields() []Field {
	doi, _ := fieldNamed("doi")
	title, _ := fieldNamed("title")
	return []Field{doi, title}
}

// ParseFields reads a list of names with commas between, such as
// "doi,title,creators"; spaces around a name are ignored. A name that is not
// that of a field is [ErrUnknownField]; one given twice is an error too, as it
// would make JSON objects with a key twice.
func ParseFields(s string) ([]Field, error) {
	var fields []Field
	seen := make(map[string]bool)
	for name := range strings.SplitSeq(s, ",") {
		name = strings.TrimSpace(name)
		f, ok := fieldNamed(name)
		if !ok {
			return nil, fmt.Errorf("%w %q (there are %s)", ErrUnknownField, name, strings.Join(fieldNames(), ", "))
		}
		if seen[name] {
			return nil, fmt.Errorf("field %q is given twice", name)
		}
		seen[name] = true
		fields = append(fields, f)
	}
	return fields, nil
}

// NeedsWhole is true where a field is not among those that an index keeps as
// plain columns, so that records must be read whole. A brief record has id,
// doi, concept_id, concept_doi, title, publication_date, type, subtype,
// license, access, version, language, journal, url, created and updated.
func NeedsWhole(fields []Field) bool {
	for i := range fields {
		if !fields[i].brief {
			return true
		}
	}
	return false
}

func fieldNamed(name string) (Field, bool) {
	for _, f := range table {
		if f.Name == name {
			return f, true
		}
	}
	return Field{}, false
}

func fieldNames() []string {
	names := make([]string, len(table))
	for i, f := range table {
		names[i] = f.Name
	}
	return names
}
