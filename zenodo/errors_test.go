package zenodo_test

import (
	"encoding/json"
	"errors"
	"io"
	"maps"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/zharvest/zharvest/zenodo"
)

var sentinels = []error{
	zenodo.ErrBadRequest, zenodo.ErrUnauthorized, zenodo.ErrForbidden, zenodo.ErrBlocked, zenodo.ErrNotFound,
	zenodo.ErrConflict, zenodo.ErrGone, zenodo.ErrRateLimited, zenodo.ErrServer, zenodo.ErrWindow, zenodo.ErrInvalidBody,
	zenodo.ErrUnsupported, zenodo.ErrPrecondition, zenodo.ErrMediaType,
}

// failing answers every request with one refusal.
func failing(t *testing.T, status int, header http.Header, body string, opts ...zenodo.Option) error {
	t.Helper()
	c := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		maps.Copy(w.Header(), header)
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}, append(opts, zenodo.WithMaxAttempts(1))...)
	_, err := c.Records.Get(t.Context(), "1")
	return err
}

func TestErrorKinds(t *testing.T) {
	const page = `<html><head><title>403</title></head><body><h1>Unusual traffic from your network</h1>` +
		`<p>Reference code: <b>a1b2-77</b></p><p>2026-01-02</p></body></html>`
	for _, tc := range []struct {
		name    string
		status  int
		body    string
		want    []error // nil: none of them
		message string
	}{
		{"invalid", 400, `{"status":400,"message":"Invalid query string syntax."}`, []error{zenodo.ErrBadRequest}, "Invalid query string syntax."},
		{"no cookie", 400, `{"message":"CSRF cookie not set."}`, []error{zenodo.ErrUnauthorized}, "CSRF cookie not set."},
		{"no CSRF token", 400, `{"message":"CSRF token missing or incorrect."}`, []error{zenodo.ErrUnauthorized}, "CSRF token missing or incorrect."},
		{"no referer", 400, `{"message":"Referer checking failed - no Referer."}`, []error{zenodo.ErrUnauthorized}, "Referer checking failed - no Referer."},
		{"unauthorized", 401, `{"message":"x"}`, []error{zenodo.ErrUnauthorized}, "x"},
		{"forbidden", 403, `{"status":403,"message":"Permission denied."}`, []error{zenodo.ErrForbidden}, "Permission denied."},
		{"forbidden without a word", 403, ``, []error{zenodo.ErrForbidden}, ""},
		{"blocked", 403, page, []error{zenodo.ErrBlocked}, "the network or the User-Agent is blocked (reference a1b2-77)"},
		{"blocked without code", 403, `<h1>Forbidden</h1> no reference here`, []error{zenodo.ErrBlocked}, "the network or the User-Agent is blocked"},
		{"not found", 404, `{"status":404,"message":"Not found."}`, []error{zenodo.ErrNotFound}, "Not found."},
		{"no such method", 405, `{"message":"x"}`, []error{zenodo.ErrUnsupported}, "x"},
		{"no acceptable form", 406, `{"message":"x"}`, nil, "x"},
		{"precondition", 412, `{"message":"x"}`, []error{zenodo.ErrPrecondition}, "x"},
		{"media type", 415, `{"message":"x"}`, []error{zenodo.ErrMediaType}, "x"},
		{"conflict", 409, `{"message":"x"}`, []error{zenodo.ErrConflict}, "x"},
		{"gone", 410, `{"message":"The record has been deleted."}`, []error{zenodo.ErrGone}, "The record has been deleted."},
		{"rate", 429, `{"message":"30 per 1 minute","status":429}`, []error{zenodo.ErrRateLimited}, "30 per 1 minute"},
		{"server", 500, ``, []error{zenodo.ErrServer}, ""},
		{"gateway", 504, "<html><body><h1>504 Gateway Time-out</h1>\n</body></html>", []error{zenodo.ErrServer}, "504 Gateway Time-out"},
		{"title", 502, `<html><head><title>Bad &amp; worse</title></head><body>x</body></html>`, []error{zenodo.ErrServer}, "Bad & worse"},
		{"message of another type", 404, `{"message":["a"],"errors":7}`, []error{zenodo.ErrNotFound}, ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			err := failing(t, tc.status, nil, tc.body)
			got, ok := errors.AsType[*zenodo.Error](err)
			if !ok {
				t.Fatalf("got %v, want *zenodo.Error", err)
			}
			var matches []error
			for _, s := range sentinels {
				if errors.Is(err, s) {
					matches = append(matches, s)
				}
			}
			if len(matches) != len(tc.want) || len(matches) == 1 && matches[0] != tc.want[0] {
				t.Errorf("matches %v, want %v", matches, tc.want)
			}
			if got.Status != tc.status || got.Method != "GET" || !strings.HasSuffix(got.URL, "/api/records/1") {
				t.Errorf("got %s %s with status %d", got.Method, got.URL, got.Status)
			}
			if got.Message != tc.message {
				t.Errorf("message %q, want %q", got.Message, tc.message)
			}
			if err.Error() == "" || got.Blocked != errors.Is(err, zenodo.ErrBlocked) {
				t.Errorf("got %q, blocked %v", err, got.Blocked)
			}
		})
	}
}

