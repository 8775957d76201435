package index_test

import (
	"slices"
	"testing"

	"github.com/zharvest/zharvest/index"
	"github.com/zharvest/zharvest/querystring"
)

func TestUnindexedFields(t *testing.T) {
	for text, want := range map[string][]string{
		"":                                      nil,
		"bats":                                  nil,
		"title:bats AND created:[2020 TO *]":    nil,
		"_exists_:metadata.funding":             nil,
		"journal.title:*":                       nil,
		"metadata.contact:pdf":                  {"metadata.contact:pdf"},
		"a AND (b OR -internal_notes.note:x*)":  {"internal_notes.note:x*"},
		`files.entries.metadata.x:"x y"`:        {`files.entries.metadata.x:"x y"`},
		"metadata.dates.date_range:[2020 TO *]": {"metadata.dates.date_range:[2020 TO *]"},
		"_exists_:versions.latest_id metadata.contact:/x/":                    {"_exists_:versions.latest_id", "metadata.contact:/x/"},
		"imprint.publisher:x internal_notes.note:a?c internal_notes.note:x~1": {"imprint.publisher:x", "internal_notes.note:a?c", "internal_notes.note:x~1"},
		"*:*":     nil,
		"title:(": nil, // a loose match has no fields
	} {
		q, err := querystring.Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, n := range index.UnindexedFields(q) {
			got = append(got, q.Text[n.At().Pos:n.At().End])
		}
		if !slices.Equal(got, want) {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
}
