package main

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"

	"github.com/zharvest/zharvest/export"
	"github.com/zharvest/zharvest/index"
	"github.com/zharvest/zharvest/internal/atomicfile"
)

// database is the format of a database that is asked for, empty for none.
func (c *exportCmd) database() string {
	if c.Template != "" {
		return ""
	}
	name, err := c.Format, error(nil)
	if name == "" {
		name, err = export.FormatOf(c.Output)
	}
	if err != nil || !slices.Contains(export.Databases(), name) {
		return ""
	}
	return name
}

// exportDatabase writes plain tables, or a part of the index as an index of its
// own. SQLite wants a file to work in: it is made in a folder aside, and copied
// when it is done.
func (c *exportCmd) exportDatabase(ctx context.Context, a *app, format string) error {
	if c.Fields != "" || c.Raw || c.BOM || c.RawCells {
		return usageError("a database has all that is known of its records", "leave out --fields, --raw, --raw-cells and --bom")
	}
	if err := a.notToTerminal(c.Output); err != nil {
		return err
	}
	limitMemory()
	return c.export(ctx, a, nil, func(db *index.DB, q index.Query, n *int, w io.Writer) (err error) {
		dir, remove, err := atomicfile.TempFolder(c.asideFolder())
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, remove()) }()
		part := filepath.Join(dir, "part.db")
		extract := db.ExtractTables
		if format == export.Index {
			extract = db.Extract
		}
		if *n, err = extract(ctx, q, part); err != nil {
			return err
		}
		return copyFile(w, part)
	})
}

// asideFolder is where there is room for a part of the index: beside the
// output, since folders for temporary files may be small.
func (c *exportCmd) asideFolder() string {
	if info, err := os.Stat(filepath.Dir(c.Output)); c.Output == "-" || err != nil || !info.IsDir() || filepath.Dir(c.Output) == "/dev" {
		return os.TempDir()
	}
	return filepath.Dir(c.Output)
}

func copyFile(w io.Writer, name string) error {
	file, err := os.Open(name)
	if err != nil {
		return err
	}
	defer file.Close()
	_, err = io.Copy(w, file)
	return err
}
