package oaipmh_test

import (
	"cmp"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/zharvest/zharvest/oaipmh"
)

// reply is what a test repository sends.
type reply struct {
	status int // 200 if zero
	header http.Header
	body   string
	reader io.Reader // instead of body
	err    error     // instead of an answer
}

// repository answers requests in order, by the script, and notes them.
type repository struct {
	t      testing.TB
	script []reply
	got    []*http.Request
}

func (r *repository) RoundTrip(req *http.Request) (*http.Response, error) {
	r.got = append(r.got, req)
	if len(r.got) > len(r.script) {
		r.t.Errorf("request %d, %s, is one too many", len(r.got), req.URL)
		return nil, fmt.Errorf("script has ended")
	}
	next := r.script[len(r.got)-1]
	if next.err != nil {
		return nil, next.err
	}
	if next.reader == nil {
		next.reader = strings.NewReader(next.body)
	}
	if next.header == nil {
		next.header = http.Header{}
	}
	return &http.Response{
		StatusCode: cmp.Or(next.status, http.StatusOK),
		Header:     next.header,
		Body:       io.NopCloser(next.reader),
		Request:    req,
	}, nil
}

// queries gives what was asked, in order.
func (r *repository) queries() []string {
	var all []string
	for _, req := range r.got {
		s, err := url.QueryUnescape(req.URL.RawQuery)
		if err != nil {
			r.t.Errorf("query %q: %v", req.URL.RawQuery, err)
		}
		all = append(all, s)
	}
	return all
}

// newClient gives a client for a repository with a script.
func newClient(t testing.TB, script []reply, opts ...oaipmh.Option) (*oaipmh.Client, *repository) {
	t.Helper()
	repo := &repository{t: t, script: script}
	client, err := oaipmh.NewClient("https://repo.example/oai", append(opts, withRepo(repo))...)
	if err != nil {
		t.Fatal(err)
	}
	return client, repo
}

func withRepo(repo *repository) oaipmh.Option {
	return oaipmh.WithHTTPClient(&http.Client{Transport: repo})
}

// envelope puts content into an answer.
func envelope(content string) string {
	return `<?xml version="1.0" encoding="UTF-8"?>
<?xml-stylesheet type="text/xsl" href="/static/oai2.xsl"?>
<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
<responseDate>2026-11-23T12:00:00Z</responseDate><request>https://repo.example/oai</request>
` + content + "\n</OAI-PMH>\n"
}

func protocolError(code, message string) string {
	return envelope(fmt.Sprintf(`<error code="%s">%s</error>`, code, message))
}

// headers is an answer to ListIdentifiers; token is the element, or "".
func headers(token string, ids ...string) string {
	var b strings.Builder
	for _, id := range ids {
		fmt.Fprintf(&b, "<header><identifier>%s</identifier><datestamp>2026-01-02T03:04:05Z</datestamp></header>", id)
	}
	return envelope("<ListIdentifiers>" + b.String() + token + "</ListIdentifiers>")
}

func token(value string) string { return "<resumptionToken>" + value + "</resumptionToken>" }

var oaiDC = oaipmh.ListOptions{MetadataPrefix: "oai_dc"}
