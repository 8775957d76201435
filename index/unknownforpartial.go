package index

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/zharvest/zharvest/querystring"
)

// UnknownForPartial says which parts of a query depend on what partial records lack,
// and how many records of the index cannot be matched by them.
type UnknownForPartial struct {
	Records int
	Fields  []string // as the engine calls them; in order, without repetition
}

// lackedByPartial begins the names of fields that DataCite's XML does not
// carry.
var lackedByPartial = []string{
	"created", "files.", "stats.", "versions.", "access.", "parent.access.", "custom_fields.",
	"metadata.references.", "metadata.funding.award.acronym", "metadata.funding.award.program",
}

// lacksField reports whether a field is unknown for partial records, or all
// fields below it, which _exists_ asks for.
func lacksField(name string) bool {
	return slices.ContainsFunc(lackedByPartial, func(prefix string) bool {
		return strings.HasPrefix(name, prefix) || name+"." == prefix
	})
}

// UnknownForPartial finds the fields of a query that partial records lack. Where there
// are none, or all records have them, it is zero.
func (db *DB) UnknownForPartial(ctx context.Context, q Query) (u UnknownForPartial, err error) {
	u.Fields = q.lacked()
	if len(u.Fields) == 0 {
		return UnknownForPartial{}, nil
	}
	count := "SELECT count(*) FROM records WHERE (form = 'datacite' OR newer_at IS NOT NULL) AND form = 'datacite'" // the former has an index
	if !q.AllVersions {
		count += " AND is_latest"
	}
	if !q.IncludeGone {
		count += " AND gone_at IS NULL"
	}
	err = db.view(ctx, func(s *session) error { return s.QueryRowContext(ctx, count).Scan(&u.Records) })
	if err != nil {
		return UnknownForPartial{}, fmt.Errorf("count partial records: %w", err)
	}
	if u.Records == 0 {
		return UnknownForPartial{}, nil
	}
	return u, nil
}

// lacked lists the fields that a query depends on and partial records lack.
// The order of creation is left out where it is the one that lists have by
// default.
func (q Query) lacked() []string {
	var fields []string
	if q.Parsed != nil {
		for n := range q.Parsed.Leaves() {
			fields = append(fields, querystring.FieldOf(n))
		}
	}
	if !q.Since.IsZero() || !q.Until.IsZero() || q.Sort == Oldest {
		fields = append(fields, "created")
	}
	switch q.Sort {
	case Views:
		fields = append(fields, "stats.all_versions.unique_views")
	case Downloads:
		fields = append(fields, "stats.all_versions.unique_downloads")
	}
	fields = slices.DeleteFunc(fields, func(name string) bool { return !lacksField(name) })
	slices.Sort(fields)
	return slices.Compact(fields)
}
