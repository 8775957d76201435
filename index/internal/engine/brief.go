package engine

import (
	"context"
	"fmt"
	"iter"
	"slices"

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

// textStream is the column of the segments with the texts of a column.
func textStream(name string) segment.Stream {
	if name == "id" {
		return segment.IDs
	}
	return segment.Text(slices.Index(TextColumns, name))
}

func textsOf(r *zenodo.Record) []string {
	texts := make([]string, len(TextColumns))
	for i, name := range TextColumns {
		texts[i] = *BriefColumns[name](r)
	}
	return texts
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
		c.texts = make([]segment.TextColumn, len(columns))
		c.places = make([]func(*zenodo.Record) *string, len(columns))
		for i, name := range columns {
			c.texts[i] = segment.TextColumn{Reader: c.plan.segment.Reader, Stream: textStream(name)}
			c.places[i] = BriefColumns[name]
		}
	}
	for i := range c.texts {
		text, err := c.texts[i].At(ctx, c.at.doc)
		if err != nil {
			return err
		}
		*c.places[i](into) = text
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
