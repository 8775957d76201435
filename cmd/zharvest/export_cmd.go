package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"strings"

	"github.com/zharvest/zharvest/export"
	"github.com/zharvest/zharvest/zenodo"
)

type exportCmd struct {
	selectFlags
	Format   string `short:"f" placeholder:"FORMAT" help:"csv, tsv, json or jsonl. Default: by the ending of the file, else csv."`
	Fields   string `placeholder:"A,B" help:"Fields to write. Default: doi,title."`
	Output   string `short:"o" placeholder:"FILE" default:"-" help:"File to write; - is standard output."`
	BOM      bool   `name:"bom" help:"CSV for Excel: with a byte-order mark and CRLF."`
	RawCells bool   `help:"Do not guard cells that a spreadsheet would run as formulas."`
	Raw      bool   `help:"Records as the server sent them, byte for byte (json, jsonl)."`
	Query    string `arg:"" optional:"" help:"In Zenodo's query language. Without it: everything."`
}

// Help is shown below the flags.
func (*exportCmd) Help() string {
	return `Fields: id, doi, concept_id, concept_doi, title, publication_date, type, subtype, creators, affiliations, orcids, keywords, communities, license, access, version, language, description, grants, journal, url, views, downloads, files, size, created, updated

Example: zharvest export -c egi-ace -o egi-ace.csv`
}

func (c *exportCmd) Run(a *app) (err error) {
	format, options, err := c.layout(a)
	if err != nil {
		return err
	}
	q, err := c.query(c.Query)
	if err != nil {
		return err
	}
	if !format.NeedsWhole(options) {
		q.Columns = briefly(options.Fields)
	}
	a.warnAboutQuery(c.Query)
	a.warnAboutOffline(c.Query)
	db, err := a.openIndex()
	if err != nil {
		return err
	}
	defer closing(db, &err)
	if err := errors.Join(a.warnIncomplete(db, q), a.warnUnjudged(db, q)); err != nil {
		return err
	}
	if err := a.warnAboutSelection(db, q); err != nil {
		return err
	}
	n := 0
	write := func(w io.Writer) error { return format.Write(w, counting(db.Records(a.ctx, q), &n), options) }
	if c.Output == "-" {
		return write(a.stdout)
	}
	if err := writeFile(c.Output, write); err != nil {
		return err
	}
	a.note("%s: %s", displayPath(c.Output), counted(n, "record"))
	return nil
}

// counting counts records into n as they pass.
func counting(records iter.Seq2[*zenodo.Record, error], n *int) iter.Seq2[*zenodo.Record, error] {
	return func(yield func(*zenodo.Record, error) bool) {
		for r, err := range records {
			if err == nil {
				*n++
			}
			if !yield(r, err) {
				return
			}
		}
	}
}

// layout settles how to write what.
func (c *exportCmd) layout(a *app) (export.Format, export.Options, error) {
	name, err := c.Format, error(nil)
	if name == "" && a.flags.JSON && c.Output == "-" {
		name = "json"
	}
	if name == "" {
		if name, err = export.FormatOf(c.Output); err != nil {
			return export.Format{}, export.Options{}, err
		}
	}
	format, ok := export.Lookup(name)
	if !ok {
		return format, export.Options{}, unknownFormat(name)
	}
	o := export.Options{Fields: export.DefaultFields(), BOM: c.BOM, RawCells: c.RawCells, Raw: c.Raw}
	if c.Fields != "" {
		if o.Fields, err = export.ParseFields(c.Fields); err != nil {
			return format, o, usageError(err.Error(), "see zharvest export --help")
		}
	}
	return format, o, format.Check(o)
}

func unknownFormat(name string) error {
	return usageError(fmt.Sprintf("unknown format %q", name), "the formats are "+strings.Join(export.Formats(), ", "))
}

// writeFile writes a file that is complete or not there.
func writeFile(name string, write func(io.Writer) error) error {
	file, err := export.Create(name)
	if errors.Is(err, fs.ErrNotExist) {
		return &hintedError{err, "make the folder first, or name another with -o", exitFailure}
	}
	if err != nil {
		return err
	}
	if err := write(file); err != nil {
		return errors.Join(err, file.Close())
	}
	return file.Commit()
}