func TestErrorFacts(t *testing.T) {
	err := failing(t, 400, http.Header{"X-Request-Id": {"r-1"}}, `{"message":"A validation error occurred.","error_id":"e-1","errors":[`+
		`{"field":"metadata.title","messages":["Missing data.","Too short."]},{"field":"metadata.creators.0.type","message":"Unknown field name."}]}`)
	got, _ := errors.AsType[*zenodo.Error](err)
	want := []zenodo.FieldError{
		{"metadata.title", "Missing data."}, {"metadata.title", "Too short."}, {"metadata.creators.0.type", "Unknown field name."},
	}
	if diff := cmp.Diff(want, got.Fields); diff != "" {
		t.Errorf("fields (-want +got):\n%s", diff)
	}
	if got.RequestID != "r-1" {
		t.Errorf("request id %q, want r-1", got.RequestID)
	}
	if text := "A validation error occurred. (metadata.title: Missing data.; metadata.title: Too short.; "; !strings.Contains(err.Error(), text) {
		t.Errorf("error %q lacks %q", err, text)
	}
	got, _ = errors.AsType[*zenodo.Error](failing(t, 500, nil, `{"message":"x","error_id":"e-1"}`))
	if got.RequestID != "e-1" {
		t.Errorf("request id %q, want e-1", got.RequestID)
	}
}

func TestTombstone(t *testing.T) {
	err := failing(t, 410, nil, `{"status":410,"message":"Record deleted","tombstone":{"note":"n","removed_by":{"user":"system"},`+
		`"removal_date":"2026-09-11T10:30:41.939980+00:00","citation_text":"Doe, J.","is_visible":true,"removal_reason":{"id":"spam"}}}`)
	got, _ := errors.AsType[*zenodo.Error](err)
	want := &zenodo.Tombstone{Note: "n", Reason: "spam", Date: "2026-09-11T10:30:41.939980+00:00", Citation: "Doe, J.", Visible: true}
	if diff := cmp.Diff(want, got.Tombstone); diff != "" {
		t.Errorf("tombstone (-want +got):\n%s", diff)
	}
}

func TestErrorIsBounded(t *testing.T) {
	long := strings.Repeat("ü", 1<<20)
	got, _ := errors.AsType[*zenodo.Error](failing(t, 404, nil, `<p>`+long))
	if n := len(got.Message); n > 1100 || !strings.HasPrefix(got.Message, "üü") || strings.Contains(got.Message, "\uFFFD") {
		t.Errorf("message of %d bytes: %.20q", n, got.Message)
	}
}

// What is retried without success keeps the delay that the server named.
func TestErrorRetryAfter(t *testing.T) {
	err := failing(t, 429, http.Header{"Retry-After": {"22"}}, `{}`)
	if got, _ := errors.AsType[*zenodo.Error](err); got.RetryAfter != 22*time.Second {
		t.Errorf("retry after %v, want 22s", got.RetryAfter)
	}
	err = failing(t, 404, http.Header{"Retry-After": {"22"}}, `{}`) // Zenodo sends it with everything
	if got, _ := errors.AsType[*zenodo.Error](err); got.RetryAfter != 0 {
		t.Errorf("retry after %v with a 404, want none", got.RetryAfter)
	}
}

// recorded is a recorded answer of Zenodo.
type recorded struct {
	Status      int               `json:"status"`
	Headers     map[string]string `json:"headers"`
	Body        json.RawMessage   `json:"body"`
	BodyMessage string            `json:"body_message"`
	BodyPrefix  string            `json:"body_prefix"`
}

