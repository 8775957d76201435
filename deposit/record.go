package deposit

import (
	"cmp"
	"encoding/json"
	"slices"
	"strconv"

	"github.com/zharvest/zharvest/zenodo"
)

// FromRecord is the metadata of a record as the deposit API takes it: for
// programs that fill in a [zenodo.Record], or have one. What is empty is not
// there, and neither is a DOI that Zenodo gives out itself. The notes name what
// has no place in the deposit API; custom fields are set by [Metadata.Set].
func FromRecord(r *zenodo.Record) *Metadata {
	m := NewMetadata()
	m.describe(&r.Metadata)
	if _, ours := r.DOI.RecordID(); !ours {
		m.put("doi", string(r.DOI))
	}
	m.put("communities", objects(r.Communities, func(slug zenodo.Slug) *object {
		return texted("identifier", string(slug))
	}))
	return m
}

func (m *Metadata) describe(from *zenodo.Metadata) {
	m.put("upload_type", from.Type)
	if subtype := from.Type + "_type"; attributes[subtype].text {
		m.put(subtype, from.Subtype)
	}
	m.put("title", from.Title)
	m.put("creators", objects(from.Creators, personObject))
	m.put("description", from.Description)
	m.put("publication_date", from.PublicationDate)
	m.put("version", from.Version)
	m.put("access_right", from.AccessRight)
	m.put("license", from.License)
	m.put("embargo_date", from.EmbargoDate)
	m.put("language", from.Language)
	m.put("notes", from.Notes)
	m.put("method", from.Method)
	m.describeLists(from)
	m.describeWork(from)
	m.leftOut(from)
}

func (m *Metadata) describeLists(from *zenodo.Metadata) {
	m.put("keywords", list(from.Keywords))
	m.put("references", list(from.References))
	m.put("subjects", objects(from.Subjects, func(s zenodo.Subject) *object {
		return texted("term", s.Term, "identifier", s.Identifier, "scheme", s.Scheme)
	}))
	m.put("contributors", objects(from.Contributors, func(c zenodo.Contributor) *object {
		o := personObject(c.Creator)
		o.set("type", c.Type)
		return o
	}))
	related := objects(from.RelatedIdentifiers, func(id zenodo.RelatedIdentifier) *object {
		return texted("identifier", id.Identifier, "relation", id.Relation, "resource_type", id.ResourceType, "scheme", id.Scheme)
	})
	m.put("related_identifiers", slices.Concat(related, objects(from.AlternateIdentifiers, func(id zenodo.AlternateIdentifier) *object {
		return texted("identifier", id.Identifier, "relation", "isAlternateIdentifier", "scheme", id.Scheme)
	})))
	m.put("grants", objects(from.Grants, func(g zenodo.Grant) *object {
		if g.Funder.DOI == "" {
			return texted("id", g.Code)
		}
		return texted("id", g.Funder.DOI+"::"+g.Code)
	}))
	m.put("locations", objects(from.Locations, locationObject))
	m.put("dates", objects(from.Dates, func(d zenodo.Date) *object {
		return texted("start", d.Start, "end", d.End, "type", d.Type, "description", d.Description)
	}))
}

// describeWork has what the record is a part of, or was shown at.
func (m *Metadata) describeWork(from *zenodo.Metadata) {
	for _, text := range [][2]string{
		{"journal_title", from.Journal.Title},
		{"journal_volume", from.Journal.Volume},
		{"journal_issue", from.Journal.Issue},
		{"journal_pages", from.Journal.Pages},
		{"conference_title", from.Meeting.Title},
		{"conference_acronym", from.Meeting.Acronym},
		{"conference_dates", from.Meeting.Dates},
		{"conference_place", from.Meeting.Place},
		{"conference_url", from.Meeting.URL},
		{"conference_session", from.Meeting.Session},
		{"conference_session_part", from.Meeting.SessionPart},
		{"imprint_publisher", cmp.Or(from.Imprint.Publisher, from.Publisher)},
		{"imprint_isbn", from.Imprint.ISBN},
		{"imprint_place", from.Imprint.Place},
		{"partof_title", from.PartOf.Title},
		{"partof_pages", from.PartOf.Pages},
		{"thesis_university", from.ThesisUniversity},
	} {
		m.put(text[0], text[1])
	}
}

// leftOut notes what the deposit API has no place for.
func (m *Metadata) leftOut(from *zenodo.Metadata) {
	note := func(what string, isGiven bool) {
		if isGiven {
			m.Notes = append(m.Notes, what+": left out, as the deposit API has no place for it")
		}
	}
	note("subtype "+from.Subtype, from.Subtype != "" && !m.fields.has(from.Type+"_type"))
	note("address of the licence", from.License == "" && from.LicenseURL != "")
	note("ISSN of the journal", from.Journal.ISSN != "")
	note("edition", from.Imprint.Edition != "")
	note("custom fields", len(from.Custom) > 0)
	isOrganization := func(c zenodo.Creator) bool { return c.Kind == "organizational" }
	note("that a creator is an organisation", slices.ContainsFunc(from.Creators, isOrganization))
}

// put sets what is neither an empty text nor an empty list.
func (m *Metadata) put(key string, value any) {
	switch v := value.(type) {
	case string:
		if v == "" {
			return
		}
	case []any:
		if len(v) == 0 {
			return
		}
	}
	m.fields.set(key, value)
}

// texted is an object of names and texts, without those that are empty.
func texted(pairs ...string) *object {
	o := newObject()
	for pair := range slices.Chunk(pairs, 2) {
		if pair[1] != "" {
			o.set(pair[0], pair[1])
		}
	}
	return o
}

func list(texts []string) []any {
	items := make([]any, len(texts))
	for i, text := range texts {
		items[i] = text
	}
	return items
}

func objects[T any](of []T, object func(T) *object) []any {
	items := make([]any, len(of))
	for i, item := range of {
		items[i] = object(item)
	}
	return items
}

func personObject(c zenodo.Creator) *object {
	return texted("name", c.Name, "affiliation", c.Affiliation(), "orcid", c.ORCID, "gnd", c.GND)
}

func locationObject(l zenodo.Location) *object {
	o := texted("place", l.Place, "description", l.Description)
	if l.Point != nil {
		number := func(degrees float64) json.Number { return json.Number(strconv.FormatFloat(degrees, 'f', -1, 64)) }
		o.set("lat", number(l.Point.Latitude))
		o.set("lon", number(l.Point.Longitude))
	}
	return o
}
