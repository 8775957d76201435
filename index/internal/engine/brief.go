package engine

import (
	"context"
	"fmt"
	"iter"

	"github.com/zharvest/zharvest/index/internal/segment"
	"github.com/zharvest/zharvest/zenodo"
)

// BriefColumns are the columns that can be read without the record as
// received, with where they go.
var BriefColumns = map[string]func(*zenodo.Record) *string{
	"id":               func(r *zenodo.Record) *string { return (*string)(&r.ID) },
	"concept_id":       func(r *zenodo.Record) *string { return (*string)(&r.ConceptID) },
	"doi":              func(r *zenodo.Record) *string { return (*string)(&r.DOI) },
	"concept_doi":      func(r *zenodo.Record) *string { return (*string)(&r.ConceptDOI) },
	"title":            func(r *zenodo.Record) *string { return &r.Metadata.Title },
	"publication_date": func(r *zenodo.Record) *string { return &r.Metadata.PublicationDate },
	"type":             func(r *zenodo.Record) *string { return &r.Metadata.Type },
	"subtype":          func(r *zenodo.Record) *string { return &r.Metadata.Subtype },
	"license":          func(r *zenodo.Record) *string { return &r.Metadata.License },
	"access":           func(r *zenodo.Record) *string { return &r.Metadata.AccessRight },
	"version":          func(r *zenodo.Record) *string { return &r.Metadata.Version },
	"language":         func(r *zenodo.Record) *string { return &r.Metadata.Language },
	"journal":          func(r *zenodo.Record) *string { return &r.Metadata.Journal.Title },
	"url":              func(r *zenodo.Record) *string { return &r.URL },
	"created":          func(r *zenodo.Record) *string { return (*string)(&r.CreatedAt) },
	"updated":          func(r *zenodo.Record) *string { return (*string)(&r.UpdatedAt) },
}

// TextColumns are kept in the segments, too, where they stand in the order in
// which lists are written: the lists that everybody wants are then written
// without a look at the table of records. The id is there in any case.
var TextColumns = []string{
	"doi", "concept_id", "concept_doi", "title", "publication_date", "type", "subtype", "license", "access",
	"version", "language", "journal", "url", "created", "updated",
}

func textsOf(r *zenodo.Record) []string {
	texts := make([]string, len(TextColumns))
	for i, name := range TextColumns {
		texts[i] = *BriefColumns[name](r)
	}
	return texts
}

// TextReader reads a column of texts, a chunk at a time.
type TextReader struct {
	Columns Columns
	Name    string
	place   func(*zenodo.Record) *string // where the text goes
	number  int                          // of the chunk, from 1; 0 before any is read
	chunk   Texts
}

// At reads the text of a document.
func (r *TextReader) At(ctx context.Context, doc uint32) (string, error) {
	if number := int(doc/ChunkDocs) + 1; number != r.number {
		chunk, err := r.Columns.Texts(ctx, r.Name, number-1)
		if err != nil {
			return "", err
		}
		r.number, r.chunk = number, chunk
	}
	i := int(doc % ChunkDocs)
	if i >= r.chunk.Len() {
		return "", segment.ErrDamaged
	}
	return r.chunk.At(i), nil
}

// Brief iterates over what was found in the order of creation, with nothing but
// some columns: up to limit records, or all for 0. It is one record, filled anew
// each time.
func (r *Result) Brief(ctx context.Context, newest bool, columns []string, limit int) iter.Seq2[*zenodo.Record, error] {
	return func(yield func(*zenodo.Record, error) bool) {
		n := 0
		record, err := &zenodo.Record{}, CheckColumns(columns)
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
		c.texts = make([]TextReader, len(columns))
		for i, name := range columns {
			c.texts[i] = TextReader{Columns: c.segment.Columns, Name: TextColumn(name), place: BriefColumns[name]}
		}
	}
	for i := range c.texts {
		text, err := c.texts[i].At(ctx, c.at.doc)
		if err != nil {
			return err
		}
		*c.texts[i].place(into) = text
	}
	return nil
}

// CheckColumns returns an error for a column that is not among [BriefColumns].
func CheckColumns(columns []string) error {
	for _, name := range columns {
		if _, ok := BriefColumns[name]; !ok {
			return fmt.Errorf("no such column: %s", name)
		}
	}
	return nil
}
