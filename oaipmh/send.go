package oaipmh

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// maxErrorBody is as much as is read of an answer whose status is no success.
const maxErrorBody = 64 << 10

// call asks the repository. The answer is given also with an error of the
// protocol.
func (c *Client) call(ctx context.Context, verb string, args url.Values, read content) (*answer, error) {
	req, err := c.request(ctx, verb, args)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", verb, err)
	}
	began := time.Now()
	a, status, err := c.send(req, verb, read)
	c.log(ctx, verb, args, time.Since(began), a, status, err)
	if err != nil && ctx.Err() != nil {
		err = context.Cause(ctx)
	}
	if err != nil {
		return a, fmt.Errorf("%s: %w", verb, err)
	}
	return a, nil
}

func (c *Client) send(req *http.Request, verb string, read content) (a *answer, status int, err error) {
	resp, err := c.conf.http.Do(req)
	if err != nil {
		if outer, ok := errors.AsType[*url.Error](err); ok {
			err = outer.Err // the rest repeats the URL with its query
		}
		return nil, 0, fmt.Errorf("%s: %w", c.BaseURL(), err)
	}
	defer resp.Body.Close()
	if resp.StatusCode/100 != 2 {
		a, err = check(resp, verb)
		return a, resp.StatusCode, err
	}
	a, err = parse(readBody(resp.Body, c.conf.maxBytes), c.conf.lenient, verb, read)
	return a, resp.StatusCode, err
}

// check makes the error of an answer whose status is no success: that of the
// protocol if the body tells one, which Invenio sends with status 422.
func check(resp *http.Response, verb string) (*answer, error) {
	text, _ := io.ReadAll(io.LimitReader(resp.Body, maxErrorBody)) // the status stands whatever of it came
	a, err := parse(&body{data: text}, true, verb, func(*scanner) {})
	if e, ok := errors.AsType[*Error](err); ok && e.Code.isKnown() {
		return a, e
	}
	e := &HTTPError{
		Status:     resp.StatusCode,
		RetryAfter: retryAfter(resp.Header, time.Now()),
		HTML:       isHTML(text),
	}
	if e.Message = shorten(string(text)); e.HTML {
		e.Message = shorten(htmlTitle(string(text)))
	} else if known, ok := errors.AsType[*Error](err); ok {
		e.Message = known.Error()
	}
	return nil, e
}

// htmlTitle gives the text of the element title, or "".
func htmlTitle(page string) string {
	lower := strings.ToLower(page)
	if len(lower) != len(page) { // letters whose cases differ in length
		return ""
	}
	from := strings.Index(lower, "<title>")
	if from < 0 {
		return ""
	}
	from += len("<title>")
	length := strings.Index(lower[from:], "</title")
	if length < 0 {
		return ""
	}
	return page[from : from+length]
}

// retryAfter reads seconds or a date, which is compared with the server's own
// clock if it is known. It is zero for nonsense and for the past.
func retryAfter(h http.Header, now time.Time) time.Duration {
	value := strings.TrimSpace(h.Get("Retry-After"))
	if seconds, err := strconv.ParseUint(value, 10, 32); err == nil {
		return time.Duration(seconds) * time.Second
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

// log writes the debug record of a request. The arguments are shown but for
// the token, which is long and says nothing.
func (c *Client) log(ctx context.Context, verb string, args url.Values, took time.Duration, a *answer, status int, err error) {
	if !c.conf.logger.Enabled(ctx, slog.LevelDebug) {
		return
	}
	attrs := []slog.Attr{
		slog.String("verb", verb),
		slog.String("url", c.BaseURL()),
		slog.Bool("resumed", args.Has("resumptionToken")),
	}
	for _, name := range []string{"metadataPrefix", "set", "from", "until", "identifier"} {
		if value := args.Get(name); value != "" {
			attrs = append(attrs, slog.String(name, value))
		}
	}
	attrs = append(attrs, slog.Int("status", status), slog.Float64("seconds", took.Seconds()))
	if stripped := cmp.Or(a, new(answer)).stripped; stripped > 0 {
		attrs = append(attrs, slog.Int("stripped", stripped))
	}
	if err != nil {
		attrs = append(attrs, slog.Any("error", err))
	}
	c.conf.logger.LogAttrs(ctx, slog.LevelDebug, "oai-pmh request", attrs...)
}
