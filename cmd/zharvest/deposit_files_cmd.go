package main

import (
	"context"
	"fmt"
	"slices"
	"strconv"

	"github.com/zharvest/zharvest/cmd/zharvest/internal/term"
	"github.com/zharvest/zharvest/zenodo"
)

type depositFilesCmd struct{ depositID }

// Help is shown below the flags.
func (*depositFilesCmd) Help() string { return "Example: zharvest deposit files 1234567" }

func (c *depositFilesCmd) Run(ctx context.Context, a *app) error {
	service, dep, err := c.deposition(ctx, a)
	if err != nil {
		return err
	}
	files, err := service.Files(ctx, dep.ID)
	if err != nil {
		return fmt.Errorf("list the files of %s: %w", dep.ID, err)
	}
	if a.flags.JSON {
		return a.printRawArray(func(yield func([]byte, error) bool) {
			for _, f := range files {
				if !yield(f.Raw, nil) {
					return
				}
			}
		})
	}
	return a.printFiles(files)
}

func (a *app) printFiles(files []zenodo.DepositionFile) error {
	var rows [][]string
	for _, f := range files {
		rows = append(rows, []string{f.Key, strconv.FormatInt(f.Size, 10), f.Checksum})
	}
	if a.stdout.IsTerminal() {
		return a.stdout.PrintTable([]string{"name", "size", "checksum"}, rows)
	}
	for _, row := range rows {
		if _, err := fmt.Fprintf(a.stdout, "%s\t%s\t%s\n", term.Printable(row[0]), row[1], term.Printable(row[2])); err != nil {
			return err
		}
	}
	return nil
}

type depositFileCmd struct {
	depositID
	Name string `arg:"" help:"Name of a file."`
}

// Help is shown below the flags.
func (*depositFileCmd) Help() string { return "Example: zharvest deposit file 1234567 data.csv" }

func (c *depositFileCmd) Run(ctx context.Context, a *app) error {
	service, dep, err := c.deposition(ctx, a)
	if err != nil {
		return err
	}
	f, err := findFile(ctx, service, dep, c.Name)
	if err != nil {
		return err
	}
	if f, err = service.GetFile(ctx, dep.ID, f.ID); err != nil {
		return fmt.Errorf("%s of deposition %s: %w", c.Name, dep.ID, err)
	}
	if a.flags.JSON {
		return a.printRaw(f.Raw)
	}
	for _, row := range [][2]string{
		{"id", f.ID},
		{"name", f.Key},
		{"size", strconv.FormatInt(f.Size, 10)},
		{"checksum", f.Checksum},
	} {
		if err := a.printNamed(row[0], row[1]); err != nil {
			return err
		}
	}
	return nil
}

// findFile finds a file of a deposition by its name.
func findFile(ctx context.Context, service *zenodo.DepositionsService, dep *zenodo.Deposition, name string) (*zenodo.DepositionFile, error) {
	files, err := findFiles(ctx, service, dep, []string{name})
	if err != nil {
		return nil, err
	}
	return &files[0], nil
}

// findFiles finds files of a deposition by their names, each once; no names are
// all.
func findFiles(ctx context.Context, service *zenodo.DepositionsService, dep *zenodo.Deposition, names []string) ([]zenodo.DepositionFile, error) {
	files, err := service.Files(ctx, dep.ID)
	if err != nil || len(names) == 0 {
		return files, err
	}
	byName := map[string]zenodo.DepositionFile{}
	for _, f := range files {
		byName[f.Key] = f
	}
	var found []zenodo.DepositionFile
	for _, name := range names {
		f, ok := byName[name]
		if !ok {
			return nil, &hintedError{
				fmt.Errorf("deposition %s has no file %q", dep.ID, name),
				fmt.Sprintf(`"zharvest deposit files %s" lists them`, dep.ID), exitNotFound,
			}
		}
		if !slices.ContainsFunc(found, func(other zenodo.DepositionFile) bool { return other.Key == name }) {
			found = append(found, f)
		}
	}
	return found, nil
}
