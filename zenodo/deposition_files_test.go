package zenodo_test

import (
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/zharvest/zharvest/zenodo"
)

func TestDepositionDownload(t *testing.T) {
	b, c := newBucket(t)
	b.files["a b"] = []byte("abc")
	d := b.deposition(t, c)
	path := filepath.Join(t.TempDir(), "x")
	f := &zenodo.DepositionFile{Key: "a b", Size: 3, Checksum: "md5:" + md5Of([]byte("abc"))}
	var reported int64
	if err := c.Depositions.Download(t.Context(), d, f, path, func(done int64) { reported = done }); err != nil {
		t.Fatal(err)
	}
	if got, err := os.ReadFile(path); string(got) != "abc" || err != nil || reported != 3 {
		t.Errorf("got %q, %v; reported %d", got, err, reported)
	}
	other := filepath.Join(t.TempDir(), "y")
	f.Checksum = "md5:" + md5Of([]byte("abd"))
	if err := c.Depositions.Download(t.Context(), d, f, other, nil); !errors.Is(err, zenodo.ErrChecksum) {
		t.Errorf("got %v, want %v", err, zenodo.ErrChecksum)
	}
	if left, _ := filepath.Glob(other + "*"); len(left) > 0 {
		t.Errorf("left %v", left)
	}
}

// A published deposition without a bucket has the files of its record: the
// links that it gives lead nowhere.
func TestDepositionDownloadFromRecord(t *testing.T) {
	var asked []string
	c := serve(t, func(w http.ResponseWriter, r *http.Request) {
		asked = append(asked, r.URL.EscapedPath())
		if r.URL.Path == "/api/deposit/depositions/5" {
			reply(w, 200, `{"id":5,"submitted":true,"state":"done"}`)
			return
		}
		reply(w, 200, "abc")
	})
	d := &zenodo.Deposition{ID: "5", Submitted: true, State: zenodo.StateDone}
	f := &zenodo.DepositionFile{Key: "a b", Size: 3}
	if err := c.Depositions.Download(t.Context(), d, f, filepath.Join(t.TempDir(), "x"), nil); err != nil {
		t.Fatal(err)
	}
	if want := []string{"/api/deposit/depositions/5", "/api/records/5/files/a%20b/content"}; !slices.Equal(asked, want) {
		t.Errorf("asked for %v, want %v", asked, want)
	}
}

// A download may be sent on to where the file is stored, without the token.
func TestDepositionDownloadElsewhere(t *testing.T) {
	var header http.Header
	store := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		header = r.Header
		reply(w, 200, "abc")
	}))
	defer store.Close()
	b, c := newBucket(t)
	d := b.deposition(t, c)
	b.spoil = func(_ int, w http.ResponseWriter, r *http.Request) bool {
		http.Redirect(w, r, store.URL+"/signed?x=1", http.StatusFound)
		return true
	}
	f := &zenodo.DepositionFile{Key: "a", Size: 3, Checksum: "md5:" + md5Of([]byte("abc"))}
	if err := c.Depositions.Download(t.Context(), d, f, filepath.Join(t.TempDir(), "x"), nil); err != nil {
		t.Fatal(err)
	}
	if header == nil || strings.Contains(fmt.Sprint(header), testToken) {
		t.Errorf("the other server got %v", header)
	}
}

func TestDeleteFileFromBucket(t *testing.T) {
	b, c := newBucket(t)
	b.files["a"] = []byte("abc")
	d := b.deposition(t, c)
	if err := c.Depositions.DeleteFile(t.Context(), d, &zenodo.DepositionFile{Key: "a"}); err != nil || len(b.files) != 0 {
		t.Errorf("got %v; files %v", err, b.files)
	}
}

func TestRename(t *testing.T) {
	for _, tc := range []struct {
		name   string
		modern bool
		local  string
		want   zenodo.API
	}{
		{"legacy", false, "", zenodo.APILegacy},
		{"native", true, "", zenodo.APIRDM},
		{"native, from the local file", true, "abc", zenodo.APIRDM},
	} {
		t.Run(tc.name, func(t *testing.T) {
			b, c := newBucket(t)
			b.modern, b.files["a"] = tc.modern, []byte("abc")
			d := b.deposition(t, c)
			files, err := c.Depositions.Files(t.Context(), "5")
			if err != nil {
				t.Fatal(err)
			}
			var local *zenodo.Upload
			var opened int
			if tc.local != "" {
				u := uploadOf("whatever", []byte(tc.local), &opened)
				local = &u
			}
			f, way, err := c.Depositions.Rename(t.Context(), d, &files[0], "b", local)
			if err != nil || way != tc.want || f.Key != "b" || f.ID == "" {
				t.Errorf("got %+v, %s, %v", f, way, err)
			}
			if len(b.files) != 1 || string(b.files["b"]) != "abc" {
				t.Errorf("files are %q", b.files)
			}
			fetched := slices.Contains(b.asked, "GET /files/b-5/a")
			if fetched != (tc.modern && tc.local == "") {
				t.Errorf("asked for %v", b.asked)
			}
		})
	}
}

