package index

import (
	"context"
	"slices"

	"github.com/zharvest/zharvest/index/internal/engine"
)

// openSnapshot opens all segments, and one more in memory for what is not in
// any yet: records that a harvest under way has stored, or that one which was
// killed has left.
func (db *DB) openSnapshot(ctx context.Context, s *session) (*engine.Index, error) {
	snap := &engine.Index{WithStatistic: s.withStatistic}
	sets, err := readSegmentSets(ctx, s)
	if err != nil {
		return nil, err
	}
	for _, set := range sets {
		stored := &storedSegment{db: db, q: s, id: set.id, docs: set.docs}
		var t engine.Terms = stored
		if set.docs <= smallDocs {
			t = &smallSegment{stored: stored}
		}
		snap.Segments = append(snap.Segments, &engine.Segment{
			Terms: t, Columns: stored, Docs: set.docs, Latest: set.latest, Gone: set.gone, Dead: set.dead,
		})
	}
	pending, err := numbers(ctx, s, `SELECT record_id FROM pending UNION
		SELECT record_id FROM pending_ranges JOIN records ON record_id BETWEEN first_record AND last_record ORDER BY record_id`)
	if err != nil {
		return nil, err
	}
	for part := range slices.Chunk(pending, segmentDocs) {
		docs, err := db.documents(ctx, s, part, nil)
		if err != nil {
			return nil, err
		}
		inMemory, err := engine.MemorySegment(docs)
		if err != nil {
			return nil, err
		}
		snap.Segments = append(snap.Segments, inMemory)
	}
	return snap, nil
}
