package wire

import (
	"math"
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"github.com/zharvest/zharvest/zenodotest/internal/rawjson"
)

// List is a page of what is not records.
type List struct {
	Path         string // for the links
	Page, Size   int
	Sort         string
	Links        url.Values // the parameters that links repeat, page, size and sort apart
	Aggregations any        // nil for none

	access Access
}

// ParseList reads the page, the size and the order of a list. The first of sorts is
// the order without a query, and bestmatch is that with one. Pages have no largest
// size, but begin within the window.
func (a Access) ParseList(r *http.Request, sorts ...string) (*List, *Answer) {
	query := r.URL.Query()
	page, size, refusal := ReadPage(query, math.MaxInt, "")
	if refusal != nil {
		return nil, refusal
	}
	if (page-1)*size >= a.Window {
		return nil, ResourceError(http.StatusBadRequest, MsgQuerystring)
	}
	l := &List{Path: r.URL.Path, Page: page, Size: size, Sort: query.Get("sort"), Links: url.Values{}, access: a}
	asked := query.Get("q") != "" || query.Get("suggest") != ""
	switch {
	case l.Sort == "" && asked:
		l.Sort = "bestmatch"
	case l.Sort == "", l.Sort == "bestmatch" && !asked:
		l.Sort = sorts[0]
	}
	if !slices.Contains(sorts, l.Sort) {
		return nil, ResourceError(http.StatusBadRequest, MsgValidation, Invalid("_schema", "Invalid sort option '"+l.Sort+"'."))
	}
	return l, nil
}

// Slice is the part of n hits that is on the page.
func (l *List) Slice(n int) (from, to int) {
	from = min((l.Page-1)*l.Size, n)
	return from, min(from+l.Size, n)
}

// Answer writes the page. In the form for pages of the site the number of the page
// is not there.
func (l *List) Answer(r *http.Request, hits any, total int, ui bool) *Answer {
	body := append([]byte(`{"hits": {"hits": `), rawjson.Spaced(hits)...)
	body = append(strconv.AppendInt(append(body, `, "total": `...), int64(total), 10), '}')
	if l.Aggregations != nil {
		body = append(append(body, `, "aggregations": `...), rawjson.Spaced(l.Aggregations)...)
	}
	sort := append([]byte(`, "sortBy": `), rawjson.Quote(l.Sort)...)
	if !ui {
		body = strconv.AppendInt(append(append(body, sort...), `, "page": `...), int64(l.Page), 10)
	}
	l.Links.Set("size", strconv.Itoa(l.Size))
	l.Links.Set("sort", l.Sort)
	body = l.access.AppendLinks(append(body, `, "links": {`...), Root(r)+l.Path, l.Links, l.Page, l.Size, total)
	body = append(body, '}')
	if ui {
		body = append(body, sort...)
	}
	return &Answer{Status: http.StatusOK, ContentType: TypeJSON, Body: append(body, '}')}
}
