package oaipmh_test

import (
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/zharvest/zharvest/oaipmh"
)

func TestInvalidBodies(t *testing.T) {
	whole := headers("", "a")
	tests := []struct {
		name, body string
		want       error // besides ErrInvalidBody
		text       string
	}{
		{"empty", "", nil, "line 1, byte 0: it is empty"},
		{"blank", " \n", nil, "line 2, byte 2: it ends in the middle"},
		{"web page", "\xEF\xBB\xBF \n<!DocType html><html></html>", nil, "it is a web page"},
		{"JSON", `{"message": "no"}`, nil, "it ends in the middle"},
		{"other XML", "<rss><channel/></rss>", nil, `its root element is "rss"`},
		{"other verb", envelope("<ListSets/>"), nil, "it has neither ListIdentifiers nor an error"},
		{"cut", whole[:len(whole)-5], io.ErrUnexpectedEOF, "it ends in the middle"},
		{"cut in a record", whole[:350], io.ErrUnexpectedEOF, "it ends in the middle"},
		{"cut in a character", whole[:strings.Index(whole, "a</")] + "\xC3", io.ErrUnexpectedEOF, "it ends in the middle"},
		{"garbled", strings.Replace(whole, "</header>", "</heeder>", 1), nil, "an end tag is wrong"},
		{"without identifier", headers("", ""), nil, "a header has no identifier"},
		{"unknown entity", headers("", "a&nbsp;b"), nil, "an entity that XML does not have"},
		{"Latin-1", "<?xml version='1.0' encoding='ISO-8859-1'?><OAI-PMH/>", oaipmh.ErrCharset, `in "ISO-8859-1"`},
		{"UTF-16", "\xFF\xFE<\x00O\x00", oaipmh.ErrCharset, "UTF-16"},
		{"XML 1.1", "<?xml version='1.1'?><OAI-PMH/>", nil, "version"},
		{"too large", headers("", strings.Repeat("a", 5000)), oaipmh.ErrTooLarge, "more than 4000 bytes"},
		{"too deep", envelope("<x>" + strings.Repeat("<a>", 1100)), oaipmh.ErrTooLarge, "nested"},
		{"entities", `<!DOCTYPE x [<!ENTITY a "b"><!ENTITY c "&a;&a;">]>` + headers("", "&c;")[39:], nil, "an entity that XML does not have"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			client, _ := newClient(t, []reply{{body: tt.body}}, oaipmh.WithMaxBytes(4000))
			_, err := client.ListIdentifiers(t.Context(), oaiDC)
			if !errors.Is(err, oaipmh.ErrInvalidBody) || tt.want != nil && !errors.Is(err, tt.want) || !strings.Contains(err.Error(), tt.text) {
				t.Errorf("error %v, want ErrInvalidBody, %v, and %q", err, tt.want, tt.text)
			}
		})
	}
}

func TestRecordsWithoutHeaders(t *testing.T) {
	for verb, element := range map[string]string{"ListRecords": "record", "GetRecord": "record", "ListSets": "set", "ListMetadataFormats": "metadataFormat"} {
		body := envelope("<" + verb + "><" + element + "/></" + verb + ">")
		client, _ := newClient(t, []reply{{body: body}})
		if err := callVerb(t, client, verb); !errors.Is(err, oaipmh.ErrInvalidBody) {
			t.Errorf("%s with an empty %s: %v, want ErrInvalidBody", verb, element, err)
		}
	}
	client, _ := newClient(t, []reply{{body: envelope("<GetRecord/>")}})
	if err := callVerb(t, client, "GetRecord"); !errors.Is(err, oaipmh.ErrInvalidBody) {
		t.Errorf("GetRecord without a record: %v, want ErrInvalidBody", err)
	}
}

