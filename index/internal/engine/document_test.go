package engine_test

import (
	"reflect"
	"testing"

	"github.com/zharvest/zharvest/index/internal/engine"
	"github.com/zharvest/zharvest/internal/searchfields"
	"github.com/zharvest/zharvest/querystring"
	"github.com/zharvest/zharvest/zenodo"
)

// fill puts something into all that a value has room for.
func fill(v reflect.Value) {
	switch v.Kind() {
	case reflect.String:
		v.SetString("2020")
	case reflect.Int, reflect.Int64:
		v.SetInt(1)
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fill(v.Elem())
	case reflect.Struct:
		for _, field := range v.Fields() {
			fill(field)
		}
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 1, 1))
		if v.Type().Elem().Kind() != reflect.Uint8 {
			fill(v.Index(0))
		}
	}
}

// names notes which fields have values.
type names map[string]bool

func (n names) Text(field, _ string)         { n[field] = true }
func (n names) Number(field string, _ int64) { n[field] = true }

// TestFieldsAreKnown has the index keep every value that a record has for
// Zenodo's engine.
func TestFieldsAreKnown(t *testing.T) {
	var r zenodo.Record
	fill(reflect.ValueOf(&r).Elem())
	r.Metadata.Custom[0].Name = "dwc:family"
	found := names{}
	searchfields.Each(&r, found)
	if len(found) < 90 {
		t.Errorf("a whole record has %d fields", len(found))
	}
	for name := range found {
		q := &querystring.Query{Root: &querystring.Text{Field: name, Value: "2020"}}
		if len(engine.UnindexedFields(q)) > 0 {
			t.Errorf("the index does not have the field %s", name)
		}
	}
}
