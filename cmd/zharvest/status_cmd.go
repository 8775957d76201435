package main

import (
	"fmt"

	"github.com/zharvest/zharvest/index"
)

type statusCmd struct{}

func (*statusCmd) Run(a *app) (err error) {
	db, err := a.openIndex()
	if err != nil {
		return err
	}
	defer closing(db, &err)
	status, err := db.Status(a.ctx)
	if err != nil {
		return err
	}
	if a.flags.JSON {
		return a.stdout.printJSON(status)
	}
	return a.printStatus(status)
}

func (a *app) printStatus(s *index.Status) error {
	_, err := fmt.Fprintf(a.stdout, "%s: %s, schema %d\n%d records (%d latest versions, %d gone), %d communities\n\n",
		printable(displayPath(s.Path)), byteSize(s.Bytes), s.Schema, s.Records, s.Latest, s.Gone, s.Communities)
	if err != nil || len(s.Harvests) == 0 {
		return err
	}
	var rows [][]string
	for _, h := range s.Harvests {
		state, total := "incomplete", "?"
		if h.Complete {
			state = "complete"
		}
		if h.Total != nil {
			total = fmt.Sprint(*h.Total)
		}
		last := "never finished"
		if h.LastRunAt != nil {
			last = *h.LastRunAt
		}
		rows = append(rows, []string{h.Name, fmt.Sprint(h.Records), total, state, last, string(h.Selection)})
	}
	return a.printTable([]string{"harvest", "records", "of", "state", "last run", "selection"}, rows)
}

// byteSize writes a size for people.
func byteSize(n int64) string {
	units := []string{"B", "kB", "MB", "GB", "TB"}
	size, unit := float64(n), 0
	for size >= 1000 && unit < len(units)-1 {
		size, unit = size/1000, unit+1
	}
	if unit == 0 {
		return fmt.Sprintf("%d B", n)
	}
	return fmt.Sprintf("%.1f %s", size, units[unit])
}

type forgetCmd struct {
	Name string `arg:"" help:"Name of the saved harvest; see zharvest status."`
}

func (c *forgetCmd) Run(a *app) (err error) {
	db, err := a.openIndex()
	if err != nil {
		return err
	}
	defer closing(db, &err)
	harvests, err := a.savedHarvests(db)
	if err != nil {
		return err
	}
	if err := checkHarvest(harvests, c.Name); err != nil {
		return err
	}
	dropped, err := db.Forget(a.ctx, c.Name)
	if err != nil {
		return err
	}
	if a.flags.JSON {
		return a.stdout.printJSON(map[string]any{"harvest": c.Name, "dropped": dropped})
	}
	_, err = fmt.Fprintf(a.stdout, "%s: forgotten, with %d records that no other harvest holds\n", printable(c.Name), dropped)
	return err
}

type reindexCmd struct{}

func (*reindexCmd) Run(a *app) (err error) {
	db, err := a.openIndex()
	if err != nil {
		return err
	}
	defer closing(db, &err)
	records := 0
	err = db.Reindex(a.ctx, func(done, total int) {
		records = total
		a.note("reindex: %d of %d", done, total)
	})
	if err != nil {
		return err
	}
	if a.flags.JSON {
		return a.stdout.printJSON(map[string]any{"records": records})
	}
	_, err = fmt.Fprintf(a.stdout, "%d records indexed anew\n", records)
	return err
}
