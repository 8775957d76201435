package zenodo_test

import (
	"net/http"
	"testing"

	"github.com/zharvest/zharvest/zenodo"
)

// Whether a token is accepted is found out with the first page, by one request
// at most. What does not tell is no reason for a warning.
func TestConfirmToken(t *testing.T) {
	for _, tc := range []struct {
		name    string
		record  string
		size    int
		user    string // X-User-ID of the answers
		status  int    // of the user's own records
		asked   int
		refused bool
	}{
		{"large page of Zenodo", legacyFrog, 0, "", 403, 0, false},
		{"small page of Zenodo", legacyFrog, 25, "", 200, 1, false},
		{"small page of Zenodo, refused", legacyFrog, 25, "", 403, 1, true},
		{"named user", rdmFrog, 0, "7", 403, 0, false},
		{"refused", rdmFrog, 0, "", 403, 1, true},
		{"refused as unauthorized", rdmFrog, 0, "", 401, 1, true},
		{"accepted without the user's name", rdmFrog, 0, "", 200, 1, false},
		{"no such list", rdmFrog, 0, "", 404, 1, false},
		{"failing", rdmFrog, 0, "", 500, 2, false},
	} {
		t.Run(tc.name, func(t *testing.T) {
			asked, warned := 0, 0
			c := serve(t, func(w http.ResponseWriter, r *http.Request) {
				if tc.user != "" {
					w.Header().Set("X-User-ID", tc.user)
				}
				if r.URL.Path == "/api/user/records" {
					asked++
					reply(w, tc.status, `{"status": 400, "message": "no"}`)
					return
				}
				reply(w, 200, envelopeJSON(1, tc.record))
			}, zenodo.WithAccessToken(testToken), zenodo.WithTokenRefused(func() { warned++ }))
			for range 2 {
				if _, err := c.Records.Search(t.Context(), zenodo.SearchOptions{Size: tc.size}); err != nil {
					t.Fatal(err)
				}
			}
			if asked != tc.asked || c.Authenticated() == tc.refused || (warned == 1) != tc.refused {
				t.Errorf("asked %d times, warned %d times, authenticated: %t; want %d, refused: %t", asked, warned, c.Authenticated(), tc.asked, tc.refused)
			}
		})
	}
}
