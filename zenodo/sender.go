package zenodo

import (
	"context"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"strings"
	"time"
)

// sender is the lowest layer of ours: everything that goes out passes it,
// redirects and retries too, so that here it is counted, waits its turn, and
// gets the token or does not.
type sender struct {
	next      http.RoundTripper
	base      *url.URL
	pace      *pace
	usage     *usage
	logger    *slog.Logger
	userAgent string
	authorize func(http.Header)
	redact    func(string) string // takes the token out of a text
}

// RoundTrip sends one request.
func (s *sender) RoundTrip(req *http.Request) (*http.Response, error) {
	window := s.pace.window(req.URL)
	asked := time.Now()
	sent, err := window.wait(req.Context())
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithCancelCause(req.Context())
	out := s.outgoing(ctx, req, func() { window.wrote(sent, time.Now()) })

	start := time.Now()
	s.usage.requests.Add(1)
	resp, err := s.next.RoundTrip(out)
	if err != nil {
		err = errorWithoutToken(err, s.redact)
	}
	s.log(req, resp, err, start.Sub(asked), time.Since(start))
	if err != nil {
		if isTimeout(err) {
			callOf(ctx).idle.Add(int64(time.Since(start)))
		}
		cancel(err)
		return nil, err
	}
	s.usage.answered.Store(true)
	window.observe(sent, resp, time.Now())
	if resp.StatusCode == http.StatusTooManyRequests {
		s.usage.throttled.Add(1)
	}
	withoutToken(resp, s.redact)
	resp.Request = req // and not the one with the token
	resp.Body = newBody(ctx, resp, cancel)
	return resp, nil
}

// outgoing is the request as it goes out. A server counts it when it arrives,
// so that wrote is called when it is on its way.
func (s *sender) outgoing(ctx context.Context, req *http.Request, wrote func()) *http.Request {
	out := req.Clone(httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		WroteRequest: func(httptrace.WroteRequestInfo) { wrote() },
	}))
	out.Header.Set("User-Agent", s.userAgent)
	out.Header.Del("Authorization")
	out.Header.Del("Referer") // what was asked here is nobody's business elsewhere
	if sameOrigin(req.URL, s.base) {
		s.authorize(out.Header)
	}
	return out
}

func (s *sender) log(req *http.Request, resp *http.Response, err error, waited, took time.Duration) {
	if !s.logger.Enabled(req.Context(), slog.LevelDebug) {
		return
	}
	attrs := []slog.Attr{
		slog.String("method", req.Method),
		slog.String("url", s.loggedURL(req.URL)),
		slog.Int("attempt", callOf(req.Context()).attempt()),
		slog.Float64("wait", waited.Seconds()),
		slog.Float64("seconds", took.Seconds()),
	}
	if err != nil {
		attrs = append(attrs, slog.String("error", err.Error()))
	} else {
		attrs = append(attrs, slog.Int("status", resp.StatusCode))
	}
	s.logger.LogAttrs(req.Context(), slog.LevelDebug, "request", attrs...)
}

// loggedURL keeps the query, which tells what was asked, unless it may hold a
// secret: addresses elsewhere, such as those of files, are often signed.
func (s *sender) loggedURL(u *url.URL) string {
	if !sameOrigin(u, s.base) {
		return cleanURL(u)
	}
	query := u.Query()
	for _, secret := range []string{"access_token", "token", "resource-token"} {
		if query.Has(secret) {
			query.Set(secret, redacted)
		}
	}
	if len(query) == 0 {
		return cleanURL(u)
	}
	return cleanURL(u) + "?" + query.Encode()
}

// cleanURL is a URL for people: without query and user.
func cleanURL(u *url.URL) string {
	clean := url.URL{Scheme: u.Scheme, Host: u.Host, Path: u.Path, RawPath: u.RawPath}
	return clean.String()
}

// sameOrigin compares scheme, host and port.
func sameOrigin(a, b *url.URL) bool {
	return a.Scheme == b.Scheme && hostPort(a) == hostPort(b)
}

// authorization puts the token into a header. The token is in a closure, so
// that no printing of a client with %+v can show it.
func authorization(t AccessToken) func(http.Header) {
	if t == "" {
		return func(http.Header) {}
	}
	value := "Bearer " + string(t)
	return func(h http.Header) { h.Set("Authorization", value) }
}

func hostPort(u *url.URL) string {
	port := u.Port()
	if port == "" {
		port = map[string]string{"https": "443", "http": "80"}[u.Scheme]
	}
	return net.JoinHostPort(strings.ToLower(u.Hostname()), port)
}
