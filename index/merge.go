package index

import (
	"context"
	"errors"

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
func (w *writer) dueSegments(above int64) ([]segmentSets, error) {
	sets, err := readSegmentSets(uncancelled, w)
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
func segmentsToMerge(sets []segmentSets) []segmentSets {
	levels := map[int][]segmentSets{}
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
func atMost(docs int, sets []segmentSets) []segmentSets {
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
func (w *writer) merge(ctx context.Context, sets []segmentSets) error {
	var sources []segment.Source
	var segments []*storedSegment
	for _, s := range sets {
		stored := &storedSegment{db: w.db, q: w, id: s.id, docs: s.docs}
		columns, err := stored.columns(uncancelled, s.latest, s.gone)
		if err != nil {
			return err
		}
		segments = append(segments, stored)
		sources = append(sources, segment.Source{Columns: columns, Dead: s.dead, Blocks: stored.blocks(uncancelled, nil, nil)})
	}
	err := w.storeSegment(func(emit func(segment.Block) error) (*segment.Columns, textSource, error) {
		columns, origins, err := segment.Merge(sources, func(b segment.Block) error {
			if ctx.Err() != nil {
				return context.Cause(ctx)
			}
			return emit(b)
		})
		return columns, &mergedTexts{segments: segments, origins: origins}, err
	})
	if err != nil {
		return err
	}
	for _, s := range sets {
		if err := w.dropSegment(s.id); err != nil {
			return err
		}
	}
	return nil
}

// columns reads all columns, for merging.
func (s *storedSegment) columns(ctx context.Context, latest, gone segment.Bitset) (*segment.Columns, error) {
	c := &segment.Columns{Latest: latest, Gone: gone, Norms: map[segment.Field][]byte{}, Numbers: make([][]int64, engine.NumberColumns)}
	for n := range s.chunks() {
		if err := s.appendChunk(ctx, c, n); err != nil {
			return nil, err
		}
	}
	for _, f := range engine.TextFields() {
		lengths, err := s.allNorms(ctx, f)
		if err != nil {
			return nil, err
		}
		if lengths != nil {
			c.Norms[f] = lengths
		}
	}
	return c, nil
}

func (s *storedSegment) appendChunk(ctx context.Context, c *segment.Columns, n int) error {
	var errs []error
	get := func(name string) []int64 {
		part, err := s.Ints(ctx, name, n)
		errs = append(errs, err)
		return part
	}
	c.Records = append(c.Records, get(engine.ColumnRecords)...)
	c.Created = append(c.Created, get(engine.ColumnCreated)...)
	for i := range c.Numbers {
		c.Numbers[i] = append(c.Numbers[i], get(engine.NumberColumn(i))...)
	}
	ids, err := s.Texts(ctx, engine.ColumnIDs, n)
	for i := range ids.Len() {
		c.IDs = append(c.IDs, ids.At(i))
	}
	return errors.Join(append(errs, err)...)
}

// allNorms reads the lengths of a text field, nil where no document has it.
func (s *storedSegment) allNorms(ctx context.Context, f segment.Field) (lengths []byte, err error) {
	for n := range s.chunks() {
		part, err := s.Norms(ctx, f, n)
		if err != nil {
			return nil, err
		}
		lengths = append(lengths, part...)
	}
	return lengths, nil
}
