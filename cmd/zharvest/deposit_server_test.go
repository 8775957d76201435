package main

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
)

// standIn is a server that answers as no emulator would, for commands that run
// in a folder of their own. It has deposition 7, with the given files.
type standIn struct {
	*httptest.Server
	files    map[string]string
	order    []string
	bucket   string
	override func(http.ResponseWriter, *http.Request) bool // reports whether it has answered
}

func newStandIn(t *testing.T) *standIn {
	t.Helper()
	s := &standIn{files: map[string]string{}}
	s.Server = httptest.NewServer(s)
	t.Cleanup(s.Close)
	s.bucket = s.URL + "/api/files/bucket"
	home := t.TempDir()
	t.Chdir(home)
	for name, value := range map[string]string{
		"HOME": home, "XDG_DATA_HOME": home, "XDG_CONFIG_HOME": home, "XDG_STATE_HOME": home, "ZENODO_API_URL": s.URL + "/api", "ZENODO_TOKEN": "s3cr3t",
	} {
		t.Setenv(name, value)
	}
	if err := os.WriteFile("a.txt", []byte("alpha\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	return s
}

func (s *standIn) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	switch {
	case s.override != nil && s.override(w, r):
	case strings.HasSuffix(r.URL.Path, "/depositions") && r.Method == http.MethodPost:
		w.WriteHeader(http.StatusCreated)
		s.answer(w, s.deposition())
	case strings.HasSuffix(r.URL.Path, "/depositions/7"):
		s.answer(w, s.deposition())
	case strings.HasSuffix(r.URL.Path, "/depositions/7/files"):
		s.answer(w, s.list())
	case strings.HasPrefix(r.URL.Path, "/api/files/bucket/"):
		_, _ = w.Write([]byte(s.files[strings.TrimPrefix(r.URL.Path, "/api/files/bucket/")]))
	default:
		http.Error(w, `{"status": 404, "message": "Not found."}`, http.StatusNotFound)
	}
}

func (s *standIn) answer(w http.ResponseWriter, v any) { _ = json.NewEncoder(w).Encode(v) }

func (s *standIn) deposition() map[string]any {
	links := map[string]any{"html": s.URL + "/deposit/7"}
	if s.bucket != "" {
		links["bucket"] = s.bucket
	}
	return map[string]any{"id": 7, "state": "unsubmitted", "submitted": false, "files": s.list(), "links": links, "metadata": map[string]any{}}
}

func (s *standIn) list() []any {
	list := []any{}
	for _, name := range s.order {
		list = append(list, map[string]any{"id": "id-of-" + name, "filename": name, "filesize": float64(len(s.files[name]))})
	}
	return list
}

// zharvest runs a command.
func (s *standIn) zharvest(ctx context.Context, args ...string) (code int, stdout, stderr string) {
	var out, errs bytes.Buffer
	code = run(ctx, args, strings.NewReader(""), &out, &errs)
	return code, out.String(), errs.String()
}

// An interrupted creation does not say to run the same command again, which
// would make a second draft.
func TestCreateInterrupted(t *testing.T) {
	for _, tt := range []struct{ method, text, hint string }{
		{"POST", "zharvest: interrupted: a draft may have been made\n", "zharvest deposit list --status draft"},
		{"PUT", "zharvest: interrupted: deposition 7 was made, but not all of its files were sent\n", "zharvest deposit upload 7 FILE\n"},
	} {
		s := newStandIn(t)
		ctx, interrupt := context.WithCancel(t.Context())
		s.override = func(_ http.ResponseWriter, r *http.Request) bool {
			if r.Method != tt.method {
				return false
			}
			_, _ = io.Copy(io.Discard, r.Body) // only then it is seen that the other side has gone
			interrupt()
			<-r.Context().Done()
			return true
		}
		code, stdout, stderr := s.zharvest(ctx, "deposit", "create", "a.txt")
		if code != exitInterrupted || stdout != "" || !strings.HasPrefix(stderr, tt.text) || !strings.Contains(stderr, tt.hint) {
			t.Errorf("interrupted by %s: exit code %d, %q, %q; want %d and %q, hint %q", tt.method, code, stdout, stderr, exitInterrupted, tt.text, tt.hint)
		}
	}
}

// What somebody else has put where a file grows is left alone, and said to be
// there; a name of 255 bytes has no room for the ending of a part.
func TestDownloadPart(t *testing.T) {
	s := newStandIn(t)
	long := strings.Repeat("n", 251) + ".txt"
	s.order = []string{"a.txt", long}
	s.files = map[string]string{"a.txt": "alpha", long: "long"}
	if err := os.WriteFile("victim", []byte("mine"), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("victim", "a.txt.part"); err != nil {
		t.Fatal(err)
	}
	code, _, stderr := s.zharvest(t.Context(), "deposit", "download", "7", "a.txt")
	want := "zharvest: download a.txt: a.txt.part: a link, another user's file, or no file: it is not written to\nhint: remove it, or have the file in another folder\n"
	if code != exitFailure || stderr != want {
		t.Errorf("exit code %d, %q, want %q", code, stderr, want)
	}
	if raw, err := os.ReadFile("victim"); err != nil || string(raw) != "mine" {
		t.Errorf("the victim holds %q, %v", raw, err)
	}
	if code, stdout, stderr := s.zharvest(t.Context(), "deposit", "download", "7", long); code != exitOK || stdout != long+"\n" {
		t.Errorf("exit code %d, %q, %q", code, stdout, stderr)
	}
}

// Names that would lead out of the folder are refused before anything is
// fetched, and a file that has the name of another's part stays whole.
func TestDownloadNames(t *testing.T) {
	s := newStandIn(t)
	s.order = []string{"b.txt.part", "b.txt", "a.txt"}
	s.files = map[string]string{"a.txt": "other", "b.txt": "bravo", "b.txt.part": "part", "../c": "evil", "/tmp/c": "evil", "..": "evil", `d\e`: "evil"}
	code, stdout, stderr := s.zharvest(t.Context(), "deposit", "download", "7")
	if want := "a.txt\nb.txt\nb.txt.part\n"; code != exitOK || stdout != want || stderr != "a.txt: replaced\n" {
		t.Errorf("exit code %d, %q, %q, want %q", code, stdout, stderr, want)
	}
	for _, name := range s.order {
		if raw, err := os.ReadFile(name); err != nil || string(raw) != s.files[name] {
			t.Errorf("%s: %q, %v, want %q", name, raw, err, s.files[name])
		}
	}
	for _, name := range []string{"../c", "/tmp/c", "..", `d\e`} {
		s.order = []string{"f.txt", name}
		code, _, stderr := s.zharvest(t.Context(), "deposit", "download", "7", "-o", "out")
		if code != exitFailure || !strings.Contains(stderr, "cannot be the name of a file here") {
			t.Errorf("%q: exit code %d, %q", name, code, stderr)
		}
		if _, err := os.Stat("out"); err == nil {
			t.Errorf("%q: something was fetched", name)
		}
	}
}

// What a server refuses is printed a line each, whatever the shape.
func TestFieldErrors(t *testing.T) {
	s := newStandIn(t)
	for _, tt := range []struct{ errors, want string }{
		{`[{"field": "metadata.title", "messages": ["Too short.", "Too\u001b[31m dull."]}]`, "\n\ttitle: Too short.\n\ttitle: Too [31m dull.\n"},
		{`[{"field": "metadata.title", "message": "Too short."}]`, "\n\ttitle: Too short.\n"},
		{`[{"message": "Try again."}]`, "\n\tTry again.\n"},
	} {
		s.override = func(w http.ResponseWriter, r *http.Request) bool {
			if r.Method != http.MethodPut {
				return false
			}
			http.Error(w, `{"status": 400, "message": "A validation error occurred.", "errors": `+tt.errors+`}`, http.StatusBadRequest)
			return true
		}
		code, _, stderr := s.zharvest(t.Context(), "deposit", "update", "7", "--set", "title=x")
		if code != exitRefused || !strings.Contains(stderr, tt.want) {
			t.Errorf("%s: exit code %d, %q, want %q", tt.errors, code, stderr, tt.want)
		}
	}
}

// Files go to the server that was named, whatever bucket it names.
func TestUploadWithoutBucket(t *testing.T) {
	s := newStandIn(t)
	for bucket, want := range map[string]string{
		"":                                   "the server names none",
		"no url":                             "the server names one that is no URL",
		"http://user@127.0.0.1/files/bucket": "the server names one that is no URL",
		"http://elsewhere.example/bucket":    "it is at elsewhere.example, and files go only to 127.0.0.1",
	} {
		s.bucket = bucket
		code, _, stderr := s.zharvest(t.Context(), "deposit", "upload", "7", "a.txt")
		if code != exitFailure || !strings.Contains(stderr, want) || !strings.Contains(stderr, "--multipart\n") {
			t.Errorf("bucket %q: exit code %d, %q, want %q", bucket, code, stderr, want)
		}
	}
}

// A published record that a server has no native form of is not edited, since
// nobody knows what it would lose. A draft there has nothing of that kind.
func TestEditWithoutNativeForm(t *testing.T) {
	s := newStandIn(t)
	state, status, body := "done", 0, ""
	var wrote []string
	s.override = func(w http.ResponseWriter, r *http.Request) bool {
		switch {
		case r.Method != http.MethodGet:
			wrote = append(wrote, r.Method+" "+r.URL.Path)
			s.answer(w, s.deposition())
		case strings.HasPrefix(r.URL.Path, "/api/records/7"):
			w.WriteHeader(status)
			_, _ = io.WriteString(w, body)
		default:
			d := s.deposition()
			d["state"], d["submitted"] = state, state != "unsubmitted"
			s.answer(w, d)
		}
		return true
	}
	edit, update := []string{"deposit", "edit", "7"}, []string{"deposit", "update", "7", "--set", "title=New"}
	for _, tt := range []struct {
		name, state string
		status      int
		body        string
		args        []string
		code        int
	}{
		{"refused form", "done", 406, `{"status": 406, "message": "Invalid 'Accept' header."}`, edit, exitRefused},
		{"legacy form", "done", 200, `{"id": 7, "metadata": {"title": "T"}}`, edit, exitRefused},
		{"legacy form, being edited", "inprogress", 200, `{"id": 7, "metadata": {"title": "T"}}`, update, exitRefused},
		{"no such route, being edited", "inprogress", 404, `{"status": 404, "message": "Not found."}`, update, exitRefused},
		{"record withheld", "done", 403, `{"status": 403, "message": "Permission denied."}`, edit, exitNotAllowed},
		{"no such route", "unsubmitted", 404, `{"status": 404, "message": "Not found."}`, update, exitOK},
		{"insisted on", "done", 406, `{"status": 406, "message": "Invalid 'Accept' header."}`, append(edit, "--lossy"), exitOK},
		{"native form", "done", 200, `{"id": "7", "access": {}, "metadata": {"title": "T"}}`, edit, exitOK},
	} {
		state, status, body, wrote = tt.state, tt.status, tt.body, nil
		code, _, stderr := s.zharvest(t.Context(), tt.args...)
		if code != tt.code || (len(wrote) > 0) != (tt.code == exitOK) {
			t.Errorf("%s: exit code %d, want %d; written: %q; %s", tt.name, code, tt.code, wrote, stderr)
		}
		if tt.code == exitRefused && (!strings.Contains(stderr, "what an edit would lose is not known") || !strings.Contains(stderr, "\nhint: ") || !strings.Contains(stderr, "--lossy")) {
			t.Errorf("%s: got %s", tt.name, stderr)
		}
	}
}
