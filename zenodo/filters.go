package zenodo

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/zharvest/zharvest/querystring"
)

// FilterError says that a server ignored a part of what a search was asked
// for, so that its answer is one to another search.
type FilterError struct {
	Problem string
	Hint    string // what to ask for instead; may be empty
}

func (e *FilterError) Error() string { return e.Problem }

// listingFor is the list at a path that opts select, asked for in the words of
// the server.
func (s *RecordsService) listingFor(ctx context.Context, opts SearchOptions, path ...string) (listing[*Record], error) {
	if !opts.isZenodos() {
		return s.listing(opts.query(), path...), nil
	}
	dialect, err := s.client.Dialect(ctx)
	if err != nil {
		return listing[*Record]{}, err
	}
	query := opts.query()
	if dialect == DialectRDM {
		if query, path, err = s.native(ctx, opts, path); err != nil {
			return listing[*Record]{}, err
		}
	}
	l := s.listing(query, path...)
	l.check = func(records []*Record) error {
		shown := dialectOf(records)
		s.client.noteDialect(shown)
		if shown != "" && shown != dialect && !s.client.dialect.fixed {
			return &FilterError{
				Problem: fmt.Sprintf("the server answers as %s does, and was asked as %s", shown, dialect),
				Hint:    "run it again: the server is asked as what it is now",
			}
		}
		return opts.checkAnswer(dialect, records)
	}
	return l, nil
}

// isZenodos reports whether the options have another form for other servers.
func (o SearchOptions) isZenodos() bool {
	if o.Type != "" || len(o.Communities) > 0 {
		return true
	}
	q, err := querystring.Parse(o.Query)
	return err == nil && len(q.Translated) > 0
}

// native is what another InvenioRDM than Zenodo is asked for: the type is a
// parameter of another name, a community has a list of its own, and fields have
// the names to which Zenodo translates.
func (s *RecordsService) native(ctx context.Context, o SearchOptions, path []string) (url.Values, []string, error) {
	kind := o.Type
	if o.Subtype != "" {
		kind += "::" + o.Type + "-" + o.Subtype
	}
	switch {
	case len(o.Communities) == 1 && len(path) == 1:
		path = recordsOf(o.Communities[0])
	case len(o.Communities) > 0:
		var err error
		if o.Query, err = querystring.And(o.Query, inAny(o.Communities)); err != nil {
			return nil, nil, &FilterError{
				Problem: fmt.Sprintf("the query cannot be combined with %s: %v", o.communityNames(), err),
				Hint:    "ask for one community at a time, or put the words of the query between quotes",
			}
		}
	}
	o.Type, o.Subtype, o.Communities = "", "", nil
	query := o.query()
	if kind != "" {
		query.Set("resource_type", kind)
	}
	text, err := s.nativeQuery(ctx, o.Query)
	if text != "" {
		query.Set("q", text)
	}
	return query, path, err
}

// nativeQuery is what Zenodo makes of a query for its engine, whose fields every
// InvenioRDM has. What Zenodo does not translate is left as it is.
func (s *RecordsService) nativeQuery(ctx context.Context, text string) (string, error) {
	var failed error
	parser := querystring.Parser{Community: func(slug string) (string, bool) {
		id, err := s.client.communityID(ctx, slug)
		failed = errors.Join(failed, err)
		return id, id != ""
	}}
	q, err := parser.Parse(text)
	if err != nil || len(q.Translated) == 0 {
		return text, nil // the server says what is wrong with the query
	}
	return q.Sent, failed
}

// inAny is the query for records in any of the communities.
func inAny(slugs []Slug) string {
	terms := make([]string, len(slugs))
	for i, slug := range slugs {
		terms[i] = querystring.Quote(string(slug))
	}
	return "communities:(" + strings.Join(terms, " OR ") + ")"
}

// communityID is the id of the community with a slug, empty where there is none.
// It is asked for once.
func (c *Client) communityID(ctx context.Context, slug string) (string, error) {
	if id, ok := c.communityIDs.Load(slug); ok {
		return id.(string), nil //nolint:forcetypeassert // nothing else is stored there
	}
	id := ""
	community, err := c.Communities.Get(ctx, slug)
	switch {
	case err == nil:
		id = community.ID
	case !errors.Is(err, ErrNotFound):
		return "", err
	}
	c.communityIDs.Store(slug, id)
	return id, nil
}

// checkAnswer returns a [*FilterError] where an answer to what was asked for in
// a dialect cannot be relied on: a server drops parameters that it does not
// know, and finds nothing in fields that it does not have.
func (o SearchOptions) checkAnswer(dialect Dialect, records []*Record) error {
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
	// Zenodo restricts to all communities or to none of them.
	if dialect == DialectZenodo && len(o.Communities) > 0 && len(records) > 0 && !slices.ContainsFunc(records, isIn) {
		return &FilterError{
			Problem: fmt.Sprintf("the server ignored %s: record %s is not in it", o.communityNames(), records[0].ID),
			Hint:    "harvest the community and search the index",
		}
	}
	return nil
}

func (o SearchOptions) communityNames() string {
	names := make([]string, len(o.Communities))
	for i, slug := range o.Communities {
		names[i] = string(slug)
	}
	if len(names) == 1 {
		return "the community " + names[0]
	}
	last := len(names) - 1
	return "the communities " + strings.Join(names[:last], ", ") + " and " + names[last]
}
