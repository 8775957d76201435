// Package zenodotest emulates Zenodo for tests, as net/http/httptest emulates
// a web server: a program under test talks real HTTP to it and meets what it
// would meet at zenodo.org, the awkward parts included. Pages are limited by
// whether a token was sent, the result window ends where links.next still
// points on, verified owners come first, an unknown community in a search
// means everything, concepts redirect to their latest version, and rate limits
// and faults come on demand. OAI-PMH is answered as well, with tokens that
// expire and lists in no order.
//
//	srv := zenodotest.NewServer(t, zenodotest.Config{})
//	client := newClientUnderTest(srv.API())
//
// Without further configuration it serves about ninety invented records in
// four communities. [Config.Data] serves files of records as Zenodo gives them
// out, byte for byte; [Config.Synthetic] serves any number of made-up ones.
//
// Queries are answered by looking at every record, with nothing of package
// index. Shared with what may be under test are the parser of query strings
// (package querystring), the vocabularies, and, for OAI-PMH and dumps, the
// decoding of a record (package zenodo).
//
// While a program walks through the results, [Emulator.Publish],
// [Emulator.Edit], [Emulator.NewVersion] and [Emulator.Delete] change the
// world under its feet, and [Config.OnRequest] says when.
//
// Depositions are made, filled and published as at zenodo.org, with an access
// token, each of which is that of another user, by the legacy deposit API or as
// native drafts; with the dialect of InvenioRDM by native drafts alone. Status
// codes and bodies are those of the real thing, its traps included: wrong metadata
// are stored as far as they are valid and refused when the draft is published, a
// second upload to a file destroys it, of two replacements at once one is refused,
// and legacy edits lose what only the native form has. [Config.Curators] accept
// records for communities, and [Config.Owner] may change loaded records. Uploads
// of any size go to a temporary directory, which [Emulator.Close] removes. What is
// published is found, listed and downloaded like any record.
//
// [Config.Fault] makes answers go wrong where a test wants it. With
// [Fault.After] the request is carried out all the same: a 504 for a deposition
// that was published.
//
// An [Emulator] is an [http.Handler]. Inside a testing/synctest bubble, where
// sockets stop the clock, use [Emulator.Transport] instead of a server.
package zenodotest
