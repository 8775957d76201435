package deposits

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/zharvest/zharvest/internal/vocab"
)

// readLists reads the attributes that are lists of objects.
func (in *input) readLists(m *metadata) {
	m.Related = in.related()
	m.Communities = in.communities()
	m.Grants = in.grants()
	m.Dates = in.dates()
	m.Locations = in.locations()
	for _, object := range in.lenient("subjects") {
		m.Subjects = append(m.Subjects, subject{field(object, "term"), field(object, "identifier"), field(object, "scheme")})
	}
	in.decode("custom", &m.Custom)
}

// lenient reads a list of objects that the translation trips over where it is
// none.
func (in *input) lenient(name string) []map[string]json.RawMessage {
	objects, err := in.objects(name)
	if err != nil {
		in.crashed = true
	}
	return objects
}

// people reads creators: those without a name are kept, and found out when the
// deposition is published.
func (in *input) people(name string) (people []person) {
	objects, err := in.objects(name)
	if item, ok := errors.AsType[notObject](err); ok {
		in.refuse(fmt.Sprintf("metadata.%s.%d", name, item), "Invalid input type.")
	} else if err != nil {
		in.refuse("metadata."+name, "Not a valid list.")
	}
	for _, object := range objects {
		people = append(people, readPerson(object))
	}
	return people
}

func readPerson(object map[string]json.RawMessage) person {
	p := person{Name: personName(field(object, "name")), GND: strings.TrimPrefix(field(object, "gnd"), "gnd:")}
	if affiliation := field(object, "affiliation"); affiliation != "" {
		p.Affiliation = &affiliation
	}
	if orcid := bareORCID(field(object, "orcid")); isORCID(orcid) {
		p.ORCID = orcid
	}
	return p
}

// personName puts one blank behind the comma between the family name and the
// given name. A name with several commas is a family name as it stands.
func personName(name string) string {
	if strings.Count(name, ",") != 1 {
		return name
	}
	family, given, _ := strings.Cut(name, ",")
	return strings.Trim(strings.TrimSpace(family)+", "+strings.TrimSpace(given), ", ")
}

// contributors are the supervisors of a thesis, then the others.
func (in *input) contributors() (all []contributor) {
	add := func(object map[string]json.RawMessage, role string) {
		c := contributor{person: readPerson(object)}
		if known, ok := vocab.Roles().Find(role); ok && known.IsLegacy {
			c.Type = &known.Name
		}
		all = append(all, c)
	}
	for _, object := range in.lenient("thesis_supervisors") {
		add(object, "Supervisor")
	}
	for _, object := range in.lenient("contributors") {
		add(object, field(object, "type"))
	}
	return all
}

func (in *input) related() (all []relatedThing) {
	const name = "metadata.related_identifiers"
	objects, err := in.objects("related_identifiers")
	if item, ok := errors.AsType[notObject](err); ok {
		in.refuse(fmt.Sprintf("%s.%d", name, item), "Each related identifier must be an object")
	} else if err != nil {
		in.refuse(name, "related_identifiers must be a list")
	}
	for i, object := range objects {
		relation, isText := "", json.Unmarshal(object["relation"], new(string)) == nil
		if isText {
			relation = strings.Replace(field(object, "relation"), "isOrignialFormOf", "isOriginalFormOf", 1)
		}
		thing := relatedThing{Identifier: field(object, "identifier"), ResourceType: field(object, "resource_type")}
		thing.Scheme = schemeOf(thing.Identifier)
		switch {
		case object["relation"] != nil && !isText:
			in.refuse(fmt.Sprintf("%s.%d.relation", name, i), "relation must be a string")
		case relation == "" || object["identifier"] == nil: // the translation looks them up without asking
			in.crashed = true
		case thing.Scheme == "":
			in.refuse(name+".identifier", "No valid scheme recognized for identifier.")
		}
		if known, ok := vocab.Relations().Find(relation); ok && known.IsLegacy {
			thing.Relation = known.Name
		}
		all = append(all, thing)
	}
	// Alternate identifiers are kept apart, and given out at the end.
	slices.SortStableFunc(all, func(a, b relatedThing) int { return isAlternate(a) - isAlternate(b) })
	return all
}

func isAlternate(r relatedThing) int {
	if r.Relation == "isAlternateIdentifier" {
		return 1
	}
	return 0
}

func (in *input) communities() (all []communitySlug) {
	objects, err := in.objects("communities")
	for _, object := range objects {
		var slug string
		if json.Unmarshal(object["identifier"], &slug) != nil {
			err = errNotList
		}
		all = append(all, communitySlug{slug})
	}
	if err != nil {
		in.refuse("communities", "Communities must be an array of objects with an 'identifier' key.")
	}
	return all
}

// grants completes the numbers of projects of the European Commission.
func (in *input) grants() (all []grant) {
	for _, object := range in.lenient("grants") {
		id := field(object, "id")
		if id == "" {
			in.crashed = true
			continue
		}
		if !strings.Contains(id, "::") {
			id = "10.13039/501100000780::" + id
		}
		all = append(all, grant{id})
	}
	return all
}

func (in *input) dates() (all []dateOf) {
	for _, object := range in.lenient("dates") {
		start, end := field(object, "start"), field(object, "end")
		kind := strings.ToLower(field(object, "type"))
		_, isKnown := vocab.DateTypes().Find(kind)
		switch {
		case start == "" && end == "":
			in.refuse("metadata.dates", "Invalid date provided.")
		case kind == "":
			in.crashed = true
		case !isKnown, start != "" && !isEDTF(start), end != "" && !isEDTF(end):
			continue
		}
		d := dateOf{Type: kind, Description: field(object, "description")}
		if start != "" && end != "" && start != end {
			d.Start, d.End = start, end
		}
		all = append(all, d)
	}
	return all
}

// locations takes a coordinate of zero for a missing one.
func (in *input) locations() (all []location) {
	for _, object := range in.lenient("locations") {
		if object["place"] == nil {
			in.crashed = true
			continue
		}
		place := location{Place: field(object, "place"), Description: field(object, "description")}
		var lat, lon float64
		if json.Unmarshal(object["lat"], &lat) == nil && json.Unmarshal(object["lon"], &lon) == nil && lat != 0 && lon != 0 {
			place.Lat, place.Lon = &lat, &lon
		}
		all = append(all, place)
	}
	return all
}
