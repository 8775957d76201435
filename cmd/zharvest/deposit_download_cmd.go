package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/zharvest/zharvest/cmd/zharvest/internal/term"
	"github.com/zharvest/zharvest/zenodo"
)

type depositDownloadCmd struct {
	depositID
	Output string   `short:"o" placeholder:"DIR" default:"." help:"Folder to put the files into; it is made where it is missing."`
	Names  []string `arg:"" optional:"" name:"name" help:"Names of files. Default: all."`
}

// Help is shown below the flags.
func (*depositDownloadCmd) Help() string {
	return "A file is whole, with its checksum compared, or not there. Example: zharvest deposit download 1234567 -o data"
}

// downloaded is what is printed of a file as JSON.
type downloaded struct {
	Name     string `json:"name"`
	Path     string `json:"path"`
	Size     int64  `json:"size"`
	Checksum string `json:"checksum"`
}

func (c *depositDownloadCmd) Run(ctx context.Context, a *app) error {
	service, dep, err := c.deposition(ctx, a)
	if err != nil {
		return err
	}
	files, err := findFiles(ctx, service, dep, c.Names)
	if err != nil {
		return err
	}
	if err := checkNames(files); err != nil {
		return err
	}
	if err := os.MkdirAll(c.Output, 0o755); err != nil {
		return err
	}
	list, err := c.fetch(ctx, a, service, dep, files)
	if err != nil {
		return err
	}
	if a.flags.JSON {
		return a.stdout.PrintJSON(list)
	}
	for _, f := range list {
		if _, err := fmt.Fprintln(a.stdout, term.Printable(f.Path)); err != nil {
			return err
		}
	}
	return nil
}

func (c *depositDownloadCmd) fetch(ctx context.Context, a *app, service *zenodo.DepositionsService, dep *zenodo.Deposition, files []zenodo.DepositionFile) ([]downloaded, error) {
	bars := term.NewTransfers(a.stderr, a.showsBars(), a.note)
	defer bars.End()
	// A file grows with the ending .part. If another has that for its name, it
	// comes later.
	slices.SortFunc(files, func(a, b zenodo.DepositionFile) int { return strings.Compare(a.Key, b.Key) })
	list := []downloaded{}
	for _, f := range files {
		path := filepath.Join(c.Output, f.Key)
		if err := fetchFile(ctx, a, service, dep, &f, path, bars); err != nil {
			return nil, fmt.Errorf("download %s: %w", f.Key, err)
		}
		list = append(list, downloaded{f.Key, path, f.Size, f.Checksum})
	}
	return list, nil
}

// fetchFile fetches a file, unless the same is there.
func fetchFile(ctx context.Context, a *app, service *zenodo.DepositionsService, dep *zenodo.Deposition, f *zenodo.DepositionFile, path string, bars *term.Transfers) error {
	info, err := os.Lstat(path)
	switch {
	case err == nil && !info.Mode().IsRegular():
		return usageError(displayPath(path)+" is there and no file", "name another folder with -o")
	case err == nil:
		whole, err := zenodo.IsWhole(ctx, path, f.Size, f.Checksum)
		if err != nil {
			return err
		}
		if whole {
			a.note("%s: is there already, skipped", f.Key)
			return nil
		}
	case !errors.Is(err, os.ErrNotExist):
		return err
	}
	if err := service.Download(ctx, dep, f, path, bars.File(f.Key, f.Size)); err != nil {
		return err
	}
	if info != nil {
		a.note("%s: replaced", f.Key)
	}
	return nil
}

// checkNames refuses names that would lead out of a folder. They come from
// others.
func checkNames(files []zenodo.DepositionFile) error {
	for _, f := range files {
		if !filepath.IsLocal(f.Key) || strings.ContainsAny(f.Key, "/\\\x00") || f.Key == "." {
			return &hintedError{fmt.Errorf("%q cannot be the name of a file here", f.Key), "name the others that you want", exitFailure}
		}
	}
	return nil
}
