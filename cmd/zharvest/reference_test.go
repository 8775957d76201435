package main

import (
	"bytes"
	"database/sql"
	"fmt"
	"iter"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/alecthomas/kong"
	"github.com/google/go-cmp/cmp"

	"github.com/zharvest/zharvest/cmd/zharvest/internal/term"
	"github.com/zharvest/zharvest/export"
	"github.com/zharvest/zharvest/index"
	"github.com/zharvest/zharvest/querystring"
)

// root is the folder of the module.
var root = func() string {
	dir, err := filepath.Abs(filepath.Join("..", ".."))
	if err != nil {
		panic(err)
	}
	return dir
}()

// newGrammar is the command line in a home of its own.
func newGrammar(t *testing.T) *kong.Kong {
	t.Helper()
	home(t)
	parser, err := newParser(&app{stdout: term.New(&bytes.Buffer{}), stderr: term.New(&bytes.Buffer{})}, func(int) {})
	if err != nil {
		t.Fatal(err)
	}
	return parser
}

// TestReference writes docs/reference/commands.md from the command line with
// -update, and otherwise compares them.
func TestReference(t *testing.T) {
	name := "docs/reference/commands.md"
	want := reference(newGrammar(t).Model)
	if *update {
		if err := os.WriteFile(filepath.Join(root, filepath.FromSlash(name)), []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if diff := cmp.Diff(strings.Split(want, "\n"), linesOf(t, name)); diff != "" {
		t.Errorf("%s differs from the command line (-); write it with go test ./cmd/zharvest -run TestReference -update:\n%s", name, diff)
	}
}

// reference writes all commands with their flags as Markdown.
func reference(model *kong.Application) string {
	var b strings.Builder
	b.WriteString("# Commands and flags\n\n<!-- Generated from the command line by: go test ./cmd/zharvest -run TestReference -update -->\n\n" +
		"`zharvest <command> --help` prints the same.\n\n| command | |\n| --- | --- |\n")
	for _, n := range model.Leaves(true) {
		fmt.Fprintf(&b, "| [`%s`](#%s) | %s |\n", n.FullPath(), strings.ReplaceAll(n.FullPath(), " ", "-"), inMarkdown(n.Help))
	}
	b.WriteString("\n## Flags of all commands\n\n")
	writeFlags(&b, model.Flags)
	group := ""
	for _, n := range model.Leaves(true) {
		if title := strings.TrimSuffix(n.ClosestGroup().Title, ":"); title != group {
			group = title
			fmt.Fprintf(&b, "## %s\n\n", group)
		}
		fmt.Fprintf(&b, "### %s\n\n%s\n\n```text\nzharvest %s\n```\n\n", n.FullPath(), inMarkdown(n.Help), n.Summary())
		b.WriteString(explained(details(n)))
		if len(n.Positional) > 0 {
			b.WriteString("| argument | |\n| --- | --- |\n")
			for _, p := range n.Positional {
				fmt.Fprintf(&b, "| `%s` | %s |\n", p.Summary(), inMarkdown(kong.DefaultHelpValueFormatter(p)))
			}
			b.WriteString("\n")
		}
		writeFlags(&b, n.Flags)
	}
	return strings.TrimRight(b.String(), "\n") + "\n"
}

// details are what the help of a command says below its summary, which that of
// its parent may say for it.
func details(n *kong.Node) string {
	if n.Detail == "" && n.Parent != nil && n.Parent.DefaultCmd == n {
		return n.Parent.Detail
	}
	return n.Detail
}

func writeFlags(b *strings.Builder, flags []*kong.Flag) {
	header := "| flag | |\n| --- | --- |\n"
	for _, f := range flags {
		if f.Hidden {
			continue
		}
		name := "--" + f.Name
		if f.Short != 0 {
			name = fmt.Sprintf("-%c, %s", f.Short, name)
		}
		if !f.IsBool() && !f.IsCounter() {
			name += "=" + f.FormatPlaceHolder()
		}
		fmt.Fprintf(b, "%s| `%s` | %s |\n", header, strings.ReplaceAll(name, "|", `\|`), inMarkdown(kong.DefaultHelpValueFormatter(f.Value)))
		header = ""
	}
	if header == "" {
		b.WriteString("\n")
	}
}

// explained writes what a command says of itself: paragraphs, and lines that are
// indented for examples.
func explained(text string) string {
	var b strings.Builder
	for paragraph := range strings.SplitSeq(text, "\n\n") {
		prose, examples := split(paragraph)
		if prose != "" {
			b.WriteString(inMarkdown(prose) + "\n\n")
		}
		if len(examples) > 0 {
			b.WriteString("```sh\n" + strings.Join(examples, "\n") + "\n```\n\n")
		}
	}
	return b.String()
}

// split divides a paragraph into its text and its examples.
func split(paragraph string) (prose string, examples []string) {
	for line := range strings.Lines(paragraph) {
		line = strings.TrimRight(line, "\n")
		if example, ok := strings.CutPrefix(line, "  "); ok {
			examples = append(examples, example)
			continue
		}
		line, example, ok := strings.Cut(line, "Example: ")
		if ok {
			examples = append(examples, example)
		}
		prose = strings.TrimSpace(prose + " " + strings.TrimPrefix(line, "Examples:"))
	}
	return prose, examples
}

var (
	literal  = regexp.MustCompile(`"(zharvest [^"]*)"|(\$[A-Z_]+|--[a-z][a-z-]*(?:=[A-Z]+)?)`)
	markedUp = strings.NewReplacer("|", `\|`, "<", `\<`, "*", `\*`)
)

// inMarkdown marks flags and variables as code and keeps the rest as it is.
func inMarkdown(text string) string {
	return literal.ReplaceAllString(markedUp.Replace(strings.TrimSpace(text)), "`$1$2`")
}

// TestReferenceIsWhole looks for names in the pages of the reference that are
// written by hand.
func TestReferenceIsWhole(t *testing.T) {
	has := func(page string, names iter.Seq[string]) {
		text := strings.Join(linesOf(t, "docs/reference/"+page), "\n")
		for name := range names {
			if !strings.Contains(text, "`"+name+"`") {
				t.Errorf("%s does not name %s", page, name)
			}
		}
	}
	has("query-language.md", func(yield func(string) bool) {
		for name := range querystring.Fields() {
			if !yield(name) {
				return
			}
		}
	})
	has("fields.md", func(yield func(string) bool) {
		for _, f := range export.Fields() {
			if !yield(f.Name) {
				return
			}
		}
	})
	has("tables.md", slices.Values(tables(t)))
}

// tables are those of an index, and its views.
func tables(t *testing.T) (names []string) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "zharvest.db")
	db, err := index.Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	raw, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	defer raw.Close()
	rows, err := raw.QueryContext(t.Context(), "SELECT name FROM sqlite_master WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite_%'")
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			t.Fatal(err)
		}
		names = append(names, name)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return names
}

