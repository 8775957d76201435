package zenodo_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/zharvest/zharvest/zenodo"
)

// reset is the status of an answer that does not come: the connection breaks.
const reset = -1

// step is a request that is due, and its answer.
type step struct {
	want   string // method and path below /api, with the query
	status int
	answer string
}

// played is a server that expects requests in order, and its client.
type played struct {
	*zenodo.Client
	t      *testing.T
	mu     sync.Mutex
	steps  []step
	bodies []string
}

// play starts a server for the steps. ORIGIN in an answer stands for its own
// address.
func play(t *testing.T, steps ...step) *played {
	t.Helper()
	p := &played{t: t, steps: steps}
	p.Client = serve(t, p.answer, zenodo.WithAccessToken(testToken), zenodo.WithMaxAttempts(4))
	t.Cleanup(func() {
		p.mu.Lock() // an aborted answer may still be at its end
		defer p.mu.Unlock()
		if len(p.steps) > 0 {
			t.Errorf("was not asked for %s", p.steps[0].want)
		}
	})
	return p
}

func (p *played) answer(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	p.mu.Lock()
	defer p.mu.Unlock()
	got := r.Method + " " + strings.TrimPrefix(r.URL.RequestURI(), "/api")
	if len(p.steps) == 0 || p.steps[0].want != got {
		p.t.Errorf("asked for %s, due is %+v", got, p.steps)
		w.WriteHeader(http.StatusTeapot)
		return
	}
	if got := r.Header.Get("Authorization"); got != "Bearer "+testToken {
		p.t.Errorf("%s: Authorization is %q", p.steps[0].want, got)
	}
	s := p.steps[0]
	p.steps, p.bodies = p.steps[1:], append(p.bodies, string(body))
	if s.status == reset {
		panic(http.ErrAbortHandler)
	}
	if s.status == http.StatusNoContent {
		w.WriteHeader(s.status)
		return
	}
	reply(w, s.status, strings.ReplaceAll(s.answer, "ORIGIN", "http://"+r.Host))
}

// depositionJSON is a deposition of a concept that is one less.
func depositionJSON(id int, state string, files ...string) string {
	return fmt.Sprintf(`{"id": %d, "record_id": %[1]d, "conceptrecid": "%[2]d", "title": "Title", "owner": 7, "state": %[3]q, "submitted": %[4]v,
		"created": "2026-01-02T03:04:05.678901+00:00", "modified": "2026-01-02T03:04:06.678901+00:00",
		"metadata": {"title": "Title", "prereserve_doi": {"doi": "10.5281/zenodo.%[1]d", "recid": %[1]d}},
		"files": [%[5]s], "links": {"bucket": "ORIGIN/api/files/b-%[1]d", "html": "ORIGIN/deposit/%[1]d"}}`,
		id, id-1, state, state != "unsubmitted", strings.Join(files, ","))
}

func TestDepositionDecoded(t *testing.T) {
	file := `{"id": "u-1", "filename": "a b.txt", "filesize": 3, "checksum": "900150983cd24fb0d6963f7d28e17f72", "links": {"download": "x"}}`
	raw := depositionJSON(12, "unsubmitted", file)
	got, err := zenodo.DecodeDeposition([]byte(raw))
	if err != nil {
		t.Fatal(err)
	}
	want := &zenodo.Deposition{
		ID: "12", ConceptID: "11", ReservedDOI: "10.5281/zenodo.12", Title: "Title", State: zenodo.StateUnsubmitted, Owner: "7",
		CreatedAt: "2026-01-02T03:04:05.678901+00:00", ModifiedAt: "2026-01-02T03:04:06.678901+00:00",
		Metadata:  json.RawMessage(`{"title": "Title", "prereserve_doi": {"doi": "10.5281/zenodo.12", "recid": 12}}`),
		Files:     []zenodo.DepositionFile{{ID: "u-1", Key: "a b.txt", Size: 3, Checksum: "md5:900150983cd24fb0d6963f7d28e17f72", Raw: json.RawMessage(file)}},
		BucketURL: "ORIGIN/api/files/b-12", URL: "ORIGIN/deposit/12", Raw: []byte(raw),
	}
	if diff := cmp.Diff(want, got, cmp.FilterPath(unexported, cmp.Ignore())); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	for _, bad := range []string{``, `[]`, `{}`, `{"id": 1`, `{"id": null}`, `<html>`} {
		if d, err := zenodo.DecodeDeposition([]byte(bad)); err == nil {
			t.Errorf("%q: got %+v", bad, d)
		}
	}
}

