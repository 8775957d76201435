package main

import (
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/zharvest/zharvest/zenodotest"
)

// rdmServer is a plain InvenioRDM with the community tide. It drops parameters
// that are Zenodo's own, has no fields of Zenodo's names, and serves whoever
// sends an unknown access token as a guest, in pages of any size.
type rdmServer struct {
	*standIn
	types     []string // of the records, which are all in the community
	token     string   // that is known
	sayUser   bool     // whether answers to it name its user
	sets      []string // of OAI-PMH
	lists     int      // lists of records that were answered
	userCalls int      // lists of a user's own records
}

func newRDMServer(t *testing.T, types ...string) *rdmServer {
	t.Helper()
	s := &rdmServer{standIn: newStandIn(t), types: types, sets: []string{"community-x-tide", "community-tide"}}
	t.Setenv("ZENODO_TOKEN", "")
	s.override = func(w http.ResponseWriter, r *http.Request) bool {
		s.serve(w, r)
		return true
	}
	return s
}

func (s *rdmServer) serve(w http.ResponseWriter, r *http.Request) {
	known := s.token != "" && r.Header.Get("Authorization") == "Bearer "+s.token
	if known && s.sayUser {
		w.Header().Set("X-User-ID", "7")
	}
	switch path := strings.TrimPrefix(r.URL.Path, "/api"); {
	case path == "/records", path == "/communities/tide/records":
		s.lists++
		s.list(w, r)
	case path == "/communities/tide", path == "/communities/empty":
		s.answer(w, map[string]any{"id": "uuid-of-tide", "slug": strings.TrimPrefix(path, "/communities/")})
	case path == "/user/records":
		s.userCalls++
		if !known {
			w.WriteHeader(http.StatusForbidden)
			fmt.Fprint(w, `{"status": 403, "message": "Permission denied."}`)
			return
		}
		fmt.Fprint(w, `{"hits": {"hits": [], "total": 0}}`)
	case path == "/oai2d":
		s.oai(w, r)
	default:
		http.Error(w, `{"status": 404, "message": "Not found."}`, http.StatusNotFound)
	}
}

// zenodoName finds the fields of a query that are Zenodo's own.
var zenodoName = regexp.MustCompile(`(^|[ (+-])(type|title|keywords|communities|resource_type\.subtype):`)

// list answers with a page of records: with none for a query with a field that
// there is not, and otherwise with all of them.
func (s *rdmServer) list(w http.ResponseWriter, r *http.Request) {
	query := r.URL.Query()
	page, _ := strconv.Atoi(query.Get("page"))
	size, _ := strconv.Atoi(query.Get("size"))
	total := len(s.types)
	if zenodoName.MatchString(query.Get("q")) {
		total = 0
	}
	hits := []any{}
	for n := (page - 1) * size; n < min(page*size, total); n++ {
		hits = append(hits, map[string]any{
			"id": fmt.Sprintf("aaaaa-%05d", n), "created": fmt.Sprintf("2026-01-01T00:00:%02dZ", n), "updated": "2026-01-02T00:00:00Z",
			"parent": map[string]any{
				"id":          fmt.Sprintf("bbbbb-%05d", n),
				"communities": map[string]any{"ids": []string{"uuid-of-tide"}, "entries": []any{map[string]any{"id": "uuid-of-tide", "slug": "tide"}}},
			},
			"versions": map[string]any{"is_latest": true, "index": 1},
			"metadata": map[string]any{"title": fmt.Sprint("Tides ", n), "publication_date": "2026-01-01", "resource_type": map[string]any{"id": s.types[n]}},
		})
	}
	s.answer(w, map[string]any{"hits": map[string]any{"hits": hits, "total": total}})
}

// oai lists the sets, which are all as empty as one that there is not.
func (s *rdmServer) oai(w http.ResponseWriter, r *http.Request) {
	const envelope = `<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/"><responseDate>%s</responseDate><request>%s</request>%s</OAI-PMH>`
	body := `<error code="noRecordsMatch">The combination of the values results in an empty list.</error>`
	if r.URL.Query().Get("verb") == "ListSets" {
		body = `<ListSets>`
		for _, spec := range s.sets {
			body += `<set><setSpec>` + spec + `</setSpec><setName>A set</setName></set>`
		}
		body += `</ListSets>`
	}
	w.Header().Set("Content-Type", "text/xml")
	if strings.HasPrefix(body, "<error") {
		w.WriteHeader(http.StatusUnprocessableEntity)
	}
	fmt.Fprintf(w, envelope, time.Now().UTC().Format(time.RFC3339), r.URL.Path, body)
}

