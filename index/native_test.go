package index_test

import "testing"

// A record in InvenioRDM's own JSON is found by what the legacy JSON drops.
func TestNativeFields(t *testing.T) {
	const native = `{"id": "3", "created": "2026-01-01T00:00:00+00:00", "updated": "2026-01-01T00:00:00+00:00", "parent": {"id": "2"},
		"versions": {"is_latest": true, "index": 1}, "access": {"status": "open", "files": "public", "record": "public"}, "files": {"enabled": true, "entries": {}},
		"metadata": {"title": "Frogs", "publication_date": "2026", "resource_type": {"id": "dataset"}, "languages": [{"id": "eng"}, {"id": "deu"}],
			"additional_titles": [{"title": "Frösche im Teich", "type": {"id": "alternative-title"}}],
			"additional_descriptions": [{"description": "first", "type": {"id": "notes"}}, {"description": "tabled", "type": {"id": "table-of-contents"}}],
			"creators": [{"person_or_org": {"name": "CERN", "type": "organizational", "identifiers": [{"scheme": "ror", "identifier": "01ggx4157"}]}},
				{"person_or_org": {"name": "Roe, R."}, "affiliations": [{"name": "First House"}, {"id": "02ex6cf31", "name": "Second House"}]}],
			"rights": [{"id": "cc-by-4.0"}, {"id": "mit"}],
			"funding": [{"funder": {"id": "00k4n6c32", "name": "European Commission"}, "award": {"id": "00k4n6c32::77", "number": "77"}}]}}`
	db := openIndex(t)
	store(t, db, native, record(1))
	for _, query := range []string{
		`metadata.creators.affiliations.name:"Second House"`, `"second house"`, `metadata.creators.affiliations.id:02ex6cf31`,
		`metadata.creators.person_or_org.identifiers.identifier:01ggx4157`, `metadata.additional_titles.title:teich`, `frosche`,
		`metadata.additional_titles.type.id:alternative\-title`, `metadata.additional_descriptions.type.id:table\-of\-contents`, `tabled`,
		`metadata.languages.id:deu`, `metadata.rights.id:mit`, `metadata.funding.funder.id:00k4n6c32`, `metadata.funding.award.id:"00k4n6c32::77"`,
	} {
		equalIDs(t, query, find(t, db, query), "3")
	}
}
