package zenodo

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/PuerkitoBio/rehttp"
)

// maxRetryAfter is the longest delay named by a server that is waited out.
// Zenodo's longest window is an hour; a longer delay is the caller's to handle.
const maxRetryAfter = time.Hour + time.Minute

// retryPolicy says whether and when a call is tried again.
type retryPolicy struct {
	attempts  int
	baseDelay time.Duration
	delay     rehttp.DelayFn // random and growing
	usage     *usage
}

func newRetryPolicy(conf config, used *usage) *retryPolicy {
	return &retryPolicy{
		attempts:  conf.maxAttempts,
		baseDelay: conf.baseDelay,
		delay:     rehttp.ExpJitterDelay(conf.baseDelay, conf.maxDelay),
		usage:     used,
	}
}

// over puts retries over next. Of rehttp it uses the loop; that does not know
// Retry-After, takes a refused or reset connection for final, would hold the
// bodies of uploads in memory to send them again, and counts the attempts of
// one round trip, where we bound those of a call with its redirects and broken
// bodies. What it says when the context ends is put right by the caller.
func (p *retryPolicy) over(next http.RoundTripper) http.RoundTripper {
	t := rehttp.NewTransport(next, rehttp.RetryAll(
		rehttp.RetryHTTPMethods(http.MethodGet, http.MethodHead, http.MethodOptions, http.MethodPut, http.MethodDelete),
		rehttp.RetryAny(
			rehttp.RetryIsErr(isTransient),
			rehttp.RetryStatuses(
				http.StatusTooManyRequests, http.StatusInternalServerError,
				http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout),
		),
		p.mayRetry,
	), p.delayAfter)
	t.PreventRetryWithBody = true
	return t
}

// mayRetry is asked last, since it uses up an attempt.
func (p *retryPolicy) mayRetry(a rehttp.Attempt) bool {
	if a.Response != nil && retryAfter(a.Response, time.Now()) > maxRetryAfter {
		return false
	}
	ctx := a.Request.Context()
	if callOf(ctx).once && !isUntouched(a) {
		return false
	}
	if a.Response == nil || a.Response.StatusCode >= http.StatusInternalServerError {
		callOf(ctx).lost.Store(true)
	}
	if a.Response != nil && a.Response.StatusCode == http.StatusInternalServerError && callOf(ctx).isFault() {
		return false
	}
	return p.take(ctx, callOf(ctx), a.Error)
}

// isUntouched reports whether the application has not seen the request.
func isUntouched(a rehttp.Attempt) bool {
	if a.Response != nil {
		return a.Response.StatusCode == http.StatusTooManyRequests
	}
	op, ok := errors.AsType[*net.OpError](a.Error)
	return ok && op.Op == "dial"
}

// take reports whether the call may be tried again after an error, or after an
// answer where err is nil, and notes that it is. A server that refuses
// connections and has never answered is not asked again, nor is one that makes
// no progress.
func (p *retryPolicy) take(ctx context.Context, c *call, err error) bool {
	if ctx.Err() != nil || c.spent(p.attempts) || c.isIdle(err) {
		return false
	}
	if errors.Is(err, syscall.ECONNREFUSED) && !p.usage.answered.Load() {
		return false
	}
	c.failed.Add(1)
	p.usage.retries.Add(1)
	return true
}

// delayAfter is the server's delay if it named one, and some more so that not
// all come back at once; else random.
func (p *retryPolicy) delayAfter(a rehttp.Attempt) time.Duration {
	c := callOf(a.Request.Context())
	if a.Response != nil {
		if named := retryAfter(a.Response, time.Now()); named > 0 {
			return named + p.delay(rehttp.Attempt{})
		}
	}
	return p.delay(rehttp.Attempt{Index: c.attempt() - 2}) // the failed one counts already
}

// delayAfterError is the delay before a call's next attempt: what the server
// ordered with its answer, and some more, or random.
func (p *retryPolicy) delayAfterError(c *call, err error) time.Duration {
	if e, ok := errors.AsType[*Error](err); ok && e.RetryAfter > 0 {
		return e.RetryAfter + p.delay(rehttp.Attempt{})
	}
	return p.backoff(c)
}

// backoff is the delay before a call's next attempt.
func (p *retryPolicy) backoff(c *call) time.Duration {
	return p.delay(rehttp.Attempt{Index: c.attempt() - 1})
}

// retryAfter is the delay that an answer orders. Zenodo sends Retry-After with
// every answer, to say when its window ends; an order it is only with 429 and
// 503.
func retryAfter(resp *http.Response, now time.Time) time.Duration {
	if resp.StatusCode != http.StatusTooManyRequests && resp.StatusCode != http.StatusServiceUnavailable {
		return 0
	}
	return parseRetryAfter(resp.Header, now)
}

// parseRetryAfter reads seconds or a date, which is compared with the server's
// own clock where it tells it. It is 0 for no delay and for nonsense.
func parseRetryAfter(h http.Header, now time.Time) time.Duration {
	value := strings.TrimSpace(h.Get("Retry-After"))
	if seconds, err := strconv.ParseFloat(value, 64); err == nil {
		const most = 365 * 24 * time.Hour
		if !(seconds > 0) {
			return 0
		}
		return time.Duration(min(seconds, most.Seconds()) * float64(time.Second))
	}
	at, err := http.ParseTime(value)
	if err != nil {
		return 0
	}
	if date, err := http.ParseTime(h.Get("Date")); err == nil {
		now = date
	}
	return max(0, at.Sub(now))
}

// isTransient recognises the errors of a connection that may do better next
// time. What will not pass, such as a certificate that is wrong or a host
// that does not exist, is not among them.
func isTransient(err error) bool {
	if err == nil || errors.Is(err, context.Canceled) {
		return false
	}
	for _, passing := range []error{
		io.EOF, io.ErrUnexpectedEOF, errIdle,
		syscall.ECONNREFUSED, syscall.ECONNRESET, syscall.ECONNABORTED, syscall.EPIPE,
	} {
		if errors.Is(err, passing) {
			return true
		}
	}
	if timeout, ok := errors.AsType[net.Error](err); ok && timeout.Timeout() {
		return true
	}
	if dns, ok := errors.AsType[*net.DNSError](err); ok {
		return dns.IsTemporary
	}
	// Unreachable networks, and what other systems call the errors above. A
	// TLS alert is an operation called "remote error".
	if op, ok := errors.AsType[*net.OpError](err); ok && slices.Contains([]string{"dial", "read", "write", "readfrom"}, op.Op) {
		return true
	}
	// net/http has no types for these: HTTP/2 streams that the other side
	// ended, and answers that break off or begin as no answer can.
	text := err.Error()
	return strings.Contains(text, "stream error:") || strings.Contains(text, "http2:") ||
		strings.Contains(text, "transport connection broken")
}

// sleep waits, or returns why ctx ended.
func sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return cancelled(ctx)
	}
}

// isUnsent reports whether nothing was done of what was sent, and that it may be
// another time: no connection came about, or the server had too much to do.
func isUnsent(err error) bool {
	if op, ok := errors.AsType[*net.OpError](err); ok && op.Op == "dial" {
		return isTransient(err)
	}
	e, ok := errors.AsType[*Error](err)
	return ok && e.Status == http.StatusTooManyRequests && e.RetryAfter <= maxRetryAfter
}
