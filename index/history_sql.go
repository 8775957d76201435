package index

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"maps"
	"slices"
)

// Counted is how many views and downloads by unique visitors the records of a
// selection had in sum on one day.
type Counted struct {
	Day       string // YYYY-MM-DD, UTC
	Views     int64
	Downloads int64
}

// History sums views and downloads of what q matches by the days on which a
// harvest saw any of them move, the oldest first. The server counts all
// versions of a record together, so that these count once here, whatever
// versions q matches. A record is part of the sums from the day on which it was
// first seen. Errors are those of [DB.Records].
func (db *DB) History(ctx context.Context, q Query) (days []Counted, err error) {
	moved := map[string]Counted{}
	err = db.view(ctx, func(s *session) error {
		found, err := db.search(ctx, s, q)
		if err != nil {
			return err
		}
		seen := map[string]bool{}
		for keys, err := range chunks(found.ordered(ctx), fetchSize) {
			if err != nil {
				return err
			}
			if err := addHistory(ctx, s, moved, keys, seen); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	var sum Counted
	for _, day := range slices.Sorted(maps.Keys(moved)) {
		sum = Counted{day, sum.Views + moved[day].Views, sum.Downloads + moved[day].Downloads}
		days = append(days, sum)
	}
	return days, nil
}

// historyOf has what was seen of the concepts of some records, each concept in
// one piece and in the order of time. Records without a concept stand for
// themselves.
const historyOf = `
	WITH v AS (
		SELECT 'c' || concept_id AS concept, * FROM record WHERE concept_id IN (SELECT concept_id FROM record WHERE record_id IN (%[1]s))
		UNION ALL
		SELECT 'r' || record_id, * FROM record WHERE concept_id IS NULL AND record_id IN (%[1]s))
	SELECT concept, date(seen_at, 'unixepoch'), views, downloads FROM (
		SELECT concept, s.seen_at, s.views, s.downloads FROM v CROSS JOIN statistic s USING (record_id)
		UNION ALL
		SELECT concept, seen_at, views, downloads FROM v WHERE seen_at IS NOT NULL)
	ORDER BY concept, seen_at`

// addHistory adds by how much the counts of the concepts of records moved on
// which day. Concepts that were counted before, by another of their versions, are
// passed over.
func addHistory(ctx context.Context, s *session, moved map[string]Counted, keys []int64, seen map[string]bool) error {
	var current string
	var last Counted // what was seen before; what is not known has not moved
	skip := false
	return eachRow(ctx, s, fmt.Sprintf(historyOf, intList(keys)), nil, func(rows *sql.Rows) error {
		var concept, day string
		var views, downloads *int64
		if err := rows.Scan(&concept, &day, &views, &downloads); err != nil {
			return err
		}
		if concept != current {
			current, last, skip = concept, Counted{}, seen[concept]
			seen[concept] = true
		}
		if skip || views == nil && downloads == nil {
			return nil
		}
		sum := moved[day]
		sum.Views += moveTo(&last.Views, views)
		sum.Downloads += moveTo(&last.Downloads, downloads)
		moved[day] = sum
		return nil
	})
}

// moveTo sets a count to what was seen, if anything, and returns by how much it
// moved.
func moveTo(last, seen *int64) int64 {
	if seen == nil {
		return 0
	}
	by := *seen - *last
	*last = *seen
	return by
}

// PreviousRun is when the run of a harvest before its last one began, in
// RFC 3339; empty where there is none. Runs that stored nothing are none. The
// error matches [ErrNotFound] where there is no such harvest.
func (db *DB) PreviousRun(ctx context.Context, harvest string) (at string, err error) {
	err = db.view(ctx, func(s *session) error {
		var exists bool
		if err := s.QueryRowContext(ctx, "SELECT EXISTS (SELECT 1 FROM harvests WHERE name = ?)", harvest).Scan(&exists); err != nil {
			return err
		}
		if !exists {
			return fmt.Errorf("harvest %q: %w", harvest, ErrNotFound)
		}
		err := s.QueryRowContext(ctx, "SELECT started_at FROM runs JOIN harvests USING (harvest_id) WHERE name = ? AND "+hasStored+
			" ORDER BY run_id DESC LIMIT 1 OFFSET 1", harvest).Scan(&at)
		if errors.Is(err, sql.ErrNoRows) {
			return nil
		}
		return err
	})
	return at, err
}
