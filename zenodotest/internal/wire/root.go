package wire

import (
	"context"
	"net/http"
	"regexp"
	"strings"
)

type rootKey struct{}

// WithRoot is a request whose answer begins its links with an address: the
// public one, where there is one, else what a proxy says that the client asked
// for.
func WithRoot(r *http.Request, public string) *http.Request {
	root := public
	if root == "" {
		root = forwarded(r)
	}
	return r.WithContext(context.WithValue(r.Context(), rootKey{}, root))
}

// Root is the address under which the client reached the emulator.
func Root(r *http.Request) string {
	if root, ok := r.Context().Value(rootKey{}).(string); ok {
		return root
	}
	return forwarded(r)
}

var isHost = regexp.MustCompile(`^[A-Za-z0-9._-]+(:\d+)?$|^\[[0-9a-fA-F:.]+\](:\d+)?$`)

// forwarded reads what proxies add to a request. Of several the first has seen
// the client.
func forwarded(r *http.Request) string {
	scheme, host := "http", r.Host
	if r.TLS != nil {
		scheme = "https"
	}
	first := func(name string) string {
		value, _, _ := strings.Cut(r.Header.Get(name), ",")
		return strings.TrimSpace(value)
	}
	if proto := strings.ToLower(first("X-Forwarded-Proto")); proto == "http" || proto == "https" {
		scheme = proto
	}
	if given := first("X-Forwarded-Host"); isHost.MatchString(given) {
		host = given
		if port := first("X-Forwarded-Port"); isPort.MatchString(port) && !strings.Contains(strings.TrimPrefix(host, "["), ":") && port != defaultPorts[scheme] {
			host += ":" + port
		}
	}
	return scheme + "://" + host
}

var (
	isPort       = regexp.MustCompile(`^\d{1,5}$`)
	defaultPorts = map[string]string{"http": "80", "https": "443"}
)
