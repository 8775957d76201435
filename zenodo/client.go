package zenodo

import (
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"runtime/debug"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

const (
	// DefaultBaseURL is the API root of Zenodo.
	DefaultBaseURL = "https://zenodo.org/api"
	// DefaultMaxAttempts is how often a call is tried. Where three of ten
	// requests fail, one call in two million fails this often.
	DefaultMaxAttempts = 12

	modulePath = "github.com/zharvest/zharvest"
)

// Client talks to Zenodo or to another InvenioRDM repository. Make one with
// [NewClient]; it may be used by several goroutines at once, which then share
// its pace.
type Client struct {
	// Records searches and fetches records.
	Records *RecordsService
	// Communities searches and fetches communities.
	Communities *CommunitiesService
	// Exporter lists and fetches dumps.
	Exporter *ExporterService
	// Depositions makes and publishes records. It needs an access token.
	Depositions *DepositionsService

	base     *url.URL
	http     *http.Client
	writer   *http.Client      // follows no redirect
	uploader *http.Client      // is as patient as files are large
	open     http.RoundTripper // sends without a token
	pace     *pace
	retry    *retryPolicy
	usage    *usage
	logger   *slog.Logger
	hasToken bool
	onRefuse func() // called once the token was refused; may be nil
	most     int    // attempts of a call, where fewer than usual are wanted; else 0

	recordPages    *pageSize
	communityPages *pageSize
	dialect        *knownDialect
	*learned
}

// learned is what the server's answers have shown.
type learned struct {
	refused    atomic.Bool // the token was sent and not accepted
	checkToken sync.Once
	searched   atomic.Bool // a search by a query was answered

	communityIDs sync.Map // by slug, both text
}

// NewClient makes a client for the public API of zenodo.org, unless options
// say otherwise. It sends nothing.
func NewClient(opts ...Option) (*Client, error) {
	conf := config{
		baseURL:     DefaultBaseURL,
		userAgent:   defaultUserAgent(),
		maxAttempts: DefaultMaxAttempts,
		baseDelay:   500 * time.Millisecond,
		maxDelay:    30 * time.Second,
	}
	for _, opt := range opts {
		if err := opt(&conf); err != nil {
			return nil, err
		}
	}
	base, err := parseBaseURL(conf.baseURL)
	if err != nil {
		return nil, err
	}
	if err := checkToken(conf.token, base); err != nil {
		return nil, err
	}
	if conf.logger == nil {
		conf.logger = slog.New(slog.DiscardHandler)
	}
	return newClient(base, conf), nil
}

func newClient(base *url.URL, conf config) *Client {
	used := new(usage)
	c := &Client{
		base:           base,
		pace:           newPace(base, conf.token != "", conf.perMinute, conf.onWait),
		retry:          newRetryPolicy(conf, used),
		usage:          used,
		logger:         conf.logger,
		hasToken:       conf.token != "",
		onRefuse:       conf.onRefuse,
		recordPages:    newPageSize(guestPageSize),
		communityPages: newPageSize(tokenPageSize), // Zenodo puts no such limit on communities
		dialect:        newKnownDialect(base),
		learned:        new(learned),
	}
	for name, w := range c.pace.windows() {
		w.restore(conf.rates[name], time.Now())
	}
	if c.hasToken {
		c.recordPages = newPageSize(tokenPageSize)
	}
	layers := func(next http.RoundTripper, token AccessToken) http.RoundTripper {
		return c.retry.over(&sender{
			next:      next,
			base:      base,
			pace:      c.pace,
			usage:     used,
			logger:    conf.logger,
			userAgent: conf.userAgent,
			authorize: authorization(token),
			redact:    redactor(conf.token),
		})
	}
	plain, patient := transports(conf)
	c.http, c.open = &http.Client{Transport: layers(plain, conf.token)}, layers(plain, "")
	c.writer = &http.Client{Transport: c.http.Transport, CheckRedirect: stay}
	c.uploader = &http.Client{Transport: layers(patient, conf.token), CheckRedirect: stay}
	return c.withServices()
}

func (c *Client) withServices() *Client {
	c.Records = &RecordsService{client: c}
	c.Communities = &CommunitiesService{client: c}
	c.Exporter = &ExporterService{client: c}
	c.Depositions = &DepositionsService{client: c}
	return c
}

// LimitAttempts returns a client that shares all with c, but tries each read n
// times at most, where that is fewer than c would. It is for what will probably
// fail again and may be asked for another time.
func (c *Client) LimitAttempts(n int) *Client {
	limited := *c
	limited.most = max(1, n)
	return limited.withServices()
}

// BaseURL is the API root, without a slash at its end.
func (c *Client) BaseURL() string { return c.base.String() }

// Authenticated reports whether the client has an access token that the
// server has not been found to refuse. Servers serve whoever sends an unknown
// token as a guest, so that this becomes known only with the first page of a
// list.
func (c *Client) Authenticated() bool { return c.hasToken && !c.refused.Load() }

// refuse notes that the server does not accept the token.
func (c *Client) refuse() {
	if c.refused.CompareAndSwap(false, true) && c.onRefuse != nil {
		c.onRefuse()
	}
}

// PageSize is the largest page of records that the server is known or, before
// it said so, expected to allow: 100 with an access token, 25 without.
func (c *Client) PageSize() int { return c.recordPages.limit() }

// Usage is what a client has sent so far.
type Usage struct {
	Requests  int64 // all that were sent, retries and redirects among them
	Retries   int64
	Throttled int64 // answers with status 429
}

type usage struct {
	requests, retries, throttled atomic.Int64
	answered                     atomic.Bool // the server has answered
}

// Usage counts what was sent so far.
func (c *Client) Usage() Usage {
	return Usage{
		Requests:  c.usage.requests.Load(),
		Retries:   c.usage.retries.Load(),
		Throttled: c.usage.throttled.Load(),
	}
}

// endpoint is the URL of a path below the API root. The segments are escaped;
// no slash is put at the end, because Zenodo redirects such URLs or does not
// know them.
func (c *Client) endpoint(query url.Values, segments ...string) *url.URL {
	u := *c.base
	path, raw := u.Path, u.EscapedPath()
	for _, s := range segments {
		path += "/" + s
		raw += "/" + url.PathEscape(s)
	}
	u.Path, u.RawPath, u.RawQuery = path, raw, query.Encode()
	return &u
}

// isSegment reports whether s may stand in a path: the others, though nothing
// in them wants escaping, would lead to another path.
func isSegment(s string) bool { return s != "" && s != "." && s != ".." }

func parseBaseURL(root string) (*url.URL, error) {
	u, err := url.Parse(strings.TrimRight(strings.TrimSpace(root), "/"))
	switch {
	case err != nil:
		return nil, errors.New("API root: not a URL") // err would quote it, with a password if there is one
	case u.User != nil:
		return nil, errors.New("API root: must not hold a user or password")
	case u.Scheme != "https" && u.Scheme != "http", u.Host == "":
		return nil, fmt.Errorf("API root %q: must begin with https://", root)
	case u.RawQuery != "" || u.Fragment != "":
		return nil, errors.New("API root: must not hold ? or #")
	}
	u.Host = strings.ToLower(u.Host)
	return u, nil
}

// checkToken refuses a token that would be readable on its way, or that
// cannot be put into a header.
func checkToken(t AccessToken, base *url.URL) error {
	if t == "" {
		return nil
	}
	if strings.ContainsFunc(string(t), func(r rune) bool { return r <= ' ' || r >= 0x7f }) {
		return errors.New("access token holds characters that no token has")
	}
	if base.Scheme != "https" && !isLoopback(base.Hostname()) {
		return fmt.Errorf("%w to %s", ErrInsecureToken, base.Host)
	}
	return nil
}

func isLoopback(host string) bool {
	return host == "localhost" || net.ParseIP(host).IsLoopback()
}

// defaultUserAgent names program, version and address, as Zenodo asks for.
func defaultUserAgent() string {
	version := "devel"
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, m := range append(info.Deps, &info.Main) {
			if m.Path == modulePath && m.Version != "" && m.Version != "(devel)" {
				version = m.Version
			}
		}
	}
	return "zharvest/" + version + " (+https://" + modulePath + ")"
}
