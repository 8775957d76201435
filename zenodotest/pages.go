package zenodotest

import (
	"fmt"
	"net/http"

	"github.com/zharvest/zharvest/zenodotest/internal/catalog"
)

var pageRoutes = []route{
	{path: "/record/:id", get: oldPage},
	{path: "/records/:id", get: landingPage},
}

// oldPage redirects addresses from before 2023.
func oldPage(_ *Emulator, r *http.Request, args []string) *answer {
	return redirect(http.StatusMovedPermanently, root(r)+"/records/"+args[0])
}

// landingPage is as much of a record's page as a link checker needs.
func landingPage(e *Emulator, _ *http.Request, args []string) *answer {
	found := e.world.Find(args[0])
	page := func(status int, title string) *answer {
		return &answer{status: status, contentType: typeHTML, body: fmt.Appendf(nil, "<!doctype html>\n<title>%s</title>\n<h1>%[1]s</h1>\n", title)}
	}
	switch found.State {
	case catalog.IsConcept:
		return redirect(http.StatusFound, "/records/"+found.Latest)
	case catalog.IsRecord:
		return page(http.StatusOK, "Record "+args[0])
	case catalog.IsGone:
		return page(http.StatusGone, "Record deleted")
	}
	return page(http.StatusNotFound, "Record not found")
}
