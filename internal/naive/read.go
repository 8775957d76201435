package naive

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
)

// reader reads a record in the JSON of InvenioRDM as [Document] and [Record.add] do
// together, but in one pass, without what no field is made of: the emulator reads
// records by the hundred thousand.
type reader struct {
	*Record
	tokens *jsontext.Decoder
	files  int
}

var tolerant = []jsontext.Options{jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true)}

// isNative reports whether a record is in the JSON of InvenioRDM, which alone has a
// parent.
func isNative(raw []byte) bool {
	tokens := jsontext.NewDecoder(bytes.NewBuffer(raw), tolerant...)
	if _, err := tokens.ReadToken(); err != nil {
		return false
	}
	for tokens.PeekKind() == '"' {
		name, err := tokens.ReadToken()
		if err != nil {
			return false
		}
		if name.String() == "parent" {
			return tokens.PeekKind() == '{'
		}
		if tokens.SkipValue() != nil {
			return false
		}
	}
	return false
}

// read adds the values of a record.
func (r *Record) read(raw []byte) error {
	in := reader{Record: r, tokens: jsontext.NewDecoder(bytes.NewBuffer(raw), tolerant...)}
	if err := in.value(nil); err != nil {
		return fmt.Errorf("read a record: %w", err)
	}
	if in.files == 0 { // then the engine has no numbers
		delete(r.values, "files.count")
		delete(r.values, "files.totalbytes")
	}
	for _, date := range r.values["metadata.publication_date"] {
		r.add([]byte("metadata.publication_date_range"), nativeDateRange(date))
	}
	for _, id := range r.values["metadata.resource_type.id"] {
		props := object{"type": id, "subtype": ""}
		if top, _, ok := strings.Cut(id, "-"); ok {
			props = object{"type": top, "subtype": id}
		}
		r.add([]byte("metadata.resource_type.props"), props)
	}
	return nil
}

// value reads a value at a path.
func (r *reader) value(path []byte) error {
	switch r.tokens.PeekKind() {
	case '{':
		return r.object(path)
	case '[':
		if _, err := r.tokens.ReadToken(); err != nil {
			return err
		}
		for r.tokens.PeekKind() != ']' {
			if err := r.value(path); err != nil {
				return err
			}
		}
		_, err := r.tokens.ReadToken()
		return err
	}
	token, err := r.tokens.ReadToken()
	if err != nil || token.Kind() == 'n' {
		return err
	}
	if known, ok := zenodos().paths[string(path)]; ok {
		r.values[known] = append(r.values[known], token.String())
	}
	return nil
}

func (r *reader) object(path []byte) error {
	return r.members(func(name string) error {
		inner := []byte(name)
		if len(path) > 0 {
			inner = append(append(path, '.'), name...)
		}
		switch {
		case string(inner) == "files.entries":
			return r.entries(inner)
		case string(inner) == "files.total_bytes":
			inner = []byte("files.totalbytes")
		case !zenodos().reach[string(inner)]:
			return r.tokens.SkipValue()
		}
		return r.value(inner)
	})
}

// entries reads files, which stand by their names; these are in them, too.
func (r *reader) entries(path []byte) error {
	if r.tokens.PeekKind() != '{' {
		return r.tokens.SkipValue()
	}
	return r.members(func(string) error {
		r.files++
		return r.value(path)
	})
}

// members reads an object with f, which reads the value of each of its names.
func (r *reader) members(f func(name string) error) error {
	if _, err := r.tokens.ReadToken(); err != nil {
		return err
	}
	for r.tokens.PeekKind() != '}' {
		name, err := r.tokens.ReadToken()
		if err != nil {
			return err
		}
		if err := f(name.String()); err != nil {
			return err
		}
	}
	_, err := r.tokens.ReadToken()
	return err
}
