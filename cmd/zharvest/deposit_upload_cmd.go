package main

import (
	"context"

	"github.com/zharvest/zharvest/cmd/zharvest/internal/term"
	"github.com/zharvest/zharvest/deposit"
	"github.com/zharvest/zharvest/zenodo"
)

type depositUploadCmd struct {
	depositID
	Name      string   `placeholder:"NAME" help:"Name that the file gets; needed for standard input."`
	Multipart bool     `help:"Send files as forms, up to 100 MB, in place of the bucket."`
	Flatten   bool     `help:"Send files of folders within a folder by their names alone: a record has no folders."`
	Jobs      int      `default:"2" placeholder:"N" help:"New files that are sent at a time; those that replace others are sent one by one."`
	Files     []string `arg:"" name:"file" help:"Files to send; a folder stands for the files in it, - for standard input."`
}

// Help is shown below the flags.
func (*depositUploadCmd) Help() string {
	return "A file of the same name is replaced, or skipped where it is the same. Example: zharvest deposit upload 1234567 data.csv README.md"
}

func (c *depositUploadCmd) Run(ctx context.Context, a *app) error {
	if err := checkJobs(c.Jobs); err != nil {
		return err
	}
	files, err := deposit.FindFiles(c.Files, deposit.FindOptions{Name: c.Name, Flatten: c.Flatten, AsForms: c.Multipart, Stdin: a.stdin})
	if err != nil {
		return err
	}
	service, dep, err := c.deposition(ctx, a)
	if err != nil {
		return err
	}
	if err := filesChangeable(dep); err != nil {
		return err
	}
	up := &deposit.Uploader{Depositions: service, Jobs: c.Jobs, AsForms: c.Multipart}
	if err := a.upload(ctx, up, dep, files); err != nil {
		return filesError(dep, err)
	}
	return a.printDeposition(ctx, service, dep.ID)
}

func checkJobs(jobs int) error {
	if jobs < 1 {
		return usageError("--jobs is a number of files", "write for example --jobs 2")
	}
	return nil
}

// upload sends what a deposition does not have yet, with bars. All files are
// tried.
func (a *app) upload(ctx context.Context, up *deposit.Uploader, dep *zenodo.Deposition, files []zenodo.Upload) error {
	if len(files) == 0 {
		return nil
	}
	plan, err := up.Plan(ctx, dep, files)
	if err != nil {
		return err
	}
	for _, f := range plan[:len(files)] {
		if f.Action == deposit.FileKeep {
			a.note("%s: is there already, skipped", f.Name)
		}
	}
	bars := term.NewTransfers(a.stderr, a.showsBars(), a.note)
	defer bars.End()
	up.KeepGoing, up.Progress, up.Sent = true, bars.File, a.noteSent
	return up.Apply(ctx, dep, plan)
}

func (a *app) noteSent(f deposit.PlannedFile, name string) {
	switch {
	case name != f.Name:
		a.note("%s: sent, as %s", f.Name, name)
	case f.Action == deposit.FileReplace:
		a.note("%s: replaced", f.Name)
	default:
		a.note("%s: sent", f.Name)
	}
}
