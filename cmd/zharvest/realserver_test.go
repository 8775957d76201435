//go:build realserver

package main

import (
	"bytes"
	"database/sql"
	"encoding/csv"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// realServer is the InvenioRDM that internal/realserver has started. Its
// methods ask and change it without our client, so that what the commands find
// can be compared with what there is.
type realServer struct {
	url, search string
	db          string // an index of this test

	People      map[string]struct{ Token string }
	Communities map[string]string // their ids, by slug
	Ordinary    []string          // ids of records
	Special     map[string]json.RawMessage
}

// realRecord is a record as the server lists it.
type realRecord struct {
	ID      string
	Created time.Time
	Parent  struct{ ID string }
	Pids    struct {
		DOI, OAI struct{ Identifier string }
	}
	Versions struct {
		Latest bool `json:"is_latest"`
	}
	Metadata struct {
		Title string
		Type  struct{ ID string } `json:"resource_type"`
	}
}

func newRealServer(t *testing.T) *realServer {
	t.Helper()
	s := &realServer{url: os.Getenv("INVENIO_URL"), search: os.Getenv("OPENSEARCH_URL")}
	if s.url == "" || s.search == "" {
		t.Fatal(`no server is known; first run: eval "$(internal/realserver/start invenio)"`)
	}
	facts, err := os.ReadFile(os.Getenv("INVENIO_FACTS"))
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(facts, s); err != nil {
		t.Fatal(err)
	}
	home(t)
	s.db = filepath.Join(t.TempDir(), "zharvest.db")
	s.refresh(t)
	return s
}

// special is the id of a record with something special.
func (s *realServer) special(t *testing.T, name string) (id string) {
	t.Helper()
	if err := json.Unmarshal(s.Special[name], &id); err != nil {
		t.Fatal(err)
	}
	return id
}

// zharvest runs a command and returns what it printed. One that fails fails the
// test.
func (s *realServer) zharvest(t *testing.T, args ...string) string {
	t.Helper()
	code, stdout, stderr := s.attempt(t, args...)
	if code != exitOK {
		t.Fatalf("zharvest %s: exit code %d, %s", strings.Join(args, " "), code, stderr)
	}
	return stdout
}

func (s *realServer) attempt(t *testing.T, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	return attempt(t, append([]string{"--api", s.url + "/api", "--db", s.db}, args...)...)
}

// held are the ids that a command lists.
func (s *realServer) held(t *testing.T, args ...string) []string {
	t.Helper()
	lines := strings.Fields(s.zharvest(t, slices.Concat(args[:1], []string{"--fields", "id", "-f", "csv"}, args[1:])...))
	if len(lines) == 0 || lines[0] != "id" {
		t.Fatalf("%s printed %q", strings.Join(args, " "), lines)
	}
	return lines[1:]
}

// forgetOverlap has the runs so far lie so far back that the next ones do not
// ask for the changes of this test again, as they do within an hour.
func (s *realServer) forgetOverlap(t *testing.T) {
	t.Helper()
	db, err := sql.Open("sqlite", s.db)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.ExecContext(t.Context(), "UPDATE harvests SET watermark = ?", time.Now().UTC().Add(time.Hour).Format(time.RFC3339)); err != nil {
		t.Fatal(err)
	}
}

// addresses are those of the records in the index.
func (s *realServer) addresses(t *testing.T) []string {
	t.Helper()
	return strings.Fields(s.zharvest(t, "export", "--all-versions", "--fields", "url", "-f", "csv"))[1:]
}

// ask sends a request, as a person or as a guest (""), and returns the answer.
func (s *realServer) ask(t *testing.T, who, method, address string, body any) (status int, answer []byte) {
	t.Helper()
	var sent io.Reader
	if body != nil {
		text, err := json.Marshal(body)
		if err != nil {
			t.Fatal(err)
		}
		sent = bytes.NewReader(text)
	}
	req, err := http.NewRequestWithContext(t.Context(), method, address, sent)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	if who != "" {
		req.Header.Set("Authorization", "Bearer "+s.People[who].Token)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	answer, err = io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, answer
}

// call is ask for what must succeed. The path is below /api.
func (s *realServer) call(t *testing.T, who, method, path string, body, answer any) {
	t.Helper()
	status, text := s.ask(t, who, method, s.url+"/api"+path, body)
	if status < 200 || status > 299 {
		t.Fatalf("%s %s: %d %s", method, path, status, text)
	}
	if answer == nil {
		return
	}
	if err := json.Unmarshal(text, answer); err != nil {
		t.Fatalf("%s %s: %v", method, path, err)
	}
}

// list walks a list of records, in another order and other pages than our
// client does.
func (s *realServer) list(t *testing.T, who, path string, params url.Values) (records []realRecord) {
	t.Helper()
	query := url.Values{"sort": {"updated-desc"}, "size": {"17"}}
	maps.Copy(query, params)
	for page := 1; ; page++ {
		query.Set("page", fmt.Sprint(page))
		var answer struct {
			Hits struct {
				Hits  []realRecord
				Total int
			}
		}
		s.call(t, who, "GET", path+"?"+query.Encode(), nil, &answer)
		records = append(records, answer.Hits.Hits...)
		if len(answer.Hits.Hits) == 0 || len(records) == answer.Hits.Total {
			if len(records) != answer.Hits.Total {
				t.Fatalf("%s: the server lists %d of %d records", path, len(records), answer.Hits.Total)
			}
			return records
		}
	}
}

var (
	allVersions = url.Values{"allversions": {"true"}}
	byTitle     = func(title string) url.Values { return url.Values{"q": {fmt.Sprintf("metadata.title:%q", title)}} }
)

func idsOf(records []realRecord) (ids []string) {
	for _, r := range records {
		ids = append(ids, r.ID)
	}
	return ids
}

// ofType keeps the records of a type, and of a subtype unless it is "".
func ofType(records []realRecord, typ, subtype string) []realRecord {
	return slices.DeleteFunc(slices.Clone(records), func(r realRecord) bool {
		general, special, _ := strings.Cut(r.Metadata.Type.ID, "-")
		return general != typ || subtype != "" && special != subtype
	})
}

// refresh makes the server's searches find what was written.
func (s *realServer) refresh(t *testing.T) {
	t.Helper()
	if status, answer := s.ask(t, "", "POST", s.search+"/_refresh", nil); status != http.StatusOK {
		t.Fatalf("refresh the search indexes: %d %s", status, answer)
	}
}

// eventually waits for what the server's worker does in the background.
func (s *realServer) eventually(t *testing.T, what string, done func() bool) {
	t.Helper()
	for deadline := time.Now().Add(time.Minute); ; {
		s.refresh(t)
		if done() {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("the server does not show it: %s", what)
		}
	}
}

func (s *realServer) finds(t *testing.T, path, id string) bool {
	t.Helper()
	return slices.Contains(idsOf(s.list(t, "", path, url.Values{"q": {fmt.Sprintf("id:%q", id)}, "allversions": {"true"}})), id)
}

func metadata(title string) map[string]any {
	return map[string]any{
		"title": title, "publication_date": "2024-05-06", "publisher": "Test House",
		"resource_type": map[string]any{"id": "dataset"},
		"creators":      []any{map[string]any{"person_or_org": map[string]any{"type": "personal", "family_name": "Owner", "given_name": "Ada"}}},
	}
}

func draftOf(title string) map[string]any {
	return map[string]any{
		"metadata": metadata(title), "files": map[string]any{"enabled": false},
		"access": map[string]any{"record": "public", "files": "public"},
	}
}

// publish publishes a record without files, and returns its id.
func (s *realServer) publish(t *testing.T, title string) (id string) {
	t.Helper()
	var draft struct{ ID string }
	s.call(t, "owner", "POST", "/records", draftOf(title), &draft)
	s.release(t, draft.ID)
	return draft.ID
}

func (s *realServer) release(t *testing.T, id string) {
	t.Helper()
	s.call(t, "owner", "POST", "/records/"+id+"/draft/actions/publish", nil, nil)
	s.eventually(t, "the record "+id, func() bool { return s.finds(t, "/records", id) })
}

// edit publishes another title of a record.
func (s *realServer) edit(t *testing.T, id, title string) {
	t.Helper()
	s.call(t, "owner", "POST", "/records/"+id+"/draft", nil, nil)
	s.call(t, "owner", "PUT", "/records/"+id+"/draft", draftOf(title), nil)
	s.release(t, id)
	s.eventually(t, "the new title", func() bool { return len(s.list(t, "", "/records", byTitle(title))) == 1 })
}

// newVersion publishes a new version of a record, and returns its id.
func (s *realServer) newVersion(t *testing.T, id, title string) (next string) {
	t.Helper()
	var draft struct{ ID string }
	s.call(t, "owner", "POST", "/records/"+id+"/versions", nil, &draft)
	s.call(t, "owner", "PUT", "/records/"+draft.ID+"/draft", draftOf(title), nil)
	s.release(t, draft.ID)
	s.eventually(t, "that the earlier version is no longer the latest", func() bool { return !slices.Contains(idsOf(s.list(t, "", "/records", nil)), id) })
	return draft.ID
}

// join puts a record into a community, and leave takes it out.
func (s *realServer) join(t *testing.T, id, community string) {
	t.Helper()
	var answer struct {
		Processed []struct {
			Request string `json:"request_id"`
		}
	}
	s.call(t, "owner", "POST", "/records/"+id+"/communities", map[string]any{"communities": []any{map[string]any{"id": s.Communities[community], "require_review": false}}}, &answer)
	var request struct {
		Open bool `json:"is_open"`
	}
	s.call(t, "owner", "GET", "/requests/"+answer.Processed[0].Request, nil, &request)
	if request.Open {
		s.call(t, "owner", "POST", "/requests/"+answer.Processed[0].Request+"/actions/accept", map[string]any{}, nil)
	}
	s.eventually(t, "the record in the community", func() bool { return s.finds(t, "/communities/"+community+"/records", id) })
}

func (s *realServer) leave(t *testing.T, id, community string) {
	t.Helper()
	s.call(t, "owner", "DELETE", "/records/"+id+"/communities", map[string]any{"communities": []any{map[string]any{"id": s.Communities[community]}}}, nil)
	s.eventually(t, "the community without the record", func() bool { return !s.finds(t, "/communities/"+community+"/records", id) })
}

// same compares ids in any order.
func same(t *testing.T, what string, got, want []string) {
	t.Helper()
	got, want = slices.Sorted(slices.Values(got)), slices.Sorted(slices.Values(want))
	if len(want) == 0 {
		t.Errorf("%s: the server has none, so that nothing is compared", what)
	}
	if slices.Equal(got, want) {
		return
	}
	more := slices.DeleteFunc(slices.Clone(got), func(id string) bool { return slices.Contains(want, id) })
	missing := slices.DeleteFunc(slices.Clone(want), func(id string) bool { return slices.Contains(got, id) })
	t.Errorf("%s: %d records, the server has %d; missing %q, too many %q", what, len(got), len(want), missing, more)
}

func TestRealPing(t *testing.T) {
	s := newRealServer(t)
	ping := func(want int) (report pingReport) {
		t.Helper()
		code, stdout, stderr := s.attempt(t, "ping", "--json")
		if code != want {
			t.Fatalf("exit code %d, %s; want %d", code, stderr, want)
		}
		if err := json.Unmarshal([]byte(stdout), &report); err != nil {
			t.Fatal(err)
		}
		return report
	}
	if got, want := ping(exitOK), len(s.list(t, "", "/records", nil)); got.Records != want || got.API != s.url+"/api" || got.Token.Accepted != nil {
		t.Errorf("got %+v, want %d records of %s", got, want, s.url)
	}
	t.Setenv("ZENODO_TOKEN", s.People["owner"].Token)
	if got := ping(exitOK); got.Token.Accepted == nil || !*got.Token.Accepted {
		t.Errorf("the token was not accepted: %+v", got.Token)
	}
	t.Setenv("ZENODO_TOKEN", "garbage")
	if got := ping(exitNotAllowed); got.Token.Accepted == nil || *got.Token.Accepted {
		t.Errorf("a token of nobody was accepted: %+v", got.Token)
	}
}

func TestRealHarvest(t *testing.T) {
	s := newRealServer(t)
	latest := s.list(t, "", "/records", nil)
	byAge := slices.SortedFunc(slices.Values(latest), func(a, b realRecord) int { return a.Created.Compare(b.Created) })
	after := byAge[len(byAge)/2].Created
	since := slices.DeleteFunc(slices.Clone(byAge), func(r realRecord) bool { return r.Created.Before(after) })
	until := slices.DeleteFunc(slices.Clone(byAge), func(r realRecord) bool { return r.Created.After(after) })
	for _, tt := range []struct {
		name string
		args []string
		who  string
		want []realRecord
	}{
		{"everything", nil, "", latest},
		{"everything that a member sees", nil, "owner", s.list(t, "owner", "/records", nil)},
		{"all versions", []string{"--all-versions"}, "", s.list(t, "", "/records", allVersions)},
		{"a community", []string{"-c", "tide-gauges"}, "", s.list(t, "", "/communities/tide-gauges/records", nil)},
		{"a community by its id", []string{"-c", s.Communities["soil-maps"]}, "", s.list(t, "", "/communities/soil-maps/records", nil)},
		{"since a time", []string{"--since", after.Format(time.RFC3339Nano)}, "", since},
		{"until a time", []string{"--until", after.Format(time.RFC3339Nano)}, "", until},
		{"a query", []string{`metadata.title:tide AND metadata.resource_type.id:"dataset"`}, "", s.list(t, "", "/records", url.Values{"q": {`metadata.title:tide`}, "resource_type": {"dataset"}})},
		{"a type", []string{"-t", "publication"}, "", ofType(latest, "publication", "")},
		{"a subtype", []string{"-t", "publication", "--subtype", "article"}, "", ofType(latest, "publication", "article")},
		{"a type in a community", []string{"-c", "tide-gauges", "-t", "dataset"}, "", ofType(s.list(t, "", "/communities/tide-gauges/records", nil), "dataset", "")},
		{"Zenodo's names of fields", []string{"title:tide keywords:soil"}, "", s.list(t, "", "/records", url.Values{"q": {"metadata.title:tide metadata.subjects.subject:soil"}})},
		{"a community through OAI-PMH", []string{"--via", "oai", "-c", "tide-gauges"}, "", s.list(t, "", "/communities/tide-gauges/records", allVersions)},
		{"words", []string{"soil Brest"}, "", s.list(t, "", "/records", url.Values{"q": {`soil Brest`}})},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := *s
			s.db = filepath.Join(t.TempDir(), "zharvest.db")
			if tt.who != "" {
				t.Setenv("ZENODO_TOKEN", s.People[tt.who].Token)
			}
			s.zharvest(t, append([]string{"harvest"}, tt.args...)...)
			complete(t, s.db)
			same(t, "the index", s.held(t, "export", "--all-versions"), idsOf(tt.want))
		})
	}
	if mine := s.list(t, "owner", "/records", nil); len(mine) <= len(latest) {
		t.Errorf("a member sees %d records and a guest %d, so that the token changes nothing", len(mine), len(latest))
	}
	if len(since) == len(latest) || len(until) == len(latest) {
		t.Error("the time selects all records")
	}
}

