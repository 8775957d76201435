package wire

import (
	"hash/fnv"
	"net/http"
	"regexp"
	"slices"
	"strings"
)

// Access is who users are, by their tokens, and how much they may page.
type Access struct {
	// Native is set for an InvenioRDM that is not Zenodo.
	Native bool
	// Token is the only one that is accepted; empty accepts any, each as that of
	// another user.
	Token string
	// Curators are the tokens of those who curate a community, by its slug. One
	// that is not named is curated by every user.
	Curators map[string][]string
	// Owner is the token of whoever owns the records that were loaded or made up;
	// empty is nobody's.
	Owner string
	// Window is the number of results that can be paged.
	Window int
	// GuestPageSize and TokenPageSize are the largest pages.
	GuestPageSize, TokenPageSize int
}

// token is the access token of a request, from its header or its query.
func token(r *http.Request) string {
	if bearer, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer "); ok {
		return strings.TrimSpace(bearer)
	}
	return r.URL.Query().Get("access_token")
}

// authenticated reports whether a request has a token that is accepted. One that
// is not makes no error: the request runs as guest.
func (a Access) authenticated(r *http.Request) bool {
	t := token(r)
	return t != "" && (a.Token == "" || t == a.Token)
}

// User is the number of the user of a request, or 0 for a guest. Each token is
// that of another user.
func (a Access) User(r *http.Request) int64 {
	if !a.authenticated(r) {
		return 0
	}
	h := fnv.New32a()
	h.Write([]byte(token(r)))
	return 100_000 + int64(h.Sum32()%900_000)
}

// Curates reports whether the user of a request curates a community.
func (a Access) Curates(r *http.Request, slug string) bool {
	tokens, ok := a.Curators[slug]
	return a.authenticated(r) && (!ok || slices.Contains(tokens, token(r)))
}

// OwnsOthers reports whether the user of a request owns the records that nobody
// deposited here.
func (a Access) OwnsOthers(r *http.Request) bool {
	return a.Owner != "" && a.authenticated(r) && token(r) == a.Owner
}

// CheckCSRF refuses writes that bring cookies but no accepted token, as
// browsers might be tricked into sending.
func (a Access) CheckCSRF(r *http.Request) *Answer {
	switch r.Method {
	case http.MethodGet, http.MethodHead, http.MethodOptions, http.MethodTrace:
		return nil
	}
	if len(r.Cookies()) == 0 || a.authenticated(r) {
		return nil
	}
	if r.Referer() == "" {
		return ResourceError(http.StatusBadRequest, "Referer checking failed - no Referer.")
	}
	if _, err := r.Cookie("csrftoken"); err != nil {
		return ResourceError(http.StatusBadRequest, "CSRF cookie not set.")
	}
	return ResourceError(http.StatusBadRequest, "CSRF token missing or incorrect.")
}

var (
	notEncoded = regexp.MustCompile(`[^A-Za-z0-9_.\-=&;:%+~,*@!()/?]`)
	notHex     = regexp.MustCompile(`%[^0-9A-Fa-f]|%[0-9A-Fa-f][^0-9A-Fa-f]`)
)

// CheckQuery refuses a query in which characters stand for themselves that ought to
// be encoded: brackets and quotes above all. What looks for a token in it does so,
// before anything else of the API.
func CheckQuery(r *http.Request) *Answer {
	if !strings.HasPrefix(r.URL.Path, "/api/") || !notEncoded.MatchString(r.URL.RawQuery) && !notHex.MatchString(r.URL.RawQuery) {
		return nil
	}
	return AppError(http.StatusBadRequest, "Error trying to decode a non urlencoded string.")
}
