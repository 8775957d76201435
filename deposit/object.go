package deposit

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
)

// maxDepth is how deep lists and objects may stand in one another, and
// maxValues how many values metadata may have: what is more was made to harm.
const (
	maxDepth  = 32
	maxValues = 200_000
)

// object is a JSON object that keeps the order of its keys. The values of it
// and of lists are nil, bool, json.Number, string, []any and *object.
type object struct {
	keys   []string
	values map[string]any
}

func newObject() *object { return &object{values: map[string]any{}} }

func (o *object) get(key string) any { return o.values[key] }

func (o *object) has(key string) bool { _, ok := o.values[key]; return ok }

func (o *object) set(key string, value any) {
	if !o.has(key) {
		o.keys = append(o.keys, key)
	}
	o.values[key] = value
}

func (o *object) remove(key string) {
	if o.has(key) {
		delete(o.values, key)
		o.keys = slices.DeleteFunc(o.keys, func(k string) bool { return k == key })
	}
}

// clone copies the object itself, not what is in it.
func (o *object) clone() *object {
	c := newObject()
	for _, key := range o.keys {
		c.set(key, o.values[key])
	}
	return c
}

// deepCopy copies a value with all that is in it.
func deepCopy(value any) any {
	switch v := value.(type) {
	case []any:
		list := make([]any, 0, len(v))
		for _, item := range v {
			list = append(list, deepCopy(item))
		}
		return list
	case *object:
		c := newObject()
		for _, key := range v.keys {
			c.set(key, deepCopy(v.values[key]))
		}
		return c
	}
	return value
}

// MarshalJSON writes the object in the order of its keys.
func (o *object) MarshalJSON() ([]byte, error) {
	var b bytes.Buffer
	b.WriteByte('{')
	for i, key := range o.keys {
		if i > 0 {
			b.WriteByte(',')
		}
		name, err := marshal(key)
		if err != nil {
			return nil, err
		}
		value, err := marshal(o.values[key])
		if err != nil {
			return nil, err
		}
		b.Write(name)
		b.WriteByte(':')
		b.Write(value)
	}
	b.WriteByte('}')
	return b.Bytes(), nil
}

// marshal writes a value as JSON and leaves < and > as they are, since
// descriptions are HTML.
func marshal(value any) ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(value); err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), nil
}

// decodeJSON reads one JSON value. Of a key that is given twice the last value
// counts, as with the server.
func decodeJSON(data []byte) (any, error) {
	r := jsonReader{dec: json.NewDecoder(bytes.NewReader(data))}
	r.dec.UseNumber()
	value, err := r.value(0)
	if errors.Is(err, io.EOF) {
		err = io.ErrUnexpectedEOF
	}
	if err == nil {
		if _, err = r.dec.Token(); err == io.EOF {
			return value, nil
		}
		err = errors.New("something follows the end of the document")
	}
	return nil, fmt.Errorf("line %d: %w", lineAt(data, r.dec.InputOffset()), err)
}

// lineAt is the number of the line in which an offset lies, from 1.
func lineAt(data []byte, offset int64) int {
	return 1 + bytes.Count(data[:min(int(offset), len(data))], []byte("\n"))
}

type jsonReader struct{ dec *json.Decoder }

func (r *jsonReader) value(depth int) (any, error) {
	token, err := r.dec.Token()
	if err != nil {
		return nil, err
	}
	delim, ok := token.(json.Delim)
	switch {
	case !ok:
		return token, nil
	case depth >= maxDepth:
		return nil, errors.New("nested too deeply")
	case delim == '{':
		return r.object(depth + 1)
	}
	return r.list(depth + 1)
}

func (r *jsonReader) object(depth int) (any, error) {
	o := newObject()
	for r.dec.More() {
		key, err := r.dec.Token()
		if err != nil {
			return nil, err
		}
		value, err := r.value(depth)
		if err != nil {
			return nil, err
		}
		o.set(key.(string), value)
	}
	_, err := r.dec.Token()
	return o, err
}

func (r *jsonReader) list(depth int) (any, error) {
	list := []any{}
	for r.dec.More() {
		value, err := r.value(depth)
		if err != nil {
			return nil, err
		}
		list = append(list, value)
	}
	_, err := r.dec.Token()
	return list, err
}
