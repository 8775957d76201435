package opensearch

import (
	"encoding/json"
	"strings"
	"time"

	"github.com/zharvest/zharvest/internal/searchfields"
	"github.com/zharvest/zharvest/querystring"
	"github.com/zharvest/zharvest/zenodo"
)

type object = map[string]any

// runField has the run that a document was sent by.
const runField = "zharvest_run"

// mapping is what the index is made with: analysers that make the tokens that
// Zenodo's make, its fields by the engine's names, and an alias for each name
// that people type. What else is in a document is kept and not indexed.
func mapping() object {
	properties := object{
		"record":   object{"type": "object", "enabled": false},
		"datacite": object{"type": "keyword", "index": false, "doc_values": false},
		runField:   kindMapping(searchfields.Keyword),
	}
	known := map[string]bool{}
	var byDefault []string
	for _, f := range searchfields.Fields() {
		set(properties, f.Name, fieldMapping(f), "properties")
		known[f.Name] = true
		if f.ByDefault {
			byDefault = append(byDefault, f.Name)
		}
	}
	byDefault = append(byDefault, "metadata.title.original", "metadata.funding.award.acronym.text")
	for typed, name := range querystring.Fields() {
		if typed != name && known[name] {
			set(properties, typed, object{"type": "alias", "path": name}, "properties")
		}
	}
	return object{
		"settings": object{
			"index":    object{"query": object{"default_field": byDefault}},
			"analysis": analysis,
		},
		"mappings": object{"dynamic": false, "properties": properties},
	}
}

// analysis has the analyser that takes punctuation and symbols out of words,
// rather than to divide words by them.
var analysis = object{
	"char_filter": object{"no_punctuation": object{"type": "pattern_replace", "pattern": `[\p{Punct}\p{S}]`, "replacement": ""}},
	"analyzer": object{
		string(searchfields.Accent): object{"type": "custom", "char_filter": []string{"no_punctuation"}, "tokenizer": "standard", "filter": []string{"lowercase", "asciifolding"}},
	},
}

// maxKeyword is the longest value that is kept whole, in characters: the
// engine takes 32,766 bytes.
const maxKeyword = 8191

func kindMapping(k searchfields.Kind) object {
	switch k {
	case searchfields.Accent, searchfields.Standard:
		return object{"type": "text", "analyzer": string(k)}
	case searchfields.Keyword:
		return object{"type": "keyword", "ignore_above": maxKeyword}
	case searchfields.Date:
		return object{"type": "date", "format": "strict_date_optional_time||epoch_millis", "ignore_malformed": true}
	case searchfields.Integer, searchfields.Long, searchfields.Double:
		return object{"type": string(k), "ignore_malformed": true}
	}
	return object{"type": string(k)}
}

func fieldMapping(f searchfields.Field) object {
	m := kindMapping(f.Kind)
	if f.Sub != nil {
		sub := object{}
		for name, k := range f.Sub {
			sub[name] = kindMapping(k)
		}
		m["fields"] = sub
	}
	return m
}

// set puts a value at a path with dots; between is the key between the parts
// of the path, if any.
func set(in object, path string, value any, between string) {
	name, rest, deeper := strings.Cut(path, ".")
	if !deeper {
		in[name] = value
		return
	}
	next, ok := in[name].(object)
	if !ok {
		next = object{}
		in[name] = next
	}
	if between != "" {
		inner, ok := next[between].(object)
		if !ok {
			inner = object{}
			next[between] = inner
		}
		next = inner
	}
	set(next, rest, value, between)
}

// document is a record as the index takes it: its fields, the run that sends it,
// and the record as the server sent it.
func document(r *zenodo.Record, run string) ([]byte, error) {
	d := object{runField: run}
	for name, values := range valuesOf(r) {
		if len(values) == 1 {
			set(d, name, values[0], "")
		} else {
			set(d, name, values, "")
		}
	}
	switch {
	case r.Format.IsPartial():
		d["datacite"] = string(r.Raw)
	case json.Valid(r.Raw):
		d["record"] = json.RawMessage(r.Raw)
	}
	return json.Marshal(d)
}

// kinds are those of the fields, by name.
var kinds = func() map[string]searchfields.Kind {
	kinds := map[string]searchfields.Kind{}
	for _, f := range searchfields.Fields() {
		kinds[f.Name] = f.Kind
	}
	return kinds
}()

// fieldValues are the values of fields, of those that are indexed.
type fieldValues map[string][]any

func valuesOf(r *zenodo.Record) fieldValues {
	values := fieldValues{}
	searchfields.Each(r, values)
	return values
}

// Text adds a text, and to a range of days what it covers. Texts that are no
// dates or numbers are kept and not indexed where a field wants these.
func (v fieldValues) Text(name, value string) {
	kind, ok := kinds[name]
	if !ok {
		return
	}
	var added any = value
	if kind == searchfields.Period {
		first, last, ok := searchfields.Days(value)
		if !ok {
			return // the index would refuse the document
		}
		added = object{"gte": first.Format(time.DateOnly), "lte": last.Format(time.DateOnly)}
	}
	v[name] = append(v[name], added)
}

// Number adds a number.
func (v fieldValues) Number(name string, value int64) {
	if _, ok := kinds[name]; ok {
		v[name] = append(v[name], value)
	}
}
