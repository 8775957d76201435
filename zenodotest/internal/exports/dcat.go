package exports

import (
	"cmp"
	"strconv"
	"strings"

	"github.com/zharvest/zharvest/internal/vocab"
	"github.com/zharvest/zharvest/zenodo"
	"github.com/zharvest/zharvest/zenodotest/internal/filenames"
	"github.com/zharvest/zharvest/zenodotest/internal/xmlout"
)

// namespaces are those of DCAT-AP, in pairs for attributes.
var namespaces = []string{
	"xmlns:rdf", "http://www.w3.org/1999/02/22-rdf-syntax-ns#", "xmlns:adms", "http://www.w3.org/ns/adms#",
	"xmlns:bibo", "http://purl.org/ontology/bibo/", "xmlns:citedcat", "https://w3id.org/citedcat-ap/", "xmlns:dct", "http://purl.org/dc/terms/",
	"xmlns:dctype", "http://purl.org/dc/dcmitype/", "xmlns:dcat", "http://www.w3.org/ns/dcat#", "xmlns:foaf", "http://xmlns.com/foaf/0.1/",
	"xmlns:gsp", "http://www.opengis.net/ont/geosparql#", "xmlns:locn", "http://www.w3.org/ns/locn#", "xmlns:org", "http://www.w3.org/ns/org#",
	"xmlns:owl", "http://www.w3.org/2002/07/owl#", "xmlns:prov", "http://www.w3.org/ns/prov#", "xmlns:rdfs", "http://www.w3.org/2000/01/rdf-schema#",
	"xmlns:skos", "http://www.w3.org/2004/02/skos/core#", "xmlns:vcard", "http://www.w3.org/2006/vcard/ns#", "xmlns:wdrs", "http://www.w3.org/2007/05/powder-s#",
}

const xsd = "http://www.w3.org/2001/XMLSchema#"

// DCAT is a record in DCAT-AP, the only format of OAI-PMH with links to files.
func DCAT(r *zenodo.Record, root string) []byte {
	m := &r.Metadata
	w := dcatWriter{}
	w.Open("rdf:RDF", namespaces...)
	about := cmp.Or(r.DOI.URL(), page(r, root))
	w.Open("rdf:Description", "rdf:about", about)
	w.resource("rdf:type", "http://www.w3.org/ns/dcat#Dataset")
	w.resource("dct:type", "http://purl.org/dc/dcmitype/"+dublinType(m))
	w.Leaf("dct:identifier", about, "rdf:datatype", xsd+"anyURI")
	w.resource("foaf:page", about)
	for i := range m.Creators {
		w.person("dct:creator", &m.Creators[i])
	}
	for i := range m.Contributors {
		w.person("dct:contributor", &m.Contributors[i].Creator)
	}
	w.Leaf("dct:title", m.Title)
	w.Open("dct:publisher")
	w.Open("foaf:Agent")
	w.Leaf("foaf:name", cmp.Or(m.Publisher, "Zenodo"))
	w.Close("foaf:Agent")
	w.Close("dct:publisher")
	w.Leaf("dct:issued", year(m), "rdf:datatype", xsd+"gYear")
	for _, keyword := range m.Keywords {
		w.Leaf("dcat:keyword", keyword)
	}
	w.Leaf("dct:issued", m.PublicationDate, "rdf:datatype", xsd+dateType(m.PublicationDate))
	if changed, ok := r.UpdatedAt.Time(); ok {
		w.Leaf("dct:modified", changed.Format("2006-01-02"), "rdf:datatype", xsd+"date")
	}
	w.Some("dct:language", m.Language)
	w.resource("owl:sameAs", page(r, root))
	w.otherIdentifier(page(r, root), "URL", xsd+"anyURI")
	w.otherIdentifier(oaiID(r), "oai", "")
	for _, id := range m.RelatedIdentifiers {
		w.related(id.Identifier, id.Scheme, id.Relation, id.ResourceType)
	}
	w.related(string(r.ConceptDOI), "doi", "isVersionOf", "")
	w.Some("owl:versionInfo", m.Version)
	w.Some("dct:description", m.Description)
	w.rights(m)
	w.distributions(r, root, about)
	w.Close("rdf:Description")
	w.Close("rdf:RDF")
	return w.Bytes()
}

type dcatWriter struct{ xmlout.Writer }

func (w *dcatWriter) resource(name, address string) { w.Leaf(name, "", "rdf:resource", address) }

