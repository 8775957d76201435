package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/zharvest/zharvest/cmd/zharvest/internal/term"
	"github.com/zharvest/zharvest/export"
	"github.com/zharvest/zharvest/index"
	"github.com/zharvest/zharvest/zenodo"
)

type showCmd struct {
	Raw         bool   `help:"Print what the server sent, byte for byte."`
	Online      bool   `help:"Ask the server."`
	IncludeGone bool   `help:"Print a record that the server no longer has, too."`
	Record      string `arg:"" help:"Id, DOI or address of a record. Of a concept: its latest version."`
}

// Help is shown below the flags.
func (*showCmd) Help() string { return "Example: zharvest show 10.5281/zenodo.7712947" }

func (c *showCmd) Run(ctx context.Context, a *app) error {
	r, err := c.record(ctx, a)
	if err != nil {
		return err
	}
	switch {
	case c.Raw:
		_, err := a.stdout.Write(append(slices.Clone(r.Raw), '\n'))
		return err
	case a.flags.JSON:
		f, _ := export.Lookup("jsonl")
		one := func(yield func(*zenodo.Record, error) bool) { yield(r, nil) }
		return f.Write(a.stdout, one, export.Options{Fields: export.Fields()})
	}
	return printRecord(a, r)
}

func (c *showCmd) record(ctx context.Context, a *app) (r *zenodo.Record, err error) {
	if c.Online {
		client, err := a.newClient()
		if err != nil {
			return nil, err
		}
		return client.Records.Get(ctx, c.Record)
	}
	db, err := a.openIndex(ctx)
	if err != nil {
		return nil, err
	}
	defer closing(db, &err)
	r, err = db.Record(ctx, c.Record)
	if _, gone := errors.AsType[*index.GoneError](err); gone && c.IncludeGone {
		return r, nil
	}
	return r, err
}

// repeats are the fields that may say the same as another.
var repeats = map[string]string{
	"creator_affiliations": "affiliations", "subjects": "keywords", "rights": "license", "languages": "language",
	"version_views": "views", "version_downloads": "downloads", "version_data_volume": "data_volume",
}

// isBrief reports whether a field is for people to read: grants name the funders,
// and of statistics there are those that Zenodo shows.
func isBrief(name string) bool { return name != "funders" && !strings.HasSuffix(name, "_raw") }

// printRecord prints the fields that a record has, a line each, without those that
// repeat another.
func printRecord(a *app, r *zenodo.Record) error {
	values, names, width := map[string]string{}, []string{}, 0
	for _, f := range export.Fields() {
		value := shown(&f, r)
		values[f.Name] = value
		if other, ok := repeats[f.Name]; value == "" || !isBrief(f.Name) || ok && values[other] == value {
			continue
		}
		names, width = append(names, f.Name), max(width, len(f.Name)+len(":"))
	}
	for _, name := range names {
		heading := a.stdout.Paint(term.Bold, fmt.Sprintf("%-*s", width, name+":"))
		if _, err := fmt.Fprintf(a.stdout.Painted(), "%s %s\n", heading, term.Printable(values[name])); err != nil {
			return err
		}
	}
	return nil
}

// shown is the text of a field, with the roles of contributors and what dates and
// related identifiers are, and without what orcids say already.
func shown(f *export.Field, r *zenodo.Record) string {
	var texts []string
	switch f.Name {
	case "creator_types": // of persons alone it says nothing
		if text := string(f.AppendText(nil, r)); strings.Contains(text, "organizational") {
			return text
		}
	case "creator_ids":
		text := string(f.AppendText(nil, r))
		for i := range r.Metadata.Creators {
			texts = append(texts, r.Metadata.Creators[i].ORCID)
		}
		if strings.ReplaceAll(text, "orcid:", "") == strings.Join(texts, "; ") {
			return ""
		}
		return text
	case "contributors":
		for _, c := range r.Metadata.Contributors {
			texts = append(texts, strings.TrimSuffix(c.Name+" ("+c.Type+")", " ()"))
		}
	case "related_identifiers":
		for _, id := range r.Metadata.RelatedIdentifiers {
			texts = append(texts, strings.TrimSpace(id.Relation+" "+id.Identifier))
		}
	case "dates":
		for _, d := range r.Metadata.Dates {
			texts = append(texts, strings.Trim(d.Type+" "+d.Start+"/"+d.End, " /"))
		}
	default:
		return string(f.AppendText(nil, r))
	}
	return strings.Join(texts, "; ")
}
