package zenodotest_test

import (
	"archive/zip"
	"bytes"
	"cmp"
	"crypto/md5"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"github.com/zharvest/zharvest/zenodotest"
)

// fileRecord publishes a record with files of given names and sizes.
func fileRecord(t *testing.T, s *zenodotest.Server, access string, namesAndSizes ...any) string {
	t.Helper()
	id, err := s.Publish(zenodotest.Draft{Title: "With files"})
	if err != nil {
		t.Fatal(err)
	}
	var list []string
	for i := 0; i+1 < len(namesAndSizes); i += 2 {
		key := fmt.Sprint(namesAndSizes[i])
		quoted, _ := json.Marshal(key)
		list = append(list, fmt.Sprintf(`{"id": "11111111-2222-4333-8444-%012d", "key": %s, "size": %d, "checksum": "md5:%032x", `+
			`"links": {"self": "https://zenodo.org/api/records/%s/files/%s/content"}}`, i, quoted, namesAndSizes[i+1], i+1, id, url.PathEscape(key)))
	}
	err = s.Edit(id, func(raw []byte) []byte {
		raw = bytes.Replace(raw, []byte(`"files": []`), []byte(`"files": [`+strings.Join(list, ", ")+`]`), 1)
		return bytes.Replace(raw, []byte(`"access_right": "open"`), []byte(`"access_right": "`+cmp.Or(access, "open")+`"`), 1)
	})
	if err != nil {
		t.Fatal(err)
	}
	return id
}

// listed is the list of a record's files.
type listed struct {
	Enabled bool
	Links   map[string]string
	Entries []struct {
		Key, Checksum, Mimetype string
		FileID                  string `json:"file_id"`
		Size                    int64
		Links                   map[string]string
	}
	Order []string
}

// TestMadeUpFiles downloads the files of a record that nobody deposited, and
// finds what the list promises.
func TestMadeUpFiles(t *testing.T) {
	s := zenodotest.NewServer(t, zenodotest.Config{})
	names := []any{"data.csv", 5, "empty", 0, "a/b ü?.txt", 300_000, "content", 7, "a/b ü?.txt/more", 9}
	id := fileRecord(t, s, "", names...)
	list := want[listed](t, 200, get(t, s, "/records/"+id+"/files"))
	if !list.Enabled || len(list.Entries) != len(names)/2 || list.Links["archive"] != s.API()+"/records/"+id+"/files-archive" {
		t.Fatalf("list: got %+v", list)
	}
	same(t, "id of a file", list.Entries[1].FileID, "11111111-2222-4333-8444-000000000002") // as the record has it
	for i, f := range list.Entries {
		if f.Key != names[2*i] || f.Size != int64(names[2*i+1].(int)) {
			t.Errorf("file %d: got %+v", i, f)
		}
		got := do(t, "GET", f.Links["content"])
		hash := md5.Sum([]byte(got.body))
		if got.StatusCode != 200 || int64(len(got.body)) != f.Size || "md5:"+hex.EncodeToString(hash[:]) != f.Checksum {
			t.Errorf("%s: status %d, %d bytes, MD5 %x; want %d, %s", f.Key, got.StatusCode, len(got.body), hash, f.Size, f.Checksum)
		}
		if head := do(t, "HEAD", f.Links["content"]); head.ContentLength != f.Size {
			t.Errorf("%s: HEAD says %d bytes, want %d", f.Key, head.ContentLength, f.Size)
		}
		alone := want[struct{ Key, Checksum string }](t, 200, do(t, "GET", f.Links["self"]))
		if alone.Key != f.Key || alone.Checksum != f.Checksum {
			t.Errorf("%s alone: got %+v", f.Key, alone)
		}
	}
	refused(t, 404, "Record '"+id+"' has no file 'nope'.", get(t, s, "/records/"+id+"/files/nope/content"))
	refused(t, 406, "Expected one of: application/json", get(t, s, "/records/"+id+"/files", "Accept", "application/vnd.inveniordm.v1+json"))
	refused(t, 406, "Expected one of: application/json", get(t, s, "/records/"+id+"/files/empty/content", "Accept", "application/octet-stream"))
}

