package zenodo

import "errors"

// dataciteRecord is a record in the making, with what is needed only until all
// of it was seen.
type dataciteRecord struct {
	Record
	oai, datestamp      string // of an OAI-PMH record's header
	year                string // of publication
	alternates, related []dataciteIdentifier
	dates               []dataciteDate
	hasTitle            bool // the title is the main one
	hasResource         bool
}

// dataciteIdentifier is another name of a record, or that of another thing.
type dataciteIdentifier struct {
	value    string
	scheme   string // as DataCite writes it: DOI, URL, …
	relation string // IsPartOf, …
	general  string // type of the other thing
}

type dataciteDate struct{ value, kind, information string }

// decodeAnswer reads a resource in whatever is around it: an OAI-PMH record, the
// envelope oai_datacite, or nothing. Elements are recognised by their names, so that
// a server may use any prefix.
func (r *dataciteRecord) decodeAnswer(d xmlDecoder, name string) {
	switch name {
	case "record", "metadata", "oai_datacite", "payload":
		for name := range d.Children {
			if name == "header" {
				r.decodeHeader(d)
				continue
			}
			r.decodeAnswer(d, name)
		}
	case "resource":
		if r.hasResource {
			d.Fail(errors.New("there is a second resource"))
		}
		r.hasResource = true
		for name := range d.Children {
			r.decodeElement(d, name)
		}
	}
}

func (r *dataciteRecord) decodeHeader(d xmlDecoder) {
	for name := range d.Children {
		switch name {
		case "identifier":
			r.oai = d.Text()
		case "datestamp":
			r.datestamp = d.Text()
		case "setSpec":
			r.addSet(d.Text())
		}
	}
}

// decodeElement reads an element of the resource.
func (r *dataciteRecord) decodeElement(d xmlDecoder, name string) {
	m := &r.Metadata
	switch name {
	case "identifier":
		if scheme := d.Attribute("identifierType"); r.DOI == "" && isScheme(scheme, "DOI") {
			r.DOI = DOI(d.Text())
		}
	case "publicationYear":
		r.year = d.Text()
	case "publisher":
		m.Publisher = d.Text()
	case "language":
		m.Language = languageID(d.Text())
	case "version":
		m.Version = d.Text()
	case "resourceType":
		general := d.Attribute("resourceTypeGeneral")
		m.Type, m.Subtype = splitDataCiteType(general, d.Text())
	default:
		for range d.Children {
			r.decodeMember(d, name)
		}
	}
}

// decodeMember reads one of the elements in the list of that name.
func (r *dataciteRecord) decodeMember(d xmlDecoder, list string) {
	m := &r.Metadata
	switch list {
	case "alternateIdentifiers":
		r.alternates = append(r.alternates, d.dataciteIdentifier("alternateIdentifierType"))
	case "relatedIdentifiers":
		r.related = append(r.related, d.dataciteIdentifier("relatedIdentifierType"))
	case "dates":
		date := dataciteDate{kind: d.Attribute("dateType"), information: d.Attribute("dateInformation")}
		date.value = d.Text()
		r.dates = append(r.dates, date)
	case "creators":
		m.Creators = append(m.Creators, d.dataciteCreator())
	case "contributors":
		role := d.Attribute("contributorType")
		m.Contributors = append(m.Contributors, Contributor{Creator: d.dataciteCreator(), Type: role})
	case "titles":
		r.decodeTitle(d)
	default:
		m.decodeDataCite(d, list)
	}
}

// decodeTitle reads a title. Translations and subtitles have a type, and count
// only where there is no other.
func (r *dataciteRecord) decodeTitle(d xmlDecoder) {
	isMain := d.Attribute("titleType") == ""
	title := d.Text()
	if r.Metadata.Title == "" || isMain && !r.hasTitle {
		r.Metadata.Title, r.hasTitle = title, isMain
	}
}

func (d xmlDecoder) dataciteIdentifier(scheme string) dataciteIdentifier {
	id := dataciteIdentifier{scheme: d.Attribute(scheme), relation: d.Attribute("relationType"), general: d.Attribute("resourceTypeGeneral")}
	id.value = d.Text()
	return id
}
