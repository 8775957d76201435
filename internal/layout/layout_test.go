package layout_test

import (
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// module is what imports of our own packages begin with.
const module = "github.com/zharvest/zharvest"

// rooms names, for each of our packages, those of our packages that it may
// import. Paths are below the module; "x/..." is x and all that is below it.
// A package that is in no row is an error, so that a new one is thought about.
var rooms = map[string][]string{
	"querystring":                  {"internal/spelling", "internal/vocab"},
	"oaipmh":                       {"internal/xmltext"},
	"zenodo":                       {"querystring", "internal/atomicfile", "internal/htmltext", "internal/vocab", "internal/xmltext"},
	"store":                        {"zenodo"},
	"mirror":                       {"harvest", "index", "store", "zenodo"},
	"harvest":                      {"store", "zenodo", "querystring", "harvest/internal/..."},
	"harvest/internal/run":         {"store", "zenodo", "querystring"},
	"harvest/internal/rest":        {"store", "zenodo", "harvest/internal/run"},
	"harvest/internal/oai":         {"store", "zenodo", "oaipmh", "harvest/internal/run"},
	"harvest/internal/dump":        {"store", "zenodo", "harvest/internal/run"},
	"index":                        {"store", "zenodo", "querystring", "internal/htmltext", "internal/vocab", "index/internal/..."},
	"index/internal/engine":        {"zenodo", "querystring", "internal/searchfields", "index/internal/analysis", "index/internal/pattern", "index/internal/segment"},
	"index/internal/analysis":      {},
	"index/internal/pattern":       {},
	"index/internal/segment":       {},
	"export":                       {"store", "zenodo", "internal/atomicfile", "internal/htmltext", "internal/vocab"},
	"deposit":                      {"zenodo", "internal/atomicfile", "internal/htmltext", "internal/spelling", "internal/vocab"},
	"report":                       {"zenodo", "internal/htmltext"},
	"opensearch":                   {"zenodo", "querystring", "internal/searchfields"},
	"zenodotest":                   {"zenodo", "zenodotest/internal/..."},
	"zenodotest/internal/deposits": {"internal/vocab", "zenodotest/internal/catalog", "zenodotest/internal/filenames", "zenodotest/internal/files", "zenodotest/internal/forms", "zenodotest/internal/rawjson", "zenodotest/internal/schema", "zenodotest/internal/vocabularies", "zenodotest/internal/wire"},
	"zenodotest/internal/files":    {"zenodotest/internal/catalog", "zenodotest/internal/filenames", "zenodotest/internal/wire"},
	"zenodotest/internal/filler":   {"zenodotest/internal/synth"},
	"zenodotest/internal/schema":   {"zenodotest/internal/vocabularies", "zenodotest/internal/wire"},
	"zenodotest/internal/wire":     {"zenodotest/internal/catalog", "zenodotest/internal/filenames", "zenodotest/internal/rawjson"},
	"zenodotest/internal/...":      {"zenodo", "querystring", "internal/naive", "internal/vocab", "internal/xmltext", "zenodotest/internal/..."},
	"cmd/...":                      {"..."},
	"bench":                        {"store", "zenodo", "harvest", "index", "export"},
	"internal/atomicfile":          {},
	"internal/htmltext":            {},
	"internal/layout":              {},
	"internal/searchfields":        {"zenodo", "internal/vocab"},
	"internal/naive":               {"querystring", "zenodo", "internal/vocab"},
	"internal/spelling":            {},
	"internal/vocab":               {},
	"internal/xmltext":             {},
}

// TestArchitecture compares rooms with the table of packages in ARCHITECTURE.md.
func TestArchitecture(t *testing.T) {
	text, err := os.ReadFile(filepath.Join("..", "..", "ARCHITECTURE.md"))
	if err != nil {
		t.Fatal(err)
	}
	name := regexp.MustCompile("`([a-z/.]+)`")
	documented := map[string][]string{}
	for line := range strings.Lines(string(text)) {
		cells := strings.Split(strings.TrimSpace(line), " | ")
		pkg := name.FindStringSubmatch(cells[0])
		if len(cells) != 3 || pkg == nil {
			continue
		}
		allowed := []string{}
		for _, m := range name.FindAllStringSubmatch(cells[2], -1) {
			allowed = append(allowed, m[1])
		}
		documented[pkg[1]] = allowed
	}
	for pkg, allowed := range rooms {
		if pkg == "cmd/..." {
			continue // which may import everything
		}
		got, ok := documented[pkg]
		slices.Sort(got)
		if want := slices.Sorted(slices.Values(allowed)); !ok || !slices.Equal(got, want) {
			t.Errorf("ARCHITECTURE.md: the row of %s says that it may import %q; want %q", pkg, got, want)
		}
	}
	for pkg := range documented {
		if _, ok := rooms[pkg]; !ok && pkg != "cmd/zharvest" {
			t.Errorf("ARCHITECTURE.md has a row for %s, the table rooms has none", pkg)
		}
	}
}

// reserved names what belongs to one technology, with the packages of ours
// that may import it: whoever else wants it goes through them.
var reserved = map[string][]string{
	"database/sql/...":                  {"index"},
	"modernc.org/sqlite/...":            {"index"},
	"net/http/...":                      {"zenodo", "oaipmh", "opensearch", "zenodotest", "zenodotest/internal/deposits", "zenodotest/internal/files", "zenodotest/internal/wire", "cmd/..."},
	"github.com/PuerkitoBio/rehttp":     {"zenodo"},
	"github.com/alecthomas/kong/...":    {"cmd/..."},
	"go.yaml.in/yaml/...":               {"deposit"},
	"github.com/parquet-go/...":         {"export"},
	"github.com/xuri/excelize/...":      {"export"},
	"github.com/jedib0t/go-pretty/...":  {"cmd/..."},
	"github.com/vbauerster/mpb/...":     {"cmd/..."},
	"github.com/opensearch-project/...": {"opensearch"},
}

// TestImports reads the imports of every Go file of the module. It walks the
// tree instead of asking go list for two reasons: files for other systems and
// build tags count too, and go test sees what is read here, so that it does
// not answer from its cache when another package has changed.
func TestImports(t *testing.T) {
	self := false
	for file := range goFiles(t, filepath.Join("..", "..")) {
		self = self || file == "internal/layout/layout_test.go"
		for _, imported := range imports(t, filepath.Join("..", "..", file)) {
			if complaint := check(file, imported); complaint != "" {
				t.Error(complaint)
			}
		}
	}
	if !self {
		t.Error("internal/layout/layout_test.go was not found: is the module's root no longer two folders up?")
	}
}

// TestEmulatorIsSmall follows the imports of zenodotest through our packages:
// whoever tests with it links no database, and what it answers does not come
// from the index.
func TestEmulatorIsSmall(t *testing.T) {
	root := filepath.Join("..", "..")
	imported := map[string][]string{} // by package, without tests
	for file := range goFiles(t, root) {
		if pkg := path.Dir(file); !strings.HasSuffix(file, "_test.go") {
			imported[pkg] = append(imported[pkg], imports(t, filepath.Join(root, file))...)
		}
	}
	if chainTo("modernc.org/sqlite", imported, "cmd/zharvest") == nil {
		t.Fatal("not even zharvest links modernc.org/sqlite")
	}
	for _, unwanted := range []string{"index", "database/sql", "modernc.org/sqlite"} {
		if chain := chainTo(unwanted, imported, "zenodotest"); chain != nil {
			t.Errorf("zenodotest links %s: %s", unwanted, strings.Join(chain, " imports "))
		}
	}
}

// chainTo is the shortest way from a package to an import, nil where there is
// none.
func chainTo(wanted string, imported map[string][]string, from string) []string {
	seen := map[string]bool{from: true}
	for chains := [][]string{{from}}; len(chains) > 0; chains = chains[1:] {
		chain := chains[0]
		for _, name := range imported[chain[len(chain)-1]] {
			name = strings.TrimPrefix(name, module+"/")
			longer := append(slices.Clone(chain), name)
			switch {
			case matches(wanted+"/...", name):
				return longer
			case !seen[name]:
				seen[name] = true
				chains = append(chains, longer)
			}
		}
	}
	return nil
}