// callVerb asks by a verb and gives the error only.
func callVerb(t testing.TB, client *oaipmh.Client, verb string) (err error) {
	switch verb {
	case "Identify":
		_, err = client.Identify(t.Context())
	case "ListMetadataFormats":
		_, err = client.ListMetadataFormats(t.Context(), "")
	case "ListSets":
		_, err = client.ListSets(t.Context(), "")
	case "ListIdentifiers":
		_, err = client.ListIdentifiers(t.Context(), oaiDC)
	case "ListRecords":
		_, err = client.ListRecords(t.Context(), oaiDC)
	case "GetRecord":
		_, err = client.GetRecord(t.Context(), "oai:x:1", "oai_dc")
	default:
		t.Fatalf("no verb %s", verb)
	}
	return err
}

// TestLenientXML has what repositories get wrong and can be read all the same.
func TestLenientXML(t *testing.T) {
	const header = "<identifier>a</identifier><datestamp>2026-01-02T03:04:05Z</datestamp>"
	tests := map[string]string{
		"prefixes":      `<o:OAI-PMH xmlns:o="http://www.openarchives.org/OAI/2.0/"><o:ListIdentifiers><o:header><o:identifier>a</o:identifier></o:header></o:ListIdentifiers></o:OAI-PMH>`,
		"no namespace":  "<OAI-PMH><ListIdentifiers><header>" + header + "</header></ListIdentifiers></OAI-PMH>",
		"wrong one":     "<OAI-PMH xmlns='urn:x'><ListIdentifiers><header>" + header + "</header></ListIdentifiers></OAI-PMH>",
		"undeclared":    "<oai:OAI-PMH><ListIdentifiers><header>" + header + "</header></ListIdentifiers></oai:OAI-PMH>",
		"mark in front": "\xEF\xBB\xBF" + headers("", "a"),
		"space around":  "\n\n  " + headers("", " \n a\t") + "\n<!-- generated in 3 ms -->",
		"more elements": "<OAI-PMH><x/><ListIdentifiers><y><header/></y><header><z/>" + header + "</header></ListIdentifiers></OAI-PMH>",
		"rubbish after": headers("", "a") + "\n<b>Warning</b>: Cannot modify header <",
		"ASCII":         strings.Replace(headers("", "a"), "UTF-8", "us-ascii", 1),
		"document type": "<!DOCTYPE OAI-PMH SYSTEM 'x.dtd' [<!ENTITY a 'b'>]><OAI-PMH><ListIdentifiers><header>" + header + "</header></ListIdentifiers></OAI-PMH>",
		"no datestamp":  "<OAI-PMH><ListIdentifiers><header><identifier>a</identifier><datestamp>yesterday</datestamp></header></ListIdentifiers></OAI-PMH>",
	}
	for name, body := range tests {
		client, _ := newClient(t, []reply{{body: body}})
		page, err := client.ListIdentifiers(t.Context(), oaiDC)
		if err != nil || len(page.Items) != 1 || page.Items[0].Identifier != "a" {
			t.Errorf("%s: got %+v, %v, want one header", name, page, err)
		}
	}
}

func TestCharactersThatXMLForbids(t *testing.T) {
	tests := []struct {
		text, cleaned string
		places        int
	}{
		{"a\x00b\x1Fc", "abc", 2},
		{"a\uFFFEb\uFFFF", "ab", 2},
		{"a\xFFb", "a\uFFFDb", 1},
		{"a\xED\xA0\x80b", "a\uFFFD\uFFFD\uFFFDb", 3}, // half a pair, written as if it were a character
		{"a&#1;b&#x00B;c&#xFFFF;", "abc", 3},
		{"&#xD83D;&#xDE00;", "", 2},
		{"<!-- \x01 -->", "<!--  -->", 1},
		{"<a k='\x02'/>", "<a k=''/>", 1},
	}
	for _, tt := range tests {
		body := envelope("<GetRecord><record><header><identifier>i</identifier></header>\n<metadata>ä" + tt.text + "</metadata></record></GetRecord>")
		client, _ := newClient(t, []reply{{body: body}})
		_, err := client.GetRecord(t.Context(), "i", "oai_dc")
		e, ok := errors.AsType[*oaipmh.BodyError](err)
		if !ok || !errors.Is(err, oaipmh.ErrInvalidCharacter) {
			t.Errorf("%q: error %v, want ErrInvalidCharacter", tt.text, err)
			continue
		}
		if from := int64(strings.Index(body, tt.text)); e.Line != 6 || e.Offset <= from || e.Offset > from+int64(len(tt.text)) {
			t.Errorf("%q: line %d, byte %d, want line 6 and a byte after %d", tt.text, e.Line, e.Offset, from)
		}
		body = strings.ReplaceAll(body, "GetRecord", "ListRecords")
		client, _ = newClient(t, []reply{{body: body}}, oaipmh.WithLenientCharacters())
		page, err := client.ListRecords(t.Context(), oaiDC)
		if err != nil {
			t.Errorf("%q, lenient: %v", tt.text, err)
			continue
		}
		if got := string(page.Items[0].Metadata); got != "ä"+tt.cleaned || page.Stripped != tt.places {
			t.Errorf("%q, lenient: %q with %d places, want %q with %d", tt.text, got, page.Stripped, "ä"+tt.cleaned, tt.places)
		}
	}
}