func TestRealUpdate(t *testing.T) {
	s := newRealServer(t)
	every := *s
	every.db = filepath.Join(t.TempDir(), "every.db")
	s.zharvest(t, "harvest")
	every.zharvest(t, "harvest", "--all-versions")
	compare := func(after string) {
		t.Helper()
		s.zharvest(t, "update")
		every.zharvest(t, "update")
		same(t, "latest versions after "+after, s.held(t, "export"), idsOf(s.list(t, "", "/records", nil)))
		same(t, "all versions after "+after, every.held(t, "export", "--all-versions"), idsOf(s.list(t, "", "/records", allVersions)))
		same(t, "the latest of all versions after "+after, every.held(t, "export"), idsOf(s.list(t, "", "/records", nil)))
	}

	id := s.publish(t, t.Name()+" published")
	compare("a publication")

	edited := t.Name() + " edited " + id
	s.edit(t, id, edited)
	compare("an edit")
	for _, index := range []*realServer{s, &every} {
		same(t, "the edited title", index.held(t, "search", fmt.Sprintf("metadata.title:%q", edited)), []string{id})
	}

	next := s.newVersion(t, id, t.Name()+" second version")
	compare("a new version")
	if got := s.zharvest(t, "show", next); !strings.Contains(got, "second version") {
		t.Errorf("the new version is shown as %s", got)
	}

	other := s.publish(t, t.Name()+" taken back")
	s.zharvest(t, "update")
	every.zharvest(t, "update")
	s.call(t, "admin", "DELETE", "/records/"+other+"/delete", map[string]any{"removal_reason": map[string]any{"id": "retracted"}, "note": "Taken back."}, nil)
	s.eventually(t, "that the record is gone", func() bool { return !s.finds(t, "/records", other) })
	compare("a deletion")
	if code, _, stderr := s.attempt(t, "show", other); code != exitNotFound {
		t.Errorf("show of a record that is gone: exit code %d, %s", code, stderr)
	}
}

