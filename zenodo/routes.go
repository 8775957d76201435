package zenodo

import (
	"context"
	"net/http"
	"net/url"
	"strings"
)

// OAIURL is where the server answers OAI-PMH, which InvenioRDM does beside the
// API root: https://zenodo.org/oai2d.
func (c *Client) OAIURL() string { return oaiURL(c.base).String() }

// oaiURL puts oai2d in the place of the api at the end of the API root, or
// below a root that does not end so.
func oaiURL(base *url.URL) *url.URL {
	root := *base
	root.Path = strings.TrimSuffix(root.Path, "/api") + "/oai2d"
	if root.RawPath != "" {
		root.RawPath = strings.TrimSuffix(root.RawPath, "/api") + "/oai2d"
	}
	return &root
}

// HTTPClient sends requests to other routes than those of the API, such as
// OAI-PMH at [Client.OAIURL]: at the pace that the server allows, with retries
// of what fails before an answer, with the User-Agent and the log of the
// client, and counted in [Client.Usage]. It sends no access token. Answers of
// all kinds are the caller's to handle, also 429 and 5xx when all attempts have
// failed.
//
// A resumption token of OAI-PMH is sent to the server once: InvenioRDM answers
// it with the next page each time, so that one would be lost without a trace.
func (c *Client) HTTPClient() *http.Client {
	return &http.Client{Transport: perRequest{c.open, c.base.Host}}
}

// perRequest gives each request attempts of its own, which the layers below
// count how many are used up.
type perRequest struct {
	next http.RoundTripper
	host string // of the API
}

// RoundTrip sends one request until it has an answer.
func (p perRequest) RoundTrip(req *http.Request) (*http.Response, error) {
	this := &call{once: req.URL.Host == p.host && req.URL.Query().Has("resumptionToken")}
	ctx := context.WithValue(req.Context(), callKey{}, this)
	resp, err := p.next.RoundTrip(req.WithContext(ctx))
	if err != nil && ctx.Err() != nil {
		return nil, cancelled(ctx)
	}
	return resp, err
}
