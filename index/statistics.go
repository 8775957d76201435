package index

import (
	"fmt"
	"strings"

	"github.com/zharvest/zharvest/zenodo"
)

// The row of a record has its statistics as they were seen last, and since when;
// those seen before are in statistic.

// moveStatistics writes statistics that moved, or that are not sent any more, and
// keeps those from before.
func (b *batch) moveStatistics(w *writer, it *item, before []byte) error {
	old, err := zenodo.DecodeRecord(before)
	if err == nil && it.record.Stats.Equal(old.Stats) {
		return nil
	}
	if err := w.exec(keepStatisticsSQL, it.key, b.seenAt); err != nil {
		return fmt.Errorf("keep statistics: %w", err)
	}
	args := append([]any{b.seenAt}, statisticValues(it.record.Stats)...)
	return w.exec("UPDATE record SET seen_at = ?, "+strings.Join(statisticColumns, " = ?, ")+" = ? WHERE record_id = ?", append(args, it.key)...)
}

var keepStatisticsSQL = fmt.Sprintf(`INSERT OR REPLACE INTO statistic (record_id, seen_at, %[1]s)
	SELECT record_id, seen_at, %[1]s FROM record WHERE record_id = ? AND seen_at <> ?`, strings.Join(statisticColumns, ", "))
