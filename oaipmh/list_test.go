package oaipmh_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"slices"
	"strings"
	"testing"

	"github.com/zharvest/zharvest/oaipmh"
)

// ids collects identifiers until the error that ends them, if one does.
func ids(headers iter.Seq2[*oaipmh.Header, error]) (all []string, err error) {
	for h, err := range headers {
		if err != nil {
			return all, err
		}
		all = append(all, h.Identifier)
	}
	return all, nil
}

func TestIteratorsFollowTokens(t *testing.T) {
	const first, second = "metadataPrefix=oai_dc&verb=ListIdentifiers", "resumptionToken=t2&verb=ListIdentifiers"
	tests := []struct {
		name    string
		opts    oaipmh.ListOptions
		script  []string
		want    []string
		queries []string
	}{
		{"one page", oaiDC, []string{headers("", "a", "b")}, []string{"a", "b"}, []string{first}},
		{"empty token", oaiDC, []string{headers(token("t2"), "a"), headers("<resumptionToken cursor='1'/>", "b")}, []string{"a", "b"}, []string{first, second}},
		{"no token", oaiDC, []string{headers(token("t2"), "a"), headers("", "b")}, []string{"a", "b"}, []string{first, second}},
		{"empty last page", oaiDC, []string{headers(token("t2"), "a"), headers("<resumptionToken/>")}, []string{"a"}, []string{first, second}},
		{"nothing after all", oaiDC, []string{headers(token("t2"), "a"), protocolError("noRecordsMatch", "")}, []string{"a"}, []string{first, second}},
		{"nothing at all", oaiDC, []string{protocolError("noRecordsMatch", "")}, nil, []string{first}},
		{"from a token on", oaipmh.ListOptions{ResumptionToken: "t2"}, []string{headers("", "b")}, []string{"b"}, []string{second}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var script []reply
			for _, body := range tt.script {
				script = append(script, reply{body: body})
			}
			client, repo := newClient(t, script)
			got, err := ids(client.Identifiers(t.Context(), tt.opts))
			if err != nil || !slices.Equal(got, tt.want) {
				t.Errorf("got %q, %v, want %q", got, err, tt.want)
			}
			if got := repo.queries(); !slices.Equal(got, tt.queries) {
				t.Errorf("queries %q, want %q", got, tt.queries)
			}
		})
	}
}

