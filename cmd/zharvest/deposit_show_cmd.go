package main

type depositShowCmd struct {
	depositID
	Metadata bool `help:"Print only the metadata, as update takes it."`
}

// Help is shown below the flags.
func (*depositShowCmd) Help() string {
	return "Example: zharvest deposit show 1234567 --metadata > m.json"
}

func (c *depositShowCmd) Run(a *app) error {
	service, dep, err := c.deposition(a)
	if err != nil {
		return err
	}
	if c.Metadata {
		return a.printRaw(dep.Metadata)
	}
	return a.printDeposition(service, dep.ID)
}
