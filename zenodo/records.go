package zenodo

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"net/url"
	"strings"
)

const (
	// typeRDM is the media type of the native form. Zenodo takes application/json for
	// its legacy one.
	typeRDM = "application/vnd.inveniordm.v1+json"
	// acceptRDM asks for the native form first, which has all that a server knows of
	// a record, and in which drafts are written back. A server that has only another
	// sends that.
	acceptRDM = typeRDM + ", application/json;q=0.9"
)

// RecordsService searches and fetches published records.
type RecordsService struct{ client *Client }

// SearchOptions select records, in the words of Zenodo. To another InvenioRDM
// they are sent in its own; see [Dialect]. The zero value selects everything.
type SearchOptions struct {
	// Query is in Zenodo's query language and sent as it is. Where it has names
	// of fields that are Zenodo's own, another server is sent those that it has.
	Query string
	// Sort is newest, oldest, bestmatch, mostviewed, updated-desc or another
	// order that the server knows; empty is its default. On Zenodo, records of
	// verified owners come first in every order, save in a community.
	Sort string
	// Page is the number of the page, from 1; 0 is the first. The walks begin
	// there.
	Page int
	// Size is the number of records of a page; 0 is as many as are allowed.
	Size int
	// AllVersions includes versions that are not the latest of their concept.
	AllVersions bool
	// Communities restricts to records in any of these. Zenodo ignores those
	// that it does not know, and the whole restriction if it knows none: ask
	// [CommunitiesService.Get] first.
	Communities []Slug
	// Type is publication, dataset, software, …; Subtype is article, figure,
	// … and ignored by the server without Type.
	Type, Subtype string
}

func (o SearchOptions) query() url.Values {
	q := url.Values{}
	set := func(key, value string) {
		if value != "" {
			q.Set(key, value)
		}
	}
	set("q", o.Query)
	set("sort", o.Sort)
	set("type", o.Type)
	set("subtype", o.Subtype)
	for _, slug := range o.Communities {
		q.Add("communities", string(slug))
	}
	if o.AllVersions { // Zenodo's name for it and InvenioRDM's
		q.Set("all_versions", "true")
		q.Set("allversions", "true")
	}
	return q
}

// Search fetches one page of the records that match (GET /records). The page
// is smaller than opts.Size where the server allows less; for a page after
// the first that is a [*PageSizeError]. A page beyond the result window is
// [ErrWindow], a query that the server cannot read [ErrBadRequest]. Records
// that were not asked for are a [*FilterError].
func (s *RecordsService) Search(ctx context.Context, opts SearchOptions) (*Page[*Record], error) {
	l, err := s.listingFor(ctx, opts, "records")
	if err != nil {
		return nil, err
	}
	return l.page(ctx, opts.Page, opts.Size)
}

// Pages iterates over the pages of the records that match. An error is yielded
// once, with a nil page, and ends the iteration; where more match than the
// result window holds, the error is [ErrWindow].
func (s *RecordsService) Pages(ctx context.Context, opts SearchOptions) iter.Seq2[*Page[*Record], error] {
	return s.pages(ctx, opts, "records")
}

func (s *RecordsService) pages(ctx context.Context, opts SearchOptions, path ...string) iter.Seq2[*Page[*Record], error] {
	return func(yield func(*Page[*Record], error) bool) {
		l, err := s.listingFor(ctx, opts, path...)
		if err != nil {
			yield(nil, err)
			return
		}
		l.pages(ctx, opts.Page, opts.Size)(yield)
	}
}

// All iterates over the records that match, fetching pages as needed. Errors
// are as with [RecordsService.Pages].
func (s *RecordsService) All(ctx context.Context, opts SearchOptions) iter.Seq2[*Record, error] {
	return itemsOf(s.Pages(ctx, opts))
}

func (s *RecordsService) listing(query url.Values, path ...string) listing[*Record] {
	return listing[*Record]{
		client: s.client, path: path, query: query,
		accept: acceptRDM, sizes: s.client.recordPages, decode: DecodeRecord,
		check: func(records []*Record) error {
			s.client.noteDialect(dialectOf(records))
			return nil
		},
	}
}

// Get fetches one record (GET /records/:id). ref is whatever [ParseRef]
// reads: the id of a version, the id of a concept, which stands for its latest
// version, a DOI of either, or the address of the record's page. A record that
// does not exist is [ErrNotFound], a deleted one [ErrGone].
func (s *RecordsService) Get(ctx context.Context, ref string) (*Record, error) {
	parsed, ok := ParseRef(ref)
	if !ok {
		return nil, fmt.Errorf("%q is no record's id, DOI or address: %w", ref, ErrNotFound)
	}
	if parsed.DOI != "" {
		return s.byDOI(ctx, parsed.DOI)
	}
	return s.byID(ctx, parsed.ID)
}

