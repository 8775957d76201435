package index

import (
	"context"
	"database/sql"
	"fmt"
	"strings"

	"github.com/zharvest/zharvest/index/internal/engine"
)

// statisticsSQL finds the records whose last statistics are in a range;
// what the server did not send is null, and in none. Most rows have none after
// them, so that looking for one is quicker than grouping all rows.
const statisticsSQL = `SELECT record_id FROM statistics s WHERE s.version_%s BETWEEN ? AND ?
	AND NOT EXISTS (SELECT 1 FROM statistics n WHERE n.record_id = s.record_id AND n.seen_at > s.seen_at)`

// statisticSQL is the statement for a condition on a field of statistics. Those
// of all versions stand in the table of records, too, and have indexes there.
func statisticSQL(name string) string {
	if column, ok := strings.CutPrefix(name, "stats.all_versions."); ok {
		return fmt.Sprintf("SELECT record_id FROM records WHERE %s BETWEEN ? AND ?", column)
	}
	return fmt.Sprintf(statisticsSQL, strings.TrimPrefix(name, "stats.this_version."))
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
