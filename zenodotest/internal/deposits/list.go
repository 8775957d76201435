package deposits

import (
	"cmp"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/zharvest/zharvest/zenodotest/internal/catalog"
	"github.com/zharvest/zharvest/zenodotest/internal/rawjson"
	"github.com/zharvest/zharvest/zenodotest/internal/wire"
)

// ownPage is a page of the depositions of a user.
type ownPage struct {
	hits       []*deposition
	total      int
	page, size int
	links      url.Values
}

// listOwn selects from the depositions of who asks; the server must be locked.
// Unless all versions are asked for, a concept is there with its last one. What
// is asked for is checked before who asks.
func (s *Server) listOwn(r *http.Request) (*ownPage, *wire.Answer) {
	search, refusal := s.cfg.Access.ParseSearch(r, "newest")
	if refusal != nil {
		return nil, refusal
	}
	if s.cfg.Access.User(r) == 0 {
		return nil, denied()
	}
	var all []*deposition
	for _, d := range s.all {
		isGone := s.cfg.Catalog.Find(s.text(d.id)).State == catalog.IsGone
		if s.owns(r, d) && !isGone && (search.AllVersions || s.isLast(d)) {
			all = append(all, d)
		}
	}
	all, err := s.matching(r, search.Query, all)
	switch {
	case errors.Is(err, catalog.ErrBadQuery):
		return nil, wire.ResourceError(http.StatusBadRequest, wire.MsgSyntax)
	case err != nil:
		return nil, wire.InternalError()
	}
	sortDepositions(all, search.Sort)
	from := min((search.Page-1)*search.Size, len(all))
	return &ownPage{all[from:min(from+search.Size, len(all))], len(all), search.Page, search.Size, search.Links}, nil
}

// matching keeps the depositions that match a query.
func (s *Server) matching(r *http.Request, query string, all []*deposition) (matching []*deposition, err error) {
	if query == "" {
		return all, nil
	}
	docs := make([][]byte, len(all))
	for i, d := range all {
		docs[i] = rawjson.Spaced(s.native(d, d.current(), s.placeOf(r, d)))
	}
	matches, err := s.cfg.Catalog.Select(query, docs)
	if err != nil {
		return nil, err
	}
	for i, d := range all {
		if matches[i] {
			matching = append(matching, d)
		}
	}
	return matching, nil
}

// isLast reports whether no later version of the concept was begun.
func (s *Server) isLast(d *deposition) bool {
	return !slices.ContainsFunc(s.all, func(other *deposition) bool { return other.concept == d.concept && other.id > d.id })
}

// sortDepositions knows the orders by time and by version, and takes the
// others for the newest first.
func sortDepositions(all []*deposition, order string) {
	slices.SortStableFunc(all, func(a, b *deposition) int {
		newest := cmp.Or(b.created.Compare(a.created), cmp.Compare(b.id, a.id))
		changed := cmp.Or(b.current().modified.Compare(a.current().modified), newest)
		switch order {
		case "oldest", "-mostrecent", "-version":
			return -newest
		case "updated-desc", "newestactivity":
			return changed
		case "updated-asc", "oldestactivity":
			return -changed
		}
		return newest
	})
}

// listDepositions answers with an array. The buckets are missing: they are in
// no index.
func (s *Server) listDepositions(r *http.Request, _ []string) *wire.Answer {
	s.mu.Lock()
	defer s.mu.Unlock()
	page, refusal := s.listOwn(r)
	if refusal != nil {
		return refusal
	}
	list := []depositionJSON{}
	for _, d := range page.hits {
		item := s.describe(r, d)
		item.Links.Bucket = ""
		list = append(list, item)
	}
	return wire.JSON(http.StatusOK, list)
}

// listUserRecords answers with what a search of records does.
func (s *Server) listUserRecords(r *http.Request, _ []string) *wire.Answer {
	s.mu.Lock()
	defer s.mu.Unlock()
	page, refusal := s.listOwn(r)
	if refusal != nil {
		return refusal
	}
	var hits []string
	for _, d := range page.hits {
		hits = append(hits, string(s.draftAnswer(r, http.StatusOK, d, nil).Body))
	}
	kind, _ := s.wantsNative(r)
	body := []byte(`{"hits": {"hits": [` + strings.Join(hits, ", ") + `], "total": ` + strconv.Itoa(page.total) + `}, "aggregations": {}, "links": {`)
	body = wire.AppendLinks(body, wire.Root(r)+"/api/user/records", page.links, page.page, page.size, page.total)
	return &wire.Answer{Status: http.StatusOK, ContentType: kind, Body: append(body, "}}"...)}
}
