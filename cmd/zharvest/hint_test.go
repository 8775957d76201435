package main

import (
	"bytes"
	"database/sql"
	"fmt"
	"io/fs"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/zharvest/zharvest/zenodo"
	"github.com/zharvest/zharvest/zenodotest"
)

// A hint fits its error, also where the server was asked something before.
func TestHints(t *testing.T) {
	status := func(code int) error {
		return fmt.Errorf("upload: %w", &zenodo.Error{Method: "PUT", URL: "https://x/api", Status: code})
	}
	for name, tc := range map[string]struct {
		err  error
		want string
		code int
	}{
		"NUL in a name":       {&fs.PathError{Op: "open", Path: "a\x00b", Err: syscall.EINVAL}, "check the name", exitFailure},
		"long name":           {fmt.Errorf("create x: %w", syscall.ENAMETOOLONG), "check the name", exitFailure},
		"disk that fails":     {&os.LinkError{Op: "rename", Old: "a", New: "b", Err: syscall.EIO}, "check the file", exitFailure},
		"full disk":           {fmt.Errorf("write x: %w", syscall.ENOSPC), "free some space", exitFailure},
		"too large":           {status(http.StatusRequestEntityTooLarge), "the server takes nothing as large", exitFailure},
		"refused otherwise":   {status(http.StatusUnprocessableEntity), "check what was asked for", exitFailure},
		"slow request":        {status(http.StatusRequestTimeout), "try again", exitFailure},
		"server fails":        {status(http.StatusBadGateway), "try again", exitFailure},
		"firewall":            {&net.OpError{Op: "dial", Net: "tcp", Err: os.NewSyscallError("connect", syscall.EACCES)}, "try again", exitFailure},
		"connection refused":  {&net.OpError{Op: "dial", Net: "tcp", Err: os.NewSyscallError("connect", syscall.ECONNREFUSED)}, "try again", exitFailure},
		"no such file":        {&fs.PathError{Op: "open", Path: "a", Err: syscall.ENOENT}, "check the spelling of the file's name", exitNotFound},
		"file that is locked": {&fs.PathError{Op: "open", Path: "a", Err: syscall.EACCES}, "check the permissions", exitFailure},
	} {
		a := &app{client: new(zenodo.Client)}
		code, hint := a.classify(tc.err)
		if code != tc.code || !strings.HasPrefix(hint, tc.want) {
			t.Errorf("%s: exit code %d, hint %q, want %d, %q", name, code, hint, tc.code, tc.want)
		}
	}
}

// An index in which another program has changed the tables is no trouble of the
// server's.
func TestForeignTables(t *testing.T) {
	home(t)
	srv := zenodotest.NewServer(t, zenodotest.Config{})
	t.Setenv("ZENODO_API_URL", srv.API())
	file := filepath.Join(t.TempDir(), "zharvest.db")
	zharvest(t, "--db", file, "harvest", "-c", "fed-sky")
	db, err := sql.Open("sqlite", file)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.ExecContext(t.Context(), "DROP TABLE record"); err != nil {
		t.Fatal(err)
	}
	for _, command := range []string{"harvest -c fed-sky", "update", "status"} {
		var out, errs bytes.Buffer
		code := run(t.Context(), append([]string{"--db", file}, strings.Fields(command)...), strings.NewReader(""), &out, &errs)
		if got := errs.String(); code != exitFailure || !strings.Contains(got, "hint: the index is not as zharvest makes it") {
			t.Errorf("%s: exit code %d, %q", command, code, got)
		}
	}
}

