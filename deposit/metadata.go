package deposit

import (
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"unicode/utf8"
)

// Metadata is what describes a deposition, by the names of Zenodo's deposit
// API. Keys that are not known are kept, in their place.
type Metadata struct {
	fields *object
	// Notes say what was left out or guessed when it was read from another
	// format, for people.
	Notes []string
}

// FormatError says that a file or a setting is no metadata, and what to do.
type FormatError struct {
	Name string // of the file, or the setting
	Err  error
	Hint string
}

func (e *FormatError) Error() string { return e.Name + ": " + e.Err.Error() }
func (e *FormatError) Unwrap() error { return e.Err }

const metadataHint = `write JSON or YAML, as {"metadata": {…}} or the object in it alone; CITATION.cff is read, too`

// NewMetadata is metadata without any keys.
func NewMetadata() *Metadata { return &Metadata{fields: newObject()} }

// ReadMetadata reads JSON or YAML: an object of metadata or one with the key
// metadata, such as a deposition; or a CITATION.cff, known by its key
// cff-version. name is that of the file, for errors. The error is a
// [*FormatError].
func ReadMetadata(name string, data []byte) (*Metadata, error) {
	value, err := decode(name, data)
	if err != nil {
		return nil, &FormatError{name, err, metadataHint}
	}
	o, ok := value.(*object)
	if !ok {
		return nil, &FormatError{name, fmt.Errorf("is no object with names and values"), metadataHint}
	}
	if o.has("cff-version") || strings.EqualFold(filepath.Ext(name), ".cff") {
		return readCitation(o), nil
	}
	if inner, ok := o.get("metadata").(*object); ok {
		o = inner
	}
	m := &Metadata{fields: o}
	m.spell()
	return m, nil
}

// decode reads JSON where data looks like it, else YAML, which may begin with
// a brace, too.
func decode(name string, data []byte) (any, error) {
	if !utf8.Valid(data) {
		return nil, errors.New("is not in UTF-8: save it so")
	}
	data = []byte(strings.TrimPrefix(string(data), "\ufeff"))
	trimmed := strings.TrimSpace(string(data))
	if !strings.HasPrefix(trimmed, "{") && !strings.HasPrefix(trimmed, "[") {
		return decodeYAML(data)
	}
	value, err := decodeJSON(data)
	if err == nil || strings.EqualFold(filepath.Ext(name), ".json") {
		return value, err
	}
	if value, yamlErr := decodeYAML(data); yamlErr == nil {
		return value, nil
	}
	return nil, err
}

// spell makes texts of numbers that stand where Zenodo wants text: people
// write version: 2, publication_date: 2024 or grants with a number.
func (m *Metadata) spell() {
	for _, key := range m.fields.keys {
		if _, known := attributes[key]; known && key != "custom" {
			m.fields.set(key, spelled(key, m.fields.get(key)))
		}
	}
}

// spelled is a value in which only coordinates are numbers.
func spelled(key string, value any) any {
	switch v := value.(type) {
	case json.Number:
		if key != "lat" && key != "lon" {
			return v.String()
		}
	case []any:
		for i := range v {
			v[i] = spelled(key, v[i])
		}
	case *object:
		for _, name := range v.keys {
			v.set(name, spelled(name, v.get(name)))
		}
	}
	return value
}

// JSON is what is sent to the server: everything but prereserve_doi, which the
// server gives out and does not take.
func (m *Metadata) JSON() json.RawMessage {
	sent := m.fields.clone()
	sent.remove("prereserve_doi")
	raw, err := sent.MarshalJSON()
	if err != nil {
		panic("deposit: metadata that was read cannot be written: " + err.Error())
	}
	return raw
}

// Text is the value of a key where it is a text, else empty.
func (m *Metadata) Text(key string) string {
	text, _ := m.fields.get(key).(string)
	return text
}

// IsUsable reports whether there is a key that the server stores: it refuses
// metadata without any.
func (m *Metadata) IsUsable() bool {
	return slices.ContainsFunc(m.fields.keys, func(key string) bool {
		_, known := attributes[key]
		return known && !slices.Contains(ignoredByServer, key)
	})
}

// IsEmpty reports whether there is no key at all.
func (m *Metadata) IsEmpty() bool { return len(m.fields.keys) == 0 }
