package index_test

import (
	"path/filepath"
	"testing"

	"github.com/zharvest/zharvest/index"
	"github.com/zharvest/zharvest/zenodo"
)

// The page of a record that is known from DataCite's XML is at the server that
// it came from, where that is known to be no Zenodo, also after a reindex.
func TestPagesOfPlainRDM(t *testing.T) {
	const raw = `<record xmlns="http://www.openarchives.org/OAI/2.0/"><header><identifier>oai:nowhere.example:aaaaa-00001</identifier></header><metadata>` +
		`<resource xmlns="http://datacite.org/schema/kernel-4"><alternateIdentifiers><alternateIdentifier alternateIdentifierType="oai">oai:nowhere.example:aaaaa-00001</alternateIdentifier>` +
		`</alternateIdentifiers><titles><title>Tides</title></titles></resource></metadata></record>`
	for dialect, want := range map[zenodo.Dialect]string{
		zenodo.DialectZenodo: "https://nowhere.example/records/aaaaa-00001",
		zenodo.DialectRDM:    "https://data.example/records/aaaaa-00001",
	} {
		db := openIndex(t)
		path := db.Path()
		record, err := zenodo.DecodeRecord([]byte(raw))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := db.StoreRecords(t.Context(), record); err != nil {
			t.Fatal(err)
		}
		if err := db.NoteDialect(t.Context(), "https://data.example/api", dialect); err != nil {
			t.Fatal(err)
		}
		if err := db.Reindex(t.Context(), nil); err != nil {
			t.Fatal(err)
		}
		for range 2 {
			for r, err := range db.Records(t.Context(), index.Query{}) {
				if err != nil || r.URL != want {
					t.Errorf("%s: got %s, %v; want %s", dialect, r.URL, err, want)
				}
			}
			db = reopen(t, path)
		}
		part := filepath.Join(t.TempDir(), "part.db")
		if _, err := db.Extract(t.Context(), index.Query{}, part); err != nil {
			t.Fatal(err)
		}
		for r, err := range reopen(t, part).Records(t.Context(), index.Query{}) {
			if err != nil || r.URL != want {
				t.Errorf("%s: an extract has %s, %v; want %s", dialect, r.URL, err, want)
			}
		}
		if got := table(t, path, "SELECT url FROM records"); len(got) != 1 || got[0] != want+"\n" {
			t.Errorf("%s: the table has %q, want %s", dialect, got, want)
		}
	}
}