// A newest version that is deleted makes the one before it the latest again.
func TestRealDeletedVersion(t *testing.T) {
	s := newRealServer(t)
	every := *s
	every.db = filepath.Join(t.TempDir(), "every.db")
	s.zharvest(t, "harvest")
	every.zharvest(t, "harvest", "--all-versions")
	id := s.publish(t, t.Name())
	next := s.newVersion(t, id, t.Name()+" second version")
	update := func() {
		t.Helper()
		s.zharvest(t, "update")
		every.zharvest(t, "update")
	}
	update()
	s.call(t, "admin", "DELETE", "/records/"+next+"/delete", map[string]any{"removal_reason": map[string]any{"id": "retracted"}, "note": "Taken back."}, nil)
	s.eventually(t, "that the earlier version is the latest again", func() bool { return slices.Contains(idsOf(s.list(t, "", "/records", nil)), id) })
	update()
	same(t, "latest versions", s.held(t, "export"), idsOf(s.list(t, "", "/records", nil)))
	same(t, "the latest of all versions", every.held(t, "export"), idsOf(s.list(t, "", "/records", nil)))
}

func TestRealCommunity(t *testing.T) {
	s := newRealServer(t)
	const community = "tide-gauges"
	s.zharvest(t, "harvest", "-c", community)
	compare := func(after string) {
		t.Helper()
		s.zharvest(t, "update")
		want := idsOf(s.list(t, "", "/communities/"+community+"/records", nil))
		same(t, "export after "+after, s.held(t, "export", "-c", community), want)
		same(t, "search after "+after, s.held(t, "search", "-c", community), want)
	}
	compare("the harvest")
	id := s.publish(t, t.Name())
	s.join(t, id, community)
	compare("a record joined")
	s.leave(t, id, community)
	compare("it left")

	// As many join as leave, so that the server counts no other number.
	other := s.publish(t, t.Name()+" second")
	s.join(t, id, community)
	compare("it joined again")
	s.join(t, other, community)
	s.leave(t, id, community)
	s.forgetOverlap(t)
	compare("one joined and one left")
}

