package main

import (
	"context"
	"errors"
	"io/fs"

	"github.com/zharvest/zharvest/export"
	"github.com/zharvest/zharvest/index"
)

// exportByYear writes a folder of Parquet files.
func (c *exportCmd) exportByYear(ctx context.Context, a *app) error {
	if err := c.checkPartition(); err != nil {
		return err
	}
	c.Format = "parquet"
	format, options, err := c.layout(a)
	if err != nil {
		return err
	}
	limitExportMemory()
	return c.selected(ctx, a, c.Query, c.Loose, func(db *index.DB, q index.Query) (err error) {
		if options.About, err = c.about(ctx, a, db, q); err != nil {
			return err
		}
		n := 0
		q.ByYear = true
		if !format.NeedsWhole(options) {
			q.Columns = briefly(fieldsOf(options), "publication_date")
		}
		err = export.WriteByYear(c.Output, counting(db.Records(ctx, q), &n), options)
		switch {
		case errors.Is(err, export.ErrNotPartitioned):
			return &hintedError{err, "name a folder that is not there yet, is empty, or holds a data set that may be replaced", exitFailure}
		case errors.Is(err, fs.ErrNotExist):
			return &hintedError{err, "make the folder around it first, or name another with -o", exitFailure}
		case err != nil:
			return err
		}
		a.note("%s: %s", displayPath(c.Output), counted(n, "record"))
		return nil
	})
}

// checkPartition finds what does not go together with a data set by year.
func (c *exportCmd) checkPartition() error {
	switch {
	case c.Template != "" || c.Format != "" && c.Format != "parquet":
		return usageError("--partition-by is of Parquet alone", "write -f parquet, or leave it out")
	case c.Output == "-":
		return usageError("--partition-by writes a folder", "name it with -o")
	case c.Limit > 0 || c.Sort != string(index.Newest):
		return usageError("--partition-by has an order of its own", "leave out --limit and --sort")
	}
	return nil
}
