package zenodotest

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/zharvest/zharvest/zenodotest/internal/catalog"
	"github.com/zharvest/zharvest/zenodotest/internal/deposits"
	"github.com/zharvest/zharvest/zenodotest/internal/wire"
)

func (e *Emulator) communityRoutes() []wire.Route {
	return []wire.Route{
		{Path: "/api/communities", Get: e.searchCommunities, Accept: nativeTypes},
		{Path: "/api/communities/:id", Get: e.getCommunity, Accept: nativeTypes},
		{Path: "/api/communities/:id/records", Get: e.listCommunityRecords, Delete: e.deposits.RemoveRecords, Accept: bothTypes},
	}
}

func (e *Emulator) getCommunity(r *http.Request, args []string) *wire.Answer {
	found, ok := e.world.FindCommunity(args[0])
	if !ok {
		return wire.ResourceError(http.StatusNotFound, wire.MsgNoPID)
	}
	a := wire.JSON(http.StatusOK, communityOf(r, found))
	return typed(r, a).Set("ETag", strconv.Quote(strconv.Itoa(found.Revision)))
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

// communitySorts are the orders, the one without a query first.
var communitySorts = []string{"newest", "bestmatch", "oldest", "updated-desc", "updated-asc", "version", "newestactivity", "oldestactivity"}

// typed gives an answer the media type that was asked for.
func typed(r *http.Request, a *wire.Answer) *wire.Answer {
	if deposits.WantsNative(r) {
		a.ContentType = deposits.TypeNative
	}
	return a
}

// searchCommunities lists communities, and those that a query finds.
func (e *Emulator) searchCommunities(r *http.Request, _ []string) *wire.Answer {
	l, refusal := e.access.ParseList(r, communitySorts...)
	if refusal != nil {
		return refusal
	}
	query := r.URL.Query()
	oldestFirst := strings.HasPrefix(l.Sort, "oldest") || strings.HasSuffix(l.Sort, "-asc")
	all, ok := e.world.SearchCommunities(query.Get("q"), oldestFirst)
	if !ok {
		return wire.ResourceError(http.StatusBadRequest, wire.MsgSyntax)
	}
	if query.Get("q") != "" {
		l.Links["q"] = query["q"]
	}
	from, to := l.Slice(min(len(all), e.cfg.Window))
	hits := []any{}
	for _, found := range all[from:to] {
		hits = append(hits, communityOf(r, found))
	}
	l.Aggregations = communityFacets(all)
	return typed(r, l.Answer(r, hits, len(all), deposits.WantsNative(r)))
}

// communityFacets counts communities by their types, and by who may see them.
func communityFacets(all []catalog.Community) any {
	types, visible := map[string]*facetBucket{}, []facetBucket{}
	for _, c := range all {
		if c.Metadata.Type == nil {
			continue
		}
		id := c.Metadata.Type.ID
		if types[id] == nil {
			types[id] = &facetBucket{Key: id, Label: c.Metadata.Type.Title["en"]}
		}
		types[id].Count++
	}
	buckets := []facetBucket{}
	for _, b := range types {
		buckets = append(buckets, *b)
	}
	slices.SortFunc(buckets, facetBucket.compare)
	if len(all) > 0 { // none is hidden
		visible = append(visible, facetBucket{Key: "public", Count: len(all), Label: "Public"})
	}
	return struct {
		Type       facet `json:"type"`
		Visibility facet `json:"visibility"`
	}{facet{buckets, "Type"}, facet{visible, "Visibility"}}
}

// communityOf is a community as it is served: in the form for pages of the site
// with what these show.
func communityOf(r *http.Request, c catalog.Community) any {
	c = c.Linked(wire.Root(r))
	if !deposits.WantsNative(r) {
		return c
	}
	type localType struct {
		ID    string `json:"id"`
		Title string `json:"title_l10n"`
	}
	var ui struct {
		Type          *localType `json:"type,omitempty"`
		Organizations []string   `json:"organizations"`
		Custom        struct{}   `json:"custom_fields"`
		Permissions   struct {
			Include bool `json:"can_include_directly"`
			Update  bool `json:"can_update"`
			Submit  bool `json:"can_submit_record"`
			Manage  bool `json:"can_manage_collections"`
		} `json:"permissions"`
	}
	if c.Metadata.Type != nil {
		ui.Type = &localType{c.Metadata.Type.ID, c.Metadata.Type.Title["en"]}
	}
	ui.Organizations = []string{}
	return struct {
		catalog.Community
		UI any `json:"ui"`
	}{c, ui}
}
