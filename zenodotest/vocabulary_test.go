package zenodotest_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/zharvest/zharvest/export"
	"github.com/zharvest/zharvest/index"
	"github.com/zharvest/zharvest/internal/vocab"
	"github.com/zharvest/zharvest/querystring"
	"github.com/zharvest/zharvest/zenodo"
	"github.com/zharvest/zharvest/zenodotest"
)

// vocabularyWorld has a record of each licence, as the legacy JSON names it, and
// several of each resource type, in an emulator and in an index that is a copy.
type vocabularyWorld struct {
	*testing.T
	server *zenodotest.Server
	db     *index.DB
	ofType map[string][]string // ids of records by resource type
	ofText map[string][]string // ids of records by licence
}

func newVocabularyWorld(t *testing.T) *vocabularyWorld {
	t.Helper()
	w := &vocabularyWorld{T: t, ofType: map[string][]string{}, ofText: map[string][]string{}}
	types := slices.DeleteFunc(slices.Clone(vocab.ResourceTypes().Terms()), func(t vocab.ResourceType) bool { return t.Successor != "" })
	var lines bytes.Buffer
	for i, license := range vocab.Licenses().Terms() {
		id, kind := fmt.Sprint(2001+2*i), types[i%len(types)]
		w.ofType[kind.ID] = append(w.ofType[kind.ID], id)
		w.ofText[license.ID] = append(w.ofText[license.ID], id)
		subtype := ""
		if kind.Subtype() != "" {
			subtype = fmt.Sprintf(`, "subtype": %q`, kind.Subtype())
		}
		fmt.Fprintf(&lines, `{"id": %[1]s, "conceptrecid": "%[2]d", "created": "2024-01-02T03:04:05.%06[3]d+00:00", "updated": "2024-01-02T03:04:05+00:00", `+
			`"metadata": {"title": "Record %[1]s", "publication_date": "2024-01-02", "access_right": "open", "license": {"id": %[4]q}, `+
			`"resource_type": {"title": %[5]q, "type": %[6]q%[7]s}}, "files": [], "owners": [{"id": "1"}]}`+"\n",
			id, 2000+2*i, i, license.Legacy, kind.Title, kind.Type(), subtype)
	}
	file := filepath.Join(t.TempDir(), "records.jsonl")
	if err := os.WriteFile(file, lines.Bytes(), 0o666); err != nil {
		t.Fatal(err)
	}
	w.server = zenodotest.NewServer(t, zenodotest.Config{Data: []string{file}})
	w.copy()
	return w
}

// copy harvests the server.
func (w *vocabularyWorld) copy() {
	w.Helper()
	client, err := zenodo.NewClient(zenodo.WithBaseURL(w.server.API()))
	if err != nil {
		w.Fatal(err)
	}
	if w.db, err = index.Open(w.Context(), index.Memory); err != nil {
		w.Fatal(err)
	}
	w.Cleanup(func() { w.db.Close() })
	var records []*zenodo.Record
	for r, err := range client.Records.All(w.Context(), zenodo.SearchOptions{Sort: "oldest"}) {
		if err != nil {
			w.Fatal(err)
		}
		records = append(records, r)
	}
	if _, err := w.db.StoreRecords(w.Context(), records...); err != nil {
		w.Fatal(err)
	}
}

// served are the ids that the server finds.
func (w *vocabularyWorld) served(parameters ...string) (ids []string) {
	w.Helper()
	for _, r := range walk(w.T, w.server, "/records", parameters...) {
		ids = append(ids, r.text())
	}
	slices.Sort(ids)
	return ids
}

// held are the ids that the index finds.
func (w *vocabularyWorld) held(q index.Query) (ids []string) {
	w.Helper()
	for r, err := range w.db.Records(w.Context(), q) {
		if err != nil {
			w.Fatal(err)
		}
		ids = append(ids, string(r.ID))
	}
	slices.Sort(ids)
	return ids
}

func (w *vocabularyWorld) found(how string, got, want []string) {
	w.Helper()
	if !slices.Equal(got, want) {
		w.Errorf("%s: got %q, want %q", how, got, want)
	}
}

