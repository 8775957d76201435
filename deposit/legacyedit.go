package deposit

import (
	"slices"
	"strings"

	"github.com/zharvest/zharvest/internal/vocab"
)

// legacyEdit is what becomes of a record, in InvenioRDM's own JSON, when its
// metadata are read and written back by Zenodo's legacy deposit API. Source:
// the serializer and the loader of zenodo-rdm, and records that were edited so.
type legacyEdit struct {
	wanted *Metadata // what is written; nil where it is not known
}

// record is what is left of a record. Of lists whose items are lost, the
// others keep their places.
func (e legacyEdit) record(before *object) *object {
	after := newObject()
	for name, left := range map[string]func(*object) *object{
		"metadata": e.metadata, "custom_fields": customFieldsLeft, "access": accessLeft, "files": filesLeft,
	} {
		if o, ok := before.get(name).(*object); ok {
			after.set(name, left(o))
		}
	}
	return after
}

// metadata is what is left of the metadata. What is not named here has no
// place in the legacy form.
func (e legacyEdit) metadata(before *object) *object {
	kept := map[string]func(any) any{
		"title": whole, "description": whole, "publisher": whole, "publication_date": whole, "version": whole,
		"resource_type":           resourceTypeLeft,
		"creators":                each(creatorLeft),
		"contributors":            each(contributorLeft),
		"rights":                  first(e.license),
		"languages":               first(whole),
		"subjects":                each(subjectLeft),
		"identifiers":             each(members("identifier", "scheme")),
		"related_identifiers":     each(relatedLeft),
		"references":              each(members("reference")),
		"additional_descriptions": descriptionsLeft,
		"dates":                   each(e.date),
		"funding":                 each(fundingLeft),
		"locations":               locationsLeft,
	}
	after := newObject()
	for _, name := range before.keys {
		if left, ok := kept[name]; ok {
			after.set(name, left(before.get(name)))
		}
	}
	return after
}

func whole(value any) any { return value }

// members keeps some members of an object.
func members(names ...string) func(any) any {
	return func(value any) any {
		before, ok := value.(*object)
		if !ok {
			return nil
		}
		after := newObject()
		for _, name := range names {
			if before.has(name) {
				after.set(name, before.get(name))
			}
		}
		return after
	}
}

// each keeps what is left of each item of a list.
func each(left func(any) any) func(any) any {
	return func(value any) any {
		before, _ := value.([]any)
		after := make([]any, len(before))
		for i := range before {
			after[i] = left(before[i])
		}
		return after
	}
}

// first keeps what is left of the first item of a list.
func first(left func(any) any) func(any) any {
	return func(value any) any {
		if before, _ := value.([]any); len(before) > 0 {
			return []any{left(before[0])}
		}
		return nil
	}
}

// resourceTypeLeft is the type and its subtype; only the last part is
// kept.
func resourceTypeLeft(value any) any {
	o, _ := value.(*object)
	if o == nil {
		return nil
	}
	parts := strings.Split(textIn(o, "id"), "-")
	if len(parts) > 2 {
		parts = []string{parts[0], parts[len(parts)-1]}
	}
	after := newObject()
	after.set("id", strings.Join(parts, "-"))
	return after
}

// creatorLeft is a person with one affiliation, which is a name, and without a
// role.
func creatorLeft(value any) any {
	before, ok := value.(*object)
	if !ok {
		return nil
	}
	after := newObject()
	if who, ok := before.get("person_or_org").(*object); ok {
		after.set("person_or_org", personLeft(who))
	}
	after.set("affiliations", first(members("name"))(before.get("affiliations")))
	return after
}

func contributorLeft(value any) any {
	after, ok := creatorLeft(value).(*object)
	if !ok {
		return nil
	}
	if role, ok := value.(*object).get("role").(*object); ok && isLowerOf(contributorTypes, textIn(role, "id")) {
		after.set("role", role)
	}
	return after
}

// isLowerOf reports whether an id of InvenioRDM's is one of the legacy names,
// which differ from those by capital letters.
func isLowerOf(names []string, id string) bool {
	return slices.ContainsFunc(names, func(name string) bool { return strings.ToLower(name) == id })
}

