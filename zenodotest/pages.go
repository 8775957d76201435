package zenodotest

import (
	"fmt"
	"net/http"

	"github.com/zharvest/zharvest/zenodotest/internal/catalog"
	"github.com/zharvest/zharvest/zenodotest/internal/wire"
)

func (e *Emulator) pageRoutes() []wire.Route {
	return []wire.Route{
		{Path: "/record/:id", Get: oldPage},
		{Path: "/records/:id", Get: e.landingPage},
	}
}

// oldPage redirects addresses from before 2023.
func oldPage(r *http.Request, args []string) *wire.Answer {
	return wire.Redirect(http.StatusMovedPermanently, wire.Root(r)+"/records/"+args[0])
}

// landingPage is as much of a record's page as a link checker needs.
func (e *Emulator) landingPage(_ *http.Request, args []string) *wire.Answer {
	found := e.world.Find(args[0])
	page := func(status int, title string) *wire.Answer {
		return &wire.Answer{Status: status, ContentType: wire.TypeHTML, Body: fmt.Appendf(nil, "<!doctype html>\n<title>%s</title>\n<h1>%[1]s</h1>\n", title)}
	}
	switch found.State {
	case catalog.IsConcept:
		return wire.Redirect(http.StatusFound, "/records/"+found.Latest)
	case catalog.IsRecord:
		return page(http.StatusOK, "Record "+args[0])
	case catalog.IsGone:
		return page(http.StatusGone, "Record deleted")
	}
	return page(http.StatusNotFound, "Record not found")
}
