package oaipmh_test

import (
	"strings"
	"testing"

	"github.com/zharvest/zharvest/oaipmh"
)

// BenchmarkListRecords reads pages of fifty records of 3.5 KB each.
func BenchmarkListRecords(b *testing.B) {
	record := "<record><header><identifier>oai:repo.example:1</identifier><datestamp>2026-01-02T03:04:05Z</datestamp></header><metadata><dc>" +
		strings.Repeat("<subject scheme='x'>Größe &amp; Maß, some text</subject>\n", 60) + "</dc></metadata></record>"
	body := envelope("<ListRecords>" + strings.Repeat(record, 50) + "</ListRecords>")
	for name, opts := range map[string][]oaipmh.Option{"strict": nil, "lenient": {oaipmh.WithLenientCharacters()}} {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(body)))
			b.ReportAllocs()
			for b.Loop() {
				client, _ := newClient(b, []reply{{body: body}}, opts...)
				if _, err := client.ListRecords(b.Context(), oaiDC); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
