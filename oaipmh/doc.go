// Package oaipmh is a client of OAI-PMH 2.0, the protocol by which
// repositories hand out metadata in bulk. It knows no repository in
// particular.
//
// A [Client] has a method for each of the six verbs. [Client.Identify],
// [Client.ListMetadataFormats] and [Client.GetRecord] are answered at once.
// Lists come in pages, each with a [ResumptionToken] for the next:
// [Client.ListRecords], [Client.ListIdentifiers] and [Client.ListSets] ask for
// one page, [Client.RecordPages], [Client.IdentifierPages] and
// [Client.SetPages] walk all of them, and [Client.Records],
// [Client.Identifiers] and [Client.Sets] all that is in them.
//
//	client, err := oaipmh.NewClient("https://zenodo.org/oai2d")
//	…
//	opts := oaipmh.ListOptions{MetadataPrefix: "oai_dc", Set: "user-biosyslit"}
//	for record, err := range client.Records(ctx, opts) {
//		…
//	}
//
// # The XML is left as it is
//
// [Record.Raw] and [Record.Metadata] are the very bytes that the server sent,
// never written anew: encoding/xml does not keep namespaces when it does that.
// What is cut out of its surroundings may use prefixes that were declared
// there; [Record.Document] and [Record.Element] make documents of their own.
//
// # Long lists
//
// A resumption token belongs to a cursor that the server keeps for a short
// while, two minutes on zenodo.org. When it is gone the answer is
// [ErrBadResumptionToken], and the list is to be started again. So it is wise
// to ask for short spans of time, by [ListOptions.From] and
// [ListOptions.Until], each of which can be had again without much loss. The
// order within a list is the server's: where it broke off does not tell what
// is missing. Whoever wants to know that a list is whole compares the number
// of items with [ResumptionToken.CompleteListSize], where the server tells it.
//
// # Retries, pace, patience
//
// The client sends each request once and at once. Whatever is to happen
// beyond that, such as waiting when the server says 503 with Retry-After, is
// for the [net/http.RoundTripper] of the client given to [WithHTTPClient].
// One exception can be asked for, [WithListRetry]. Beware that a page that
// was lost on the way may be lost for good: a server with a cursor of its own
// may answer the same token with the page after that.
//
// # What others wrote is not trusted
//
// Answers are bounded in size and depth, entities beyond the five of XML are
// not expanded, only UTF-8 is read, and what is not well-formed is
// [ErrInvalidBody]. Control characters that XML forbids do occur; see
// [WithLenientCharacters]. Texts, the messages of errors among them, may hold
// anything else: escape them for where they go.
package oaipmh
