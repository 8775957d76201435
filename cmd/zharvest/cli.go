package main

import (
	"fmt"
	"math"
	"runtime/debug"
	"strconv"
	"strings"

	"github.com/alecthomas/kong"
)

// grammar is the command line.
type grammar struct {
	globals `group:"Global"`

	Harvest     harvestCmd     `cmd:"" group:"Harvest" help:"Fetch records or communities into the index."`
	Update      updateCmd      `cmd:"" group:"Harvest" help:"Bring saved harvests up to date."`
	Changes     changesCmd     `cmd:"" group:"Harvest" help:"List what harvests found added, changed and removed."`
	Status      statusCmd      `cmd:"" group:"Harvest" help:"Show what the index holds and how its harvests stand."`
	Forget      forgetCmd      `cmd:"" group:"Harvest" help:"Drop a saved harvest and the records that only it holds."`
	Communities communitiesCmd `cmd:"" group:"Use" help:"List the communities of the index."`
	Search      searchCmd      `cmd:"" group:"Use" help:"Search the index in Zenodo's query language."`
	Show        showCmd        `cmd:"" group:"Use" help:"Print one record."`
	Export      exportCmd      `cmd:"" group:"Use" help:"Write a list of records to a file."`
	Report      reportCmd      `cmd:"" group:"Use" help:"Write a report of records: counts, charts, what to fix, the list."`
	OAI         oaiCmd         `cmd:"" name:"oai" group:"Use" help:"Print what a repository gives out by OAI-PMH."`
	Deposit     depositCmd     `cmd:"" group:"Deposit" help:"Make, change and publish records."`
	Check       checkCmd       `cmd:"" group:"Maintain" help:"Look for damage to the index."`
	Index       indexCmd       `cmd:"" group:"Maintain" help:"Copy the file of the index, or give room back."`
	Reindex     reindexCmd     `cmd:"" group:"Maintain" help:"Derive everything anew from the records as received."`
	Ping        pingCmd        `cmd:"" group:"Maintain" help:"Check the server, its limits and the access token."`
	Demo        demoCmd        `cmd:"" group:"Try" help:"Run the whole way against a local Zenodo, without the network."`
	Emulate     emulateCmd     `cmd:"" group:"Try" help:"Serve a local Zenodo for tests."`
	Completion  completionCmd  `cmd:"" group:"Try" help:"Print a completion script for a shell."`
}

// globals are the flags that every command has.
type globals struct {
	DB         string           `name:"db" placeholder:"FILE" env:"ZHARVEST_DB" help:"The index. Default: ${default_db}."`
	API        string           `name:"api" placeholder:"URL" env:"ZENODO_API_URL" default:"https://zenodo.org/api" help:"API root of Zenodo or of another InvenioRDM repository."`
	Sandbox    bool             `help:"Use Zenodo's sandbox."`
	TokenFile  string           `placeholder:"FILE" help:"File with an access token in its first line. Without it: $$ZENODO_TOKEN, for the sandbox $$ZENODO_SANDBOX_TOKEN."`
	Rate       requestRate      `placeholder:"N/m" help:"Requests per minute at most. Default: what the server allows."`
	Quiet      bool             `short:"q" xor:"loudness" help:"Print only errors."`
	Verbose    bool             `short:"v" xor:"loudness" help:"Print every request."`
	NoProgress bool             `help:"No progress bar."`
	Color      string           `enum:"auto,always,never" default:"auto" help:"Colours: auto, always or never. $$NO_COLOR turns them off, too."`
	JSON       bool             `name:"json" help:"Print one JSON document."`
	Version    kong.VersionFlag `help:"Print the version."`
}

// newParser makes the parser; exit is called for --help and --version.
func newParser(a *app, exit func(int)) (*kong.Kong, error) {
	resolver, err := newConfigResolver()
	if err != nil {
		return nil, err
	}
	parser, err := kong.New(&a.flags,
		kong.Name("zharvest"),
		kong.Description("Harvest Zenodo into a local index, search it offline, export lists of DOIs and titles."),
		kong.Writers(a.stdout, a.stderr),
		kong.Exit(func(code int) { exit(code); panic(exited{}) }),
		kong.Vars{"version": "zharvest " + version(), "default_db": displayPath(defaultDB())},
		kong.ConfigureHelp(kong.HelpOptions{Compact: true, WrapUpperBound: 100}),
		kong.ExplicitGroups([]kong.Group{
			{Key: "Harvest", Title: "Harvest:"},
			{Key: "Use", Title: "Search and export:"},
			{Key: "Deposit", Title: "Deposit:"},
			{Key: "Maintain", Title: "Maintain:"},
			{Key: "Try", Title: "Try and test:"},
			{Key: "Global", Title: "Flags of all commands:"},
		}),
		kong.Resolvers(resolver),
		kong.Help(printHelp),
	)
	if err != nil {
		return nil, fmt.Errorf("command line: %w", err)
	}
	return parser, resolver.check(parser.Model)
}

// printHelp prints the help of a command, or of the one that it stands for
// when no other is named.
func printHelp(options kong.HelpOptions, ctx *kong.Context) error {
	if node := ctx.Selected(); node != nil && node.DefaultCmd != nil {
		ctx.Path = append(ctx.Path, &kong.Path{Parent: node, Command: node.DefaultCmd})
	}
	return kong.DefaultHelpPrinter(options, ctx)
}

// version is that of the module, as the go command recorded it.
func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok || info.Main.Version == "" {
		return "(devel)"
	}
	return info.Main.Version
}

// requestRate is a flag such as 20/m.
type requestRate float64

func (r *requestRate) UnmarshalText(text []byte) error {
	number, unit, _ := strings.Cut(string(text), "/")
	perMinute, known := map[string]float64{"s": 60, "m": 1, "h": 1.0 / 60}[unit]
	n, err := strconv.ParseFloat(number, 64)
	if err != nil || !known || !(n > 0) || math.IsInf(n, 0) {
		return fmt.Errorf("%q is no rate; write for example 20/m", text)
	}
	*r = requestRate(n * perMinute)
	return nil
}
