package zenodo

import "bytes"

// customFields reads an object of custom fields.
func (d *decoder) customFields() []CustomValue {
	var values []CustomValue
	for key := range d.fields {
		values = d.appendCustom(values, string(key))
	}
	return values
}

// appendCustom reads the values of one custom field, at any depth.
func (d *decoder) appendCustom(values []CustomValue, name string) []CustomValue {
	switch d.peek() {
	case '{':
		for key := range d.fields {
			values = d.appendCustom(values, name+"."+string(key))
		}
	case '[':
		for range d.items {
			values = d.appendCustom(values, name)
		}
	case 'n':
		d.skip()
	default:
		values = append(values, CustomValue{Name: name, Value: d.text()})
	}
	return values
}

// EmptyMembers names the members of the record as received that are an empty
// text, such as metadata.version, which fields of the record do not tell from
// those that are missing. Lists are no part of the name. Of a record in another
// form than the legacy JSON there are none.
func (r *Record) EmptyMembers() []string {
	if r.Format != FormatLegacy || !bytes.Contains(r.Raw, []byte(`""`)) {
		return nil
	}
	var names []string
	d := newDecoder(r.Raw)
	for key := range d.fields {
		names = d.appendEmpty(names, string(key))
	}
	return names
}

func (d *decoder) appendEmpty(names []string, name string) []string {
	switch d.peek() {
	case '{':
		for key := range d.fields {
			names = d.appendEmpty(names, name+"."+string(key))
		}
	case '[':
		for range d.items {
			names = d.appendEmpty(names, name)
		}
	case '"':
		if d.text() == "" {
			names = append(names, name)
		}
	}
	return names
}
