package zenodotest

import (
	"fmt"
	"html"
	"net/http"
	"strings"

	"github.com/zharvest/zharvest/zenodotest/internal/catalog"
	"github.com/zharvest/zharvest/zenodotest/internal/wire"
)

func (e *Emulator) pageRoutes() wire.Routes {
	return wire.Routes{
		{Path: "/record/*", Get: oldPage},
		{Path: "/records/:id", Get: e.landingPage},
		{Path: "/records/:id/latest", Get: e.latestPage},
		{Path: "/records/:id/export/:format", Get: e.exportPage},
		{Path: "/doi/*", Get: e.doiPage},
		{Path: "/badge/:title/*", Get: badge},
	}
}

// oldPage redirects addresses from before 2023.
func oldPage(r *http.Request, _ []string) *wire.Answer {
	location := wire.Root(r) + "/records/" + strings.TrimPrefix(r.URL.EscapedPath(), "/record/")
	return wire.Redirect(http.StatusMovedPermanently, location)
}

// landingPage is as much of a record's page as a link checker needs.
func (e *Emulator) landingPage(_ *http.Request, args []string) *wire.Answer {
	found := e.world.Find(args[0])
	switch found.State {
	case catalog.IsConcept:
		return wire.Redirect(http.StatusFound, "/records/"+found.Latest)
	case catalog.IsRecord:
		return wire.Page(http.StatusOK, "Record "+args[0])
	}
	return noPage(found)
}

// noPage is the page of what is no record.
func noPage(found catalog.Found) *wire.Answer {
	if found.State == catalog.IsGone && !found.Tombstone.Hidden {
		return wire.Page(http.StatusGone, "Record deleted")
	}
	return wire.Page(http.StatusNotFound, "Page not found")
}

// latestPage redirects to the page of the latest version.
func (e *Emulator) latestPage(r *http.Request, args []string) *wire.Answer {
	found := e.world.Find(args[0])
	if found.State != catalog.IsRecord && found.State != catalog.IsConcept {
		return noPage(found)
	}
	return wire.Redirect(http.StatusFound, wire.Root(r)+"/records/"+found.Latest)
}

// doiPage redirects to the page of the record with a DOI.
func (e *Emulator) doiPage(r *http.Request, args []string) *wire.Answer {
	id, found := e.world.FindDOI(args[0])
	if found.State != catalog.IsRecord {
		return noPage(found)
	}
	return wire.Redirect(http.StatusFound, wire.Root(r)+"/records/"+id)
}

// badge draws a DOI, whether there is such a record or not.
func badge(_ *http.Request, args []string) *wire.Answer {
	doi, isSVG := strings.CutSuffix(args[1], ".svg")
	if !strings.EqualFold(args[0], "doi") || !isSVG {
		return wire.Page(http.StatusNotFound, "Page not found")
	}
	width := 36 + 7*len(doi)
	body := fmt.Appendf(nil, `<svg xmlns="http://www.w3.org/2000/svg" width="%d" height="20"><rect width="%[1]d" height="20" rx="3" fill="#007ec6"/>`+
		`<text x="6" y="14" fill="#fff" font-family="Verdana,sans-serif" font-size="11">DOI %s</text></svg>`, width, html.EscapeString(doi))
	return &wire.Answer{Status: http.StatusOK, ContentType: "image/svg+xml", Body: body}
}
