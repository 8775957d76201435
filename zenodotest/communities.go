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
)

var communityRoutes = []route{
	{path: "/api/communities", get: searchCommunities},
	{path: "/api/communities/:id", get: getCommunity},
	{path: "/api/communities/:id/records", get: listCommunityRecords, accept: legacyTypes},
}

func getCommunity(e *Emulator, r *http.Request, args []string) *answer {
	found, ok := e.world.FindCommunity(args[0])
	if !ok {
		return resourceError(http.StatusNotFound, msgNoPID)
	}
	a := &answer{status: http.StatusOK, contentType: typeJSON, body: rawjson.Spaced(found.Linked(root(r)))}
	return a.set("ETag", strconv.Quote(strconv.Itoa(found.Revision)))
}

// listCommunityRecords searches within a community; verified owners have no
// precedence there.
func listCommunityRecords(e *Emulator, r *http.Request, args []string) *answer {
	found, ok := e.world.FindCommunity(args[0])
	if !ok {
		return resourceError(http.StatusNotFound, msgNoPID)
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
func searchCommunities(e *Emulator, r *http.Request, _ []string) *answer {
	query := r.URL.Query()
	page, size, refusal := readPage(query, math.MaxInt, "")
	if refusal != nil {
		return refusal
	}
	if (page-1)*size >= e.cfg.Window || size > e.cfg.Window {
		return resourceError(http.StatusBadRequest, msgQuerystring)
	}
	sort := query.Get("sort")
	if sort == "" || sort == "bestmatch" && query.Get("q") == "" {
		sort = "newest"
		if query.Get("q") != "" {
			sort = "bestmatch"
		}
	}
	if !slices.Contains(communitySorts, sort) {
		return resourceError(http.StatusBadRequest, msgValidation, invalid("_schema", "Invalid sort option '"+sort+"'."))
	}
	all, ok := e.world.SearchCommunities(query.Get("q"), strings.HasPrefix(sort, "oldest") || strings.HasSuffix(sort, "-asc"))
	if !ok {
		return resourceError(http.StatusBadRequest, msgSyntax)
	}
	hits := []catalog.Community{}
	for _, found := range all[min((page-1)*size, len(all)):min(page*size, e.cfg.Window, len(all))] {
		hits = append(hits, found.Linked(root(r)))
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
	body = append(appendLinks(body, root(r)+"/api/communities", parameters, page, size, len(all)), `}}`...)
	return &answer{status: http.StatusOK, contentType: typeJSON, body: body}
}
