package zenodotest_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/zharvest/zharvest/zenodotest"
)

// full is all that the legacy API documents, as it is taken and given out.
const full = `{
	"upload_type": "publication", "publication_type": "article", "title": "Frogs", "description": "<p>Many</p>",
	"creators": [
		{"name": "Doe,Jane", "affiliation": "Zenodo", "orcid": "https://orcid.org/0000-0002-1825-0097", "gnd": "gnd:170118215"},
		{"name": "Smith, John, Jr."}, {"name": "CERN"}],
	"publication_date": "2020-05/2020-06", "access_right": "open", "license": {"id": "CC-BY"}, "doi": "10.1234/external",
	"keywords": ["frogs", "toads"], "notes": "a note", "method": "by hand",
	"related_identifiers": [
		{"identifier": "arXiv:1304.1068", "relation": "isAlternateIdentifier"},
		{"identifier": "10.1234/foo", "relation": "iscitedby", "resource_type": "dataset"},
		{"identifier": "https://example.org/a", "relation": "isOrignialFormOf"}],
	"contributors": [{"name": "Roe, Richard", "type": "DataCurator", "affiliation": "EGI"}],
	"thesis_supervisors": [{"name": "Boss, Big"}], "thesis_university": "Padua",
	"references": ["Doe J (2014)"], "communities": [{"identifier": "egi-ace"}], "grants": [{"id": "283595"}, {"id": "10.13039/501100001711::1234"}],
	"journal_title": "J", "journal_volume": "1", "journal_issue": "2", "journal_pages": "3-4",
	"conference_title": "C", "conference_acronym": "CC", "conference_dates": "May", "conference_place": "Bonn",
	"conference_url": "http://example.org", "conference_session": "VI", "conference_session_part": "1",
	"imprint_publisher": "Press", "imprint_isbn": "978-3-16-148410-0", "imprint_place": "Rome", "partof_title": "Book", "partof_pages": "5",
	"subjects": [{"term": "Astronomy", "identifier": "http://id.loc.gov/1", "scheme": "url"}],
	"version": "1.2", "language": "en",
	"locations": [{"lat": 34.02132, "lon": -118.28802, "place": "Shannon", "description": "here"}, {"lat": 0, "lon": 3, "place": "Null"}],
	"dates": [{"start": "2018-03-21", "end": "2018-03-25", "type": "Collected", "description": "spring"}, {"start": "2018", "type": "valid"}],
	"custom": {"dwc:kingdom": ["Animalia"]}, "access_conditions": "ignored", "prereserve_doi": true, "nonsense": 1}`

const fullOut = `{
	"title": "Frogs", "doi": "10.1234/external", "publication_date": "2020-05/2020-06", "description": "<p>Many</p>", "access_right": "open",
	"creators": [
		{"name": "Doe, Jane", "affiliation": "Zenodo", "orcid": "0000-0002-1825-0097", "gnd": "170118215"},
		{"name": "Smith, John, Jr.", "affiliation": null}, {"name": "CERN", "affiliation": null}],
	"contributors": [
		{"name": "Boss, Big", "affiliation": null, "type": "Supervisor"},
		{"name": "Roe, Richard", "affiliation": "EGI", "type": "DataCurator"}],
	"keywords": ["frogs", "toads"], "subjects": [{"term": "Astronomy", "identifier": "http://id.loc.gov/1", "scheme": "url"}],
	"related_identifiers": [
		{"identifier": "10.1234/foo", "relation": "isCitedBy", "resource_type": "dataset", "scheme": "doi"},
		{"identifier": "https://example.org/a", "relation": "isOriginalFormOf", "scheme": "url"},
		{"identifier": "arXiv:1304.1068", "relation": "isAlternateIdentifier", "scheme": "arxiv"}],
	"locations": [{"place": "Shannon", "description": "here", "lon": -118.28802, "lat": 34.02132}, {"place": "Null"}],
	"dates": [{"start": "2018-03-21", "end": "2018-03-25", "type": "collected", "description": "spring"}, {"type": "valid"}],
	"version": "1.2", "references": ["Doe J (2014)"], "language": "eng", "custom": {"dwc:kingdom": ["Animalia"]},
	"grants": [{"id": "10.13039/501100000780::283595"}, {"id": "10.13039/501100001711::1234"}], "license": "cc-by-4.0",
	"journal_title": "J", "journal_volume": "1", "journal_issue": "2", "journal_pages": "3-4",
	"conference_title": "C", "conference_acronym": "CC", "conference_dates": "May", "conference_place": "Bonn",
	"conference_url": "http://example.org", "conference_session": "VI", "conference_session_part": "1",
	"imprint_publisher": "Press", "imprint_isbn": "978-3-16-148410-0", "imprint_place": "Rome", "partof_pages": "5", "partof_title": "Book",
	"thesis_university": "Padua", "communities": [{"identifier": "egi-ace"}], "notes": "a note", "method": "by hand",
	"upload_type": "publication", "publication_type": "article"}`

