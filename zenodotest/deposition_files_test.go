package zenodotest_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/zharvest/zharvest/zenodotest"
)

// form makes a form of pairs of names and values; the value of file is
// preceded by the name of the file.
func form(t testing.TB, parts ...string) (body io.Reader, contentType string) {
	t.Helper()
	var out bytes.Buffer
	w := multipart.NewWriter(&out)
	for i := 0; i+1 < len(parts); i += 2 {
		var part io.Writer
		var err error
		if name, ok := strings.CutPrefix(parts[i], "file:"); ok {
			part, err = w.CreateFormFile("file", name)
		} else {
			part, err = w.CreateFormField(parts[i])
		}
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(part, parts[i+1]); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return &out, w.FormDataContentType()
}

func TestMultipart(t *testing.T) {
	s := zenodotest.NewServer(t, zenodotest.Config{})
	d := create(t, s, "{}")
	send := func(parts ...string) response {
		body, kind := form(t, parts...)
		return call(t, "POST", d.link("files"), body, "Content-Type", kind)
	}
	for _, c := range []struct {
		want  string
		parts []string
	}{
		{"plain.csv", []string{"file:plain.csv", "1, 2, 3"}},
		{"named.csv", []string{"name", "named.csv", "file:other.csv", "1"}},
		{"after.csv", []string{"file:other.csv", "1", "name", "after.csv"}},
		{"a_b_c.txt", []string{"file:a/b c.txt", "1"}},
		{"Munchen.txt", []string{"file:.München.txt", "1"}},
	} {
		got := want[depositedFile](t, 201, send(c.parts...))
		same(t, "name", got.Filename, c.want)
	}
	first := want[deposition](t, 200, call(t, "GET", d.link("self"), nil)).Files[0]
	if first.Checksum != sum("1, 2, 3") || first.Filesize != "7" {
		t.Errorf("got %+v", first)
	}
	alone := want[depositedFile](t, 200, call(t, "GET", first.Links["self"], nil))
	if alone.ID != first.ID || alone.Filesize != "7.0" || alone.Links["self"] != first.Links["self"] {
		t.Errorf("alone: got %+v", alone)
	}
	same(t, "download", call(t, "GET", alone.Links["download"], nil).body, "1, 2, 3")
	refused(t, 400, "File with key plain.csv already exists.", send("file:plain.csv", "2"))
	refused(t, 400, "Empty files are not accepted.", send("file:empty", ""))
	refused(t, 400, `"field": "key"`, send("file:数据", "1"))
	refused(t, 400, "could not understand", send("name", "no file"))
	refused(t, 400, "could not understand", call(t, "POST", d.link("files"), "{}"))
	list := want[[]depositedFile](t, 200, call(t, "GET", d.link("files"), nil))
	if len(list) != 5 || list[0].Filename != "plain.csv" {
		t.Errorf("list: got %+v", list)
	}
	refused(t, 405, `"status": 405`, call(t, "PUT", d.link("files"), `[{"id": "1"}]`))
	refused(t, 405, `"status": 405`, call(t, "PUT", first.Links["self"], `{"filename": "new"}`))
	if got := call(t, "DELETE", first.Links["self"], nil); got.StatusCode != 204 || got.body != "" {
		t.Errorf("delete: got %d %s", got.StatusCode, got.body)
	}
	refused(t, 404, "", call(t, "DELETE", first.Links["self"], nil))
	refused(t, 404, "", call(t, "GET", first.Links["self"], nil))
}

func TestPublishedFiles(t *testing.T) {
	s := zenodotest.NewServer(t, zenodotest.Config{})
	p := publish(t, s, complete())
	legacy := s.API() + "/deposit/depositions/" + p.text()
	locked := func() {
		t.Helper()
		refused(t, 403, "", call(t, "DELETE", legacy+"/files/"+p.Files[0].ID, nil))
		refused(t, 403, "denied", call(t, "DELETE", p.link("bucket")+"/frogs.csv", nil))
		refused(t, 404, "Not found.", upload(t, p, "frogs.csv", "x"))
		refused(t, 404, "Not found.", upload(t, p, "new.csv", "x"))
	}
	body, kind := form(t, "file:a.txt", "1")
	refused(t, 404, "Not found.", call(t, "POST", legacy+"/files", body, "Content-Type", kind))
	locked()
	edit := want[deposition](t, 201, call(t, "POST", legacy+"/actions/edit", nil))
	locked()
	refused(t, 403, "Bucket is locked", upload(t, edit, "new.csv", "x"))
	want[deposition](t, 202, call(t, "POST", legacy+"/actions/publish", nil))
	refused(t, 404, "", call(t, "GET", p.Files[0].Links["download"], nil)) // the link of a draft that is none
	for _, c := range []struct{ address, want string }{
		{s.API() + "/records/" + p.text() + "/files/frogs.csv/content", "a,b\n"}, {p.link("bucket") + "/frogs.csv", "a,b\n"},
	} {
		same(t, c.address, do(t, "GET", c.address).body, c.want)
	}
	list := want[struct {
		Enabled bool
		Entries []struct{ Key, Checksum, Status string }
	}](t, 200, do(t, "GET", s.API()+"/records/"+p.text()+"/files"))
	if !list.Enabled || len(list.Entries) != 1 || list.Entries[0].Checksum != "md5:"+sum("a,b\n") || list.Entries[0].Status != "completed" {
		t.Errorf("files of the record: got %+v", list)
	}
	one := s.API() + "/records/" + p.text() + "/files/"
	if got := do(t, "GET", one+"frogs.csv"); got.StatusCode != 200 || !strings.Contains(got.body, `"key": "frogs.csv"`) {
		t.Errorf("one file: got %d %s", got.StatusCode, got.body)
	}
	refused(t, 404, "Record '"+p.text()+"' has no file 'toads.csv'.", do(t, "GET", one+"toads.csv/content"))
	if got := do(t, "GET", s.API()+"/records/"+p.text()+"/files-archive"); got.StatusCode != 200 || !strings.HasPrefix(got.body, "PK") {
		t.Errorf("archive: got %d", got.StatusCode)
	}
}

// TestRestricted checks that files of records that are not open are seen by
// their owner alone, and nobody sees them listed in the record.
func TestRestricted(t *testing.T) {
	s := zenodotest.NewServer(t, zenodotest.Config{})
	p := publish(t, s, complete("access_right", "closed"))
	same(t, "access", fmt.Sprint(p.Metadata["access_right"]), "restricted")
	if body := get(t, s, "/records/"+p.text()).body; !strings.Contains(body, `"files": []`) {
		t.Errorf("record: got %s", body)
	}
	for _, address := range []string{s.API() + "/records/" + p.text() + "/files", p.link("bucket") + "/frogs.csv", s.API() + "/records/" + p.text() + "/files/frogs.csv/content"} {
		refused(t, 403, "denied", do(t, "GET", address))
		if got := call(t, "GET", address, nil); got.StatusCode != 200 {
			t.Errorf("%s by its owner: got %d", address, got.StatusCode)
		}
	}
}

func TestBucket(t *testing.T) {
	s := zenodotest.NewServer(t, zenodotest.Config{})
	d := create(t, s, "{}")
	type object struct {
		Key, Checksum string
		Links         map[string]string
		VersionID     string `json:"version_id"`
		Head          bool   `json:"is_head"`
	}
	first := want[object](t, 201, upload(t, d, "a%20%23b.txt", "one"))
	if first.Key != "a #b.txt" || !first.Head || first.Links["self"] != d.link("bucket")+"/a%20%23b.txt" || first.Links["version"] == "" || first.Links["uploads"] == "" {
		t.Errorf("got %+v", first)
	}
	second := want[object](t, 201, upload(t, d, "a%20%23b.txt", "two"))
	if second.VersionID == first.VersionID || second.Checksum != "md5:"+sum("two") {
		t.Errorf("replaced: got %+v", second)
	}
	same(t, "content", call(t, "GET", second.Links["self"], nil).body, "two")
	same(t, "files", fmt.Sprint(want[deposition](t, 200, call(t, "GET", d.link("self"), nil)).names()), "[a #b.txt]")
	want[object](t, 201, call(t, "PUT", d.link("bucket")+"/untyped", strings.NewReader("x")))
	refused(t, 415, "Expected one of: application/octet-stream", call(t, "PUT", d.link("bucket")+"/typed", strings.NewReader("x"), "Content-Type", "text/plain"))
	refused(t, 400, "Empty files are not accepted.", upload(t, d, "empty", ""))
	refused(t, 404, "URL was not found", upload(t, d, "folder/file", "x"))
	refused(t, 404, "URL was not found", upload(t, d, "folder%2Ffile", "x"))
	refused(t, 500, "error_id", call(t, "GET", d.link("bucket"), nil))
	refused(t, 404, "Not found.", call(t, "GET", s.API()+"/files/nowhere", nil))
	refused(t, 404, "Record '"+d.text()+"' has no file 'none'.", call(t, "GET", d.link("bucket")+"/none", nil))
	refused(t, 500, "error_id", call(t, "DELETE", second.Links["self"], nil)) // and yet it is done
	refused(t, 404, "has no file", call(t, "DELETE", second.Links["self"], nil))
}

// TestReplacingAtOnce has two files that are sent at the same time: where both
// replace one, the later is refused, and new ones do not disturb each other.
func TestReplacingAtOnce(t *testing.T) {
	arrived := make(chan string, 100)
	s := zenodotest.NewServer(t, zenodotest.Config{OnRequest: func(_ int, r *http.Request) { arrived <- r.URL.Path }})
	d := create(t, s, "{}")
	for _, name := range []string{"a", "b"} {
		want[any](t, 201, upload(t, d, name, "old"))
	}
	for _, tt := range []struct {
		first, second string
		want          int
	}{{"a", "b", 400}, {"a", "a", 400}, {"a", "new", 201}, {"newer", "b", 201}, {"newest", "last", 201}, {"other", "other", 500}} {
		for len(arrived) > 0 { // those before
			<-arrived
		}
		body, more := io.Pipe()
		begun := make(chan response, 1)
		go func() {
			begun <- call(t, "PUT", d.link("bucket")+"/"+tt.first, body, "Content-Type", "application/octet-stream")
		}()
		<-arrived
		got := upload(t, d, tt.second, "second")
		if got.StatusCode != tt.want || tt.want == 400 && !strings.Contains(got.body, `"message": "Not a valid value."`) {
			t.Errorf("%s while %s is sent: got %d %s, want %d", tt.second, tt.first, got.StatusCode, got.body, tt.want)
		}
		if _, err := io.WriteString(more, "first"); err != nil {
			t.Fatal(err)
		}
		more.Close()
		want[any](t, 201, <-begun)
		want[any](t, 201, upload(t, d, tt.second, "alone"))
	}
}

func TestRanges(t *testing.T) {
	for _, c := range []struct {
		refuses bool
		header  string
		status  int
		body    string
	}{
		{false, "bytes=2-", 206, "b\n"},
		{false, "bytes=0-", 206, "a,b\n"},
		{false, "lines=2-", 200, "a,b\n"},
		{false, "bytes=4-", 416, ""},
		{true, "bytes=2-", 200, "a,b\n"},
	} {
		s := zenodotest.NewServer(t, zenodotest.Config{NoRanges: c.refuses})
		p := publish(t, s, complete())
		got := do(t, "GET", s.API()+"/records/"+p.text()+"/files/frogs.csv/content", "Range", c.header)
		if got.StatusCode != c.status || got.body != c.body {
			t.Errorf("%s, refused %t: got %d %q", c.header, c.refuses, got.StatusCode, got.body)
		}
	}
}

func TestTooLargeFile(t *testing.T) {
	e, client := inBubble(t, zenodotest.Config{})
	defer e.Close()
	resp, err := client.Post("http://zenodo.test/api/deposit/depositions?access_token=a", "application/json", strings.NewReader("{}"))
	if err != nil {
		t.Fatal(err)
	}
	var d deposition
	if err := json.NewDecoder(resp.Body).Decode(&d); err != nil {
		t.Fatal(err)
	}
	req, err := http.NewRequestWithContext(t.Context(), "PUT", d.link("bucket")+"/big?access_token=a", strings.NewReader("not that much"))
	if err != nil {
		t.Fatal(err)
	}
	req.ContentLength = 50e9 + 1
	if resp, err = client.Do(req); err != nil || resp.StatusCode != 400 {
		t.Errorf("got %v, %v", resp, err)
	}
}

func TestTooManyFiles(t *testing.T) {
	s := zenodotest.NewServer(t, zenodotest.Config{})
	d := create(t, s, "{}")
	for i := range 100 {
		want[any](t, 201, upload(t, d, fmt.Sprint("file", i), "x"))
	}
	refused(t, 400, "exceeding the max amount per record", upload(t, d, "one too many", "x"))
	want[any](t, 201, upload(t, d, "file7", "y"))
}

// TestTemporaryFiles checks that files are in a folder of their own, one for
// each that can still be asked for, and that closing removes it.
func TestTemporaryFiles(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{"TMPDIR", "TMP", "TEMP"} { // systems differ in which they heed
		t.Setenv(name, dir)
	}
	s := zenodotest.NewServer(t, zenodotest.Config{})
	left := func() (n int) {
		folders, err := os.ReadDir(dir)
		if err != nil {
			t.Fatal(err)
		}
		for _, folder := range folders {
			files, err := os.ReadDir(filepath.Join(dir, folder.Name()))
			if err != nil {
				t.Fatal(err)
			}
			n += len(files)
		}
		return n
	}
	p := publish(t, s, complete())
	next := want[deposition](t, 201, call(t, "POST", s.API()+"/deposit/depositions/"+p.text()+"/actions/newversion", nil))
	want[deposition](t, 201, call(t, "POST", s.API()+"/deposit/depositions/"+p.text()+"/actions/edit", nil))
	if n := left(); n != 1 {
		t.Errorf("a file of a record, its edit and its next version: got %d copies", n)
	}
	want[any](t, 201, upload(t, next, "other", "x"))
	want[any](t, 201, upload(t, next, "other", "y"))
	refused(t, 400, "Empty", upload(t, next, "empty", ""))
	if n := left(); n != 2 {
		t.Errorf("with a file that was replaced and one that was refused: got %d", n)
	}
	if got := call(t, "DELETE", next.link("self"), nil); got.StatusCode != http.StatusNoContent {
		t.Fatal(got.body)
	}
	if n := left(); n != 1 {
		t.Errorf("with the next version deleted: got %d", n)
	}
	s.Close()
	if folders, err := os.ReadDir(dir); err != nil || len(folders) > 0 {
		t.Errorf("closed: got %d folders, %v", len(folders), err)
	}
}
