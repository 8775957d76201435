package zenodo

import (
	"cmp"
	"context"
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

// dialectOf is the dialect of the server that gave out records, empty where none
// of them shows it. The legacy form is Zenodo's alone. In the native form, which
// all have, the identifier in OAI-PMH shows it: that of Zenodo begins with its
// name whatever host serves it, for it is part of the data, while another
// repository has a prefix of its own, which is not its host. A restricted record
// may have no such identifier; then an id that is no number is not Zenodo's.
// Fields are no such mark: a record has only those that it was given.
func dialectOf(records []*Record) Dialect {
	for _, r := range records {
		authority, _, known := cutOAI(r.OAI)
		switch {
		case r.Format == FormatLegacy, known && authority == zenodoAuthority:
			return DialectZenodo
		case r.Format == FormatNative && (known || r.ID != "" && !isNumber(string(r.ID))):
			return DialectRDM
		}
	}
	return ""
}

// zenodoAuthority is what the identifiers of Zenodo's records in OAI-PMH name as
// their repository.
const zenodoAuthority = "zenodo.org"

// zenodoHosts are known to be Zenodo.
var zenodoHosts = map[string]bool{"zenodo.org": true, "www.zenodo.org": true, "sandbox.zenodo.org": true}

// knownDialect is the dialect of a client's server, as far as it is known.
type knownDialect struct {
	dialect atomic.Value // a Dialect, once it is known
	fixed   bool         // known by the host, whatever a record says
	probing sync.Mutex
}

func newKnownDialect(base *url.URL) *knownDialect {
	k := &knownDialect{fixed: zenodoHosts[base.Hostname()]}
	if k.fixed {
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

const (
	// typeZenodo is the media type of the legacy form, which only Zenodo has under
	// that name.
	typeZenodo = "application/vnd.zenodo.v1+json"
	// acceptDialect asks for what shows the dialect: the legacy form under its own
	// name, else the native form. The type of the answer shows it where a repository
	// has no records, and the records do should Zenodo no longer know its own name.
	acceptDialect = typeZenodo + ", " + typeRDM + ";q=0.9, application/json;q=0.8"
)

// Dialect is the dialect of the server. Where no answer has shown it, and the
// host is not Zenodo's, one record is asked for (GET /records).
func (c *Client) Dialect(ctx context.Context) (Dialect, error) {
	c.dialect.probing.Lock()
	defer c.dialect.probing.Unlock()
	if d := c.dialect.get(); d != "" {
		return d, nil
	}
	var records []*Record
	u := c.endpoint(url.Values{"size": {"1"}}, "records")
	header, err := c.get(ctx, u, acceptDialect, func(body []byte) error {
		page, err := decodeEnvelope(body)
		if err != nil {
			return err
		}
		for _, raw := range page.hits {
			if r, err := DecodeRecord(raw); err == nil {
				records = append(records, r)
			}
		}
		return nil
	})
	if err != nil {
		return "", err
	}
	found := dialectOf(records)
	switch mediaType, _, _ := strings.Cut(header.Get("Content-Type"), ";"); {
	case mediaType == typeZenodo, found == "" && mediaType != typeRDM:
		found = DialectZenodo
	case found == "":
		found = DialectRDM
	}
	c.AssumeDialect(found)
	return found, nil
}

// NoteOAI notes what the identifier of a record in OAI-PMH shows, where nothing
// else has shown what the server is: those of Zenodo begin with its name.
func (c *Client) NoteOAI(identifier string) {
	switch authority, _, ok := cutOAI(identifier); {
	case !ok || c.dialect.get() != "":
	case authority == zenodoAuthority:
		c.AssumeDialect(DialectZenodo)
	default:
		c.AssumeDialect(DialectRDM)
	}
}

// OAIIdentifier is the identifier of a record in OAI-PMH. Where the record does not
// say it, it is one of Zenodo's, which follow from the id.
func (r *Record) OAIIdentifier() string {
	return cmp.Or(r.OAI, "oai:"+zenodoAuthority+":"+string(r.ID))
}

// RecordURL is the page of a record of the repository with an API root. What an
// identifier of OAI-PMH names as its host need not exist.
func RecordURL(api string, id RecordID) string {
	return strings.TrimSuffix(api, "/api") + "/records/" + string(id)
}

// noteDialect notes what records of the server show.
func (c *Client) noteDialect(d Dialect) {
	if d != "" && d != c.dialect.get() && !c.dialect.fixed {
		c.AssumeDialect(d)
	}
}
