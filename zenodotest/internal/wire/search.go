package wire

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/zharvest/zharvest/zenodotest/internal/catalog"
	"github.com/zharvest/zharvest/zenodotest/internal/rawjson"
)

// Search is a search as it was asked for.
type Search struct {
	catalog.Search
	Path  string     // for the links
	Links url.Values // the parameters that links repeat
}

// ParseSearch reads the parameters of a search. Unknown ones are ignored, and
// so is what may follow a search that is refused. Communities are as they were
// named.
func (a Access) ParseSearch(r *http.Request, defaultSort string) (*Search, *Answer) {
	query := a.known(r.URL.Query())
	page, size, refusal := a.page(r)
	if refusal != nil {
		return nil, refusal
	}
	all, err := allVersions(query)
	if err != nil {
		return nil, ResourceError(http.StatusBadRequest, MsgValidation, Invalid("allversions", "Not a valid boolean."))
	}
	if (page-1)*size >= a.Window || query.Has("suggest") {
		return nil, ResourceError(http.StatusBadRequest, MsgQuerystring)
	}
	s := &Search{Path: r.URL.Path, Search: catalog.Search{Page: page, Size: size, Facets: true, Sort: query.Get("sort")}}
	s.Criteria = catalog.Criteria{Query: query.Get("q"), AllVersions: all, Type: query.Get("type")}
	if s.Type != "" {
		s.Subtype = query.Get("subtype")
	}
	s.Communities = query["communities"]
	s.Selected = catalog.Selected{
		Access: query["access_status"], Types: query["resource_type"], FileTypes: query["file_type"], Subjects: query["subject"],
		Published: query["publication_date"],
	}
	switch {
	case s.Sort == "" && s.Query != "":
		s.Sort = "bestmatch"
	case s.Sort == "", s.Sort == "bestmatch" && s.Query == "":
		s.Sort = defaultSort
	}
	if !catalog.IsOrder(s.Sort) || a.Native && !slices.Contains(nativeSorts, s.Sort) {
		return nil, ResourceError(http.StatusBadRequest, MsgValidation, Invalid("_schema", "Invalid sort option '"+s.Sort+"'."))
	}
	s.Links = linkParameters(query, s, all)
	return s, nil
}

// page reads page and size; what size is allowed depends on the token.
func (a Access) page(r *http.Request) (page, size int, refusal *Answer) {
	if a.Native {
		return a.nativePage(r.URL.Query())
	}
	if a.authenticated(r) {
		return ReadPage(r.URL.Query(), a.TokenPageSize, "")
	}
	advice := fmt.Sprintf(" Please use authenticated requests to increase the limit to %d.", a.TokenPageSize)
	return ReadPage(r.URL.Query(), a.GuestPageSize, advice)
}

// ReadPage reads page and size; advice follows the refusal of a size beyond the
// limit.
func ReadPage(query url.Values, limit int, advice string) (page, size int, refusal *Answer) {
	var problems []FieldError
	number := func(field string, fallback int) int {
		text := query.Get(field)
		if text == "" {
			return fallback
		}
		n, err := strconv.Atoi(text)
		switch {
		case err != nil:
			problems = append(problems, Invalid(field, "Not a valid integer."))
		case n < 1:
			problems = append(problems, Invalid(field, "Must be greater than or equal to 1."))
		}
		return n
	}
	page, size = number("page", 1), number("size", min(25, limit))
	if size > limit {
		problems = append(problems, Invalid("size", fmt.Sprintf("Page size cannot be greater than %d.%s", limit, advice)))
	}
	if problems != nil {
		return 0, 0, ResourceError(http.StatusBadRequest, MsgValidation, problems...)
	}
	return page, size, nil
}

var errNotBool = errors.New("not a boolean")

// allVersions reads the two spellings of one parameter; the bare key is yes.
func allVersions(query url.Values) (bool, error) {
	all := false
	for _, key := range []string{"allversions", "all_versions"} {
		if !query.Has(key) {
			continue
		}
		switch strings.ToLower(query.Get(key)) {
		case "", "1", "t", "true", "y", "yes", "on":
			all = true
		case "0", "f", "false", "n", "no", "off":
		default:
			return false, errNotBool
		}
	}
	return all, nil
}

// linkParameters are the known parameters with the defaults filled in. A token
// in the query leaks into the links, as it does on Zenodo.
func linkParameters(query url.Values, s *Search, all bool) url.Values {
	links := url.Values{"page": {strconv.Itoa(s.Page)}, "size": {strconv.Itoa(s.Size)}, "sort": {s.Sort}}
	for _, key := range []string{"q", "communities", "type", "subtype", "access_token"} {
		if query.Get(key) != "" {
			links[key] = query[key]
		}
	}
	for _, key := range facets {
		if query.Has(key) {
			links[key] = query[key]
		}
	}
	if all {
		links.Set("allversions", "True")
	}
	return links
}

// facets are the parameters that select by aggregations.
var facets = []string{"access_status", "resource_type", "file_type", "subject", "publication_date"}

// WithoutFacets is a search of a list that has no aggregations, so that nothing can
// be selected by them.
func (s *Search) WithoutFacets() {
	s.Facets, s.Selected = false, catalog.Selected{}
	for _, key := range facets {
		s.Links.Del(key)
	}
}

// inLinks are how links of an InvenioRDM write what url.Values encodes.
var inLinks = strings.NewReplacer(
	"%3A", ":", "%2F", "/", "%3F", "?", "%2A", "*", "%27", "'", "%21", "!", "%24", "$", "%2C", ",", "%3B", ";", "%40", "@", "%28", "(", "%29", ")",
)

// link writes an address with sorted parameters. Zenodo writes %20 for blanks;
// another InvenioRDM writes a sign of addition, and leaves some characters as they
// are, two of which it refuses itself when the link is followed: ' and $.
func link(base string, parameters url.Values, page int, native bool) string {
	parameters.Set("page", strconv.Itoa(page))
	encoded := parameters.Encode()
	if native {
		return base + "?" + inLinks.Replace(encoded)
	}
	return base + "?" + strings.ReplaceAll(encoded, "+", "%20")
}

// AppendLinks writes prev, self and next as Zenodo does.
func AppendLinks(body []byte, base string, parameters url.Values, page, size, total int) []byte {
	return Access{}.AppendLinks(body, base, parameters, page, size, total)
}

// AppendLinks writes prev, self and next. Next follows from the total alone
// and so points beyond the window.
func (a Access) AppendLinks(body []byte, base string, parameters url.Values, page, size, total int) []byte {
	add := func(name string, page int) {
		if body[len(body)-1] != '{' {
			body = append(body, ", "...)
		}
		body = append(body, `"`+name+`": `...)
		body = append(body, rawjson.Spaced(link(base, parameters, page, a.Native))...)
	}
	if page > 1 {
		add("prev", page-1)
	}
	add("self", page)
	if page*size < total {
		add("next", page+1)
	}
	return body
}
