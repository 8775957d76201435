package index

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/zharvest/zharvest/internal/htmltext"
	"github.com/zharvest/zharvest/zenodo"
)

// A record has one row of parts, with a JSON array for each list of its
// metadata, and an array for each entry of a list, without the nulls at its end.
// Views make tables of them.

// partColumns are the columns of the table part after the key.
var partColumns = []string{
	"creators", "contributors", "keywords", "subjects", "grants", "related", "files", "communities", "rights", "titles",
	"descriptions", "dates", "languages", "citations", "locations", "custom",
}

// partsOf are the values of partColumns.
func partsOf(r *zenodo.Record) []any {
	m := &r.Metadata
	return []any{
		jsonList(m.Creators, func(b jsonArray, c zenodo.Creator) jsonArray { return b.person(&c, c.Role) }),
		jsonList(m.Contributors, func(b jsonArray, c zenodo.Contributor) jsonArray { return b.person(&c.Creator, c.Type) }),
		jsonList(m.Keywords, jsonArray.text),
		jsonList(m.Subjects, func(b jsonArray, s zenodo.Subject) jsonArray { return b.row(s.Term, s.Identifier, s.Scheme) }),
		jsonList(m.Grants, jsonArray.grant),
		relatedOf(m),
		jsonList(r.Files, func(b jsonArray, f zenodo.File) jsonArray { return b.file(r.ID, f) }),
		jsonList(r.Communities, func(b jsonArray, s zenodo.Slug) jsonArray { return b.text(string(s)) }),
		jsonList(m.Rights, func(b jsonArray, r zenodo.Right) jsonArray { return b.row(r.ID, r.Title, r.URL) }),
		jsonList(m.AdditionalTitles, func(b jsonArray, t zenodo.TypedText) jsonArray { return b.row(t.Text, t.Type, t.Language) }),
		jsonList(m.AdditionalDescriptions, func(b jsonArray, t zenodo.TypedText) jsonArray {
			return b.row(htmltext.Text(t.Text), t.Type, t.Language)
		}),
		jsonList(m.Dates, func(b jsonArray, d zenodo.Date) jsonArray { return b.row(d.Type, d.Start, d.End, d.Description) }),
		jsonList(m.Languages, jsonArray.text),
		jsonList(m.References, jsonArray.text),
		jsonList(m.Locations, jsonArray.location),
		customOf(m),
	}
}

// jsonArray is the text of a JSON array that is being written.
type jsonArray []byte

// jsonList writes a list, null for an empty one.
func jsonList[T any](list []T, add func(jsonArray, T) jsonArray) any {
	if len(list) == 0 {
		return nil
	}
	b := make(jsonArray, 0, 64*len(list))
	b = append(b, '[')
	for _, entry := range list {
		b = add(b, entry)
	}
	return b.end()
}

// end closes the array.
func (b jsonArray) end() any { return string(append(b, ']')) }

// next separates a value from the one before.
func (b jsonArray) next() jsonArray {
	if b[len(b)-1] != '[' {
		b = append(b, ',')
	}
	return b
}

// row adds an array of texts; empty ones are null.
func (b jsonArray) row(texts ...string) jsonArray { return append(b.open().texts(texts...), ']') }

func (b jsonArray) open() jsonArray { return append(b.next(), '[') }

// texts adds texts up to the last that is not empty.
func (b jsonArray) texts(texts ...string) jsonArray {
	for len(texts) > 0 && texts[len(texts)-1] == "" {
		texts = texts[:len(texts)-1]
	}
	for _, s := range texts {
		b = b.textOrNull(s)
	}
	return b
}

func (b jsonArray) textOrNull(s string) jsonArray {
	if s == "" {
		return append(b.next(), "null"...)
	}
	return b.text(s)
}

func (b jsonArray) text(s string) jsonArray {
	b = append(b.next(), '"')
	from := 0
	for i := range len(s) {
		c := s[i]
		if c >= ' ' && c != '"' && c != '\\' {
			continue
		}
		b = append(b, s[from:i]...)
		if from = i + 1; c >= ' ' {
			b = append(b, '\\', c)
		} else {
			b = fmt.Appendf(b, `\u%04x`, c)
		}
	}
	return append(append(b, s[from:]...), '"')
}

