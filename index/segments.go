package index

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/zharvest/zharvest/index/internal/segment"
)

// storedSegment is a row of segments.
type storedSegment struct {
	id int64
	segment.Made
	dead segment.Bitset // nil for none
}

// live is how many documents are not dead.
func (s storedSegment) live() int { return s.Docs - s.dead.Count() }

const readSegmentsSQL = "SELECT segment_id, docs, latest, gone, dead, oldest, newest FROM segments"

// readSegments reads the rows of the segments named, or of all.
func readSegments(ctx context.Context, q querier, ids ...int64) (all []storedSegment, err error) {
	query := readSegmentsSQL
	if len(ids) > 0 {
		query += " WHERE segment_id IN (" + intList(ids) + ")"
	}
	err = eachRow(ctx, q, query+" ORDER BY segment_id", nil, func(rows *sql.Rows) error {
		var s storedSegment
		var latest, gone, dead []byte
		if err := rows.Scan(&s.id, &s.Docs, &latest, &gone, &dead, &s.Oldest, &s.Newest); err != nil {
			return err
		}
		var errs [3]error
		s.Latest, errs[0] = decodeBitset(latest, s.Docs)
		s.Gone, errs[1] = decodeBitset(gone, s.Docs)
		if dead != nil {
			s.dead, errs[2] = decodeBitset(dead, s.Docs)
		}
		if err := errors.Join(errs[:]...); err != nil {
			return fmt.Errorf("segment %d: %w", s.id, err)
		}
		all = append(all, s)
		return nil
	})
	return all, err
}

// storeSegment makes a segment of so many documents with build and writes it.
func (w *writer) storeSegment(docs int, build func(emit func(segment.Page) error) (segment.Made, error)) error {
	res, err := w.ExecContext(uncancelled, "INSERT INTO segments (docs, latest, gone) VALUES (?, ?, ?)", 0, []byte{}, []byte{})
	if err != nil {
		return err
	}
	id, err := res.LastInsertId()
	if err != nil {
		return err
	}
	pages := pageStore{writer: w, id: id, quickly: docs <= segmentDocs}
	made, err := build(pages.add)
	if err == nil {
		err = pages.flush()
	}
	if err != nil {
		return fmt.Errorf("make a segment: %w", err)
	}
	w.segmentMade = true
	return w.exec("UPDATE segments SET docs = ?, latest = ?, gone = ?, oldest = ?, newest = ? WHERE segment_id = ?",
		made.Docs, encodeBitset(made.Latest), encodeBitset(made.Gone), made.Oldest, made.Newest, id)
}

// pageStore writes the pages of a segment, some at a time, so that they are
// compressed on all processors.
type pageStore struct {
	writer *writer
	id     int64
	// quickly is set for a segment that is merged again.
	quickly bool
	pages   []segment.Page
}

// pagesTogether is how many pages are compressed at once.
const pagesTogether = 32

func (s *pageStore) add(p segment.Page) error {
	if s.pages = append(s.pages, p); len(s.pages) < pagesTogether {
		return nil
	}
	return s.flush()
}

// flush writes what is left.
func (s *pageStore) flush() error {
	places := make([]int, len(s.pages))
	packed := make([][]byte, len(s.pages))
	for i := range places {
		places[i] = i
	}
	err := parallel(uncancelled, places, func(i int) error {
		packed[i] = s.writer.db.codec.packPage(pageKey(s.id, s.pages[i].PageID), s.pages[i].Data, s.quickly)
		return nil
	})
	for i, p := range s.pages {
		if err == nil {
			err = s.writer.exec("INSERT INTO segment_pages (page_id, data) VALUES (?, ?)", pageKey(s.id, p.PageID), packed[i])
		}
	}
	s.pages = s.pages[:0]
	return err
}

// dropSegment removes a segment.
func (w *writer) dropSegment(id int64) error {
	delete(w.db.segments, id)
	first, next := pageKey(id, segment.PageID{}), pageKey(id+1, segment.PageID{})
	if err := w.exec("DELETE FROM segment_pages WHERE page_id >= ? AND page_id < ?", first, next); err != nil {
		return err
	}
	return w.exec("DELETE FROM segments WHERE segment_id = ?", id)
}
