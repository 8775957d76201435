package index_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/zharvest/zharvest/index"
	"github.com/zharvest/zharvest/zenodo"
)

// Of versions that came without their places, the one that the server names is
// the latest; of a concept without that version nothing changes.
func TestStoreLatest(t *testing.T) {
	db := openIndex(t)
	var partial []*zenodo.Record
	for _, id := range []string{"aaaaa-00001", "zzzzz-00001"} {
		partial = append(partial, &zenodo.Record{
			ID: zenodo.RecordID(id), ConceptID: "bbbbb-00001", IsLatest: true, Format: zenodo.FormatDataCite,
			Raw: fmt.Appendf(nil, `<record xmlns="http://www.openarchives.org/OAI/2.0/"><header><identifier>oai:x:%s</identifier></header><metadata><resource xmlns="http://datacite.org/schema/kernel-4"/></metadata></record>`, id),
		})
	}
	if _, err := db.StoreRecords(t.Context(), partial...); err != nil {
		t.Fatal(err)
	}
	if got, err := db.Undecided(t.Context()); !slices.Equal(got, []zenodo.ConceptID{"bbbbb-00001"}) || err != nil {
		t.Errorf("undecided %q, %v", got, err)
	}
	for _, id := range []string{"ccccc-00001", "aaaaa-00001"} {
		raw := fmt.Sprintf(`{"id": %q, "parent": {"id": "bbbbb-00001"}, "versions": {"index": 2, "is_latest": true}, "metadata": {"title": "Tides"}}`, id)
		latest, err := zenodo.DecodeRecord([]byte(raw))
		if err != nil {
			t.Fatal(err)
		}
		if err := db.StoreLatest(t.Context(), latest); err != nil {
			t.Fatal(err)
		}
	}
	var latest []string
	for r, err := range db.Records(t.Context(), index.Query{}) {
		if err != nil {
			t.Fatal(err)
		}
		latest = append(latest, string(r.ID))
	}
	equalIDs(t, "latest", latest, "aaaaa-00001")
	if got, err := db.Undecided(t.Context()); len(got) > 0 || err != nil {
		t.Errorf("then undecided %q, %v", got, err)
	}
}
