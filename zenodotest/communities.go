package zenodotest

import (
	"cmp"
	"maps"
	"math"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/zharvest/zharvest/zenodotest/internal/rawjson"
)

var communityRoutes = []route{
	{path: "/api/communities", get: searchCommunities},
	{path: "/api/communities/:id", get: getCommunity},
	{path: "/api/communities/:id/records", get: listCommunityRecords, accept: legacyTypes},
}

// community is a community as InvenioRDM serves it. There is no other shape.
type community struct {
	ID       string            `json:"id"`
	Created  string            `json:"created"`
	Updated  string            `json:"updated"`
	Links    map[string]string `json:"links"`
	Revision int               `json:"revision_id"`
	Slug     string            `json:"slug"`
	Metadata communityMetadata `json:"metadata"`
	Access   communityAccess   `json:"access"`
	Custom   struct{}          `json:"custom_fields"`
	Deletion struct {
		IsDeleted bool   `json:"is_deleted"`
		Status    string `json:"status"`
	} `json:"deletion_status"`
	Children struct {
		Allow bool `json:"allow"`
	} `json:"children"`

	createdAt int64 // microseconds since 1970
}

type communityMetadata struct {
	Title       string         `json:"title"`
	Description string         `json:"description"`
	Curation    string         `json:"curation_policy,omitempty"`
	Type        *communityType `json:"type,omitempty"`
	Website     string         `json:"website,omitempty"`
}

type communityType struct {
	ID    string            `json:"id"`
	Title map[string]string `json:"title"`
}

type communityAccess struct {
	Visibility        string `json:"visibility"`
	MembersVisibility string `json:"members_visibility"`
	MemberPolicy      string `json:"member_policy"`
	SubmissionPolicy  string `json:"record_submission_policy"`
	ReviewPolicy      string `json:"review_policy"`
}

// addCommunity makes a community of nothing but its slug, so that any record
// can name one. A community is as old as the oldest record in it.
func (c *catalog) addCommunity(slug string, created int64) {
	if known, ok := c.communities[slug]; ok {
		if created < known.createdAt {
			known.setCreated(created)
		}
		return
	}
	made := &community{
		ID: uuid.NewSHA1(uuid.NameSpaceURL, []byte("https://zenodo.org/communities/"+slug)).String(), Slug: slug, Revision: 2,
		Metadata: communityMetadata{
			Title:       titled(slug),
			Description: "Records of " + titled(slug) + ".",
			Type:        &communityType{ID: "project", Title: map[string]string{"en": "Project"}},
		},
		Access: communityAccess{"public", "public", "open", "open", "closed"},
	}
	made.Deletion.Status = "P"
	made.setCreated(created)
	c.communities[slug] = made
}

func (m *community) setCreated(micros int64) {
	m.createdAt = micros
	at := time.UnixMicro(micros).UTC()
	m.Created = at.Format(timeLayout)
	m.Updated = at.Add(1234567 * time.Microsecond).Format(timeLayout)
}

const timeLayout = "2006-01-02T15:04:05.000000+00:00"

// linked is the community with its links, which begin with the address under
// which the client reached the emulator.
func (m community) linked(root string) community {
	api := root + "/api/communities/" + m.ID
	m.Links = map[string]string{
		"self": api, "self_html": root + "/communities/" + m.Slug, "settings_html": root + "/communities/" + m.Slug + "/settings",
		"logo": api + "/logo", "rename": api + "/rename", "members": api + "/members", "public_members": api + "/members/public",
		"invitations": api + "/invitations", "requests": api + "/requests", "records": api + "/records",
		"membership_requests": api + "/membership-requests", "subcommunities": api + "/subcommunities",
		"collection_trees": api + "/collection-trees",
	}
	return m
}

// communityNamed copies a community out of the catalog.
func (c *catalog) communityNamed(name string) (community, bool) {
	c.mu.RLock()
	defer c.mu.RUnlock()
	if found := c.community(name); found != nil {
		return *found, true
	}
	return community{}, false
}

func getCommunity(e *Emulator, r *http.Request, args []string) *answer {
	found, ok := e.world.communityNamed(args[0])
	if !ok {
		return resourceError(http.StatusNotFound, msgNoPID)
	}
	a := &answer{status: http.StatusOK, contentType: typeJSON, body: rawjson.Spaced(found.linked(root(r)))}
	return a.set("ETag", strconv.Quote(strconv.Itoa(found.Revision)))
}

// listCommunityRecords searches within a community; verified owners have no
// precedence there.
func listCommunityRecords(e *Emulator, r *http.Request, args []string) *answer {
	found, ok := e.world.communityNamed(args[0])
	if !ok {
		return resourceError(http.StatusNotFound, msgNoPID)
	}
	s, refusal := e.parseSearch(r, "newest")
	if refusal != nil {
		return refusal
	}
	s.ask.within = found.Slug
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
	all, ok := e.world.searchCommunities(query.Get("q"), strings.HasPrefix(sort, "oldest") || strings.HasSuffix(sort, "-asc"))
	if !ok {
		return resourceError(http.StatusBadRequest, msgSyntax)
	}
	hits := []community{}
	for _, found := range all[min((page-1)*size, len(all)):min(page*size, e.cfg.Window, len(all))] {
		hits = append(hits, found.linked(root(r)))
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

// searchCommunities sorts by age; a verified community comes first.
func (c *catalog) searchCommunities(q string, oldestFirst bool) ([]community, bool) {
	matches, ok := communityQuery(q)
	if !ok {
		return nil, false
	}
	c.mu.RLock()
	defer c.mu.RUnlock()
	var all []community
	for found := range maps.Values(c.communities) {
		if matches(found) {
			all = append(all, *found)
		}
	}
	slices.SortFunc(all, func(a, b community) int {
		if va, vb := isVerified(a.Slug, c.cfg.VerifiedOneIn), isVerified(b.Slug, c.cfg.VerifiedOneIn); va != vb {
			return map[bool]int{true: -1, false: 1}[va]
		}
		d := cmp.Or(cmp.Compare(a.createdAt, b.createdAt), cmp.Compare(a.ID, b.ID))
		if !oldestFirst {
			d = -d
		}
		return d
	})
	return all, true
}

// communityQuery understands words, of which one must be in the slug, title or
// description, and conditions on times joined by AND. Zenodo's own search of
// communities is not much better.
func communityQuery(q string) (matches func(*community) bool, ok bool) {
	clauses, rest := parseQuery(q)
	var words []string
	for _, text := range rest {
		if strings.ContainsAny(text, "/") {
			return nil, false
		}
		for _, word := range strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune(` "()*`, r) }) {
			if word != "AND" && word != "OR" && word != "NOT" {
				words = append(words, strings.ToLower(strings.TrimPrefix(word, "slug:")))
			}
		}
	}
	return func(m *community) bool {
		for _, cl := range clauses {
			at := floorMilli(m.createdAt)
			if cl.field == byUpdated {
				at = floorMilli(m.createdAt + 1234567)
			}
			if (cl.field == byCreated || cl.field == byUpdated) && (at < cl.from || at >= cl.to) {
				return false
			}
		}
		text := strings.ToLower(m.Slug + " " + m.Metadata.Title + " " + m.Metadata.Description)
		return len(words) == 0 || slices.ContainsFunc(words, func(word string) bool { return strings.Contains(text, word) })
	}, true
}
