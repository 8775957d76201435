package oaipmh_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"time"

	"github.com/zharvest/zharvest/oaipmh"
)

// serve is a repository with two records, a page each.
func serve() *httptest.Server {
	const page = `<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/"><responseDate>2026-11-23T12:00:00Z</responseDate>
<ListRecords><record><header><identifier>oai:repo.example:%d</identifier><datestamp>2026-11-0%[1]dT08:00:00Z</datestamp></header>
<metadata><dc xmlns="urn:dc">Record %[1]d</dc></metadata></record>%s</ListRecords></OAI-PMH>`
	return httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		query := r.URL.Query()
		switch {
		case query.Get("resumptionToken") == "second":
			fmt.Fprintf(w, page, 2, `<resumptionToken cursor="1" completeListSize="2"/>`)
		case query.Get("metadataPrefix") == "oai_dc":
			fmt.Fprintf(w, page, 1, `<resumptionToken cursor="0" completeListSize="2">second</resumptionToken>`)
		default:
			w.WriteHeader(http.StatusUnprocessableEntity)
			io.WriteString(w, `<OAI-PMH><error code="badArgument">metadataPrefix is not known</error></OAI-PMH>`)
		}
	}))
}

func Example() {
	server := serve()
	defer server.Close()
	client, err := oaipmh.NewClient(server.URL+"/oai", oaipmh.WithUserAgent("example/1.0 (+mailto:me@example.org)"))
	if err != nil {
		log.Fatal(err)
	}

	opts := oaipmh.ListOptions{
		MetadataPrefix: "oai_dc",
		From:           time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC),
	}
	for record, err := range client.Records(context.Background(), opts) {
		if err != nil {
			log.Fatal(err)
		}
		fmt.Printf("%s, %s: %s\n", record.Identifier, record.Datestamp.Format(time.DateOnly), record.Metadata)
	}
	// Output:
	// oai:repo.example:1, 2026-11-01: <dc xmlns="urn:dc">Record 1</dc>
	// oai:repo.example:2, 2026-11-02: <dc xmlns="urn:dc">Record 2</dc>
}

// A list that is walked page by page can be compared with what the repository
// says it has.
func ExampleClient_RecordPages() {
	server := serve()
	defer server.Close()
	client, err := oaipmh.NewClient(server.URL)
	if err != nil {
		log.Fatal(err)
	}

	got, want := 0, -1
	for page, err := range client.RecordPages(context.Background(), oaipmh.ListOptions{MetadataPrefix: "oai_dc"}) {
		if errors.Is(err, oaipmh.ErrBadResumptionToken) {
			log.Fatal("the token has expired: start again, with a shorter span of time")
		}
		if err != nil {
			log.Fatal(err)
		}
		got += len(page.Items)
		want = max(want, page.ResumptionToken.CompleteListSize)
	}
	fmt.Printf("%d of %d records\n", got, want)

	_, err = client.ListRecords(context.Background(), oaipmh.ListOptions{MetadataPrefix: "marc"})
	fmt.Println(errors.Is(err, oaipmh.ErrBadArgument), err)
	// Output:
	// 2 of 2 records
	// true ListRecords: badArgument: metadataPrefix is not known
}
