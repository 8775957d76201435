package index

import (
	"database/sql"
	"iter"
	"slices"

	"github.com/zharvest/zharvest/zenodo"
)

// textColumns are kept in the segments, too, where they stand in the order in
// which lists are written: the list of DOIs and titles that everybody wants is
// then written without a look at the table of records.
var textColumns = []string{"doi", "title"}

// storeTexts adds the text columns to a chunk of a segment, given by the keys
// of its records.
func (w *writer) storeTexts(id int64, chunk int, keys []int64) error {
	texts := make([][]string, len(textColumns))
	for c := range texts {
		texts[c] = make([]string, len(keys))
	}
	for from := 0; from < len(keys); from += segmentDocs {
		part := keys[from:min(from+segmentDocs, len(keys))]
		places := placesOf(part)
		err := eachRow(w.ctx, w, "SELECT record_id, coalesce(doi, ''), title FROM records WHERE record_id IN ("+intList(part)+")", nil, func(rows *sql.Rows) error {
			var key int64
			var doi, title string
			if err := rows.Scan(&key, &doi, &title); err != nil {
				return err
			}
			i := from + places[key]
			texts[0][i], texts[1][i] = doi, title
			return nil
		})
		if err != nil {
			return err
		}
	}
	for c, name := range textColumns {
		err := w.exec("INSERT INTO segment_columns (segment_id, name, chunk, data) VALUES (?, ?, ?, ?)", id, name, chunk, w.db.codec.compress(encodeStrings(texts[c])))
		if err != nil {
			return err
		}
	}
	return nil
}

// inSegments tells whether all that a query asks for can be read from the
// segments, in their order.
func (r *result) inSegments(q Query) bool {
	if q.Columns == nil || q.Sort != "" && q.Sort != Newest && q.Sort != Oldest {
		return false
	}
	for _, name := range q.Columns {
		if name != "id" && !slices.Contains(textColumns, name) {
			return false
		}
	}
	for _, seg := range r.segments {
		if stored, ok := seg.terms.(*storedSegment); !ok || !stored.hasTexts() {
			return false
		}
	}
	return true
}

// hasTexts is false for a segment that has none.
func (s *storedSegment) hasTexts() bool {
	var n int
	err := s.q.QueryRowContext(s.ctx, "SELECT count(*) FROM segment_columns WHERE segment_id = ? AND name = ? AND chunk = 0", s.id, textColumns[0]).Scan(&n)
	return err == nil && n == 1
}

// fromSegments iterates over what was found with its id and text columns.
func (r *result) fromSegments(q Query) iter.Seq2[*zenodo.Record, error] {
	return func(yield func(*zenodo.Record, error) bool) {
		readers := map[*openSegment]*textReader{}
		n := 0
		for c, err := range r.hitsByCreation(q.Sort != Oldest) {
			if err != nil {
				yield(nil, err)
				return
			}
			reader := readers[c.segment]
			if reader == nil {
				reader = &textReader{segment: c.segment.terms.(*storedSegment), chunk: -1}
				readers[c.segment] = reader
			}
			record, err := reader.read(c.at)
			if !yield(record, err) || err != nil {
				return
			}
			if n++; n == q.Limit {
				return
			}
		}
	}
}

// textReader reads the texts of one segment, a chunk at a time.
type textReader struct {
	segment      *storedSegment
	chunk        int
	dois, titles []string
}

func (t *textReader) read(h hit) (*zenodo.Record, error) {
	if chunk := int(h.doc / chunkDocs); chunk != t.chunk {
		docs := min(chunkDocs, t.segment.docs-chunk*chunkDocs)
		for c, into := range []*[]string{&t.dois, &t.titles} {
			data, err := t.segment.chunk(textColumns[c], chunk)
			if err != nil {
				return nil, err
			}
			if *into, err = decodeStrings(data, docs); err != nil {
				return nil, err
			}
		}
		t.chunk = chunk
	}
	i := h.doc % chunkDocs
	r := &zenodo.Record{ID: zenodo.RecordID(h.id), DOI: zenodo.DOI(t.dois[i])}
	r.Metadata.Title = t.titles[i]
	return r, nil
}
