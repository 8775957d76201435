package zenodo

import (
	"context"
	"encoding/json"
	"errors"
	"net/url"
	"time"
)

// PingResult is what [Client.Ping] found out.
type PingResult struct {
	API      string        // the API root
	Duration time.Duration // from asking for one record to its answer
	Date     time.Time     // the server's clock, or zero
	Records  int           // how many records the server has
	Dialect  Dialect
	Limits   []Limit
	// Token is true if the client has an access token, Accepted if the server
	// knows it.
	Token, Accepted bool
}

// Ping asks for one record (GET /records) and, with an access token, for one
// deposition (GET /deposit/depositions). Where the server has no record, it is
// asked for its dialect, too; see [Client.Dialect]. A token that is not accepted is no
// error: the result says so, and [Client.Authenticated] from then on.
func (c *Client) Ping(ctx context.Context) (*PingResult, error) {
	c.checkToken.Do(func() {}) // it is asked for below
	start := time.Now()
	page, err := c.Records.Search(ctx, SearchOptions{Size: 1})
	if err != nil {
		return nil, err
	}
	result := &PingResult{
		API: c.BaseURL(), Duration: time.Since(start), Date: page.Date, Records: page.Total, Token: c.hasToken,
	}
	if result.Dialect, err = c.Dialect(ctx); err != nil {
		return nil, err
	}
	if c.hasToken {
		if result.Accepted, err = c.tokenAccepted(ctx); err != nil {
			return nil, err
		}
	}
	result.Limits = c.Limits()
	return result, nil
}

// tokenAccepted asks for something that guests may not see.
func (c *Client) tokenAccepted(ctx context.Context) (bool, error) {
	err := c.askAsUser(ctx, "deposit", "depositions")
	if errors.Is(err, ErrNotFound) { // InvenioRDM without Zenodo's deposit API
		err = c.askAsUser(ctx, "user", "records")
	}
	if isRefusal(err) {
		c.refuse()
		return false, nil
	}
	return err == nil, err
}

// askAsUser asks for one item of a list that only a user has.
func (c *Client) askAsUser(ctx context.Context, path ...string) error {
	_, err := c.get(ctx, c.endpoint(url.Values{"size": {"1"}}, path...), acceptJSON, func(body []byte) error {
		var any json.RawMessage
		return json.Unmarshal(body, &any)
	})
	return err
}

// isRefusal reports whether an answer is the one to a guest.
func isRefusal(err error) bool {
	return errors.Is(err, ErrForbidden) || errors.Is(err, ErrUnauthorized)
}
