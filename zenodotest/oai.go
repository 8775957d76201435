package zenodotest

import (
	"net/http"

	"github.com/zharvest/zharvest/zenodotest/internal/oai"
)

var oaiRoutes = []route{{path: oai.Path, get: answerOAI, post: answerOAI}}

// answerOAI reads arguments from the address alone, also of a POST.
func answerOAI(e *Emulator, r *http.Request, _ []string) *answer {
	body, ok := e.lists.Answer(r.Context(), root(r)+oai.Path, r.URL.Query(), e.cfg.Now())
	status := http.StatusOK
	if !ok {
		status = http.StatusUnprocessableEntity
	}
	return &answer{status: status, contentType: "text/xml; charset=utf-8", body: body}
}
