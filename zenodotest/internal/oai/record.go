package oai

import (
	"bytes"
	"context"
	"strconv"
	"strings"

	"github.com/zharvest/zharvest/zenodo"
)

// writeItem writes a record or, where only identifiers are asked for, its
// header.
func (q *query) writeItem(raw []byte, format *format) {
	record, err := zenodo.DecodeRecord(raw)
	switch {
	case err != nil: // served as JSON as it stands, but nothing can be made of it
	case q.verb == "ListIdentifiers":
		q.writeHeader(record)
	default:
		q.writeRecord(record, format)
	}
}

func (q *query) writeRecord(r *zenodo.Record, format *format) {
	q.w.Open("record")
	q.writeHeader(r)
	q.w.Open("metadata")
	q.w.Raw(bytes.ReplaceAll(format.render(r, strings.TrimSuffix(q.base, Path)), []byte(zenodoPrefix), []byte(q.identifierPrefix())))
	q.w.Close("metadata")
	q.w.Close("record")
}

func (q *query) writeHeader(r *zenodo.Record) {
	q.w.Open("header")
	q.w.Leaf("identifier", q.identifierPrefix()+string(r.ID))
	if changed, ok := r.UpdatedAt.Time(); ok {
		q.w.Leaf("datestamp", changed.Format(timeLayout))
	}
	for _, set := range q.fixedSets() {
		if set.kind == r.Metadata.Type {
			q.w.Leaf("setSpec", set.spec)
		}
	}
	for _, slug := range r.Communities {
		q.w.Leaf("setSpec", q.communityPrefix()+string(slug))
	}
	q.w.Close("header")
}

// named finds the record with an identifier.
func (q *query) named(identifier string) (*zenodo.Record, *failure) {
	unknown := &failure{"idDoesNotExist", "No matching identifier"}
	id, ok := strings.CutPrefix(identifier, q.identifierPrefix())
	if _, err := strconv.ParseInt(id, 10, 64); !ok || err != nil && !q.Native {
		return nil, unknown
	}
	raw, ok := q.Repository.Record(id)
	if !ok && q.Repository.IsDeleted(id) {
		return nil, crash
	}
	if !ok {
		return nil, unknown
	}
	record, err := zenodo.DecodeRecord(raw)
	if err != nil {
		return nil, unknown
	}
	return record, nil
}

func (q *query) getRecord(context.Context) *failure {
	record, failed := q.named(q.args.Get("identifier"))
	if failed != nil {
		return failed
	}
	q.writeRecord(record, formatNamed(q.args.Get("metadataPrefix")))
	return nil
}
