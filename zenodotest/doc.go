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
// While a program walks through the results, [Emulator.Publish],
// [Emulator.Edit], [Emulator.NewVersion] and [Emulator.Delete] change the
// world under its feet, and [Config.OnRequest] says when.
//
// An [Emulator] is an [http.Handler]. Inside a testing/synctest bubble, where
// sockets stop the clock, use [Emulator.Transport] instead of a server.
package zenodotest