func (w *vocabularyWorld) parsed(text string) *querystring.Query {
	w.Helper()
	q, err := querystring.Parse(text)
	if err != nil {
		w.Fatalf("%s: %v", text, err)
	}
	return q
}

// query asks both for a value of a field.
func (w *vocabularyWorld) query(field, value string, want []string) {
	w.Helper()
	text := querystring.Term(field, value)
	w.found("the server, "+text, w.served("q", text), want)
	w.found("the index, "+text, w.held(index.Query{Parsed: w.parsed(text)}), want)
}

// exported is a record as the named format writes it; fields are empty where they
// cannot be chosen.
func (w *vocabularyWorld) exported(format, fields, id string) string {
	w.Helper()
	f, ok := export.Lookup(format)
	if !ok {
		w.Fatalf("no format %q", format)
	}
	var options export.Options
	if fields != "" {
		var err error
		if options.Fields, err = export.ParseFields(fields); err != nil {
			w.Fatal(err)
		}
	}
	var out strings.Builder
	if err := f.Write(&out, w.db.Records(w.Context(), index.Query{Parsed: w.parsed("id:" + id)}), options); err != nil {
		w.Fatalf("export %s as %s: %v", id, format, err)
	}
	return out.String()
}

// facet is the number of records by value of a facet.
func (w *vocabularyWorld) facet(name string) map[string]int {
	w.Helper()
	facets, err := w.db.Facets(w.Context(), index.Query{}, []string{name}, 0)
	if err != nil {
		w.Fatal(err)
	}
	counts := map[string]int{}
	for _, v := range facets[0].Values {
		counts[v.Value] = v.Count
	}
	return counts
}

// TestResourceTypesEverywhere: each resource type is the same in a search of the
// server and of the index, in facets and in exports.
func TestResourceTypesEverywhere(t *testing.T) {
	w := newVocabularyWorld(t)
	types, subtypes := w.facet("type"), w.facet("subtype")
	whole := map[string][]string{}
	for id, records := range w.ofType {
		kind, _, _ := strings.Cut(id, "-")
		whole[kind] = append(whole[kind], records...)
	}
	for kind, want := range whole {
		slices.Sort(want)
		w.found("the server, type="+kind, w.served("type", kind), want)
		w.found("the index, type "+kind, w.held(index.Query{Type: kind}), want)
		w.query("resource_type.type", kind, want)
		if n := search(t, w.server, "/records", "type", kind).count(kind); types[kind] != len(want) || n != len(want) {
			t.Errorf("facet %s: %d in the index, %d on the server, want %d", kind, types[kind], n, len(want))
		}
	}
	for id, want := range w.ofType {
		kind, _ := vocab.ResourceTypes().Find(id)
		if !slices.Contains(zenodo.ResourceTypes(), kind.Type()) {
			t.Errorf("%s is no known type", kind.Type())
		}
		w.query("metadata.resource_type.id", id, want)
		if kind.Subtype() != "" {
			w.found("the server, subtype of "+id, w.served("type", kind.Type(), "subtype", kind.Subtype()), want)
			w.found("the index, subtype of "+id, w.held(index.Query{Type: kind.Type(), Subtype: kind.Subtype()}), want)
			w.query("resource_type.subtype", id, want)
			n := search(t, w.server, "/records", "type", kind.Type(), "subtype", kind.Subtype()).count(id)
			if subtypes[id] != len(want) || n != len(want) {
				t.Errorf("facet %s: %d in the index, %d on the server, want %d", id, subtypes[id], n, len(want))
			}
			if !slices.Contains(zenodo.ResourceSubtypes(kind.Type()), kind.Subtype()) {
				t.Errorf("%s is no known subtype of %s", kind.Subtype(), kind.Type())
			}
		}
		same(t, "CSV of "+id, w.exported("csv", "type,subtype", want[0]), "type,subtype\n"+kind.Type()+","+kind.Subtype()+"\n")
		var datacite []struct {
			Types struct{ ResourceType, ResourceTypeGeneral string }
		}
		if err := json.Unmarshal([]byte(w.exported("datacite", "", want[0])), &datacite); err != nil {
			t.Fatal(err)
		}
		same(t, "DataCite of "+id, fmt.Sprint(datacite[0].Types), fmt.Sprint(struct{ Text, General string }{kind.Text, kind.General}))
		if ris := w.exported("ris", "", want[0]); !strings.HasPrefix(ris, "TY  - "+kind.RIS+"\r\n") {
			t.Errorf("RIS of %s: %s, want %s", id, ris, kind.RIS)
		}
		if csl := w.exported("csl", "", want[0]); !strings.Contains(csl, `"type":"`+kind.CSL+`"`) {
			t.Errorf("CSL of %s: %s, want %s", id, csl, kind.CSL)
		}
	}
}

