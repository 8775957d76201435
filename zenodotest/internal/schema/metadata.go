package schema

import (
	"fmt"
	"slices"
	"strings"
)

// Metadata reads what describes a record.
func (s Schema) Metadata(value any) Read { return s.read("metadata", value, metadata) }

// Expanded is metadata with the entries of the vocabularies in the place of
// their ids.
func (s Schema) Expanded(m Object) Object {
	r := &reading{Schema: s, expand: true}
	out, _ := prune(metadata(r, "metadata", m)).(Object)
	if out == nil {
		return Object{}
	}
	return out
}

var metadata = object(slices.Concat(
	required(
		member{name: "resource_type", read: term(resourceTypes)},
		member{name: "creators", read: list(object(slices.Concat(required(person), more), distinctAffiliations), notEmpty)},
		member{name: "title", read: text(atLeast(3))},
	),
	[]member{
		{name: "additional_titles", read: list(object(slices.Concat(
			required(member{name: "title", read: text(atLeast(3))}, member{name: "type", read: term(titleTypes)}), language,
		)))},
		{name: "publisher", read: text()},
		{name: "publication_date", read: date(isEDTF), missing: MsgMissing},
		{name: "subjects", read: entity(subjects, "subject", "subjects",
			"scheme", "title", "props", "identifiers", "synonyms")},
		{name: "contributors", read: list(object(slices.Concat(
			required(person, member{name: "role", read: term(roles)}), more[1:],
		), distinctAffiliations))},
		{name: "dates", read: list(object(slices.Concat(
			required(member{name: "date", read: date(isEDTFTime)}, member{name: "type", read: term(dateTypes)}),
			[]member{{name: "description", read: text()}},
		)))},
		{name: "languages", read: list(term(languages))},
		{name: "identifiers", read: list(identifier(recordSchemes, true), distinctIdentifiers)},
		{name: "related_identifiers", read: list(identifier(recordSchemes, true, relatedMembers...))},
		{name: "sizes", read: list(text(notBlank("Size cannot be a blank string.")))},
		{name: "formats", read: list(text(notBlank("Format cannot be a blank string.")))},
		{name: "version", read: text(atMost(191))},
		{name: "rights", read: list(right)},
		{name: "copyright", read: html(atLeast(1))},
		{name: "description", read: html(atLeast(3))},
		{name: "additional_descriptions", read: list(object(slices.Concat(
			required(member{name: "description", read: html(atLeast(3))}, member{name: "type", read: term(descriptionTypes)}), language,
		)))},
		{name: "locations", read: object([]member{{name: "features", read: list(object(placeMembers, somePlace))}})},
		{name: "funding", read: list(object([]member{
			{name: "funder", read: entityOf(funders, "name", "funder"), missing: MsgMissing},
			{name: "award", read: award},
		}))},
		{name: "references", read: list(identifier(recordSchemes, false, member{name: "reference", read: text(), missing: MsgMissing}))},
	},
))

var (
	language = []member{{name: "lang", read: term(languages)}}
	person   = member{name: "person_or_org", read: object([]member{
		{name: "type", read: text(when(isNoKind, msgKind)), missing: msgKind},
		{name: "name", read: text()},
		{name: "given_name", read: text()},
		{name: "family_name", read: text()},
		{name: "identifiers", read: list(identifier(personSchemes, true), distinctSchemes)},
	}, named, nameOf)}
	more = []member{
		{name: "role", read: term(roles)},
		{name: "affiliations", read: entity(affiliations, "name", "affiliations")},
	}
	relatedMembers = []member{
		{name: "relation_type", read: term(relationTypes)},
		{name: "resource_type", read: term(resourceTypes)},
	}
	placeMembers = []member{
		{name: "geometry", read: geometry},
		{name: "place", read: text()},
		{name: "identifiers", read: list(identifier(placeSchemes, true))},
		{name: "description", read: text()},
	}
)

const msgKind = "Invalid value. Choose one of ['organizational', 'personal']."

func isNoKind(s string) bool { return s != "organizational" && s != "personal" }

// named checks that a person or an organisation has the name that it needs.
func named(r *reading, at string, o Object) {
	field, message := "family_name", "Family name cannot be blank."
	if o["type"] == "organizational" {
		field, message = "name", "Name cannot be blank."
	}
	if s, _ := o[field].(string); s == "" {
		r.report(at+"."+field, message)
	}
}

