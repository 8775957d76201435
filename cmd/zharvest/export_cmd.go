package main

import (
	"context"
	"fmt"
	"io"
	"iter"
	"os"
	"runtime/debug"
	"strings"
	"time"

	"github.com/zharvest/zharvest/export"
	"github.com/zharvest/zharvest/index"
	"github.com/zharvest/zharvest/zenodo"
)

type exportCmd struct {
	selectFlags
	looseFlag
	Format       string `short:"f" placeholder:"FORMAT" help:"csv, tsv, json, jsonl, markdown, html, xlsx, bibtex, ris, csl (CSL-JSON), datacite (DataCite JSON), parquet, sqlite (plain tables with a full-text index, for other programs) or index (a part of the index). Default: by the ending of the file (csv, tsv, json, jsonl, ndjson, md, html, xlsx, bib, ris, parquet, db, zharvest), else csv."`
	Template     string `placeholder:"TEXT" help:"In place of a format: a Go template for each record, or @FILE with one."`
	Fields       string `placeholder:"A,B" help:"Fields to write (not of bibtex, ris, csl and datacite, which have their own). Default: doi,title."`
	Output       string `short:"o" placeholder:"FILE" default:"-" help:"File to write; - is standard output."`
	PartitionBy  string `enum:"year," default:"" placeholder:"year" help:"With -f parquet: a folder of files by year of publication, for DuckDB, Spark, Trino and ClickHouse."`
	ToOpenSearch string `name:"to-opensearch" placeholder:"URL" help:"Send the records to an OpenSearch cluster, such as https://localhost:9200, in which the same queries work. Its user: $$OPENSEARCH_USERNAME, $$OPENSEARCH_PASSWORD."`
	Index        string `placeholder:"NAME" default:"zenodo" help:"With --to-opensearch: the index, made where there is none. It follows the selection: what is selected no more is removed."`
	Replicas     *int   `placeholder:"N" help:"With --to-opensearch: how many copies of the index the cluster keeps. Default: none on a single node, else what the cluster does by default."`
	Force        bool   `help:"With --to-opensearch: fill an index also where it has another mapping, or holds another selection."`
	BOM          bool   `name:"bom" help:"CSV for Excel: with a byte-order mark and CRLF."`
	RawCells     bool   `help:"Do not guard cells that a spreadsheet would run as formulas."`
	Raw          bool   `help:"Records as the server sent them, byte for byte (json, jsonl)."`
	Query        string `arg:"" optional:"" help:"In Zenodo's query language. Without it: everything."`
}

// Help is shown below the flags.
func (*exportCmd) Help() string {
	return `Fields: id, doi, concept_id, concept_doi, oai, swhid, title, additional_titles, publication_date, type, subtype, publisher, creators, creator_types, creator_roles, affiliations, affiliation_ids, creator_affiliations, orcids, creator_ids, contributors, keywords, subjects, communities, license, rights, copyright, access, record_access, files_access, embargo_until, embargo_reason, version, language, languages, description, additional_descriptions, dates, locations, identifiers, related_identifiers, references, grants, funders, awards, journal, custom_fields, url, views, downloads, data_volume (of all versions, as Zenodo shows them), version_views, version_downloads, version_data_volume (of this version), each of these six with _raw for every single view or download, files, size, files_enabled, default_preview, media_files, sizes, formats, created, updated

In a template: .ID .DOI .ConceptID .ConceptDOI .Title .PublicationDate .Year .Type .Subtype .TypeTitle .License .Access .Version .Language .Publisher .Description .Journal (.Title .Volume .Issue .Pages .ISSN) .URL .Link .Key .Views .Downloads .Size .Created .Updated, and the lists .Keywords .Communities .Creators (.Name .Family .Given .Affiliation .ORCID) .Contributors (.Role too) .Grants (.Funder .Code .Title .Acronym .URL) .Files (.Name .Size .Checksum .URL)

Its functions, beside those of Go: join ", " LIST, truncate N TEXT, year DATE, date "2 Jan 2006" DATE, json VALUE, csv VALUE, latex TEXT, markdown TEXT, plain HTML, line TEXT, lower TEXT, upper TEXT, replace OLD NEW TEXT, default FALLBACK VALUE

Examples:
  zharvest export -c egi-ace -o egi-ace.csv
  zharvest export -c egi-ace -o egi-ace.bib
  zharvest export -f parquet -o records --partition-by year
  zharvest export -c egi-ace --template '{{.DOI}} - {{.Title}}'
  zharvest export --template '{{join "; " .Creators}} ({{.Year}}): {{line .Title}}'`
}

