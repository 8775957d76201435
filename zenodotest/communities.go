package zenodotest

import (
	"math"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/zharvest/zharvest/zenodotest/internal/catalog"
	"github.com/zharvest/zharvest/zenodotest/internal/rawjson"
	"github.com/zharvest/zharvest/zenodotest/internal/wire"
)

func (e *Emulator) communityRoutes() []wire.Route {
	return []wire.Route{
		{Path: "/api/communities", Get: e.searchCommunities},
		{Path: "/api/communities/:id", Get: e.getCommunity},
		{Path: "/api/communities/:id/records", Get: e.listCommunityRecords, Accept: legacyTypes},
	}
}

func (e *Emulator) getCommunity(r *http.Request, args []string) *wire.Answer {
	found, ok := e.world.FindCommunity(args[0])
	if !ok {
		return wire.ResourceError(http.StatusNotFound, wire.MsgNoPID)
	}
	a := wire.JSON(http.StatusOK, found.Linked(wire.Root(r)))
	return a.Set("ETag", strconv.Quote(strconv.Itoa(found.Revision)))
}

// listCommunityRecords searches within a community; verified owners have no
// precedence there.
func (e *Emulator) listCommunityRecords(r *http.Request, args []string) *wire.Answer {
	found, ok := e.world.FindCommunity(args[0])
	if !ok {
		return wire.ResourceError(http.StatusNotFound, wire.MsgNoPID)
	}
	s, refusal := e.parseSearch(r, "newest")
	if refusal != nil {
		return refusal
	}
	s.Within = found.Slug
	return e.answerSearch(r, s)
}

var communitySorts = []string{"bestmatch", "newest", "oldest", "updated-desc", "updated-asc", "version", "newestactivity", "oldestactivity"}

// searchCommunities has no largest page but the window.
func (e *Emulator) searchCommunities(r *http.Request, _ []string) *wire.Answer {
	query := r.URL.Query()
	page, size, refusal := wire.ReadPage(query, math.MaxInt, "")
	if refusal != nil {
		return refusal
	}
	if (page-1)*size >= e.cfg.Window || size > e.cfg.Window {
		return wire.ResourceError(http.StatusBadRequest, wire.MsgQuerystring)
	}
	sort := query.Get("sort")
	if sort == "" || sort == "bestmatch" && query.Get("q") == "" {
		sort = "newest"
		if query.Get("q") != "" {
			sort = "bestmatch"
		}
	}
	if !slices.Contains(communitySorts, sort) {
		return wire.ResourceError(http.StatusBadRequest, wire.MsgValidation, wire.Invalid("_schema", "Invalid sort option '"+sort+"'."))
	}
	all, ok := e.world.SearchCommunities(query.Get("q"), strings.HasPrefix(sort, "oldest") || strings.HasSuffix(sort, "-asc"))
	if !ok {
		return wire.ResourceError(http.StatusBadRequest, wire.MsgSyntax)
	}
	hits := []catalog.Community{}
	for _, found := range all[min((page-1)*size, len(all)):min(page*size, e.cfg.Window, len(all))] {
		hits = append(hits, found.Linked(wire.Root(r)))
	}
	parameters := url.Values{"size": {strconv.Itoa(size)}, "sort": {sort}}
	if q := query.Get("q"); q != "" {
		parameters.Set("q", q)
	}
	body := append([]byte(`{"hits": {"hits": `), rawjson.Spaced(hits)...)
	body = strconv.AppendInt(append(body, `, "total": `...), int64(len(all)), 10)
	body = append(body, `}, "aggregations": {}, "sortBy": `...)
	body = strconv.AppendQuote(body, sort)
	body = strconv.AppendInt(append(body, `, "page": `...), int64(page), 10)
	body = append(body, `, "links": {`...)
	body = append(wire.AppendLinks(body, wire.Root(r)+"/api/communities", parameters, page, size, len(all)), `}}`...)
	return &wire.Answer{Status: http.StatusOK, ContentType: wire.TypeJSON, Body: body}
}
