package zenodotest

import (
	"net/http"

	"github.com/zharvest/zharvest/zenodotest/internal/oai"
	"github.com/zharvest/zharvest/zenodotest/internal/wire"
)

func (e *Emulator) oaiRoutes() []wire.Route {
	return []wire.Route{{Path: oai.Path, Get: e.answerOAI, Post: e.answerOAI}}
}

// answerOAI reads arguments from the address alone, also of a POST.
func (e *Emulator) answerOAI(r *http.Request, _ []string) *wire.Answer {
	body, isError := e.lists.Answer(r.Context(), wire.Root(r)+oai.Path, r.URL.Query(), e.cfg.Now())
	if body == nil {
		return wire.Page(http.StatusInternalServerError, "Internal server error")
	}
	status := http.StatusOK
	if isError {
		status = http.StatusUnprocessableEntity
	}
	return &wire.Answer{Status: status, ContentType: "text/xml", Body: body}
}
