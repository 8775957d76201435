package zenodo

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// Do sends a request to a route that no method of this package covers, and
// decodes the JSON of the answer into answer, which may be nil. path is below the
// API root and may have a query, as in "user/records?size=10". body is sent as
// JSON, unless it is nil.
//
// Pace, access token and errors are those of all calls. What fails in a way that
// may pass is sent again, but for a POST and a PATCH, which may have been carried
// out.
func (c *Client) Do(ctx context.Context, method, path string, body, answer any) error {
	u, err := c.route(path)
	if err != nil {
		return err
	}
	r := request{method: method, url: u, accept: acceptJSON, again: isPassing}
	switch method {
	case http.MethodGet:
		r.again = isBroken // the rest is retried by the transport
	case http.MethodPost, http.MethodPatch:
		r.again = func(error) bool { return false }
	}
	if body != nil {
		if r.body, err = json.Marshal(body); err != nil {
			return fmt.Errorf("%s %s: %w", method, cleanURL(u), err)
		}
	}
	if answer == nil {
		_, err = c.exchange(ctx, r, nil)
		return err
	}
	_, err = c.exchange(ctx, r, func(text []byte) error { return json.Unmarshal(text, answer) })
	return err
}

// route is the address of a path below the API root.
func (c *Client) route(path string) (*url.URL, error) {
	below, err := url.Parse(strings.TrimPrefix(path, "/"))
	if err != nil || below.IsAbs() || below.Host != "" || below.User != nil ||
		!slices.ContainsFunc(strings.Split(below.Path, "/"), isSegment) || strings.Contains("/"+below.Path+"/", "/../") {
		return nil, fmt.Errorf("%q is no path below the API root", path)
	}
	u := *c.base
	u.Path, u.RawPath = u.Path+"/"+below.Path, u.EscapedPath()+"/"+below.EscapedPath()
	u.RawQuery = below.RawQuery
	return &u, nil
}
