package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/alecthomas/kong"
	"github.com/google/go-cmp/cmp"

	"github.com/zharvest/zharvest/zenodotest"
)

// documents are the README and the pages of docs, named as seen from root.
func documents(t *testing.T) []string {
	t.Helper()
	names := []string{"README.md"}
	err := filepath.WalkDir(filepath.Join(root, "docs"), func(path string, entry os.DirEntry, err error) error {
		if err == nil && filepath.Ext(path) == ".md" {
			name, _ := filepath.Rel(root, path)
			names = append(names, filepath.ToSlash(name))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return names
}

// block is a fenced block of a document, or a comment with an instruction for
// its test.
type block struct {
	line  int      // of the first line of its text, from 0
	kind  string   // the first word after the fence; "test" for a comment
	name  string   // what follows it
	lines []string // its text
}

var (
	fence       = regexp.MustCompile("^```(\\S*) *(.*)$")
	instruction = regexp.MustCompile(`^<!-- test: (.*) -->$`)
)

func blocksOf(lines []string) (blocks []block) {
	for i := 0; i < len(lines); i++ {
		if m := instruction.FindStringSubmatch(lines[i]); m != nil {
			blocks = append(blocks, block{i, "test", m[1], nil})
		}
		m := fence.FindStringSubmatch(lines[i])
		if m == nil {
			continue
		}
		b := block{line: i + 1, kind: m[1], name: m[2]}
		for i++; i < len(lines) && lines[i] != "```"; i++ {
			b.lines = append(b.lines, lines[i])
		}
		blocks = append(blocks, b)
	}
	return blocks
}

// TestDocuments does what documents say, in their order, by a shell, in a
// folder and against a server of their own. Blocks that begin with
//
//	```console        have commands behind "$ ". Each must succeed, unless
//	                  "$ echo $?" is next, which shows its exit code. Lines below
//	                  a command are what it prints; "…" there is any text, and
//	                  times, durations, sizes of an index and UUIDs are not
//	                  compared.
//	```csv list.csv   are files of that name, whatever they hold.
//	```sh             are not run, since they need another program or the
//	                  network; the command line of zharvest must take what they
//	                  say to it. So it must what `zharvest …` says in a text.
//	```text           are not looked at, nor are sql, yaml, go and so on.
//
// Comments prepare what a document needs without saying so:
//
//	<!-- test: run COMMAND -->            a command for the shell
//	<!-- test: env NAME=VALUE -->         a variable of the environment
//	<!-- test: server KEY=VALUE... -->    another server, as in scripts
//	<!-- test: retitle ID TITLE -->       edit a record
//	<!-- test: delete ID REASON -->       delete a record
//
// With -update, output that differs is written into the document.
func TestDocuments(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("documents are for a POSIX shell")
	}
	if testing.Short() {
		t.Skip("the commands are those of scripts, each in a process of its own")
	}
	for _, name := range documents(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			(&reader{T: t, name: name, dir: t.TempDir()}).read()
		})
	}
}

// reader follows a document.
type reader struct {
	*testing.T
	name  string
	lines []string
	dir   string
	env   []string
	*zenodotest.Server
}

func (r *reader) read() {
	r.lines = linesOf(r.T, r.name)
	r.begin(zenodotest.Config{})
	var changed []string
	copied := 0
	for _, b := range blocksOf(r.lines) {
		switch {
		case b.kind == "":
			r.Errorf("%s:%d: the block has no kind; write text, sh or console", r.name, b.line)
		case b.kind == "test":
			r.prepare(b)
		case b.name != "":
			r.write(b)
		case b.kind == "console":
			changed = append(changed, r.lines[copied:b.line]...)
			changed = append(changed, r.follow(b)...)
			copied = b.line + len(b.lines)
		}
	}
	changed = append(changed, r.lines[copied:]...)
	if *update && !slices.Equal(changed, r.lines) {
		if err := os.WriteFile(filepath.Join(root, filepath.FromSlash(r.name)), []byte(strings.Join(changed, "\n")), 0o644); err != nil {
			r.Fatal(err)
		}
	}
}

func (r *reader) begin(cfg zenodotest.Config) {
	r.Server = zenodotest.NewServer(r, cfg)
	r.setenv("ZENODO_API_URL=" + r.API())
}

func (r *reader) setenv(setting string) { r.env = append(r.env, setting) }

