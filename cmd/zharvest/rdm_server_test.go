package main

import (
	"cmp"
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

// askedType finds the types that are asked for, as the server calls them.
var askedType = regexp.MustCompile(`props\.(?:sub)?type:"([a-z-]+)"`)

// list answers with a page of records: with none for a query with a field that
// there is not, and otherwise with all of a type.
func (s *rdmServer) list(w http.ResponseWriter, r *http.Request) {
	query := r.URL.Query()
	page, _ := strconv.Atoi(cmp.Or(query.Get("page"), "1"))
	size, _ := strconv.Atoi(cmp.Or(query.Get("size"), "10"))
	kinds := strings.Split(query.Get("resource_type"), "::")
	for _, found := range askedType.FindAllStringSubmatch(query.Get("q"), -1) {
		kinds = append(kinds, found[1])
	}
	types := slices.DeleteFunc(slices.Clone(s.types), func(kind string) bool {
		return slices.ContainsFunc(kinds, func(asked string) bool { return !strings.HasPrefix(kind, asked) })
	})
	total := len(types)
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
			"metadata": map[string]any{"title": fmt.Sprint("Tides of ", types[n]), "publication_date": "2026-01-01", "resource_type": map[string]any{"id": types[n]}},
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

// What is asked for in Zenodo's words is asked for in those of the server: it
// used to be "0 of 0 fetched, complete", or a list or a count of everything.
func TestRDMSelections(t *testing.T) {
	for _, tt := range []struct {
		args, stdout string
		lists        int // requests for lists
	}{
		{"harvest -c tide", "tide: 3 of 3 fetched", 1},
		{"harvest -c tide -t dataset", "tide-dataset: 2 of 2 fetched", 2},
		{"harvest -c tide -t publication --subtype article", "tide-publication-article: 1 of 1 fetched", 2},
		{"harvest -t dataset", "dataset: 2 of 2 fetched", 2},
		{"harvest -t publication --subtype article", "publication-article: 1 of 1 fetched", 2},
		{"harvest -t dataset --dry-run", "dataset: 2 records in 1 span", 2},
		{"harvest keywords:tide", "3 of 3 fetched", 2},
		{"harvest communities:tide", "3 of 3 fetched", 2},
		{"harvest metadata.title:Tides", "3 of 3 fetched", 1},
		{"search --online -c tide --count", "3\n", 2},
		{"search --online -t dataset --count", "2\n", 2},
		{"search --online -c tide -t dataset --count", "2\n", 2},
		{"search --online -t publication --subtype article", " - Tides of publication-article\n", 2},
		{"search --online title:Tides --count", "3\n", 2},
		{"search --online metadata.title:Tides --count", "3\n", 1},
		{"search --online Tides --count", "3\n", 1},
	} {
		t.Run(tt.args, func(t *testing.T) {
			s := newRDMServer(t, "dataset", "dataset", "publication-article")
			code, stdout, stderr := s.zharvest(t.Context(), strings.Fields(tt.args)...)
			if code != exitOK || !strings.Contains(stdout, tt.stdout) || strings.Contains(stderr, "warning") {
				t.Errorf("exit code %d, %q, %q; want %q", code, stdout, stderr, tt.stdout)
			}
			if s.lists != tt.lists {
				t.Errorf("%d lists of records were asked for, want %d", s.lists, tt.lists)
			}
		})
	}
}

// A set of OAI-PMH that the server does not list is an error and no answer.
func TestRDMSets(t *testing.T) {
	for _, tt := range []struct {
		args, stderr, hint string
	}{
		{"harvest --via oai -c tide", "community tide: the server does not list the set community-tide", "hint: the set of this community is user-tide; harvest it without --via oai\n"},
		{"harvest --via oai -c tide --since 2026 --dry-run", "community tide: the server does not list the set community-tide", "harvest it without --via oai\n"},
	} {
		t.Run(tt.args, func(t *testing.T) {
			s := newRDMServer(t, "dataset", "dataset", "publication-article")
			s.sets = []string{"user-x-tide", "user-tide"}
			code, stdout, stderr := s.zharvest(t.Context(), strings.Fields(tt.args)...)
			if code != exitFailure || stdout != "" || !strings.HasPrefix(stderr, "zharvest: "+tt.stderr) || !strings.HasSuffix(stderr, tt.hint) {
				t.Errorf("exit code %d, %q, %q; want %d, %q, %q", code, stdout, stderr, exitFailure, tt.stderr, tt.hint)
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
	for _, tt := range []struct{ args, stdout string }{
		{"harvest -c tide", "tide: 0 of 0 fetched"},
		{"harvest title:Tides", "0 of 0 fetched"}, // there is nothing that could match
		{"search --online -t dataset --count", "0\n"},
	} {
		s := newRDMServer(t)
		s.sets = []string{"community-tide", "community-empty"}
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
// update, although nothing changed, and the one after that asks the server as
// what it is now.
func TestOtherDialectAtUpdate(t *testing.T) {
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
	probes := 0
	for _, r := range zenodo.Requests() {
		if r.Path == "/api/records?size=1" {
			probes++
		}
	}
	if probes != 1 {
		t.Errorf("the server was asked %d times for what it is, want once", probes)
	}
	isZenodo = false
	code, stdout, stderr := s.zharvest(t.Context(), "update")
	if code != exitFailure || stdout != "" || !strings.HasPrefix(stderr, "zharvest: update soft: the server answers as InvenioRDM does, and was asked as Zenodo\nhint: run it again") {
		t.Errorf("update: exit code %d, %q, %q", code, stdout, stderr)
	}
	code, stdout, stderr = s.zharvest(t.Context(), "update")
	if code != exitOK || !strings.HasPrefix(stdout, "soft: 0 of 0 fetched, 0 new, 0 updated, 0 unchanged, 5 gone") || s.lists == 0 {
		t.Errorf("update: exit code %d, %q, %q", code, stdout, stderr)
	}
}
