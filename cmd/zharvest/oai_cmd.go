package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/zharvest/zharvest/cmd/zharvest/internal/term"
	"github.com/zharvest/zharvest/oaipmh"
)

type oaiCmd struct {
	URL     string `name:"url" placeholder:"URL" help:"Where a repository answers OAI-PMH. Default: oai2d beside the API root, as on Zenodo."`
	Lenient bool   `help:"Take out the characters that XML forbids, which some repositories send."`

	Identify oaiIdentifyCmd `cmd:"" help:"Show what a repository says of itself."`
	Sets     oaiSetsCmd     `cmd:"" help:"List its sets: on Zenodo, user-SLUG for each community."`
	Formats  oaiFormatsCmd  `cmd:"" help:"List the formats in which it gives out records."`
	Records  oaiRecordsCmd  `cmd:"" help:"Print records as XML."`
	Get      oaiGetCmd      `cmd:"" help:"Print one record as XML."`
}

// oaiTries is how often a request is sent whose answers are cut or garbled.
// What fails before an answer is tried again further down.
const oaiTries = 4

// client makes the client for the repository that the flags name.
func (c *oaiCmd) client(a *app) (*oaipmh.Client, error) {
	api, err := a.newClient()
	if err != nil {
		return nil, err
	}
	address := c.URL
	opts := []oaipmh.Option{oaipmh.WithHTTPClient(api.HTTPClient())}
	if address == "" {
		address = api.OAIURL()
	} else { // which need not be an InvenioRDM, where that loses a page
		opts = append(opts, oaipmh.WithListRetry())
	}
	if c.Lenient {
		opts = append(opts, oaipmh.WithLenientCharacters())
	}
	client, err := oaipmh.NewClient(address, opts...)
	if err != nil {
		return nil, &hintedError{err, "write for example --url https://zenodo.org/oai2d", exitUsage}
	}
	return client, nil
}

// insist asks until the answer is one, or that was tried often enough.
func insist[T any](ask func() (T, error)) (T, error) {
	for try := 1; ; try++ {
		answer, err := ask()
		if try == oaiTries || !errors.Is(err, oaipmh.ErrInvalidBody) || errors.Is(err, oaipmh.ErrTooLarge) {
			return answer, err
		}
	}
}

type oaiIdentifyCmd struct{}

// oaiIdentity is what identify prints as JSON.
type oaiIdentity struct {
	Name              string   `json:"name"`
	BaseURL           string   `json:"base_url"`
	ProtocolVersion   string   `json:"protocol_version"`
	AdminEmails       []string `json:"admin_emails"`
	EarliestDatestamp *string  `json:"earliest_datestamp"`
	DeletedRecord     string   `json:"deleted_record"`
	Granularity       string   `json:"granularity"`
	Compressions      []string `json:"compressions"`
}

// Help is shown below the flags.
func (*oaiIdentifyCmd) Help() string {
	return "Example: zharvest oai identify --url https://zenodo.org/oai2d"
}

func (*oaiIdentifyCmd) Run(ctx context.Context, a *app, c *oaiCmd) error {
	client, err := c.client(a)
	if err != nil {
		return err
	}
	id, err := insist(func() (*oaipmh.Identify, error) { return client.Identify(ctx) })
	if err != nil {
		return err
	}
	shown := oaiIdentity{
		Name: id.RepositoryName, BaseURL: id.BaseURL, ProtocolVersion: id.ProtocolVersion,
		AdminEmails: append([]string{}, id.AdminEmails...), DeletedRecord: string(id.DeletedRecord),
		Granularity: string(id.Granularity), Compressions: append([]string{}, id.Compressions...),
	}
	if !id.EarliestDatestamp.IsZero() {
		shown.EarliestDatestamp = new(id.EarliestDatestamp.Format(time.RFC3339))
	}
	if a.flags.JSON {
		return a.stdout.PrintJSON(shown)
	}
	return a.printIdentity(shown)
}

func (a *app) printIdentity(id oaiIdentity) error {
	earliest := "unknown"
	if id.EarliestDatestamp != nil {
		earliest = *id.EarliestDatestamp
	}
	for _, line := range [][2]string{
		{"repository", id.Name},
		{"address", id.BaseURL},
		{"protocol", id.ProtocolVersion},
		{"contact", strings.Join(id.AdminEmails, ", ")},
		{"earliest", earliest},
		{"deleted", id.DeletedRecord},
		{"granularity", id.Granularity},
	} {
		if _, err := fmt.Fprintf(a.stdout, "%-12s %s\n", line[0]+":", term.Printable(line[1])); err != nil {
			return err
		}
	}
	return nil
}

type oaiFormatsCmd struct {
	Identifier string `arg:"" optional:"" help:"Formats of this record alone."`
}

// Help is shown below the flags.
func (*oaiFormatsCmd) Help() string {
	return "Example: zharvest oai formats"
}

func (f *oaiFormatsCmd) Run(ctx context.Context, a *app, c *oaiCmd) error {
	client, err := c.client(a)
	if err != nil {
		return err
	}
	identifier, err := c.identifier(ctx, a, f.Identifier)
	if err != nil {
		return err
	}
	formats, err := insist(func() ([]oaipmh.MetadataFormat, error) { return client.ListMetadataFormats(ctx, identifier) })
	if err != nil {
		return err
	}
	var rows [][]any
	for _, format := range formats {
		rows = append(rows, []any{format.Prefix, format.Schema, format.Namespace})
	}
	return a.printRows([]string{"prefix", "schema", "namespace"}, rows)
}

type oaiSetsCmd struct {
	Limit int `placeholder:"N" help:"So many sets at most. Zenodo has one for each of its communities, and tells 50 at a time."`
}

// Help is shown below the flags.
func (*oaiSetsCmd) Help() string {
	return "Example: zharvest oai sets --limit 100"
}

func (s *oaiSetsCmd) Run(ctx context.Context, a *app, c *oaiCmd) error {
	if s.Limit < 0 {
		return usageError("--limit is negative", "leave it out for no limit")
	}
	client, err := c.client(a)
	if err != nil {
		return err
	}
	rows := [][]any{}
	for set, err := range client.Sets(ctx) {
		if err != nil {
			return err
		}
		rows = append(rows, []any{set.Spec, set.Name})
		if len(rows) == s.Limit {
			break
		}
	}
	return a.printRows([]string{"set", "name"}, rows)
}

// printRows prints rows as a table or, with --json, an array of objects.
func (a *app) printRows(fields []string, rows [][]any) error {
	if a.flags.JSON {
		return writeObjects(a.stdout, fields, allOf(rows), false)
	}
	cells := make([][]string, len(rows))
	for i, row := range rows {
		cells[i] = textRow(row)
	}
	return a.stdout.PrintTable(fields, cells)
}
