package oaipmh_test

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/zharvest/zharvest/oaipmh"
)

// recorded gives the answers that were recorded from Zenodo, by file name.
func recorded(tb testing.TB) map[string][]byte {
	tb.Helper()
	root := os.Getenv("ZHARVEST_SHARED")
	if root == "" {
		root = filepath.Join("..", "..", "shared")
	}
	names, err := filepath.Glob(filepath.Join(root, "data", "zenodo", "oai", "*.xml"))
	if err != nil {
		tb.Fatal(err)
	}
	answers := map[string][]byte{}
	for _, name := range names {
		if answers[filepath.Base(name)], err = os.ReadFile(name); err != nil {
			tb.Fatal(err)
		}
	}
	return answers
}

func TestRecordedAnswers(t *testing.T) {
	answers := recorded(t)
	if len(answers) == 0 {
		t.Skip("recorded answers are not here: set ZHARVEST_SHARED")
	}
	for name, body := range answers {
		t.Run(name, func(t *testing.T) {
			client, _ := newClient(t, []reply{{body: string(body)}})
			if bytes.Contains(body, []byte("<ListRecords>")) {
				page, err := client.ListRecords(t.Context(), oaiDC)
				if err != nil {
					t.Fatal(err)
				}
				checkRecords(t, page, body)
				return
			}
			page, err := client.ListIdentifiers(t.Context(), oaiDC)
			if err != nil {
				t.Fatal(err)
			}
			checkHeaders(t, page.Items, body)
			if page.ResumptionToken.CompleteListSize < 300 || page.ResumptionToken.Cursor < 0 || page.ResumptionToken.ExpiresAt.IsZero() {
				t.Errorf("token %+v, want one with all attributes", page.ResumptionToken)
			}
		})
	}
}

func checkRecords(t *testing.T, page *oaipmh.Page[oaipmh.Record], body []byte) {
	var headers []oaipmh.Header
	for _, r := range page.Items {
		headers = append(headers, r.Header)
		if !bytes.Contains(body, r.Raw) || !bytes.HasPrefix(r.Raw, []byte("<record>")) || !bytes.HasSuffix(r.Raw, []byte("</record>")) {
			t.Errorf("raw is not a record of the body: %.200q", r.Raw)
		}
		if !bytes.Contains(r.Raw, append([]byte("<metadata>"), r.Metadata...)) {
			t.Errorf("metadata is not that of the record: %.200q", r.Metadata)
		}
		if doc := r.Document(); !bytes.HasPrefix(doc, []byte(`<oai_datacite xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns="http://schema.datacite.org/`)) || !isWellFormed(doc) {
			t.Errorf("document %.200q", doc)
		}
		if element := r.Element(); !bytes.HasPrefix(element, []byte(`<record xmlns="http://www.openarchives.org/OAI/2.0/" xmlns:xsi=`)) || !isWellFormed(element) {
			t.Errorf("element %.200q", element)
		}
	}
	checkHeaders(t, headers, body)
}

func checkHeaders(t *testing.T, headers []oaipmh.Header, body []byte) {
	if want := bytes.Count(body, []byte("<header")); len(headers) != want || want == 0 {
		t.Errorf("%d headers, want %d", len(headers), want)
	}
	for _, h := range headers {
		if !strings.HasPrefix(h.Identifier, "oai:zenodo.org:") || h.Datestamp.IsZero() || h.Deleted {
			t.Errorf("header %+v", h)
		}
	}
}

func isWellFormed(document []byte) bool {
	dec := xml.NewDecoder(bytes.NewReader(document))
	for {
		if _, err := dec.Token(); err != nil {
			return errors.Is(err, io.EOF)
		}
	}
}
