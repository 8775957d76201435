package main

import (
	"errors"
	"fmt"
	"io"

	"github.com/zharvest/zharvest/export"
	"github.com/zharvest/zharvest/index"
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
	db, err := a.openIndex()
	if err != nil {
		return err
	}
	defer closing(db, &err)
	if err := a.warnIncomplete(db, q); err != nil {
		return err
	}
	if c.Output == "-" {
		return c.write(a, db, q, a.stdout, format, options)
	}
	return c.writeFile(a, db, q, format, options)
}

// layout settles how to write what.
func (c *exportCmd) layout(a *app) (export.Format, export.Options, error) {
	name, err := c.Format, error(nil)
	if name == "" && a.flags.JSON {
		name = "json"
	}
	if name == "" {
		if name, err = export.FormatOf(c.Output); err != nil {
			return export.Format{}, export.Options{}, err
		}
	}
	format, ok := export.Lookup(name)
	if !ok {
		return format, export.Options{}, usageError(fmt.Sprintf("unknown format %q", name), fmt.Sprintf("the formats are %v", export.Formats()))
	}
	o := export.Options{Fields: export.DefaultFields(), BOM: c.BOM, RawCells: c.RawCells, Raw: c.Raw}
	if c.Fields != "" {
		if o.Fields, err = export.ParseFields(c.Fields); err != nil {
			return format, o, usageError(err.Error(), "see zharvest export --help")
		}
	}
	return format, o, format.Check(o)
}

func (c *exportCmd) write(a *app, db *index.DB, q index.Query, w io.Writer, format export.Format, o export.Options) error {
	return format.Write(w, db.Records(a.ctx, q), o)
}

// writeFile writes a file that is complete or not there.
func (c *exportCmd) writeFile(a *app, db *index.DB, q index.Query, format export.Format, o export.Options) error {
	file, err := export.Create(c.Output)
	if err != nil {
		return err
	}
	if err := c.write(a, db, q, file, format, o); err != nil {
		return errors.Join(err, file.Close())
	}
	if err := file.Commit(); err != nil {
		return errors.Join(err, file.Close())
	}
	return file.Close()
}
