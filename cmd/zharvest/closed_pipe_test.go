package main

import (
	"bytes"
	"fmt"
	"net"
	"os"
	"strings"
	"syscall"
	"testing"

	"github.com/zharvest/zharvest/cmd/zharvest/internal/term"
	"github.com/zharvest/zharvest/zenodotest"
)

// runClosed runs a command whose output nobody reads.
func runClosed(t *testing.T, line string) (code int, stderr string) {
	t.Helper()
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	if err := r.Close(); err != nil {
		t.Fatal(err)
	}
	var errs bytes.Buffer
	code = run(t.Context(), strings.Fields(line), strings.NewReader(""), w, &errs)
	if _, err := w.WriteString("x"); err == nil {
		t.Fatal("the pipe is not closed: this proves nothing")
	}
	return code, errs.String()
}

// A command ends silently and well where its reader has read enough, as after
// "| head -1". It used to end with exit code 1.
func TestClosedPipe(t *testing.T) {
	home(t)
	const token = "tokenOfPipes"
	srv := zenodotest.NewServer(t, zenodotest.Config{Token: token})
	t.Setenv("ZENODO_API_URL", srv.API())
	t.Setenv("ZENODO_TOKEN", token)
	if err := os.WriteFile("m.json", []byte(`{"title": "Title", "upload_type": "dataset", "description": "Text", "creators": [{"name": "Doe, J"}]}`), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile("a.txt", []byte("alpha\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	zharvest(t, "harvest", "-c", "fed-sky")
	doi, _, _ := strings.Cut(zharvest(t, "search"), " ")
	record := strings.TrimPrefix(doi, "10.5281/zenodo.")
	id, _, _ := strings.Cut(strings.TrimPrefix(zharvest(t, "deposit", "create", "--metadata", "m.json", "a.txt"), "id: "), "\n")
	for _, line := range []string{
		"--help", "--version", "search --help", "search", "search --json", "search --count", "search --count --json", "search --facets type", "search --facets type --json",
		"search --explain x", "search --online", "show RECORD", "show RECORD --json", "show RECORD --raw", "export", "export -f parquet", "export -f xlsx", "export -f sqlite",
		"report", "report -f markdown", "changes", "changes --json", "communities fed", "communities fed --json",
		"status", "status --json", "harvest -c fed-sky", "harvest -c fed-sky --json", "harvest --dry-run", "harvest --dry-run --json",
		"update", "update --json", "update --fill", "update --fill --json", "reindex", "reindex --json", "ping", "ping --json",
		"oai identify", "oai sets", "oai sets --json", "oai formats", "oai records", "oai get oai:zenodo.org:RECORD",
		"completion bash", "deposit check --metadata m.json", "deposit check --metadata m.json --json", "deposit list", "deposit list --json", "deposit show ID", "deposit show ID --json",
		"deposit files ID", "deposit files ID --json", "deposit file ID a.txt", "deposit create --metadata m.json", "deposit update ID --set title=Other",
		"deposit push --dry-run --metadata m.json a.txt", "deposit push --metadata m.json a.txt", "deposit upload ID m.json", "deposit download ID -o out", "deposit download ID -o out --json",
		"deposit rename ID m.json n.json", "deposit rm ID n.json", "deposit publish ID --yes", "deposit edit ID", "deposit discard ID --yes",
		"deposit newversion ID", "forget fed-sky --json",
	} {
		code, stderr := runClosed(t, strings.NewReplacer("ID", id, "RECORD", record).Replace(line))
		if code != exitOK || strings.Contains(stderr, "pipe") || strings.Contains(stderr, "hint:") {
			t.Errorf("%s: exit code %d, %q", line, code, stderr)
		}
	}
}

// What else fails is said, although nobody reads what is printed; and so is a
// pipe of the server's.
func TestClosedPipeHidesNothing(t *testing.T) {
	home(t)
	srv := zenodotest.NewServer(t, zenodotest.Config{})
	t.Setenv("ZENODO_API_URL", srv.API())
	for line, want := range map[string]int{"show 1": exitNotFound, "search": exitNotFound, "deposit list": exitNotAllowed, "export -f nosuch": exitUsage} {
		if code, stderr := runClosed(t, line); code != want || !strings.HasPrefix(stderr, "zharvest: ") {
			t.Errorf("%s: exit code %d, %q, want %d", line, code, stderr, want)
		}
	}

	stderr := new(bytes.Buffer)
	a := &app{stderr: term.New(stderr)}
	err := fmt.Errorf("PUT /api/files: %w", &net.OpError{Op: "write", Net: "tcp", Err: os.NewSyscallError("write", syscall.EPIPE)})
	if code := a.report(err); code != exitFailure || !strings.Contains(stderr.String(), "broken pipe") {
		t.Errorf("a connection that broke gives exit code %d, %q", code, stderr)
	}
}
