package index

import (
	"maps"

	"github.com/zharvest/zharvest/index/internal/segment"
)

// markDead marks the documents of records in all segments.
func (w *writer) markDead(keys []int64) error {
	if len(keys) == 0 {
		return nil
	}
	sets, err := readSegments(uncancelled, w)
	if err != nil {
		return err
	}
	w.db.segments.keep(sets)
	wanted := make(map[int64]bool, len(keys))
	for _, key := range keys {
		wanted[key] = true
	}
	for _, s := range sets {
		if err := w.markDeadIn(s, wanted); err != nil {
			return err
		}
	}
	return nil
}

func (w *writer) markDeadIn(s storedSegment, wanted map[int64]bool) error {
	records, err := w.segmentRecords(s)
	if err != nil {
		return err
	}
	dead := segment.NewBitset(s.Docs)
	for doc, key := range records {
		if wanted[key] {
			dead.Add(uint32(doc))
		}
	}
	if dead.Count() == 0 {
		return nil
	}
	if s.dead != nil {
		dead.Or(s.dead)
	}
	return w.exec("UPDATE segments SET dead = ? WHERE segment_id = ?", encodeBitset(dead), s.id)
}

// segmentCache keeps which records a segment holds, for those who write:
// segments never change. A transaction that is rolled back gives its segments'
// numbers free, so it is emptied then.
type segmentCache map[int64][]int64

// keep forgets the segments that are no more.
func (c segmentCache) keep(sets []storedSegment) {
	there := make(map[int64]bool, len(sets))
	for _, s := range sets {
		there[s.id] = true
	}
	maps.DeleteFunc(c, func(id int64, _ []int64) bool { return !there[id] })
}

func (w *writer) segmentRecords(s storedSegment) ([]int64, error) {
	if records, ok := w.db.segments[s.id]; ok {
		return records, nil
	}
	r := &segment.Reader{Pages: &storedPages{session: w.session, codec: w.db.codec, id: s.id}, Docs: s.Docs}
	records := make([]int64, 0, s.Docs)
	for window := range r.Windows() {
		part, err := r.Ints(uncancelled, segment.Records, window)
		if err != nil {
			return nil, err
		}
		records = append(records, part...)
	}
	if w.db.segments == nil {
		w.db.segments = segmentCache{}
	}
	w.db.segments[s.id] = records
	return records, nil
}
