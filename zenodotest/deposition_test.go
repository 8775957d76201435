package zenodotest_test

import (
	"bytes"
	"crypto/md5"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"testing"

	"github.com/zharvest/zharvest/zenodotest"
)

// deposition is what the tests look at in a deposition.
type deposition struct {
	ID         int64
	RecordID   int64  `json:"record_id"`
	Concept    string `json:"conceptrecid"`
	DOI        string
	ConceptDOI string `json:"conceptdoi"`
	Title      string
	Owner      int64
	State      string
	Submitted  bool
	Created    string
	Modified   string
	Metadata   map[string]any
	Links      map[string]any
	Files      []depositedFile
}

type depositedFile struct {
	ID       string
	Filename string
	Filesize json.Number
	Checksum string
	Links    map[string]string
}

func (d deposition) text() string { return strconv.FormatInt(d.ID, 10) }

func (d deposition) link(name string) string { s, _ := d.Links[name].(string); return s }

func (d deposition) names() (names []string) {
	for _, f := range d.Files {
		names = append(names, f.Filename)
	}
	return names
}

const userToken = "Bearer right"

// call sends a request with a body and the user's token; a body that is no
// reader is sent as JSON. Headers come in pairs.
func call(t testing.TB, method, address string, body any, headers ...string) response {
	t.Helper()
	var in io.Reader
	kind := ""
	switch b := body.(type) {
	case nil:
	case io.Reader:
		in = b
	case string:
		in, kind = strings.NewReader(b), "application/json"
	default:
		raw, err := json.Marshal(b)
		if err != nil {
			t.Fatal(err)
		}
		in, kind = bytes.NewReader(raw), "application/json"
	}
	req, err := http.NewRequestWithContext(t.Context(), method, address, in)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", userToken)
	if kind != "" {
		req.Header.Set("Content-Type", kind)
	}
	for i := 0; i+1 < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	resp, err := noRedirects.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	read, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response{resp, string(read)}
}

// want fails where the answer has another status, and decodes it.
func want[T any](t testing.TB, status int, got response) (out T) {
	t.Helper()
	if got.StatusCode != status {
		t.Fatalf("%s %s: got %d %s, want %d", got.Request.Method, got.Request.URL, got.StatusCode, got.body, status)
	}
	if err := json.Unmarshal([]byte(got.body), &out); err != nil {
		t.Fatalf("%s: %v", got.body, err)
	}
	return out
}

// refused checks a status and a part of the body.
func refused(t testing.TB, status int, part string, got response) {
	t.Helper()
	if got.StatusCode != status || !strings.Contains(got.body, part) {
		t.Errorf("%s %s: got %d %s, want %d with %s", got.Request.Method, got.Request.URL, got.StatusCode, got.body, status, part)
	}
}

// complete is metadata that can be published.
func complete(more ...any) map[string]any {
	m := map[string]any{
		"title": "Frogs of the Alps", "upload_type": "dataset", "description": "<p>All of them.</p>",
		"creators": []any{map[string]any{"name": "Doe, Jane", "affiliation": "Zenodo"}},
	}
	for i := 0; i+1 < len(more); i += 2 {
		m[more[i].(string)] = more[i+1]
	}
	return map[string]any{"metadata": m}
}

func create(t testing.TB, s *zenodotest.Server, body any) deposition {
	t.Helper()
	return want[deposition](t, 201, call(t, "POST", s.API()+"/deposit/depositions", body))
}

func upload(t testing.TB, d deposition, name, text string) response {
	t.Helper()
	return call(t, "PUT", d.link("bucket")+"/"+name, strings.NewReader(text), "Content-Type", "application/octet-stream")
}

// publish makes a deposition with a file and publishes it.
func publish(t testing.TB, s *zenodotest.Server, body any) deposition {
	t.Helper()
	d := create(t, s, body)
	want[any](t, 201, upload(t, d, "frogs.csv", "a,b\n"))
	return want[deposition](t, 202, call(t, "POST", d.link("publish"), nil))
}

func sum(text string) string {
	h := md5.Sum([]byte(text))
	return hex.EncodeToString(h[:])
}

// TestQuickstart is the walk of Zenodo's quickstart guide.
func TestQuickstart(t *testing.T) {
	s := zenodotest.NewServer(t, zenodotest.Config{Token: "right"})
	list := s.API() + "/deposit/depositions"
	same(t, "list", call(t, "GET", list, nil).body, "[]")
	d := create(t, s, "{}")
	if d.Title != "" || d.DOI != "" || d.State != "unsubmitted" || d.Submitted || d.ID != d.RecordID || d.Concept != itoa(int(d.ID-1)) {
		t.Errorf("created: got %+v", d)
	}
	same(t, "metadata", fmt.Sprint(d.Metadata), fmt.Sprintf("map[access_right:open prereserve_doi:map[doi:10.5281/zenodo.%d recid:%v]]", d.ID, float64(d.ID)))
	refused(t, 404, "not registered", get(t, s, "/records/"+d.text()))
	refused(t, 400, `{"field": "metadata.resource_type", "messages": ["Missing data for required field."]}`, call(t, "POST", d.link("publish"), nil))
	d = want[deposition](t, 200, call(t, "PUT", d.link("self"), complete()))
	if d.Title != "Frogs of the Alps" || d.Metadata["license"] != "cc-zero" || d.Metadata["imprint_publisher"] != "Zenodo" {
		t.Errorf("updated: got %+v", d)
	}
	refused(t, 400, `{"field": "files.enabled", "messages": ["Missing uploaded files.`, call(t, "POST", d.link("publish"), nil))
	file := want[struct {
		Key, Checksum, Mimetype string
		Size                    int
	}](t, 201, upload(t, d, "my_file.csv", "4, 5, 6"))
	if file.Key != "my_file.csv" || file.Checksum != "md5:"+sum("4, 5, 6") || file.Size != 7 || file.Mimetype != "text/csv" {
		t.Errorf("file: got %+v", file)
	}
	p := want[deposition](t, 202, call(t, "POST", d.link("publish"), nil))
	if p.State != "done" || !p.Submitted || p.DOI != "10.5281/zenodo."+d.text() || p.ConceptDOI != "10.5281/zenodo."+d.Concept {
		t.Errorf("published: got %+v", p)
	}
	same(t, "self", p.link("self"), s.API()+"/records/"+d.text())
	record := want[struct {
		DOI   string
		Files []struct{ Links map[string]string }
	}](t, 200, get(t, s, "/records/"+d.text()))
	same(t, "DOI of the record", record.DOI, p.DOI)
	same(t, "its file", do(t, "GET", record.Files[0].Links["self"]).body, "4, 5, 6")
	if n := search(t, s, "/records", "q", `doi:"`+p.DOI+`"`).total(); n != 1 {
		t.Errorf("search by DOI: got %d hits", n)
	}
	if n := search(t, s, "/records", "q", "Alps frogs").total(); n == 0 {
		t.Error("search by words finds nothing")
	}
}
