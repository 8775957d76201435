// Package forms writes a record's JSON in the other of the two forms in which
// Zenodo serves it: the legacy one, and the native one of InvenioRDM. What a form
// has no place for is left out, as Zenodo does.
package forms

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"unicode"

	"github.com/google/uuid"
)

// object is a JSON object.
type object = map[string]any

// IsNative reports whether a record is in the native form.
func IsNative(raw []byte) bool {
	var record struct {
		Parent json.RawMessage `json:"parent"`
	}
	return json.Unmarshal(raw, &record) == nil && record.Parent != nil
}

// read reads a record with its numbers as they are written.
func read(raw []byte, into any) error {
	decoder := json.NewDecoder(bytes.NewReader(raw))
	decoder.UseNumber()
	if err := decoder.Decode(into); err != nil {
		return fmt.Errorf("read a record: %w", err)
	}
	return nil
}

// CommunityID is the id of a community that is known by its slug alone.
func CommunityID(slug string) string {
	return uuid.NewSHA1(uuid.NameSpaceURL, []byte("https://zenodo.org/communities/"+slug)).String()
}

// Titled makes a title of a slug or name: each word gets a capital.
func Titled(name string) string {
	words := strings.FieldsFunc(name, func(r rune) bool { return r == '-' || r == '_' })
	for i, word := range words {
		words[i] = strings.ToUpper(word[:1]) + word[1:]
	}
	return strings.Join(words, " ")
}

// sentence makes a title of a name that has a capital for each word:
// isSupplementTo becomes Is supplement to.
func sentence(name string) string {
	var out strings.Builder
	for i, r := range name {
		switch {
		case i == 0:
			out.WriteRune(unicode.ToUpper(r))
		case unicode.IsUpper(r):
			out.WriteString(" " + string(unicode.ToLower(r)))
		default:
			out.WriteRune(r)
		}
	}
	return out.String()
}

// text is a text, or a number that stands for one; empty for anything else.
func text(value any) string {
	switch value := value.(type) {
	case string:
		return value
	case json.Number:
		return value.String()
	}
	return ""
}

// member is an object in another, nil where there is none.
func member(o object, key string) object {
	inner, _ := o[key].(object)
	return inner
}

// objects are the objects of a list.
func objects(value any) (all []object) {
	values, _ := value.([]any)
	for _, v := range values {
		if o, ok := v.(object); ok {
			all = append(all, o)
		}
	}
	return all
}

// texts are the texts of a list.
func texts(value any) (all []string) {
	values, _ := value.([]any)
	for _, v := range values {
		if s := text(v); s != "" {
			all = append(all, s)
		}
	}
	return all
}

// set sets a member, unless the value is an empty text, list or object.
func (f fields) set(key string, value any) {
	switch v := value.(type) {
	case nil:
		return
	case string:
		if v == "" {
			return
		}
	case object:
		if len(v) == 0 {
			return
		}
	case []object:
		if len(v) == 0 {
			return
		}
	case []string:
		if len(v) == 0 {
			return
		}
	}
	f[key] = value
}

// fields is an object in the making.
type fields object

// take sets members of another object that it has.
func (f fields) take(from object, names ...string) fields {
	for _, name := range names {
		if value := from[name]; value != nil {
			f[name] = value
		}
	}
	return f
}

// taken is an object with some members of another.
func taken(from object, names ...string) object { return object(fields{}.take(from, names...)) }

// each makes a list of the objects of another.
func each(value any, write func(object) object) (out []object) {
	for _, o := range objects(value) {
		out = append(out, write(o))
	}
	return out
}

// identified is the identifier of a scheme in a list of such, or empty.
func identified(list any, scheme string) string {
	for _, id := range objects(list) {
		if text(id["scheme"]) == scheme {
			return text(id["identifier"])
		}
	}
	return ""
}

// identifiers makes a list of pairs of a scheme and an identifier, without those
// that are empty.
func identifiers(pairs ...[2]string) (out []object) {
	for _, p := range pairs {
		if p[1] != "" {
			out = append(out, object{"identifier": p[1], "scheme": p[0]})
		}
	}
	return out
}

// commissionROR and commissionDOI are the ids of the European Commission in either
// form. Of other funders the native form has what the legacy one had.
const commissionROR, commissionDOI = "00k4n6c32", "10.13039/501100000780"
