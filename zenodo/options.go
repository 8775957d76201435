package zenodo

import (
	"errors"
	"log/slog"
	"net/http"
	"time"
)

// Option changes how a [Client] behaves.
type Option func(*config) error

type config struct {
	baseURL     string
	token       AccessToken
	transport   http.RoundTripper
	userAgent   string
	logger      *slog.Logger
	perMinute   float64
	maxAttempts int
	baseDelay   time.Duration
	maxDelay    time.Duration
	onRefuse    func()
	onWait      func(Wait)
	rates       RateState
}

// WithBaseURL sets the API root, [DefaultBaseURL] unless given.
func WithBaseURL(root string) Option {
	return func(c *config) error {
		c.baseURL = root
		return nil
	}
}

// WithAccessToken sets the access token. It travels only in the Authorization
// header and only to the scheme, host and port of the API root. [NewClient]
// gives [ErrInsecureToken] if that is plain http to another machine.
func WithAccessToken(t AccessToken) Option {
	return func(c *config) error {
		c.token = t
		return nil
	}
}

// WithTokenRefused sets what is called, once, when the server is found not to
// accept the access token; [Client.Authenticated] is false from then on. It is
// called by whichever goroutine made the request, which waits for it.
func WithTokenRefused(f func()) Option {
	return func(c *config) error {
		c.onRefuse = f
		return nil
	}
}

// WithOnWait sets what is called when requests are held back for five seconds or
// more, because of the server's limit. Several goroutines may call it at once,
// and more than once for a wait.
func WithOnWait(f func(Wait)) Option {
	return func(c *config) error {
		c.onWait = f
		return nil
	}
}

// WithRateState has the client count what another one of the same server has
// sent a moment ago.
func WithRateState(s RateState) Option {
	return func(c *config) error {
		c.rates = s
		return nil
	}
}

// WithTransport sets what sends the requests, below retries and pace. The
// default is a transport of the client's own.
func WithTransport(rt http.RoundTripper) Option {
	return func(c *config) error {
		c.transport = rt
		return nil
	}
}

// WithUserAgent replaces the User-Agent header. Zenodo asks for one that
// names the program and an address, and blocks some that do not.
func WithUserAgent(ua string) Option {
	return func(c *config) error {
		c.userAgent = ua
		return nil
	}
}

// WithLogger sets where a debug record of every request goes. URLs are logged
// without secrets.
func WithLogger(l *slog.Logger) Option {
	return func(c *config) error {
		c.logger = l
		return nil
	}
}

// WithRate sends at most perMinute requests a minute, evenly spaced, in place
// of the pace that the server's headers give. A refusal for sending too many
// is obeyed all the same.
func WithRate(perMinute float64) Option {
	return func(c *config) error {
		if !(perMinute > 0) {
			return errors.New("rate must be more than 0 requests a minute")
		}
		c.perMinute = perMinute
		return nil
	}
}

// WithMaxAttempts bounds how often one call is tried, [DefaultMaxAttempts]
// unless given; 1 is without retry. Redirects do not count.
func WithMaxAttempts(n int) Option {
	return func(c *config) error {
		if n < 1 {
			return errors.New("attempts must be at least 1")
		}
		c.maxAttempts = n
		return nil
	}
}

// WithRetryDelay sets the delay before a retry where the server names none: a
// random part of base, doubled with each retry of a call, up to limit. The
// default is 500 ms up to 30 s.
func WithRetryDelay(base, limit time.Duration) Option {
	return func(c *config) error {
		if base <= 0 || limit < base {
			return errors.New("retry delay must be more than 0 and not above its limit")
		}
		c.baseDelay, c.maxDelay = base, limit
		return nil
	}
}