func (w *dcatWriter) person(element string, c *zenodo.Creator) {
	w.Open(element)
	about := ""
	if c.ORCID != "" {
		about = "http://orcid.org/" + c.ORCID
	}
	w.Open("rdf:Description", "rdf:about", about)
	kind := "Organization"
	family, given := c.NameParts()
	if c.IsOrganization() {
		family, given = "", ""
	} else {
		kind = "Person"
	}
	w.resource("rdf:type", "http://xmlns.com/foaf/0.1/"+kind)
	if c.ORCID != "" {
		w.Leaf("dct:identifier", c.ORCID, "rdf:datatype", xsd+"string")
	}
	w.Leaf("foaf:name", c.Name)
	w.Some("foaf:givenName", given)
	w.Some("foaf:familyName", family)
	for _, a := range c.Affiliations {
		w.Open("org:memberOf")
		w.Open("foaf:Organization")
		w.Leaf("foaf:name", a.Name)
		w.Close("foaf:Organization")
		w.Close("org:memberOf")
	}
	w.Close("rdf:Description")
	w.Close(element)
}

func (w *dcatWriter) otherIdentifier(id, agency, kind string) {
	w.Open("adms:identifier")
	w.Open("adms:Identifier")
	w.Leaf("skos:notation", id, "rdf:datatype", kind)
	w.Leaf("adms:schemeAgency", agency)
	w.Close("adms:Identifier")
	w.Close("adms:identifier")
}

// related writes what a record is related to; without a word of Dublin Core for
// it in those of another vocabulary.
func (w *dcatWriter) related(id, scheme, relation, kind string) {
	if id == "" {
		return
	}
	element := map[string]string{
		"isversionof": "dct:isVersionOf", "hasversion": "dct:hasVersion", "ispartof": "dct:isPartOf", "haspart": "dct:hasPart",
		"isderivedfrom": "dct:source", "references": "dct:references", "isreferencedby": "dct:isReferencedBy", "cites": "dct:references",
		"iscitedby": "dct:isReferencedBy", "requires": "dct:requires",
	}[strings.ToLower(relation)]
	if element == "" {
		element = "dct:relation"
		if strings.EqualFold(relation, "isCompiledBy") {
			element = "citedcat:isCompiledBy"
		}
	}
	address := id
	if scheme == "doi" {
		address = "https://doi.org/" + id
	}
	about := ""
	if strings.HasPrefix(address, "http") {
		about = address
	}
	w.Open(element)
	w.Open("rdf:Description", "rdf:about", about)
	w.Leaf("dct:identifier", address)
	if t, ok := vocab.ResourceTypes().Find(kind); ok {
		w.resource("rdf:type", "http://www.w3.org/ns/dcat#Dataset")
		w.resource("dct:type", "http://purl.org/dc/dcmitype/"+cmp.Or(t.General, "Text"))
	}
	w.Close("rdf:Description")
	w.Close(element)
}

func (w *dcatWriter) rights(m *zenodo.Metadata) {
	right := "PUBLIC"
	if m.AccessRight != "" && m.AccessRight != "open" {
		right = "RESTRICTED"
	}
	w.resource("dct:accessRights", "http://publications.europa.eu/resource/authority/access-right/"+right)
	w.Open("dct:accessRights")
	w.Open("dct:RightsStatement", "rdf:about", accessRight(m))
	w.Leaf("rdfs:label", "")
	w.Close("dct:RightsStatement")
	w.Close("dct:accessRights")
}

func (w *dcatWriter) distributions(r *zenodo.Record, root, about string) {
	if _, url := license(&r.Metadata); url != "" {
		w.distribution(about, func() { w.resource("dct:license", url) })
	}
	for _, f := range r.Files {
		w.distribution(about, func() {
			w.resource("dcat:downloadURL", page(r, root)+"/files/"+filenames.Quote(f.Key))
			w.Leaf("dcat:mediaType", filenames.MediaType(f.Key))
			w.Leaf("dcat:byteSize", strconv.FormatInt(f.Size, 10))
		})
	}
}

func (w *dcatWriter) distribution(about string, write func()) {
	w.Open("dcat:distribution")
	w.Open("dcat:Distribution")
	write()
	w.resource("dcat:accessURL", about)
	w.Close("dcat:Distribution")
	w.Close("dcat:distribution")
}

func dublinType(m *zenodo.Metadata) string {
	return cmp.Or(map[string]string{
		"dataset": "Dataset", "software": "Software", "image": "Image", "video": "MovingImage", "event": "Event", "physicalobject": "PhysicalObject",
	}[m.Type], "Text")
}

func dateType(date string) string {
	switch len(date) {
	case 4:
		return "gYear"
	case 7:
		return "gYearMonth"
	}
	return "date"
}
