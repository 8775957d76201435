package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/zharvest/zharvest/zenodotest"
)

type demoCmd struct {
	Dir string `arg:"" optional:"" default:"zharvest-demo" help:"Folder for what is made."`
}

func (c *demoCmd) Run(a *app) error {
	if err := os.MkdirAll(c.Dir, 0o755); err != nil {
		return err
	}
	return serve(a.ctx, "127.0.0.1:0", zenodotest.Config{}, func(api string) error { return c.tour(a, api) })
}

// tour shows each command and runs it as it is shown.
func (c *demoCmd) tour(a *app, api string) error {
	in := func(name string) string { return filepath.Join(c.Dir, name) }
	steps := []struct {
		say  string
		args []string
	}{
		{"Fetch all records of a community into a local index:", []string{"harvest", "-c", "egi-ace"}},
		{"Search it, offline, in Zenodo's query language:", []string{"search", "dissemination"}},
		{"Write the list of DOIs and titles that a funder asks for:", []string{"export", "-c", "egi-ace", "-o", in("egi-ace.csv")}},
		{"The same for programs, with more fields:", []string{"export", "-c", "egi-ace", "--fields", "doi,title,publication_date,type,creators,keywords", "-o", in("egi-ace.json")}},
		{"A page to hand in, with charts, what to mend, and the list of records:", []string{"report", "-c", "egi-ace", "-o", in("egi-ace.html")}},
		{"What the index holds:", []string{"status"}},
	}
	fmt.Fprintf(a.stdout, "This runs against a local stand-in for Zenodo at %s: nothing leaves this machine.\n", api)
	for _, step := range steps {
		fmt.Fprintf(a.stdout.painted(), "\n%s\n  $ zharvest %s\n", a.stdout.paint(bold, step.say), strings.Join(step.args, " "))
		args := append([]string{"--api", api, "--db", in("zharvest.db"), "--color", a.flags.Color, "--no-progress"}, step.args...)
		code := run(a.ctx, args, a.stdin, a.stdout.w, a.stderr.w)
		if err := a.ctx.Err(); err != nil {
			return err
		}
		if code != exitOK {
			return &hintedError{fmt.Errorf("the demo failed at: zharvest %s", strings.Join(step.args, " ")), "please report this", code}
		}
	}
	_, err := fmt.Fprintf(a.stdout, "\nThe files are in %s: zharvest.db (the index, also for sqlite3), egi-ace.csv, egi-ace.json and\negi-ace.html, which a browser shows.\nWith the real Zenodo:\n\n  zharvest harvest -c egi-ace\n  zharvest export -c egi-ace -o egi-ace.csv\n", c.Dir)
	return err
}
