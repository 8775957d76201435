package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/zharvest/zharvest/cmd/zharvest/internal/term"
	"github.com/zharvest/zharvest/zenodotest"
)

type demoCmd struct {
	Dir string `arg:"" optional:"" default:"zharvest-demo" help:"Folder for what is made."`
}

// Help is shown below the flags.
func (*demoCmd) Help() string { return "Example: zharvest demo /tmp/zharvest-demo" }

func (c *demoCmd) Run(ctx context.Context, a *app) error {
	if err := os.MkdirAll(c.Dir, 0o755); err != nil {
		return err
	}
	return serve(ctx, "127.0.0.1:0", zenodotest.Config{}, func(api string) error { return c.tour(ctx, a, api) })
}

// demoMetadata describes what the demo deposits.
const demoMetadata = `title: Outputs of EGI-ACE, a list
upload_type: dataset
description: DOIs and titles of the records of a community.
creators:
  - name: Doe, Jane
    affiliation: University of Somewhere
    orcid: 0000-0002-1825-0097
license: CC0-1.0
keywords: [EGI-ACE, bibliography]
`

// demoID stands for the id of the deposition that the demo has made.
const demoID = "ID"

// demoStep is a command, and what it is for.
type demoStep struct {
	say  string
	args []string
}

func (c *demoCmd) in(name string) string { return filepath.Join(c.Dir, name) }

func (c *demoCmd) steps() []demoStep {
	list, metadata := c.in("egi-ace.csv"), c.in("metadata.yaml")
	return []demoStep{
		{"Fetch all records of a community into a local index:", []string{"harvest", "-c", "egi-ace"}},
		{"Search it, offline, in Zenodo's query language:", []string{"search", "dissemination"}},
		{"Write the list of DOIs and titles that a funder asks for:", []string{"export", "-c", "egi-ace", "-o", list}},
		{"The same for programs, with more fields:", []string{"export", "-c", "egi-ace", "--fields", "doi,title,publication_date,type,creators,keywords", "-o", c.in("egi-ace.json")}},
		{"A page to hand in, with charts, what to fix, and the list of records:", []string{"report", "-c", "egi-ace", "-o", c.in("egi-ace.html")}},
		{"Deposit the list: check its metadata, and make a draft:", []string{"deposit", "check", "--metadata", metadata}},
		{"", []string{"deposit", "create", "--metadata", metadata}},
		{"Send files to the draft:", []string{"deposit", "upload", demoID, list, c.in("egi-ace.json")}},
		{"Publish it:", []string{"deposit", "publish", demoID, "--yes"}},
		{"A harvest finds it, as everybody else does:", []string{"harvest", "-t", "dataset", "title:outputs", "--name", "mine"}},
		{"", []string{"search", "--harvest", "mine"}},
		{"What the index holds:", []string{"status"}},
	}
}

// tour shows each command and runs it as it is shown.
func (c *demoCmd) tour(ctx context.Context, a *app, api string) error {
	if err := c.write(); err != nil {
		return err
	}
	fmt.Fprintf(a.stdout, "This runs against a local stand-in for Zenodo at %s: nothing leaves this machine.\n", api)
	for _, step := range c.steps() {
		if i := slices.Index(step.args, demoID); i >= 0 {
			id, err := c.newest(ctx, a, api)
			if err != nil {
				return err
			}
			step.args[i] = id
		}
		if step.say != "" {
			fmt.Fprintf(a.stdout.Painted(), "\n%s\n", a.stdout.Paint(term.Bold, step.say))
		}
		fmt.Fprintf(a.stdout, "  $ zharvest %s\n", strings.Join(step.args, " "))
		if err := c.run(ctx, a, api, a.stdout.Underlying(), step.args); err != nil {
			return err
		}
	}
	_, err := fmt.Fprintf(a.stdout, "\nThe files are in %s: zharvest.db (the index, also for sqlite3), egi-ace.csv, egi-ace.json,\negi-ace.html, which a browser shows, and metadata.yaml.\nWith the real Zenodo:\n\n  zharvest harvest -c egi-ace\n  zharvest export -c egi-ace -o egi-ace.csv\n\nand with its sandbox and your access token, in one command that may be repeated:\n\n  zharvest --sandbox deposit push --metadata %s %s\n",
		c.Dir, c.in("metadata.yaml"), c.in("egi-ace.csv"))
	return err
}

// write writes what the demo deposits, and a token: one of the user's own is
// not for the stand-in.
func (c *demoCmd) write() error {
	if err := os.WriteFile(c.in("metadata.yaml"), []byte(demoMetadata), 0o644); err != nil {
		return err
	}
	return os.WriteFile(c.in("token"), []byte("demo\n"), 0o600)
}

// newest is the id of the deposition that was made last.
func (c *demoCmd) newest(ctx context.Context, a *app, api string) (string, error) {
	var list strings.Builder
	err := c.run(ctx, a, api, &list, []string{"deposit", "list", "--limit", "1"})
	id, _, _ := strings.Cut(list.String(), "\t")
	return id, err
}

// run runs a command against the stand-in.
func (c *demoCmd) run(ctx context.Context, a *app, api string, stdout io.Writer, args []string) error {
	flags := []string{"--api", api, "--db", c.in("zharvest.db"), "--token-file", c.in("token"), "--color", a.flags.Color, "--no-progress"}
	code := run(ctx, append(flags, args...), a.stdin, stdout, a.stderr.Underlying())
	if err := ctx.Err(); err != nil {
		return err
	}
	if code != exitOK {
		return &hintedError{fmt.Errorf("the demo failed at: zharvest %s", strings.Join(args, " ")), "please report this", code}
	}
	return nil
}