// TestFilesUnseen asks for files that are not there, or not for everyone.
func TestFilesUnseen(t *testing.T) {
	s := zenodotest.NewServer(t, zenodotest.Config{})
	restricted := fileRecord(t, s, "restricted", "a", 1)
	for _, path := range []string{"/files", "/files/a/content", "/files-archive"} {
		refused(t, 403, "Permission denied.", get(t, s, "/records/"+restricted+path))
	}
	none := want[listed](t, 200, get(t, s, "/records/"+fileRecord(t, s, "")+"/files"))
	if none.Enabled || none.Entries != nil {
		t.Errorf("a record without files: got %+v", none)
	}
	gone := fileRecord(t, s, "", "a", 1)
	if err := s.Delete(gone, zenodotest.Tombstone{Reason: "spam"}); err != nil {
		t.Fatal(err)
	}
	refused(t, 410, "Record deleted", get(t, s, "/records/"+gone+"/files/a/content"))
	refused(t, 404, "does not exist", get(t, s, "/records/1/files"))
	if got := do(t, "GET", s.URL+"/records/"+gone+"/files/a?download=1"); got.StatusCode != 410 || !strings.Contains(got.body, "<title>") {
		t.Errorf("page of a deleted record's file: got %d %s", got.StatusCode, got.body)
	}
}

// TestFileNames looks at what browsers are told: which files are shown, and under
// which names the others are saved.
func TestFileNames(t *testing.T) {
	s := zenodotest.NewServer(t, zenodotest.Config{})
	id := fileRecord(t, s, "", "a.csv", 1, "big.bin", 2, "Größe 1.dat", 3, `q"\.dat`, 4, "p.png", 5)
	for _, c := range []struct{ path, kind, disposition string }{
		{"/api/records/" + id + "/files/a.csv/content", "text/plain; charset=utf-8", "inline"},
		{"/records/" + id + "/files/a.csv", "text/plain; charset=utf-8", "inline"},
		{"/records/" + id + "/files/a.csv?download=1", "text/plain; charset=utf-8", "attachment; filename=a.csv"},
		{"/records/" + id + "/files/p.png", "image/png", "inline"},
		{"/records/" + id + "/files/big.bin", "application/octet-stream", "attachment; filename=big.bin"},
		{"/records/" + id + "/files/Gr%C3%B6%C3%9Fe%201.dat", "application/octet-stream", `attachment; filename="Groe 1.dat"; filename*=UTF-8''Gr%C3%B6%C3%9Fe%201.dat`},
		{"/records/" + id + "/files/q%22%5C.dat", "application/octet-stream", `attachment; filename="q\"\\.dat"`},
	} {
		got := do(t, "GET", s.URL+c.path)
		if got.StatusCode != 200 || got.Header.Get("Content-Type") != c.kind || got.Header.Get("Content-Disposition") != c.disposition {
			t.Errorf("%s: got %d, %s, %s; want %s, %s", c.path, got.StatusCode, got.Header.Get("Content-Type"),
				got.Header.Get("Content-Disposition"), c.kind, c.disposition)
		}
	}
	if got := do(t, "GET", s.URL+"/records/"+id+"/files/nope?download=1"); got.StatusCode != 404 {
		t.Errorf("no such file: got %d", got.StatusCode)
	}
}

