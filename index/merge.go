package index

import (
	"context"

	"github.com/zharvest/zharvest/index/internal/engine"
	"github.com/zharvest/zharvest/index/internal/segment"
)

// mergeFactor is how many segments of about one size become one, up to
// maxSegmentDocs: larger ones would keep others from writing for long.
const (
	mergeFactor    = 10
	maxSegmentDocs = segmentDocs * mergeFactor * mergeFactor
)

// mergeSegments merges where too many segments of one size have come
// together, leaving those up to a number alone. It is only housekeeping: that
// ctx has ended is no error, and the next one who writes resumes it.
func (db *DB) mergeSegments(ctx context.Context, above int64) error {
	for ctx.Err() == nil {
		merged := false
		err := db.update(ctx, func(w *writer) error {
			if !w.segmentMade {
				return nil
			}
			due, err := w.dueSegments(above)
			if err != nil {
				return err
			}
			if due == nil {
				w.segmentMade = above > 0
				return nil
			}
			merged = true
			return w.merge(ctx, due)
		})
		if err != nil && ctx.Err() != nil {
			return nil
		}
		if err != nil || !merged {
			return err
		}
	}
	return nil
}

// dueSegments drops the segments whose documents are all dead, and returns
// those that are to be merged now.
func (w *writer) dueSegments(above int64) ([]storedSegment, error) {
	sets, err := readSegments(uncancelled, w)
	if err != nil {
		return nil, err
	}
	living := sets[:0]
	for _, s := range sets {
		switch {
		case s.live() == 0:
			if err := w.dropSegment(s.id); err != nil {
				return nil, err
			}
		case s.id > above:
			living = append(living, s)
		}
	}
	return segmentsToMerge(living), nil
}

// segmentsToMerge picks the oldest of the smallest size of which there are
// enough, no more than may be in one.
func segmentsToMerge(sets []storedSegment) []storedSegment {
	levels := map[int][]storedSegment{}
	for _, s := range sets {
		level := sizeLevel(s.live())
		levels[level] = append(levels[level], s)
	}
	for level := range sizeLevel(maxSegmentDocs) {
		if len(levels[level]) >= mergeFactor {
			return atMost(maxSegmentDocs, levels[level][:mergeFactor])
		}
	}
	return nil
}

// atMost is the first two of the segments, and of those that follow as many
// as make no more than so many documents.
func atMost(docs int, sets []storedSegment) []storedSegment {
	n, sum := 2, sets[0].live()+sets[1].live()
	for ; n < len(sets) && sum+sets[n].live() <= docs; n++ {
		sum += sets[n].live()
	}
	return sets[:n]
}

// sizeLevel is the number of a size: 0 for less than mergeFactor documents, 1
// for less than its square, and so on.
func sizeLevel(docs int) (level int) {
	for ; docs >= mergeFactor; docs /= mergeFactor {
		level++
	}
	return level
}

// merge puts one segment in the place of several. Cancelling ctx ends it soon.
func (w *writer) merge(ctx context.Context, segments []storedSegment) error {
	sources, cache := make([]segment.Source, len(segments)), &pageCache{} // of one transaction
	docs := 0
	for i, s := range segments {
		docs += s.live()
		r := &segment.Reader{Pages: &storedPages{session: w.session, codec: w.db.codec, id: s.id, cache: cache}, Docs: s.Docs}
		sources[i] = segment.Source{Reader: r, Latest: s.Latest, Gone: s.Gone, Dead: s.dead}
	}
	err := w.storeSegment(docs, func(emit func(segment.Page) error) (segment.Made, error) {
		return segment.Merge(uncancelled, sources, engine.NumberColumns, len(engine.TextColumns), engine.Orders, func(p segment.Page) error {
			if ctx.Err() != nil {
				return context.Cause(ctx)
			}
			return emit(p)
		})
	})
	if err != nil {
		return err
	}
	for _, s := range segments {
		if err := w.dropSegment(s.id); err != nil {
			return err
		}
	}
	return nil
}
