// Package export writes records as CSV, TSV, JSON and JSON Lines, as tables in
// Markdown, HTML and XLSX, as citations in BibTeX, RIS and CSL-JSON, as
// DataCite's JSON, by templates, and as Parquet, alone or by year of
// publication.
//
// A [Format] is found by name with [Lookup] or by a file's ending with
// [FormatOf]; its Write method streams: memory does not grow with the number
// of records. What is written of each record is a list of [Field], declared
// once for all formats and read from a user's list by [ParseFields]; citations
// and DataCite have what they have a place for. [ParseTemplate] makes a format
// of a template.
//
// [Create] opens a file that appears under its name only when it is complete.
//
// What a record says was written by strangers. Files keep every character of
// it, except that cells of CSV and TSV that a spreadsheet would run as a
// formula are made harmless, see [Options]. What is markup in a format is
// escaped, text that must stay on a line is folded, and links lead to the web
// only. A template escapes what it asks to. Nothing here is made safe for a
// terminal: that is for whoever prints to one.
package export

import (
	"errors"
	"fmt"
	"io"
	"iter"
	"path/filepath"
	"strings"

	"github.com/zharvest/zharvest/zenodo"
)

// Errors about what was asked for, found before anything is written.
var (
	// ErrUnknownFormat means that no format has this name, or none is written
	// to files with this ending.
	ErrUnknownFormat = errors.New("unknown format")
	// ErrUnknownField means that a list of fields has one that does not exist.
	ErrUnknownField = errors.New("unknown field")
	// ErrRawUnsupported means that [Options].Raw is set for a format that
	// cannot hold records as the server sent them.
	ErrRawUnsupported = errors.New("records as the server sent them can be written as json and jsonl only")
	// ErrFieldsUnsupported means that [Options].Fields are set for a format that
	// says itself what it has of a record.
	ErrFieldsUnsupported = errors.New("fields cannot be chosen")
)

// Options says what to write of each record, and how.
type Options struct {
	// Fields are the columns of a table or the keys of an object, in this
	// order; none stands for [DefaultFields].
	Fields []Field
	// BOM begins CSV and TSV with a byte-order mark and ends their lines with
	// CRLF, which is what Excel wants. The other formats take no notice.
	BOM bool
	// RawCells leaves cells of CSV and TSV as they are. Without it, a cell that
	// a spreadsheet would run as a formula is prefixed by an apostrophe.
	RawCells bool
	// Raw writes the records as the server sent them in place of Fields, in
	// formats that can.
	Raw bool
	// Version is of the program that writes, and About says what it writes, such
	// as the query, by names of the program's own. Parquet notes both.
	Version string
	About   map[string]string
}

func (o Options) fields() []Field {
	if len(o.Fields) == 0 {
		return DefaultFields()
	}
	return o.Fields
}

// Format is one way of writing records.
type Format struct {
	// Name is what users call it, such as csv.
	Name string
	// Endings are those of its files, without a dot, the usual one first.
	Endings []string
	// Binary is true for what nobody wants on a terminal.
	Binary bool

	raw   bool // can hold records as the server sent them
	whole bool // writes more of a record than the fields asked for
	fixed bool // writes what it has a place for, and no fields
	write func(io.Writer, iter.Seq2[*zenodo.Record, error], Options) error
}

// formats has a line for each format, in the order in which help names them.
// A new one is a file with its write function, and its line here.
var formats = []Format{
	{Name: "csv", Endings: []string{"csv"}, write: writeCSV},
	{Name: "tsv", Endings: []string{"tsv"}, write: writeTSV},
	{Name: "json", Endings: []string{"json"}, raw: true, write: writeJSON},
	{Name: "jsonl", Endings: []string{"jsonl", "ndjson"}, raw: true, write: writeJSONLines},
	{Name: "markdown", Endings: []string{"md"}, write: writeMarkdown},
	{Name: "html", Endings: []string{"html"}, write: writeHTML},
	{Name: "bibtex", Endings: []string{"bib"}, fixed: true, write: writeBibTeX},
	{Name: "ris", Endings: []string{"ris"}, fixed: true, write: writeRIS},
	{Name: "csl", fixed: true, write: writeCSL},
	{Name: "datacite", fixed: true, write: writeDataCite},
	{Name: "xlsx", Endings: []string{"xlsx"}, Binary: true, write: writeXLSX},
	{Name: "parquet", Endings: []string{"parquet"}, Binary: true, write: writeParquet},
}

// Databases are further formats, which this package does not write: it knows their
// names and endings alone. SQLite is plain tables, Index a part of an index.
const (
	SQLite = "sqlite"
	Index  = "index"
)

// Databases returns the names of those formats.
func Databases() []string { return []string{SQLite, Index} }

var databaseEndings = []struct{ ending, format string }{{"db", SQLite}, {"zharvest", Index}}

// Formats returns the names of all formats.
func Formats() []string {
	names := make([]string, len(formats))
	for i, f := range formats {
		names[i] = f.Name
	}
	return names
}

// Lookup finds a format by name.
func Lookup(name string) (Format, bool) {
	for _, f := range formats {
		if f.Name == name {
			return f, true
		}
	}
	return Format{}, false
}

// FormatOf names the format that a file's ending asks for, in whatever case:
// csv where there is no ending, [ErrUnknownFormat] where it is that of none.
func FormatOf(filename string) (string, error) {
	ending := strings.ToLower(strings.TrimPrefix(filepath.Ext(filename), "."))
	if ending == "" {
		return "csv", nil
	}
	var known []string
	for _, d := range databaseEndings {
		if d.ending == ending {
			return d.format, nil
		}
		known = append(known, d.ending)
	}
	for _, f := range formats {
		for _, e := range f.Endings {
			if e == ending {
				return f.Name, nil
			}
			known = append(known, e)
		}
	}
	return "", fmt.Errorf("%w: no format has files that end in .%s; name one with -f, or end the file in %s",
		ErrUnknownFormat, ending, strings.Join(known, ", "))
}

// Check reports whether the format can be written with these options, before
// anything is read or opened. The error is [ErrRawUnsupported],
// [ErrFieldsUnsupported], or [ErrUnknownField] for a field that is not from this
// package.
func (f Format) Check(o Options) error {
	if o.Raw && !f.raw {
		return ErrRawUnsupported
	}
	if f.fixed && len(o.Fields) > 0 {
		return fmt.Errorf("%s: %w", f.Name, ErrFieldsUnsupported)
	}
	for i := range o.Fields {
		if !o.Fields[i].valid() {
			return fmt.Errorf("%w %q", ErrUnknownField, o.Fields[i].Name)
		}
	}
	return nil
}

// NeedsWhole is true where the format, with these options, writes something
// that is not among the plain columns of an index, see [NeedsWhole].
func (f Format) NeedsWhole(o Options) bool {
	return f.whole || f.fixed || o.Raw || NeedsWhole(o.fields())
}

// Write writes the records to w as they come, in pieces of some 64 kB. It ends
// with the first error. That of records is returned as it is, after the
// records before it were written; what was written then does not pass for
// complete where the format has an end, as a JSON array does. An error of w is
// wrapped at most, so that a broken pipe still matches [syscall.EPIPE].
func (f Format) Write(w io.Writer, records iter.Seq2[*zenodo.Record, error], o Options) error {
	if f.write == nil {
		return ErrUnknownFormat
	}
	if err := f.Check(o); err != nil {
		return err
	}
	return f.write(w, records, o)
}
