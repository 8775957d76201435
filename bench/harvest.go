package main

import (
	"context"
	"fmt"
	"path/filepath"
)

// harvest measures harvests from an emulated Zenodo without limits, which
// takes its share of the processors.
func (b *bench) harvest(ctx context.Context, _ []string) error {
	db := filepath.Join(b.cache, "harvest.db")
	var costs []cost
	err := b.emulate(ctx, b.records, func(api string) error {
		for range b.runs {
			c, err := b.harvestInto(ctx, api, db)
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
	t := newTable("harvest of", "median", "best", "records/s", "CPU", "memory", "index")
	b.harvested(t, fmt.Sprint(b.records, " records"), costs, db)
	return t.end()
}
