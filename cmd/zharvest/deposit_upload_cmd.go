package main

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

func (c *depositUploadCmd) Run(a *app) error {
	up := uploads{files: c.Files, name: c.Name, multipart: c.Multipart, flatten: c.Flatten, jobs: c.Jobs}
	if err := up.collect(a); err != nil {
		return err
	}
	service, dep, err := c.deposition(a)
	if err != nil {
		return err
	}
	if err := filesChangeable(dep); err != nil {
		return err
	}
	if err := up.send(a, service, dep); err != nil {
		return filesError(dep, err)
	}
	return a.printDeposition(service, dep.ID)
}
