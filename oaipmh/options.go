package oaipmh

import (
	"errors"
	"log/slog"
	"net/http"
)

// Option changes how a [Client] behaves.
type Option func(*config) error

type config struct {
	http          *http.Client
	userAgent     string
	logger        *slog.Logger
	maxBytes      int64
	maxEmptyPages int
	lenient       bool
	listRetry     bool
}

// WithHTTPClient sets what sends the requests, and with its RoundTripper what
// is repeated and how fast. The default is a client that waits for
// [DefaultTimeout].
func WithHTTPClient(h *http.Client) Option {
	return func(c *config) error {
		if h == nil {
			return errors.New("HTTP client must not be nil")
		}
		c.http = h
		return nil
	}
}

// WithUserAgent replaces the User-Agent header. Repositories like to see the
// name of a program and an address; some block what does not give them.
func WithUserAgent(ua string) Option {
	return func(c *config) error {
		c.userAgent = ua
		return nil
	}
}

// WithLogger sets where a debug record of every request goes: verb, status,
// seconds, and how many characters were stripped. The default is nowhere.
func WithLogger(l *slog.Logger) Option {
	return func(c *config) error {
		c.logger = l
		return nil
	}
}

// WithMaxBytes bounds the size of an answer, uncompressed. What is larger is
// [ErrTooLarge]. The default is [DefaultMaxBytes].
func WithMaxBytes(n int64) Option {
	return func(c *config) error {
		if n < 1 {
			return errors.New("size of an answer must be at least 1 byte")
		}
		c.maxBytes = n
		return nil
	}
}

// WithMaxEmptyPages bounds how many pages without an item may follow each
// other before a list is given up with [ErrEmptyPages]. The default is
// [DefaultMaxEmptyPages].
func WithMaxEmptyPages(n int) Option {
	return func(c *config) error {
		if n < 0 {
			return errors.New("number of empty pages must not be negative")
		}
		c.maxEmptyPages = n
		return nil
	}
}

// WithLenientCharacters takes out of answers the characters that XML forbids,
// written as such or as references (&#x1;), and puts U+FFFD for bytes that are
// not UTF-8, instead of refusing the answer with [ErrInvalidCharacter]. The
// raw bytes of a record are then those of the answer so cleaned; how many
// places were changed is in [Page.Stripped].
func WithLenientCharacters() Option {
	return func(c *config) error {
		c.lenient = true
		return nil
	}
}

// WithListRetry asks once more, at once, for a page in the middle of a list
// when the connection failed or the answer was cut. It is off by default,
// since a server that moves its cursor with every answer then gives the page
// after the lost one: [Page.Retried] marks pages that were asked for twice,
// after which the number of items should be compared with
// [ResumptionToken.CompleteListSize].
func WithListRetry() Option {
	return func(c *config) error {
		c.listRetry = true
		return nil
	}
}
