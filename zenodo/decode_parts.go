package zenodo

import (
	"strings"

	"github.com/zharvest/zharvest/internal/vocab"
)

// textOf reads one text of an object.
func (d *decoder) textOf(name string) string {
	var s string
	for key := range d.fields {
		if string(key) == name {
			s = d.text()
		}
	}
	return s
}

// textsOf reads one text of each object of an array, without the empty ones.
func (d *decoder) textsOf(name string) []string {
	var out []string
	for range d.objects {
		if s := d.textOf(name); s != "" {
			out = append(out, s)
		}
	}
	return out
}

func (d *decoder) legacyCreators() []Creator {
	var out []Creator
	for range d.objects {
		c := d.legacyContributor()
		out = append(out, c.Creator)
	}
	return out
}

func (d *decoder) legacyContributors() []Contributor {
	var out []Contributor
	for range d.objects {
		out = append(out, d.legacyContributor())
	}
	return out
}

func (d *decoder) legacyContributor() Contributor {
	var c Contributor
	for key := range d.fields {
		switch string(key) {
		case "name":
			c.Name = d.text()
		case "affiliation":
			if name := d.text(); name != "" {
				c.Affiliations = []Affiliation{{Name: name}}
			}
		case "orcid":
			c.ORCID = bareORCID(d.text())
		case "gnd":
			c.GND = d.text()
		case "type":
			c.Type = d.text()
		}
	}
	return c
}

// bareORCID takes the resolver off: some records of old have it.
func bareORCID(s string) string {
	return s[strings.LastIndexByte(s, '/')+1:]
}

func (d *decoder) legacySubjects() []Subject {
	var out []Subject
	for range d.objects {
		var s Subject
		for key := range d.fields {
			switch string(key) {
			case "term":
				s.Term = d.text()
			case "identifier":
				s.Identifier = d.text()
			case "scheme":
				s.Scheme = d.text()
			}
		}
		out = append(out, s)
	}
	return out
}

func (d *decoder) relatedIdentifiers() []RelatedIdentifier {
	var out []RelatedIdentifier
	for range d.objects {
		out = append(out, d.relatedIdentifier())
	}
	return out
}

func (d *decoder) alternateIdentifiers() []AlternateIdentifier {
	var out []AlternateIdentifier
	for range d.objects {
		id := d.relatedIdentifier()
		out = append(out, AlternateIdentifier{Identifier: id.Identifier, Scheme: id.Scheme})
	}
	return out
}

// relatedIdentifier reads both shapes: InvenioRDM names the relation
// relation_type, and gives terms of a vocabulary where the legacy JSON has
// plain words.
func (d *decoder) relatedIdentifier() RelatedIdentifier {
	var id RelatedIdentifier
	for key := range d.fields {
		switch string(key) {
		case "identifier":
			id.Identifier = d.text()
		case "relation":
			id.Relation = d.text()
		case "relation_type":
			id.Relation = nameOf(vocab.Relations(), d.id())
		case "scheme":
			id.Scheme = d.text()
		case "resource_type":
			id.ResourceType = d.id()
		}
	}
	return id
}

func (d *decoder) legacyGrants() []Grant {
	var out []Grant
	for range d.objects {
		var g Grant
		for key := range d.fields {
			switch string(key) {
			case "code":
				g.Code = d.text()
			case "title":
				g.Title = d.text()
			case "acronym":
				g.Acronym = d.text()
			case "program":
				g.Program = d.text()
			case "url":
				g.URL = d.text()
			case "doi":
				g.DOI = DOI(d.text())
			case "funder":
				g.Funder = d.funder()
			}
		}
		out = append(out, g)
	}
	return out
}

func (d *decoder) funder() Funder {
	var f Funder
	for key := range d.fields {
		switch string(key) {
		case "name":
			f.Name = d.text()
		case "doi":
			f.DOI = d.text()
		case "acronym":
			f.Acronym = d.text()
		}
	}
	f.complete()
	return f
}

func (d *decoder) locations() []Location {
	var out []Location
	for range d.objects {
		var l Location
		var latitude, longitude *float64
		for key := range d.fields {
			switch string(key) {
			case "place":
				l.Place = d.text()
			case "description":
				l.Description = d.text()
			case "lat":
				latitude = d.degrees()
			case "lon":
				longitude = d.degrees()
			case "geometry":
				start := d.offset()
				l.Point = d.geometry()
				l.Geometry = d.object(start)
			case "identifiers":
				l.Identifiers = d.alternateIdentifiers()
			}
		}
		if latitude != nil && longitude != nil {
			l.Point = &Point{Latitude: *latitude, Longitude: *longitude}
		}
		out = append(out, l)
	}
	return out
}

// geometry reads a point of GeoJSON; anything larger is none.
func (d *decoder) geometry() *Point {
	var kind string
	var at []*float64
	for key := range d.fields {
		switch string(key) {
		case "type":
			kind = d.text()
		case "coordinates":
			for range d.values {
				at = append(at, d.degrees())
			}
		}
	}
	if kind != "Point" || len(at) < 2 || at[0] == nil || at[1] == nil {
		return nil
	}
	return &Point{Longitude: *at[0], Latitude: *at[1]}
}

func (d *decoder) legacyDates() []Date {
	var out []Date
	for range d.objects {
		var date Date
		for key := range d.fields {
			switch string(key) {
			case "type":
				date.Type = d.text()
			case "start":
				date.Start = d.text()
			case "end":
				date.End = d.text()
			case "description":
				date.Description = d.text()
			}
		}
		out = append(out, date)
	}
	return out
}

func (d *decoder) journal() Journal {
	var j Journal
	for key := range d.fields {
		switch string(key) {
		case "title":
			j.Title = d.text()
		case "volume":
			j.Volume = d.text()
		case "issue":
			j.Issue = d.text()
		case "pages":
			j.Pages = d.text()
		case "issn":
			j.ISSN = d.text()
		}
	}
	return j
}

// meeting reads a meeting, and gives other members to other.
func (d *decoder) meeting(other func(name string)) Meeting {
	var m Meeting
	for key := range d.fields {
		switch string(key) {
		case "title":
			m.Title = d.text()
		case "acronym":
			m.Acronym = d.text()
		case "dates":
			m.Dates = d.text()
		case "place":
			m.Place = d.text()
		case "url":
			m.URL = d.text()
		case "session":
			m.Session = d.text()
		case "session_part":
			m.SessionPart = d.text()
		default:
			other(string(key))
		}
	}
	return m
}

// imprint reads what there is of a book, and the book that a record is a
// part of, which InvenioRDM has in one.
func (d *decoder) imprint() (Imprint, PartOf) {
	var i Imprint
	var p PartOf
	for key := range d.fields {
		switch string(key) {
		case "publisher":
			i.Publisher = d.text()
		case "edition":
			i.Edition = d.text()
		case "place":
			i.Place = d.text()
		case "isbn":
			i.ISBN = d.text()
		case "title":
			p.Title = d.text()
		case "pages":
			p.Pages = d.text()
		}
	}
	return i, p
}

func (d *decoder) thesis() string { return d.textOf("university") }
