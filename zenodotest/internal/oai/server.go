// Package oai answers requests of OAI-PMH as Zenodo does: lists in no order, and
// tokens that expire and stand for the next page, whichever was asked for.
package oai

import (
	"context"
	"net/url"
	"slices"
	"time"

	"github.com/zharvest/zharvest/zenodotest/internal/xmlout"
)

// Path is where requests are answered.
const Path = "/oai2d"

const (
	// pageSize is how many records, headers or sets a page of a list has.
	pageSize = 50
	// tokenLife is how long a resumption token is good for.
	tokenLife = 120 * time.Second
	// zenodoPrefix begins the identifiers of records on Zenodo, NativePrefix those
	// of another InvenioRDM: what stands there for a host need not be one.
	zenodoPrefix = "oai:zenodo.org:"
	NativePrefix = "oai:oai.repository.example:"
	// timeLayout is how times are written; nothing is finer than seconds.
	timeLayout = "2006-01-02T15:04:05Z"
)

// Server answers requests. It is safe for concurrent use.
type Server struct {
	// Repository has the records.
	Repository Repository
	// Native is set for an InvenioRDM that is not Zenodo.
	Native bool

	scrolls scrolls
}

// Repository is what is served.
type Repository interface {
	// Earliest is when the oldest record was created, or now where there is none.
	Earliest(now time.Time) time.Time
	// Record is the JSON of the record with an id.
	Record(id string) (raw []byte, ok bool)
	// IsDeleted reports whether there was a record with an id.
	IsDeleted(id string) bool
	// Records are those that are selected, in no order that means anything.
	Records(ctx context.Context, s Selection) (List, error)
	// Communities are all communities, by slug.
	Communities() []Community
}

// Selection says which records are in a list. Of a concept it has all versions.
type Selection struct {
	Type, Community string // empty for any
	// From and Until bound the time of the last change, both included; zero is
	// no bound.
	From, Until time.Time
}

// List is a list of records as they were when it was made.
type List interface {
	Len() int
	JSON(i int) []byte
}

// Community is a community with its title.
type Community struct{ Slug, Title string }

// verb is one of the six verbs, with the arguments that it takes.
type verb struct {
	answer         func(q *query, ctx context.Context) *failure
	needs, mayHave []string
	isList         bool // and takes a resumption token
}

var verbs = map[string]verb{
	"Identify":            {answer: (*query).identify},
	"ListMetadataFormats": {answer: (*query).listFormats, mayHave: []string{"identifier"}},
	"ListSets":            {answer: (*query).listSets, isList: true},
	"GetRecord":           {answer: (*query).getRecord, needs: []string{"identifier", "metadataPrefix"}},
	"ListIdentifiers":     {answer: (*query).list, needs: []string{"metadataPrefix"}, mayHave: []string{"from", "until", "set"}, isList: true},
	"ListRecords":         {answer: (*query).list, needs: []string{"metadataPrefix"}, mayHave: []string{"from", "until", "set"}, isList: true},
}

// query is a request and the answer in the making.
type query struct {
	*Server
	base string
	verb string
	args url.Values
	now  time.Time
	w    xmlout.Writer
}

// failure is an error of the protocol.
type failure struct{ code, message string }

// crash is where the server has no answer at all.
var crash = &failure{}

func badArgument(message string) *failure { return &failure{"badArgument", message} }

// Answer answers a request to the address base. An error is one of the protocol;
// where the server fails on a request there is no body.
func (s *Server) Answer(ctx context.Context, base string, args url.Values, now time.Time) (body []byte, isError bool) {
	q := &query{Server: s, base: base, args: args, now: now.UTC()}
	failed := q.run(ctx)
	if failed == crash {
		return nil, true
	}
	return q.document(failed), failed != nil
}

// run checks the arguments and writes what was asked for.
func (q *query) run(ctx context.Context) *failure {
	name := q.args.Get("verb")
	verb, ok := verbs[name]
	if !ok {
		return badArgument("This is not a valid OAI-PMH verb:" + name)
	}
	q.verb = name
	if failed := q.checkArguments(verb); failed != nil {
		return failed
	}
	return verb.answer(q, ctx)
}

func (q *query) checkArguments(verb verb) *failure {
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
	if prefix := q.args.Get("metadataPrefix"); prefix != "" && formatNamed(prefix) == nil {
		return badArgument("metadataPrefix does not exist")
	}
	return nil
}

// document puts the envelope around what was written, or around an error.
func (q *query) document(failed *failure) []byte {
	var w xmlout.Writer
	w.Raw([]byte(`<?xml version='1.0' encoding='UTF-8'?>` + "\n" + `<?xml-stylesheet type="text/xsl" href="/static/oai2.xsl"?>`))
	w.Open("OAI-PMH",
		"xmlns", "http://www.openarchives.org/OAI/2.0/", "xmlns:xsi", "http://www.w3.org/2001/XMLSchema-instance",
		"xsi:schemaLocation", "http://www.openarchives.org/OAI/2.0/ http://www.openarchives.org/OAI/2.0/OAI-PMH.xsd")
	w.Leaf("responseDate", q.now.Format(timeLayout))
	if failed != nil && failed.code == "badArgument" {
		q.verb = "" // arguments that are wrong are not repeated
	}
	w.Leaf("request", q.base, q.echoed()...)
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

// echoed are the arguments as attributes of the element request; there are
// none where the verb is wrong.
func (q *query) echoed() []string {
	if q.verb == "" {
		return nil
	}
	attributes := []string{"verb", q.verb}
	for _, name := range []string{"identifier", "metadataPrefix", "from", "until", "set", "resumptionToken"} {
		attributes = append(attributes, name, q.args.Get(name))
	}
	return attributes
}

func (q *query) identify(context.Context) *failure {
	name := "Zenodo"
	if q.Native {
		name = "Repository"
	}
	q.w.Leaf("repositoryName", name)
	q.w.Leaf("baseURL", q.base)
	q.w.Leaf("protocolVersion", "2.0")
	q.w.Leaf("adminEmail", "info@zenodo.org")
	q.w.Leaf("earliestDatestamp", q.Repository.Earliest(q.now).UTC().Format(timeLayout))
	q.w.Leaf("deletedRecord", "no")
	q.w.Leaf("granularity", "YYYY-MM-DDThh:mm:ssZ")
	return nil
}
