package zenodo

import (
	"cmp"
	"strings"
)

// decodeDataCite reads one of the elements in the list of that name.
func (m *Metadata) decodeDataCite(d xmlDecoder, list string) {
	switch list {
	case "descriptions":
		kind := d.Attribute("descriptionType")
		m.addDescription(kind, d.Text())
	case "subjects":
		s := Subject{Identifier: d.Attribute("valueURI"), Scheme: d.Attribute("subjectScheme")}
		s.Term = d.Text()
		m.addSubject(s)
	case "rightsList":
		m.addRights(d.Attribute("rightsURI"), d.Attribute("rightsIdentifier"))
	case "fundingReferences":
		m.Grants = append(m.Grants, d.dataciteGrant())
	case "geoLocations":
		if l := d.dataciteLocation(); l.Place != "" || l.Point != nil {
			m.Locations = append(m.Locations, l)
		}
	}
}

// addDescription reads descriptions as those of the JSON: the first abstract
// is the record's own, of the others one is the methods and the last the notes.
func (m *Metadata) addDescription(kind, text string) {
	switch {
	case kind == "Abstract" && m.Description == "":
		m.Description = text
	case kind == "Methods":
		m.Method = text
	default:
		m.Notes = text
	}
}

// addSubject parts free keywords from terms of a vocabulary.
func (m *Metadata) addSubject(s Subject) {
	if s.Scheme != "" || s.Identifier != "" {
		m.Subjects = append(m.Subjects, s)
	} else if s.Term != "" {
		m.Keywords = append(m.Keywords, s.Term)
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

// addRights reads the access right, if it is one, or the first licence.
func (m *Metadata) addRights(uri, id string) {
	if access, ok := accessRights[uri]; ok {
		m.AccessRight = access
	} else if m.License == "" && m.LicenseURL == "" {
		m.setLicense(id, uri)
	}
}

// dataciteCreator reads a creator or a contributor.
func (d xmlDecoder) dataciteCreator() Creator {
	var c Creator
	for name := range d.Children {
		switch name {
		case "creatorName", "contributorName":
			c.Kind = strings.ToLower(d.Attribute("nameType"))
			c.Name = d.Text()
		case "affiliation":
			id := d.Attribute("affiliationIdentifier")
			if name := d.Text(); name != "" {
				c.Affiliations = append(c.Affiliations, Affiliation{Name: name, ID: bareROR(id)})
			}
		case "nameIdentifier":
			switch scheme := d.Attribute("nameIdentifierScheme"); {
			case isScheme(scheme, "ORCID"):
				c.ORCID = bareORCID(d.Text())
			case isScheme(scheme, "GND"):
				c.GND = d.Text()
			case isScheme(scheme, "ROR"):
				c.Kind = cmp.Or(c.Kind, "organizational")
				id := d.Text()
				c.ROR = cmp.Or(bareROR(id), id)
			}
		}
	}
	return c
}

// bareROR takes the resolver off an identifier of ROR; others are none.
func bareROR(s string) string {
	id, ok := strings.CutPrefix(strings.TrimPrefix(strings.TrimPrefix(s, "https://"), "http://"), "ror.org/")
	if !ok {
		return ""
	}
	return id
}

func (d *xmlDecoder) dataciteGrant() Grant {
	var g Grant
	for name := range d.Children {
		switch name {
		case "funderName":
			g.Funder.Name = d.Text()
		case "funderIdentifier":
			if strings.HasPrefix(d.Attribute("funderIdentifierType"), "Crossref Funder") {
				g.Funder.DOI = strings.TrimPrefix(d.Text(), "https://doi.org/")
			}
		case "awardNumber":
			g.URL = d.Attribute("awardURI")
			g.Code = d.Text()
		case "awardTitle":
			g.Title = d.Text()
		}
	}
	g.Funder.complete()
	return g
}

// dataciteLocation reads a place, a point, or both.
func (d xmlDecoder) dataciteLocation() Location {
	var l Location
	for name := range d.Children {
		switch name {
		case "geoLocationPlace":
			l.Place = d.Text()
		case "geoLocationPoint":
			l.Point = d.datacitePoint()
		}
	}
	return l
}

func (d xmlDecoder) datacitePoint() *Point {
	var latitude, longitude *float64
	for name := range d.Children {
		switch name {
		case "pointLatitude":
			latitude = parseDegrees(d.Text())
		case "pointLongitude":
			longitude = parseDegrees(d.Text())
		}
	}
	if latitude == nil || longitude == nil {
		return nil
	}
	return &Point{Latitude: *latitude, Longitude: *longitude}
}
