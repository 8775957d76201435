package main

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/zharvest/zharvest/zenodotest"
)

// altered serves an emulator whose answers a test changes.
func altered(t *testing.T, srv *zenodotest.Server, alter func(*http.Response, []byte) []byte) (api string) {
	t.Helper()
	target, err := url.Parse(srv.URL)
	if err != nil {
		t.Fatal(err)
	}
	proxy := &httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) {
		r.SetURL(target)
		r.Out.Header.Del("Accept-Encoding") // so that bodies are plain here
	}}
	proxy.ModifyResponse = func(resp *http.Response) error {
		body, err := io.ReadAll(resp.Body)
		if err != nil {
			return err
		}
		body = alter(resp, body)
		resp.Body = io.NopCloser(bytes.NewReader(body))
		resp.ContentLength = int64(len(body))
		resp.Header.Set("Content-Length", strconv.Itoa(len(body)))
		return nil
	}
	front := httptest.NewServer(proxy)
	t.Cleanup(front.Close)
	return front.URL + "/api"
}

// attempt runs a command in this process.
func attempt(t *testing.T, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	var out, errs bytes.Buffer
	code = run(t.Context(), args, strings.NewReader(""), &out, &errs)
	return code, out.String(), errs.String()
}

// A clock that is wrong is warned of once, whichever way it is wrong.
func TestWrongClock(t *testing.T) {
	home(t)
	srv := zenodotest.NewServer(t, zenodotest.Config{})
	for skew, want := range map[time.Duration]string{
		3 * time.Hour:    "the server's clock is 3h0m0s ahead of the one of this machine; the next update looks for changes since the earlier of the two",
		-2 * time.Hour:   "the server's clock is 2h0m0s behind the one of this machine; ",
		-4 * time.Minute: "",
	} {
		api := altered(t, srv, func(resp *http.Response, body []byte) []byte {
			resp.Header.Set("Date", time.Now().Add(skew).UTC().Format(http.TimeFormat))
			return body
		})
		db := t.TempDir() + "/zharvest.db"
		for _, slug := range []string{"fed-sky", "eosc-synergy"} {
			if code, _, stderr := attempt(t, "--db", db, "--api", api, "harvest", "-c", slug); code != exitOK || !strings.Contains(stderr, want) || want == "" && stderr != "" {
				t.Errorf("%v: exit code %d, %q, want %q", skew, code, stderr, want)
			}
		}
		if code, _, stderr := attempt(t, "--db", db, "--api", api, "update"); code != exitOK || want != "" && strings.Count(stderr, want) != 1 {
			t.Errorf("%v: exit code %d, %q, want %q once", skew, code, stderr, want)
		}
	}
}

// A server that does not say how many records there are is read to the end of
// its list, and nobody claims that this is all.
func TestServerThatDoesNotCount(t *testing.T) {
	home(t)
	srv := zenodotest.NewServer(t, zenodotest.Config{})
	total := regexp.MustCompile(`"total": ?\d+`)
	api := altered(t, srv, func(_ *http.Response, body []byte) []byte { return total.ReplaceAll(body, []byte(`"total": null`)) })
	code, stdout, stderr := attempt(t, "--db", "i.db", "--api", api, "harvest", "-c", "fed-sky")
	if code != exitOK || !strings.HasPrefix(stdout, "fed-sky: 49 of an unknown number fetched, 49 new, ") || !strings.HasSuffix(stdout, "; listed to the end, not counted by the server\n") {
		t.Errorf("exit code %d, %q", code, stdout)
	}
	if !strings.Contains(stderr, "warning: fed-sky: the server does not say how many there are, so that 49 are all that it listed, and perhaps not all that it has") {
		t.Errorf("got %q", stderr)
	}
	status := zharvest(t, "--db", "i.db", "status", "--json")
	if !strings.Contains(status, `"total":null,"complete":true,"state":"counts","compared_at":null,"held":49,"listed":null,`) {
		t.Errorf("got %s", status)
	}
}

// A record that became restricted is no longer public: lists leave it out, and
// the reason is printed.
func TestMadeRestricted(t *testing.T) {
	home(t)
	srv := zenodotest.NewServer(t, zenodotest.Config{})
	api := altered(t, srv, func(resp *http.Response, body []byte) []byte {
		if resp.StatusCode == http.StatusGone {
			resp.StatusCode, resp.Status = http.StatusForbidden, "403 FORBIDDEN"
			return []byte(`{"status": 403, "message": "Permission denied."}`)
		}
		return body
	})
	zharvest(t, "--db", "i.db", "--api", api, "harvest", "-c", "fed-sky")
	if err := srv.Delete("7523541", zenodotest.Tombstone{}); err != nil {
		t.Fatal(err)
	}
	if got := zharvest(t, "--db", "i.db", "--api", api, "update"); !strings.Contains(got, "fed-sky: 48 of 48 ") || !strings.Contains(got, " 1 gone, 0 left ") {
		t.Errorf("got %q", got)
	}
	if got := zharvest(t, "--db", "i.db", "changes"); !strings.Contains(got, "fed-sky gone 10.5281/zenodo.7523541 ") || !strings.Contains(got, "(no longer public)") {
		t.Errorf("got %q", got)
	}
	if got := zharvest(t, "--db", "i.db", "search", "--count", "recid:7523541"); got != "0\n" {
		t.Errorf("found %s", got)
	}
	if got := zharvest(t, "--db", "i.db", "search", "--count", "--include-gone", "recid:7523541"); got != "1\n" {
		t.Errorf("found %s with what is gone", got)
	}
	if got := zharvest(t, "--db", "i.db", "status"); !strings.Contains(got, "48 (+1 gone)") {
		t.Errorf("got %s", got)
	}
}
