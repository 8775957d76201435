package oaipmh

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// The verbs of the protocol.
const (
	verbIdentify            = "Identify"
	verbListMetadataFormats = "ListMetadataFormats"
	verbListSets            = "ListSets"
	verbListIdentifiers     = "ListIdentifiers"
	verbListRecords         = "ListRecords"
	verbGetRecord           = "GetRecord"
)

// ListOptions selects what [Client.ListRecords], [Client.ListIdentifiers] and
// their iterators list.
type ListOptions struct {
	// MetadataPrefix names the format, such as oai_dc, which every repository
	// has. It must be given unless ResumptionToken is.
	MetadataPrefix string
	// Set restricts the list to a set by its [Set.Spec]. Empty is no
	// restriction.
	Set string
	// From and Until restrict it to records whose datestamp is not before From
	// and not after Until. Both are inclusive, are sent in UTC, and are cut to
	// Granularity. Zero is no restriction.
	From, Until time.Time
	// Granularity is how From and Until are written: [GranularitySecond] if
	// empty. A repository that only knows days says so in [Identify].
	Granularity Granularity
	// ResumptionToken continues a list. Nothing else is sent with it, since
	// the protocol has that refused, and the other fields have no effect.
	ResumptionToken string
}

// arguments gives what is sent, after checking it.
func (o ListOptions) arguments() (url.Values, error) {
	if o.ResumptionToken != "" {
		return tokenArguments(o.ResumptionToken)
	}
	args := url.Values{}
	if err := put(args, "metadataPrefix", o.MetadataPrefix); err != nil {
		return nil, err
	}
	if o.Set != "" {
		if err := put(args, "set", o.Set); err != nil {
			return nil, err
		}
	}
	layout, err := o.Granularity.layout()
	if err != nil {
		return nil, err
	}
	if err := putTime(args, "from", o.From, layout); err != nil {
		return nil, err
	}
	if err := putTime(args, "until", o.Until, layout); err != nil {
		return nil, err
	}
	if from, until := args.Get("from"), args.Get("until"); until != "" && from > until {
		return nil, fmt.Errorf("%w: from %s is after until %s", ErrInvalidArgument, from, until)
	}
	return args, nil
}

func tokenArguments(token string) (url.Values, error) {
	args := url.Values{}
	return args, put(args, "resumptionToken", token)
}

// put adds a text that no repository could mean to refuse for its form: the
// protocol allows fewer characters in sets and prefixes than are in use.
func put(args url.Values, name, value string) error {
	switch {
	case value == "":
		return fmt.Errorf("%w: %s is empty", ErrInvalidArgument, name)
	case !utf8.ValidString(value):
		return fmt.Errorf("%w: %s %q is not UTF-8", ErrInvalidArgument, name, value)
	case strings.ContainsFunc(value, unicode.IsControl):
		return fmt.Errorf("%w: %s %q has control characters", ErrInvalidArgument, name, value)
	}
	args.Set(name, value)
	return nil
}

func putTime(args url.Values, name string, t time.Time, layout string) error {
	if t.IsZero() {
		return nil
	}
	t = t.UTC()
	if t.Year() < 1 || t.Year() > 9999 {
		return fmt.Errorf("%w: the year of %s, %d, has not four digits", ErrInvalidArgument, name, t.Year())
	}
	args.Set(name, t.Format(layout))
	return nil
}

// request makes the request for a verb. What the base URL has of a query is
// kept: some repositories are distinguished by it.
func (c *Client) request(ctx context.Context, verb string, args url.Values) (*http.Request, error) {
	query := c.base.Query()
	query.Set("verb", verb)
	for name := range args {
		query.Set(name, args.Get(name))
	}
	u := *c.base
	u.RawQuery = query.Encode()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, u.String(), http.NoBody)
	if err != nil {
		return nil, err
	}
	req.Header.Set("Accept", "text/xml, application/xml;q=0.9")
	req.Header.Set("User-Agent", c.conf.userAgent)
	return req, nil
}
