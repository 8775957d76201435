package zenodo

import (
	"cmp"
	"strings"

	"github.com/zharvest/zharvest/internal/vocab"
)

// term reads an entry of a vocabulary.
func (d *decoder) term() (id, title string) {
	for key := range d.fields {
		switch string(key) {
		case "id":
			id = d.text()
		case "title":
			title = d.text()
		}
	}
	return id, title
}

func (d *decoder) rdmCreators() []Creator {
	var out []Creator
	for range d.objects {
		out = append(out, d.rdmContributor().Creator)
	}
	return out
}

func (d *decoder) rdmContributors() []Contributor {
	var out []Contributor
	for range d.objects {
		out = append(out, d.rdmContributor())
	}
	return out
}

func (d *decoder) rdmContributor() Contributor {
	var c Contributor
	for key := range d.fields {
		switch string(key) {
		case "person_or_org":
			d.personOrOrg(&c.Creator)
		case "role":
			id, _ := d.term()
			c.Type = nameOf(vocab.Roles(), id)
		case "affiliations":
			for i := range d.objects {
				if i == 0 {
					c.Affiliation = d.textOf("name")
				}
			}
		}
	}
	return c
}

func (d *decoder) personOrOrg(c *Creator) {
	var family, given string
	for key := range d.fields {
		switch string(key) {
		case "name":
			c.Name = d.text()
		case "type":
			c.Kind = d.text()
		case "given_name":
			given = d.text()
		case "family_name":
			family = d.text()
		case "identifiers":
			for range d.objects {
				d.personID(c)
			}
		}
	}
	c.Name = cmp.Or(c.Name, strings.Trim(family+", "+given, ", "))
}

func (d *decoder) personID(c *Creator) {
	id := d.relatedIdentifier()
	switch id.Scheme {
	case "orcid":
		c.ORCID = bareORCID(id.Identifier)
	case "gnd":
		c.GND = id.Identifier
	case "ror":
		c.Kind = cmp.Or(c.Kind, "organizational")
	}
}

// decodeDescriptions reads the additional descriptions: the methods, and the
// last of the others as notes.
func (m *Metadata) decodeDescriptions(d *decoder) {
	for range d.objects {
		var text, kind string
		for key := range d.fields {
			switch string(key) {
			case "description":
				text = d.text()
			case "type":
				kind, _ = d.term()
			}
		}
		if kind == "methods" {
			m.Method = text
		} else {
			m.Notes = text
		}
	}
}

// decodeSubjects parts free keywords from terms of a vocabulary, as the legacy
// JSON does.
func (m *Metadata) decodeSubjects(d *decoder) {
	m.Keywords, m.Subjects = nil, nil
	for range d.objects {
		var s Subject
		for key := range d.fields {
			switch string(key) {
			case "id":
				s.Identifier = d.text()
			case "subject":
				s.Term = d.text()
			case "scheme":
				s.Scheme = d.text()
			}
		}
		if s.Identifier == "" {
			m.Keywords = append(m.Keywords, s.Term)
		} else {
			m.Subjects = append(m.Subjects, s)
		}
	}
}

// rights reads the first license.
func (d *decoder) rights() (id, url string) {
	for i := range d.objects {
		if i > 0 {
			continue
		}
		for key := range d.fields {
			switch string(key) {
			case "id":
				id = d.text()
			case "props":
				url = d.textOf("url")
			}
		}
	}
	return id, url
}

func (d *decoder) funding() []Grant {
	var out []Grant
	for range d.objects {
		var g Grant
		for key := range d.fields {
			switch string(key) {
			case "funder":
				g.Funder.Name = d.textOf("name")
			case "award":
				d.award(&g)
			}
		}
		out = append(out, g)
	}
	return out
}

func (d *decoder) award(g *Grant) {
	for key := range d.fields {
		switch string(key) {
		case "number":
			g.Code = d.text()
		case "title":
			g.Title = d.text()
		case "acronym":
			g.Acronym = d.text()
		case "program":
			g.Program = d.text()
		}
	}
}

func (d *decoder) rdmDates() []Date {
	var out []Date
	for range d.objects {
		var date Date
		for key := range d.fields {
			switch string(key) {
			case "date":
				date.Start, date.End, _ = strings.Cut(d.text(), "/")
			case "type":
				date.Type, _ = d.term()
			case "description":
				date.Description = d.text()
			}
		}
		out = append(out, date)
	}
	return out
}
