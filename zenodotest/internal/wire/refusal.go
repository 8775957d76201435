package wire

import (
	"cmp"
	"net/http"

	"github.com/zharvest/zharvest/zenodotest/internal/catalog"
	"github.com/zharvest/zharvest/zenodotest/internal/rawjson"
)

// RefusalOf is the answer for what is not a published record: there are three
// ways of not being there, and two of having been.
func RefusalOf(f catalog.Found) *Answer {
	switch f.State {
	case catalog.IsGone:
		return gone(f.Tombstone)
	case catalog.IsDraft:
		return ResourceError(http.StatusNotFound, MsgUnregistered)
	case catalog.IsConcept:
		return ResourceError(http.StatusNotFound, MsgNotFound)
	}
	return ResourceError(http.StatusNotFound, MsgNoPID)
}

// gone is the answer for a deleted record.
func gone(t *catalog.Tombstone) *Answer {
	if t.Hidden {
		return ResourceError(http.StatusNotFound, "Record not found")
	}
	body := `{"status": 410, "message": "Record deleted", "tombstone": {"note": ` + rawjson.Quote(t.Note) +
		`, "removed_by": {"user": ` + rawjson.Quote(cmp.Or(t.By, "system")) + `}, "removal_date": ` + rawjson.Quote(t.At.UTC().Format(catalog.TimeLayout)) +
		`, "citation_text": ` + rawjson.Quote(t.Citation()) +
		`, "is_visible": true`
	if t.Reason != "" {
		body += `, "removal_reason": {"id": ` + rawjson.Quote(t.Reason) + `}`
	}
	if t.Policy != "" {
		body += `, "deletion_policy": {"id": ` + rawjson.Quote(t.Policy) + `}`
	}
	return &Answer{Status: http.StatusGone, ContentType: TypeJSON, Body: []byte(body + "}}")}
}
