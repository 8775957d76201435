package main

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/zharvest/zharvest/zenodotest"
)

// repeating puts a server before another. Once it is asked to, it answers with
// what it got as Authorization, in one way or another.
type repeating struct {
	*httptest.Server
	way atomic.Pointer[func(w http.ResponseWriter, secret string)]
	did atomic.Bool
}

func newRepeating(t *testing.T, behind string) *repeating {
	t.Helper()
	backend, err := url.Parse(behind)
	if err != nil {
		t.Fatal(err)
	}
	proxy := &httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) {
		r.SetURL(backend)
		r.Out.Host = r.In.Host // links lead through the proxy
	}}
	s := &repeating{}
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		way, secret := s.way.Load(), r.Header.Get("Authorization")
		if way == nil || secret == "" {
			proxy.ServeHTTP(w, r)
			return
		}
		s.did.Store(true)
		(*way)(w, secret)
	}))
	t.Cleanup(s.Close)
	return s
}

// What a server repeats of the token is blanked in all that is printed, whatever
// the command and wherever the server repeats it.
func TestTokenRepeatedByServer(t *testing.T) {
	const token = "t0pSecretTokenOfAnswers"
	srv := newRepeating(t, zenodotest.NewServer(t, zenodotest.Config{Token: token}).URL)
	home(t)
	t.Setenv("ZENODO_API_URL", srv.URL+"/api")
	t.Setenv("ZENODO_TOKEN", token)
	for name, content := range map[string]string{
		"a.txt":  "content\n",
		"m.json": `{"title": "Token", "upload_type": "dataset", "description": "Text", "creators": [{"name": "Doe, J"}]}`,
	} {
		if err := os.WriteFile(name, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	zharvest(t, "harvest", "-c", "fed-sky")
	id, _, _ := strings.Cut(strings.TrimPrefix(zharvest(t, "deposit", "create", "--metadata", "m.json", "a.txt"), "id: "), "\n")

	status := func(code int, before, after string) func(http.ResponseWriter, string) {
		return func(w http.ResponseWriter, secret string) {
			w.Header().Set("Content-Type", "application/json")
			w.WriteHeader(code)
			_, _ = w.Write([]byte(before + secret + after))
		}
	}
	ways := map[string]func(http.ResponseWriter, string){
		"message":     status(400, `{"message": "`, ` is wrong"}`),
		"field":       status(400, `{"errors": [{"field": "metadata.title", "messages": ["`, `"]}]}`),
		"page":        status(403, `<title>`, `</title>`),
		"cut message": status(404, strings.Repeat("-", 985), ``),
		"tombstone":   status(410, `{"tombstone": {"note": "`, `"}}`),
		"header": func(w http.ResponseWriter, secret string) {
			w.Header().Set("X-Request-Id", secret)
			w.WriteHeader(400)
		},
		"address": func(w http.ResponseWriter, secret string) {
			w.Header().Set("Location", "://"+secret)
			w.WriteHeader(302)
		},
	}
	for name, way := range ways {
		srv.way.Store(&way)
		for _, line := range []string{
			"harvest", "harvest -c sshoc", "update", "update --full", "ping", "search --online x", "show --online 1",
			"deposit list", "deposit show ID", "deposit create --metadata m.json", "deposit update ID --set title=x", "deposit upload ID a.txt",
			"deposit download ID -o out", "deposit push --metadata m.json a.txt", "deposit publish ID --yes", "harvest --dump",
		} {
			srv.did.Store(false)
			var out, errs bytes.Buffer
			args := append(strings.Fields(strings.ReplaceAll(line, "ID", id)), "-v")
			code := run(t.Context(), args, strings.NewReader(""), &out, &errs)
			if !srv.did.Load() || errs.Len() == 0 {
				t.Errorf("%s: %s: exit code %d, and nothing was repeated: this proves nothing\n%s", name, line, code, &errs)
			}
			if all := out.String() + errs.String(); strings.Contains(all, "t0p") {
				t.Errorf("%s: %s: the token shows:\n%s", name, line, all)
			}
		}
	}
}

// What a server says of a file is not the body of an error, and made into
// messages all the same.
func TestTokenRepeatedAsChecksum(t *testing.T) {
	s := newStandIn(t)
	s.files["b.txt"] = "beta\n"
	s.override = func(w http.ResponseWriter, r *http.Request) bool {
		if !strings.HasSuffix(r.URL.Path, "/depositions/7/files") {
			return false
		}
		secret := strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")
		_, _ = w.Write([]byte(`[{"id": "1", "filename": "b.txt", "filesize": 5, "checksum": "md5:` + secret + `", "links": {"download": "` + s.bucket + `/b.txt"}}]`))
		return true
	}
	var out, errs bytes.Buffer
	code := run(t.Context(), strings.Fields("deposit download 7 -o out"), strings.NewReader(""), &out, &errs)
	if text := errs.String(); code != exitFailure || !strings.Contains(text, "not [redacted]") || strings.Contains(text, "s3cr3t") {
		t.Errorf("exit code %d\n%s", code, text)
	}
}
