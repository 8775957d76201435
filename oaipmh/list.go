package oaipmh

import (
	"context"
	"hash/maphash"
	"iter"
	"net/url"
)

func recordLister() lister[Record] {
	return lister[Record]{verbListRecords, "record", decodeRecord}
}

func headerLister() lister[Header] {
	return lister[Header]{verbListIdentifiers, "header", decodeHeader}
}

func setLister() lister[Set] {
	return lister[Set]{verbListSets, "set", decodeSet}
}

// ListRecords asks for one page of records: the first, or the one that
// opts.ResumptionToken stands for. An empty list is [ErrNoRecordsMatch].
func (c *Client) ListRecords(ctx context.Context, opts ListOptions) (*Page[Record], error) {
	args, err := opts.arguments()
	return recordLister().one(ctx, c, args, err)
}

// RecordPages walks the pages of a list of records. One that is empty has one
// page, without items.
//
// An error is given once, with a nil page, and ends the walk:
// [ErrBadResumptionToken] if a token died, [ErrTokenRepeated] or
// [ErrEmptyPages] if the list has no end, besides what ListRecords gives. The
// pages before it were valid.
func (c *Client) RecordPages(ctx context.Context, opts ListOptions) iter.Seq2[*Page[Record], error] {
	args, err := opts.arguments()
	return recordLister().all(ctx, c, args, err)
}

// Records walks all records of a list, as [Client.RecordPages] does.
func (c *Client) Records(ctx context.Context, opts ListOptions) iter.Seq2[*Record, error] {
	return items(c.RecordPages(ctx, opts))
}

// ListIdentifiers is [Client.ListRecords] for headers only.
func (c *Client) ListIdentifiers(ctx context.Context, opts ListOptions) (*Page[Header], error) {
	args, err := opts.arguments()
	return headerLister().one(ctx, c, args, err)
}

// IdentifierPages is [Client.RecordPages] for headers only.
func (c *Client) IdentifierPages(ctx context.Context, opts ListOptions) iter.Seq2[*Page[Header], error] {
	args, err := opts.arguments()
	return headerLister().all(ctx, c, args, err)
}

// Identifiers is [Client.Records] for headers only.
func (c *Client) Identifiers(ctx context.Context, opts ListOptions) iter.Seq2[*Header, error] {
	return items(c.IdentifierPages(ctx, opts))
}

// ListSets asks for one page of the repository's sets: the first if
// resumptionToken is empty. A repository without sets says [ErrNoSetHierarchy].
func (c *Client) ListSets(ctx context.Context, resumptionToken string) (*Page[Set], error) {
	if resumptionToken == "" {
		return setLister().one(ctx, c, nil, nil)
	}
	args, err := tokenArguments(resumptionToken)
	return setLister().one(ctx, c, args, err)
}

// SetPages walks the pages of the list of sets, with errors as
// [Client.RecordPages] gives them.
func (c *Client) SetPages(ctx context.Context) iter.Seq2[*Page[Set], error] {
	return setLister().all(ctx, c, nil, nil)
}

// Sets walks all sets of the repository.
func (c *Client) Sets(ctx context.Context) iter.Seq2[*Set, error] {
	return items(c.SetPages(ctx))
}

// one is page for those who want an error or a page, but not both.
func (l lister[T]) one(ctx context.Context, c *Client, args url.Values, err error) (*Page[T], error) {
	if err != nil {
		return nil, err
	}
	page, err := l.page(ctx, c, args)
	if err != nil {
		return nil, err
	}
	return page, nil
}

// all walks the pages from args on, or gives the error with which these came.
func (l lister[T]) all(ctx context.Context, c *Client, args url.Values, err error) iter.Seq2[*Page[T], error] {
	return func(yield func(*Page[T], error) bool) {
		if err != nil {
			yield(nil, err)
			return
		}
		args, guard := args, newGuard(c.conf.maxEmptyPages)
		for {
			page, err := l.page(ctx, c, args)
			if isNoMatch(err) {
				err = nil
			}
			if err != nil {
				yield(nil, err)
				return
			}
			if !yield(page, nil) || page.Last() {
				return
			}
			if err := guard.check(args.Get("resumptionToken"), page.ResumptionToken.Value, len(page.Items)); err != nil {
				yield(nil, err)
				return
			}
			args = url.Values{"resumptionToken": {page.ResumptionToken.Value}}
		}
	}
}

// guard notices lists without an end.
type guard struct {
	seed     maphash.Seed
	seen     map[uint64]struct{} // sums of tokens, which are long, by the hundred thousand
	empty    int                 // pages in succession
	maxEmpty int
}

func newGuard(maxEmpty int) *guard {
	return &guard{seed: maphash.MakeSeed(), seen: map[uint64]struct{}{}, maxEmpty: maxEmpty}
}

// check checks a page by the token that asked for it, the one it gave for the
// next, and the number of its items.
func (g *guard) check(used, next string, items int) error {
	g.seen[maphash.String(g.seed, used)] = struct{}{}
	if _, ok := g.seen[maphash.String(g.seed, next)]; ok {
		return ErrTokenRepeated
	}
	if items > 0 {
		g.empty = 0
		return nil
	}
	if g.empty++; g.empty > g.maxEmpty {
		return ErrEmptyPages
	}
	return nil
}

// items walks what is on pages.
func items[T any](pages iter.Seq2[*Page[T], error]) iter.Seq2[*T, error] {
	return func(yield func(*T, error) bool) {
		for page, err := range pages {
			if err != nil {
				yield(nil, err)
				return
			}
			for i := range page.Items {
				if !yield(&page.Items[i], nil) {
					return
				}
			}
		}
	}
}