// nameOf makes the name of a person, and takes the parts from an organisation's.
func nameOf(_ *reading, _ string, o Object) {
	if o["type"] == "organizational" {
		delete(o, "family_name")
		delete(o, "given_name")
		return
	}
	name, _ := o["family_name"].(string)
	if given, _ := o["given_name"].(string); given != "" {
		name += ", " + given
	}
	o["name"] = name
}

func notEmpty(r *reading, at string, all []any) bool {
	if len(all) == 0 {
		r.report(at, MsgMissing)
	}
	return len(all) > 0
}

// distinctAffiliations checks that nobody is twice in one place.
func distinctAffiliations(r *reading, at string, o Object) {
	all, _ := o["affiliations"].([]any)
	seen := map[string]bool{}
	for _, a := range all {
		affiliation, _ := a.(Object)
		name, ok := affiliation["name"].(string)
		if !ok {
			name, _ = affiliation["id"].(string)
		}
		seen[name] = true
	}
	if len(seen) == len(all) {
		return
	}
	var names []string
	for name := range seen {
		names = append(names, name)
	}
	slices.Sort(names)
	r.report(at+".affiliations", "Duplicated affiliations: "+strings.Join(names, ", "))
}

// right reads a licence: one of the vocabulary, or one in its own words.
func right(r *reading, at string, value any) any {
	return r.refer(licenses, ownWords(r, at, value), value)
}

var ownWords = object([]member{
	{name: "id", read: text()},
	{name: "title", read: localised},
	{name: "description", read: localised},
	{name: "props", read: object([]member{{name: "url", read: text(when(isNoURL, msgURL))}, {name: "scheme", read: text()}})},
	{name: "link", read: text(when(isNoURL, msgURL))},
}, func(r *reading, at string, o Object) {
	id, _ := o["id"].(string)
	title, _ := o["title"].(Object)
	switch {
	case id == "" && len(title) == 0:
		r.report(at+".rights", "An existing id or a free text title must be present")
	case id != "" && len(o) > 1:
		r.report(at+".rights", "Only an existing id or free text title/description/link is accepted, but not both cases at the same time")
	}
})

// localised reads a text in one language.
func localised(r *reading, at string, value any) any {
	in, ok := mapping(r, at, value).(Object)
	if !ok {
		return nil
	}
	for locale := range in {
		switch {
		case len(in) > 1:
			r.report(at, "Only one value is accepted.")
		case !slices.Contains([]string{"ar", "cs", "da", "de", "en", "es", "fi", "fr", "hu", "it", "nl", "no", "pl", "pt", "sv", "tr", "zh"}, locale):
			r.report(at, "Not a valid locale.")
		default:
			continue
		}
		return nil
	}
	return in
}

// award reads an award: one of the vocabulary, or one in its own words.
func award(r *reading, at string, value any) any {
	return r.refer(awards, awardWords(r, at, value), value)
}

var awardWords = object([]member{
	{name: "id", read: text()},
	{name: "number", read: text()},
	{name: "title", read: mapping},
	{name: "identifiers", read: list(identifier(recordSchemes, false), distinctSchemes)},
	{name: "acronym", read: text()},
	{name: "program", read: text()},
}, func(r *reading, at string, o Object) {
	id, _ := o["id"].(string)
	number, _ := o["number"].(string)
	title, _ := o["title"].(Object)
	if id == "" && number == "" && len(title) == 0 {
		r.report(at+".award", "An existing id or either number or title must be present.")
	}
})

// geometry reads a shape on the globe.
func geometry(r *reading, at string, value any) any {
	in, ok := value.(Object)
	if !ok {
		r.report(at+"._schema", msgType)
		return nil
	}
	kind, _ := in["type"].(string)
	switch {
	case in["type"] == nil:
		r.report(at+".type", MsgMissing)
	case !slices.Contains([]string{"Point", "MultiPoint", "Polygon"}, kind):
		r.report(at+".type", "Unsupported value: "+fmt.Sprint(in["type"]))
	case in["coordinates"] == nil:
		r.report(at+".coordinates", MsgMissing)
	default:
		return Object{"type": kind, "coordinates": in["coordinates"]}
	}
	return nil
}

func somePlace(r *reading, at string, o Object) {
	if len(o) == 0 {
		r.report(at+".locations", "At least one of ['geometry', 'place',                 identifiers', 'description'] must be present.")
	}
}