// unexported tells the fields that are nobody's business.
func unexported(p cmp.Path) bool {
	f, ok := p.Last().(cmp.StructField)
	return ok && f.Name()[0] >= 'a'
}

// What was recorded of Zenodo over the years is understood.
func TestRecordedDepositions(t *testing.T) {
	seen := map[zenodo.DepositionState]int{}
	for name, raw := range recordedDepositions(t) {
		d, err := zenodo.DecodeDeposition(raw)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		seen[d.State]++
		if d.State == "" || d.Owner == "" || len(d.Metadata) == 0 || d.Submitted && d.State == zenodo.StateUnsubmitted {
			t.Errorf("%s: got %+v", name, d)
		}
	}
	if seen[zenodo.StateDone] == 0 || seen[zenodo.StateInProgress] == 0 || seen[zenodo.StateUnsubmitted] == 0 {
		t.Errorf("states seen: %v", seen)
	}
}

// recordedDepositions are single depositions, by the file that holds them.
func recordedDepositions(t *testing.T) map[string][]byte {
	t.Helper()
	all := map[string][]byte{}
	for _, file := range sharedFiles(t, "depositions/*-[0-9]*-*.json") {
		raw, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if raw[0] == '{' {
			all[filepath.Base(file)] = raw
		}
	}
	return all
}

func FuzzDeposition(f *testing.F) {
	f.Add([]byte(depositionJSON(12, "done", `{"key": "a", "size": "3", "links": {"self": 4}}`)))
	f.Add([]byte(`{"id": [1], "metadata": {"prereserve_doi": true}, "files": {"key": "a"}, "links": []}`))
	root := filepath.Join("..", "..", "shared", "data", "zenodo", "depositions", "*.json")
	files, _ := filepath.Glob(root)
	for _, file := range files {
		if raw, err := os.ReadFile(file); err == nil {
			f.Add(raw)
		}
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		d, err := zenodo.DecodeDeposition(raw)
		if err != nil {
			return
		}
		if !json.Valid(raw) || d.ID == "" {
			t.Errorf("accepted %q", raw)
		}
		if len(d.Metadata) > 0 && !json.Valid(d.Metadata) {
			t.Errorf("metadata %q is no JSON", d.Metadata)
		}
		for _, file := range d.Files {
			if !json.Valid(file.Raw) {
				t.Errorf("file %q is no JSON", file.Raw)
			}
		}
	})
}

// operation is a call that sends one request.
type operation struct {
	name   string
	want   string
	body   string
	status int
	answer string
	call   func(context.Context, *zenodo.DepositionsService) error
}

