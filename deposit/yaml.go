package deposit

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"go.yaml.in/yaml/v3"
)

// decodeYAML reads one YAML document. Dates stay the text that they are, and
// numbers keep their spelling: version: 1.10 is not version 1.1.
func decodeYAML(data []byte) (any, error) {
	dec := yaml.NewDecoder(bytes.NewReader(data))
	var document, second yaml.Node
	if err := dec.Decode(&document); err != nil {
		if errors.Is(err, io.EOF) {
			return nil, errors.New("the file is empty")
		}
		return nil, errors.New(strings.TrimPrefix(err.Error(), "yaml: "))
	}
	if err := dec.Decode(&second); !errors.Is(err, io.EOF) {
		return nil, errors.New("there is more than one YAML document")
	}
	r := yamlReader{}
	return r.value(&document, 0)
}

// yamlReader counts values, because aliases can make few lines into many.
type yamlReader struct{ values int }

func (r *yamlReader) value(n *yaml.Node, depth int) (any, error) {
	if r.values++; r.values > maxValues || depth > maxDepth {
		return nil, fmt.Errorf("line %d: too many values, or nested too deeply", n.Line)
	}
	switch n.Kind {
	case yaml.DocumentNode:
		return r.value(n.Content[0], depth)
	case yaml.AliasNode:
		return r.value(n.Alias, depth+1)
	case yaml.MappingNode:
		return r.object(n, depth+1)
	case yaml.SequenceNode:
		return r.list(n, depth+1)
	}
	return scalar(n)
}

func (r *yamlReader) object(n *yaml.Node, depth int) (any, error) {
	o := newObject()
	for i := 0; i+1 < len(n.Content); i += 2 {
		key := n.Content[i]
		switch {
		case key.Kind != yaml.ScalarNode:
			return nil, fmt.Errorf("line %d: a key must be a word", key.Line)
		case key.ShortTag() == "!!merge":
			return nil, fmt.Errorf("line %d: << is not supported; write the keys out", key.Line)
		case o.has(key.Value):
			return nil, fmt.Errorf("line %d: %s is given twice", key.Line, key.Value)
		}
		value, err := r.value(n.Content[i+1], depth)
		if err != nil {
			return nil, err
		}
		o.set(key.Value, value)
	}
	return o, nil
}

func (r *yamlReader) list(n *yaml.Node, depth int) (any, error) {
	list := []any{}
	for _, item := range n.Content {
		value, err := r.value(item, depth)
		if err != nil {
			return nil, err
		}
		list = append(list, value)
	}
	return list, nil
}

// scalar reads a value that is no list and no object. A number that JSON
// writes otherwise, such as 0x1F or 1_000, is text.
func scalar(n *yaml.Node) (any, error) {
	switch n.ShortTag() {
	case "!!null":
		return nil, nil
	case "!!bool":
		return strings.EqualFold(n.Value, "true"), nil
	case "!!int", "!!float":
		if json.Valid([]byte(n.Value)) {
			return json.Number(n.Value), nil
		}
	case "!!binary":
		return nil, fmt.Errorf("line %d: metadata is text, and !!binary is not", n.Line)
	}
	return n.Value, nil
}
