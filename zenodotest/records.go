package zenodotest

import (
	"fmt"
	"net/http"
	"strconv"

	"github.com/zharvest/zharvest/zenodotest/internal/catalog"
	"github.com/zharvest/zharvest/zenodotest/internal/rawjson"
	"github.com/zharvest/zharvest/zenodotest/internal/wire"
)

// legacyTypes are the media types under which records are served as they are.
var legacyTypes = []string{"application/json", "application/vnd.zenodo.v1+json"}

func (e *Emulator) recordRoutes() []wire.Route {
	return []wire.Route{
		{Path: "/api/records", Get: e.searchRecords, Post: e.createDraft, Accept: legacyTypes},
		{Path: "/api/records/", Get: withoutSlash},
		{Path: "/api/records/:id", Get: e.getRecord, Accept: append([]string{typeNative}, legacyTypes...)},
		{Path: "/api/records/:id/versions", Get: e.listVersions, Post: e.newDraftVersion, Accept: legacyTypes},
		{Path: "/api/records/:id/versions/latest", Get: e.latestVersion},
	}
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
	if wantsNative(r) {
		return e.nativeRecord(r, args[0])
	}
	buffer := wire.Buffer()
	*buffer = found.Append(*buffer)
	a := &wire.Answer{Status: http.StatusOK, ContentType: wire.TypeJSON, Body: *buffer, Pooled: buffer}
	self := wire.Root(r) + "/api/records/" + args[0]
	a.Set("ETag", strconv.Quote(strconv.Itoa(found.Revision)))
	return a.Set("Link", fmt.Sprintf(`<%s> ; rel="linkset" ; type="application/linkset+json"`, self))
}

// nativeRecord answers with a record in InvenioRDM's own form, which is there of
// what was deposited here, and not of what was loaded or made up.
func (e *Emulator) nativeRecord(r *http.Request, id string) *wire.Answer {
	s := &e.deposits
	s.mu.Lock()
	defer s.mu.Unlock()
	number, _ := strconv.ParseInt(id, 10, 64) // 0 is none
	d := s.byID[number]
	if d == nil || d.released == nil {
		return wire.NotAcceptable(legacyTypes)
	}
	return &wire.Answer{Status: http.StatusOK, ContentType: typeNative, Body: rawjson.Spaced(e.native(d, d.released, wire.Root(r)))}
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
	return (&wire.Answer{Status: http.StatusMovedPermanently, ContentType: wire.TypeJSON, Body: rawjson.Spaced(body)}).Set("Location", location)
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
	s.Facets = false
	return e.answerSearch(r, s)
}
