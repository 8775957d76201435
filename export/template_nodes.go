package export

import (
	"iter"
	"reflect"
	"text/template/parse"
)

// nodesOf iterates over a node and all below it.
func nodesOf(node parse.Node) iter.Seq[parse.Node] {
	return func(yield func(parse.Node) bool) { walkNodes(reflect.ValueOf(node), yield) }
}

// walkNodes goes through the fields of nodes, whatever kinds there are: the
// package of nodes has no walk of its own.
func walkNodes(v reflect.Value, yield func(parse.Node) bool) bool {
	if !v.IsValid() {
		return true
	}
	switch v.Kind() {
	case reflect.Interface:
		return v.IsNil() || walkNodes(v.Elem(), yield)
	case reflect.Pointer:
		return v.IsNil() || v.Type() == treeType || walkPointer(v, yield)
	case reflect.Slice:
		for i := range v.Len() {
			if !walkNodes(v.Index(i), yield) {
				return false
			}
		}
	case reflect.Struct:
		return walkFields(v, yield)
	}
	return true
}

// treeType is that of the way back from a node to its tree.
var treeType = reflect.TypeFor[*parse.Tree]()

func walkPointer(v reflect.Value, yield func(parse.Node) bool) bool {
	if node, ok := v.Interface().(parse.Node); ok && !yield(node) {
		return false
	}
	return walkNodes(v.Elem(), yield)
}

func walkFields(v reflect.Value, yield func(parse.Node) bool) bool {
	for field, value := range v.Fields() {
		if field.IsExported() && !walkNodes(value, yield) {
			return false
		}
	}
	return true
}
