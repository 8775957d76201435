package index

import (
	"context"
	"fmt"
	"iter"

	"github.com/zharvest/zharvest/index/internal/segment"
	"github.com/zharvest/zharvest/zenodo"
)

// textColumns are kept in the segments, too, where they stand in the order in
// which lists are written: the lists that everybody wants are then written
// without a look at the table of records. The id is there in any case.
var textColumns = []string{
	"doi", "concept_id", "concept_doi", "title", "publication_date", "type", "subtype", "license", "access",
	"version", "language", "journal", "url", "created", "updated",
}

func textsOf(r *zenodo.Record) []string {
	texts := make([]string, len(textColumns))
	for i, name := range textColumns {
		texts[i] = *briefColumns[name].place(r)
	}
	return texts
}

// textSource gives the text columns of a segment that is being made.
type textSource interface {
	text(ctx context.Context, column int, doc uint32) (string, error)
}

// built makes a segment with a builder.
func built(b *segment.Builder) func(func(segment.Block) error) (*segment.Columns, textSource, error) {
	return func(emit func(segment.Block) error) (*segment.Columns, textSource, error) {
		columns, err := b.Build(emit)
		if err != nil {
			return nil, nil, err
		}
		return columns, builtTexts(columns.Texts), nil
	}
}

// builtTexts are the texts of documents that have just been analysed.
type builtTexts [][]string

func (t builtTexts) text(_ context.Context, column int, doc uint32) (string, error) {
	return t[column][doc], nil
}

// mergedTexts copies the texts of segments that are merged. It holds a chunk of
// one column of each, so it is to be asked column by column.
type mergedTexts struct {
	segments []*storedSegment
	origins  []segment.Origin
	column   int
	readers  []columnReader // one a segment, of the column
}

func (t *mergedTexts) text(ctx context.Context, column int, doc uint32) (string, error) {
	if t.readers == nil || column != t.column {
		t.column, t.readers = column, t.readers[:0]
		for _, s := range t.segments {
			t.readers = append(t.readers, columnReader{columns: s, name: textColumn(textColumns[column])})
		}
	}
	o := t.origins[doc]
	return t.readers[o.Source].at(ctx, o.Doc)
}

// storeTexts writes the text columns of a segment.
func (w *writer) storeTexts(id int64, docs int, source textSource) error {
	var chunk textEncoder
	for c, name := range textColumns {
		for doc := range docs {
			s, err := source.text(w.ctx, c, uint32(doc))
			if err != nil {
				return err
			}
			if chunk.add(s); doc+1 != docs && (doc+1)%chunkDocs != 0 {
				continue
			}
			if err := w.storeChunk(id, textColumn(name), doc/chunkDocs, chunk.take()); err != nil {
				return err
			}
		}
	}
	return nil
}

// columnReader reads a column of texts, a chunk at a time.
type columnReader struct {
	columns columns
	name    string
	place   func(*zenodo.Record) *string // where the text goes
	number  int                          // of the chunk, from 1; 0 before any is read
	chunk   texts
}

func (r *columnReader) at(ctx context.Context, doc uint32) (string, error) {
	if number := int(doc/chunkDocs) + 1; number != r.number {
		chunk, err := r.columns.texts(ctx, r.name, number-1)
		if err != nil {
			return "", err
		}
		r.number, r.chunk = number, chunk
	}
	i := int(doc % chunkDocs)
	if i >= r.chunk.len() {
		return "", segment.ErrDamaged
	}
	return r.chunk.at(i), nil
}

// brief iterates over what was found in the order of creation, with nothing but
// some columns: up to limit records, or all for 0. It is one record, filled anew
// each time.
func (r *matches) brief(ctx context.Context, newest bool, columns []string, limit int) iter.Seq2[*zenodo.Record, error] {
	return func(yield func(*zenodo.Record, error) bool) {
		n := 0
		record, err := &zenodo.Record{}, checkColumns(columns)
		if err != nil {
			yield(nil, err)
			return
		}
		for c, err := range r.hitsByCreation(ctx, newest) {
			if err == nil {
				err = c.read(ctx, record, columns)
			}
			if err != nil {
				yield(nil, err)
				return
			}
			if n++; !yield(record, nil) || n == limit {
				return
			}
		}
	}
}

// read fills in columns of the record that the cursor is at.
func (c *creationCursor) read(ctx context.Context, into *zenodo.Record, columns []string) error {
	if c.texts == nil {
		c.texts = make([]columnReader, len(columns))
		for i, name := range columns {
			c.texts[i] = columnReader{columns: c.segment.columns, name: textColumn(name), place: briefColumns[name].place}
		}
	}
	for i := range c.texts {
		text, err := c.texts[i].at(ctx, c.at.doc)
		if err != nil {
			return err
		}
		*c.texts[i].place(into) = text
	}
	return nil
}

func checkColumns(columns []string) error {
	for _, name := range columns {
		if _, ok := briefColumns[name]; !ok {
			return fmt.Errorf("no such column: %s", name)
		}
	}
	return nil
}