// person adds name, affiliations (names and ids), ORCID, kind, GND, ROR, role.
func (b jsonArray) person(c *zenodo.Creator, role string) jsonArray {
	b = b.open().textOrNull(c.Name).open()
	for _, a := range c.Affiliations {
		b = b.row(a.Name, a.ID)
	}
	return append(append(b, ']').texts(c.ORCID, c.Kind, c.GND, c.ROR, role), ']')
}

func (b jsonArray) grant(g zenodo.Grant) jsonArray {
	return b.row(g.Code, g.Title, g.Acronym, g.Program, g.Funder.Name, g.Funder.DOI, g.Funder.ID, g.Funder.Acronym, g.ID, g.URL, string(g.DOI))
}

// file adds name, size, checksum without the name of MD5, and address: nothing
// for one that the view can make of the rest.
func (b jsonArray) file(id zenodo.RecordID, f zenodo.File) jsonArray {
	b = b.open().textOrNull(f.Key)
	b = strconv.AppendInt(b.next(), f.Size, 10)
	b = b.textOrNull(strings.TrimPrefix(f.Checksum, "md5:"))
	if f.URL != "https://zenodo.org/api/records/"+string(id)+"/files/"+f.Key+"/content" {
		b = b.text(f.URL)
	}
	return append(b, ']')
}

func (b jsonArray) location(l zenodo.Location) jsonArray {
	b = b.open().textOrNull(l.Place).textOrNull(l.Description)
	if l.Point != nil {
		b = b.number(l.Point.Latitude).number(l.Point.Longitude)
	}
	return append(b, ']')
}

// number adds a number; what JSON has no word for is null.
func (b jsonArray) number(n float64) jsonArray {
	if b = b.next(); math.IsNaN(n) || math.IsInf(n, 0) {
		return append(b, "null"...)
	}
	return strconv.AppendFloat(b, n, 'g', -1, 64)
}

// relatedOf has alternate identifiers at the end, with a relation of their own.
func relatedOf(m *zenodo.Metadata) any {
	if len(m.RelatedIdentifiers)+len(m.AlternateIdentifiers) == 0 {
		return nil
	}
	b := jsonArray("[")
	for _, id := range m.RelatedIdentifiers {
		b = b.row(id.Identifier, id.Relation, id.Scheme, id.ResourceType)
	}
	for _, id := range m.AlternateIdentifiers {
		b = b.row(id.Identifier, "isAlternateIdentifier", id.Scheme)
	}
	return b.end()
}

// customOf are the custom fields, those too that have a place of their own in a
// record, by the names that the server has for them.
func customOf(m *zenodo.Metadata) any {
	b := jsonArray("[")
	for _, c := range [...]zenodo.CustomValue{
		{Name: "journal:journal.title", Value: m.Journal.Title},
		{Name: "journal:journal.volume", Value: m.Journal.Volume},
		{Name: "journal:journal.issue", Value: m.Journal.Issue},
		{Name: "journal:journal.pages", Value: m.Journal.Pages},
		{Name: "journal:journal.issn", Value: m.Journal.ISSN},
		{Name: "meeting:meeting.title", Value: m.Meeting.Title},
		{Name: "meeting:meeting.acronym", Value: m.Meeting.Acronym},
		{Name: "meeting:meeting.dates", Value: m.Meeting.Dates},
		{Name: "meeting:meeting.place", Value: m.Meeting.Place},
		{Name: "meeting:meeting.url", Value: m.Meeting.URL},
		{Name: "meeting:meeting.session", Value: m.Meeting.Session},
		{Name: "meeting:meeting.session_part", Value: m.Meeting.SessionPart},
		{Name: "imprint:imprint.title", Value: m.PartOf.Title},
		{Name: "imprint:imprint.pages", Value: m.PartOf.Pages},
		{Name: "imprint:imprint.place", Value: m.Imprint.Place},
		{Name: "imprint:imprint.isbn", Value: m.Imprint.ISBN},
		{Name: "imprint:imprint.edition", Value: m.Imprint.Edition},
		{Name: "thesis:thesis.university", Value: m.ThesisUniversity},
	} {
		if c.Value != "" {
			b = b.row(c.Name, c.Value)
		}
	}
	for _, c := range m.Custom {
		b = b.row(c.Name, c.Value)
	}
	if len(b) == 1 {
		return nil
	}
	return b.end()
}
