package zenodotest_test

import (
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
)

// outline is the keys of a document with the types of their values: by the path of
// a value, which has [] for any element of a list.
type outline map[string]map[string]bool

// outlineOf is that of the body of an answer. Of one that is neither JSON nor XML
// it is empty.
func outlineOf(e recording) outline {
	s := outline{}
	contentType, _, _ := strings.Cut(e.Headers["content-type"], ";")
	switch {
	case strings.HasSuffix(contentType, "json"):
		decoder := json.NewDecoder(strings.NewReader(e.Body))
		decoder.UseNumber()
		var value any
		if err := decoder.Decode(&value); err != nil {
			s.add("", "no JSON")
			return s
		}
		s.addJSON("", value)
	case strings.HasSuffix(contentType, "xml"):
		s.addXML(e.Body)
	}
	return s
}

func (s outline) add(path, kind string) {
	if s[path] == nil {
		s[path] = map[string]bool{}
	}
	s[path][kind] = true
}

func (s outline) addJSON(path string, value any) {
	switch value := value.(type) {
	case map[string]any:
		s.add(path, "object")
		for key, inner := range value {
			s.addJSON(strings.TrimPrefix(path+"."+key, "."), inner)
		}
	case []any:
		s.add(path, "list")
		for _, inner := range value {
			s.addJSON(path+"[]", inner)
		}
	case json.Number:
		kind := "integer"
		if strings.ContainsAny(value.String(), ".eE") {
			kind = "float"
		}
		s.add(path, kind)
	case string:
		s.add(path, "text")
	case bool:
		s.add(path, "bool")
	case nil:
		s.add(path, "null")
	}
}

func (s outline) addXML(body string) {
	decoder := xml.NewDecoder(strings.NewReader(body))
	path := ""
	for {
		token, err := decoder.Token()
		if errors.Is(err, io.EOF) {
			return
		}
		if err != nil {
			s.add(path, "no XML")
			return
		}
		switch token := token.(type) {
		case xml.StartElement:
			path += "/" + token.Name.Local
			s.add(path, "element")
			for _, attr := range token.Attr {
				s.add(path+"/@"+attr.Name.Local, "attribute")
			}
		case xml.EndElement:
			path = path[:strings.LastIndexByte(path, '/')]
		}
	}
}

// differences are those of another document. What is below something that is
// missing or added is not named.
func (s outline) differences(other outline) (all []string) {
	for _, path := range slices.Sorted(maps.Keys(s)) {
		kinds := other[path]
		if kinds == nil {
			if _, ok := other[parent(path)]; ok || path == "" {
				all = append(all, path+" missing")
			}
			continue
		}
		for _, kind := range slices.Sorted(maps.Keys(kinds)) {
			if !s[path][kind] {
				all = append(all, fmt.Sprintf("%s is %s, was %s", path, kind, strings.Join(slices.Sorted(maps.Keys(s[path])), " or ")))
			}
		}
	}
	for _, path := range slices.Sorted(maps.Keys(other)) {
		if _, ok := s[parent(path)]; ok && s[path] == nil {
			all = append(all, path+" added")
		}
	}
	return all
}

// parent is the path of what a value is in.
func parent(path string) string {
	if list, ok := strings.CutSuffix(path, "[]"); ok {
		return list
	}
	return path[:max(0, strings.LastIndexAny(path, "./"))]
}