// TestHelp checks what the help of each command must have: sentences, an example
// that the command takes, and lines that a terminal has room for.
func TestHelp(t *testing.T) {
	parser := newGrammar(t)
	sentence := func(what, text string) {
		if !strings.HasSuffix(text, ".") {
			t.Errorf("%s: the help %q is no sentence", what, text)
		}
	}
	for _, f := range parser.Model.Flags {
		sentence("--"+f.Name, f.Help)
	}
	for _, n := range parser.Model.Leaves(true) {
		sentence(n.FullPath(), n.Help)
		for _, f := range n.Flags {
			sentence(n.FullPath()+" --"+f.Name, f.Help)
		}
		for _, p := range n.Positional {
			sentence(n.FullPath()+" "+p.Name, p.Help)
		}
		shown := false
		for _, words := range commandsIn(details(n)) {
			kctx, err := parse(parser, words, new(int))
			if err != nil {
				t.Errorf("%s: the example zharvest %s: %v", n.FullPath(), strings.Join(words, " "), err)
				continue
			}
			shown = shown || kctx.Selected() == n
		}
		if !shown {
			t.Errorf("%s: its help has no example of it", n.FullPath())
		}
		_, help, _ := attempt(t, append(strings.Fields(n.Path()), "--help")...)
		for line := range strings.Lines(help) {
			if columns := utf8.RuneCountInString(strings.TrimRight(line, "\n")); columns > 100 {
				t.Errorf("%s: a line of its help has %d columns: %s", n.FullPath(), columns, line)
			}
		}
	}
}

// A command without its subcommand has the help of the one that it stands for,
// and everything is listed without any.
func TestHelpOfGroups(t *testing.T) {
	home(t)
	_, harvest, _ := attempt(t, "harvest", "--help")
	_, records, _ := attempt(t, "harvest", "records", "--help")
	if harvest != records {
		t.Errorf("zharvest harvest --help: got (+), want the help of harvest records (-):\n%s", cmp.Diff(records, harvest))
	}
	_, all, _ := attempt(t, "--help")
	for _, n := range newGrammar(t).Model.Leaves(true) {
		if !strings.Contains(all, "\n  "+n.Path()+" ") {
			t.Errorf("zharvest --help does not list %s", n.Path())
		}
	}
}
