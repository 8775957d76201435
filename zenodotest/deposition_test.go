package zenodotest_test

import (
	"bytes"
	"crypto/md5"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
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

// accept has the communities that were asked take a record in.
func accept(t testing.TB, s *zenodotest.Server, id string) {
	t.Helper()
	requests := want[struct {
		Hits struct{ Hits []struct{ ID string } }
	}](t, 200, call(t, "GET", s.API()+"/records/"+id+"/requests?is_open=true", nil))
	if len(requests.Hits.Hits) == 0 {
		t.Fatalf("no community was asked to take %s in", id)
	}
	for _, r := range requests.Hits.Hits {
		want[any](t, 200, call(t, "POST", s.API()+"/requests/"+r.ID+"/actions/accept", "{}"))
	}
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

// TestActions walks through the states of a deposition.
func TestActions(t *testing.T) {
	s := zenodotest.NewServer(t, zenodotest.Config{})
	p := publish(t, s, complete("communities", []any{map[string]any{"identifier": "egi-ace"}, map[string]any{"identifier": "nobody"}}))
	legacy := s.API() + "/deposit/depositions/" + p.text()
	same(t, "communities, none of them asked yet", fmt.Sprint(p.Metadata["communities"]), "<nil>")
	accept(t, s, p.text())
	if n := search(t, s, "/communities/egi-ace/records", "q", "recid:"+p.text()).total(); n != 1 {
		t.Errorf("in its community: got %d", n)
	}
	refused(t, 404, "Not found.", call(t, "POST", legacy+"/actions/publish", nil))
	refused(t, 404, "Not found.", call(t, "PUT", legacy, complete()))
	refused(t, 404, "Not found.", call(t, "DELETE", legacy, nil))
	refused(t, 404, "Not found.", call(t, "POST", legacy+"/actions/discard", nil))
	refused(t, 404, "URL was not found", call(t, "POST", legacy+"/actions/registerconceptdoi", nil))
	refused(t, 405, "", call(t, "PUT", legacy+"/actions/publish", nil))

	edit := want[deposition](t, 201, call(t, "POST", legacy+"/actions/edit", nil))
	if edit.State != "inprogress" || !edit.Submitted || edit.link("self") != legacy {
		t.Errorf("edit: got %+v", edit)
	}
	want[deposition](t, 201, call(t, "POST", legacy+"/actions/edit", nil))
	want[deposition](t, 200, call(t, "PUT", legacy, complete("title", "Not to be")))
	if got := call(t, "POST", legacy+"/actions/discard", nil); got.StatusCode != 204 || got.body != "" {
		t.Errorf("discard: got %d %s", got.StatusCode, got.body)
	}
	if d := want[deposition](t, 200, call(t, "GET", legacy, nil)); d.State != "done" || d.Title != "Frogs of the Alps" {
		t.Errorf("discarded: got %+v", d)
	}

	before := want[record](t, 200, get(t, s, "/records/"+p.text()))
	want[deposition](t, 201, call(t, "POST", legacy+"/actions/edit", nil))
	want[deposition](t, 200, call(t, "PUT", legacy, complete("title", "Toads of the Alps")))
	same(t, "title while it is edited", want[record](t, 200, get(t, s, "/records/"+p.text())).Title, before.Title)
	d := want[deposition](t, 202, call(t, "POST", legacy+"/actions/publish", nil))
	after := want[record](t, 200, get(t, s, "/records/"+p.text()))
	if after.Title != "Toads of the Alps" || after.Revision <= before.Revision || after.Updated <= before.Updated || after.Created != before.Created {
		t.Errorf("edited: got %+v, before %+v", after, before)
	}
	if d.State != "done" || d.DOI != p.DOI || !after.in("egi-ace") || d.link("bucket") != p.link("bucket") {
		t.Errorf("edited: got %+v", d)
	}
}

func TestDepositNewVersion(t *testing.T) {
	s := zenodotest.NewServer(t, zenodotest.Config{})
	p := publish(t, s, complete("version", "1", "publication_date", "2020-01-01"))
	legacy := s.API() + "/deposit/depositions/"
	next := want[deposition](t, 201, call(t, "POST", legacy+p.text()+"/actions/newversion", nil))
	if next.ID == p.ID || next.Concept != p.Concept || next.State != "unsubmitted" || next.DOI != "" || next.ConceptDOI != p.ConceptDOI {
		t.Errorf("new version: got %+v", next)
	}
	if next.Metadata["version"] != nil || next.Metadata["publication_date"] == "2020-01-01" || next.Title != p.Title {
		t.Errorf("its metadata: got %v", next.Metadata)
	}
	same(t, "files", fmt.Sprint(next.names()), "[frogs.csv]")
	same(t, "latest_draft", next.link("latest_draft"), legacy+next.text())
	again := call(t, "POST", legacy+p.text()+"/actions/newversion", nil)
	refused(t, 400, `{"field": "files.enabled", "messages": ["Please remove all files first."]}`, again)
	refused(t, 404, "not registered", call(t, "POST", legacy+next.text()+"/actions/newversion", nil))
	refused(t, 404, "Not found.", call(t, "POST", legacy+p.Concept+"/actions/newversion", nil))

	if got := call(t, "DELETE", legacy+next.text()+"/files/"+next.Files[0].ID, nil); got.StatusCode != 204 {
		t.Fatalf("delete a file: got %d %s", got.StatusCode, got.body)
	}
	same(t, "file of the first version", call(t, "GET", p.link("bucket")+"/frogs.csv", nil).body, "a,b\n")
	want[any](t, 201, upload(t, next, "toads.csv", "c,d\n"))
	n := want[deposition](t, 202, call(t, "POST", legacy+next.text()+"/actions/publish", nil))
	first, second := want[record](t, 200, get(t, s, "/records/"+p.text())), want[record](t, 200, get(t, s, "/records/"+n.text()))
	if first.isLast() || !second.isLast() || second.version() != 1 || first.version() != 0 {
		t.Errorf("versions: got %+v and %+v", first, second)
	}
	if got := get(t, s, "/records/"+p.Concept); got.Header.Get("Location") != "/api/records/"+n.text() {
		t.Errorf("concept: got %d to %s", got.StatusCode, got.Header.Get("Location"))
	}
	if total := search(t, s, "/records", "q", "conceptrecid:"+p.Concept).total(); total != 1 {
		t.Errorf("latest versions: got %d", total)
	}
	if total := search(t, s, "/records/"+p.text()+"/versions").total(); total != 2 {
		t.Errorf("versions: got %d", total)
	}
	if body := do(t, "GET", s.URL+"/oai2d?verb=GetRecord&metadataPrefix=oai_dc&identifier=oai:zenodo.org:"+n.text()).body; !strings.Contains(body, "Frogs of the Alps") {
		t.Errorf("OAI-PMH: got %s", body)
	}
	third := want[deposition](t, 201, call(t, "POST", legacy+p.text()+"/actions/newversion", nil))
	same(t, "files of the latest version, whichever was named", fmt.Sprint(third.names()), "[toads.csv]")
}

func TestDeleteDraft(t *testing.T) {
	s := zenodotest.NewServer(t, zenodotest.Config{})
	for _, remove := range []func(d deposition) response{
		func(d deposition) response { return call(t, "DELETE", d.link("self"), nil) },
		func(d deposition) response { return call(t, "POST", d.link("discard"), nil) },
		func(d deposition) response { return call(t, "DELETE", s.API()+"/records/"+d.text()+"/draft", nil) },
	} {
		d := create(t, s, complete())
		want[any](t, 201, upload(t, d, "a", "b"))
		if got := remove(d); got.StatusCode != 204 || got.body != "" {
			t.Errorf("got %d %s", got.StatusCode, got.body)
		}
		refused(t, 404, "does not exist", remove(d))
		refused(t, 404, "does not exist", call(t, "GET", d.link("self"), nil))
		refused(t, 404, "does not exist", get(t, s, "/records/"+d.text()))
		refused(t, 404, "Not found.", upload(t, d, "a", "b"))
	}
	same(t, "list", call(t, "GET", s.API()+"/deposit/depositions", nil).body, "[]")
}

// TestOwners checks that nobody gets at what another user deposits.
func TestOwners(t *testing.T) {
	s := zenodotest.NewServer(t, zenodotest.Config{})
	d := create(t, s, complete())
	want[any](t, 201, upload(t, d, "a", "b"))
	elsewhere := s.API() + "/deposit/depositions/" + search(t, s, "/records", "size", "1").records(t)[0].text()
	for _, authorization := range []string{"", "Bearer other"} {
		for _, c := range []struct{ method, address string }{
			{"GET", d.link("self")},
			{"PUT", d.link("self")},
			{"DELETE", d.link("self")},
			{"POST", d.link("publish")},
			{"POST", d.link("edit")},
			{"POST", d.link("discard")},
			{"GET", d.link("files")},
			{"POST", d.link("files")},
			{"GET", d.link("bucket") + "/a"},
			{"PUT", d.link("bucket") + "/b"},
			{"DELETE", d.link("bucket") + "/a"},
			{"GET", s.API() + "/records/" + d.text() + "/draft"},
			{"GET", elsewhere},
			{"POST", elsewhere + "/actions/newversion"},
		} {
			refused(t, 403, `{"status": 403, "message": "Permission denied."}`, call(t, c.method, c.address, nil, "Authorization", authorization))
		}
	}
	refused(t, 403, "denied", call(t, "POST", s.API()+"/records", "{}", "Authorization", ""))
	same(t, "list of another", call(t, "GET", s.API()+"/deposit/depositions", nil, "Authorization", "Bearer other").body, "[]")
}

// TestBodyTypes has bodies taken for JSON where no type is named, and refused
// where another one is.
func TestBodyTypes(t *testing.T) {
	s := zenodotest.NewServer(t, zenodotest.Config{})
	d := create(t, s, complete())
	const metadata = `{"metadata": {"title": "Toads"}}`
	draft := s.API() + "/records/" + d.text() + "/draft"
	for _, c := range []struct{ method, address, body string }{
		{"POST", s.API() + "/deposit/depositions", metadata},
		{"PUT", d.link("self"), metadata},
		{"POST", s.API() + "/records", metadata},
		{"PUT", draft, metadata},
	} {
		send := func(headers ...string) response {
			return call(t, c.method, c.address, strings.NewReader(c.body), headers...)
		}
		for _, kind := range []string{"application/x-www-form-urlencoded", "text/plain", "application/xml; charset=utf-8", "json"} {
			refused(t, 415, "Invalid 'Content-Type' header. Expected one of: application/json", send("Content-Type", kind))
		}
		for _, got := range []response{send(), send("Content-Type", "application/json; charset=utf-8")} {
			if got.StatusCode >= 300 {
				t.Errorf("%s %s: got %d %s", c.method, c.address, got.StatusCode, got.body)
			}
		}
	}
	refused(t, 400, "Unable to decode JSON data in request body.", call(t, "PUT", d.link("self"), strings.NewReader("title=Toads")))
}

func TestBodies(t *testing.T) {
	s := zenodotest.NewServer(t, zenodotest.Config{})
	list := s.API() + "/deposit/depositions"
	refused(t, 400, `{"field": "colour", "messages": ["Unknown field."]}`, call(t, "POST", list, `{"colour": "red", "metadata": {}}`))
	refused(t, 400, "Unable to decode JSON data in request body.", call(t, "POST", list, `{"metadata": `))
	refused(t, 404, "URL was not found", call(t, "POST", list+"/", "{}"))
	same(t, "nothing was made", call(t, "GET", list, nil).body, "[]")
	d := create(t, s, "{}")
	etag := call(t, "GET", d.link("self"), nil).Header.Get("ETag")
	stale := call(t, "PUT", d.link("self"), complete(), "If-Match", "99")
	refused(t, 412, "Revision id provided(99) doesn't match record's one("+strings.Trim(etag, `"`)+")", stale)
	want[deposition](t, 200, call(t, "PUT", d.link("self"), complete(), "If-Match", strings.Trim(etag, `"`)))
}

// TestDepositSpelling checks that JSON is escaped as Zenodo does it.
func TestDepositSpelling(t *testing.T) {
	s := zenodotest.NewServer(t, zenodotest.Config{})
	p := publish(t, s, complete("title", "Frösche & Kröten <über> 𝛼"))
	const title = `"title": "Fr\u00f6sche & Kr\u00f6ten <\u00fcber> \ud835\udefc"`
	for _, address := range []string{s.API() + "/deposit/depositions/" + p.text(), s.API() + "/records/" + p.text()} {
		refused(t, 200, title, call(t, "GET", address, nil))
	}
}

// TestDepositAmongMany checks that what is deposited beside made-up records has
// an identifier of its own, and that the Go methods may change it.
func TestDepositAmongMany(t *testing.T) {
	s := zenodotest.NewServer(t, zenodotest.Config{Synthetic: 1000})
	total := search(t, s, "/records", "all_versions", "1", "size", "1").total()
	p := publish(t, s, complete())
	if n := search(t, s, "/records", "all_versions", "1", "size", "1").total(); n != total+1 {
		t.Errorf("records: got %d, want one more than %d", n, total)
	}
	if n := search(t, s, "/records", "q", "created:[now-1h TO *]").total(); n != 1 {
		t.Errorf("new records: got %d", n)
	}
	if err := s.Delete(p.text(), zenodotest.Tombstone{Note: "withdrawn"}); err != nil {
		t.Fatal(err)
	}
	want[deposition](t, 200, call(t, "GET", s.API()+"/deposit/depositions/"+p.text(), nil)) // as if nothing were the matter
	refused(t, 410, "Record deleted", call(t, "GET", s.API()+"/records/"+p.text()+"/draft", nil))
	refused(t, 410, "Record deleted", do(t, "GET", s.API()+"/records/"+p.text()+"/files"))
}

// TestDepositTogether lets many requests work on one deposition at once.
func TestDepositTogether(t *testing.T) {
	s := zenodotest.NewServer(t, zenodotest.Config{})
	d := create(t, s, complete())
	var group sync.WaitGroup
	for i := range 16 {
		group.Go(func() {
			sent := upload(t, d, fmt.Sprint("file", i%4), fmt.Sprint("text", i%4))
			if sent.StatusCode != 201 && sent.StatusCode != 500 { // it would have replaced a file while another did
				refused(t, 400, "Not a valid value.", sent)
			}
			if put := call(t, "PUT", d.link("self"), complete("title", fmt.Sprint("Title ", i))); put.StatusCode != 200 {
				refused(t, 400, "Invalid value dataset.", put)
			}
			want[any](t, 200, call(t, "GET", d.link("self"), nil))
			want[any](t, 200, call(t, "GET", s.API()+"/deposit/depositions?q=title", nil))
		})
	}
	group.Wait()
	p := want[deposition](t, 202, call(t, "POST", d.link("publish"), nil))
	if len(p.Files) != 4 {
		t.Fatalf("files: got %v", p.names())
	}
	for _, f := range p.Files {
		same(t, f.Filename, f.Checksum, sum("text"+strings.TrimPrefix(f.Filename, "file")))
	}
}

// FuzzDeposit sends metadata that nobody would, and checks that the answer is
// JSON with a status that is known, and that what was accepted can be read and
// published, or not.
func FuzzDeposit(f *testing.F) {
	f.Add(full)
	f.Add(`{"creators": [null, {"name": [1]}], "grants": [{"id": 1}], "dates": [{"start": "x"}], "custom": []}`)
	f.Add(`{"upload_type": "image", "image_type": "photo", "license": {"id": "MIT"}, "language": "de", "access_right": null}`)
	e, err := zenodotest.New(zenodotest.Config{})
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(func() { e.Close() })
	client := &http.Client{Transport: e.Transport()}
	send := func(t *testing.T, method, address, body string, allowed ...int) []byte {
		req, err := http.NewRequestWithContext(t.Context(), method, address, strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Authorization", userToken)
		req.Header.Set("Content-Type", "application/json")
		resp, err := client.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		raw, err := io.ReadAll(resp.Body)
		if err != nil || !slices.Contains(allowed, resp.StatusCode) || resp.StatusCode != 204 && !json.Valid(raw) {
			t.Fatalf("%s %s of %s: got %d %s, %v", method, address, body, resp.StatusCode, raw, err)
		}
		if resp.StatusCode >= 300 {
			return nil
		}
		return raw
	}
	f.Fuzz(func(t *testing.T, metadata string) {
		const list = "http://zenodo.test/api/deposit/depositions"
		raw := send(t, "POST", list, `{"metadata": `+metadata+`}`, 201, 400, 500)
		if raw == nil {
			return
		}
		var d deposition
		if err := json.Unmarshal(raw, &d); err != nil {
			t.Fatal(err)
		}
		send(t, "GET", d.link("self"), "", 200)
		send(t, "GET", "http://zenodo.test/api/records/"+d.text()+"/draft", "", 200)
		send(t, "POST", d.link("publish"), "", 400)
		send(t, "DELETE", d.link("self"), "", 204)
	})
}