// personLeft is a person, whatever it was: its name is taken apart at the
// comma, if there is one.
func personLeft(before *object) *object {
	after := newObject()
	after.set("type", "personal")
	name := textIn(before, "name")
	if name == "" {
		name = textIn(before, "family_name") + ", " + textIn(before, "given_name")
	}
	after.set("name", name)
	family, given, _ := strings.Cut(name, ",")
	if strings.Count(name, ",") != 1 {
		family, given = name, ""
	}
	after.set("family_name", strings.TrimSpace(family))
	after.set("given_name", strings.TrimSpace(given))
	after.set("identifiers", personIDsLeft(before.get("identifiers")))
	return after
}

// personIDsLeft is the last ORCID and the last GND identifier.
func personIDsLeft(value any) any {
	before, _ := value.([]any)
	after := make([]any, len(before))
	for i := len(before) - 1; i >= 0; i-- {
		o, _ := before[i].(*object)
		if o == nil {
			continue
		}
		scheme := textIn(o, "scheme")
		isLater := slices.ContainsFunc(after[i+1:], func(item any) bool {
			later, _ := item.(*object)
			return later != nil && textIn(later, "scheme") == scheme
		})
		if (scheme == "orcid" || scheme == "gnd") && !isLater {
			after[i] = members("identifier", "scheme")(o)
		}
	}
	return after
}

// subjectLeft is a keyword: a term of a vocabulary is left out.
func subjectLeft(value any) any {
	if o, ok := value.(*object); !ok || textIn(o, "id") != "" {
		return nil
	}
	return members("subject")(value)
}

func relatedLeft(value any) any {
	o, _ := value.(*object)
	if o == nil {
		return nil
	}
	relation, _ := o.get("relation_type").(*object)
	if relation == nil || !isLowerOf(relations, textIn(relation, "id")) {
		return nil
	}
	return members("identifier", "scheme", "relation_type", "resource_type")(o)
}

// descriptionsLeft is the first of the notes and the last of the methods.
func descriptionsLeft(value any) any {
	before, _ := value.([]any)
	after := make([]any, len(before))
	notes, methods := -1, -1
	for i, item := range before {
		switch o, _ := item.(*object); {
		case o == nil:
		case idIn(o, "type") == "notes" && notes < 0:
			notes = i
		case idIn(o, "type") == "methods":
			methods = i
		}
	}
	for _, i := range []int{notes, methods} {
		if i >= 0 {
			after[i] = members("description", "type")(before[i])
		}
	}
	return after
}

// idIn is the id of an object in an object.
func idIn(o *object, name string) string {
	if inner, ok := o.get(name).(*object); ok {
		return textIn(inner, "id")
	}
	return ""
}

// fundingLeft is an award that a funder of the vocabulary lists under its
// number. Awards of the seventh framework programme are taken for the European
// Commission's.
func fundingLeft(value any) any {
	o, _ := value.(*object)
	if o == nil {
		return nil
	}
	award, _ := o.get("award").(*object)
	if award == nil {
		return nil
	}
	const commission = "00k4n6c32" // its ROR id
	funder := idIn(o, "funder")
	if textIn(award, "program") == "FP7" && funder != commission {
		return nil
	}
	if funder == "" || textIn(award, "id") != funder+"::"+textIn(award, "number") {
		return nil
	}
	return members("funder", "award")(o)
}

// locationsLeft is what is left of places that have a name; zero is no
// coordinate.
func locationsLeft(value any) any {
	before, ok := value.(*object)
	if !ok {
		return nil
	}
	after := newObject()
	after.set("features", each(placeLeft)(before.get("features")))
	return after
}

func placeLeft(value any) any {
	before, ok := value.(*object)
	if !ok || textIn(before, "place") == "" {
		return nil
	}
	after := members("place", "description")(before).(*object)
	geometry, _ := before.get("geometry").(*object)
	if geometry == nil || textIn(geometry, "type") != "Point" {
		return after
	}
	point, _ := geometry.get("coordinates").([]any)
	isZero := func(n any) bool { return normalNumber(textOf(n)) == normalNumber("0") }
	if len(point) == 2 && !slices.ContainsFunc(point, isZero) {
		after.set("geometry", members("type", "coordinates")(geometry))
	}
	return after
}

