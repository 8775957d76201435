package main

import "context"

type depositShowCmd struct {
	depositID
	Metadata bool `help:"Print only the metadata, as update takes it."`
}

// Help is shown below the flags.
func (*depositShowCmd) Help() string {
	return "Example: zharvest deposit show 1234567 --metadata > m.json"
}

func (c *depositShowCmd) Run(ctx context.Context, a *app) error {
	service, dep, err := c.deposition(ctx, a)
	if err != nil {
		return err
	}
	if c.Metadata {
		return a.printRaw(dep.Metadata)
	}
	return a.printDeposition(ctx, service, dep.ID)
}
