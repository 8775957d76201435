package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/zharvest/zharvest/internal/atomicfile"
)

// indexCmd groups what is done to the file of the index.
type indexCmd struct {
	Vacuum indexVacuumCmd `cmd:"" help:"Give free room in the file back to the disk."`
	Copy   indexCopyCmd   `cmd:"" help:"Copy the index while others use it."`
}

type indexVacuumCmd struct{}

// Help is shown below the flags.
func (*indexVacuumCmd) Help() string {
	return `Writes the file anew, for which the disk must have as much room again. Nothing can be harvested meanwhile.

Example: zharvest index vacuum`
}

func (*indexVacuumCmd) Run(ctx context.Context, a *app) (err error) {
	db, err := a.openIndex(ctx)
	if err != nil {
		return err
	}
	defer closing(db, &err)
	before, err := fileSize(a.flags.DB)
	if err != nil {
		return err
	}
	if err := db.Vacuum(ctx); err != nil {
		return err
	}
	after, err := fileSize(a.flags.DB)
	if err != nil {
		return err
	}
	if a.flags.JSON {
		return a.stdout.PrintJSON(map[string]any{"before": before, "after": after})
	}
	_, err = fmt.Fprintf(a.stdout, "%s: %s, before %s\n", displayPath(a.flags.DB), byteSize(after), byteSize(before))
	return err
}

type indexCopyCmd struct {
	File string `arg:"" help:"The file to write."`
}

// Help is shown below the flags.
func (*indexCopyCmd) Help() string {
	return `The copy has the index as it is at one moment, with its harvests, and no free room.

Example: zharvest index copy backup.zharvest`
}

func (c *indexCopyCmd) Run(ctx context.Context, a *app) (err error) {
	if err := a.replaceable(c.File); err != nil {
		return err
	}
	db, err := a.openIndex(ctx)
	if err != nil {
		return err
	}
	defer closing(db, &err)
	dir, remove, err := atomicfile.TempFolder(filepath.Dir(c.File))
	if errors.Is(err, fs.ErrNotExist) {
		return &hintedError{err, "make the folder first, or name a file in another", exitFailure}
	}
	if err != nil {
		return fmt.Errorf("copy the index: %w", err)
	}
	defer func() { err = errors.Join(err, remove()) }()
	part := filepath.Join(dir, "copy.db")
	if err := db.Copy(ctx, part); err != nil {
		return err
	}
	if err := os.Rename(part, c.File); err != nil {
		return fmt.Errorf("copy the index: %w", err)
	}
	size, err := fileSize(c.File)
	if err != nil {
		return err
	}
	if a.flags.JSON {
		return a.stdout.PrintJSON(map[string]any{"file": c.File, "bytes": size})
	}
	_, err = fmt.Fprintf(a.stdout, "%s: %s\n", displayPath(c.File), byteSize(size))
	return err
}

func fileSize(name string) (int64, error) {
	info, err := os.Stat(name)
	if err != nil {
		return 0, err
	}
	return info.Size(), nil
}
