package zenodo

import (
	"context"
	"fmt"
	"iter"
)

const acceptJSON = "application/json"

// CommunitiesService searches and fetches communities and what is in them.
type CommunitiesService struct{ client *Client }

// CommunitySearchOptions select communities. The zero value selects all.
type CommunitySearchOptions struct {
	Query string
	// Sort is newest, oldest, bestmatch, updated-desc or another order that
	// the server knows; empty is its default.
	Sort string
	// Page is the number of the page, from 1, and Size the number of
	// communities of a page; 0 is the first and as many as are allowed.
	Page, Size int
}

// Get fetches one community by slug or UUID (GET /communities/:id). One that
// does not exist is [ErrNotFound]. Slugs are case-sensitive.
func (s *CommunitiesService) Get(ctx context.Context, slugOrID string) (*Community, error) {
	if !isSegment(slugOrID) {
		return nil, fmt.Errorf("community %q: %w", slugOrID, ErrNotFound)
	}
	u := s.client.endpoint(nil, "communities", slugOrID)
	var found *Community
	_, err := s.client.get(ctx, u, acceptJSON, func(body []byte) (err error) {
		found, err = DecodeCommunity(body)
		return err
	})
	return found, err
}

// Search fetches one page of the communities that match (GET /communities).
// Errors are as with [RecordsService.Search].
func (s *CommunitiesService) Search(ctx context.Context, opts CommunitySearchOptions) (*Page[*Community], error) {
	return s.listing(opts).page(ctx, opts.Page, opts.Size)
}

// Pages iterates over the pages of the communities that match. Errors are as
// with [RecordsService.Pages].
func (s *CommunitiesService) Pages(ctx context.Context, opts CommunitySearchOptions) iter.Seq2[*Page[*Community], error] {
	return s.listing(opts).pages(ctx, opts.Page, opts.Size)
}

// All iterates over the communities that match, fetching pages as needed.
func (s *CommunitiesService) All(ctx context.Context, opts CommunitySearchOptions) iter.Seq2[*Community, error] {
	return s.listing(opts).all(ctx, opts.Page, opts.Size)
}

func (s *CommunitiesService) listing(opts CommunitySearchOptions) listing[*Community] {
	query := SearchOptions{Query: opts.Query, Sort: opts.Sort}.query()
	return listing[*Community]{
		client: s.client, path: []string{"communities"}, query: query,
		accept: acceptJSON, sizes: s.client.communityPages, decode: DecodeCommunity,
	}
}

// Records fetches one page of the records of a community that match (GET
// /communities/:slug/records). Unlike [RecordsService.Search] it keeps
// strictly to the order asked for.
func (s *CommunitiesService) Records(ctx context.Context, slug Slug, opts SearchOptions) (*Page[*Record], error) {
	l, err := s.client.Records.listingFor(ctx, opts, recordsOf(slug)...)
	if err != nil {
		return nil, err
	}
	return l.page(ctx, opts.Page, opts.Size)
}

// RecordPages iterates over the pages of the records of a community that
// match. Errors are as with [RecordsService.Pages].
func (s *CommunitiesService) RecordPages(ctx context.Context, slug Slug, opts SearchOptions) iter.Seq2[*Page[*Record], error] {
	return s.client.Records.pages(ctx, opts, recordsOf(slug)...)
}

// AllRecords iterates over the records of a community that match, fetching
// pages as needed.
func (s *CommunitiesService) AllRecords(ctx context.Context, slug Slug, opts SearchOptions) iter.Seq2[*Record, error] {
	return itemsOf(s.RecordPages(ctx, slug, opts))
}

// recordsOf is the path of the records of a community.
func recordsOf(slug Slug) []string { return []string{"communities", string(slug), "records"} }
