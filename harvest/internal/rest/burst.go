package rest

import (
	"context"
	"slices"
	"strings"

	"github.com/zharvest/zharvest/harvest/internal/run"
	"github.com/zharvest/zharvest/zenodo"
)

// maxIDPrefix is beyond the length of any id.
const maxIDPrefix = 24

// idCharacters are those of ids: digits on Zenodo, Crockford's letters and a
// hyphen on other servers.
const idCharacters = "0123456789abcdefghijklmnopqrstuvwxyz-"

// split divides what time does not: by how ids begin, and by type where the
// server does not understand that. What cannot be divided is listed as far as
// the server lists it.
func (r *Strategy) split(ctx context.Context, p *Part, burst Counted) error {
	sample, err := r.page(ctx, Span{Community: p.Community, Range: burst.Range}, 1, r.size)
	if err != nil {
		return err
	}
	for _, ways := range []func(context.Context, *Part, Counted, []string) ([]run.Range, error){r.byID, r.byType} {
		ranges, err := ways(ctx, p, burst, sample.ids())
		if err != nil {
			return err
		}
		counted, err := r.countAll(ctx, p, ranges)
		if err != nil {
			return err
		}
		// A server that does not understand the condition finds nothing, or
		// everything each time.
		if n := sum(counted); min(burst.Count, sample.total) <= n && n <= max(burst.Count, sample.total) {
			p.Todo = slices.Insert(p.Todo[1:], 0, counted...)
			return nil
		}
	}
	if sample.total >= p.Total && p.Total > 0 {
		return &run.WindowError{Community: p.Community, Total: p.Total, Window: r.window}
	}
	p.Todo = p.Todo[1:]
	r.open(p, burst.Range, sample).Listed = r.window
	return nil
}

// byID divides by the first character in which ids differ.
func (r *Strategy) byID(ctx context.Context, p *Part, burst Counted, ids []string) ([]run.Range, error) {
	if len(ids) == 0 || len(burst.IDPrefix) >= maxIDPrefix {
		return nil, nil
	}
	base := burst.Range
	if common := commonPrefix(ids); len(common) > len(base.IDPrefix) {
		longer := base
		longer.IDPrefix = common
		total, err := r.count(ctx, p, longer)
		if err != nil {
			return nil, err
		}
		if total >= burst.Count {
			base = longer
		}
	}
	var ranges []run.Range
	for _, c := range charactersOf(ids, base.IDPrefix) {
		next := base
		next.IDPrefix += string(c)
		ranges = append(ranges, next)
	}
	return ranges, nil
}

// charactersOf are those with which ids like these may go on behind a prefix.
func charactersOf(ids []string, prefix string) string {
	for _, id := range ids {
		switch {
		case strings.Trim(id, idCharacters[:10]) == "":
		case prefix == "": // no id begins with a hyphen, and no query may
			return strings.TrimSuffix(idCharacters, "-")
		default:
			return idCharacters
		}
	}
	return idCharacters[:10]
}

// commonPrefix is how all ids begin, without the last character of any.
func commonPrefix(ids []string) string {
	common := ids[0]
	for _, id := range ids {
		n := 0
		for n < min(len(common), len(id)-1) && common[n] == id[n] {
			n++
		}
		common = common[:n]
	}
	return common
}

// byType divides by type, unless the selection is of one.
func (r *Strategy) byType(_ context.Context, _ *Part, burst Counted, _ []string) ([]run.Range, error) {
	if r.run.Filter.Type != "" || burst.Type != "" {
		return nil, nil
	}
	var ranges []run.Range
	for _, kind := range zenodo.ResourceTypes() {
		next := burst.Range
		next.Type = kind
		ranges = append(ranges, next)
	}
	return ranges, nil
}

// countAll counts the members of ranges and leaves out those without.
func (r *Strategy) countAll(ctx context.Context, p *Part, ranges []run.Range) ([]Counted, error) {
	var all []Counted
	for _, bounds := range ranges {
		total, err := r.count(ctx, p, bounds)
		if err != nil {
			return nil, err
		}
		if total > 0 {
			all = append(all, Counted{bounds, total})
		}
	}
	return all, nil
}

// count asks how many members of a part are in a range. It does not ask for
// any of them, which the server may be unable to give out.
func (r *Strategy) count(ctx context.Context, p *Part, bounds run.Range) (int, error) {
	page, err := r.ask(ctx, Span{Community: p.Community, Range: bounds}, 1, 1)
	if err != nil && run.MayBeUnservable(err) {
		page, err = r.ask(ctx, Span{Community: p.Community, Range: bounds}, 2, 1)
	}
	if err != nil {
		return 0, err
	}
	return page.total, nil
}

func sum(all []Counted) int {
	n := 0
	for _, c := range all {
		n += c.Count
	}
	return n
}
