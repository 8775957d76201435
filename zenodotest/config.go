package zenodotest

import (
	"cmp"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/zharvest/zharvest/zenodo"
	"github.com/zharvest/zharvest/zenodotest/internal/catalog"
	"github.com/zharvest/zharvest/zenodotest/internal/synth"
)

// Config says what an emulator serves and how it behaves. The zero value
// serves the built-in fixtures without limits or faults.
type Config struct {
	// Dialect is what the server is: Zenodo, or another InvenioRDM, with letters
	// as ids, native names of fields and parameters alone, and no legacy deposit API.
	// Empty is what the first of Data is of, and Zenodo without that.
	Dialect zenodo.Dialect
	// Data names files of records, one JSON object a line as Zenodo serves
	// them in either form, gzipped where the name ends in .gz. Of several records
	// with one identifier the last is served. Their bytes are served as they are,
	// unless RewriteLinks says otherwise.
	Data []string
	// Synthetic is the number of made-up records to serve. They depend on Seed
	// alone.
	Synthetic int
	Seed      uint64
	// Bursts make stretches of the made-up records share a short time of
	// creation.
	Bursts []Burst
	// Communities are slugs of communities that exist beside those that
	// records name, each with a title where it is given: slug=Title.
	Communities []string

	// Token is the only access token that is accepted; a request with another
	// runs as guest. Empty accepts any token, each as that of another user.
	Token string
	// Curators are the tokens of those who curate a community, by its slug. One
	// that is not named is curated by everyone who has a token.
	Curators map[string][]string
	// Owner is the access token of whoever may change the records that were loaded
	// or made up, as their owner may. Empty lets nobody.
	Owner string
	// Window is the number of results that can be paged; 0 means 10 000.
	Window int
	// GuestPageSize and TokenPageSize are the largest pages; 0 means 25 and 100.
	GuestPageSize, TokenPageSize int
	// SearchLimit applies to searches of records and OAI-PMH together, and Limit to
	// everything else. Requests are counted by the client's address and
	// User-Agent. Zero is no limit; on Zenodo they are 30/m and 133/m.
	SearchLimit, Limit Rate
	// VerifiedOneIn is how many owners there are for one that is verified; 0
	// means 4, a negative number that none is.
	VerifiedOneIn int

	// PublicURL is the address under which clients reach the emulator, such as
	// https://zenodo.test, without a path. Empty is the one that a request was
	// sent to, or that a proxy says it was sent to (X-Forwarded-Proto, -Host and
	// -Port).
	PublicURL string
	// RewriteLinks makes the links of records lead to the emulator instead of to
	// where the records come from, and the checksums of files those of the bytes
	// that are served for them. Nothing else in a record changes. Without it only
	// the lists of files, which are no part of what was loaded, have both.
	RewriteLinks bool
	// XMLDumps leaves out the dump of all records in JSON, as before September
	// 2026.
	XMLDumps bool
	// NoRanges makes downloads begin at the beginning whatever is asked for.
	NoRanges bool

	// SearchLag is how long searches, and OAI-PMH, do not see that a record was
	// published, changed or deleted. On Zenodo it is a second or more.
	SearchLag time.Duration
	// Latency is added to every answer.
	Latency time.Duration
	// Faults is the probability, from 0 to 1, that a request meets one of
	// FaultKinds (nil: any that passes when the request is repeated). Which
	// request meets which depends on Seed and the request's number. Half of
	// those that write are carried out all the same.
	Faults     float64
	FaultKinds []FaultKind
	// Script says which requests meet which fault, by rules of a line each, which
	// come before those of chance:
	//
	//	2    PUT   /api/files/*/*          504 after
	//	1-3  GET   /api/records?page=2     429 retry-after=2
	//	*    GET   /api/records/*/files/** delay for=300ms
	//
	// The first word says which of the requests that fit: the second, the first
	// three, from the fourth on (4-), several of these with commas between, or all.
	// In a path * is what is between two slashes, and ** any number of such parts;
	// parameters must be among the request's. Then comes the kind: with "after" the
	// request is carried out all the same ([Fault.After]). What follows # is a
	// comment. Of several rules that apply the first counts.
	Script string
	// Fault, where not nil, decides instead of Script and chance: n counts the requests from 1. It
	// may be called by several goroutines at once.
	Fault func(r *http.Request, n int) Fault
	// OnRequest is called before each answer is made; it may change the world
	// through the emulator's methods. It may be called by several goroutines
	// at once.
	OnRequest func(n int, r *http.Request)

	// Log receives a line of JSON for each request.
	Log io.Writer
	// Now is the clock; nil means time.Now.
	Now func() time.Time
}

// Burst makes Count made-up records, from number At on, share an interval of
// length Span that begins at a whole multiple of Span: all in one second, or
// in one millisecond.
type Burst = synth.Burst

func (c Config) withDefaults() Config {
	c.PublicURL = strings.TrimSuffix(c.PublicURL, "/")
	c.Window = cmp.Or(c.Window, 10_000)
	if c.Dialect == zenodo.DialectRDM {
		c.GuestPageSize, c.TokenPageSize, c.VerifiedOneIn = cmp.Or(c.GuestPageSize, c.Window), cmp.Or(c.TokenPageSize, c.Window), -1
	}
	c.GuestPageSize = cmp.Or(c.GuestPageSize, 25)
	c.TokenPageSize = cmp.Or(c.TokenPageSize, 100)
	c.VerifiedOneIn = cmp.Or(c.VerifiedOneIn, 4)
	if c.FaultKinds == nil {
		c.FaultKinds = FaultKinds()
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	return c
}

// findDialect finds out what the data are of.
func (c Config) findDialect() (zenodo.Dialect, error) {
	if c.Dialect != "" || len(c.Data) == 0 {
		return cmp.Or(c.Dialect, zenodo.DialectZenodo), nil
	}
	elsewhere, err := catalog.IsElsewhere(c.Data[0])
	if elsewhere {
		return zenodo.DialectRDM, err
	}
	return zenodo.DialectZenodo, err
}

func (c Config) check() error {
	if c.Dialect != zenodo.DialectZenodo && c.Dialect != zenodo.DialectRDM {
		return fmt.Errorf("unknown dialect %q", string(c.Dialect))
	}
	if u, err := url.Parse(c.PublicURL); err != nil || c.PublicURL != "" && (u.Host == "" || u.Scheme != "http" && u.Scheme != "https" || *u != (url.URL{Scheme: u.Scheme, Host: u.Host})) {
		return fmt.Errorf("public URL %q: want a scheme and a host alone, as in https://zenodo.test", c.PublicURL)
	}
	if c.Window < 1 || c.GuestPageSize < 1 || c.TokenPageSize < 1 {
		return fmt.Errorf("window and page sizes must be positive")
	}
	if c.Faults < 0 || c.Faults > 1 {
		return fmt.Errorf("probability of faults: %v is not between 0 and 1", c.Faults)
	}
	for _, kind := range c.FaultKinds {
		if !kind.known() {
			return fmt.Errorf("unknown kind of fault %q", kind)
		}
	}
	return nil
}
