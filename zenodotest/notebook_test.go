package zenodotest_test

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/zharvest/zharvest/zenodotest"
)

// TestNotebook makes the calls of the EGI-ACE tutorial's notebook as they are
// written there, with a token in each address, doubled slashes and slashes at
// the end, and follows redirects as Python's requests does. What the notebook
// prints is what it printed in 2023, but for its search of communities, whose
// slash Zenodo itself no longer takes.
func TestNotebook(t *testing.T) {
	s := zenodotest.NewServer(t, zenodotest.Config{})
	const token = "?access_token=secret"
	base := s.API() + "/"
	request := func(method, address string, body io.Reader, contentType string) response {
		t.Helper()
		req, err := http.NewRequestWithContext(t.Context(), method, address, body)
		if err != nil {
			t.Fatal(err)
		}
		if contentType != "" {
			req.Header.Set("Content-Type", contentType)
		}
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		text, err := io.ReadAll(resp.Body)
		if err != nil {
			t.Fatal(err)
		}
		return response{resp, string(text)}
	}
	get := func(address string) response { return request("GET", address, nil, "") }

	// A deposition, with its file by the bucket and another by the older way.
	d := want[deposition](t, 201, request("POST", base+"deposit/depositions"+token, strings.NewReader("{}"), "application/json"))
	file := want[struct{ Key, Checksum string }](t, 201, request("PUT", d.link("bucket")+"/my-file.csv"+token, strings.NewReader("1,2,3"), ""))
	same(t, "file in the bucket", file.Key+" "+file.Checksum, "my-file.csv md5:"+sum("1,2,3"))
	body, kind := form(t, "name", "older.csv", "file:older.csv", "4,5,6")
	older := want[depositedFile](t, 201, request("POST", fmt.Sprintf("%sdeposit/depositions/%d/files%s", base, d.ID, token), body, kind))
	same(t, "file by the older way", older.Filename, "older.csv")
	metadata := `{"metadata": {"title": "My first upload", "upload_type": "poster", "description": "This is my first upload", ` +
		`"creators": [{"name": "Doe, John", "affiliation": "Zenodo"}], "license": "cc-by"}}`
	d = want[deposition](t, 200, request("PUT", fmt.Sprintf("%sdeposit/depositions/%d%s", base, d.ID, token), strings.NewReader(metadata), "application/json"))
	same(t, "license", fmt.Sprint(d.Metadata["license"]), "cc-by-4.0")
	d = want[deposition](t, 202, request("POST", fmt.Sprintf("%sdeposit/depositions/%d/actions/publish%s", base, d.ID, token), nil, ""))
	if !d.Submitted || d.DOI == "" {
		t.Errorf("published: got %+v", d)
	}
	list := want[[]deposition](t, 200, get(base+"/deposit/depositions"+token)) // with the slash of the base, two of them
	if len(list) != 1 || list[0].ID != d.ID || len(list[0].Files) != 2 {
		t.Errorf("list: got %+v", list)
	}

	// What the tutorials name and the server no longer has.
	for _, c := range []struct {
		method, path, body string
		status             int
	}{
		{"PUT", fmt.Sprintf("deposit/depositions/%d/files", d.ID), `[{"id": "1"}]`, 405},
		{"PUT", fmt.Sprintf("deposit/depositions/%d/files/%s", d.ID, older.ID), `{"filename": "new.csv"}`, 405},
		{"POST", fmt.Sprintf("deposit/depositions/%d/actions/registerconceptdoi", d.ID), "", 404},
		{"POST", fmt.Sprintf("deposit/depositions/%d/actions/discard", d.ID), "", 404},
	} {
		if got := request(c.method, base+c.path+token, strings.NewReader(c.body), "application/json"); got.StatusCode != c.status {
			t.Errorf("%s %s: got %d %s, want %d", c.method, c.path, got.StatusCode, got.body, c.status)
		}
	}

	// The community and its records, to which the server redirects from the slash.
	if got := get(base + "communities/?q=egi-ace"); got.StatusCode != 404 {
		t.Errorf("communities with a slash: got %d, want 404", got.StatusCode)
	}
	communities := want[struct {
		Hits struct {
			Hits []struct{ ID, Slug string }
		}
	}](t, 200, get(base+"communities?q=egi-ace"))
	if len(communities.Hits.Hits) == 0 || communities.Hits.Hits[0].Slug != "egi-ace" {
		t.Fatalf("communities: got %+v", communities)
	}
	for _, name := range []string{"egi-ace", communities.Hits.Hits[0].ID} {
		page := records(t, get(base+"records/"+token+"&communities="+name))
		if len(page) != 23 || page[0] != "10.5281/zenodo.7670205 D7.4 Green Computing progress and improvements within EGI-ACE" {
			t.Errorf("records of %s: got %d, the first is %s", name, len(page), page[0])
		}
	}
	found := records(t, get(base+"records/"+token+"&communities=egi-ace&q=dissemination"))
	if got := strings.Join(found, "\n"); len(found) != 2 || !strings.Contains(got, "zenodo.6602285 EGI-ACE D1.4 Dissemination") ||
		!strings.Contains(got, "zenodo.6783908 EGI-ACE D1.7 Dissemination") {
		t.Errorf("dissemination: got %s", got)
	}
}

// records are the DOIs and titles that a notebook prints of a search.
func records(t *testing.T, got response) (all []string) {
	t.Helper()
	type hit struct {
		Metadata struct{ DOI, Title string }
	}
	page := want[struct{ Hits struct{ Hits []hit } }](t, 200, got)
	for _, h := range page.Hits.Hits {
		all = append(all, h.Metadata.DOI+" "+h.Metadata.Title)
	}
	return all
}
