package export

import (
	"bytes"
	"encoding/json"
	"maps"
	"slices"
)

// fieldKeys are the keys of metadata that fields cover as a whole, and those
// that follow from others or from later versions.
var fieldKeys = []string{
	"title", "doi", "communities", "grants", "resource_type",
	"relations", "access_right_category",
}

// termKeys are what servers add to a term of a vocabulary, such as a licence,
// from the vocabulary as it is at that moment.
var termKeys = []string{"title", "description", "icon", "props", "url", "identifiers"}

// publicContent is what everybody sees of a record's JSON and only an edit
// changes, as far as [Fields] do not cover it: access, identifiers, metadata and
// custom fields by their keys, as JSON with sorted keys. Null and empty values
// are left out, as servers write now the one and now the other.
func publicContent(raw []byte) map[string]string {
	var record struct {
		Access       any            `json:"access"`
		PIDs         any            `json:"pids"`
		SWH          any            `json:"swh"` // the Software Heritage archive's
		Metadata     map[string]any `json:"metadata"`
		CustomFields map[string]any `json:"custom_fields"`
	}
	dec := json.NewDecoder(bytes.NewReader(raw))
	dec.UseNumber()
	// What is no JSON has no keys: there is nothing to compare.
	_ = dec.Decode(&record)
	values := map[string]any{"access": record.Access, "pids": record.PIDs, "swh": record.SWH}
	maps.Copy(values, record.CustomFields)
	for key, value := range record.Metadata {
		if !slices.Contains(fieldKeys, key) {
			values[key] = value
		}
	}
	content := map[string]string{}
	for key, value := range values {
		if value = public(value); value != nil {
			text, _ := appendJSON(nil, value) // what was decoded can be encoded
			content[key] = string(text)
		}
	}
	return content
}

// public is a value without links, without what vocabularies add to their terms,
// and without what is empty; nil where nothing is left.
func public(value any) any {
	switch value := value.(type) {
	case map[string]any:
		return publicObject(value)
	case []any:
		var list []any
		for _, item := range value {
			if item = public(item); item != nil {
				list = append(list, item)
			}
		}
		if list == nil {
			return nil
		}
		return list
	case string:
		if value == "" {
			return nil
		}
	}
	return value
}

func publicObject(object map[string]any) any {
	_, isTerm := object["id"]
	kept := map[string]any{}
	for key, value := range object {
		if key == "links" || isTerm && slices.Contains(termKeys, key) {
			continue
		}
		if value = public(value); value != nil {
			kept[key] = value
		}
	}
	if len(kept) == 0 {
		return nil
	}
	return kept
}
