package zenodo_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/zharvest/zharvest/zenodo"
)

const testToken = "t0pSecretValue"

// serve starts a server that answers with h, below a prefix as Zenodo's API
// is, and makes a client for it that does not wait between attempts.
func serve(t *testing.T, h http.HandlerFunc, opts ...zenodo.Option) *zenodo.Client {
	t.Helper()
	server := httptest.NewServer(h)
	t.Cleanup(server.Close)
	opts = append([]zenodo.Option{
		zenodo.WithBaseURL(server.URL + "/api"),
		zenodo.WithRetryDelay(time.Microsecond, time.Millisecond),
	}, opts...)
	return newClient(t, opts...)
}

// handler is a transport that asks h, without a network.
type handler func(http.ResponseWriter, *http.Request)

func (h handler) RoundTrip(req *http.Request) (*http.Response, error) {
	rec := httptest.NewRecorder()
	h(rec, req)
	return rec.Result(), nil
}

func reply(w http.ResponseWriter, status int, body string) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_, _ = io.WriteString(w, body)
}

// recordJSON is a record in Zenodo's shape: of concept id-1, with its DOIs.
func recordJSON(id int) string {
	return fmt.Sprintf(`{"id": %d, "recid": "%[1]d", "conceptrecid": "%[2]d", "doi": "10.5281/zenodo.%[1]d",`+
		` "conceptdoi": "10.5281/zenodo.%[2]d", "metadata": {"title": "Record %[1]d"}}`, id, id-1)
}

func envelopeJSON(total int, hits ...string) string {
	return fmt.Sprintf(`{"hits": {"hits": [%s], "total": %d}}`, strings.Join(hits, ", "), total)
}

func TestNewClientRefuses(t *testing.T) {
	token := zenodo.WithAccessToken(testToken)
	for _, tc := range []struct {
		name string
		opts []zenodo.Option
		want error
	}{
		{"token over plain http", []zenodo.Option{zenodo.WithBaseURL("http://zenodo.org/api"), token}, zenodo.ErrInsecureToken},
		{"token to a name like loopback", []zenodo.Option{zenodo.WithBaseURL("http://localhost.example.org/api"), token}, zenodo.ErrInsecureToken},
		{"token that is no header", []zenodo.Option{zenodo.WithAccessToken(testToken + "\n")}, nil},
		{"no scheme", []zenodo.Option{zenodo.WithBaseURL("zenodo.org/api")}, nil},
		{"another scheme", []zenodo.Option{zenodo.WithBaseURL("ftp://zenodo.org/api")}, nil},
		{"no URL", []zenodo.Option{zenodo.WithBaseURL("https://user:t0pSecretValue@zenodo.org:x/api")}, nil},
		{"user in the URL", []zenodo.Option{zenodo.WithBaseURL("https://user:t0pSecretValue@zenodo.org/api")}, nil},
		{"token in the URL", []zenodo.Option{zenodo.WithBaseURL("https://zenodo.org/api?access_token=t0pSecretValue")}, nil},
		{"rate", []zenodo.Option{zenodo.WithRate(0)}, nil},
		{"attempts", []zenodo.Option{zenodo.WithMaxAttempts(0)}, nil},
		{"delay", []zenodo.Option{zenodo.WithRetryDelay(2, 1)}, nil},
	} {
		t.Run(tc.name, func(t *testing.T) {
			_, err := zenodo.NewClient(tc.opts...)
			if err == nil || tc.want != nil && !errors.Is(err, tc.want) {
				t.Fatalf("got %v, want %v", err, tc.want)
			}
			if strings.Contains(err.Error(), testToken) {
				t.Errorf("the error shows the secret: %v", err)
			}
		})
	}
}