func operations() []operation {
	type (
		ctx = context.Context
		svc = *zenodo.DepositionsService
	)
	dep, file := depositionJSON(5, "unsubmitted"), `{"id":"u","filename":"a","filesize":1,"checksum":"0cc175b9c0f1b6a831c399e269772661"}`
	metadata := json.RawMessage(`{"title":"<Ü>"}`)
	return []operation{
		{"list", "GET /deposit/depositions?page=1&q=t&size=100&sort=bestmatch", "", 200, "[" + dep + "]", func(c ctx, s svc) error {
			n := 0
			for _, err := range s.All(c, zenodo.ListDepositionsOptions{Query: "t", Sort: "bestmatch"}) {
				if n++; err != nil {
					return err
				}
			}
			if n != 1 {
				return fmt.Errorf("got %d depositions", n)
			}
			return nil
		}},
		{"find", "GET /deposit/depositions/5", "", 200, dep, func(c ctx, s svc) error { return second(s.Get(c, "5")) }},
		{"create", "POST /deposit/depositions", `{}`, 201, dep, func(c ctx, s svc) error { return second(s.Create(c, nil)) }},
		{"create with metadata", "POST /deposit/depositions", `{"metadata":{"title":"<Ü>"}}`, 201, dep, func(c ctx, s svc) error { return second(s.Create(c, metadata)) }},
		{"update", "PUT /deposit/depositions/5", `{"metadata":{"title":"<Ü>"}}`, 200, dep, func(c ctx, s svc) error { return second(s.Update(c, "5", metadata)) }},
		{"delete", "DELETE /deposit/depositions/5", "", 204, "", func(c ctx, s svc) error { return s.Delete(c, "5") }},
		{"publish", "POST /deposit/depositions/5/actions/publish", "", 202, dep, func(c ctx, s svc) error { return second(s.Publish(c, "5")) }},
		{"edit", "POST /deposit/depositions/5/actions/edit", "", 201, dep, func(c ctx, s svc) error { return second(s.Edit(c, "5")) }},
		{"discard", "POST /deposit/depositions/5/actions/discard", "", 204, "", func(c ctx, s svc) error { return s.Discard(c, "5") }},
		{"register", "POST /deposit/depositions/5/actions/registerconceptdoi", "", 202, dep, func(c ctx, s svc) error { return second(s.RegisterConceptDOI(c, "5")) }},
		{"files", "GET /deposit/depositions/5/files", "", 200, "[" + file + "]", func(c ctx, s svc) error { return second(s.Files(c, "5")) }},
		{"file", "GET /deposit/depositions/5/files/u", "", 200, file, func(c ctx, s svc) error { return second(s.GetFile(c, "5", "u")) }},
		{"delete file", "DELETE /deposit/depositions/5/files/u", "", 204, "", func(c ctx, s svc) error {
			return s.DeleteFile(c, &zenodo.Deposition{ID: "5"}, &zenodo.DepositionFile{ID: "u", Key: "a"})
		}},
	}
}

func second[T any](_ T, err error) error { return err }

func TestDepositionOperations(t *testing.T) {
	for _, op := range operations() {
		t.Run(op.name, func(t *testing.T) {
			p := play(t, step{op.want, op.status, op.answer})
			if err := op.call(t.Context(), p.Depositions); err != nil {
				t.Fatal(err)
			}
			if p.bodies[0] != op.body {
				t.Errorf("sent %q, want %q", p.bodies[0], op.body)
			}
		})
	}
}

// What a server refuses comes through from every operation, and is asked for
// once; a 404 of register is looked into.
func TestDepositionRefusals(t *testing.T) {
	refusals := []struct {
		status int
		body   string
		want   error
	}{
		{400, `{"status":400,"message":"A validation error occurred.","errors":[{"field":"metadata.title","messages":["Missing data for required field."]}]}`, zenodo.ErrBadRequest},
		{400, `{"message":"CSRF cookie not set."}`, zenodo.ErrUnauthorized},
		{401, `{"message":"x"}`, zenodo.ErrUnauthorized},
		{403, `{"message":"Permission denied."}`, zenodo.ErrForbidden},
		{404, `{"message":"The persistent identifier is not registered."}`, zenodo.ErrNotFound},
		{405, `{"message":"x"}`, zenodo.ErrUnsupported},
		{409, `{"message":"x"}`, zenodo.ErrConflict},
		{410, `{"message":"x"}`, zenodo.ErrGone},
		{412, `{"message":"x"}`, zenodo.ErrPrecondition},
		{415, `{"message":"x"}`, zenodo.ErrMediaType},
	}
	for _, op := range operations() {
		for _, refusal := range refusals {
			t.Run(fmt.Sprintf("%s %d", op.name, refusal.status), func(t *testing.T) {
				steps := []step{{op.want, refusal.status, refusal.body}}
				if op.name == "register" && refusal.status == 404 {
					steps = append(steps, step{"GET /deposit/depositions/5", 404, refusal.body})
				}
				err := op.call(t.Context(), play(t, steps...).Depositions)
				if !errors.Is(err, refusal.want) {
					t.Fatalf("got %v, want %v", err, refusal.want)
				}
				if e, ok := errors.AsType[*zenodo.Error](err); !ok || (refusal.want == zenodo.ErrBadRequest) != (len(e.Fields) == 1) {
					t.Errorf("fields of %v are lost", err)
				}
			})
		}
	}
}