// Nothing is lost by a renaming that fails.
func TestRenameFails(t *testing.T) {
	for _, tc := range []struct {
		name, to, local string
		want            error
	}{
		{"exists", "c", "", fs.ErrExist},
		{"slash", "b/c", "", zenodo.ErrUnacceptable},
		{"another local file", "b", "abd", zenodo.ErrChecksum},
		{"a longer local file", "b", "abcd", zenodo.ErrChecksum},
	} {
		t.Run(tc.name, func(t *testing.T) {
			b, c := newBucket(t)
			b.files["a"], b.files["c"] = []byte("abc"), []byte("c")
			d := b.deposition(t, c)
			files, err := c.Depositions.Files(t.Context(), "5")
			if err != nil {
				t.Fatal(err)
			}
			var local *zenodo.Upload
			var opened int
			if tc.local != "" {
				u := uploadOf("", []byte(tc.local), &opened)
				local = &u
			}
			_, _, err = c.Depositions.Rename(t.Context(), d, &files[0], tc.to, local)
			if !errors.Is(err, tc.want) {
				t.Errorf("got %v, want %v", err, tc.want)
			}
			if len(b.files) != 2 || string(b.files["a"]) != "abc" || string(b.files["c"]) != "c" {
				t.Errorf("files are %q", b.files)
			}
		})
	}
}

// A download that breaks while a file is renamed is begun anew.
func TestRenameBreaks(t *testing.T) {
	content := make([]byte, 1<<20)
	b, c := newBucket(t)
	b.files["a"] = content
	d := b.deposition(t, c)
	files, err := c.Depositions.Files(t.Context(), "5")
	if err != nil {
		t.Fatal(err)
	}
	broken := false
	source := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		if !broken {
			broken = true
			w.Header().Set("Content-Length", fmt.Sprint(len(content)))
			_, _ = w.Write(content[:1000])
			panic(http.ErrAbortHandler)
		}
		_, _ = w.Write(content)
	}))
	defer source.Close()
	b.spoil = func(_ int, w http.ResponseWriter, r *http.Request) bool {
		if r.Method == http.MethodGet && strings.HasPrefix(r.URL.Path, "/api/files/") {
			http.Redirect(w, r, source.URL, http.StatusFound)
			return true
		}
		return false
	}
	if _, way, err := c.Depositions.Rename(t.Context(), d, &files[0], "b", nil); err != nil || way != zenodo.APIRDM {
		t.Fatalf("got %s, %v", way, err)
	}
	if !broken || len(b.files) != 1 || len(b.files["b"]) != len(content) {
		t.Errorf("broken %v, files %d", broken, len(b.files))
	}
}

func TestSort(t *testing.T) {
	const list, order, draft = "GET /deposit/depositions/5/files", "PUT /records/5/draft/files", "/records/5/draft"
	files := `[{"id":"1","filename":"a"},{"id":"2","filename":"b"},{"id":"3","filename":"c"}]`
	legacy := "PUT /deposit/depositions/5/files"
	got, unordered := `{"order":["c","a","b"]}`, `{"order":[]}`
	before := `{"id":"5","metadata":{"title":"x"},"files":{"enabled":true,"default_preview":"a","order":[],"entries":{"a":{}}}}`
	after := `{"files":{"enabled":true,"order":["c","a","b"]}}`
	for _, tc := range []struct {
		name  string
		steps []step
		way   zenodo.API
		want  error
		sent  string // last
	}{
		{"legacy", []step{{legacy, 200, files}}, zenodo.APILegacy, nil, `[{"id":"3"},{"id":"1"},{"id":"2"}]`},
		{"legacy refuses", []step{{legacy, 403, `{}`}}, zenodo.APILegacy, zenodo.ErrForbidden, `[{"id":"3"},{"id":"1"},{"id":"2"}]`},
		{"options", []step{{legacy, 405, `{}`}, {order, 200, got}}, zenodo.APIRDM, nil, got},
		{
			"options unknown",
			[]step{{legacy, 405, `{}`}, {order, 405, `{}`}, {"GET " + draft, 200, before}, {"PUT " + draft, 200, after}},
			zenodo.APIRDM, nil,
			`{"files":{"default_preview":"a","enabled":true,"order":["c","a","b"]},"id":"5","metadata":{"title":"x"}}`,
		},
		{
			"options unheeded",
			[]step{{legacy, 405, `{}`}, {order, 200, unordered}, {"GET " + draft, 200, before}, {"PUT " + draft, 200, after}},
			zenodo.APIRDM, nil,
			`{"files":{"default_preview":"a","enabled":true,"order":["c","a","b"]},"id":"5","metadata":{"title":"x"}}`,
		},
		{
			"nothing heeded",
			[]step{{legacy, 405, `{}`}, {order, 404, `{}`}, {"GET " + draft, 200, before}, {"PUT " + draft, 200, before}},
			zenodo.APIRDM, zenodo.ErrUnsupported,
			`{"files":{"default_preview":"a","enabled":true,"order":["c","a","b"]},"id":"5","metadata":{"title":"x"}}`,
		},
		{"forbidden", []step{{legacy, 405, `{}`}, {order, 403, `{}`}}, zenodo.APIRDM, zenodo.ErrForbidden, got},
	} {
		t.Run(tc.name, func(t *testing.T) {
			p := play(t, append([]step{{list, 200, files}}, tc.steps...)...)
			way, err := p.Depositions.Sort(t.Context(), &zenodo.Deposition{ID: "5"}, []string{"c", "a", "c"})
			if way != tc.way || !errors.Is(err, tc.want) {
				t.Errorf("got %s, %v; want %s, %v", way, err, tc.way, tc.want)
			}
			if sent := p.bodies[len(p.bodies)-1]; sent != tc.sent {
				t.Errorf("sent %s, want %s", sent, tc.sent)
			}
		})
	}
	_, err := play(t, step{list, 200, files}).Depositions.Sort(t.Context(), &zenodo.Deposition{ID: "5"}, []string{"d"})
	if !errors.Is(err, zenodo.ErrNotFound) {
		t.Errorf("got %v, want %v", err, zenodo.ErrNotFound)
	}
}
