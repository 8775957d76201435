package oaipmh_test

import (
	"bytes"
	"errors"
	"log/slog"
	"net/http"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/zharvest/zharvest/oaipmh"
)

func TestProtocolErrors(t *testing.T) {
	codes := []oaipmh.Code{
		oaipmh.ErrBadVerb, oaipmh.ErrBadArgument, oaipmh.ErrBadResumptionToken, oaipmh.ErrCannotDisseminateFormat,
		oaipmh.ErrIDDoesNotExist, oaipmh.ErrNoRecordsMatch, oaipmh.ErrNoMetadataFormats, oaipmh.ErrNoSetHierarchy,
	}
	for _, status := range []int{200, 400, 404, 422, 500} {
		for _, code := range codes {
			client, _ := newClient(t, []reply{{status: status, body: protocolError(string(code), " It &lt;is&gt;\n so. ")}})
			_, err := client.ListRecords(t.Context(), oaiDC)
			e, ok := errors.AsType[*oaipmh.Error](err)
			if !ok || !errors.Is(err, code) || e.Code != code || e.Message != "It <is> so." {
				t.Errorf("status %d: error %v, want %s", status, err, code)
			}
			if other := codes[0]; code != other && errors.Is(err, other) {
				t.Errorf("%v matches %s", err, other)
			}
		}
	}
}

func TestProtocolErrorText(t *testing.T) {
	client, _ := newClient(t, []reply{
		{status: 422, body: envelope(`<error code="badArgument">no</error><error code="badVerb"/><error>` + strings.Repeat("ä", 9000) + `</error>`)},
	})
	_, err := client.Identify(t.Context())
	if want := "Identify: badArgument: no; badVerb; error without a code: ä"; err == nil || !strings.HasPrefix(err.Error(), want) || len(err.Error()) > 2000 {
		t.Errorf("error %v, want %s…", err, want)
	}
	if !errors.Is(err, oaipmh.ErrBadArgument) || !errors.Is(err, oaipmh.ErrBadVerb) {
		t.Errorf("error %v does not match both codes", err)
	}
}

// TestNoMatchAndMore sees to it that only an empty list counts as one.
func TestNoMatchAndMore(t *testing.T) {
	client, _ := newClient(t, []reply{
		{body: envelope(`<error code="noRecordsMatch"/><error code="badArgument">bad set</error>`)},
	})
	if _, err := ids(client.Identifiers(t.Context(), oaiDC)); !errors.Is(err, oaipmh.ErrBadArgument) {
		t.Errorf("error %v, want badArgument", err)
	}
}

func TestHTTPErrors(t *testing.T) {
	date := http.Header{
		"Retry-After": {"Mon, 23 Nov 2026 12:01:30 GMT"},
		"Date":        {"Mon, 23 Nov 2026 12:00:00 GMT"},
	}
	tests := []struct {
		reply reply
		want  oaipmh.HTTPError
		text  string
	}{
		{
			reply{status: 503, header: http.Header{"Retry-After": {"120"}}, body: "busy\n  now"},
			oaipmh.HTTPError{Status: 503, RetryAfter: 2 * time.Minute, Message: "busy now"},
			"Identify: status 503 Service Unavailable: busy now (retry after 2m0s)",
		},
		{
			reply{status: 429, header: date},
			oaipmh.HTTPError{Status: 429, RetryAfter: 90 * time.Second},
			"Identify: status 429 Too Many Requests (retry after 1m30s)",
		},
		{
			reply{status: 403, header: http.Header{"Retry-After": {"soon"}}, body: "\n<!DOCTYPE HTML><html><head><TITLE>Unusual\ntraffic</TITLE>"},
			oaipmh.HTTPError{Status: 403, HTML: true, Message: "Unusual traffic"},
			"Identify: status 403 Forbidden with a web page: Unusual traffic",
		},
		{
			reply{status: 504, body: "<html><body>no title"},
			oaipmh.HTTPError{Status: 504, HTML: true},
			"Identify: status 504 Gateway Timeout with a web page",
		},
		{
			reply{status: 422, body: protocolError("later", "come back")},
			oaipmh.HTTPError{Status: 422, Message: "later: come back"},
			"Identify: status 422 Unprocessable Entity: later: come back",
		},
		{
			reply{status: 404, body: envelope("<Identify/>")[:30]},
			oaipmh.HTTPError{Status: 404, Message: `<?xml version="1.0" encoding="`},
			`Identify: status 404 Not Found: <?xml version="1.0" encoding="`,
		},
	}
	for _, tt := range tests {
		client, _ := newClient(t, []reply{tt.reply})
		_, err := client.Identify(t.Context())
		got, ok := errors.AsType[*oaipmh.HTTPError](err)
		if !ok || !reflect.DeepEqual(*got, tt.want) {
			t.Errorf("error %#v, want %#v", got, tt.want)
		}
		if err.Error() != tt.text {
			t.Errorf("text %q, want %q", err, tt.text)
		}
	}
}

func TestLogger(t *testing.T) {
	var out bytes.Buffer
	logger := slog.New(slog.NewTextHandler(&out, &slog.HandlerOptions{Level: slog.LevelDebug}))
	client, _ := newClient(t, []reply{{body: headers("", "a\x01")}, {status: 503}}, oaipmh.WithLogger(logger), oaipmh.WithLenientCharacters())
	if _, err := client.ListIdentifiers(t.Context(), oaiDC); err != nil {
		t.Fatal(err)
	}
	if _, err := client.ListIdentifiers(t.Context(), oaipmh.ListOptions{ResumptionToken: "long"}); err == nil {
		t.Fatal("no error")
	}
	for _, want := range []string{"verb=ListIdentifiers", "metadataPrefix=oai_dc", "stripped=1", "status=200", "status=503", "resumed=true", `error="status 503`} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("log lacks %s:\n%s", want, out.String())
		}
	}
	if strings.Contains(out.String(), "long") {
		t.Errorf("log has the token:\n%s", out.String())
	}
}
