package main

import (
	"fmt"
	"os"
	"path/filepath"
)

// harvest measures harvests from an emulated Zenodo without limits, which
// takes its share of the processors.
func (b *bench) harvest([]string) error {
	db := filepath.Join(b.cache, "harvest.db")
	var costs []cost
	err := b.emulate(b.records, func(api string) error {
		for range b.runs {
			c, err := b.harvestInto(api, db)
			if err != nil {
				return err
			}
			costs = append(costs, c)
		}
		return nil
	})
	if err != nil {
		return err
	}
	info, err := os.Stat(db)
	if err != nil {
		return err
	}
	s := summarize(costs)
	t := newTable("harvest of", "median", "best", "records/s", "CPU", "CPU a record", "memory", "index")
	t.row(fmt.Sprint(b.records, " records"), seconds(s.median), seconds(s.best), rate(b.records, s.median),
		seconds(s.cpu), fmt.Sprintf("%.0f µs", float64(s.cpu.Microseconds())/float64(b.records)), megabytes(s.memory), megabytes(info.Size()))
	return t.end()
}
