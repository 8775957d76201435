package main

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"

	"github.com/zharvest/zharvest/export"
	"github.com/zharvest/zharvest/index"
	"github.com/zharvest/zharvest/internal/atomicfile"
)

// isIndex reports whether a part of the index is asked for, as an index.
func (c *exportCmd) isIndex() bool {
	if c.Template != "" {
		return false
	}
	if c.Format != "" {
		return c.Format == export.SQLite
	}
	name, err := export.FormatOf(c.Output)
	return err == nil && name == export.SQLite
}

// exportIndex writes a part of the index as an index of its own. SQLite wants
// a file to work in: it is made in a folder aside, and copied when it is done.
func (c *exportCmd) exportIndex(ctx context.Context, a *app) error {
	if c.Fields != "" || c.Raw || c.BOM || c.RawCells {
		return usageError("a part of the index has all that is known of its records", "leave out --fields, --raw, --raw-cells and --bom")
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
		if *n, err = db.Extract(ctx, q, part); err != nil {
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