func (c *exportCmd) Run(ctx context.Context, a *app) error {
	switch {
	case c.ToOpenSearch != "":
		return c.exportToOpenSearch(ctx, a)
	case c.PartitionBy != "":
		return c.exportByYear(ctx, a)
	case c.database() != "":
		return c.exportDatabase(ctx, a, c.database())
	}
	format, options, err := c.layout(a)
	if err != nil {
		return err
	}
	if format.Binary {
		if err := a.notToTerminal(c.Output); err != nil {
			return err
		}
		limitExportMemory()
	}
	var columns []string
	if !format.NeedsWhole(options) {
		columns = briefly(fieldsOf(options))
	}
	return c.export(ctx, a, columns, func(db *index.DB, q index.Query, n *int, w io.Writer) (err error) {
		if options.About, err = c.about(ctx, a, db, q); err != nil {
			return err
		}
		return format.Write(w, counting(db.Records(ctx, q), n), options)
	})
}

// about is what a file says of the list in it: the selection, the day, and
// whether all was harvested that the server has of it.
func (c *exportCmd) about(ctx context.Context, a *app, db *index.DB, q index.Query) (map[string]string, error) {
	relevant, err := harvestsOf(ctx, db, q)
	if err != nil {
		return nil, err
	}
	now, err := fixedNow()
	if err != nil {
		return nil, err
	}
	if now.IsZero() {
		now = time.Now()
	}
	selection := selectionOf(q)
	selection.Query = c.Query
	return map[string]string{
		"zharvest:query":     c.Query,
		"zharvest:selection": string(selection.JSON()),
		"zharvest:exported":  now.UTC().Format(time.DateOnly),
		"zharvest:state":     string(completeness(q, relevant)),
	}, nil
}

// exportMemory is near what an export that gathers records should stay with
// its heap, in bytes.
const exportMemory = 90 << 20

// limitExportMemory has garbage collected more often near that.
func limitExportMemory() {
	if os.Getenv("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(exportMemory)
	}
}

// notToTerminal refuses to print what is not text.
func (a *app) notToTerminal(output string) error {
	if output == "-" && a.stdout.IsTerminal() {
		return usageError("this format is not for terminals", "name a file with -o")
	}
	return nil
}

// export writes what is selected to the file or to standard output, by write,
// which counts the records in n.
func (c *exportCmd) export(ctx context.Context, a *app, columns []string, write func(db *index.DB, q index.Query, n *int, w io.Writer) error) error {
	return c.selected(ctx, a, c.Query, c.Loose, func(db *index.DB, q index.Query) error {
		n := 0
		q.Columns = columns
		to := func(w io.Writer) error { return write(db, q, &n, w) }
		if c.Output == "-" {
			return to(a.stdout)
		}
		if err := a.writeFile(c.Output, to); err != nil {
			return err
		}
		a.note("%s: %s", displayPath(c.Output), counted(n, "record"))
		return nil
	})
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

// layout decides how to write what.
func (c *exportCmd) layout(a *app) (export.Format, export.Options, error) {
	o := export.Options{BOM: c.BOM, RawCells: c.RawCells, Raw: c.Raw, Version: version()}
	format, err := c.format(a)
	if err != nil {
		return format, o, err
	}
	if c.Fields != "" {
		if o.Fields, err = export.ParseFields(c.Fields); err != nil {
			return format, o, usageError(err.Error(), "see zharvest export --help")
		}
	}
	return format, o, format.Check(o)
}

// format is that asked for, by a template, by name, or by the ending of the
// file.
func (c *exportCmd) format(a *app) (export.Format, error) {
	if c.Template != "" {
		return c.parseTemplate()
	}
	name, err := c.Format, error(nil)
	if name == "" && a.flags.JSON && c.Output == "-" {
		name = "json"
	}
	if name == "" {
		if name, err = export.FormatOf(c.Output); err != nil {
			return export.Format{}, err
		}
	}
	format, ok := export.Lookup(name)
	if !ok {
		return format, unknownFormat(name, append(export.Formats(), export.Databases()...))
	}
	return format, nil
}

// maxTemplate is far more than anybody writes.
const maxTemplate = 1 << 20

// parseTemplate reads the template, from a file where it is @FILE.
func (c *exportCmd) parseTemplate() (export.Format, error) {
	if c.Format != "" {
		return export.Format{}, usageError("--template is a format of its own", "leave out -f "+c.Format)
	}
	text := c.Template
	if name, ok := strings.CutPrefix(text, "@"); ok {
		content, err := readTemplate(name)
		if err != nil {
			return export.Format{}, usageError(fmt.Sprintf("template: %v", err), `--template @FILE reads a file; a template that begins with @ is written {{"@"}}`)
		}
		text = content
	}
	return export.ParseTemplate(text)
}

func readTemplate(name string) (string, error) {
	file, err := os.Open(name)
	if err != nil {
		return "", err
	}
	defer file.Close()
	content, err := io.ReadAll(io.LimitReader(file, maxTemplate+1))
	if err == nil && len(content) > maxTemplate {
		err = fmt.Errorf("%s is larger than a template can be (1 MB)", name)
	}
	return string(content), err
}

// fieldsOf are the fields that are written.
func fieldsOf(o export.Options) []export.Field {
	if len(o.Fields) == 0 {
		return export.DefaultFields()
	}
	return o.Fields
}

func unknownFormat(name string, known []string) error {
	return usageError(fmt.Sprintf("unknown format %q", name), "the formats are "+strings.Join(known, ", "))
}
