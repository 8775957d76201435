// Package zenodo is a client of the REST API of Zenodo, and of other InvenioRDM
// repositories.
//
// A [Client] has a service for each chapter of the API: [RecordsService],
// [CommunitiesService], [ExporterService] for dumps, and [DepositionsService],
// which makes and publishes records. Lists are asked for by page ([RecordsService.Search]),
// or walked as pages or items ([RecordsService.Pages], [RecordsService.All]):
//
//	client, err := zenodo.NewClient()
//	…
//	for record, err := range client.Records.All(ctx, zenodo.SearchOptions{Query: "title:graphene"}) {
//		if err != nil {
//			return err
//		}
//		fmt.Println(record.DOI, record.Metadata.Title)
//	}
//
// A [Record] is the same type in whichever shape the server sent it, and keeps
// what was sent.
//
// What lies beside the API, such as OAI-PMH, is asked by [Client.HTTPClient],
// which has the pace, the retries and the log of the client and no token.
//
// # Limits
//
// The client sends as fast as the server allows and no faster. Zenodo allows
// 30 searches a minute and 10 000 hits for each; who wants more hits asks in
// parts, for instance by time of creation. Guests get 25 records a page,
// holders of an access token 100. All of this is taken from what the server
// answers, where it says so, so that a client gets along with other servers
// and with tomorrow's limits. Programs that share an address also share its
// limits: a client sees in the server's count what others use of them.
//
// # Errors and retries
//
// An answer that says no is an [*Error], which matches one of the errors of
// this package by [errors.Is]. Before it is returned, a request that may do
// better next time (refused, reset and timed out connections, 429, 500, 502,
// 503 and 504, bodies that are cut or not JSON) is repeated up to
// [DefaultMaxAttempts] times, after the delay that the server named or a
// growing one. A call ends at once when its context does.
//
// What changes something is repeated where doing it twice is the same. After
// the answer to a publication was lost the deposition is read before it is sent
// again; a creation is not sent again, and its error matches [ErrLost]. Such
// requests follow no redirect.
//
// # Access tokens
//
// A token goes only into the Authorization header, only to the scheme, host
// and port of the API root, and never unencrypted to another machine. It is in
// no URL, log or error.
package zenodo