func TestRecordIterators(t *testing.T) {
	page := func(id, token string) reply {
		return reply{body: envelope("<ListRecords><record><header><identifier>" + id + "</identifier></header></record>" + token + "</ListRecords>")}
	}
	script := []reply{page("a", token("t2")), page("b", "")}
	client, _ := newClient(t, slices.Concat(script, script))
	var got []string
	for r, err := range client.Records(t.Context(), oaiDC) {
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, r.Identifier)
	}
	for p, err := range client.RecordPages(t.Context(), oaiDC) {
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, fmt.Sprint(len(p.Items), p.Last()))
	}
	if want := []string{"a", "b", "1 false", "1 true"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestEmptyListHasAPageWithTheClock(t *testing.T) {
	body := strings.Replace(headers("", "an error outweighs it"), "</OAI-PMH>", `<error code="noRecordsMatch"/></OAI-PMH>`, 1)
	client, _ := newClient(t, []reply{{body: body}})
	n := 0
	for page, err := range client.IdentifierPages(t.Context(), oaiDC) {
		if err != nil {
			t.Fatal(err)
		}
		n++
		if len(page.Items) != 0 || page.ResponseDate.IsZero() || !page.Last() || page.ResumptionToken.CompleteListSize != -1 {
			t.Errorf("page %+v, want an empty one with a date", page)
		}
	}
	if n != 1 {
		t.Errorf("%d pages, want 1", n)
	}
}

func TestIteratorsStop(t *testing.T) {
	client, repo := newClient(t, []reply{{body: headers(token("t2"), "a", "b")}, {body: headers(token("t2"), "a")}})
	for range client.Identifiers(t.Context(), oaiDC) {
		break
	}
	for range client.IdentifierPages(t.Context(), oaiDC) {
		break
	}
	if len(repo.got) != 2 {
		t.Errorf("%d requests, want 2", len(repo.got))
	}
}

// TestIteratorsBeginAgain walks one iterator twice.
func TestIteratorsBeginAgain(t *testing.T) {
	script := []reply{{body: headers(token("t2"), "a")}, {body: headers("", "b")}}
	client, _ := newClient(t, slices.Concat(script, script))
	all := client.Identifiers(t.Context(), oaiDC)
	for range 2 {
		if got, err := ids(all); err != nil || len(got) != 2 {
			t.Errorf("got %q, %v, want two", got, err)
		}
	}
}

func TestTokensThatGoInCircles(t *testing.T) {
	tests := []struct {
		name   string
		opts   oaipmh.ListOptions
		tokens []string
	}{
		{"same token", oaiDC, []string{"t2", "t2"}},
		{"circle", oaiDC, []string{"t2", "t3", "t4", "t2"}},
		{"resumed", oaipmh.ListOptions{ResumptionToken: "t2"}, []string{"t2"}},
	}
	for _, tt := range tests {
		var script []reply
		for i, value := range tt.tokens {
			script = append(script, reply{body: headers(token(value), fmt.Sprint(i))})
		}
		client, _ := newClient(t, script)
		got, err := ids(client.Identifiers(t.Context(), tt.opts))
		if !errors.Is(err, oaipmh.ErrTokenRepeated) || len(got) != len(tt.tokens) {
			t.Errorf("%s: got %q, %v, want %d and ErrTokenRepeated", tt.name, got, err, len(tt.tokens))
		}
	}
}

func TestEmptyPagesAreBounded(t *testing.T) {
	script := []reply{
		{body: headers(token("1"))},
		{body: headers(token("2"))},
		{body: headers(token("3"), "a")},
		{body: headers(token("4"))},
		{body: headers(token("5"))},
		{body: headers(token("6"))},
	}
	client, repo := newClient(t, script, oaipmh.WithMaxEmptyPages(2))
	got, err := ids(client.Identifiers(t.Context(), oaiDC))
	if !errors.Is(err, oaipmh.ErrEmptyPages) || len(got) != 1 || len(repo.got) != len(script) {
		t.Errorf("got %q, %v after %d requests, want one and ErrEmptyPages after %d", got, err, len(repo.got), len(script))
	}
}

func TestDeadTokenIsReported(t *testing.T) {
	client, repo := newClient(t, []reply{
		{body: headers(token("t2"), "a")},
		{status: 422, body: protocolError("badResumptionToken", "The value of the resumptionToken argument is invalid or expired.")},
	}, oaipmh.WithListRetry())
	got, err := ids(client.Identifiers(t.Context(), oaiDC))
	if !errors.Is(err, oaipmh.ErrBadResumptionToken) || len(got) != 1 {
		t.Errorf("got %q, %v, want one and ErrBadResumptionToken", got, err)
	}
	if len(repo.got) != 2 {
		t.Errorf("%d requests, want 2", len(repo.got))
	}
}

func TestListRetry(t *testing.T) {
	first, last := reply{body: headers(token("t2"), "a")}, reply{body: headers("", "b")}
	reset := reply{err: errors.New("connection reset")}
	cut := reply{body: last.body[:len(last.body)-20]}
	garbled := reply{body: strings.Replace(last.body, "</header>", "</heeder>", 1)}
	broken := reply{reader: io.MultiReader(strings.NewReader(last.body[:200]), broken{})}
	tests := []struct {
		name   string
		opts   []oaipmh.Option
		script []reply
		whole  bool
	}{
		{"off", nil, []reply{first, reset}, false},
		{"reset", []oaipmh.Option{oaipmh.WithListRetry()}, []reply{first, reset, last}, true},
		{"cut", []oaipmh.Option{oaipmh.WithListRetry()}, []reply{first, cut, last}, true},
		{"broken", []oaipmh.Option{oaipmh.WithListRetry()}, []reply{first, broken, last}, true},
		{"once", []oaipmh.Option{oaipmh.WithListRetry()}, []reply{first, reset, reset}, false},
		{"not garbled", []oaipmh.Option{oaipmh.WithListRetry()}, []reply{first, garbled}, false},
		{"not a status", []oaipmh.Option{oaipmh.WithListRetry()}, []reply{first, {status: 503}}, false},
		{"not the first", []oaipmh.Option{oaipmh.WithListRetry()}, []reply{reset}, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			client, repo := newClient(t, tt.script, tt.opts...)
			var got []string
			var err error
			retried := false
			for page, e := range client.IdentifierPages(t.Context(), oaiDC) {
				if err = e; err != nil {
					break
				}
				retried = page.Retried
				for _, h := range page.Items {
					got = append(got, h.Identifier)
				}
			}
			if (err == nil) != tt.whole || retried != tt.whole || tt.whole && !slices.Equal(got, []string{"a", "b"}) {
				t.Errorf("got %q, %v, retried %t, want whole %t", got, err, retried, tt.whole)
			}
			if len(repo.got) != len(tt.script) {
				t.Errorf("%d requests, want %d", len(repo.got), len(tt.script))
			}
		})
	}
}

// broken is a connection that breaks.
type broken struct{}

func (broken) Read([]byte) (int, error) { return 0, errBroken }

var errBroken = errors.New("connection broke")

func TestCancelledWhileReading(t *testing.T) {
	ctx, cancel := context.WithCancelCause(t.Context())
	why := errors.New("enough")
	body := io.MultiReader(strings.NewReader(headers("", "a")[:250]), readerFunc(func([]byte) (int, error) {
		cancel(why)
		return 0, context.Canceled
	}))
	client, _ := newClient(t, []reply{{body: headers(token("t2"), "a")}, {reader: body}}, oaipmh.WithListRetry())
	_, err := ids(client.Identifiers(ctx, oaiDC))
	if !errors.Is(err, why) || errors.Is(err, oaipmh.ErrInvalidBody) {
		t.Errorf("error %v, want %v", err, why)
	}
}

type readerFunc func([]byte) (int, error)

func (f readerFunc) Read(p []byte) (int, error) { return f(p) }
