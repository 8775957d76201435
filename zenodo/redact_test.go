package zenodo_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"testing"

	"github.com/zharvest/zharvest/zenodo"
)

// A server may repeat the token that it was sent, in whatever it answers; what
// is said of that answer does not.
func TestTokenRepeatedByServer(t *testing.T) {
	const token = "t0p+Secret/Value=="
	for name, answer := range map[string]http.HandlerFunc{
		"message": func(w http.ResponseWriter, _ *http.Request) {
			reply(w, 400, `{"message": "Bearer `+token+` is wrong"}`)
		},
		"escaped": func(w http.ResponseWriter, _ *http.Request) {
			reply(w, 400, `{"message": "t0p+Secret\/Value== is wrong"}`)
		},
		"cut": func(w http.ResponseWriter, _ *http.Request) { reply(w, 400, strings.Repeat("-", 990)+token) },
		"field": func(w http.ResponseWriter, _ *http.Request) {
			reply(w, 400, `{"errors": [{"field": "`+token+`", "messages": ["`+token+`"]}]}`)
		},
		"page": func(w http.ResponseWriter, _ *http.Request) {
			reply(w, 403, "<title>blocked</title>reference "+token+"1")
		},
		"server": func(w http.ResponseWriter, _ *http.Request) { reply(w, 503, token) },
		"tombstone": func(w http.ResponseWriter, _ *http.Request) {
			reply(w, 410, `{"tombstone": {"note": "`+token+`", "citation_text": "t0p%2BSecret%2FValue%3D%3D"}}`)
		},
		"garbled": func(w http.ResponseWriter, _ *http.Request) { reply(w, 200, token) },
		"wrong type": func(w http.ResponseWriter, _ *http.Request) {
			reply(w, 200, `{"id": {"`+token+`": 1}, "metadata": "`+token+`"}`)
		},
		"header": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("X-Request-Id", token)
			reply(w, 404, "{}")
		},
		"redirect": func(w http.ResponseWriter, r *http.Request) {
			if strings.HasPrefix(r.URL.Path, "/api/records/") {
				w.Header().Set("Location", "/elsewhere/"+token+"?access_token="+token)
				w.WriteHeader(302)
				return
			}
			reply(w, 404, "{}")
		},
		"wrong redirect": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Location", "://"+token)
			w.WriteHeader(302)
		},
		"no HTTP": func(w http.ResponseWriter, _ *http.Request) {
			conn, _, err := w.(http.Hijacker).Hijack()
			if err != nil {
				panic(err)
			}
			fmt.Fprintf(conn, "HTTP/1.1 %s\r\n\r\n", token)
			_ = conn.Close()
		},
	} {
		t.Run(name, func(t *testing.T) {
			var log bytes.Buffer
			logger := slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))
			c := serve(t, func(w http.ResponseWriter, r *http.Request) {
				if strings.HasPrefix(r.URL.Path, "/api/") && r.Header.Get("Authorization") != "Bearer "+token {
					t.Errorf("sent was %q", r.Header.Get("Authorization"))
				}
				if strings.Contains(r.URL.String(), "ecret") {
					t.Errorf("asked for %s", r.URL)
				}
				answer(w, r)
			}, zenodo.WithAccessToken(token), zenodo.WithLogger(logger), zenodo.WithMaxAttempts(2))
			_, err := c.Records.Get(t.Context(), "1")
			if err == nil {
				t.Fatal("no error")
			}
			encoded, _ := json.Marshal(err)
			for where, text := range map[string]string{"error": fmt.Sprintf("%v %+v", err, err), "fields": string(encoded), "log": log.String()} {
				if strings.Contains(text, "t0p") || strings.Contains(text, "Secret") {
					t.Errorf("the token shows in the %s: %s", where, text)
				}
			}
		})
	}
}

func TestRedact(t *testing.T) {
	for _, tc := range []struct {
		token      zenodo.AccessToken
		text, want string
	}{
		{"", "Bearer", "Bearer"},
		{"abcde", "abcde", "abcde"}, // too short for a secret, and part of too many words
		{"abcdef", "Bearer abcdef.", "Bearer [redacted]."},
		{"a/b+c d", `a/b+c d a%2Fb%2Bc+d a%2Fb+c%20d a\/b+c d`, "[redacted] [redacted] [redacted] [redacted]"},
	} {
		if got := tc.token.Redact(tc.text); got != tc.want {
			t.Errorf("%q: got %q, want %q", tc.text, got, tc.want)
		}
	}
}
