package index

import (
	"context"
	"database/sql"
	"fmt"
	"strings"

	"github.com/zharvest/zharvest/index/internal/engine"
)

// statisticSQL is the statement for a condition on a field of statistics. The
// engine has every view and download under the plain name, and those of visitors
// as unique ones.
func statisticSQL(field string) string {
	group, name, _ := strings.Cut(strings.TrimPrefix(field, "stats."), ".")
	if unique, ok := strings.CutPrefix(name, "unique_"); ok {
		name = unique
	} else if name != "data_volume" {
		name += "_raw"
	}
	if group == "this_version" {
		name = "version_" + name
	}
	return fmt.Sprintf("SELECT record_id FROM record WHERE %s BETWEEN ? AND ?", name)
}

// withStatistic finds the records with a statistic from one number to
// another, both included.
func (s *session) withStatistic(ctx context.Context, name string, from, until int64) (engine.KeySet, error) {
	records := engine.KeySet{}
	err := eachRow(ctx, s, statisticSQL(name), []any{from, until}, func(rows *sql.Rows) error {
		var record int64
		err := rows.Scan(&record)
		records.Add(record)
		return err
	})
	return records, err
}
