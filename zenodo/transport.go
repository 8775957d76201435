package zenodo

import (
	"net"
	"net/http"
	"time"
)

// What may take how long. The whole of a transfer has no limit: a file may
// take hours, as long as it moves.
const (
	connectTimeout = 15 * time.Second
	tlsTimeout     = 15 * time.Second
	headerTimeout  = time.Minute // Zenodo's own gateway gives up after 30 s
	// idleTimeout is how long a body may bring less than idleBytes.
	idleTimeout = time.Minute
	idleBytes   = 4 << 10
	// storeTimeout is how long a server may take to store what it was sent: a
	// proxy takes in the whole of a file before it hands it on.
	storeTimeout = 30 * time.Minute
	// expectTimeout is how long a server may take to say whether it wants a
	// file. One that refuses what is on its way breaks the connection, and then
	// nobody knows why.
	expectTimeout = 5 * time.Second
)

// transports are what sends requests and what sends files: one and the same
// where an option names it.
func transports(conf config) (plain, patient http.RoundTripper) {
	if conf.transport != nil {
		return conf.transport, conf.transport
	}
	t := newTransport()
	t.ResponseHeaderTimeout = storeTimeout
	t.ExpectContinueTimeout = expectTimeout
	return newTransport(), t
}

// stay lets no request be sent on: what changes something is meant for this
// server and no other.
func stay(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }

// newTransport makes a client's own pool of connections. Compression is left
// to it, as is the check of certificates. It has no cookies, which Zenodo
// would answer with demands of its own.
func newTransport() *http.Transport {
	dialer := net.Dialer{Timeout: connectTimeout, KeepAlive: 30 * time.Second}
	return &http.Transport{
		Proxy:                  http.ProxyFromEnvironment,
		DialContext:            dialer.DialContext,
		TLSHandshakeTimeout:    tlsTimeout,
		ResponseHeaderTimeout:  headerTimeout,
		ExpectContinueTimeout:  time.Second,
		IdleConnTimeout:        90 * time.Second,
		MaxIdleConnsPerHost:    8, // pages are asked for several at once
		MaxResponseHeaderBytes: 1 << 20,
		ForceAttemptHTTP2:      true,
		HTTP2:                  &http.HTTP2Config{SendPingTimeout: 30 * time.Second, PingTimeout: 15 * time.Second},
	}
}
