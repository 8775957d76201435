package zenodotest

import (
	"net/http"
	"slices"
	"strings"

	"github.com/zharvest/zharvest/zenodotest/internal/deposits"
	"github.com/zharvest/zharvest/zenodotest/internal/vocabularies"
	"github.com/zharvest/zharvest/zenodotest/internal/wire"
)

func (e *Emulator) vocabularyRoutes() []wire.Route {
	routes := []wire.Route{
		{Path: "/api/vocabularies", Get: toVocabularies},
		{Path: "/api/vocabularies/", Get: listVocabularies, Accept: nativeTypes},
		{Path: "/api/vocabularies/:name", Get: e.searchVocabulary, Accept: nativeTypes},
		{Path: "/api/vocabularies/:name/:id", Get: e.getTerm, Accept: nativeTypes},
	}
	for _, v := range vocabularies.All() {
		if v.Own {
			routes = append(routes,
				wire.Route{Path: "/api/" + v.Name, Get: e.searchVocabulary, Accept: nativeTypes},
				wire.Route{Path: "/api/" + v.Name + "/:id", Get: e.getTerm, Accept: nativeTypes})
		}
	}
	return routes
}

// toVocabularies is the one address to which a slash is added.
func toVocabularies(r *http.Request, _ []string) *wire.Answer {
	return wire.Redirect(http.StatusPermanentRedirect, wire.Root(r)+"/api/vocabularies/")
}

// listVocabularies counts the terms of each vocabulary.
func listVocabularies(r *http.Request, _ []string) *wire.Answer {
	type id struct {
		ID string `json:"id"`
	}
	type vocabulary struct {
		id
		PIDType  string   `json:"pid_type"`
		Count    int      `json:"count"`
		IsCustom bool     `json:"is_custom_vocabulary"`
		Links    struct{} `json:"links"`
	}
	var body struct {
		Hits struct {
			Hits  []any `json:"hits"`
			Total int   `json:"total"`
		} `json:"hits"`
		Links map[string]string `json:"links"`
	}
	for _, v := range vocabularies.All() {
		if deposits.WantsNative(r) {
			body.Hits.Hits = append(body.Hits.Hits, id{v.Name})
			continue
		}
		body.Hits.Hits = append(body.Hits.Hits, vocabulary{id: id{v.Name}, PIDType: v.PIDType, Count: len(v.Entries), IsCustom: v.Own})
	}
	body.Hits.Total = len(body.Hits.Hits)
	body.Links = map[string]string{"self": wire.Root(r) + "/api/vocabularies/?facets=%7B%7D"}
	return typed(r, wire.JSON(http.StatusOK, body))
}

// vocabulary is what an address is about: /api/vocabularies/NAME or /api/NAME.
// People are for users alone.
func (e *Emulator) vocabulary(r *http.Request) (*vocabularies.Vocabulary, *wire.Answer) {
	path, isGeneral := strings.CutPrefix(r.URL.Path, "/api/vocabularies/")
	name, _, _ := strings.Cut(strings.TrimPrefix(path, "/api/"), "/")
	v, ok := vocabularies.Find(name)
	switch {
	case !ok || isGeneral && v.Own:
		return nil, wire.ResourceError(http.StatusNotFound, wire.MsgNotFound)
	case v.Name == "names" && e.access.User(r) == 0:
		return nil, wire.ResourceError(http.StatusForbidden, wire.MsgDenied)
	}
	return v, nil
}

func (e *Emulator) searchVocabulary(r *http.Request, _ []string) *wire.Answer {
	v, refusal := e.vocabulary(r)
	if refusal != nil {
		return refusal
	}
	l, refusal := e.access.ParseList(r, v.Sorts()...)
	if refusal != nil {
		return refusal
	}
	query := r.URL.Query()
	for _, key := range []string{"q", "suggest", "tags", "funders"} {
		if query.Get(key) != "" {
			l.Links[key] = query[key]
		}
	}
	ask := vocabularies.Search{Query: query.Get("q"), Suggest: query.Get("suggest"), Tags: query["tags"], Sort: l.Sort}
	if v.Name == "awards" {
		// The counts are of what the filter by funder has not yet left out.
		l.Aggregations = funderFacet(v.Search(ask), query["funders"])
		ask.Funders = query["funders"]
	}
	found := v.Search(ask)
	from, to := l.Slice(len(found))
	hits := []any{}
	for _, entry := range found[from:to] {
		hits = append(hits, termOf(r, v, entry))
	}
	return typed(r, l.Answer(r, hits, len(found), deposits.WantsNative(r)))
}

// funderFacet counts awards by their funders.
func funderFacet(awards []vocabularies.Entry, selected []string) any {
	counts := vocabularies.FunderCounts(awards)
	buckets := []facetBucket{}
	for funder, n := range counts {
		buckets = append(buckets, facetBucket{funder.ID, n, funder.Name, slices.Contains(selected, funder.ID)})
	}
	slices.SortFunc(buckets, facetBucket.compare)
	return map[string]facet{"funders": {buckets, "Funders"}}
}

func (e *Emulator) getTerm(r *http.Request, args []string) *wire.Answer {
	v, refusal := e.vocabulary(r)
	if refusal != nil {
		return refusal
	}
	entry, ok := v.Find(args[len(args)-1])
	if !ok {
		message := wire.MsgNoPID
		if v.Own {
			message = wire.MsgNotFound
		}
		return wire.ResourceError(http.StatusNotFound, message)
	}
	return typed(r, wire.JSON(http.StatusOK, termOf(r, v, entry))).Set("ETag", `"1"`)
}

// termOf is an entry as it is served: with its links, or in the form for pages of
// the site, which has the title in one language.
func termOf(r *http.Request, v *vocabularies.Vocabulary, e vocabularies.Entry) any {
	base := wire.Root(r) + "/api/"
	if !v.Own {
		base += "vocabularies/"
	}
	e.Links = map[string]string{"self": base + v.Name + "/" + e.ID}
	if deposits.WantsNative(r) && v.Name != "affiliations" {
		return localTerm{
			e.ID, e.Title["en"], e.Description["en"], e.Name, e.Acronym, e.Number, e.Program, e.Funder, e.Country, e.Identifiers, e.Props, e.Icon, e.Tags,
		}
	}
	return e
}

type localTerm struct {
	ID          string                    `json:"id"`
	Title       string                    `json:"title_l10n"`
	Description string                    `json:"description_l10n,omitempty"`
	Name        string                    `json:"name,omitempty"`
	Acronym     string                    `json:"acronym,omitempty"`
	Number      string                    `json:"number,omitempty"`
	Program     string                    `json:"program,omitempty"`
	Funder      *vocabularies.Funder      `json:"funder,omitempty"`
	Country     string                    `json:"country,omitempty"`
	Identifiers []vocabularies.Identifier `json:"identifiers,omitempty"`
	Props       map[string]string         `json:"props,omitempty"`
	Icon        *string                   `json:"icon,omitempty"`
	Tags        []string                  `json:"tags,omitempty"`
}