func (r recorded) body() string {
	var text string
	switch {
	case json.Unmarshal(r.Body, &text) == nil && text != "":
		return text
	case r.BodyMessage != "":
		return `{"message": "` + r.BodyMessage + `"}`
	case r.BodyPrefix != "":
		return r.BodyPrefix
	}
	return string(r.Body)
}

func TestRecordedErrors(t *testing.T) {
	want := map[int]error{
		400: zenodo.ErrBadRequest, 403: zenodo.ErrForbidden, 404: zenodo.ErrNotFound,
		410: zenodo.ErrGone, 429: zenodo.ErrRateLimited, 504: zenodo.ErrServer,
	}
	for _, file := range sharedFiles(t, "errors/4*.json", "errors/5*.json") {
		var r recorded
		readJSONFile(t, file, &r)
		err := failing(t, r.Status, nil, r.body())
		got, ok := errors.AsType[*zenodo.Error](err)
		if !ok || !errors.Is(err, want[r.Status]) || got.Message == "" {
			t.Errorf("%s: got %v, want %v", filepath.Base(file), err, want[r.Status])
			continue
		}
		if (r.Status == 410) != (got.Tombstone != nil) || (r.Status == 400) != (len(got.Fields) == 2) {
			t.Errorf("%s: tombstone %v, fields %v", filepath.Base(file), got.Tombstone, got.Fields)
		}
	}
}

// Recorded pages of both generations come through with each hit as it was.
func TestRecordedSearches(t *testing.T) {
	for _, file := range sharedFiles(t, "searches/*.json") {
		raw, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var want struct {
			Hits struct {
				Hits  []json.RawMessage
				Total int
			}
		}
		if err := json.Unmarshal(raw, &want); err != nil {
			t.Fatal(err)
		}
		c := serve(t, func(w http.ResponseWriter, _ *http.Request) { reply(w, 200, string(raw)) })
		page, err := c.Records.Search(t.Context(), zenodo.SearchOptions{})
		if err != nil {
			t.Errorf("%s: %v", filepath.Base(file), err)
			continue
		}
		if page.Total != want.Hits.Total || len(page.Items) != len(want.Hits.Hits) {
			t.Errorf("%s: %d of %d, want %d of %d", filepath.Base(file), len(page.Items), page.Total, len(want.Hits.Hits), want.Hits.Total)
			continue
		}
		for i, r := range page.Items {
			if string(r.Raw) != string(want.Hits.Hits[i]) {
				t.Errorf("%s: hit %d is not as it was sent", filepath.Base(file), i)
			}
		}
	}
}

// The old server put a slash at the end of the search, and sent the client
// there with 308.
func TestRecordedRedirects(t *testing.T) {
	for _, file := range sharedFiles(t, "errors/308-*.json") {
		var r recorded
		readJSONFile(t, file, &r)
		target, err := url.Parse(r.Headers["Location"])
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		c := serve(t, func(w http.ResponseWriter, req *http.Request) {
			got = append(got, req.URL.Path)
			if strings.HasSuffix(req.URL.Path, "/") {
				reply(w, 200, envelopeJSON(1, recordJSON(5)))
				return
			}
			w.Header().Set("Location", target.RequestURI())
			w.WriteHeader(r.Status)
			_, _ = io.WriteString(w, r.body())
		})
		page, err := c.Records.Search(t.Context(), zenodo.SearchOptions{})
		if err != nil || page.Total != 1 || len(got) != 2 {
			t.Errorf("%s: got %+v, %v after %v", filepath.Base(file), page, err, got)
		}
	}
}

func sharedFiles(t *testing.T, patterns ...string) []string {
	t.Helper()
	var files []string
	for _, pattern := range patterns {
		found, err := filepath.Glob(filepath.Join(sharedData(t), "zenodo", pattern))
		if err != nil || len(found) == 0 {
			t.Skipf("no recorded data: %s", pattern)
		}
		files = append(files, found...)
	}
	return files
}

func readJSONFile(t *testing.T, file string, into any) {
	t.Helper()
	raw, err := os.ReadFile(file)
	if err == nil {
		err = json.Unmarshal(raw, into)
	}
	if err != nil {
		t.Fatalf("%s: %v", file, err)
	}
}
