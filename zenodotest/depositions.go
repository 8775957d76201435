package zenodotest

import "net/http"

var depositionRoutes = []route{
	{path: "/api/deposit/depositions", get: listDepositions},
}

// listDepositions tells a good token from a bad one; no one has depositions.
func listDepositions(e *Emulator, r *http.Request, _ []string) *answer {
	if !e.authenticated(r) {
		return resourceError(http.StatusForbidden, msgDenied)
	}
	if _, _, refusal := e.page(r); refusal != nil {
		return refusal
	}
	return &answer{status: http.StatusOK, contentType: typeJSON, body: []byte("[]")}
}