func TestPartsOfFiles(t *testing.T) {
	on, off := zenodotest.NewServer(t, zenodotest.Config{}), zenodotest.NewServer(t, zenodotest.Config{NoRanges: true})
	content := "/records/" + fileRecord(t, on, "", "a.bin", 300_000) + "/files/a.bin/content"
	fileRecord(t, off, "", "a.bin", 300_000)
	whole := get(t, on, content).body
	for _, c := range []struct {
		header   string
		status   int
		from, to int
	}{
		{"bytes=0-", 206, 0, 300_000},
		{"bytes=299999-", 206, 299_999, 300_000},
		{"bytes=10-19", 206, 10, 20},
		{"bytes=10-10", 206, 10, 11},
		{"bytes=299990-400000", 206, 299_990, 300_000},
		{"bytes=-22", 206, 299_978, 300_000},
		{"bytes=-400000", 206, 0, 300_000},
		{"bytes=300000-", 416, 0, 0},
		{"bytes=-0", 416, 0, 0},
		{"bytes=20-10", 200, 0, 300_000},
		{"bytes=-", 200, 0, 300_000},
		{"bytes=0-1,5-6", 200, 0, 300_000},
		{"bytes=--5", 200, 0, 300_000},
		{"lines=1-", 200, 0, 300_000},
	} {
		got := get(t, on, content, "Range", c.header)
		if got.StatusCode != c.status || c.status != 416 && got.body != whole[c.from:c.to] {
			t.Errorf("%s: got %d with %d bytes, want %d with %d", c.header, got.StatusCode, len(got.body), c.status, c.to-c.from)
		}
		wantRange := map[int]string{206: fmt.Sprintf("bytes %d-%d/300000", c.from, c.to-1), 416: "bytes */300000"}[c.status]
		same(t, c.header, got.Header.Get("Content-Range"), wantRange)
		if got := get(t, off, content, "Range", c.header); got.StatusCode != 200 || got.body != whole || got.Header.Get("Accept-Ranges") != "" {
			t.Errorf("%s without ranges: got %d with %d bytes", c.header, got.StatusCode, len(got.body))
		}
	}
	if got := get(t, on, content, "Range", "bytes=5-", "If-Range", `"md5:1"`); got.StatusCode != 200 { // no state is known to be that one
		t.Errorf("If-Range: got %d, want 200", got.StatusCode)
	}
}

// TestNativeFiles looks at what another InvenioRDM says of the state of a file.
func TestNativeFiles(t *testing.T) {
	s := zenodotest.NewServer(t, zenodotest.Config{Dialect: "rdm", Synthetic: 50})
	for _, raw := range search(t, s, "/records", "size", "50").Hits.Hits {
		var r struct {
			ID    string
			Files struct{ Count int }
		}
		if err := json.Unmarshal(raw, &r); err != nil {
			t.Fatal(err)
		}
		if r.Files.Count == 0 {
			continue
		}
		f := want[listed](t, 200, get(t, s, "/records/"+r.ID+"/files")).Entries[0]
		got := do(t, "HEAD", f.Links["content"])
		tag := `"` + f.Checksum + `"`
		if got.StatusCode != 200 || got.Header.Get("ETag") != tag || "md5:"+got.Header.Get("Content-MD5") != f.Checksum {
			t.Errorf("got %d %v, want the ETag %s", got.StatusCode, got.Header, tag)
		}
		if got := do(t, "GET", f.Links["content"], "If-None-Match", tag); got.StatusCode != 304 || got.body != "" {
			t.Errorf("If-None-Match: got %d with %d bytes, want 304", got.StatusCode, len(got.body))
		}
		return
	}
	t.Fatal("no record has files")
}

func TestFilesArchive(t *testing.T) {
	s := zenodotest.NewServer(t, zenodotest.Config{})
	id := fileRecord(t, s, "", "a.bin", 200_000, "b/c.txt", 9)
	got := get(t, s, "/records/"+id+"/files-archive")
	if got.StatusCode != 200 || got.ContentLength != -1 || got.Header.Get("Content-Disposition") != "attachment; filename="+id+".zip" {
		t.Errorf("got %d, length %d, %v; want one of unknown length", got.StatusCode, got.ContentLength, got.Header)
	}
	packed := unzip(t, got.body)
	if len(packed) != 2 {
		t.Errorf("the archive has %d files, want 2", len(packed))
	}
	for name, body := range packed {
		same(t, name, body, get(t, s, "/records/"+id+"/files/"+name+"/content").body)
	}
	if head := do(t, "HEAD", s.API()+"/records/"+id+"/files-archive"); head.StatusCode != 200 {
		t.Errorf("HEAD: got %d", head.StatusCode)
	}
	large := fileRecord(t, s, "", "a.bin", 200_000_000, "b.bin", 100_000_001)
	refused(t, 400, "up to 300000000 bytes", get(t, s, "/records/"+large+"/files-archive"))
}