func TestNewClientAccepts(t *testing.T) {
	token := zenodo.WithAccessToken(testToken)
	for _, root := range []string{
		"https://zenodo.org/api/", "http://localhost:8080/api", "http://127.0.0.1/api", "http://[::1]:80/api", "https://data.example.org",
	} {
		c, err := zenodo.NewClient(zenodo.WithBaseURL(root), token)
		if err != nil {
			t.Errorf("%s: %v", root, err)
			continue
		}
		if got, want := c.BaseURL(), strings.TrimRight(root, "/"); got != want {
			t.Errorf("BaseURL() = %s, want %s", got, want)
		}
		if !c.Authenticated() || c.PageSize() != 100 {
			t.Errorf("%s: authenticated %v, page size %d; want true, 100", root, c.Authenticated(), c.PageSize())
		}
	}
	c := newClient(t)
	if got := c.BaseURL(); got != zenodo.DefaultBaseURL {
		t.Errorf("BaseURL() = %s, want %s", got, zenodo.DefaultBaseURL)
	}
	if c.Authenticated() || c.PageSize() != 25 {
		t.Errorf("without a token: authenticated %v, page size %d; want false, 25", c.Authenticated(), c.PageSize())
	}
}

func TestRequestAsSent(t *testing.T) {
	var got *http.Request
	c := serve(t, func(w http.ResponseWriter, r *http.Request) {
		got = r
		w.Header().Set("X-User-ID", "7") // else it would be asked whether the token is accepted
		reply(w, 200, envelopeJSON(0))
	}, zenodo.WithAccessToken(testToken))
	if _, err := c.Records.Search(t.Context(), zenodo.SearchOptions{}); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{
		"Accept":          "application/vnd.inveniordm.v1+json, application/json;q=0.9",
		"Authorization":   "Bearer " + testToken,
		"Accept-Encoding": "gzip",
		"Cookie":          "",
		"Referer":         "",
	} {
		if got := got.Header.Get(name); got != want {
			t.Errorf("%s: got %q, want %q", name, got, want)
		}
	}
	agent := regexp.MustCompile(`^zharvest/\S+ \(\+https://github\.com/zharvest/zharvest\)$`)
	if ua := got.UserAgent(); !agent.MatchString(ua) {
		t.Errorf("User-Agent: got %q, want %s", ua, agent)
	}
}

func TestUserAgent(t *testing.T) {
	var got string
	c := serve(t, func(w http.ResponseWriter, r *http.Request) {
		got = r.UserAgent()
		reply(w, 200, envelopeJSON(0))
	}, zenodo.WithUserAgent("mine/1"))
	if _, err := c.Records.Search(t.Context(), zenodo.SearchOptions{}); err != nil {
		t.Fatal(err)
	}
	if got != "mine/1" {
		t.Errorf("User-Agent: got %q, want mine/1", got)
	}
}

// The token may be in the Authorization header and nowhere else.
func TestTokenDoesNotShow(t *testing.T) {
	var log bytes.Buffer
	logger := slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	token := zenodo.AccessToken(testToken)
	var url string
	c := serve(t, func(w http.ResponseWriter, r *http.Request) {
		url = r.URL.String()
		reply(w, 404, `{"status": 404, "message": "no"}`)
	}, zenodo.WithAccessToken(token), zenodo.WithLogger(logger))
	_, err := c.Records.Get(t.Context(), "1")
	encoded, _ := json.Marshal(map[string]any{"token": token, "error": err, "limits": c.Limits()})
	holder := struct{ Token zenodo.AccessToken }{token}
	logger.Info("token", "token", token, "holder", holder)
	shown := map[string]string{
		"url":    url,
		"log":    log.String(),
		"json":   string(encoded),
		"error":  fmt.Sprintf("%v %+v %#v", err, err, err),
		"token":  fmt.Sprintf("%v %+v %#v %s %q %x %d", token, token, token, token, token, token, token),
		"holder": fmt.Sprintf("%v %+v %#v", holder, holder, &holder),
		"client": fmt.Sprintf("%v %+v %#v", c, c, c),
		"struct": fmt.Sprintf("%v %+v %#v", *c.Records, *c.Records, *c.Records),
	}
	for where, text := range shown {
		if strings.Contains(text, testToken) || strings.Contains(text, fmt.Sprintf("%x", testToken)) {
			t.Errorf("the token shows in the %s: %s", where, text)
		}
	}
	if got := fmt.Sprint(zenodo.AccessToken("")); got != "" {
		t.Errorf("no token prints as %q, want nothing", got)
	}
	if string(token) != testToken {
		t.Error("the token lost its value")
	}
}