// A record that joins a community is not changed by that, and a harvest of
// everything sees it all the same.
func TestRealCommunityOfEverything(t *testing.T) {
	s := newRealServer(t)
	id := s.publish(t, t.Name())
	s.zharvest(t, "harvest")
	s.join(t, id, "soil-maps")
	s.forgetOverlap(t)
	s.zharvest(t, "update")
	same(t, "the community", s.held(t, "export", "-c", "soil-maps"), idsOf(s.list(t, "", "/communities/soil-maps/records", nil)))
}

func TestRealOAI(t *testing.T) {
	s := newRealServer(t)
	versions := s.list(t, "", "/records", allVersions)

	t.Run("harvest", func(t *testing.T) {
		s.zharvest(t, "harvest", "--via", "oai")
		complete(t, s.db)
		same(t, "the index", s.held(t, "export", "--all-versions"), idsOf(versions))
		title := map[string]string{}
		for _, r := range versions {
			title[r.ID] = r.Metadata.Title
		}
		var rows []struct{ ID, Title string }
		if err := json.Unmarshal([]byte(s.zharvest(t, "export", "--all-versions", "-f", "json", "--fields", "id,title")), &rows); err != nil {
			t.Fatal(err)
		}
		for _, row := range rows {
			// This title has a script and control characters, which the server
			// does not pass on in XML.
			if row.ID != s.special(t, "strange_title") && row.Title != title[row.ID] {
				t.Errorf("%s has the title %q, want %q", row.ID, row.Title, title[row.ID])
			}
		}
	})
	t.Run("latest", func(t *testing.T) {
		same(t, "the latest versions", s.held(t, "export"), idsOf(s.list(t, "", "/records", nil)))
	})
	t.Run("address", func(t *testing.T) {
		for _, address := range s.addresses(t) {
			if !strings.HasPrefix(address, s.url+"/") {
				t.Fatalf("the address of a record is %s; the server is %s", address, s.url)
			}
		}
	})
	t.Run("communities", func(t *testing.T) {
		same(t, "the community", s.held(t, "export", "--all-versions", "-c", "soil-maps"), idsOf(s.list(t, "", "/communities/soil-maps/records", allVersions)))
	})
	t.Run("fill", func(t *testing.T) {
		s.zharvest(t, "update", "--fill")
		same(t, "the latest versions", s.held(t, "export"), idsOf(s.list(t, "", "/records", nil)))
		same(t, "the community", s.held(t, "export", "-c", "soil-maps"), idsOf(s.list(t, "", "/communities/soil-maps/records", nil)))
	})
	t.Run("identify", func(t *testing.T) {
		if got := s.zharvest(t, "oai", "identify"); !strings.Contains(got, "zharvest test repository") {
			t.Errorf("got %s", got)
		}
	})
	t.Run("sets", func(t *testing.T) {
		got := s.zharvest(t, "oai", "sets")
		for slug := range s.Communities {
			if want := slug != "private-lab"; strings.Contains(got, "community-"+slug) != want {
				t.Errorf("the set of %s is listed: %t; in %s", slug, !want, got)
			}
		}
	})
	t.Run("records", func(t *testing.T) {
		var list struct {
			Headers []struct {
				Identifier string `xml:"identifier"`
			} `xml:"record>header"`
		}
		printed := s.zharvest(t, "oai", "records", "--set", "community-soil-maps")
		if err := xml.Unmarshal([]byte(printed), &list); err != nil {
			t.Fatalf("%v in %.2000s", err, printed)
		}
		var got, want []string
		for _, h := range list.Headers {
			got = append(got, h.Identifier)
		}
		for _, r := range s.list(t, "", "/communities/soil-maps/records", allVersions) {
			want = append(want, r.Pids.OAI.Identifier)
		}
		same(t, "the set", got, want)
	})
	t.Run("get", func(t *testing.T) {
		identifier := versions[0].Pids.OAI.Identifier
		if got := s.zharvest(t, "oai", "get", identifier); !strings.Contains(got, identifier) {
			t.Errorf("got %s", got)
		}
	})
	t.Run("get by id", func(t *testing.T) {
		for _, name := range []string{versions[0].ID, versions[0].Pids.DOI.Identifier} {
			if got := s.zharvest(t, "oai", "get", name); !strings.Contains(got, versions[0].Pids.OAI.Identifier) {
				t.Errorf("%s: got %s", name, got)
			}
		}
	})
}

