package zenodotest

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/zharvest/zharvest/zenodotest/internal/catalog"
	"github.com/zharvest/zharvest/zenodotest/internal/wire"
)

func (e *Emulator) recordRoutes() []wire.Route {
	return []wire.Route{
		{Path: "/api/records", Get: e.searchRecords, Post: e.deposits.CreateDraft, Accept: slices.Concat(bothTypes, failingTypes)},
		{Path: "/api/records/", Get: withoutSlash},
		{Path: "/api/records/:id", Get: e.getRecord, Put: e.deposits.WriteRecord, Delete: e.deposits.WriteRecord, Accept: bothTypes},
		{Path: "/api/records/:id/versions", Get: e.listVersions, Post: e.deposits.CreateVersion, Accept: bothTypes},
		{Path: "/api/records/:id/versions/latest", Get: e.latestVersion},
	}
}

// failingTypes are media types of records that a search offers, and fails at: hits
// lack what their serializers read.
var failingTypes = []string{"application/x-bibtex", "application/vnd.datacite.datacite+json", "application/vnd.datacite.datacite+xml"}

// withTypes are the routes of deposits with the media types that they serve.
func withTypes(routes []wire.Route) []wire.Route {
	for i, route := range routes {
		switch {
		case strings.HasPrefix(route.Path, "/api/deposit/"):
			routes[i].Accept = []string{wire.TypeJSON}
		case route.Path == "/api/user/records":
			routes[i].Accept = bothTypes
		}
	}
	return routes
}

// withoutSlash redirects, and loses all but the first of repeated parameters.
func withoutSlash(r *http.Request, _ []string) *wire.Answer {
	query := r.URL.Query()
	for key, values := range query {
		query[key] = values[:1]
	}
	location := "/api/records"
	if len(query) > 0 {
		location += "?" + query.Encode()
	}
	return wire.Redirect(http.StatusMovedPermanently, location)
}

func (e *Emulator) getRecord(r *http.Request, args []string) *wire.Answer {
	found := e.world.Find(args[0])
	switch found.State {
	case catalog.IsRecord:
	case catalog.IsConcept:
		return wire.Redirect(http.StatusFound, "/api/records/"+found.Latest)
	default:
		return wire.RefusalOf(found)
	}
	if !e.deposits.MayRead(r, args[0]) {
		return wire.ResourceError(http.StatusForbidden, wire.MsgDenied)
	}
	mediaType, native := e.form(r)
	self := wire.Root(r) + "/api/records/" + args[0]
	link := fmt.Sprintf(`<%s> ; rel="linkset" ; type="application/linkset+json"`, self)
	if managed := e.deposits.Managed(r, args[0]); managed != nil {
		return managed.Set("Link", link)
	}
	buffer := wire.Buffer()
	*buffer = found.Append(*buffer, native)
	a := &wire.Answer{Status: http.StatusOK, ContentType: mediaType, Body: *buffer, Pooled: buffer}
	a.Set("ETag", strconv.Quote(strconv.Itoa(found.Revision)))
	return a.Set("Link", link)
}

// latestVersion redirects with JSON to an absolute address.
func (e *Emulator) latestVersion(r *http.Request, args []string) *wire.Answer {
	found := e.world.Find(args[0])
	if found.State != catalog.IsRecord {
		return wire.RefusalOf(found)
	}
	location := wire.Root(r) + "/api/records/" + found.Latest
	body := struct {
		Status   int    `json:"status"`
		Message  string `json:"message"`
		Location string `json:"location"`
	}{http.StatusMovedPermanently, "Redirecting...", location}
	return wire.JSON(http.StatusMovedPermanently, body).Set("Location", location)
}

// listVersions lists the versions of a record, the newest first. Those of a
// deleted record are none.
func (e *Emulator) listVersions(r *http.Request, args []string) *wire.Answer {
	found := e.world.Find(args[0])
	if found.State != catalog.IsRecord && found.State != catalog.IsGone {
		return wire.RefusalOf(found)
	}
	s, refusal := e.parseSearch(r, "version")
	if refusal != nil {
		return refusal
	}
	s.Path = "/api/records/" + args[0] + "/versions"
	s.Concept = found.Concept
	s.None = found.State == catalog.IsGone
	s.AllVersions = true
	s.WithoutFacets()
	return e.answerSearch(r, s)
}
