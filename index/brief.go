package index

import (
	"context"
	"fmt"
	"iter"

	"github.com/zharvest/zharvest/index/internal/segment"
	"github.com/zharvest/zharvest/zenodo"
)

// briefColumns are the columns that can be read without the record as
// received, with where they go.
var briefColumns = map[string]func(*zenodo.Record) *string{
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
		texts[i] = *briefColumns[name](r)
	}
	return texts
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
			c.texts[i] = columnReader{columns: c.segment.columns, name: textColumn(name), place: briefColumns[name]}
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
