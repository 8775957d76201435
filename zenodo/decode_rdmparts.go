package zenodo

import (
	"cmp"
	"slices"
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
		c := d.rdmContributor()
		c.Role = c.Type
		out = append(out, c.Creator)
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
			c.Affiliations = d.affiliations()
		}
	}
	return c
}

func (d *decoder) affiliations() []Affiliation {
	var out []Affiliation
	for range d.objects {
		var a Affiliation
		for key := range d.fields {
			switch string(key) {
			case "id":
				a.ID = d.text()
			case "name":
				a.Name = d.text()
			case "identifiers":
				a.Identifiers = d.alternateIdentifiers()
			}
		}
		if a.Name != "" || a.ID != "" {
			out = append(out, a)
		}
	}
	return out
}

func (d *decoder) personOrOrg(c *Creator) {
	for key := range d.fields {
		switch string(key) {
		case "name":
			c.Name = d.text()
		case "type":
			c.Kind = d.text()
		case "given_name":
			c.GivenName = d.text()
		case "family_name":
			c.FamilyName = d.text()
		case "identifiers":
			for range d.objects {
				d.personID(c)
			}
		}
	}
	c.Name = cmp.Or(c.Name, strings.Trim(c.FamilyName+", "+c.GivenName, ", "))
}

func (d *decoder) personID(c *Creator) {
	id := d.relatedIdentifier()
	switch id.Scheme {
	case "orcid":
		c.ORCID = bareORCID(id.Identifier)
	case "gnd":
		c.GND = id.Identifier
	case "ror":
		c.Kind, c.ROR = cmp.Or(c.Kind, "organizational"), id.Identifier
	default:
		c.Identifiers = append(c.Identifiers, AlternateIdentifier{Identifier: id.Identifier, Scheme: id.Scheme})
	}
}

// decodeDescriptions reads the additional descriptions, and of them the notes
// and the methods, which the legacy JSON has.
func (m *Metadata) decodeDescriptions(d *decoder) {
	m.AdditionalDescriptions = d.typedTexts("description")
	for _, t := range m.AdditionalDescriptions {
		switch t.Type {
		case "methods":
			m.Method = t.Text
		case "notes":
			m.Notes = t.Text
		}
	}
}

// typedTexts reads additional titles or descriptions.
func (d *decoder) typedTexts(name string) []TypedText {
	var out []TypedText
	for range d.objects {
		var t TypedText
		for key := range d.fields {
			switch string(key) {
			case name:
				t.Text = d.text()
			case "type":
				t.Type = d.id()
			case "lang":
				t.Language = d.id()
			}
		}
		if t.Text != "" {
			out = append(out, t)
		}
	}
	return out
}

// decodeSubjects parts free keywords from terms of a vocabulary, as the legacy
// JSON does.
func (m *Metadata) decodeSubjects(d *decoder) {
	m.Keywords, m.Subjects = nil, nil
	for _, s := range d.rdmSubjects() {
		if s.Identifier == "" {
			m.Keywords = append(m.Keywords, s.Term)
		} else {
			m.Subjects = append(m.Subjects, s)
		}
	}
}

func (d *decoder) rdmSubjects() []Subject {
	var out []Subject
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
		out = append(out, s)
	}
	return out
}

// decodeReferences reads the texts, and the identifiers that some of them have.
func (m *Metadata) decodeReferences(d *decoder) {
	m.References, m.ReferenceIDs = nil, nil
	for range d.objects {
		var text string
		var id AlternateIdentifier
		for key := range d.fields {
			switch string(key) {
			case "reference":
				text = d.text()
			case "identifier":
				id.Identifier = d.text()
			case "scheme":
				id.Scheme = d.text()
			}
		}
		if text = cmp.Or(text, id.Identifier); text != "" {
			m.References, m.ReferenceIDs = append(m.References, text), append(m.ReferenceIDs, id)
		}
	}
	if !slices.ContainsFunc(m.ReferenceIDs, func(id AlternateIdentifier) bool { return id.Identifier != "" }) {
		m.ReferenceIDs = nil
	}
}

// rights reads all licences.
func (d *decoder) rights() []Right {
	var out []Right
	for range d.objects {
		var r Right
		for key := range d.fields {
			switch string(key) {
			case "id":
				r.ID = d.text()
			case "title":
				r.Title = d.text()
			case "description":
				r.Description = d.text()
			case "link":
				r.URL = cmp.Or(r.URL, d.text())
			case "props":
				r.URL = cmp.Or(d.textOf("url"), r.URL)
			}
		}
		out = append(out, r)
	}
	return out
}

// setRights keeps all licences, and the first of them as the legacy JSON does.
func (m *Metadata) setRights(rights []Right) {
	m.Rights = rights
	if len(rights) == 0 {
		m.setLicense("", "")
		return
	}
	first := rights[0]
	if first.ID == "" {
		first.URL = "" // a statement is none of Zenodo's licences
	}
	m.setLicense(first.ID, first.URL)
}

func (d *decoder) funding() []Grant {
	var out []Grant
	for range d.objects {
		var g Grant
		for key := range d.fields {
			switch string(key) {
			case "funder":
				g.Funder = d.rdmFunder()
			case "award":
				d.award(&g)
			}
		}
		out = append(out, g)
	}
	return out
}

func (d *decoder) rdmFunder() Funder {
	var f Funder
	for key := range d.fields {
		switch string(key) {
		case "id":
			f.ID = d.text()
		case "name":
			f.Name = d.text()
		case "identifiers":
			f.Identifiers = d.alternateIdentifiers()
			for _, id := range f.Identifiers {
				if id.Scheme == "doi" {
					f.DOI = id.Identifier
				}
			}
		}
	}
	f.complete()
	return f
}

func (d *decoder) award(g *Grant) {
	for key := range d.fields {
		switch string(key) {
		case "id":
			g.ID = d.text()
		case "number":
			g.Code = d.text()
		case "title":
			g.Title = d.text()
		case "acronym":
			g.Acronym = d.text()
		case "program":
			g.Program = d.text()
		case "identifiers":
			for _, id := range d.alternateIdentifiers() {
				switch id.Scheme {
				case "url":
					g.URL = id.Identifier
				case "doi":
					g.DOI = DOI(id.Identifier)
				default:
					g.Identifiers = append(g.Identifiers, id)
				}
			}
		case "subjects":
			g.Subjects = d.rdmSubjects()
		case "organizations":
			g.Organizations = d.textsOf("organization")
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