// date is a date or an interval. One day is not given out, so that it is lost
// unless it is written anew.
func (e legacyEdit) date(value any) any {
	o, _ := value.(*object)
	if o == nil {
		return nil
	}
	if !strings.Contains(textIn(o, "date"), "/") && e.wanted != nil && !e.wanted.hasDay(textIn(o, "date"), idIn(o, "type")) {
		return "nothing, unless it is written again, with start and end"
	}
	return members("date", "type", "description")(o)
}

// hasDay reports whether the dates have one of a type that begins and ends on a
// day.
func (m *Metadata) hasDay(day, kind string) bool {
	return slices.ContainsFunc(objectsIn(m.fields, "dates"), func(o *object) bool {
		start, end := textIn(o, "start"), textIn(o, "end")
		return strings.EqualFold(textIn(o, "type"), kind) && (start == day || end == day) && (start == end || start == "" || end == "")
	})
}

// license is a licence by its id. A few are given out under an id that is taken
// for another licence, or for none, where what is written does not name them.
func (e legacyEdit) license(value any) any {
	o, _ := value.(*object)
	if o == nil {
		return nil
	}
	id := textIn(o, "id")
	license, ok := vocab.Licenses().Find(id)
	if !ok || license.ID != id {
		return nil
	}
	if e.wanted != nil && normalLicense(e.wanted.fields.get("license")) != id {
		taken, _ := vocab.DepositLicense(license.Legacy)
		id = taken.ID
	}
	if id == "" {
		return nil
	}
	after := newObject()
	after.set("id", id)
	return after
}

// addedLicense is the licence that the legacy API gives to a published record
// that had none, where none is written.
func (e legacyEdit) addedLicense(before *object) string {
	metadata, _ := before.get("metadata").(*object)
	access, _ := before.get("access").(*object)
	if metadata == nil || access == nil || e.wanted == nil || e.wanted.fields.has("license") || before.get("is_published") != true {
		return ""
	}
	embargo, _ := access.get("embargo").(*object)
	isClosed := textIn(access, "files") == "restricted" && (embargo == nil || embargo.get("active") != true)
	if rights, _ := metadata.get("rights").([]any); len(rights) > 0 || isClosed {
		return ""
	}
	if e.wanted.Text("upload_type") == "dataset" {
		return "cc0-1.0"
	}
	return "cc-by-4.0"
}

// customFieldsLeft is what is left of the custom fields: groups that have legacy
// names of their own lose the members that have none, all others are kept.
func customFieldsLeft(before *object) *object {
	groups := map[string][]string{
		"journal:journal": {"title", "volume", "issue", "pages"},
		"meeting:meeting": {"title", "acronym", "dates", "place", "url", "session", "session_part"},
		"imprint:imprint": {"title", "pages", "isbn", "place"},
		"thesis:thesis":   {"university"},
	}
	after := newObject()
	for _, name := range before.keys {
		kind, _, _ := strings.Cut(name, ":")
		switch names, known := groups[name]; {
		case known:
			after.set(name, members(names...)(before.get(name)))
		case !slices.Contains([]string{"journal", "meeting", "imprint", "thesis", "part_of"}, kind):
			after.set(name, before.get(name))
		}
	}
	return after
}

// accessLeft is who may see it: the record itself everyone, and why it is under
// embargo is left out.
func accessLeft(before *object) *object {
	after := before.clone()
	after.set("record", "public")
	if embargo, ok := before.get("embargo").(*object); ok {
		after.set("embargo", members("active", "until")(embargo))
	}
	return after
}

// filesLeft is what is left of the options of the files. The files themselves are
// not touched.
func filesLeft(before *object) *object {
	after := before.clone()
	if before.has("enabled") {
		after.set("enabled", true)
	}
	after.remove("default_preview")
	return after
}