// What may be sent again is, until it is answered.
func TestDepositionRetries(t *testing.T) {
	again := map[string]bool{"create": false, "create with metadata": false, "publish": false, "discard": false}
	for _, op := range operations() {
		if _, not := again[op.name]; not {
			continue
		}
		for _, status := range []int{reset, 429, 500, 502, 503, 504} {
			t.Run(fmt.Sprintf("%s %d", op.name, status), func(t *testing.T) {
				failing := step{op.want, status, `{"message":"x"}`}
				p := play(t, failing, failing, step{op.want, op.status, op.answer})
				if err := op.call(t.Context(), p.Depositions); err != nil {
					t.Fatal(err)
				}
				for _, body := range p.bodies {
					if body != op.body {
						t.Errorf("sent %q, want %q", body, op.body)
					}
				}
			})
		}
	}
}

func TestDepositionRetriesEnd(t *testing.T) {
	const want = "PUT /deposit/depositions/5"
	failing := step{want, 503, `{}`}
	p := play(t, failing, failing, failing, failing)
	if _, err := p.Depositions.Update(t.Context(), "5", json.RawMessage(`{}`)); !errors.Is(err, zenodo.ErrServer) {
		t.Errorf("got %v, want %v", err, zenodo.ErrServer)
	}
}

// After the answer to a creation was lost a second one might make a second
// draft; where nothing can have been done, it is sent again.
func TestCreateIsNotRepeated(t *testing.T) {
	const want = "POST /deposit/depositions"
	for _, status := range []int{reset, 500, 502, 503, 504} {
		_, err := play(t, step{want, status, `<html>`}).Depositions.Create(t.Context(), nil)
		if !errors.Is(err, zenodo.ErrLost) || !strings.Contains(err.Error(), "a draft may have been made") {
			t.Errorf("%d: got %v, want %v", status, err, zenodo.ErrLost)
		}
	}
	_, err := play(t, step{want, 201, `{"id": 5, "met`}).Depositions.Create(t.Context(), nil)
	if !errors.Is(err, zenodo.ErrLost) {
		t.Errorf("cut: got %v, want %v", err, zenodo.ErrLost)
	}
	p := play(t, step{want, 429, `{}`}, step{want, 201, depositionJSON(5, "unsubmitted")})
	if _, err := p.Depositions.Create(t.Context(), nil); err != nil {
		t.Errorf("429: %v", err)
	}
}

func TestMetadataMustBeAnObject(t *testing.T) {
	p := play(t)
	for _, bad := range []string{``, `[]`, `"a"`, `null`, `{"a":1}}, "x":{`, `{"a":`} {
		if _, err := p.Depositions.Update(t.Context(), "5", json.RawMessage(bad)); err == nil {
			t.Errorf("%q was sent", bad)
		}
	}
}

func TestIDsThatLeadElsewhere(t *testing.T) {
	p := play(t)
	for _, id := range []zenodo.RecordID{"", ".", ".."} {
		if _, err := p.Depositions.Get(t.Context(), id); !errors.Is(err, zenodo.ErrNotFound) {
			t.Errorf("%q: got %v, want %v", id, err, zenodo.ErrNotFound)
		}
	}
}

// A deletion whose answer was lost is found to be done; a 404 by itself is not.
func TestDeleteAfterLostAnswer(t *testing.T) {
	const want = "DELETE /deposit/depositions/5"
	p := play(t, step{want, reset, ""}, step{want, 404, `{}`})
	if err := p.Depositions.Delete(t.Context(), "5"); err != nil {
		t.Error(err)
	}
	p = play(t, step{want, 429, `{}`}, step{want, 404, `{}`})
	if err := p.Depositions.Delete(t.Context(), "5"); !errors.Is(err, zenodo.ErrNotFound) {
		t.Errorf("got %v, want %v", err, zenodo.ErrNotFound)
	}
}