func TestLog(t *testing.T) {
	var log bytes.Buffer
	logger := slog.New(slog.NewJSONHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	c := serve(t, func(w http.ResponseWriter, _ *http.Request) { reply(w, 200, envelopeJSON(0)) }, zenodo.WithLogger(logger))
	if _, err := c.Records.Search(t.Context(), zenodo.SearchOptions{Query: "cats"}); err != nil {
		t.Fatal(err)
	}
	var got struct {
		Level, Msg, Method, URL string
		Status, Attempt         int
		Seconds, Wait           *float64
	}
	if err := json.Unmarshal(log.Bytes(), &got); err != nil {
		t.Fatalf("%v in %s", err, log.String())
	}
	if got.Level != "DEBUG" || got.Msg != "request" || got.Method != "GET" || got.Status != 200 || got.Attempt != 1 ||
		got.Seconds == nil || got.Wait == nil || !strings.HasSuffix(got.URL, "/api/records?page=1&q=cats&size=25") {
		t.Errorf("got %s", log.String())
	}
}

func TestPing(t *testing.T) {
	for _, tc := range []struct {
		name       string
		token      zenodo.AccessToken
		deposition int
		accepted   bool
		want       error
	}{
		{"guest", "", 500, false, nil},
		{"token", testToken, 200, true, nil},
		{"token refused", testToken, 403, false, nil},
		{"server fails", testToken, 500, false, zenodo.ErrServer},
	} {
		t.Run(tc.name, func(t *testing.T) {
			var paths []string
			c := serve(t, func(w http.ResponseWriter, r *http.Request) {
				paths = append(paths, r.URL.String())
				w.Header().Set("X-RateLimit-Limit", "133")
				w.Header().Set("X-RateLimit-Remaining", "132")
				if strings.HasPrefix(r.URL.Path, "/api/deposit") {
					reply(w, tc.deposition, `[]`)
					return
				}
				reply(w, 200, envelopeJSON(4109450, recordJSON(2)))
			}, zenodo.WithAccessToken(tc.token), zenodo.WithMaxAttempts(1))
			got, err := c.Ping(t.Context())
			if !errors.Is(err, tc.want) {
				t.Fatalf("got %v, want %v", err, tc.want)
			}
			if err != nil {
				return
			}
			if got.Records != 4109450 || got.API != c.BaseURL() || got.Date.IsZero() || got.Duration <= 0 ||
				got.Token != (tc.token != "") || got.Accepted != tc.accepted || c.Authenticated() != tc.accepted {
				t.Errorf("got %+v, authenticated %v", got, c.Authenticated())
			}
			if l := got.Limits[0]; l.Name != "search" || l.PerMinute != 133 || l.Remaining != 132 || !l.FromServer {
				t.Errorf("limit %+v", l)
			}
			want := []string{"/api/records?page=1&size=1", "/api/deposit/depositions?size=1"}
			if tc.token == "" {
				want = want[:1]
			}
			if fmt.Sprint(paths) != fmt.Sprint(want) {
				t.Errorf("asked %v, want %v", paths, want)
			}
		})
	}
}

// A server without Zenodo's deposit API is asked for something else that
// guests may not see.
func TestPingInvenioRDM(t *testing.T) {
	c := serve(t, func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/api/records":
			reply(w, 200, envelopeJSON(0))
		case "/api/user/records":
			reply(w, 403, `{"status": 403, "message": "Permission denied."}`)
		default:
			reply(w, 404, `{"status": 404}`)
		}
	}, zenodo.WithAccessToken(testToken))
	got, err := c.Ping(t.Context())
	if err != nil || got.Accepted {
		t.Errorf("got %+v, %v; want a refused token", got, err)
	}
}