func TestMetadata(t *testing.T) {
	s := zenodotest.NewServer(t, zenodotest.Config{})
	d := create(t, s, `{"metadata": `+full+`}`)
	delete(d.Metadata, "prereserve_doi")
	var expected map[string]any
	if err := json.Unmarshal([]byte(fullOut), &expected); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(expected, d.Metadata); diff != "" {
		t.Errorf("stored (-want +got):\n%s", diff)
	}
	// A single date is not given out, so that it cannot be given back.
	refused(t, 400, `"field": "metadata.dates"`, call(t, "PUT", d.link("self"), map[string]any{"metadata": d.Metadata}))
	expected["dates"] = expected["dates"].([]any)[:1]
	again := want[deposition](t, 200, call(t, "PUT", d.link("self"), map[string]any{"metadata": expected}))
	delete(again.Metadata, "prereserve_doi")
	if diff := cmp.Diff(expected, again.Metadata); diff != "" {
		t.Errorf("given back (-want +got):\n%s", diff)
	}
	want[any](t, 201, upload(t, d, "a", "b"))
	p := want[deposition](t, 202, call(t, "POST", d.link("publish"), nil))
	if p.DOI != "10.1234/external" || p.ConceptDOI != "" {
		t.Errorf("published: got DOI %s, concept %s", p.DOI, p.ConceptDOI)
	}
	refused(t, 403, "denied", call(t, "POST", s.API()+"/deposit/depositions/"+d.text()+"/actions/newversion", nil))
	record := want[struct{ Metadata map[string]any }](t, 200, get(t, s, "/records/"+d.text())).Metadata
	for name, part := range map[string]string{
		"journal": "map[issue:2 pages:3-4 title:J volume:1]", "resource_type": "map[subtype:article title:Journal article type:publication]",
		"license": "map[id:cc-by-4.0]", "communities": "<nil>", "alternate_identifiers": "[map[identifier:arXiv:1304.1068]]",
		"imprint": "map[isbn:978-3-16-148410-0 place:Rome]", "thesis": "map[university:Padua]", "language": "eng",
	} {
		same(t, name, fmt.Sprint(record[name]), part)
	}
}

// TestRefusedMetadata checks what is refused when it is saved, and that nothing
// is saved then.
func TestRefusedMetadata(t *testing.T) {
	s := zenodotest.NewServer(t, zenodotest.Config{})
	d := create(t, s, complete())
	for _, c := range []struct{ metadata, field, message string }{
		{`{}`, "metadata._schema", "Metadata must be non-empty"},
		{`{"colour": 1}`, "metadata._schema", "Metadata must be non-empty"},
		{`[]`, "metadata", "Invalid input type."},
		{`{"title": 1}`, "metadata.title", "Not a valid string."},
		{`{"title": null}`, "metadata.title", "Field may not be null."},
		{`{"license": 123}`, "metadata.license", "Invalid license value provided (expected string, or object with 'id' key): 123"},
		{`{"license": {"title": "x"}}`, "metadata.license", "Invalid license object provided (missing 'id' key)"},
		{`{"license": "my own"}`, "metadata.license", "Invalid license provided: my own"},
		{`{"communities": ["a"]}`, "communities", "Communities must be an array of objects with an 'identifier' key."},
		{`{"communities": [{"id": "a"}]}`, "communities", "Communities must be"},
		{`{"related_identifiers": "x"}`, "metadata.related_identifiers", "related_identifiers must be a list"},
		{`{"related_identifiers": ["x"]}`, "metadata.related_identifiers.0", "Each related identifier must be an object"},
		{`{"related_identifiers": [{"identifier": "10.1/a", "relation": 1}]}`, "metadata.related_identifiers.0.relation", "relation must be a string"},
		{`{"related_identifiers": [{"identifier": "what is it", "relation": "cites"}]}`, "metadata.related_identifiers.scheme", "No valid scheme recognized"},
		{`{"language": "english"}`, "metadata.language", "Language must be either"},
		{`{"access_right": "secret"}`, "_schema", "Unknown access type."},
		{`{"access_right": "embargoed"}`, "_schema", "Unknown access type."},
		{`{"dates": [{"type": "valid"}]}`, "metadata.dates", "Invalid date provided."},
		{`{"creators": ["Doe"]}`, "metadata.creators.0", "Invalid input type."},
		{`{"creators": "Doe"}`, "metadata.creators", "Not a valid list."},
	} {
		t.Run(c.metadata, func(t *testing.T) {
			got := call(t, "PUT", d.link("self"), `{"metadata": `+c.metadata+`}`)
			refused(t, 400, `{"status": 400, "message": "A validation error occurred.", "errors": [{"field": "`+c.field+`", "messages": ["`+c.message, got)
		})
	}
	for _, crash := range []string{`{"locations": [{"lat": 1}]}`, `{"related_identifiers": [{"identifier": "10.1/a"}]}`, `{"grants": [{}]}`} {
		refused(t, 500, "error_id", call(t, "PUT", d.link("self"), `{"metadata": `+crash+`}`))
	}
	for _, c := range []struct {
		name  string
		value any
		said  string
	}{
		{"upload_type", "nonsense", "nonsense"},
		{"contributors", []any{map[string]any{"name": "A", "type": "Friend"}}, "friend"},
		{"related_identifiers", []any{map[string]any{"identifier": "10.1/a", "relation": "likes"}}, "likes"},
		{"dates", []any{map[string]any{"start": "2020", "type": "wedding"}}, "wedding"},
		{"language", "xqq", "xqq"},
		{"grants", []any{map[string]any{"id": "10.13039/501100000780::77"}}, "00k4n6c32::77"},
	} {
		refused(t, 400, `{"status": 400, "message": "Invalid value `+c.said+`."}`, call(t, "PUT", d.link("self"), complete(c.name, c.value)))
	}
	same(t, "title after all that", want[deposition](t, 200, call(t, "GET", d.link("self"), nil)).Title, "Frogs of the Alps")
}

