package zenodo_test

import (
	"errors"
	"fmt"
	"net/http"
	"testing"

	"github.com/zharvest/zharvest/zenodo"
)

func TestDialect(t *testing.T) {
	for _, tc := range []struct {
		name     string
		status   int
		hits     string
		want     zenodo.Dialect
		pageSize int
	}{
		{"Zenodo", 200, legacyFrog, zenodo.DialectZenodo, 25},
		{"Zenodo without records", 200, "", zenodo.DialectZenodo, 25},
		{"InvenioRDM", 406, "", zenodo.DialectRDM, 100},
		{"InvenioRDM that sends its own form", 200, rdmFrog, zenodo.DialectRDM, 100},
	} {
		c := serve(t, func(w http.ResponseWriter, _ *http.Request) {
			reply(w, tc.status, fmt.Sprintf(`{"hits": {"hits": [%s], "total": 1}}`, tc.hits))
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
	c := serve(t, func(w http.ResponseWriter, _ *http.Request) { reply(w, status, `{}`) })
	if d, err := c.Dialect(t.Context()); !errors.Is(err, zenodo.ErrForbidden) {
		t.Errorf("got %q, %v; want %v", d, err, zenodo.ErrForbidden)
	}
	status = 406
	if d, err := c.Dialect(t.Context()); d != zenodo.DialectRDM || err != nil {
		t.Errorf("got %q, %v; want %q", d, err, zenodo.DialectRDM)
	}
}

// The records that come show it, too.
func TestDialectOfRecords(t *testing.T) {
	c := serve(t, func(w http.ResponseWriter, _ *http.Request) { reply(w, 200, envelopeJSON(1, rdmFrog)) })
	if got := c.KnownDialect(); got != "" {
		t.Errorf("at first got %q", got)
	}
	if _, err := c.Records.Search(t.Context(), zenodo.SearchOptions{}); err != nil {
		t.Fatal(err)
	}
	if got := c.KnownDialect(); got != zenodo.DialectRDM {
		t.Errorf("got %q, want %q", got, zenodo.DialectRDM)
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
			case r.Header.Get("Accept") == "application/vnd.zenodo.v1+json":
				reply(w, 406, `{"status": 406, "message": "Not acceptable"}`)
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
