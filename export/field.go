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
	JSON               // any other value, such as an array of objects; a text in formats without such
)

// Field is one thing to write of a record: a column of a table or a key of an
// object. Fields come from [Fields] and [ParseFields].
type Field struct {
	// Name is the heading and the key, such as publication_date.
	Name string

	kind   Kind
	brief  bool // among the plain columns of an index
	always bool // a text that is "" rather than null where there is none

	// One of these is set, as kind says; of [JSON] text and json. Those of a text,
	// a number or a list do not allocate, so that a row costs nothing but its bytes;
	// grants and joined values are the exception.
	text   func(*zenodo.Record) string
	number func(*zenodo.Record) (n int64, known bool)
	list   list
	json   func(dst []byte, r *zenodo.Record) []byte
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