// TestDroppedMetadata checks what is dropped without a word when it is saved,
// and what is found out when it is published.
func TestDroppedMetadata(t *testing.T) {
	s := zenodotest.NewServer(t, zenodotest.Config{})
	d := create(t, s, complete())
	want[any](t, 201, upload(t, d, "a", "b"))
	for _, c := range []struct {
		name    string
		value   any
		stored  string // what is there instead
		problem string // when it is published
	}{
		{"title", "ab", "<nil>", `{"field": "metadata.title", "messages": ["Missing data for required field."]}`},
		{"description", "ab", "<nil>", ""},
		{"version", strings.Repeat("1", 192), "<nil>", ""},
		{"publication_date", "yesterday", "<nil>", `{"field": "metadata.publication_date", "messages": ["Missing data for required field."]}`},
		{"creators", []any{}, "<nil>", `{"field": "metadata.creators", "messages": ["Missing data for required field."]}`},
		{"creators", []any{map[string]any{"name": ""}}, "[map[affiliation:<nil> name:]]", `{"field": "metadata.creators.0.person_or_org.family_name", "messages": ["Family name cannot be blank."]}`},
		{"creators", []any{map[string]any{"name": "A", "orcid": "0000-0002-1825-0098"}}, "[map[affiliation:<nil> name: orcid:0000-0002-1825-0098]]", `{"field": "metadata.creators.0.person_or_org.identifiers.0.identifier", "messages": ["Invalid ORCID identifier."]}`},
		{"contributors", []any{map[string]any{"name": "A"}}, "[map[affiliation:<nil> name:A type:<nil>]]", `{"field": "metadata.contributors.0.role", "messages": ["Missing data for required field."]}`},
		{"dates", []any{map[string]any{"start": "soon", "type": "valid"}}, "[map[type:valid]]", `{"field": "metadata.dates.0.date", "messages": ["Missing data for required field."]}`},
		{"doi", "nonsense", "nonsense", `{"field": "pids.doi", "messages": ["Invalid DOI"]}`},
		{"keywords", "ab", "[a b]", ""},
		{"language", "xx", "<nil>", ""},
		{"notes", 7, "<nil>", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			stored := want[deposition](t, 200, call(t, "PUT", d.link("self"), complete(c.name, c.value)))
			same(t, "stored", fmt.Sprint(stored.Metadata[c.name]), c.stored)
			if c.problem != "" {
				refused(t, 400, `"errors": [`+c.problem+`]`, call(t, "POST", d.link("publish"), nil))
			}
		})
	}
}

func TestAccess(t *testing.T) {
	s := zenodotest.NewServer(t, zenodotest.Config{})
	for _, c := range []struct{ right, until, wantRight, wantUntil, wantLicense string }{
		{"open", "", "open", "<nil>", "cc-zero"},
		{"closed", "", "restricted", "<nil>", "<nil>"},
		{"restricted", "", "restricted", "<nil>", "<nil>"},
		{"embargoed", "2999-01-01", "embargoed", "2999-01-01", "cc-zero"},
		{"embargoed", "1999-01-01", "embargoed", "1999-01-01", "cc-zero"}, // until it is to be published
	} {
		m := create(t, s, complete("access_right", c.right, "embargo_date", c.until)).Metadata
		same(t, c.right+" "+c.until, fmt.Sprint(m["access_right"], " ", m["embargo_date"], " ", m["license"]), c.wantRight+" "+c.wantUntil+" "+c.wantLicense)
	}
	same(t, "licence of an article", fmt.Sprint(create(t, s, complete("upload_type", "publication")).Metadata["license"]), "cc-by-4.0")
}
