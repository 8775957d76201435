package deposit

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/zharvest/zharvest/internal/vocab"
	"github.com/zharvest/zharvest/zenodo"
)

// Difference is a value that two states of metadata do not share. An empty
// text is one that is not there.
type Difference struct {
	Path string `json:"path"`
	From string `json:"from"`
	To   string `json:"to"`
}

// Stored reads the metadata of a deposition as the server sent it, but for the
// licence: the server gives out a few under an id that it takes for another
// one, so that sending them back would change them.
func Stored(d *zenodo.Deposition) (*Metadata, error) {
	if len(d.Metadata) == 0 {
		return NewMetadata(), nil
	}
	value, err := decodeJSON(d.Metadata)
	if err != nil {
		return nil, fmt.Errorf("metadata of deposition %s: %w", d.ID, err)
	}
	o, ok := value.(*object)
	if !ok {
		return nil, fmt.Errorf("metadata of deposition %s: %w", d.ID, zenodo.ErrInvalidBody)
	}
	if license, ok := vocab.Licenses().Find(textOf(o.get("license"))); ok {
		o.set("license", license.ID)
	}
	return &Metadata{fields: o}, nil
}

// givenByServer are the keys that the server fills in where they are not sent,
// with the values that it gives them; without values it may be any.
var givenByServer = map[string][]string{
	"access_right":      {"open"},
	"doi":               nil,
	"imprint_publisher": {"Zenodo"},
	"license":           {"cc0-1.0", "cc-by-4.0"},
	"prereserve_doi":    nil,
	"publication_date":  nil,
}

// isGiven tells what need not be taken away, since the server would give it
// again.
func isGiven(key string, value any) bool {
	values, ok := givenByServer[key]
	return ok && (values == nil || slices.Contains(values, textOf(normal(key, value))))
}

// ignoredByServer are known keys that the server takes and forgets.
var ignoredByServer = []string{"access_conditions", "prereserve_doi"}

// Differences are what the server dropped (To is empty) or changed of what was
// sent. What it does rightly is none: other spellings of licences, languages
// and identifiers, HTML that is written otherwise, defaults, and order where it
// has no meaning.
func Differences(sent, stored *Metadata) []Difference {
	from, to := alike(sent.fields, stored.fields)
	var found []Difference
	for _, key := range from.keys {
		if slices.Contains(ignoredByServer, key) {
			continue
		}
		a, b := from.get(key), to.get(key)
		if !isHTML(key) {
			found = differ(found, key, normal(key, a), normal(key, b))
		} else if normal(key, a) != normal(key, b) {
			found = append(found, Difference{key, textOf(a), textOf(b)})
		}
	}
	return found
}

// alike has supervisors in the same place on both sides, since the server takes
// them for contributors, and the related identifiers of b in the order of a: it
// gives out alternate ones last.
func alike(a, b *object) (*object, *object) {
	if a.has("thesis_supervisors") || b.has("thesis_supervisors") {
		a, b = supervisorsApart(a), supervisorsApart(b)
	}
	const related = "related_identifiers"
	order, _ := a.get(related).([]any)
	if list, ok := b.get(related).([]any); ok {
		b = b.clone()
		b.set(related, inOrderOf(related, order, list))
	}
	return a, b
}

// inOrderOf puts the items of a list where their equals are in another, as far
// as there are any, then those that share the identifier, and the rest behind
// them.
func inOrderOf(key string, order, list []any) []any {
	rest := slices.Clone(list)
	take := func(fits func(any) bool) any {
		i := slices.IndexFunc(rest, fits)
		if i < 0 {
			return nil
		}
		item := rest[i]
		rest = slices.Delete(rest, i, i+1)
		return item
	}
	sorted := make([]any, len(order))
	for i, wanted := range order {
		sorted[i] = take(func(item any) bool {
			return len(differ(nil, "", normalItems(key, wanted), normalItems(key, item))) == 0
		})
	}
	for i, wanted := range order {
		if sorted[i] == nil {
			sorted[i] = take(func(item any) bool { return identifierIn(item) == identifierIn(wanted) })
		}
	}
	for i := range sorted {
		if sorted[i] == nil && len(rest) > 0 {
			sorted[i], rest = rest[0], rest[1:]
		}
	}
	sorted = slices.DeleteFunc(sorted, func(item any) bool { return item == nil })
	return append(sorted, rest...)
}

func identifierIn(item any) string {
	o, ok := item.(*object)
	if !ok {
		return ""
	}
	return normalIdentifier(textIn(o, "identifier"))
}

// supervisorsApart moves the contributors that are supervisors to those of the
// thesis.
func supervisorsApart(o *object) *object {
	supervisors, _ := o.get("thesis_supervisors").([]any)
	contributors, _ := o.get("contributors").([]any)
	var others []any
	for _, contributor := range contributors {
		person, ok := contributor.(*object)
		if !ok || !strings.EqualFold(textOf(person.get("type")), "supervisor") {
			others = append(others, contributor)
			continue
		}
		person = person.clone()
		person.remove("type")
		supervisors = append(slices.Clip(supervisors), person)
	}
	apart := o.clone()
	apart.setPeople("thesis_supervisors", supervisors)
	apart.setPeople("contributors", others)
	return apart
}

// setPeople sets a list of people, or removes it where nobody is in it.
func (o *object) setPeople(key string, people []any) {
	if _, isList := o.get(key).([]any); isList {
		o.remove(key)
	}
	if len(people) > 0 {
		o.set(key, people)
	}
}

