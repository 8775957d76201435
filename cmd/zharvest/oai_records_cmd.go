package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/zharvest/zharvest/harvest"
	"github.com/zharvest/zharvest/oaipmh"
	"github.com/zharvest/zharvest/zenodo"
)

// xmlDeclaration begins what is printed.
const xmlDeclaration = `<?xml version="1.0" encoding="UTF-8"?>` + "\n"

type oaiRecordsCmd struct {
	Set    string `placeholder:"SET" help:"Records of this set, such as user-egi-ace."`
	From   string `placeholder:"DATE" help:"Records changed since: 2024, 2024-05, 2024-05-31, a time in RFC 3339, or an age such as 7d."`
	Until  string `placeholder:"DATE" help:"Records changed up to and including DATE: the whole year, month, day or second that it names."`
	Prefix string `placeholder:"FORMAT" default:"oai_datacite" help:"Format of the records; zharvest oai formats lists them."`
	Output string `short:"o" placeholder:"FILE" default:"-" help:"File to write; - is standard output."`
	Limit  int    `placeholder:"N" help:"So many records at most."`
}

// Help is shown below the flags.
func (*oaiRecordsCmd) Help() string {
	return "Example: zharvest oai records --set user-egi-ace -o egi-ace.xml"
}

func (r *oaiRecordsCmd) Run(ctx context.Context, a *app, c *oaiCmd) error {
	if r.Limit < 0 {
		return usageError("--limit is negative", "leave it out for no limit")
	}
	if a.flags.JSON {
		return errNoJSON
	}
	opts, err := r.options(time.Now())
	if err != nil {
		return err
	}
	client, err := c.client(a)
	if err != nil {
		return err
	}
	if !opts.From.IsZero() || !opts.Until.IsZero() {
		id, err := insist(func() (*oaipmh.Identify, error) { return client.Identify(ctx) })
		if err != nil {
			return err
		}
		opts.Granularity = id.Granularity
	}
	w := &xmlList{limit: r.Limit}
	write := func(out io.Writer) error { return w.write(out, client.RecordPages(ctx, opts)) }
	if r.Output == "-" {
		err = write(a.stdout)
	} else {
		err = a.writeFile(r.Output, write)
	}
	if w.stripped > 0 {
		a.warn("%s with characters that XML forbids were changed", counted(w.stripped, "place"))
	}
	return err
}

// errNoJSON refuses what could only be made up.
var errNoJSON = usageError("records of OAI-PMH are XML", "leave out --json; \"zharvest harvest --via oai\" reads them into the index")

// options are what the flags ask for. Both bounds of a list are included, and cut
// to seconds.
func (r *oaiRecordsCmd) options(now time.Time) (oaipmh.ListOptions, error) {
	opts := oaipmh.ListOptions{MetadataPrefix: r.Prefix, Set: r.Set}
	var err error
	if r.From != "" {
		if opts.From, err = harvest.ParseSince(r.From, now); err != nil {
			return opts, err
		}
	}
	if r.Until != "" {
		end, err := harvest.ParseUntil(r.Until, now)
		if err != nil {
			return opts, err
		}
		opts.Until = end.Add(-time.Millisecond)
	}
	if !opts.Until.IsZero() && opts.Until.Before(opts.From.Truncate(time.Second)) {
		return opts, usageError("nothing lies between --from and --until", "exchange them")
	}
	return opts, nil
}

// xmlList writes the records of a list, one after the other, into one document
// as they come.
type xmlList struct {
	limit    int
	written  int
	stripped int
}

// write notices a list that ends short of what the repository counts.
func (l *xmlList) write(w io.Writer, pages func(func(*oaipmh.Page[oaipmh.Record], error) bool)) error {
	counted, ids := 0, map[string]bool{}
	for page, err := range pages {
		if err != nil && l.written == 0 {
			return err
		}
		if err != nil {
			return l.short(fmt.Errorf("the list broke off after %d records: %w", l.written, err))
		}
		l.stripped += page.Stripped
		counted = max(counted, page.ResumptionToken.CompleteListSize)
		if err := l.writePage(w, page.Items); err != nil {
			return err
		}
		for _, record := range page.Items {
			ids[record.Identifier] = true
		}
		if l.reached() {
			break
		}
	}
	if err := l.end(w); err != nil {
		return err
	}
	if len(ids) < counted && !l.reached() {
		return l.short(fmt.Errorf("the repository counts %d records and listed %d", counted, len(ids)))
	}
	return nil
}

func (l *xmlList) reached() bool { return l.limit > 0 && l.written >= l.limit }

func (l *xmlList) short(err error) error {
	return &hintedError{err, "run it again, or ask for less at a time with --from and --until", exitIncomplete}
}

// writePage writes what the limit leaves of a page; before the first record
// comes the beginning of the document.
func (l *xmlList) writePage(w io.Writer, records []oaipmh.Record) error {
	var b bytes.Buffer
	if l.written == 0 && len(records) > 0 {
		b.WriteString(xmlDeclaration + "<records>\n")
	}
	for i := range records {
		if l.reached() {
			break
		}
		b.Write(records[i].Element())
		b.WriteByte('\n')
		l.written++
	}
	_, err := b.WriteTo(w)
	return err
}

func (l *xmlList) end(w io.Writer) error {
	end := "</records>\n"
	if l.written == 0 {
		end = xmlDeclaration + "<records></records>\n"
	}
	_, err := io.WriteString(w, end)
	return err
}

type oaiGetCmd struct {
	Prefix     string `placeholder:"FORMAT" default:"oai_datacite" help:"Format of the record; zharvest oai formats lists them."`
	Output     string `short:"o" placeholder:"FILE" default:"-" help:"File to write; - is standard output."`
	Identifier string `arg:"" help:"Identifier of OAI-PMH, such as oai:zenodo.org:8270293; without --url the id or DOI of the record will do."`
}

// Help is shown below the flags.
func (*oaiGetCmd) Help() string {
	return "Example: zharvest oai get oai:zenodo.org:8270293"
}

func (g *oaiGetCmd) Run(ctx context.Context, a *app, c *oaiCmd) error {
	if a.flags.JSON {
		return errNoJSON
	}
	client, err := c.client(a)
	if err != nil {
		return err
	}
	identifier, err := c.identifier(ctx, a, g.Identifier)
	if err != nil {
		return err
	}
	record, err := insist(func() (*oaipmh.Record, error) { return client.GetRecord(ctx, identifier, g.Prefix) })
	if err != nil {
		return err
	}
	write := func(w io.Writer) error {
		_, err := fmt.Fprintf(w, "%s%s\n", xmlDeclaration, record.Element())
		return err
	}
	if g.Output == "-" {
		return write(a.stdout)
	}
	return a.writeFile(g.Output, write)
}

// identifier is the identifier of a record that is named by its id or DOI. That
// of a number is Zenodo's; of another record the server is asked. Identifiers of
// the repository at --url are for the user to know.
func (c *oaiCmd) identifier(ctx context.Context, a *app, text string) (string, error) {
	ref, ok := zenodo.ParseRef(text)
	if c.URL != "" || strings.HasPrefix(text, "oai:") || !ok {
		return text, nil
	}
	id := ref.ID
	if ref.DOI != "" {
		id, _ = ref.DOI.RecordID()
	}
	if id != "" && strings.Trim(string(id), "0123456789") == "" {
		return "oai:zenodo.org:" + string(id), nil
	}
	record, err := a.client.Records.Get(ctx, text)
	if err != nil {
		return "", err
	}
	return record.OAIIdentifier(), nil
}
