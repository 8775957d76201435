package layout_test

import (
	"go/parser"
	"go/token"
	"io/fs"
	"iter"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// goFiles yields the Go files of the module at root, as paths below it,
// without those of modules within it.
func goFiles(t *testing.T, root string) iter.Seq[string] {
	t.Helper()
	return func(yield func(string) bool) {
		err := fs.WalkDir(os.DirFS(root), ".", func(name string, entry fs.DirEntry, err error) error {
			switch {
			case err != nil:
				return err
			case entry.IsDir() && isForeign(root, name):
				return fs.SkipDir
			case path.Ext(name) == ".go" && !yield(name):
				return fs.SkipAll
			}
			return nil
		})
		if err != nil {
			t.Fatal("read the tree:", err)
		}
	}
}

// isForeign reports whether the go command takes no package of the module from
// a folder.
func isForeign(root, name string) bool {
	if name == "." {
		return false
	}
	base := path.Base(name)
	if strings.HasPrefix(base, ".") || strings.HasPrefix(base, "_") || base == "testdata" {
		return true
	}
	_, err := os.Stat(filepath.Join(root, name, "go.mod"))
	return err == nil
}

// imports returns the paths that a file imports.
func imports(t *testing.T, file string) []string {
	t.Helper()
	parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.ImportsOnly)
	if err != nil {
		t.Fatal("read imports:", err)
	}
	paths := map[string]bool{}
	for _, spec := range parsed.Imports {
		name, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			t.Fatalf("%s: import %s: %v", file, spec.Path.Value, err)
		}
		paths[name] = true
	}
	return slices.Sorted(maps.Keys(paths))
}
