package oaipmh_test

import (
	"bytes"
	"errors"
	"testing"
	"unicode/utf8"

	"github.com/zharvest/zharvest/oaipmh"
)

// FuzzParse reads an answer to each verb: it must not panic, what is cut out
// must be in the answer, and an error must be one that is documented.
func FuzzParse(f *testing.F) {
	f.Add([]byte(envelope("<ListRecords>"+recordXML+"</ListRecords>")), false)
	f.Add([]byte(envelope("<GetRecord>"+recordXML+"</GetRecord>")), false)
	f.Add([]byte(headers(token("t2"), "a", "b")), false)
	f.Add([]byte(envelope("<ListSets><set><setSpec>a</setSpec><setDescription><d/></setDescription></set></ListSets>")), false)
	f.Add([]byte(envelope("<Identify><description><d>ä</d></description></Identify>")), false)
	f.Add([]byte(envelope("<ListMetadataFormats><metadataFormat><metadataPrefix>p</metadataPrefix></metadataFormat></ListMetadataFormats>")), false)
	f.Add([]byte(protocolError("noRecordsMatch", "none")), false)
	f.Add([]byte("<OAI-PMH><ListRecords><record><header><identifier>i</identifier></header><metadata>\x01&#2;\xFF<![CDATA[&#1;]]>"), true)
	f.Fuzz(func(t *testing.T, body []byte, lenient bool) {
		var opts []oaipmh.Option
		if lenient {
			opts = append(opts, oaipmh.WithLenientCharacters())
		}
		for _, verb := range []string{"Identify", "ListMetadataFormats", "ListSets", "ListIdentifiers"} {
			client, _ := newClient(t, []reply{{body: string(body)}}, opts...)
			checkError(t, callVerb(t, client, verb))
		}
		client, _ := newClient(t, []reply{{body: string(body)}, {body: string(body)}}, opts...)
		one, err := client.GetRecord(t.Context(), "i", "p")
		checkError(t, err)
		if err == nil {
			checkPieces(t, one, body, false) // what was stripped is not known
		}
		page, err := client.ListRecords(t.Context(), oaiDC)
		checkError(t, err)
		if err == nil {
			for i := range page.Items {
				checkPieces(t, &page.Items[i], body, page.Stripped == 0)
			}
		}
	})
}

func checkError(t *testing.T, err error) {
	if err == nil || errors.Is(err, oaipmh.ErrInvalidBody) {
		return
	}
	if _, ok := errors.AsType[*oaipmh.Error](err); !ok {
		t.Errorf("error %#v is none that is documented", err)
	}
}

func checkPieces(t *testing.T, r *oaipmh.Record, body []byte, exact bool) {
	if exact && !bytes.Contains(body, r.Raw) {
		t.Errorf("raw %q is not in the body", r.Raw)
	}
	if !bytes.HasPrefix(r.Raw, []byte("<")) || !bytes.HasSuffix(r.Raw, []byte(">")) || !utf8.Valid(r.Raw) {
		t.Errorf("raw %q is no element", r.Raw)
	}
	for _, piece := range append(r.About, r.Metadata) {
		if !bytes.Contains(r.Raw, piece) {
			t.Errorf("%q is not in raw %q", piece, r.Raw)
		}
	}
	r.Document()
	r.Element()
}
