package zenodo

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
)

// Dialect is what a repository calls things by. Zenodo has kept names of
// before it was moved to InvenioRDM, and other repositories know only those of
// InvenioRDM. From the dialect follow the fields of queries, the parameters of
// searches, the size of pages, the sets of OAI-PMH, and whether there is the
// deposit API of Zenodo.
type Dialect string

// The dialects.
const (
	DialectZenodo Dialect = "zenodo"
	DialectRDM    Dialect = "rdm" // of every other InvenioRDM
)

// String is how people call a repository of that dialect.
func (d Dialect) String() string {
	switch d {
	case DialectZenodo:
		return "Zenodo"
	case DialectRDM:
		return "InvenioRDM"
	}
	return string(d)
}

// CommunitySet is the set of OAI-PMH with the records of a community.
func (d Dialect) CommunitySet(slug Slug) string {
	if d == DialectRDM {
		return "community-" + string(slug)
	}
	return "user-" + string(slug)
}

// dialectOf is the dialect of a server that gives out records in a form. A
// client asks for Zenodo's first, and a server that does not know that sends its
// own.
func dialectOf(form Format) Dialect {
	switch form {
	case FormatLegacy:
		return DialectZenodo
	case FormatRDM:
		return DialectRDM
	}
	return ""
}

// zenodoHosts are known to be Zenodo.
var zenodoHosts = map[string]bool{"zenodo.org": true, "www.zenodo.org": true, "sandbox.zenodo.org": true}

// knownDialect is the dialect of a client's server, as far as it is known.
type knownDialect struct {
	dialect atomic.Value // a Dialect, once it is known
	probing sync.Mutex
}

func newKnownDialect(base *url.URL) *knownDialect {
	k := new(knownDialect)
	if zenodoHosts[base.Hostname()] {
		k.dialect.Store(DialectZenodo)
	}
	return k
}

// get is the dialect, empty where it is not known.
func (k *knownDialect) get() Dialect {
	d, _ := k.dialect.Load().(Dialect)
	return d
}

// KnownDialect is the dialect of the server, empty where no answer has shown it
// yet.
func (c *Client) KnownDialect() Dialect { return c.dialect.get() }

// AssumeDialect sets the dialect of the server, as an earlier client has found
// it. What the answers show overrules it.
func (c *Client) AssumeDialect(d Dialect) {
	if d == "" {
		return
	}
	c.dialect.dialect.Store(d)
	if d == DialectRDM {
		c.recordPages.raise(tokenPageSize) // guests have no smaller pages than users
	}
}

// Dialect is the dialect of the server. Where no answer has shown it, and the
// host is not Zenodo's, one record is asked for in Zenodo's own form, which
// other servers refuse (GET /records).
func (c *Client) Dialect(ctx context.Context) (Dialect, error) {
	c.dialect.probing.Lock()
	defer c.dialect.probing.Unlock()
	if d := c.dialect.get(); d != "" {
		return d, nil
	}
	found := DialectZenodo
	u := c.endpoint(url.Values{"size": {"1"}}, "records")
	_, err := c.get(ctx, u, acceptZenodo, func(body []byte) error {
		page, err := decodeEnvelope(body)
		if err != nil {
			return err
		}
		for _, raw := range page.hits {
			if r, err := DecodeRecord(raw); err == nil {
				found = dialectOf(r.Format)
			}
		}
		return nil
	})
	if refusal, ok := errors.AsType[*Error](err); ok && refusal.Status == http.StatusNotAcceptable {
		found, err = DialectRDM, nil
	}
	if err != nil {
		return "", err
	}
	c.AssumeDialect(found)
	return found, nil
}

// NoteOAI notes what the identifier of a record in OAI-PMH shows, where nothing
// else has shown what the server is: those of Zenodo begin with its name.
func (c *Client) NoteOAI(identifier string) {
	switch authority, _, ok := cutOAI(identifier); {
	case !ok || c.dialect.get() != "":
	case authority == "zenodo.org":
		c.AssumeDialect(DialectZenodo)
	default:
		c.AssumeDialect(DialectRDM)
	}
}

// OAIIdentifier is the identifier of a record in OAI-PMH, which the form of
// InvenioRDM tells. Those of Zenodo follow from the id.
func (r *Record) OAIIdentifier() string {
	var native struct {
		PIDs struct {
			OAI struct {
				Identifier string `json:"identifier"`
			} `json:"oai"`
		} `json:"pids"`
	}
	if r.Format == FormatRDM && json.Unmarshal(r.Raw, &native) == nil && native.PIDs.OAI.Identifier != "" {
		return native.PIDs.OAI.Identifier
	}
	return "oai:zenodo.org:" + string(r.ID)
}

// RecordURL is the page of a record of the repository with an API root. What an
// identifier of OAI-PMH names as its host need not exist.
func RecordURL(api string, id RecordID) string {
	return strings.TrimSuffix(api, "/api") + "/records/" + string(id)
}

// noteDialect notes what a record of the server shows.
func (c *Client) noteDialect(r *Record) {
	if d := dialectOf(r.Format); d != "" && d != c.dialect.get() {
		c.AssumeDialect(d)
	}
}