// byID follows the redirect that answers for the id of a concept.
func (s *RecordsService) byID(ctx context.Context, id RecordID, more ...string) (*Record, error) {
	if !isSegment(string(id)) {
		return nil, fmt.Errorf("record %q: %w", id, ErrNotFound)
	}
	u := s.client.endpoint(nil, append([]string{"records", string(id)}, more...)...)
	var r *Record
	_, err := s.client.get(ctx, u, acceptRDM, func(body []byte) (err error) {
		r, err = DecodeRecord(body)
		return err
	})
	return r, err
}

// byDOI fetches by the number in a DOI of Zenodo's, since a search finds
// neither concepts nor records of the last minutes. The number may mean
// another record or none on another server, and a record may have a DOI from
// elsewhere: then, and for all other DOIs, the search decides.
func (s *RecordsService) byDOI(ctx context.Context, doi DOI) (*Record, error) {
	if id, ok := doi.RecordID(); ok {
		r, err := s.byID(ctx, id)
		if err == nil && hasDOI(r, doi, ConceptID(id)) || err != nil && s.hasNumbers(ctx, err) {
			return r, err
		}
	}
	phrase := `"` + quoteEscaper.Replace(string(doi)) + `"`
	opts := SearchOptions{Query: "doi:" + phrase + " OR conceptdoi:" + phrase, AllVersions: true, Size: 10}
	page, err := s.Search(ctx, opts)
	if err != nil {
		return nil, err
	}
	for _, r := range page.Items {
		if strings.EqualFold(string(r.DOI), string(doi)) {
			return r, nil
		}
	}
	for _, r := range page.Items {
		if r.IsLatest && strings.EqualFold(string(r.ConceptDOI), string(doi)) {
			return r, nil
		}
	}
	return nil, fmt.Errorf("DOI %s: %w", doi, ErrNotFound)
}

// hasNumbers reports whether the error of asking for the number in a DOI of
// Zenodo's is the answer: that there is none says nothing where ids are no
// numbers.
func (s *RecordsService) hasNumbers(ctx context.Context, err error) bool {
	if !errors.Is(err, ErrNotFound) {
		return true
	}
	dialect, err := s.client.Dialect(ctx)
	return err != nil || dialect != DialectRDM
}

var quoteEscaper = strings.NewReplacer(`\`, `\\`, `"`, `\"`)

// hasDOI reports whether the DOI is that of the record or of its concept,
// whose DOI some records do not name.
func hasDOI(r *Record, doi DOI, concept ConceptID) bool {
	return strings.EqualFold(string(r.DOI), string(doi)) ||
		strings.EqualFold(string(r.ConceptDOI), string(doi)) ||
		r.ConceptDOI == "" && r.ConceptID == concept
}

// Versions iterates over all versions of a record, newest first (GET
// /records/:id/versions). The id of a concept will do.
func (s *RecordsService) Versions(ctx context.Context, id RecordID) iter.Seq2[*Record, error] {
	return func(yield func(*Record, error) bool) {
		none := true
		for r, err := range s.versions(ctx, id) {
			if none && errors.Is(err, ErrNotFound) {
				break // perhaps a concept: the server lists no versions of one
			}
			if !yield(r, err) || err != nil {
				return
			}
			none = false
		}
		if !none {
			return
		}
		r, err := s.byID(ctx, id)
		if err != nil {
			yield(nil, err)
			return
		}
		for r, err := range s.versions(ctx, r.ID) {
			if !yield(r, err) {
				return
			}
		}
	}
}

func (s *RecordsService) versions(ctx context.Context, id RecordID) iter.Seq2[*Record, error] {
	return s.listing(url.Values{}, "records", string(id), "versions").all(ctx, 1, 0)
}

// GetLatest fetches the latest version of a record (GET
// /records/:id/versions/latest). The id of a concept will do.
func (s *RecordsService) GetLatest(ctx context.Context, id RecordID) (*Record, error) {
	r, err := s.byID(ctx, id, "versions", "latest")
	if !errors.Is(err, ErrNotFound) {
		return r, err
	}
	if r, conceptErr := s.byID(ctx, id); conceptErr == nil && r.ConceptID == ConceptID(id) {
		return r, nil
	}
	return nil, err
}