// A filter that a server ignores, or has no field for, is an error and no
// answer, however few records match: it used to be "0 of 0 fetched, complete",
// or a list or a count of everything.
func TestIgnoredFilters(t *testing.T) {
	const noType = "hint: this server does not have Zenodo's field type; write the query metadata.resource_type.props.type:\"dataset\" instead\n"
	for _, tt := range []struct {
		args         string
		stderr, hint string
		lists        int // requests for lists, at most
	}{
		{"harvest -c tide -t dataset", "community tide: the server cannot select by the type dataset", noType, 2},
		{"harvest -c tide -t publication --subtype article", "community tide: the server cannot select by the type publication and the subtype article", "metadata.resource_type.id:\"publication-article\" instead\n", 2},
		{"harvest -t dataset", "the server cannot select by the type dataset", noType, 1},
		{"harvest -t dataset --dry-run", "the server cannot select by the type dataset", noType, 1},
		{"harvest keywords:tide", "the server cannot search by the field keywords", "hint: this server does not have Zenodo's field keywords; write metadata.subjects.subject instead\n", 2},
		{"harvest tide+OR+keywords:tide+OR+title:Aarhus", "the server cannot search by the fields keywords and title", "hint: this server does not have Zenodo's fields keywords and title; write metadata.subjects.subject and metadata.title instead\n", 2},
		{"harvest communities:tide", "the server cannot search by the field communities", "parent.communities.entries.slug instead\n", 2},
		{"harvest communities:tide --json", "the server cannot search by the field communities", "parent.communities.entries.slug instead\n", 2},
		{"search --online -c tide", "the server cannot select by the community tide", "hint: this server does not have Zenodo's filter by community; harvest the community and search the index\n", 1},
		{"search --online -c tide --count", "the server cannot select by the community tide", "harvest the community and search the index\n", 1},
		{"search --online -t dataset", "the server cannot select by the type dataset", noType, 1},
		{"search --online -t dataset --count", "the server cannot select by the type dataset", noType, 1},
		{"search --online -t dataset --json", "the server cannot select by the type dataset", noType, 1},
		{"search --online title:Aarhus", "the server cannot search by the field title", "write metadata.title instead\n", 2},
		{"search --online title:Aarhus --count", "the server cannot search by the field title", "write metadata.title instead\n", 2},
		{"harvest --via oai -c tide", "community tide: the server does not list the set user-tide", "hint: the set of this community is community-tide; harvest it without --via oai\n", 0},
		{"harvest --via oai -c tide --since 2026 --dry-run", "community tide: the server does not list the set user-tide", "harvest it without --via oai\n", 0},
	} {
		t.Run(tt.args, func(t *testing.T) {
			s := newRDMServer(t, "dataset", "dataset", "publication-article")
			args := strings.Fields(tt.args)
			for i, arg := range args {
				args[i] = strings.ReplaceAll(arg, "+", " ")
			}
			code, stdout, stderr := s.zharvest(t.Context(), args...)
			if code != exitFailure || stdout != "" || !strings.HasPrefix(stderr, "zharvest: "+tt.stderr) || !strings.HasSuffix(stderr, tt.hint) {
				t.Errorf("exit code %d, %q, %q; want %d, %q, %q", code, stdout, stderr, exitFailure, tt.stderr, tt.hint)
			}
			if s.lists > tt.lists {
				t.Errorf("%d lists of records were asked for, want at most %d", s.lists, tt.lists)
			}
			if code, stdout, _ := s.zharvest(t.Context(), "status"); code == exitOK && strings.Contains(stdout, "tide") {
				t.Errorf("the harvest was saved: %s", stdout)
			}
		})
	}
}

