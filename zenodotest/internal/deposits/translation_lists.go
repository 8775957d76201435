package deposits

import (
	"errors"
	"fmt"
	"strings"

	"github.com/zharvest/zharvest/internal/vocab"
	"github.com/zharvest/zharvest/zenodotest/internal/schema"
)

var errNotList = errors.New("not a list")

// notObject is the number of an item that is no object.
type notObject int

func (n notObject) Error() string { return fmt.Sprintf("item %d is no object", int(n)) }

// items are those of a list of objects; the error is errNotList, or says which
// item is none.
func items(value any) (all []object, err error) {
	if value == nil {
		return nil, nil
	}
	list, ok := value.([]any)
	if !ok {
		return nil, errNotList
	}
	for i, item := range list {
		o, ok := item.(object)
		if !ok {
			return nil, notObject(i)
		}
		all = append(all, o)
	}
	return all, nil
}

// lenient reads a list of objects that the translation trips over where it is
// none.
func (t *translation) lenient(name string) []object {
	all, err := items(t.in[name])
	if err != nil {
		t.crashed = true
	}
	return all
}

// list writes the lists beside those of people.
func (t *translation) list() {
	t.places()
	var subjects, references []any
	for _, word := range t.words("keywords") {
		subjects = append(subjects, object{"subject": word})
	}
	for _, text := range t.words("references") {
		references = append(references, object{"reference": text})
	}
	set(t.metadata, "subjects", subjects)
	t.dates()
	set(t.metadata, "references", references)
	t.language()
	t.related()
}

// words are the items of a list, or the letters of a text.
func (t *translation) words(name string) []any {
	switch value := t.in[name].(type) {
	case []any:
		return value
	case string:
		var letters []any
		for _, c := range value {
			letters = append(letters, string(c))
		}
		return letters
	case nil:
	default:
		t.crashed = true
	}
	return nil
}

func (t *translation) language() {
	value, given := t.in["language"]
	if !given {
		return
	}
	code, _ := value.(string)
	switch len(code) {
	case 3:
		t.metadata["languages"] = []any{object{"id": code}}
	case 2:
		if found, _ := vocab.Languages().Find(code); found.Two == code {
			t.metadata["languages"] = []any{object{"id": found.ID}}
		}
	default:
		t.refuse("metadata.language", "Language must be either ISO-639-1 or 639-2 compatible.")
	}
}

// related are what the record is related to, and apart from it by what else it
// is known.
func (t *translation) related() {
	const name = "metadata.related_identifiers"
	all, err := items(t.in["related_identifiers"])
	if item, ok := errors.AsType[notObject](err); ok {
		t.refuse(fmt.Sprintf("%s.%d", name, item), "Each related identifier must be an object")
	} else if err != nil {
		t.refuse(name, "related_identifiers must be a list")
	}
	var related, alternate []any
	for i, o := range all {
		relation, isText := o["relation"].(string)
		identifier := textOf(o["identifier"])
		scheme, bare := schema.Recognise(strings.TrimSpace(identifier))
		switch {
		case o["relation"] != nil && !isText:
			t.refuse(fmt.Sprintf("%s.%d.relation", name, i), "relation must be a string")
			continue
		case relation == "" || o["identifier"] == nil: // the translation looks them up without asking
			t.crashed = true
			continue
		case scheme == "":
			t.refuse(name+".scheme", "No valid scheme recognized for identifier.")
		}
		if relation == "isAlternateIdentifier" {
			alternate = append(alternate, object{"identifier": bare, "scheme": scheme})
			continue
		}
		relation = strings.Replace(relation, "isOrignialFormOf", "isOriginalFormOf", 1)
		thing := object{"identifier": bare, "scheme": scheme, "relation_type": object{"id": strings.ToLower(relation)}}
		if kind := textOf(o["resource_type"]); kind != "" {
			thing["resource_type"] = object{"id": kind}
		}
		related = append(related, thing)
	}
	set(t.metadata, "related_identifiers", related)
	set(t.metadata, "identifiers", alternate)
}

func (t *translation) dates() {
	var dates []any
	for _, o := range t.lenient("dates") {
		start, end, kind := textOf(o["start"]), textOf(o["end"]), textOf(o["type"])
		date := start
		switch {
		case start == "" && end == "":
			t.refuse("metadata.dates", "Invalid date provided.")
			continue
		case kind == "":
			t.crashed = true
			continue
		case start == "":
			date = end
		case end != "" && start != end:
			date = start + "/" + end
		}
		made := object{"date": date, "type": object{"id": strings.ToLower(kind)}}
		if said := o["description"]; said != nil && said != "" {
			made["description"] = said
		}
		dates = append(dates, made)
	}
	set(t.metadata, "dates", dates)
}

// places takes a coordinate of zero for a missing one.
func (t *translation) places() {
	var features []any
	for _, o := range t.lenient("locations") {
		if o["place"] == nil {
			t.crashed = true
			continue
		}
		feature := object{"place": o["place"]}
		if isSomewhere(o["lat"]) && isSomewhere(o["lon"]) {
			feature["geometry"] = object{"type": "Point", "coordinates": []any{o["lon"], o["lat"]}}
		}
		if said := o["description"]; said != nil && said != "" {
			feature["description"] = said
		}
		features = append(features, feature)
	}
	if features != nil {
		t.metadata["locations"] = object{"features": features}
	}
}

func isSomewhere(value any) bool {
	text := fmt.Sprint(value)
	return value != nil && strings.Trim(text, "-0.") != ""
}