// A list ends with a short page; one that moves meanwhile has nothing twice,
// and a server that always gives the same page does not go on forever.
func TestAllDepositions(t *testing.T) {
	page := func(from, to int) string {
		var list []string
		for id := from; id > to; id-- {
			list = append(list, depositionJSON(id, "done"))
		}
		return "[" + strings.Join(list, ",") + "]"
	}
	const url = "GET /deposit/depositions?page=%d&size=100"
	for _, tc := range []struct {
		name  string
		pages []string
		want  int
	}{
		{"none", []string{`[]`}, 0},
		{"short", []string{page(400, 300), page(300, 299)}, 101},
		{"full", []string{page(400, 300), `[]`}, 100},
		{"moved", []string{page(400, 300), page(301, 290)}, 110},
		{"the same again", []string{page(400, 300), page(400, 300)}, 100},
	} {
		t.Run(tc.name, func(t *testing.T) {
			var steps []step
			for i, page := range tc.pages {
				steps = append(steps, step{fmt.Sprintf(url, i+1), 200, page})
			}
			seen := map[zenodo.RecordID]bool{}
			for d, err := range play(t, steps...).Depositions.All(t.Context(), zenodo.ListDepositionsOptions{}) {
				if err != nil || seen[d.ID] {
					t.Fatalf("got %v, %v", d, err)
				}
				seen[d.ID] = true
			}
			if len(seen) != tc.want {
				t.Errorf("got %d, want %d", len(seen), tc.want)
			}
		})
	}
}

// A size that is refused to guests is refused before the token is looked at:
// that of the token used to be an error of the size. It may also expire on the
// way.
func TestAllDepositionsInSmallerPages(t *testing.T) {
	const tooLarge = `{"status": 400, "message": "A validation error occurred.", "errors": [{"field": "size", "messages": ["Page size cannot be greater than 25."]}]}`
	page := func(from, to int) string {
		var list []string
		for id := from; id > to; id-- {
			list = append(list, depositionJSON(id, "done"))
		}
		return "[" + strings.Join(list, ",") + "]"
	}
	for _, tc := range []struct {
		name  string
		steps []step
		want  int
		err   error
	}{
		{"refused token", []step{
			{"GET /deposit/depositions?page=1&size=100", 400, tooLarge},
			{"GET /deposit/depositions?page=1&size=25", 403, `{"status": 403, "message": "Permission denied."}`},
		}, 0, zenodo.ErrForbidden},
		{"smaller pages on the way", []step{
			{"GET /deposit/depositions?page=1&size=100", 200, page(400, 300)},
			{"GET /deposit/depositions?page=2&size=100", 400, tooLarge},
			{"GET /deposit/depositions?page=5&size=25", 200, page(300, 275)},
			{"GET /deposit/depositions?page=6&size=25", 200, page(275, 270)},
		}, 130, nil},
	} {
		t.Run(tc.name, func(t *testing.T) {
			n, last := 0, error(nil)
			for _, err := range play(t, tc.steps...).Depositions.All(t.Context(), zenodo.ListDepositionsOptions{}) {
				if last = err; err == nil {
					n++
				}
			}
			if n != tc.want || !errors.Is(last, tc.err) {
				t.Errorf("got %d depositions, %v; want %d, %v", n, last, tc.want, tc.err)
			}
		})
	}
}

// What changes something goes nowhere but to the server that was named.
func TestWritesFollowNoRedirect(t *testing.T) {
	for _, status := range []int{301, 302, 303, 307, 308} {
		c := serve(t, func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == "/elsewhere" {
				t.Errorf("%d was followed: %s", status, r.Method)
			}
			http.Redirect(w, r, "/elsewhere", status)
		}, zenodo.WithAccessToken(testToken))
		for _, op := range operations() {
			if strings.HasPrefix(op.want, "GET ") {
				continue
			}
			err := op.call(t.Context(), c.Depositions)
			if e, ok := errors.AsType[*zenodo.Error](err); !ok || e.Status != status {
				t.Errorf("%s: got %v, want status %d", op.name, err, status)
			}
		}
	}
}
