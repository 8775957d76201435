package deposit

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
)

const setHint = "write key=value, for example title='My data', keywords='[\"a\",\"b\"]' or creators.0.name='Doe, Jane'"

// Set changes one value, by key=value. The key may be a path: creators.0.name
// is the name of the first creator; the index after the last adds one. A value
// that is a JSON array, object, number, true or false is taken for that, null
// removes the key, and all else is text; what is wanted as text although it
// looks otherwise stands in double quotes. The error is a [*FormatError].
func (m *Metadata) Set(assignment string) error {
	path, text, ok := strings.Cut(assignment, "=")
	if !ok || path == "" {
		return &FormatError{assignment, fmt.Errorf("is no key=value"), setHint}
	}
	changed, err := place(m.fields, strings.Split(path, "."), settingValue(text), 0)
	if err != nil {
		return &FormatError{path, err, setHint}
	}
	m.fields = changed.(*object)
	m.spell()
	return nil
}

// removed is the value of what is to be taken away.
type removed struct{}

func settingValue(text string) any {
	value, err := decodeJSON([]byte(text))
	switch {
	case err != nil:
		return text
	case value == nil:
		return removed{}
	}
	return value
}

// place puts a value at a path below in, and returns what in has become. What
// is missing on the way is made: a list for a number, an object for a word.
func place(in any, path []string, value any, depth int) (any, error) {
	if len(path) == 0 {
		return value, nil
	}
	if depth >= maxDepth {
		return nil, fmt.Errorf("nested too deeply")
	}
	index, err := strconv.Atoi(path[0])
	isIndex := err == nil && index >= 0
	switch at := in.(type) {
	case nil:
		if isIndex {
			return placeInList(nil, index, path, value, depth)
		}
		return placeInObject(newObject(), path, value, depth)
	case *object:
		return placeInObject(at, path, value, depth)
	case []any:
		if !isIndex {
			return nil, fmt.Errorf("%q is no position in a list; the first is 0", path[0])
		}
		return placeInList(at, index, path, value, depth)
	}
	return nil, fmt.Errorf("%q would be below what is neither a list nor an object", path[0])
}

func placeInObject(o *object, path []string, value any, depth int) (any, error) {
	if path[0] == "" {
		return nil, fmt.Errorf("a name is missing between two dots")
	}
	below, err := place(o.get(path[0]), path[1:], value, depth+1)
	if err != nil {
		return nil, err
	}
	if below == (removed{}) {
		o.remove(path[0])
		return o, nil
	}
	o.set(path[0], below)
	return o, nil
}

func placeInList(list []any, index int, path []string, value any, depth int) (any, error) {
	if index > len(list) {
		return nil, fmt.Errorf("%d is beyond the list, which has %d", index, len(list))
	}
	if index == len(list) {
		list = append(list, nil)
	}
	below, err := place(list[index], path[1:], value, depth+1)
	if err != nil {
		return nil, err
	}
	if below == (removed{}) {
		return append(list[:index:index], list[index+1:]...), nil
	}
	list[index] = below
	return list, nil
}

// textOf writes a value for people: a text as it is, all else as JSON.
func textOf(value any) string {
	switch v := value.(type) {
	case nil:
		return ""
	case string:
		return v
	case json.Number:
		return v.String()
	}
	raw, err := marshal(value)
	if err != nil {
		return ""
	}
	return string(raw)
}
