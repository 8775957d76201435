package layout_test

import (
	"fmt"
	"path"
	"slices"
	"strings"
	"testing"
)

// TestCheck breaks each rule once.
func TestCheck(t *testing.T) {
	tests := []struct {
		file, imported string
		want           string // part of the complaint; "" where there is none
	}{
		{"zenodo/client.go", module + "/querystring", ""},
		{"zenodo/client.go", "github.com/PuerkitoBio/rehttp", ""},
		{"zenodo/client.go", "net/http/httptrace", ""},
		{"index/db.go", module + "/index/internal/engine", ""},
		{"index/internal/engine/eval.go", module + "/index/internal/segment", ""},
		{"cmd/zharvest/main.go", module + "/index", ""},
		{"cmd/zharvest/main_test.go", module + "/cmd/zharvest", ""},
		{"harvest/run_test.go", module + "/index", ""},
		{"export/csv_test.go", "database/sql", ""},
		{"index/db.go", "strings", ""},

		{"oaipmh/doc.go", module + "/zenodo", "may import only internal/xmltext of our packages"},
		{"export/csv.go", module + "/index", "may import only store, zenodo, internal/atomicfile, internal/htmltext, internal/vocab of our packages"},
		{"harvest/sink.go", module + "/index", "may import only store, zenodo, querystring, harvest/internal/... of our"},
		{"zenodotest/internal/synth/text.go", module + "/zenodotest", "zenodotest/internal/synth imports zenodotest"},
		{"zenodo/client.go", module + "/cmd/zharvest", "nothing imports cmd"},
		{"zenodo/client_test.go", module + "/cmd/zharvest", "nothing imports cmd"},
		{"index/internal/segment/merge.go", "database/sql", "database/sql is for index alone"},
		{"index/internal/engine/eval.go", "modernc.org/sqlite", "modernc.org/sqlite is for index alone"},
		{"index/internal/engine/eval.go", module + "/index", "index/internal/engine imports index"},
		{"index/internal/segment/merge.go", module + "/index/internal/engine", "may import none of our packages"},
		{"export/csv.go", "modernc.org/sqlite/lib", "modernc.org/sqlite/lib is for index alone"},
		{"harvest/plan.go", "github.com/PuerkitoBio/rehttp", "is for zenodo alone"},
		{"export/export.go", "github.com/alecthomas/kong", "is for cmd/... alone"},
		{"index/db.go", "net/http", "net/http is for zenodo, oaipmh, opensearch, zenodotest, zenodotest/internal/deposits, zenodotest/internal/files, zenodotest/internal/wire, cmd/... alone"},
		{"utils/strings.go", "strings", "utils is in no row"},
		{"doc.go", "strings", "the module's root is in no row"},
	}
	for _, tt := range tests {
		got := check(tt.file, tt.imported)
		if (got == "") != (tt.want == "") || !strings.Contains(got, tt.want) {
			t.Errorf("check(%q, %q) = %q, want %q", tt.file, tt.imported, got, tt.want)
		}
	}
}

// check returns what is wrong with a file importing a package, and what to do
// about it, or "" if nothing is. Tests may import what they like except cmd.
func check(file, imported string) string {
	pkg := path.Dir(file)
	own, isOurs := strings.CutPrefix(imported, module+"/")
	if isOurs && matches("cmd/...", own) && !matches("cmd/...", pkg) {
		return fmt.Sprintf("%s: %s imports %s, but nothing imports cmd: move what is wanted there to a library package", file, pkg, own)
	}
	if strings.HasSuffix(file, "_test.go") {
		return ""
	}
	allowed, known := lookUp(rooms, pkg)
	if !known {
		name := strings.Replace(pkg, ".", "the module's root", 1)
		return fmt.Sprintf("%s: %s is in no row of the table rooms: add it there with what it may import, and to ARCHITECTURE.md", file, name)
	}
	if isOurs && !matchesAny(allowed, own) {
		return fmt.Sprintf("%s: %s imports %s, but may import %s of our packages: take what is needed as an argument or through an interface of its own, "+
			"or, where the architecture is to change, change the table rooms and ARCHITECTURE.md", file, pkg, own, oneOf(allowed))
	}
	owners, isReserved := lookUp(reserved, imported)
	if isReserved && !matchesAny(owners, pkg) {
		return fmt.Sprintf("%s: %s is for %s alone: have it do the work, or add %s to the row in the table reserved and say why in ARCHITECTURE.md",
			file, imported, strings.Join(owners, ", "), pkg)
	}
	return ""
}

// lookUp finds the row for a path; rows do not overlap.
func lookUp(table map[string][]string, name string) ([]string, bool) {
	for pattern, row := range table {
		if matches(pattern, name) {
			return row, true
		}
	}
	return nil, false
}

func matchesAny(patterns []string, name string) bool {
	return slices.ContainsFunc(patterns, func(pattern string) bool { return matches(pattern, name) })
}

// matches reports whether a path is meant by a pattern, which ends in "..." as
// those of the go command do.
func matches(pattern, name string) bool {
	root, isTree := strings.CutSuffix(pattern, "...")
	if !isTree {
		return name == pattern
	}
	return strings.HasPrefix(name+"/", root)
}

func oneOf(allowed []string) string {
	if len(allowed) == 0 {
		return "none"
	}
	return "only " + strings.Join(allowed, ", ")
}
