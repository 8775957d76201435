package zenodo

import (
	"cmp"
	"strings"
)

func (m *Metadata) addDataCite(res *dataciteResource) {
	m.Title = mainTitle(res.Titles)
	m.addDescriptions(res.Descriptions)
	m.Type, m.Subtype = res.Type.split()
	m.Publisher, m.Language, m.Version = trim(res.Publisher), trim(res.Language), trim(res.Version)
	for _, p := range res.Creators {
		m.Creators = append(m.Creators, p.creator())
	}
	for _, p := range res.Contributors {
		m.Contributors = append(m.Contributors, Contributor{Creator: p.creator(), Type: trim(p.Role)})
	}
	m.addSubjects(res.Subjects)
	m.addRights(res.Rights)
	for _, f := range res.Funding {
		m.Grants = append(m.Grants, f.grant())
	}
	for _, place := range res.Places {
		m.Locations = append(m.Locations, Location{Place: trim(place)})
	}
}

// mainTitle is the title without a type: translations and subtitles have one.
func mainTitle(titles []dataciteText) string {
	for _, t := range titles {
		if t.Title == "" {
			return trim(t.Value)
		}
	}
	if len(titles) > 0 {
		return trim(titles[0].Value)
	}
	return ""
}

// addDescriptions reads descriptions as those of the JSON: the first abstract
// is the record's own, of the others one is the methods and the last the notes.
func (m *Metadata) addDescriptions(descriptions []dataciteText) {
	for _, d := range descriptions {
		switch text := trim(d.Value); {
		case d.Kind == "Abstract" && m.Description == "":
			m.Description = text
		case d.Kind == "Methods":
			m.Method = text
		default:
			m.Notes = text
		}
	}
}

func (p datacitePerson) creator() Creator {
	c := Creator{Name: trim(cmp.Or(p.CreatorName, p.ContributorName))}
	if len(p.Affiliations) > 0 {
		c.Affiliation = trim(p.Affiliations[0])
	}
	for _, id := range p.Identifiers {
		switch strings.ToUpper(trim(id.Scheme)) {
		case "ORCID":
			c.ORCID = bareORCID(trim(id.Value))
		case "GND":
			c.GND = trim(id.Value)
		}
	}
	return c
}

// addSubjects parts free keywords from terms of a vocabulary.
func (m *Metadata) addSubjects(subjects []dataciteSubject) {
	for _, s := range subjects {
		term := trim(s.Value)
		if s.Scheme != "" || s.URI != "" {
			m.Subjects = append(m.Subjects, Subject{Term: term, Identifier: trim(s.URI), Scheme: trim(s.Scheme)})
		} else if term != "" {
			m.Keywords = append(m.Keywords, term)
		}
	}
}

// accessRights are addresses by which Zenodo's older XML tells who may see
// the files. Today's does not tell.
var accessRights = map[string]string{
	"info:eu-repo/semantics/openAccess":       "open",
	"info:eu-repo/semantics/embargoedAccess":  "embargoed",
	"info:eu-repo/semantics/restrictedAccess": "restricted",
	"info:eu-repo/semantics/closedAccess":     "closed",
}

// addRights reads the access right, if any, and the first licence.
func (m *Metadata) addRights(rights []dataciteRights) {
	for _, r := range rights {
		if access, ok := accessRights[trim(r.URI)]; ok {
			m.AccessRight = access
		} else if m.License == "" && m.LicenseURL == "" {
			m.License, m.LicenseURL = trim(r.Identifier), trim(r.URI)
		}
	}
}

func (f dataciteFunding) grant() Grant {
	g := Grant{Code: trim(f.Award.Value), Title: trim(f.Title), URL: trim(f.Award.URI), Funder: Funder{Name: trim(f.Funder)}}
	if f.Identifier.Type == "Crossref Funder ID" || f.Identifier.Type == "Crossref Funder" {
		g.Funder.DOI = strings.TrimPrefix(trim(f.Identifier.Value), "https://doi.org/")
	}
	return g
}
