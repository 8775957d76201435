package harvest_test

import (
	"archive/tar"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/klauspost/compress/gzip"

	"github.com/zharvest/zharvest/harvest"
	"github.com/zharvest/zharvest/store"
	"github.com/zharvest/zharvest/zenodo"
	"github.com/zharvest/zharvest/zenodotest"
)

// dumpMember writes a record as a member of a dump.
func dumpMember(id int, updated string) string {
	return fmt.Sprintf(`<oai_datacite><payload><resource><identifier identifierType="DOI">10.5281/zenodo.%d</identifier><titles><title>Record %[1]d</title></titles>`+
		`<dates><date dateType="Issued">2024-01-01</date><date dateType="Updated">%s</date></dates></resource></payload></oai_datacite>`, id, updated)
}

// dumpOf packs members, names and bodies by turns, into an archive.
func dumpOf(t testing.TB, members ...string) []byte {
	t.Helper()
	var out bytes.Buffer
	zipped := gzip.NewWriter(&out)
	archive := tar.NewWriter(zipped)
	for i := 0; i+1 < len(members); i += 2 {
		header := tar.Header{Name: members[i], Size: int64(len(members[i+1])), Mode: 0o644, Typeflag: tar.TypeReg}
		if strings.HasSuffix(header.Name, "/") {
			header.Typeflag = tar.TypeDir
		}
		if err := archive.WriteHeader(&header); err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(archive, members[i+1]); err != nil {
			t.Fatal(err)
		}
	}
	if err := errors.Join(archive.Close(), zipped.Close()); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// numbered packs so many records.
func numbered(t testing.TB, n int) []byte {
	var members []string
	for id := 1; id <= n; id++ {
		members = append(members, fmt.Sprintf("%d.xml", id), dumpMember(id, "2024-02-03"))
	}
	return dumpOf(t, members...)
}

func TestImport(t *testing.T) {
	archive := dumpOf(t,
		"records/", "", "records/1.xml", dumpMember(1, "2024-02-03"), "README.txt", "Hello", "2.xml", dumpMember(2, "2024-03-01"),
		"4.json", `{"id": 4, "updated": "2023-01-01T00:00:00+00:00", "metadata": {"title": "T"}}`, "5.xml", dumpMember(5, "2999-01-01"))
	var sink harvest.Memory
	res, changed, err := (&harvest.Importer{Sink: &sink, Archive: bytes.NewReader(archive), Mark: "a", Name: "all"}).Run(t.Context())
	if err != nil || res.New != 4 || !res.Complete || res.Total != 4 || res.Harvest != "all" || len(sink.Records) != 4 {
		t.Errorf("got %+v, %v", res, err)
	}
	if want := time.Date(2024, 3, 1, 0, 0, 0, 0, time.UTC); !changed.Equal(want) {
		t.Errorf("the latest change is %s, want %s: the other is in the future", changed, want)
	}
}

// A run that is stopped after any storing is resumed there, and the end is
// the same.
func TestImportResumes(t *testing.T) {
	archive := numbered(t, 350)
	for stops := 1; stops <= 4; stops++ {
		var sink harvest.Memory
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		stored := 0
		m := harvest.Importer{Sink: &sink, Archive: bytes.NewReader(archive), Mark: "a", Progress: func(int) {
			if stored++; stored == stops {
				cancel()
			}
		}}
		res, _, err := m.Run(ctx)
		if stops < 4 && (!errors.Is(err, context.Canceled) || res.Fetched != stops*100 || res.Complete) {
			t.Fatalf("stopped after %d pages: %+v, %v", stops, res, err)
		}
		rest, changed, err := (&harvest.Importer{Sink: &sink, Archive: bytes.NewReader(archive), Mark: "a"}).Run(t.Context())
		if err != nil || res.Fetched+rest.Fetched != 350 || rest.Total != 350 || !rest.Complete || len(sink.Records) != 350 || changed.IsZero() {
			t.Errorf("gone on after %d pages: %+v, %v; %d records", stops, rest, err, len(sink.Records))
		}
		again, _, err := (&harvest.Importer{Sink: &sink, Archive: bytes.NewReader(archive), Mark: "b"}).Run(t.Context())
		if err != nil || again.Fetched != 350 {
			t.Errorf("of another archive with the same checkpoint: %+v, %v", again, err)
		}
	}
}

// What cannot be read from the archive is fetched.
func TestImportFetchesWhatFailed(t *testing.T) {
	e, c := emulated(t, zenodotest.Config{Synthetic: 10, Seed: 1})
	ids := syntheticIDs(t, c, 3)
	if err := e.Delete(ids[2], zenodotest.Tombstone{}); err != nil {
		t.Fatal(err)
	}
	archive := dumpOf(t, "1.xml", dumpMember(1, "2024-02-03"), ids[0]+".xml", "<oai_datacite>", ids[1]+".xml", dumpMember(7, "2024-02-03"), ids[2]+".xml", "")
	var sink harvest.Memory
	res, _, err := (&harvest.Importer{Sink: &sink, Archive: bytes.NewReader(archive), Mark: "a", Client: c}).Run(t.Context())
	if err != nil || !res.Complete || res.Total != 3 || sink.Records[zenodo.RecordID(ids[0])] == nil || sink.Records[zenodo.RecordID(ids[1])] == nil {
		t.Errorf("got %+v, %v", res, err)
	}

	sink = harvest.Memory{}
	res, _, err = (&harvest.Importer{Sink: &sink, Archive: bytes.NewReader(archive), Mark: "a"}).Run(t.Context())
	want := []zenodo.RecordID{zenodo.RecordID(ids[0]), zenodo.RecordID(ids[1]), zenodo.RecordID(ids[2])}
	if !errors.Is(err, harvest.ErrIncomplete) || res.Complete || res.Missing != 3 || cmp.Diff(want, res.MissingIDs) != "" {
		t.Errorf("without a server: %+v, %v", res, err)
	}
	res, _, err = (&harvest.Importer{Sink: &sink, Archive: bytes.NewReader(archive), Mark: "a", Client: c}).Run(t.Context())
	if err != nil || !res.Complete || res.Fetched != 2 {
		t.Errorf("and then with one: %+v, %v", res, err)
	}
}

func TestImportRefuses(t *testing.T) {
	whole := numbered(t, 300)
	var junk []string
	for i := range 1100 {
		junk = append(junk, fmt.Sprintf("%d.xml", i), "nothing")
	}
	for _, tc := range []struct {
		name    string
		archive []byte
		want    error
		text    string
	}{
		{"cut", whole[:len(whole)*9/10], io.ErrUnexpectedEOF, "behind member"},
		{"empty", nil, io.ErrUnexpectedEOF, "cannot read the archive"},
		{"no gzip", []byte("hello, this is text"), gzip.ErrHeader, "cannot read the archive"},
		{"no tar", zipped(t, bytes.Repeat([]byte("no tar at all "), 100)), tar.ErrHeader, "behind member 0"},
		{"no records", dumpOf(t, junk...), harvest.ErrArchive, "members are no records"},
	} {
		var sink harvest.Memory
		res, _, err := (&harvest.Importer{Sink: &sink, Archive: bytes.NewReader(tc.archive), Mark: "a"}).Run(t.Context())
		if err == nil || tc.want != nil && !errors.Is(err, tc.want) || !strings.Contains(err.Error(), tc.text) || res.Complete {
			t.Errorf("%s: %v, want %v and %q", tc.name, err, tc.want, tc.text)
		}
	}
}

func zipped(t testing.TB, content []byte) []byte {
	t.Helper()
	var out bytes.Buffer
	w := gzip.NewWriter(&out)
	_, err := w.Write(content)
	if err := errors.Join(err, w.Close()); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func TestReadDeleted(t *testing.T) {
	for _, tc := range []struct {
		name, table string
		want        []store.Gone
		err         string
	}{
		{
			"as Zenodo has it",
			"record_id,doi,parent_id,parent_doi,removal_note,removal_reason,removal_date,citation_text\n" +
				"12,10.5281/zenodo.12,11,,\"a, \"\"b\"\"\nc\",spam,2024-01-02T03:04:05+00:00,\"Doe, J.\"\n13,,,,a note,,,\n,,,,,,,\n14,,,,,,,\n",
			[]store.Gone{{ID: "12", At: "2024-01-02T03:04:05+00:00", Reason: "spam"}, {ID: "13", Reason: "a note"}, {ID: "14", Reason: "deleted"}},
			"",
		},
		{"with other columns", "removal_date,record_id\n2024,1\n2025\n", []store.Gone{{ID: "1", At: "2024", Reason: "deleted"}}, ""},
		{"without ids", "a,b\n1,2\n", nil, "it has no column record_id"},
		{"nothing", "", nil, "unexpected EOF"},
		{"broken", "record_id\n1\n\"2\n", []store.Gone{{ID: "1", Reason: "deleted"}}, "extraneous or missing"},
	} {
		var got []store.Gone
		var failed error
		for gone, err := range harvest.ReadDeleted(bytes.NewReader(zipped(t, []byte(tc.table)))) {
			if failed = err; err == nil {
				got = append(got, gone)
			}
		}
		if diff := cmp.Diff(tc.want, got); diff != "" || (failed == nil) != (tc.err == "") || failed != nil && !strings.Contains(failed.Error(), tc.err) {
			t.Errorf("%s: %v (-want +got):\n%s", tc.name, failed, diff)
		}
	}
	for _, err := range harvest.ReadDeleted(strings.NewReader("no gzip")) {
		if err == nil {
			t.Error("what is no gzip was read")
		}
	}
}

// Whatever an archive holds, it is read or refused.
func FuzzImport(f *testing.F) {
	f.Add(dumpOf(f, "1.xml", dumpMember(1, "2024-02-03"), "2.json", `{"id": 2}`), false)
	f.Add([]byte("1.xml"), true)
	f.Fuzz(func(t *testing.T, data []byte, pack bool) {
		if pack {
			data = dumpOf(t, "1.xml", string(data))
		}
		var sink harvest.Memory
		res, _, err := (&harvest.Importer{Sink: &sink, Archive: bytes.NewReader(data), Mark: "a"}).Run(t.Context())
		if (err == nil) != res.Complete || res.Total != res.Missing+len(sink.Records) && err == nil {
			t.Errorf("%+v, %v, %d records", res, err, len(sink.Records))
		}
	})
}

func FuzzReadDeleted(f *testing.F) {
	f.Add("record_id,removal_reason\n1,spam\n")
	f.Fuzz(func(t *testing.T, table string) {
		for gone, err := range harvest.ReadDeleted(bytes.NewReader(zipped(t, []byte(table)))) {
			if err == nil && (gone.ID == "" || gone.Reason == "") {
				t.Errorf("%q has %+v", table, gone)
			}
		}
	})
}
