package index

import (
	"context"
	"slices"
)

// openSnapshot opens all segments, and one more in memory for what is not in
// any yet: records that a harvest under way has stored, or that one which was
// killed has left.
func (db *DB) openSnapshot(ctx context.Context, s *session) (*snapshot, error) {
	snap := &snapshot{withStatistic: s.withStatistic}
	sets, err := readSegmentSets(ctx, s)
	if err != nil {
		return nil, err
	}
	for _, set := range sets {
		stored := &storedSegment{db: db, q: s, id: set.id, docs: set.docs}
		var t terms = stored
		if set.docs <= smallDocs {
			t = &smallSegment{stored: stored}
		}
		snap.segments = append(snap.segments, &openSegment{
			terms: t, columns: stored, docs: set.docs, latest: set.latest, gone: set.gone, dead: set.dead,
		})
	}
	pending, err := numbers(ctx, s, "SELECT record_id FROM pending ORDER BY record_id")
	if err != nil {
		return nil, err
	}
	for part := range slices.Chunk(pending, segmentDocs) {
		docs, err := db.documents(ctx, s, part, nil)
		if err != nil {
			return nil, err
		}
		inMemory, err := memorySegment(docs)
		if err != nil {
			return nil, err
		}
		snap.segments = append(snap.segments, inMemory)
	}
	return snap, nil
}
