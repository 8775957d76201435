package index

import (
	"context"

	"github.com/zharvest/zharvest/index/internal/engine"
	"github.com/zharvest/zharvest/index/internal/segment"
)

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
	readers  []engine.TextReader // one a segment, of the column
}

func (t *mergedTexts) text(ctx context.Context, column int, doc uint32) (string, error) {
	if t.readers == nil || column != t.column {
		t.column, t.readers = column, t.readers[:0]
		for _, s := range t.segments {
			t.readers = append(t.readers, engine.TextReader{Columns: s, Name: engine.TextColumn(engine.TextColumns[column])})
		}
	}
	o := t.origins[doc]
	return t.readers[o.Source].At(ctx, o.Doc)
}

// storeTexts writes the text columns of a segment.
func (w *writer) storeTexts(id int64, docs int, source textSource) error {
	var chunk textEncoder
	for c, name := range engine.TextColumns {
		for doc := range docs {
			s, err := source.text(uncancelled, c, uint32(doc))
			if err != nil {
				return err
			}
			if chunk.add(s); doc+1 != docs && (doc+1)%engine.ChunkDocs != 0 {
				continue
			}
			if err := w.storeChunk(id, engine.TextColumn(name), doc/engine.ChunkDocs, chunk.take()); err != nil {
				return err
			}
		}
	}
	return nil
}
