package datacite_test

import (
	"bytes"
	"compress/gzip"
	"html"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/zharvest/zharvest/internal/vocab"
	"github.com/zharvest/zharvest/zenodo"
	"github.com/zharvest/zharvest/zenodotest/internal/datacite"
	"github.com/zharvest/zharvest/zenodotest/internal/synth"
)

// carried is what DataCite has a place for of a record: the rest is taken out,
// and the time of the last change is a day.
func carried(r zenodo.Record) zenodo.Record {
	r.CreatedAt, r.Revision, r.VersionIndex, r.IsLatest = "", 0, 0, true
	r.Files, r.FilesEnabled, r.Stats, r.Owners, r.Raw, r.Format = nil, nil, zenodo.Stats{}, nil, nil, ""
	day, _, _ := strings.Cut(string(r.UpdatedAt), "T")
	r.UpdatedAt = zenodo.Timestamp(day)
	if r.ConceptDOI == "" {
		r.ConceptID = ""
	}
	m := &r.Metadata
	m.TypeTitle, m.AccessRight, m.EmbargoDate, m.Publisher = "", "", "", ""
	m.Custom, m.CustomFields, m.References = nil, nil, nil
	m.Journal, m.Meeting, m.Imprint, m.PartOf, m.ThesisUniversity = zenodo.Journal{}, zenodo.Meeting{}, zenodo.Imprint{}, zenodo.PartOf{}, ""
	m.Creators, m.Contributors = slices.Clone(m.Creators), slices.Clone(m.Contributors)
	for i := range m.Creators {
		m.Creators[i].Kind = ""
	}
	for i := range m.Contributors {
		m.Contributors[i].Kind = ""
	}
	m.Locations = slices.Clone(m.Locations)
	for i := range m.Locations {
		m.Locations[i].Point = nil
	}
	m.Grants = slices.Clone(m.Grants)
	for i := range m.Grants {
		g := &m.Grants[i]
		g.Acronym, g.Program, g.Funder.Acronym = "", "", ""
	}
	return r
}

// What is written as DataCite is read as it was, as far as DataCite goes.
func TestRoundTrip(t *testing.T) {
	corpus, err := synth.New(2000, 7)
	if err != nil {
		t.Fatal(err)
	}
	for i := range corpus.Len() {
		raw := corpus.AppendRecord(nil, i)
		before, err := zenodo.DecodeRecord(raw)
		if err != nil {
			t.Fatal(err)
		}
		after, err := zenodo.DecodeRecord(datacite.Envelope(before))
		if err != nil {
			t.Fatal(err)
		}
		want := carried(*before)
		want.Metadata.Description, want.Metadata.Title = plain(want.Metadata.Description), plain(want.Metadata.Title)
		if diff := cmp.Diff(want, carried(*after), cmpopts.EquateEmpty()); diff != "" {
			t.Fatalf("record %s (-JSON +DataCite):\n%s", before.ID, diff)
		}
	}
}

// Each resource type, relation and licence is read from XML as from the legacy
// JSON.
func TestRoundTripVocabularies(t *testing.T) {
	var records []zenodo.Metadata
	for _, kind := range vocab.ResourceTypes().Terms() {
		records = append(records, zenodo.Metadata{Type: kind.Type(), Subtype: kind.Subtype()})
	}
	for _, license := range vocab.Licenses().Terms() {
		records = append(records, zenodo.Metadata{Type: "dataset", License: license.ID, LicenseURL: license.URL})
	}
	for _, relation := range vocab.Relations().Terms() {
		if relation.DataCite != "" {
			related := zenodo.RelatedIdentifier{Identifier: "10.1234/x", Relation: relation.Name, Scheme: "doi"}
			records = append(records, zenodo.Metadata{Type: "dataset", RelatedIdentifiers: []zenodo.RelatedIdentifier{related}})
		}
	}
	for _, role := range vocab.Roles().Terms() {
		person := zenodo.Contributor{Creator: zenodo.Creator{Name: "Doe, Jane", Kind: "personal"}, Type: role.Name}
		records = append(records, zenodo.Metadata{Type: "dataset", Contributors: []zenodo.Contributor{person}})
	}
	for _, want := range records {
		want.Publisher = "Zenodo"
		got, err := zenodo.DecodeRecord(datacite.Envelope(&zenodo.Record{ID: "1", DOI: "10.5281/zenodo.1", Metadata: want}))
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got.Metadata); diff != "" {
			t.Errorf("(-JSON +DataCite):\n%s", diff)
		}
	}
}

var tags = regexp.MustCompile(`</?[a-z][^<>]*>`)

func plain(s string) string {
	return strings.TrimSpace(html.UnescapeString(tags.ReplaceAllString(s, "")))
}

// So it is with records that were recorded, but for what Zenodo leaves out:
// markup, identifiers of schemes that DataCite does not know, and which kind of
// text or image a related one is.
func TestRoundTripRecorded(t *testing.T) {
	n := 0
	for raw := range bytes.Lines(recorded(t)) {
		before, err := zenodo.DecodeRecord(bytes.TrimSpace(raw))
		if err != nil {
			t.Fatal(err)
		}
		after, err := zenodo.DecodeRecord(datacite.Envelope(before))
		if err != nil {
			t.Fatalf("record %s: %v", before.ID, err)
		}
		n++
		want, got := carried(*before), carried(*after)
		for _, r := range []*zenodo.Record{&want, &got} {
			r.URL = "" // that of before 2023, and of the sandbox, is another one
			m := &r.Metadata
			m.Title, m.Description, m.Notes, m.Method = "", "", "", ""
			m.RelatedIdentifiers, m.AlternateIdentifiers, m.Locations, m.Dates, m.Subjects = nil, nil, nil, nil, nil
			m.Creators = slices.Clone(m.Creators)
			for i := range m.Creators {
				m.Creators[i].Name = strings.Join(strings.Fields(m.Creators[i].Name), " ")
				if name := strings.Join(strings.Fields(m.Creators[i].Affiliation()), " "); name != "" {
					m.Creators[i].Affiliations = []zenodo.Affiliation{{Name: name}}
				}
			}
			slices.Sort(r.Communities)
		}
		if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("record %s (-JSON +DataCite):\n%s", before.ID, diff)
			if n > 20 {
				return
			}
		}
	}
}

// recorded are the records that others have recorded, where they are at hand.
func recorded(t *testing.T) []byte {
	t.Helper()
	dir := os.Getenv("ZHARVEST_SHARED")
	if dir == "" {
		dir = filepath.Join("..", "..", "..", "..", "shared")
	}
	f, err := os.Open(filepath.Join(dir, "data", "zenodo", "records.jsonl.gz"))
	if err != nil {
		t.Skipf("no recorded data in %s", dir)
	}
	defer f.Close()
	unzipped, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	all, err := io.ReadAll(unzipped)
	if err != nil {
		t.Fatal(err)
	}
	return all
}
