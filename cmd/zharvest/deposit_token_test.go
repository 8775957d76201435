package main

import (
	"bytes"
	"fmt"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/zharvest/zharvest/zenodotest"
)

// locked is a buffer for several goroutines.
type locked struct {
	mu sync.Mutex
	bytes.Buffer
}

func (l *locked) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.Buffer.Write(p)
}

// The access token is nowhere to be found in what a full run writes, prints
// and asks for, with everything logged; and another host, to which downloads
// are sent on, does not get it.
func TestTokenAppearsNowhere(t *testing.T) {
	const token = "t0pSecretTokenOfDeposits"
	var asked, elsewhere locked // everything that the two servers get, but for the header
	emulator := zenodotest.NewServer(t, zenodotest.Config{Token: token, Log: &asked})
	backend, err := url.Parse(emulator.URL)
	if err != nil {
		t.Fatal(err)
	}
	store := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintln(&elsewhere, r.URL, r.Header)
		_, _ = w.Write([]byte("content\n"))
	}))
	defer store.Close()
	proxy := &httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) {
		r.SetURL(backend)
		r.Out.Host = r.In.Host // links lead through the proxy
	}}
	var authorized atomic.Int64
	front := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") == "Bearer "+token {
			authorized.Add(1)
		}
		r.Header.Del("Authorization")
		fmt.Fprintln(&asked, r.URL, r.Header, r.Trailer)
		r.Header.Set("Authorization", "Bearer "+token)
		if r.Method == http.MethodGet && strings.HasPrefix(r.URL.Path, "/api/files/") {
			http.Redirect(w, r, store.URL+r.URL.Path, http.StatusFound)
			return
		}
		proxy.ServeHTTP(w, r)
	}))
	defer front.Close()

	home := t.TempDir()
	t.Chdir(home)
	for name, value := range map[string]string{
		"HOME": home, "XDG_DATA_HOME": home, "XDG_CONFIG_HOME": home, "XDG_STATE_HOME": home, "ZENODO_API_URL": front.URL + "/api", "ZENODO_TOKEN": token,
	} {
		t.Setenv(name, value)
	}
	for name, content := range map[string]string{"a.txt": "content\n", "m.json": `{"title": "Token", "upload_type": "dataset", "description": "Text", "creators": [{"name": "Doe, J"}]}`} {
		if err := os.WriteFile(name, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	var printed bytes.Buffer
	id := ""
	for _, line := range []struct {
		code int
		args string
	}{
		{0, "deposit create --metadata m.json a.txt"},
		{0, "deposit list"},
		{0, "deposit show ID --json"},
		{0, "deposit files ID"},
		{6, "deposit update ID --set license=nosuch"},
		{0, "deposit rename ID a.txt b.txt"},
		{1, "deposit sort ID b.txt"},
		{0, "deposit download ID -o out"},
		{3, "deposit show 1"},
		{2, "deposit publish ID"},
		{0, "deposit publish ID --yes"},
		{0, "deposit newversion ID"},
		{0, "deposit push --metadata m.json --set version=2 a.txt --publish"},
		{0, "harvest Token --all-versions"},
		{0, "show --online ID"},
		{0, "ping"},
		{0, "export -o list.csv"},
		{0, "status"},
	} {
		var out, errs bytes.Buffer
		args := append(strings.Fields(strings.ReplaceAll(line.args, "ID", id)), "-v")
		if code := run(t.Context(), args, strings.NewReader(""), &out, &errs); code != line.code {
			t.Fatalf("%s: exit code %d, want %d\n%s%s", args, code, line.code, &out, &errs)
		}
		if first, _, _ := strings.Cut(out.String(), "\n"); id == "" {
			id = strings.TrimPrefix(first, "id: ")
		}
		fmt.Fprintln(&printed, &out, &errs)
	}

	if authorized.Load() < 20 || elsewhere.Len() == 0 {
		t.Errorf("%d requests had the token, and the other host got %q: nothing was tried", authorized.Load(), &elsewhere)
	}
	for name, text := range map[string]string{"output": printed.String(), "requests": asked.String(), "the other host": elsewhere.String()} {
		if strings.Contains(text, token) {
			t.Errorf("the token is in %s", name)
		}
	}
	files := 0
	err = fs.WalkDir(os.DirFS(home), ".", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		files++
		raw, err := os.ReadFile(filepath.Join(home, path))
		if bytes.Contains(raw, []byte(token)) {
			t.Errorf("the token is in the file %s", path)
		}
		return err
	})
	if err != nil || files < 5 {
		t.Errorf("looked into %d files: %v", files, err)
	}
}