// Changes are what an update would do to what is stored, so From is that: the
// differences, and what is stored and not in wanted, except what the server
// gives out. A key that nobody knows is no change: the server never stores it.
func Changes(stored, wanted *Metadata) []Difference {
	var found []Difference
	for _, d := range Differences(wanted, stored) {
		if _, known := attributes[strings.Split(d.Path, ".")[0]]; known || d.To != "" {
			found = append(found, Difference{d.Path, d.To, d.From})
		}
	}
	wants, had := alike(wanted.fields, stored.fields)
	for _, key := range had.keys {
		value := had.get(key)
		switch {
		case wants.has(key):
			found = leftOver(found, key, normal(key, value), normal(key, wants.get(key)))
		case !isGiven(key, value) && !isBlank(value):
			found = append(found, Difference{key, textOf(value), ""})
		}
	}
	return found
}

// givenInItems are names in the items of lists that people give; a server may
// add others, such as the scheme of an identifier.
var givenInItems = []string{
	"affiliation", "orcid", "gnd", "type", "resource_type", "start", "end", "description", "lat", "lon",
}

// leftOver finds what is stored inside of a value, and no longer wanted there.
func leftOver(found []Difference, path string, stored, wanted any) []Difference {
	switch a := stored.(type) {
	case *object:
		b, ok := wanted.(*object)
		for _, key := range a.keys {
			switch below := path + "." + key; {
			case !ok:
			case b.has(key):
				found = leftOver(found, below, a.get(key), b.get(key))
			case path == "custom", slices.Contains(givenInItems, key):
				found = append(found, Difference{below, textOf(a.get(key)), ""})
			}
		}
	case []any:
		b, ok := wanted.([]any)
		for i := 0; ok && len(a) == len(b) && i < len(a); i++ {
			found = leftOver(found, path+"."+strconv.Itoa(i), a[i], b[i])
		}
	}
	return found
}

// differ compares two values that were made normal, down to the place where
// they part.
func differ(found []Difference, path string, sent, stored any) []Difference {
	a, aIsObject := sent.(*object)
	b, bIsObject := stored.(*object)
	if aIsObject && bIsObject {
		for _, key := range a.keys {
			found = differ(found, path+"."+key, a.get(key), b.get(key))
		}
		return found
	}
	x, xIsList := sent.([]any)
	y, yIsList := stored.([]any)
	if xIsList && yIsList && len(x) == len(y) {
		for i := range x {
			found = differ(found, path+"."+strconv.Itoa(i), x[i], y[i])
		}
		return found
	}
	if isBlank(sent) && isBlank(stored) || textOf(sent) == textOf(stored) {
		return found
	}
	return append(found, Difference{path, textOf(sent), textOf(stored)})
}

func isBlank(value any) bool {
	switch v := value.(type) {
	case nil:
		return true
	case string:
		return strings.TrimSpace(v) == ""
	case []any:
		return len(v) == 0
	case *object:
		return len(v.keys) == 0
	}
	return false
}

// normal is a value in the spelling that all ways to write it share.
func normal(key string, value any) any {
	switch key {
	case "license":
		return normalLicense(value)
	case "language":
		if language, ok := vocab.Languages().Find(textOf(value)); ok {
			return language.ID
		}
	case "publication_type":
		if current := currentType("publication-" + textOf(value)); current.ID != "" {
			return current.Subtype()
		}
	case "description", "notes", "method":
		return normalHTML(textOf(value))
	case "access_right":
		if value == "closed" {
			return "restricted"
		}
	case "doi":
		if ref, ok := zenodo.ParseRef(textOf(value)); ok {
			return strings.ToLower(string(ref.DOI))
		}
	case "keywords", "communities", "grants":
		return inOrder(normalItems(key, value))
	}
	return normalItems(key, value)
}

func normalLicense(value any) any {
	if o, ok := value.(*object); ok {
		value = o.get("id")
	}
	if license, known := vocab.DepositLicense(textOf(value)); known {
		return license.ID
	}
	return strings.ToLower(textOf(value))
}

func isHTML(key string) bool { return key == "description" || key == "notes" || key == "method" }

func normalItems(key string, value any) any {
	switch v := value.(type) {
	case string:
		return strings.TrimSpace(v)
	case []any:
		items := make([]any, 0, len(v))
		for _, item := range v {
			items = append(items, normalItems(key, item))
		}
		return items
	case *object:
		return normalObject(key, v)
	}
	return value
}

// normalObject leaves out keys without values, and what the server works out.
func normalObject(key string, o *object) *object {
	out := newObject()
	for _, name := range o.keys {
		value := o.get(name)
		switch text := textOf(value); {
		case isBlank(value), name == "scheme" && key == "related_identifiers":
		case name == "orcid":
			out.set(name, bareORCID(text))
		case name == "id" && key == "communities":
			out.set("identifier", text)
		case name == "id" && key == "grants" && !strings.Contains(text, "::"):
			out.set(name, "10.13039/501100000780::"+text)
		case name == "type" && key == "dates":
			out.set(name, strings.ToLower(text))
		case name == "identifier" && key == "related_identifiers":
			out.set(name, normalIdentifier(text))
		case name == "lat", name == "lon":
			out.set(name, normalNumber(text))
		default:
			out.set(name, normalItems(key, value))
		}
	}
	return out
}

// normalIdentifier is a DOI without its resolver; all else as it is.
func normalIdentifier(id string) string {
	if ref, ok := zenodo.ParseRef(id); ok && ref.DOI != "" {
		return strings.ToLower(string(ref.DOI))
	}
	return strings.TrimSpace(id)
}

func normalNumber(text string) any {
	if f, err := strconv.ParseFloat(text, 64); err == nil {
		return json.Number(strconv.FormatFloat(f, 'g', -1, 64))
	}
	return text
}

// inOrder sorts a list that has no order.
func inOrder(value any) any {
	if list, ok := value.([]any); ok {
		slices.SortFunc(list, func(a, b any) int { return strings.Compare(textOf(a), textOf(b)) })
	}
	return value
}
