package zenodotest

import (
	"net/http"
	"strings"

	"github.com/zharvest/zharvest/zenodotest/internal/wire"
)

// allowOrigins lets pages of other sites use the API in a browser, as Zenodo's
// does and a plain InvenioRDM's does not. Cookies play no part in it.
func (e *Emulator) allowOrigins(h http.Header, r *http.Request) {
	if e.cfg.isNative() || !strings.HasPrefix(r.URL.Path, "/api/") {
		return
	}
	h.Set("Access-Control-Allow-Origin", "*")
	h.Set("Access-Control-Expose-Headers", "Content-Type, ETag, Link, X-RateLimit-Limit, X-RateLimit-Remaining, X-RateLimit-Reset")
}

// preflight answers the question that a browser asks before it writes from a page
// of another site, or nil where a request is none.
func (e *Emulator) preflight(r *http.Request) *wire.Answer {
	method := r.Header.Get("Access-Control-Request-Method")
	if e.cfg.isNative() || r.Method != http.MethodOptions || method == "" || !strings.HasPrefix(r.URL.Path, "/api/") {
		return nil
	}
	a := &wire.Answer{Status: http.StatusOK, ContentType: wire.TypeHTML}
	a.Set("Access-Control-Allow-Methods", "DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT")
	if wanted := r.Header.Get("Access-Control-Request-Headers"); wanted != "" {
		a.Set("Access-Control-Allow-Headers", wanted)
	}
	return a
}
