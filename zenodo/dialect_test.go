package zenodo_test

import (
	"errors"
	"fmt"
	"net/http"
	"testing"

	"github.com/zharvest/zharvest/zenodo"
)

func TestDialect(t *testing.T) {
	const legacyType, nativeType = "application/vnd.zenodo.v1+json", "application/vnd.inveniordm.v1+json"
	const nativeOfZenodo = `{"id": "7", "parent": {"id": "6"}, "pids": {"oai": {"identifier": "oai:zenodo.org:7"}}}`
	for _, tc := range []struct {
		name      string
		mediaType string
		hits      string
		want      zenodo.Dialect
		pageSize  int
	}{
		{"Zenodo", legacyType, legacyFrog, zenodo.DialectZenodo, 25},
		{"Zenodo without records", legacyType, "", zenodo.DialectZenodo, 25},
		{"Zenodo that knows its own form no longer", nativeType, nativeOfZenodo, zenodo.DialectZenodo, 25},
		{"Zenodo behind something that changes types", "application/json", legacyFrog, zenodo.DialectZenodo, 25},
		{"InvenioRDM", nativeType, rdmFrog, zenodo.DialectRDM, 100},
		{"InvenioRDM without records", nativeType + "; charset=utf-8", "", zenodo.DialectRDM, 100},
		{"InvenioRDM whose ids are numbers", nativeType, `{"id": "7", "parent": {"id": "6"}, "pids": {"oai": {"identifier": "oai:cds.example:7"}}}`, zenodo.DialectRDM, 100},
		{"InvenioRDM behind something that changes types", "application/json", rdmFrog, zenodo.DialectRDM, 100},
		{"InvenioRDM with a record that shows nothing", nativeType, `{"id": "7", "parent": {"id": "6"}, "pids": {}}`, zenodo.DialectRDM, 100},
	} {
		c := serve(t, func(w http.ResponseWriter, r *http.Request) {
			if got := r.Header.Get("Accept"); got != legacyType+", "+nativeType+";q=0.9, application/json;q=0.8" {
				t.Errorf("%s: asked for %s", tc.name, got)
			}
			w.Header().Set("Content-Type", tc.mediaType)
			fmt.Fprintf(w, `{"hits": {"hits": [%s], "total": 1}}`, tc.hits)
		})
		for range 2 {
			if got, err := c.Dialect(t.Context()); got != tc.want || err != nil {
				t.Errorf("%s: got %q, %v; want %q", tc.name, got, err, tc.want)
			}
		}
		if n := c.Usage().Requests; n != 1 {
			t.Errorf("%s: %d requests, want 1", tc.name, n)
		}
		if got := c.PageSize(); got != tc.pageSize {
			t.Errorf("%s: pages of %d, want %d", tc.name, got, tc.pageSize)
		}
	}
}

// Of the hosts of Zenodo it is known.
func TestDialectOfZenodo(t *testing.T) {
	for _, api := range []string{"https://zenodo.org/api", "https://Sandbox.Zenodo.org/api"} {
		c, err := zenodo.NewClient(zenodo.WithBaseURL(api))
		if err != nil {
			t.Fatal(err)
		}
		if got := c.KnownDialect(); got != zenodo.DialectZenodo {
			t.Errorf("%s: got %q", api, got)
		}
	}
}

// What could not be asked for is asked for again.
func TestDialectAgain(t *testing.T) {
	status := 403
	c := serve(t, func(w http.ResponseWriter, _ *http.Request) { reply(w, status, envelopeJSON(1, rdmFrog)) })
	if d, err := c.Dialect(t.Context()); !errors.Is(err, zenodo.ErrForbidden) {
		t.Errorf("got %q, %v; want %v", d, err, zenodo.ErrForbidden)
	}
	status = 200
	if d, err := c.Dialect(t.Context()); d != zenodo.DialectRDM || err != nil {
		t.Errorf("got %q, %v; want %q", d, err, zenodo.DialectRDM)
	}
}

// The records that come show it, too, the first of a page that does. A host that
// is known to be Zenodo's stays so.
func TestDialectOfRecords(t *testing.T) {
	const quiet = `{"id": "7", "parent": {"id": "6"}}`
	for _, tc := range []struct {
		hits string
		want zenodo.Dialect
	}{
		{rdmFrog, zenodo.DialectRDM},
		{legacyFrog, zenodo.DialectZenodo},
		{quiet, ""},
		{quiet + "," + rdmFrog, zenodo.DialectRDM},
		{`{"id": "7", "parent": {}, "pids": {"oai": {"identifier": "oai:zenodo.org:7"}}},` + rdmFrog, zenodo.DialectZenodo},
	} {
		c := serve(t, func(w http.ResponseWriter, _ *http.Request) { reply(w, 200, envelopeJSON(2, tc.hits)) })
		if got := c.KnownDialect(); got != "" {
			t.Errorf("at first got %q", got)
		}
		if _, err := c.Records.Search(t.Context(), zenodo.SearchOptions{}); err != nil {
			t.Fatal(err)
		}
		if got := c.KnownDialect(); got != tc.want {
			t.Errorf("%s: got %q, want %q", tc.hits, got, tc.want)
		}
	}
}

// A DOI is found where ids are no numbers, also that of a concept, and one that
// looks like Zenodo's.
func TestGetByDOIFromRDM(t *testing.T) {
	const record = `{"id": "aaaaa-0000%d", "pids": {"doi": {"identifier": "10.5281/zenodo.%[1]d"}}, "parent": {"id": "b", "pids": {"doi": {"identifier": "10.1234/all"}}}, "versions": {"index": %[1]d, "is_latest": %t}}`
	hits := []string{fmt.Sprintf(record, 1, false), fmt.Sprintf(record, 2, true)}
	for doi, want := range map[string]zenodo.RecordID{"10.5281/zenodo.1": "aaaaa-00001", "10.1234/ALL": "aaaaa-00002"} {
		c := serve(t, func(w http.ResponseWriter, r *http.Request) {
			switch {
			case r.URL.Path != "/api/records":
				reply(w, 404, `{"status": 404, "message": "The persistent identifier does not exist."}`)
			case r.FormValue("q") == "":
				reply(w, 200, envelopeJSON(2, hits...))
			case r.FormValue("q") == fmt.Sprintf(`pids.doi.identifier:"%s" OR parent.pids.doi.identifier:"%[1]s"`, doi) && r.FormValue("allversions") == "true":
				reply(w, 200, envelopeJSON(2, hits...))
			default:
				reply(w, 200, envelopeJSON(0))
			}
		})
		got, err := c.Records.Get(t.Context(), doi)
		if err != nil || got.ID != want {
			t.Errorf("%s: got %+v, %v; want %s", doi, got, err, want)
		}
	}
}
