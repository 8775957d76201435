package main

import (
	"bytes"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/zharvest/zharvest/zenodotest"
)

// A file that changes after a push has planned with it is not sent, and the
// command says what to do; run again it sends the file as it is then.
func TestPushOfChangedFile(t *testing.T) {
	var path, content string
	_, args := preparePush(t, zenodotest.Config{OnRequest: func(_ int, r *http.Request) {
		if r.Method != http.MethodPost || !strings.HasSuffix(r.URL.Path, "/depositions") {
			return
		}
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Error(err)
		}
	}})
	home(t)
	t.Setenv("ZENODO_TOKEN", "s3cr3t")
	path = filepath.Join(args[len(args)-2], "a.txt")
	before, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	content = strings.ToUpper(string(before))
	if content == string(before) {
		t.Fatal("the file does not change")
	}
	push := func() (code int, stdout, stderr string) {
		var out, errs bytes.Buffer
		code = run(t.Context(), args, strings.NewReader(""), &out, &errs)
		return code, out.String(), errs.String()
	}
	code, stdout, stderr := push()
	want := "zharvest: upload: a.txt: it changed since it was first read\nhint: run the command again: it reads the file as it is now\n"
	if code != exitFailure || stdout != "" || !strings.HasSuffix(stderr, want) {
		t.Errorf("exit code %d, %q, %q; want %q", code, stdout, stderr, want)
	}
	code, stdout, stderr = push()
	if code != exitOK || !strings.Contains(stdout, "state: done\n") || !strings.Contains(stderr, "a.txt: sent\n") {
		t.Errorf("again: exit code %d, %q, %q", code, stdout, stderr)
	}
}
