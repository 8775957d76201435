package main

import (
	"context"
	_ "embed"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
)

//go:embed plain.py
var plainScript []byte

// compare harvests with zharvest and with the script that one would write
// instead, in turns, from the same emulated Zenodo.
func (b *bench) compare(ctx context.Context, _ []string) error {
	python, err := exec.LookPath("python3")
	if err != nil {
		return fmt.Errorf("there is no Python to compare with: %w", err)
	}
	script := filepath.Join(b.cache, "plain.py")
	if err := os.WriteFile(script, plainScript, 0o644); err != nil {
		return err
	}
	ours, theirs := filepath.Join(b.cache, "harvest.db"), filepath.Join(b.cache, "plain.db")
	var us, them []cost
	err = b.emulate(ctx, b.records, func(api string) error {
		for range b.runs {
			c, err := b.harvestInto(ctx, api, ours)
			if err != nil {
				return err
			}
			us = append(us, c)
			if err := remove(theirs); err != nil {
				return err
			}
			if c, err = b.measure(ctx, discard, python, script, api, theirs); err != nil {
				return err
			}
			them = append(them, c)
		}
		return nil
	})
	if err != nil {
		return err
	}
	t := newTable("harvest of", "median", "best", "records/s", "CPU", "memory", "index")
	b.harvested(t, "zharvest", us, ours)
	b.harvested(t, "plain.py", them, theirs)
	if err := t.end(); err != nil {
		return err
	}
	fmt.Printf("%d records: %.2f times as fast\n", b.records, summarize(them).median.Seconds()/summarize(us).median.Seconds())
	return nil
}

// harvested adds a row for some harvests into an index.
func (b *bench) harvested(t *table, name string, costs []cost, db string) {
	size := int64(0)
	if info, err := os.Stat(db); err == nil {
		size = info.Size()
	}
	s := summarize(costs)
	t.row(name, seconds(s.median), seconds(s.best), rate(b.records, s.median), seconds(s.cpu), megabytes(s.memory), megabytes(size))
}