// unzip is what is in a ZIP, by name.
func unzip(t *testing.T, body string) map[string]string {
	t.Helper()
	r, err := zip.NewReader(strings.NewReader(body), int64(len(body)))
	if err != nil {
		t.Fatal(err)
	}
	members := map[string]string{}
	for _, m := range r.File {
		in, err := m.Open()
		if err != nil {
			t.Fatal(err)
		}
		var out bytes.Buffer
		if _, err := out.ReadFrom(in); err != nil {
			t.Errorf("%s: %v", m.Name, err)
		}
		members[m.Name] = out.String()
	}
	return members
}

// TestContainer looks into ZIPs without fetching them: one that is made up, and
// some that were deposited.
func TestContainer(t *testing.T) {
	s := zenodotest.NewServer(t, zenodotest.Config{})
	id := fileRecord(t, s, "", "some.zip", 1<<20, "tiny.zip", 10, "a.tar.gz", 1000)
	list := want[listed](t, 200, get(t, s, "/records/"+id+"/files"))
	container := list.Entries[0].Links["container"]
	inside := want[struct {
		Entries []struct {
			Key, Mimetype string
			Size          int
			CRC           uint32
		}
		Directories []struct{ Key string }
		Total       int
		Truncated   bool
	}](t, 200, do(t, "GET", container))
	if inside.Total != 3 || inside.Truncated || len(inside.Directories) != 1 || inside.Directories[0].Key != "data" || inside.Entries[1].Mimetype != "text/csv" {
		t.Errorf("list: got %+v", inside)
	}
	packed := unzip(t, do(t, "GET", list.Entries[0].Links["content"]).body)
	for _, m := range inside.Entries {
		got := do(t, "GET", container+"/"+m.Key, "Range", "bytes=1-2") // which is passed over
		same(t, m.Key, got.body, packed[m.Key])
		if got.ContentLength != int64(m.Size) {
			t.Errorf("%s: length %d, want %d", m.Key, got.ContentLength, m.Size)
		}
	}
	folder := do(t, "GET", container+"/data")
	same(t, "folder", folder.Header.Get("Content-Disposition"), "attachment; filename=data.zip")
	if got := unzip(t, folder.body); len(got) != 2 || got["table.csv"] != packed["data/table.csv"] {
		t.Errorf("folder: got %d files", len(got))
	}
	same(t, "member beside the page", do(t, "GET", s.URL+"/records/"+id+"/files/some.zip/container/README.txt").body, packed["README.txt"])
	refused(t, 404, "has no file 'data/nope'", do(t, "GET", container+"/data/nope"))
	refused(t, 404, "has no file 'nope.zip'", get(t, s, "/records/"+id+"/files/nope.zip/container"))
	refused(t, 500, "internal error", get(t, s, "/records/"+id+"/files/a.tar.gz/container"))
	refused(t, 500, "internal error", get(t, s, "/records/"+id+"/files/tiny.zip/container"))

	var bomb, good bytes.Buffer
	for out, body := range map[*bytes.Buffer]string{&bomb: strings.Repeat("a", 50_000), &good: "short"} {
		w := zip.NewWriter(out)
		into, err := w.Create("x.txt")
		if err == nil {
			_, err = into.Write([]byte(body))
		}
		if err != nil || w.Close() != nil {
			t.Fatal(err)
		}
	}
	d := create(t, s, complete())
	want[any](t, 201, upload(t, d, "bomb.zip", bomb.String()))
	want[any](t, 201, upload(t, d, "good.zip", good.String()))
	d = want[deposition](t, 202, call(t, "POST", d.link("publish"), nil))
	files := s.API() + "/records/" + strconv.FormatInt(d.ID, 10) + "/files/"
	refused(t, 500, "internal error", do(t, "GET", files+"bomb.zip/container")) // a suspicious ratio
	same(t, "member of what was deposited", do(t, "GET", files+"good.zip/container/x.txt").body, "short")
}
