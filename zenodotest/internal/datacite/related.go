package datacite

import (
	"strings"

	"github.com/zharvest/zharvest/zenodo"
	"github.com/zharvest/zharvest/zenodotest/internal/xmlout"
)

// identifierTypes are DataCite's names of the schemes that it takes.
var identifierTypes = map[string]string{
	"ark": "ARK", "arxiv": "arXiv", "bibcode": "bibcode", "doi": "DOI", "ean13": "EAN13", "eissn": "EISSN",
	"handle": "Handle", "igsn": "IGSN", "isbn": "ISBN", "issn": "ISSN", "istc": "ISTC", "lissn": "LISSN",
	"lsid": "LSID", "pmid": "PMID", "purl": "PURL", "upc": "UPC", "url": "URL", "urn": "URN", "w3id": "w3id",
}

// relatedIdentifiers writes those that DataCite takes, the concept that
// the record is a version of, and its communities.
func (w *writer) relatedIdentifiers(r *zenodo.Record) {
	all := make([]zenodo.RelatedIdentifier, 0, len(r.Metadata.RelatedIdentifiers)+1+len(r.Communities))
	hasConcept := r.ConceptDOI == ""
	for _, id := range r.Metadata.RelatedIdentifiers {
		if identifierTypes[id.Scheme] == "" {
			continue
		}
		all = append(all, id)
		hasConcept = hasConcept || strings.EqualFold(id.Relation, "isVersionOf") && strings.EqualFold(id.Identifier, string(r.ConceptDOI))
	}
	if !hasConcept {
		all = append(all, zenodo.RelatedIdentifier{Identifier: string(r.ConceptDOI), Relation: "isVersionOf", Scheme: "doi"})
	}
	for _, slug := range r.Communities {
		all = append(all, zenodo.RelatedIdentifier{Identifier: "https://zenodo.org/communities/" + string(slug), Relation: "isPartOf", Scheme: "url"})
	}
	xmlout.Section(&w.Writer, "relatedIdentifiers", all, func(id zenodo.RelatedIdentifier) {
		w.Leaf("relatedIdentifier", id.Identifier, "relatedIdentifierType", identifierTypes[id.Scheme],
			"relationType", capital(id.Relation), "resourceTypeGeneral", generalOf(id.ResourceType))
	})
}
