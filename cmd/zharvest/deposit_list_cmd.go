package main

import (
	"context"
	"fmt"
	"iter"

	"github.com/zharvest/zharvest/cmd/zharvest/internal/term"
	"github.com/zharvest/zharvest/zenodo"
)

type depositListCmd struct {
	Query       string `placeholder:"QUERY" help:"Depositions that match, in the server's query language."`
	Status      string `enum:",draft,published" default:"" placeholder:"draft|published" help:"Depositions in that state; a draft is also what is published and being edited."`
	Sort        string `placeholder:"ORDER" help:"Order that the server knows, such as bestmatch or mostrecent. Default: the newest first."`
	AllVersions bool   `help:"List all versions of a record, and not only the latest, which may be a draft."`
	Limit       int    `placeholder:"N" help:"Print N depositions at most."`
}

// Help is shown below the flags.
func (*depositListCmd) Help() string {
	return "Example: zharvest deposit list --status draft --limit 5"
}

func (c *depositListCmd) Run(ctx context.Context, a *app) error {
	if c.Limit < 0 {
		return usageError("--limit is a number of depositions", "write for example --limit 5")
	}
	service, err := a.depositions()
	if err != nil {
		return err
	}
	list := c.chosen(service.All(ctx, zenodo.ListDepositionsOptions{Query: c.Query, Sort: c.Sort, AllVersions: c.AllVersions}))
	switch {
	case a.flags.JSON:
		return a.printRawArray(func(yield func([]byte, error) bool) {
			for dep, err := range list {
				if err != nil {
					yield(nil, err)
					return
				}
				if !yield(dep.Raw, nil) {
					return
				}
			}
		})
	case a.stdout.IsTerminal():
		return a.printDepositionTable(list)
	}
	for dep, err := range list {
		if err != nil {
			return err
		}
		if _, err := fmt.Fprintf(a.stdout, "%s\t%s\t%s\t%s\n", term.Printable(string(dep.ID)), term.Printable(string(dep.State)), term.Printable(string(depositionDOI(dep))), term.Printable(dep.Title)); err != nil {
			return err
		}
	}
	return nil
}

// chosen are the depositions in the state that was asked for, as many as were.
func (c *depositListCmd) chosen(all iter.Seq2[*zenodo.Deposition, error]) iter.Seq2[*zenodo.Deposition, error] {
	return func(yield func(*zenodo.Deposition, error) bool) {
		n := 0
		for dep, err := range all {
			if err == nil && c.Status != "" && dep.Published() != (c.Status == "published") {
				continue
			}
			n++
			if !yield(dep, err) || err != nil || n == c.Limit {
				return
			}
		}
	}
}

func (a *app) printDepositionTable(list iter.Seq2[*zenodo.Deposition, error]) error {
	var rows [][]string
	for dep, err := range list {
		if err != nil {
			return err
		}
		rows = append(rows, []string{string(dep.ID), string(dep.State), string(depositionDOI(dep)), dep.Title})
	}
	return a.stdout.PrintTable([]string{"id", "state", "doi", "title"}, rows)
}

// printRawArray prints an array of what a server sent, as it comes.
func (a *app) printRawArray(items iter.Seq2[[]byte, error]) error {
	separator := "["
	for item, err := range items {
		if err != nil {
			return err
		}
		if _, err := fmt.Fprintf(a.stdout, "%s%s", separator, item); err != nil {
			return err
		}
		separator = ","
	}
	if separator == "[" {
		_, err := fmt.Fprintln(a.stdout, "[]")
		return err
	}
	_, err := fmt.Fprintln(a.stdout, "]")
	return err
}