func TestRealShow(t *testing.T) {
	s := newRealServer(t)
	s.zharvest(t, "harvest")
	var one realRecord
	s.call(t, "", "GET", "/records/"+s.Ordinary[0], nil, &one)
	for _, args := range [][]string{
		{one.ID}, {one.Pids.DOI.Identifier}, {"https://doi.org/" + one.Pids.DOI.Identifier}, {"--online", one.ID},
	} {
		var got struct{ ID, Title, DOI string }
		if err := json.Unmarshal([]byte(s.zharvest(t, append([]string{"show", "--json"}, args...)...)), &got); err != nil {
			t.Fatal(err)
		}
		if got.ID != one.ID || got.Title != one.Metadata.Title || got.DOI != one.Pids.DOI.Identifier {
			t.Errorf("show %v: got %+v, want %+v", args, got, one)
		}
	}
	var versions []string
	if err := json.Unmarshal(s.Special["three_versions"], &versions); err != nil {
		t.Fatal(err)
	}
	if got := s.zharvest(t, "show", s.special(t, "three_versions_parent")); !strings.Contains(got, versions[2]) {
		t.Errorf("show of a concept: got %s, want its latest version %s", got, versions[2])
	}
	for _, id := range []string{s.special(t, "deleted"), s.special(t, "deleted_hidden"), s.special(t, "draft")} {
		for _, args := range [][]string{{"show", id}, {"show", "--online", id}} {
			if code, stdout, stderr := s.attempt(t, args...); code != exitNotFound || stdout != "" {
				t.Errorf("%v: exit code %d, %q, %q", args, code, stdout, stderr)
			}
		}
	}
	// The bytes of the server: a single answer has more than one of a list.
	raw := s.zharvest(t, "show", "--raw", "--online", one.ID)
	if _, want := s.ask(t, "", "GET", s.url+"/api/records/"+one.ID, nil); !bytes.Equal(bytes.TrimSpace([]byte(raw)), bytes.TrimSpace(want)) {
		t.Errorf("show --raw: got %s, want %s", raw, want)
	}
	t.Run("online by DOI", func(t *testing.T) {
		if got := s.zharvest(t, "show", "--online", one.Pids.DOI.Identifier); !strings.Contains(got, one.ID) {
			t.Errorf("got %s", got)
		}
	})
}

