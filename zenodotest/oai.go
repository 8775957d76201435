package zenodotest

import (
	"net/http"
	"net/url"
	"slices"
	"time"

	"github.com/zharvest/zharvest/zenodotest/internal/xmlout"
)

const (
	oaiPath = "/oai2d"
	// oaiPageSize is how many records, headers or sets a page of a list has.
	oaiPageSize = 50
	// oaiTokenLife is how long a resumption token is good for.
	oaiTokenLife = 120 * time.Second
	// oaiPrefix begins the identifiers of records.
	oaiPrefix = "oai:zenodo.org:"
	// oaiTime is how times are written; nothing is finer than seconds.
	oaiTime = "2006-01-02T15:04:05Z"
)

var oaiRoutes = []route{{path: oaiPath, get: oai, post: oai}}

// oaiVerb is one of the six verbs, with the arguments that it takes.
type oaiVerb struct {
	answer         func(q *oaiQuery) *oaiError
	needs, mayHave []string
	isList         bool // and takes a resumption token
}

var oaiVerbs = map[string]oaiVerb{
	"Identify":            {answer: (*oaiQuery).identify},
	"ListMetadataFormats": {answer: (*oaiQuery).listFormats, mayHave: []string{"identifier"}},
	"ListSets":            {answer: (*oaiQuery).listSets, isList: true},
	"GetRecord":           {answer: (*oaiQuery).getRecord, needs: []string{"identifier", "metadataPrefix"}},
	"ListIdentifiers":     {answer: (*oaiQuery).list, needs: []string{"metadataPrefix"}, mayHave: []string{"from", "until", "set"}, isList: true},
	"ListRecords":         {answer: (*oaiQuery).list, needs: []string{"metadataPrefix"}, mayHave: []string{"from", "until", "set"}, isList: true},
}

// oaiQuery is a request and the answer in the making.
type oaiQuery struct {
	*Emulator
	r    *http.Request
	verb string
	args url.Values
	now  time.Time
	w    xmlout.Writer
}

// oaiError is an error of the protocol.
type oaiError struct{ code, message string }

func badArgument(message string) *oaiError { return &oaiError{"badArgument", message} }

// oai answers a request. Arguments are read from the address alone, also of a
// POST.
func oai(e *Emulator, r *http.Request, _ []string) *answer {
	q := &oaiQuery{Emulator: e, r: r, args: r.URL.Query(), now: e.cfg.Now().UTC()}
	status, failed := http.StatusOK, q.run()
	if failed != nil {
		status = http.StatusUnprocessableEntity
	}
	return &answer{status: status, contentType: "text/xml; charset=utf-8", body: q.document(failed)}
}

// run checks the arguments and writes what was asked for.
func (q *oaiQuery) run() *oaiError {
	name := q.args.Get("verb")
	verb, ok := oaiVerbs[name]
	if !ok {
		return &oaiError{"badVerb", "This is not a valid OAI-PMH verb: " + name}
	}
	q.verb = name
	if failed := q.checkArguments(verb); failed != nil {
		return failed
	}
	return verb.answer(q)
}

func (q *oaiQuery) checkArguments(verb oaiVerb) *oaiError {
	for name, values := range q.args {
		switch {
		case len(values) > 1:
			return badArgument("The argument " + name + " was given more than once.")
		case name == "verb" || name == "resumptionToken" && verb.isList:
		case !slices.Contains(verb.needs, name) && !slices.Contains(verb.mayHave, name):
			return badArgument(name + ": Unknown field.")
		}
	}
	if q.args.Has("resumptionToken") {
		if len(q.args) > 2 {
			return badArgument("You have passed too many arguments.")
		}
		return nil
	}
	for _, name := range verb.needs {
		if q.args.Get(name) == "" {
			return badArgument(name + ": Missing data for required field.")
		}
	}
	if prefix := q.args.Get("metadataPrefix"); prefix != "" && oaiFormatNamed(prefix) == nil {
		return badArgument("metadataPrefix: metadataPrefix does not exist")
	}
	return nil
}

// document puts the envelope around what was written, or around an error.
func (q *oaiQuery) document(failed *oaiError) []byte {
	var w xmlout.Writer
	w.Raw([]byte(`<?xml version='1.0' encoding='UTF-8'?>` + "\n" + `<?xml-stylesheet type="text/xsl" href="/static/oai2.xsl"?>`))
	w.Open("OAI-PMH",
		"xmlns", "http://www.openarchives.org/OAI/2.0/", "xmlns:xsi", "http://www.w3.org/2001/XMLSchema-instance",
		"xsi:schemaLocation", "http://www.openarchives.org/OAI/2.0/ http://www.openarchives.org/OAI/2.0/OAI-PMH.xsd")
	w.Leaf("responseDate", q.now.Format(oaiTime))
	w.Leaf("request", q.base(), q.echoed()...)
	if failed != nil {
		w.Leaf("error", failed.message, "code", failed.code)
	} else {
		w.Open(q.verb)
		w.Raw(q.w.Bytes())
		w.Close(q.verb)
	}
	w.Close("OAI-PMH")
	return append(w.Bytes(), '\n')
}

func (q *oaiQuery) base() string { return root(q.r) + oaiPath }

// echoed are the arguments as attributes of the element request; there are
// none where the verb is wrong.
func (q *oaiQuery) echoed() []string {
	if q.verb == "" {
		return nil
	}
	attributes := []string{"verb", q.verb}
	for _, name := range []string{"identifier", "metadataPrefix", "from", "until", "set", "resumptionToken"} {
		attributes = append(attributes, name, q.args.Get(name))
	}
	return attributes
}

func (q *oaiQuery) identify() *oaiError {
	q.w.Leaf("repositoryName", "Zenodo")
	q.w.Leaf("baseURL", q.base())
	q.w.Leaf("protocolVersion", "2.0")
	q.w.Leaf("adminEmail", "info@zenodo.org")
	q.w.Leaf("earliestDatestamp", time.UnixMicro(q.world.earliest(q.now)).UTC().Format(oaiTime))
	q.w.Leaf("deletedRecord", "no")
	q.w.Leaf("granularity", "YYYY-MM-DDThh:mm:ssZ")
	return nil
}

// earliest is when the oldest record was created, or now where there is none.
func (c *catalog) earliest(now time.Time) int64 {
	c.mu.RLock()
	defer c.mu.RUnlock()
	first := now.UnixMicro()
	if c.made.Len() > 0 {
		first = c.made.Created(0)
	}
	for _, e := range c.entries {
		first = min(first, e.created)
	}
	return first
}