// count is the number of a resource type, or of a type with its subtype.
func (p envelope) count(id string) int {
	for _, b := range p.Aggregations["resource_type"].Buckets {
		if b.Key == id {
			return b.Count
		}
		for _, inner := range b.Inner.Buckets {
			if inner.Key == id {
				return inner.Count
			}
		}
	}
	return 0
}

// TestLicensesEverywhere: each licence has one id in a search of the server and
// of the index, in facets, rows and exports, whatever the legacy JSON calls it.
func TestLicensesEverywhere(t *testing.T) {
	w := newVocabularyWorld(t)
	facet := w.facet("license")
	for _, license := range vocab.Licenses().Terms() {
		want := w.ofText[license.ID]
		w.query("license.identifier", license.ID, want)
		if facet[license.ID] != 1 {
			t.Errorf("facet %s: %d, want 1", license.ID, facet[license.ID])
		}
		same(t, "CSV of "+license.ID, w.exported("csv", "license", want[0]), "license\n"+license.ID+"\n")
		var datacite []struct {
			RightsList []struct{ Rights, RightsIdentifier, RightsURI string }
		}
		if err := json.Unmarshal([]byte(w.exported("datacite", "", want[0])), &datacite); err != nil {
			t.Fatal(err)
		}
		if got := datacite[0].RightsList[0]; got.Rights != license.Title || got.RightsIdentifier != license.ID {
			t.Errorf("DataCite of %s: %+v", license.ID, got)
		}
		if license.Legacy != license.ID {
			w.query("license.identifier", license.Legacy, nil)
		}
	}
	if len(facet) != len(vocab.Licenses().Terms()) {
		t.Errorf("the facet has %d licences, want %d", len(facet), len(vocab.Licenses().Terms()))
	}
}

// TestDepositedVocabulary: what the deposit API is given comes out as the
// vocabularies have it.
func TestDepositedVocabulary(t *testing.T) {
	s := zenodotest.NewServer(t, zenodotest.Config{})
	put := func(metadata string) map[string]any {
		t.Helper()
		return create(t, s, `{"metadata": {"title": "Frogs", `+metadata+`}}`).Metadata
	}
	for _, license := range vocab.Licenses().Terms() {
		taken, _ := vocab.DepositLicense(license.ID)
		same(t, license.ID, fmt.Sprint(put(`"license": "` + strings.ToUpper(license.ID) + `"`)["license"]), taken.Legacy)
	}
	for given, want := range map[string]string{"cc-by": "cc-by-4.0", "CC0-1.0": "cc-zero", "apache": "apache2.0", "cc-by-1.0": "cc-by", "fal": "<nil>"} {
		same(t, given, fmt.Sprint(put(`"license": "` + given + `"`)["license"]), want)
	}
	for _, kind := range vocab.ResourceTypes().Terms() {
		current := kind
		if kind.Successor != "" {
			current, _ = vocab.ResourceTypes().Find(kind.Successor)
		}
		got := put(fmt.Sprintf(`"upload_type": %q, "%s_type": %q`, kind.Type(), kind.Type(), kind.Subtype()))
		subtype := ""
		if given, ok := got[kind.Type()+"_type"]; ok {
			subtype = given.(string)
		}
		if got["upload_type"] != kind.Type() || subtype != current.Subtype() {
			t.Errorf("%s is stored as %v, %q", kind.ID, got["upload_type"], subtype)
		}
	}
	for given, want := range map[string]string{"de": "deu", "eng": "eng", "xq": "<nil>"} {
		same(t, given, fmt.Sprint(put(`"language": "` + given + `"`)["language"]), want)
	}
}