func TestRealSearchOnline(t *testing.T) {
	s := newRealServer(t)
	s.zharvest(t, "harvest", "--all-versions")
	for _, query := range []string{
		"", "tide", "tide AND Aarhus", "-soil", `metadata.title:"soil maps"`, "metadata.publication_date:[2016 TO 2018-06]",
		`metadata.creators.person_or_org.family_name:Carberry`, "metadata.resource_type.id:(dataset OR software)", "Carb*", "Иванова",
	} {
		params := url.Values{}
		if query != "" {
			params.Set("q", query)
		}
		want := s.list(t, "", "/records", params)
		same(t, "online: "+query, s.held(t, "search", "--online", "--", query), idsOf(want))
		same(t, "offline: "+query, s.held(t, "search", "--", query), idsOf(want))
		if got := strings.TrimSpace(s.zharvest(t, "search", "--online", "--count", "--", query)); got != fmt.Sprint(len(want)) {
			t.Errorf("%q: counted %s, want %d", query, got, len(want))
		}
	}
	for _, tt := range []struct {
		args []string
		want []realRecord
	}{
		{[]string{"--all-versions"}, s.list(t, "", "/records", allVersions)},
		{[]string{"-c", "tide-gauges"}, s.list(t, "", "/communities/tide-gauges/records", nil)},
		{[]string{"-t", "dataset"}, ofType(s.list(t, "", "/records", nil), "dataset", "")},
		{[]string{"-c", "tide-gauges", "-t", "publication", "--subtype", "preprint"}, ofType(s.list(t, "", "/communities/tide-gauges/records", nil), "publication", "preprint")},
		{[]string{"title:Aarhus"}, s.list(t, "", "/records", url.Values{"q": {"metadata.title:Aarhus"}})},
	} {
		name := strings.Join(tt.args, " ")
		same(t, "online: "+name, s.held(t, slices.Concat([]string{"search", "--online"}, tt.args)...), idsOf(tt.want))
		same(t, "offline: "+name, s.held(t, slices.Concat([]string{"search"}, tt.args)...), idsOf(tt.want))
		if got := strings.TrimSpace(s.zharvest(t, slices.Concat([]string{"search", "--online", "--count"}, tt.args)...)); got != fmt.Sprint(len(tt.want)) {
			t.Errorf("%s: counted %s, want %d", name, got, len(tt.want))
		}
	}
}

