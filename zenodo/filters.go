package zenodo

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/zharvest/zharvest/querystring"
)

// FilterError says that a server ignored a part of what a search was asked
// for, or has no field for it, so that its answer is one to another search.
type FilterError struct {
	Problem string
	Hint    string // what to ask for instead; may be empty
}

func (e *FilterError) Error() string { return e.Problem }

// CheckFilters returns a [*FilterError] where page, an answer to opts, cannot
// be relied on: type, subtype and communities as parameters, and the short
// names of fields, are Zenodo's own. Another InvenioRDM drops the parameters
// without a word, and finds nothing in fields that it does not have.
//
// A server shows by the form of its records whether it is such a one. Where
// page holds none, and no earlier answer did, one record is asked for, once for
// each client.
func (s *RecordsService) CheckFilters(ctx context.Context, opts SearchOptions, page *Page[*Record]) error {
	form := s.client.form
	if form.seen() == FormatLegacy {
		return opts.mismatch(page.Items)
	}
	problem := opts.unsupported()
	if problem == nil {
		return nil
	}
	if err := form.find(ctx, s); err != nil {
		return err
	}
	if form.seen() == FormatRDM {
		return problem
	}
	return opts.mismatch(page.Items)
}

// mismatch returns the error of records that the options should have kept out.
// Zenodo restricts to all communities or to none of them.
func (o SearchOptions) mismatch(records []*Record) error {
	for _, r := range records {
		if got := r.Metadata.Type; o.Type != "" && got != "" && got != o.Type {
			return &FilterError{
				Problem: fmt.Sprintf("the server ignored the type %s: record %s is of type %s", o.Type, r.ID, got),
				Hint:    "leave out the type; once records are in the index, it is selected there",
			}
		}
	}
	isIn := func(r *Record) bool {
		return slices.ContainsFunc(r.Communities, func(slug Slug) bool { return slices.Contains(o.Communities, slug) })
	}
	if len(o.Communities) > 0 && len(records) > 0 && !slices.ContainsFunc(records, isIn) {
		return &FilterError{
			Problem: fmt.Sprintf("the server ignored %s: record %s is not in it", o.communityNames(), records[0].ID),
			Hint:    hintCommunity,
		}
	}
	return nil
}

const hintCommunity = "harvest the community and search the index"

func (o SearchOptions) communityNames() string {
	names := make([]string, len(o.Communities))
	for i, slug := range o.Communities {
		names[i] = string(slug)
	}
	return several("the community", "the communities", names)
}

// unsupported returns the error of what only Zenodo understands, nil where
// there is nothing of that.
func (o SearchOptions) unsupported() error {
	const without = "this server does not have Zenodo's "
	switch {
	case o.Subtype != "":
		return &FilterError{
			Problem: fmt.Sprintf("the server cannot select by the type %s and the subtype %s", o.Type, o.Subtype),
			Hint:    without + "field type; write the query " + querystring.Term("metadata.resource_type.id", o.Type+"-"+o.Subtype) + " instead",
		}
	case o.Type != "":
		return &FilterError{
			Problem: "the server cannot select by the type " + o.Type,
			Hint:    without + "field type; write the query " + querystring.Term("metadata.resource_type.props.type", o.Type) + " instead",
		}
	case len(o.Communities) > 0:
		return &FilterError{
			Problem: "the server cannot select by " + o.communityNames(),
			Hint:    without + "filter by community; " + hintCommunity,
		}
	}
	q, err := querystring.Parse(o.Query)
	if err != nil || len(q.Translated) == 0 {
		return nil // the server says what is wrong with the query
	}
	native := make([]string, len(q.Translated))
	for i, name := range q.Translated {
		native[i] = nativeField(name)
	}
	return &FilterError{
		Problem: "the server cannot search by " + several("the field", "the fields", q.Translated),
		Hint:    without + several("field", "fields", q.Translated) + "; write " + joined(native) + " instead",
	}
}

// nativeField is how every InvenioRDM names a field of Zenodo's, in a query.
func nativeField(name string) string {
	if name == "communities" {
		return "parent.communities.entries.slug" // Zenodo looks the slug up, and asks for the community's id
	}
	field, _ := querystring.IndexField(name)
	return strings.ReplaceAll(field, ":", `\:`)
}

// several writes names after a word for one of them, or for several.
func several(one, more string, names []string) string {
	if len(names) == 1 {
		return one + " " + names[0]
	}
	return more + " " + joined(names)
}

func joined(names []string) string {
	last := len(names) - 1
	if last == 0 {
		return names[0]
	}
	return strings.Join(names[:last], ", ") + " and " + names[last]
}

// recordForm is the form in which a server sends records. A client asks for
// Zenodo's first, and a server that does not know that sends its own.
type recordForm struct {
	form atomic.Value // a Format, once there was a record

	mu    sync.Mutex
	asked bool
}

// note notes the form of a record.
func (f *recordForm) note(r *Record) { f.form.CompareAndSwap(nil, r.Format) }

// seen is the form, empty where it is not known.
func (f *recordForm) seen() Format {
	form, _ := f.form.Load().(Format)
	return form
}

// find asks for a record where the form is not known, unless the server was
// found to have none.
func (f *recordForm) find(ctx context.Context, records *RecordsService) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.asked || f.seen() != "" {
		return nil
	}
	_, err := records.Search(ctx, SearchOptions{Size: 1})
	f.asked = err == nil
	return err
}
