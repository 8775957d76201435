package zenodo

import (
	"net/url"
	"strings"
	"time"
)

// What Zenodo's documentation promises a minute. The headers of its answers
// mostly allow more.
const (
	zenodoSearches    = 30
	zenodoOAI         = 30
	zenodoGuestOthers = 60
	zenodoTokenOthers = 100
)

// Limit is what the server allows for one kind of access, as far as is known.
type Limit struct {
	// Name is "search" for the searches of records, "oai" for OAI-PMH, "other"
	// for the rest.
	Name string
	// PerMinute is 0 where no limit is known; requests then do not wait.
	PerMinute float64
	// Remaining is how many requests could go out at once.
	Remaining int
	// Reset is when the server's window is empty again by its own account, or
	// zero.
	Reset time.Time
	// FromServer means that an answer named the limit.
	FromServer bool
}

// Limits lists what the server allows.
func (c *Client) Limits() []Limit {
	now := time.Now()
	return []Limit{c.pace.search.state("search", now), c.pace.other.state("other", now), c.pace.oai.state("oai", now)}
}

// pace keeps the requests within what the server allows. Zenodo counts in
// groups: the searches of records have a smaller limit of their own, and so
// has OAI-PMH.
type pace struct {
	base   *url.URL
	search *window
	oai    *window
	other  *window
}

func newPace(base *url.URL, token bool, perMinute float64, onWait func(Wait)) *pace {
	p := &pace{base: base, search: newWindow(onWait), oai: newWindow(onWait), other: newWindow(onWait)}
	if perMinute > 0 {
		// One request per interval is a window like any other. All groups
		// share it, since the rate is meant for all that is sent.
		even := newWindow(nil)
		even.length, even.limit, even.fixed = time.Duration(float64(time.Minute)/perMinute), 1, true
		p.search, p.oai, p.other = even, even, even
		return p
	}
	if isZenodo(base) {
		p.search.limit, p.oai.limit, p.other.limit = zenodoSearches, zenodoOAI, zenodoGuestOthers
		if token {
			p.other.limit = zenodoTokenOthers
		}
	}
	return p
}

func isZenodo(base *url.URL) bool {
	host := base.Hostname()
	return host == "zenodo.org" || host == "sandbox.zenodo.org"
}

// window is the group to which a request counts. The hosts to which the API
// may redirect have no business with its limits: each request there has a
// window of its own.
func (p *pace) window(u *url.URL) *window {
	if !sameOrigin(u, p.base) {
		return newWindow(nil)
	}
	if u.EscapedPath() == oaiURL(p.base).EscapedPath() {
		return p.oai
	}
	path, ok := strings.CutPrefix(u.EscapedPath(), p.base.EscapedPath())
	if !ok {
		return p.other
	}
	parts := strings.Split(strings.Trim(path, "/"), "/")
	isSearch := len(parts) == 1 && parts[0] == "records" ||
		len(parts) == 3 && parts[0] == "communities" && parts[2] == "records"
	if isSearch {
		return p.search
	}
	return p.other
}