// TestSectionsHaveNoReferences has text that only looks like a reference to a
// forbidden character.
func TestSectionsHaveNoReferences(t *testing.T) {
	const metadata = "<![CDATA[ &#1; ]]]><!-- &#1; -->?<?p &#1; ?>\u0085\U0001F600&amp;#1;"
	body := envelope("<ListRecords><record><header><identifier>i</identifier></header><metadata>" + metadata + "</metadata></record></ListRecords>")
	for _, opts := range [][]oaipmh.Option{nil, {oaipmh.WithLenientCharacters()}} {
		client, _ := newClient(t, []reply{{body: body}}, opts...)
		page, err := client.ListRecords(t.Context(), oaiDC)
		if err != nil {
			t.Fatal(err)
		}
		if got := string(page.Items[0].Metadata); got != metadata {
			t.Errorf("metadata %q, want %q", got, metadata)
		}
	}
}

func TestConnectionThatBreaks(t *testing.T) {
	whole := headers("", "aä")
	for _, at := range []int{0, 10, strings.Index(whole, "aä"), strings.Index(whole, "ä") + 1, len(whole) - 5} {
		body := io.MultiReader(strings.NewReader(whole[:at]), broken{})
		client, _ := newClient(t, []reply{{reader: body}})
		_, err := client.ListIdentifiers(t.Context(), oaiDC)
		if !errors.Is(err, errBroken) || !errors.Is(err, oaipmh.ErrInvalidBody) {
			t.Errorf("after %d bytes: error %v, want %v as ErrInvalidBody", at, err, errBroken)
		}
	}
}

// TestErrorSeenAhead has a connection that tells its error once, while the
// client looks ahead of what it reads.
func TestErrorSeenAhead(t *testing.T) {
	whole := headers("", "aä")
	at := strings.Index(whole, "ä") + 1
	broke := false
	body := io.MultiReader(strings.NewReader(whole[:at]), readerFunc(func(p []byte) (int, error) {
		if broke {
			return copy(p, whole[at:]), io.EOF
		}
		broke = true
		return 0, errBroken
	}))
	client, _ := newClient(t, []reply{{reader: body}}, oaipmh.WithLenientCharacters())
	if _, err := client.ListIdentifiers(t.Context(), oaiDC); !errors.Is(err, errBroken) {
		t.Errorf("error %v, want %v", err, errBroken)
	}
}

func TestMaxBytes(t *testing.T) {
	body := strings.TrimSpace(headers("", "a"))
	for size, want := range map[int]error{len(body): nil, len(body) - 1: oaipmh.ErrTooLarge} {
		client, _ := newClient(t, []reply{{body: body}}, oaipmh.WithMaxBytes(int64(size)))
		if _, err := client.ListIdentifiers(t.Context(), oaiDC); !errors.Is(err, want) {
			t.Errorf("%d bytes with a limit of %d: %v, want %v", len(body), size, err, want)
		}
	}
}