// Every format holds every record.
func TestRealExport(t *testing.T) {
	s := newRealServer(t)
	s.zharvest(t, "harvest")
	records := s.list(t, "", "/records", nil)
	ids := idsOf(records)
	same(t, "csv", s.held(t, "export"), ids)

	rows, err := csv.NewReader(strings.NewReader(s.zharvest(t, "export", "-f", "csv"))).ReadAll()
	if err != nil || len(rows) != len(ids)+1 {
		t.Errorf("csv: %d rows for %d records, %v", len(rows), len(ids), err)
	}
	var raw []string
	for line := range strings.Lines(s.zharvest(t, "export", "-f", "jsonl", "--raw")) {
		var r realRecord
		if err := json.Unmarshal([]byte(line), &r); err != nil {
			t.Fatal(err)
		}
		raw = append(raw, r.ID)
	}
	same(t, "jsonl --raw", raw, ids)
	dois := map[string]int{"json": 1, "jsonl": 1, "tsv": 1, "csl": 1, "datacite": 1, "bibtex": 1, "ris": 1, "markdown": 0, "html": 0}
	for format, least := range dois {
		text := s.zharvest(t, "export", "-f", format)
		for _, r := range records {
			if doi := r.Pids.DOI.Identifier; strings.Count(text, doi) < least {
				t.Errorf("%s: the DOI %s of %s is missing", format, doi, r.ID)
			}
		}
		if text == "" {
			t.Errorf("%s is empty", format)
		}
	}
	for _, format := range []string{"xlsx", "parquet"} {
		file := filepath.Join(t.TempDir(), "records."+format)
		s.zharvest(t, "export", "-o", file)
		if stat, err := os.Stat(file); err != nil || stat.Size() < 1000 {
			t.Errorf("%s: %v, %v", format, stat, err)
		}
	}
}

// This server has no deposit API as Zenodo has, and that is said.
func TestRealDeposit(t *testing.T) {
	s := newRealServer(t)
	t.Setenv("ZENODO_TOKEN", s.People["owner"].Token)
	for _, args := range [][]string{{"list"}, {"create"}, {"show", s.special(t, "draft")}, {"publish", "--yes", s.Ordinary[0]}, {"newversion", s.Ordinary[0]}} {
		code, stdout, stderr := s.attempt(t, append([]string{"deposit"}, args...)...)
		if code != exitFailure || stdout != "" || !strings.Contains(stderr, "the server has no deposit API as Zenodo has") || strings.Contains(stderr, "spelling") {
			t.Errorf("deposit %v: exit code %d, %q, %q", args, code, stdout, stderr)
		}
	}
}
