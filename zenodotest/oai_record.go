package zenodotest

import (
	"strconv"
	"strings"

	"github.com/zharvest/zharvest/zenodo"
)

// writeItem writes a record or, where only identifiers are asked for, its
// header.
func (q *oaiQuery) writeItem(item oaiItem, format *oaiFormat) {
	record, err := zenodo.DecodeRecord(q.world.bytesOf(item))
	switch {
	case err != nil: // served as JSON as it stands, but nothing can be made of it
	case q.verb == "ListIdentifiers":
		q.writeHeader(record)
	default:
		q.writeRecord(record, format)
	}
}

// bytesOf is the JSON of a record as it was when its list began.
func (c *catalog) bytesOf(item oaiItem) []byte {
	if item.kept != nil {
		return item.kept.raw
	}
	return c.made.AppendRecord(nil, item.number)
}

func (q *oaiQuery) writeRecord(r *zenodo.Record, format *oaiFormat) {
	q.w.Open("record")
	q.writeHeader(r)
	q.w.Open("metadata")
	q.w.Raw(format.render(r))
	q.w.Close("metadata")
	q.w.Close("record")
}

func (q *oaiQuery) writeHeader(r *zenodo.Record) {
	q.w.Open("header")
	q.w.Leaf("identifier", oaiPrefix+string(r.ID))
	if changed, ok := r.UpdatedAt.Time(); ok {
		q.w.Leaf("datestamp", changed.Format(oaiTime))
	}
	for _, set := range fixedSets {
		if set.kind == r.Metadata.Type {
			q.w.Leaf("setSpec", set.spec)
		}
	}
	for _, slug := range r.Communities {
		q.w.Leaf("setSpec", oaiSetPrefix+string(slug))
	}
	q.w.Close("header")
}

// named finds the record with an identifier.
func (q *oaiQuery) named(identifier string) (*zenodo.Record, *oaiError) {
	unknown := &oaiError{"idDoesNotExist", "No matching identifier"}
	id, ok := strings.CutPrefix(identifier, oaiPrefix)
	if _, err := strconv.ParseInt(id, 10, 64); !ok || err != nil {
		return nil, unknown
	}
	found := q.world.find(id)
	if found.state != isRecord {
		return nil, unknown
	}
	record, err := zenodo.DecodeRecord(found.append(nil))
	if err != nil {
		return nil, unknown
	}
	return record, nil
}

func (q *oaiQuery) getRecord() *oaiError {
	record, failed := q.named(q.args.Get("identifier"))
	if failed != nil {
		return failed
	}
	q.writeRecord(record, oaiFormatNamed(q.args.Get("metadataPrefix")))
	return nil
}
