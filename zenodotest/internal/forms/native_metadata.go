package forms

import (
	"cmp"
	"maps"
	"strings"

	"github.com/zharvest/zharvest/internal/vocab"
)

func nativeMetadata(m object) object {
	out := fields{}.take(m, "title", "publication_date", "description", "version")
	out.set("publisher", cmp.Or(text(member(m, "imprint")["publisher"]), "Zenodo"))
	out.set("resource_type", nativeType(member(m, "resource_type")))
	out.set("creators", each(m["creators"], nativePerson))
	out.set("contributors", each(m["contributors"], nativePerson))
	var subjects, references []object
	for _, word := range texts(m["keywords"]) {
		subjects = append(subjects, object{"subject": word})
	}
	for _, reference := range texts(m["references"]) {
		references = append(references, object{"reference": reference})
	}
	out.set("subjects", subjects)
	out.set("references", references)
	out.set("rights", nativeRights(m["license"]))
	if id := text(m["language"]); id != "" {
		out["languages"] = []object{Language(id)}
	}
	out.set("additional_descriptions", nativeDescriptions(m))
	out.set("dates", each(m["dates"], nativeDate))
	out.set("identifiers", each(m["alternate_identifiers"], func(o object) object { return taken(o, "identifier", "scheme") }))
	out.set("related_identifiers", each(m["related_identifiers"], nativeRelated))
	out.set("funding", each(m["grants"], nativeFunding))
	if places := each(m["locations"], nativePlace); places != nil {
		out["locations"] = object{"features": places}
	}
	return object(out)
}

func nativeType(t object) object {
	id := text(t["type"])
	if id == "" {
		return nil
	}
	if sub := text(t["subtype"]); sub != "" {
		id += "-" + sub
	}
	return titledTerm(id, text(t["title"]))
}

// titledTerm is an entry of a vocabulary.
func titledTerm(id, title string) object {
	out := fields{"id": id}
	if title != "" {
		out["title"] = object{"en": title}
	}
	return object(out)
}

// nativeTerm is an entry of a vocabulary by its name in the legacy form.
func nativeTerm(v *vocab.Vocabulary[vocab.Term], name string) object {
	if term, ok := v.Find(name); ok {
		return titledTerm(term.ID, sentence(term.Name))
	}
	return titledTerm(strings.ToLower(name), "")
}

// Language is a language by its code.
func Language(id string) object {
	language, _ := vocab.Languages().Find(id)
	return titledTerm(id, language.Title)
}

// nativePerson writes a creator or contributor. A name is parted at its only
// comma; without that it is all family name.
func nativePerson(o object) object {
	name := text(o["name"])
	person := fields{"type": "personal", "name": name, "family_name": name}
	if family, given, _ := strings.Cut(name, ","); strings.Count(name, ",") == 1 {
		person["family_name"] = strings.TrimSpace(family)
		person.set("given_name", strings.TrimSpace(given))
	}
	orcid := text(o["orcid"])
	person.set("identifiers", identifiers(
		[2]string{"orcid", orcid[strings.LastIndexByte(orcid, '/')+1:]}, [2]string{"gnd", text(o["gnd"])},
	))
	out := fields{"person_or_org": object(person)}
	if at := text(o["affiliation"]); at != "" {
		out["affiliations"] = []object{{"name": at}}
	}
	if role := text(o["type"]); role != "" {
		out["role"] = nativeTerm(vocab.Roles(), role)
	}
	return object(out)
}

// nativeRights knows a licence by its id of today. What is none stays as it is.
func nativeRights(value any) []object {
	id := text(value)
	if o, ok := value.(object); ok {
		id = text(o["id"])
	}
	if id == "" {
		return nil
	}
	return []object{License(id)}
}

// License is a licence by its id in the legacy form.
func License(id string) object {
	license, ok := vocab.Licenses().Find(id)
	if !ok {
		return object{"id": id}
	}
	right, props := titledTerm(license.ID, license.Title), fields{}
	props.set("url", license.URL)
	if license.IsSPDX {
		props["scheme"] = "spdx"
	}
	right["props"], right["description"] = object(props), object{"en": ""}
	return right
}

func nativeDescriptions(m object) (out []object) {
	for _, d := range [][3]string{{"notes", "notes", "Notes"}, {"method", "methods", "Methods"}} {
		if written := text(m[d[0]]); written != "" {
			out = append(out, object{"description": written, "type": titledTerm(d[1], d[2])})
		}
	}
	return out
}

// nativeDate writes one day as such, and two as an interval.
func nativeDate(o object) object {
	start, end := text(o["start"]), text(o["end"])
	out := fields{}
	switch {
	case start != "" && end != "" && start != end:
		out["date"] = start + "/" + end
	default:
		out.set("date", cmp.Or(start, end))
	}
	if name := text(o["type"]); name != "" {
		out["type"] = nativeTerm(vocab.DateTypes(), name)
	}
	return object(out.take(o, "description"))
}

// Relation is what a related identifier is to a record, by its name in the legacy
// form.
func Relation(name string) object { return nativeTerm(vocab.Relations(), name) }

func nativeRelated(o object) object {
	out := fields{}.take(o, "identifier", "scheme")
	if name := text(o["relation"]); name != "" {
		out["relation_type"] = Relation(name)
	}
	if id := text(o["resource_type"]); id != "" {
		kind, _ := vocab.ResourceTypes().Find(id)
		out["resource_type"] = titledTerm(id, kind.Title)
	}
	return object(out)
}

func nativeFunding(o object) object {
	from := member(o, "funder")
	funder, award := fields{}, fields{}
	doi := text(from["doi"])
	id, _, _ := strings.Cut(text(o["internal_id"]), "::")
	switch {
	case doi == commissionDOI:
		funder["id"] = commissionROR
		award["id"] = commissionROR + "::" + text(o["code"])
	case id != doi:
		funder.set("id", id)
	}
	funder.take(from, "name", "country")
	funder.set("identifiers", identifiers([2]string{"doi", doi}))
	award.set("number", text(o["code"]))
	if title := text(o["title"]); title != "" {
		award["title"] = object{"en": title}
	}
	award.take(o, "acronym", "program")
	award.set("identifiers", identifiers([2]string{"url", text(o["url"])}, [2]string{"doi", text(o["doi"])}))
	return object{"funder": object(funder), "award": object(award)}
}

func nativePlace(o object) object {
	out := fields{}.take(o, "place", "description")
	if o["lat"] != nil && o["lon"] != nil {
		out["geometry"] = object{"type": "Point", "coordinates": []any{o["lon"], o["lat"]}}
	}
	return object(out)
}

// customFields are what has a namespace in the native form.
func customFields(m object) object {
	imprint := fields{}.take(member(m, "imprint"), "isbn", "place", "edition").take(member(m, "part_of"), "title", "pages")
	out := fields{}
	out.set("journal:journal", taken(member(m, "journal"), "title", "volume", "issue", "pages", "issn"))
	out.set("meeting:meeting", taken(member(m, "meeting"), "title", "acronym", "dates", "place", "url", "session", "session_part"))
	if m["imprint"] != nil || m["part_of"] != nil {
		out["imprint:imprint"] = object(imprint)
	}
	out.set("thesis:thesis", taken(member(m, "thesis"), "university", "department", "type", "date_submitted", "date_defended"))
	out.set("legacy:subjects", each(m["subjects"], func(o object) object { return taken(o, "term", "identifier", "scheme") }))
	maps.Copy(out, member(m, "custom"))
	return object(out)
}