// What the server understands is done as before, and an empty answer of it is
// no error.
func TestFiltersKept(t *testing.T) {
	for _, tt := range []struct {
		types        []string
		args, stdout string
	}{
		{[]string{"dataset"}, "harvest -c tide", "tide: 1 of 1 fetched"},
		{[]string{"dataset"}, "harvest metadata.title:Tides", "1 of 1 fetched"},
		{[]string{"dataset"}, "search --online metadata.title:Tides --count", "1\n"},
		{nil, "harvest -c tide", "tide: 0 of 0 fetched"},
		{nil, "harvest title:Tides", "0 of 0 fetched"}, // there is nothing that could match
		{nil, "search --online -t dataset --count", "0\n"},
		{nil, "harvest --via oai -c empty", "empty-via-oai: 0 of 0 fetched"}, // as Zenodo names the set
	} {
		s := newRDMServer(t, tt.types...)
		s.sets = []string{"user-tide", "user-empty"}
		code, stdout, stderr := s.zharvest(t.Context(), strings.Fields(tt.args)...)
		if code != exitOK || !strings.Contains(stdout, tt.stdout) {
			t.Errorf("%s: exit code %d, %q, %q; want %q", tt.args, code, stdout, stderr, tt.stdout)
		}
	}
}

// A token that is not accepted is warned of with the first page, wherever it
// is: by Zenodo, which refuses pages that are too large for guests, and by
// servers that do not. Who accepts it need not say so.
func TestTokenNotAccepted(t *testing.T) {
	const warning = "zharvest: warning: the access token in $ZENODO_TOKEN was not accepted; this runs as a guest\n"
	for _, tt := range []struct {
		token   string
		sayUser bool
		warned  bool
		asked   int // lists of the user's own records
	}{
		{"garbage", true, true, 1},
		{"garbage", false, true, 1},
		{"good", true, false, 0},
		{"good", false, false, 1},
	} {
		for _, args := range []string{"harvest", "harvest -c tide", "update", "search --online", "search --online --count"} {
			t.Run(fmt.Sprint(args, tt), func(t *testing.T) {
				s := newRDMServer(t, "dataset")
				s.token, s.sayUser = "good", tt.sayUser
				command := strings.Fields(args)
				if slices.Contains(command, "update") {
					if code, _, stderr := s.zharvest(t.Context(), "harvest"); code != exitOK || stderr != "" {
						t.Fatalf("harvest: exit code %d, %q", code, stderr)
					}
					command = []string{"--api", s.URL + "/api", "update"}
				}
				t.Setenv("ZENODO_TOKEN", tt.token)
				code, _, stderr := s.zharvest(t.Context(), command...)
				if code != exitOK || strings.Contains(stderr, warning) != tt.warned || strings.Count(stderr, "warning") > 1 {
					t.Errorf("exit code %d, %q; want a warning of the token: %t", code, stderr, tt.warned)
				}
				if s.userCalls != tt.asked {
					t.Errorf("asked %d times for the user's records, want %d", s.userCalls, tt.asked)
				}
			})
		}
	}
}

// A harvest that was saved when the server still was Zenodo fails at its next
// update, although nothing changed.
func TestIgnoredFiltersOfUpdate(t *testing.T) {
	s := newRDMServer(t, "dataset")
	zenodo := zenodotest.NewServer(t, zenodotest.Config{})
	isZenodo := true
	s.override = func(w http.ResponseWriter, r *http.Request) bool {
		if isZenodo {
			zenodo.ServeHTTP(w, r)
		} else {
			s.serve(w, r)
		}
		return true
	}
	if code, stdout, stderr := s.zharvest(t.Context(), "harvest", "-t", "software", "--name", "soft"); code != exitOK {
		t.Fatalf("exit code %d, %q, %q", code, stdout, stderr)
	}
	if code, stdout, stderr := s.zharvest(t.Context(), "update"); code != exitOK {
		t.Errorf("update: exit code %d, %q, %q", code, stdout, stderr)
	}
	for _, r := range zenodo.Requests() { // that nothing changed says nothing of the server
		if r.Path == "/api/records?page=1&size=1" {
			t.Error("a record was asked for, to see what the server is")
		}
	}
	isZenodo = false
	code, stdout, stderr := s.zharvest(t.Context(), "update")
	if code != exitFailure || stdout != "" || !strings.HasPrefix(stderr, "zharvest: update soft: the server cannot select by the type software\n") {
		t.Errorf("update: exit code %d, %q, %q", code, stdout, stderr)
	}
}
