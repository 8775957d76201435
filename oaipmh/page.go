package oaipmh

import (
	"context"
	"errors"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// Page is one answer to a request for a list.
type Page[T any] struct {
	Items []T
	// ResumptionToken asks for the next page. Its Value is empty on the last.
	ResumptionToken ResumptionToken
	// ResponseDate is the repository's clock, zero where it cannot be read.
	ResponseDate time.Time
	// Stripped counts the places that [WithLenientCharacters] had changed.
	Stripped int
	// Retried says that the page was asked for a second time, see
	// [WithListRetry].
	Retried bool
}

// Last reports whether the list ends with this page.
func (p *Page[T]) Last() bool { return p.ResumptionToken.Value == "" }

// ResumptionToken is the repository's mark of where a list goes on. It is
// opaque, lives briefly, and may be good for one use only.
type ResumptionToken struct {
	// Value goes into [ListOptions.ResumptionToken]; it is empty at the end.
	Value string
	// ExpiresAt is when it dies by the repository's clock, which is in
	// [Page.ResponseDate]. It is zero if the server does not say.
	ExpiresAt time.Time
	// CompleteListSize is how many items the whole list has, as far as the
	// repository knows, or -1 if it does not tell. A repository need not tell it
	// on every page, and it may change on the way.
	CompleteListSize int
	// Cursor is how many items came before this page, or -1 if the server does not say.
	Cursor int
}

func decodeToken(s *scanner) ResumptionToken {
	t := ResumptionToken{
		ExpiresAt:        parseDatestamp(s.Attribute("expirationDate")),
		CompleteListSize: parseListSize(s.Attribute("completeListSize")),
		Cursor:           parseCount(s.Attribute("cursor")),
	}
	t.Value = s.Text()
	return t
}

// parseCount gives -1 for what is not a number of something.
func parseCount(s string) int {
	n, err := strconv.Atoi(strings.TrimSpace(s))
	if err != nil || n < 0 {
		return -1
	}
	return n
}

// parseListSize also understands how Zenodo wrote it for some time, Python's
// text for {"relation": "eq", "value": 312}. Other relations than eq are
// bounds, not sizes.
func parseListSize(s string) int {
	if !strings.Contains(s, "{") {
		return parseCount(s)
	}
	fields := map[string]string{}
	for _, m := range regexp.MustCompile(`['"](\w+)['"]\s*:\s*(?:u?['"])?(\w+)`).FindAllStringSubmatch(s, -1) {
		fields[m[1]] = m[2]
	}
	if relation, ok := fields["relation"]; ok && relation != "eq" {
		return -1
	}
	return parseCount(fields["value"])
}

// lister is what one kind of list differs in from another.
type lister[T any] struct {
	verb    string
	element string // of an item
	decode  func(*scanner) T
}

// page asks for one page. With an error of the protocol an empty page is given
// too.
func (l lister[T]) page(ctx context.Context, c *Client, args url.Values) (*Page[T], error) {
	page, err := l.fetch(ctx, c, args)
	if c.conf.listRetry && args.Has("resumptionToken") && ctx.Err() == nil && isLost(err) {
		page, err = l.fetch(ctx, c, args)
		page.Retried = true
	}
	return page, err
}

func (l lister[T]) fetch(ctx context.Context, c *Client, args url.Values) (*Page[T], error) {
	page := &Page[T]{ResumptionToken: ResumptionToken{CompleteListSize: -1, Cursor: -1}}
	a, err := c.call(ctx, l.verb, args, func(s *scanner) {
		for name := range s.Children {
			switch name {
			case l.element:
				page.Items = append(page.Items, l.decode(s))
			case "resumptionToken":
				page.ResumptionToken = decodeToken(s)
			}
		}
	})
	if a != nil {
		page.ResponseDate, page.Stripped = a.responseDate, a.stripped
	}
	if err != nil {
		page.Items = nil
	}
	return page, err
}

// isLost reports whether an answer did not come or not to its end.
func isLost(err error) bool {
	if err == nil {
		return false
	}
	if body, ok := errors.AsType[*BodyError](err); ok {
		return body.lost
	}
	_, isProtocol := errors.AsType[*Error](err)
	_, isHTTP := errors.AsType[*HTTPError](err)
	return !isProtocol && !isHTTP
}