func (r *reader) prepare(b block) {
	what, rest, _ := strings.Cut(b.name, " ")
	id, value, _ := strings.Cut(rest, " ")
	var err error
	switch what {
	case "run":
		if out, code := r.shell(rest); code != 0 {
			err = errors.New(out)
		}
	case "env":
		r.setenv(rest)
	case "server":
		var cfg zenodotest.Config
		for setting := range strings.FieldsSeq(rest) {
			key, value, _ := strings.Cut(setting, "=")
			err = errors.Join(err, configure(&cfg, key, value, func(name string) string { return filepath.Join(r.dir, name) }))
		}
		r.begin(cfg)
	case "retitle":
		err = r.Edit(id, zenodotest.SetTitle(value))
	case "delete":
		err = r.Delete(id, zenodotest.Tombstone{Reason: value})
	default:
		err = errors.New("unknown instruction")
	}
	if err != nil {
		r.Fatalf("%s:%d: %s: %v", r.name, b.line+1, b.name, err)
	}
}

func (r *reader) write(b block) {
	path := filepath.Join(r.dir, filepath.FromSlash(b.name))
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		r.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(strings.Join(b.lines, "\n")+"\n"), 0o644); err != nil {
		r.Fatal(err)
	}
}

// follow runs the commands of a block and returns the block as it should be.
func (r *reader) follow(b block) (lines []string) {
	code := 0
	for i := 0; i < len(b.lines); {
		first := i
		command, ok := strings.CutPrefix(b.lines[i], "$ ")
		if !ok {
			r.Fatalf("%s:%d: %q stands where a command should", r.name, b.line+i+1, b.lines[i])
		}
		for i++; strings.HasSuffix(command, `\`) && i < len(b.lines); i++ {
			command += "\n" + b.lines[i]
		}
		lines = append(lines, b.lines[first:i]...)
		shown := i
		for i < len(b.lines) && !strings.HasPrefix(b.lines[i], "$ ") {
			i++
		}
		want := strings.Join(b.lines[shown:i], "\n")
		var got string
		if command == "echo $?" {
			got = fmt.Sprint(code)
		} else {
			got, code = r.shell(command)
			if code != 0 && (i == len(b.lines) || b.lines[i] != "$ echo $?") {
				r.Fatalf("%s:%d: %s: exit code %d:\n%s", r.name, b.line+first+1, command, code, got)
			}
		}
		if want != "" && !agree(got, want) {
			if !*update {
				r.Errorf("%s:%d: %s: the document shows (-), and the command prints (+):\n%s", r.name, b.line+first+1, command, cmp.Diff(strings.Split(want, "\n"), strings.Split(got, "\n")))
			}
			want = got
		}
		if want != "" {
			lines = append(lines, strings.Split(want, "\n")...)
		}
	}
	return lines
}

// shell runs a command and returns what it printed, with the address of Zenodo
// in place of the server's, and a home as people have it.
func (r *reader) shell(command string) (printed string, code int) {
	cmd := exec.CommandContext(r.Context(), "sh", "-c", command)
	cmd.Dir = r.dir
	cmd.Env = append([]string{"PATH=" + os.Getenv("PATH"), "HOME=" + r.dir, "TMPDIR=" + os.TempDir()}, r.env...)
	out, err := cmd.CombinedOutput()
	if status, ok := errors.AsType[*exec.ExitError](err); ok {
		code, err = status.ExitCode(), nil
	}
	if err != nil {
		r.Fatal(err)
	}
	shown := strings.NewReplacer(r.URL, "https://zenodo.org", r.dir, "/home/jane").Replace(string(out))
	return strings.TrimSuffix(shown, "\n"), code
}

// varying are the parts of an output that differ from run to run, or with
// what an index looks like inside.
var varying = regexp.MustCompile(`\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?Z?|\b\d+\.\d+ (s|ms)\b|"(seconds|bytes|schema)": ?[\d.]+|\b\d+ (ms|µs)\b|\b[\d.]+ kB, schema \d+|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}`)

// agree compares what was printed with what a document shows, in which "…" is
// any text.
func agree(got, want string) bool {
	pattern := regexp.QuoteMeta(varying.ReplaceAllLiteralString(want, "VARYING"))
	pattern = strings.ReplaceAll(pattern, "…", "(?s:.*)")
	return regexp.MustCompile("^" + pattern + "$").MatchString(varying.ReplaceAllLiteralString(got, "VARYING"))
}

func TestAgree(t *testing.T) {
	tests := []struct {
		got, want string
		agree     bool
	}{
		{"5 records", "5 records", true},
		{"5 records", "6 records", false},
		{"5 records", "5 recor", false},
		{"a\nb\nc", "a\n…\nc", true},
		{"a\nb\nc", "a\n…\nd", false},
		{"5 in 0.1 s at 2026-11-02T08:00:11Z", "5 in 12.5 s at 2025-01-01T00:00:00Z", true},
		{"5 in 0.1 s", "6 in 0.1 s", false},
	}
	for _, tt := range tests {
		if got := agree(tt.got, tt.want); got != tt.agree {
			t.Errorf("agree(%q, %q) = %t", tt.got, tt.want, got)
		}
	}
}

// TestDocumentedCommands parses what documents say to zharvest and does not run:
// whole commands in sh blocks, and parts of them in the text.
func TestDocumentedCommands(t *testing.T) {
	parser := newGrammar(t)
	for _, name := range documents(t) {
		lines := linesOf(t, name)
		for _, b := range blocksOf(lines) {
			for i := range b.lines {
				lines[b.line+i] = ""
			}
			if b.kind != "sh" {
				continue
			}
			for _, words := range commandsIn(strings.Join(b.lines, "\n")) {
				if _, err := parse(parser, words, new(int)); err != nil {
					t.Errorf("%s:%d: zharvest %s: %v", name, b.line, strings.Join(words, " "), err)
				}
			}
		}
		for i, line := range lines {
			for _, m := range span.FindAllStringSubmatch(line, -1) {
				kctx, err := kong.Trace(parser, words(m[1]))
				if err == nil {
					err = kctx.Error
				}
				if err != nil {
					t.Errorf("%s:%d: %s: %v", name, i+1, m[0], err)
				}
			}
		}
	}
}

// span is zharvest with arguments between backquotes in a text.
var span = regexp.MustCompile("`zharvest ([^`]+)`")

// linesOf are the lines of a file that is named as seen from root.
func linesOf(t *testing.T, name string) []string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(root, filepath.FromSlash(name)))
	if err != nil {
		t.Fatal(err)
	}
	return strings.Split(strings.ReplaceAll(string(text), "\r\n", "\n"), "\n") // as git for Windows has them
}

// The README is short, and has the two commands that need nothing but Go.
func TestReadme(t *testing.T) {
	text := strings.Join(linesOf(t, "README.md"), "\n")
	if n := len(strings.Fields(text)); n > 1000 {
		t.Errorf("README.md has %d words, more than 1000: move some to docs", n)
	}
	for _, command := range []string{"go run ./cmd/zharvest demo", "go test ./..."} {
		if !strings.Contains(text, "\n"+command+"\n") {
			t.Errorf("README.md lacks the command %s", command)
		}
	}
}

// TestDocumentedGo compiles the Go of documents, within a function that returns
// an error.
func TestDocumentedGo(t *testing.T) {
	packages := map[string]string{"context": "context", "fmt": "fmt"}
	for _, name := range []string{"harvest", "index", "mirror", "zenodo"} {
		packages[name] = "github.com/zharvest/zharvest/" + name
	}
	for _, name := range documents(t) {
		for _, b := range blocksOf(linesOf(t, name)) {
			if b.kind != "go" {
				continue
			}
			code := "func _(ctx context.Context) error {\n" + strings.Join(b.lines, "\n") + "\nreturn nil\n}\n"
			var imports strings.Builder
			for pkg, path := range packages {
				if regexp.MustCompile(`\b` + pkg + `\.`).MatchString(code) {
					fmt.Fprintf(&imports, "import %q\n", path)
				}
			}
			file := filepath.Join(t.TempDir(), "documented.go")
			if err := os.WriteFile(file, []byte("package documented\n"+imports.String()+code), 0o644); err != nil {
				t.Fatal(err)
			}
			cmd := exec.CommandContext(t.Context(), "go", "vet", file)
			cmd.Dir = root
			if out, err := cmd.CombinedOutput(); err != nil {
				t.Errorf("%s:%d: %v\n%s", name, b.line, err, out)
			}
		}
	}
}

var link = regexp.MustCompile(`\]\(([^)\s]+)\)`)

// TestLinks follows the links of documents to files and headings.
func TestLinks(t *testing.T) {
	for _, name := range append(documents(t), "ARCHITECTURE.md", "CONTRIBUTING.md", "SECURITY.md", "bench/README.md") {
		for _, m := range link.FindAllStringSubmatch(strings.Join(linesOf(t, name), "\n"), -1) {
			target, heading, _ := strings.Cut(m[1], "#")
			if strings.Contains(target, ":") {
				continue // on another server
			}
			file := name
			if target != "" {
				file = path.Join(path.Dir(name), target)
			}
			if _, err := os.Stat(filepath.Join(root, filepath.FromSlash(file))); err != nil {
				t.Errorf("%s: the link to %s: %v", name, m[1], err)
				continue
			}
			if heading != "" && !slices.Contains(headings(linesOf(t, file)), heading) {
				t.Errorf("%s: the link to %s: there is no such heading", name, m[1])
			}
		}
	}
}

var notInAnchors = regexp.MustCompile(`[^\p{L}\p{N} _-]`)

// headings are the anchors that GitHub makes of the headings of a document.
func headings(lines []string) (anchors []string) {
	for _, line := range lines {
		if text, ok := strings.CutPrefix(strings.TrimLeft(line, "#"), " "); ok && strings.HasPrefix(line, "#") {
			anchors = append(anchors, strings.ReplaceAll(notInAnchors.ReplaceAllString(strings.ToLower(text), ""), " ", "-"))
		}
	}
	return anchors
}
