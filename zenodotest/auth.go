package zenodotest

import (
	"net/http"
	"net/url"
	"strings"
)

// token is the access token of a request, from its header or its query.
func token(r *http.Request) string {
	if bearer, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer "); ok {
		return strings.TrimSpace(bearer)
	}
	return r.URL.Query().Get("access_token")
}

// authenticated reports whether a request has a token that is accepted. One that
// is not makes no error: the request runs as guest.
func (e *Emulator) authenticated(r *http.Request) bool {
	t := token(r)
	return t != "" && (e.cfg.Token == "" || t == e.cfg.Token)
}

// checkCSRF refuses writes that bring cookies but no accepted token, as
// browsers might be tricked into sending.
func (e *Emulator) checkCSRF(r *http.Request) *answer {
	switch r.Method {
	case http.MethodGet, http.MethodHead, http.MethodOptions, http.MethodTrace:
		return nil
	}
	if len(r.Cookies()) == 0 || e.authenticated(r) {
		return nil
	}
	if r.Referer() == "" {
		return resourceError(http.StatusBadRequest, "Referer checking failed - no Referer.")
	}
	if _, err := r.Cookie("csrftoken"); err != nil {
		return resourceError(http.StatusBadRequest, "CSRF cookie not set.")
	}
	return resourceError(http.StatusBadRequest, "CSRF token missing or incorrect.")
}

// root is the address under which the client reached the emulator.
func root(r *http.Request) string {
	scheme := "http"
	if r.TLS != nil {
		scheme = "https"
	}
	return scheme + "://" + r.Host
}

func unescape(segment string) string {
	if plain, err := url.PathUnescape(segment); err == nil {
		return plain
	}
	return segment
}
