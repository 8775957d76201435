package zenodotest

import (
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
	switch found.State {
	case catalog.IsConcept:
		return wire.Redirect(http.StatusFound, "/records/"+found.Latest)
	case catalog.IsRecord:
		return wire.Page(http.StatusOK, "Record "+args[0])
	case catalog.IsGone:
		return wire.Page(http.StatusGone, "Record deleted")
	}
	return wire.Page(http.StatusNotFound, "Record not found")
}
