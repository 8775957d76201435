package zenodo

import "encoding/xml"

// datacite is what an answer in DataCite's XML is read into: an OAI-PMH
// record, the envelope oai_datacite, or a resource by itself. Elements are
// told by their local names, so that a server may use any prefix.
type datacite struct {
	XMLName   xml.Name
	OAI       string            `xml:"header>identifier"`
	Datestamp string            `xml:"header>datestamp"`
	Sets      []string          `xml:"header>setSpec"`
	Harvested *dataciteResource `xml:"metadata>oai_datacite>payload>resource"`
	Plain     *dataciteResource `xml:"metadata>resource"`
	Enveloped *dataciteResource `xml:"payload>resource"`
	dataciteResource
}

// dataciteResource is the element resource of DataCite's kernel 4, without
// what no record of a server has (sizes, formats, related items).
type dataciteResource struct {
	Identifiers  []dataciteIdentifier `xml:"identifier"`
	Alternates   []dataciteIdentifier `xml:"alternateIdentifiers>alternateIdentifier"`
	Related      []dataciteIdentifier `xml:"relatedIdentifiers>relatedIdentifier"`
	Creators     []datacitePerson     `xml:"creators>creator"`
	Contributors []datacitePerson     `xml:"contributors>contributor"`
	Titles       []dataciteText       `xml:"titles>title"`
	Descriptions []dataciteText       `xml:"descriptions>description"`
	Subjects     []dataciteSubject    `xml:"subjects>subject"`
	Dates        []dataciteDate       `xml:"dates>date"`
	Rights       []dataciteRights     `xml:"rightsList>rights"`
	Funding      []dataciteFunding    `xml:"fundingReferences>fundingReference"`
	Places       []string             `xml:"geoLocations>geoLocation>geoLocationPlace"`
	Type         dataciteType         `xml:"resourceType"`
	Publisher    string               `xml:"publisher"`
	Year         string               `xml:"publicationYear"`
	Language     string               `xml:"language"`
	Version      string               `xml:"version"`
}

// dataciteIdentifier is an identifier in one of three roles, each of which
// names its scheme by an attribute of its own.
type dataciteIdentifier struct {
	Value         string `xml:",chardata"`
	Scheme        string `xml:"identifierType,attr"`
	AlternateType string `xml:"alternateIdentifierType,attr"`
	RelatedType   string `xml:"relatedIdentifierType,attr"`
	Relation      string `xml:"relationType,attr"`
	General       string `xml:"resourceTypeGeneral,attr"`
}

type datacitePerson struct {
	CreatorName     string           `xml:"creatorName"`
	ContributorName string           `xml:"contributorName"`
	Role            string           `xml:"contributorType,attr"`
	Affiliations    []string         `xml:"affiliation"`
	Identifiers     []dataciteNameID `xml:"nameIdentifier"`
}

type dataciteNameID struct {
	Value  string `xml:",chardata"`
	Scheme string `xml:"nameIdentifierScheme,attr"`
}

// dataciteText is a title or a description.
type dataciteText struct {
	Value string `xml:",chardata"`
	Title string `xml:"titleType,attr"`
	Kind  string `xml:"descriptionType,attr"`
}

type dataciteSubject struct {
	Value  string `xml:",chardata"`
	Scheme string `xml:"subjectScheme,attr"`
	URI    string `xml:"valueURI,attr"`
}

type dataciteDate struct {
	Value       string `xml:",chardata"`
	Type        string `xml:"dateType,attr"`
	Information string `xml:"dateInformation,attr"`
}

type dataciteRights struct {
	URI        string `xml:"rightsURI,attr"`
	Identifier string `xml:"rightsIdentifier,attr"`
}

type dataciteFunding struct {
	Funder     string         `xml:"funderName"`
	Identifier dataciteFunder `xml:"funderIdentifier"`
	Award      dataciteAward  `xml:"awardNumber"`
	Title      string         `xml:"awardTitle"`
}

type dataciteFunder struct {
	Value string `xml:",chardata"`
	Type  string `xml:"funderIdentifierType,attr"`
}

type dataciteAward struct {
	Value string `xml:",chardata"`
	URI   string `xml:"awardURI,attr"`
}

type dataciteType struct {
	Value   string `xml:",chardata"`
	General string `xml:"resourceTypeGeneral,attr"`
}
