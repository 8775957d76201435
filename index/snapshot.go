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
	stored, err := readSegments(ctx, s)
	if err != nil {
		return nil, err
	}
	for _, one := range stored {
		snap.Segments = append(snap.Segments, engine.NewSegment(&storedPages{s, db.codec, one.id, &db.pages}, one.Made, one.dead))
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
