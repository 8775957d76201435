package oaipmh

import (
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"time"
)

const (
	// DefaultMaxBytes is the largest answer that is read, uncompressed.
	DefaultMaxBytes = 256 << 20
	// DefaultMaxEmptyPages is how many pages without an item may follow each
	// other in a list.
	DefaultMaxEmptyPages = 10
	// DefaultTimeout is how long an answer may take, with its body, where no
	// client is given by [WithHTTPClient].
	DefaultTimeout = 5 * time.Minute

	defaultUserAgent = "zharvest-oaipmh (+https://github.com/zharvest/zharvest)"
)

// Client talks to one repository. Make one with [NewClient]; it may be used by
// several goroutines at once.
type Client struct {
	base *url.URL
	conf config
}

// NewClient makes a client for the repository whose base URL is given, such as
// https://zenodo.org/oai2d. It sends nothing.
func NewClient(baseURL string, opts ...Option) (*Client, error) {
	base, err := parseBaseURL(baseURL)
	if err != nil {
		return nil, err
	}
	conf := config{
		userAgent:     defaultUserAgent,
		maxBytes:      DefaultMaxBytes,
		maxEmptyPages: DefaultMaxEmptyPages,
	}
	for _, opt := range opts {
		if err := opt(&conf); err != nil {
			return nil, err
		}
	}
	if conf.http == nil {
		conf.http = &http.Client{Timeout: DefaultTimeout}
	}
	if conf.logger == nil {
		conf.logger = slog.New(slog.DiscardHandler)
	}
	return &Client{base: base, conf: conf}, nil
}

func parseBaseURL(s string) (*url.URL, error) {
	u, err := url.Parse(s)
	if err != nil {
		if inner, ok := errors.AsType[*url.Error](err); ok {
			err = inner.Err // the rest repeats the URL, which may hold a password
		}
		return nil, fmt.Errorf("base URL: %w", err)
	}
	if u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		return nil, fmt.Errorf("base URL %q must begin with http:// or https:// and a host", u.Redacted())
	}
	u.Fragment, u.RawFragment = "", ""
	return u, nil
}

// BaseURL is where requests go, without user and query.
func (c *Client) BaseURL() string {
	u := *c.base
	u.User, u.RawQuery = nil, ""
	return u.String()
}