// A name that no file can have comes from a server.
func TestDownloadNUL(t *testing.T) {
	s := newStandIn(t)
	s.override = func(w http.ResponseWriter, r *http.Request) bool {
		if !strings.HasSuffix(r.URL.Path, "/depositions/7/files") {
			return false
		}
		_, _ = w.Write([]byte(`[{"id": "1", "filename": "b\u0000.txt", "filesize": 5, "checksum": "md5:00", "links": {"download": "` + s.bucket + `/b.txt"}}]`))
		return true
	}
	var out, errs bytes.Buffer
	code := run(t.Context(), strings.Fields("deposit download 7 -o out"), strings.NewReader(""), &out, &errs)
	want := "zharvest: \"b\\x00.txt\" cannot be the name of a file here\nhint: name the others that you want\n"
	if got := errs.String(); code != exitFailure || got != want {
		t.Errorf("exit code %d, %q, want %q", code, got, want)
	}
}

// What is named once is not named again by the layer above: "sort the files of
// 7: sort the files of 7: ".
func TestSaidOnce(t *testing.T) {
	s := newStandIn(t)
	s.order = []string{"a.txt", "b.txt"}
	s.files = map[string]string{"a.txt": "alpha\n", "b.txt": "beta\n"}
	s.override = func(w http.ResponseWriter, r *http.Request) bool {
		switch {
		case r.Method == http.MethodPut && strings.Contains(r.URL.Path, "/depositions/7/files"):
			http.Error(w, `{"status": 405, "message": "Method not allowed."}`, http.StatusMethodNotAllowed)
		case r.URL.Path == "/api/records/7/draft":
			_, _ = w.Write([]byte(`{"files": {"enabled": true, "order": []}}`))
		case r.Method == http.MethodGet && strings.HasSuffix(r.URL.Path, "/depositions/7/files"):
			list := s.list()
			for _, f := range list {
				f.(map[string]any)["checksum"] = "md5:00"
				f.(map[string]any)["links"] = map[string]any{"download": s.bucket + "/" + f.(map[string]any)["filename"].(string)}
			}
			s.answer(w, list)
		default:
			return false
		}
		return true
	}
	for line, want := range map[string]string{
		"deposit sort 7 b.txt a.txt":                "zharvest: sort the files of 7: not supported by the server: it keeps its order\nhint: the files stay in the order that the server gives them\n",
		"deposit register 7":                        "zharvest: register the concept DOI of deposition 7: not supported by the server\nhint: nothing is left to do on Zenodo: it registers the DOI of all versions by itself\n",
		"deposit download 7 b.txt":                  "zharvest: download b.txt: checksum differs: f0cf2a92516045024a0c99147b28f05b, not 00\nhint: run the command again: the file is transferred anew\n",
		"deposit rename 7 b.txt c.txt --file a.txt": "zharvest: rename b.txt: checksum differs: the local file has 6 bytes, not 5\nhint: name with --file what was sent as b.txt, or leave it out: then that is fetched and sent again\n",
	} {
		code, _, got := s.zharvest(t.Context(), strings.Fields(line)...)
		if code != exitFailure || got != want {
			t.Errorf("%s: exit code %d, %q, want %q", line, code, got, want)
		}
	}
}

// A query on which the server fails is not asked for minutes.
func TestQueryFails(t *testing.T) {
	home(t)
	words := strings.Repeat("word ", 60)
	for _, command := range []string{"search --online", "harvest"} {
		srv := zenodotest.NewServer(t, zenodotest.Config{Fault: func(r *http.Request, _ int) zenodotest.Fault {
			if len(strings.Fields(r.FormValue("q"))) < 60 {
				return zenodotest.Fault{}
			}
			return zenodotest.Fault{Kind: zenodotest.Fault500}
		}})
		args := append([]string{"--api", srv.API(), "--db", filepath.Join(t.TempDir(), "zharvest.db")}, strings.Fields(command)...)
		var stdout, stderr bytes.Buffer
		code := run(t.Context(), append(args, words), nil, &stdout, &stderr)
		if code != exitRefused || !strings.Contains(stderr.String(), "it answers searches without this query\nhint: quote DOIs") || srv.RequestCount() != 3 {
			t.Errorf("%s: exit code %d after %d requests: %s%s", command, code, srv.RequestCount(), stdout.String(), stderr.String())
		}
	}
}
