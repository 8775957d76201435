//go:build linux || darwin

package main

import (
	"bufio"
	"cmp"
	"context"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/zharvest/zharvest/zenodotest"
)

// TestDatasette has datasette show every table and view of an index, and of a
// part of it, in a folder in which nobody may write: that of the Python that
// $PYTHON names, python3 by default.
func TestDatasette(t *testing.T) {
	python, err := exec.LookPath(cmp.Or(os.Getenv("PYTHON"), "python3"))
	if err != nil {
		t.Skip("Python is not installed: ", err)
	}
	if err := exec.CommandContext(t.Context(), python, "-c", "import datasette").Run(); err != nil {
		t.Skipf("datasette is not installed for %s: %v", python, err)
	}
	home(t)
	srv := zenodotest.NewServer(t, zenodotest.Config{})
	t.Setenv("ZENODO_API_URL", srv.API())
	dir := t.TempDir()
	db, part := filepath.Join(dir, "zharvest.db"), filepath.Join(dir, "part.db")
	zharvest(t, "--db", db, "harvest", "-c", "egi-ace")
	zharvest(t, "--db", db, "harvest", "communities")
	if err := srv.Edit(listed(t, db)[0], zenodotest.SetTitle("Edited")); err != nil {
		t.Fatal(err)
	}
	zharvest(t, "--db", db, "update")
	zharvest(t, "--db", db, "export", "-o", part)
	readOnly(t, dir)
	before := entries(t, dir)

	get := datasette(t, python, "--immutable", db, part)
	for _, name := range []string{"zharvest", "part"} {
		var found struct{ Tables, Views []struct{ Name string } }
		if err := json.Unmarshal([]byte(get("/"+name+".json")), &found); err != nil {
			t.Fatal(err)
		}
		if len(found.Tables) < 15 || len(found.Tables)+len(found.Views) < 20 {
			t.Errorf("%s has the tables %v and the views %v", name, found.Tables, found.Views)
		}
		for _, page := range slices.Concat(found.Tables, found.Views) {
			get("/" + name + "/" + url.PathEscape(page.Name))
		}
		if list := get("/" + name + "/records"); !strings.Contains(list, "Edited") {
			t.Errorf("%s shows the records without the one that was edited:\n%.3000s", name, list)
		}
	}
	if after := entries(t, dir); !slices.Equal(before, after) {
		t.Errorf("in the folder were %q, and are %q", before, after)
	}
}

// readOnly takes away the right to write in a folder and its files, until the
// end of the test.
func readOnly(t *testing.T, dir string) {
	t.Helper()
	for _, name := range entries(t, dir) {
		if err := os.Chmod(filepath.Join(dir, name), 0o444); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Chmod(dir, 0o555); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.Chmod(dir, 0o755) })
}

// entries are the names of the files in a folder.
func entries(t *testing.T, dir string) []string {
	t.Helper()
	files, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, e := range files {
		all = append(all, e.Name())
	}
	return all
}

// datasette serves databases until the end of the test, and returns what gets a
// page of it; any other status than 200 fails the test.
func datasette(t *testing.T, python string, args ...string) (get func(path string) string) {
	t.Helper()
	folder, err := os.MkdirTemp("", "zharvest") // names of sockets are short
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(folder) })
	socket := filepath.Join(folder, "socket")
	cmd := exec.CommandContext(t.Context(), python, append([]string{"-m", "datasette", "serve", "--uds", socket}, args...)...)
	stderr, err := cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	})
	var log strings.Builder
	lines := bufio.NewScanner(stderr)
	for !strings.Contains(log.String(), "running on") {
		if !lines.Scan() {
			t.Fatalf("datasette does not serve: %s", log.String())
		}
		log.WriteString(lines.Text() + "\n")
	}
	go func() { _, _ = io.Copy(io.Discard, stderr) }()
	client := &http.Client{Transport: &http.Transport{DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, "unix", socket)
	}}}
	return func(path string) string {
		t.Helper()
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://datasette"+path, http.NoBody)
		if err != nil {
			t.Fatal(err)
		}
		resp, err := client.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		page, err := io.ReadAll(resp.Body)
		if err != nil {
			t.Fatal(err)
		}
		if resp.StatusCode != http.StatusOK {
			t.Errorf("%s: %s\n%.1000s", path, resp.Status, page)
		}
		return string(page)
	}
}
