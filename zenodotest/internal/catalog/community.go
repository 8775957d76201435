package catalog

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/zharvest/zharvest/zenodotest/internal/forms"
)

// Community is a community as InvenioRDM serves it. There is no other shape.
type Community struct {
	ID       string            `json:"id"`
	Created  string            `json:"created"`
	Updated  string            `json:"updated"`
	Links    map[string]string `json:"links"`
	Revision int               `json:"revision_id"`
	Slug     string            `json:"slug"`
	Metadata CommunityMetadata `json:"metadata"`
	Access   CommunityAccess   `json:"access"`
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

// CommunityMetadata is what describes a community.
type CommunityMetadata struct {
	Title       string         `json:"title"`
	Description string         `json:"description"`
	Curation    string         `json:"curation_policy,omitempty"`
	Type        *CommunityType `json:"type,omitempty"`
	Website     string         `json:"website,omitempty"`
}

// CommunityType is the type of a community.
type CommunityType struct {
	ID    string            `json:"id"`
	Title map[string]string `json:"title"`
}

// CommunityAccess is who may do what in a community.
type CommunityAccess struct {
	Visibility        string `json:"visibility"`
	MembersVisibility string `json:"members_visibility"`
	MemberPolicy      string `json:"member_policy"`
	SubmissionPolicy  string `json:"record_submission_policy"`
	ReviewPolicy      string `json:"review_policy"`
}

// addCommunity makes a community of nothing but its slug, so that any record
// can name one. A community is as old as the oldest record in it.
func (c *Catalog) addCommunity(slug string, created int64) {
	if known, ok := c.communities[slug]; ok {
		if created < known.createdAt {
			known.setCreated(created)
		}
		return
	}
	made := &Community{
		ID: forms.CommunityID(slug), Slug: slug, Revision: 2,
		Metadata: CommunityMetadata{
			Title:       forms.Titled(slug),
			Description: "Records of " + forms.Titled(slug) + ".",
			Type:        &CommunityType{ID: "project", Title: map[string]string{"en": "Project"}},
		},
		Access: CommunityAccess{"public", "public", "open", "open", "closed"},
	}
	made.Deletion.Status = "P"
	made.setCreated(created)
	c.communities[slug] = made
}

// AddCommunity makes a community, or gives one another title; an empty title is
// one made of the slug.
func (c *Catalog) AddCommunity(slug, title string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.addCommunity(slug, c.cfg.Now().UnixMicro())
	if title != "" {
		c.communities[slug].Metadata.Title = title
		c.communities[slug].Metadata.Description = "Records of " + title + "."
	}
}

func (m *Community) setCreated(micros int64) {
	m.createdAt = micros
	at := time.UnixMicro(micros).UTC()
	m.Created = at.Format(TimeLayout)
	m.Updated = at.Add(1234567 * time.Microsecond).Format(TimeLayout)
}

// TimeLayout is how times are written.
const TimeLayout = "2006-01-02T15:04:05.000000+00:00"

// Linked is the community with its links, which begin with the address under
// which the client reached the emulator.
func (m Community) Linked(root string) Community {
	api := root + "/api/communities/" + m.ID
	m.Links = map[string]string{
		"self": api, "self_html": root + "/communities/" + m.Slug, "settings_html": root + "/communities/" + m.Slug + "/settings",
		"logo": api + "/logo", "rename": api + "/rename", "members": api + "/members", "public_members": api + "/members/public",
		"invitations": api + "/invitations", "requests": api + "/requests", "records": api + "/records",
		"membership_requests": api + "/membership-requests",
		"collection_trees":    api + "/collection-trees",
	}
	return m
}

// FindCommunity copies a community out of the catalog.
func (c *Catalog) FindCommunity(name string) (Community, bool) {
	c.mu.RLock()
	defer c.mu.RUnlock()
	if found := c.community(name); found != nil {
		return *found, true
	}
	return Community{}, false
}

// SearchCommunities sorts by age; a verified community comes first.
func (c *Catalog) SearchCommunities(q string, oldestFirst bool) ([]Community, bool) {
	matches, ok := communityQuery(q)
	if !ok {
		return nil, false
	}
	c.mu.RLock()
	defer c.mu.RUnlock()
	var all []Community
	for found := range maps.Values(c.communities) {
		if matches(found) {
			all = append(all, *found)
		}
	}
	slices.SortFunc(all, func(a, b Community) int {
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

// communityQuery understands words: one of them must be in the slug, title or
// description, and conditions on times joined by AND. Zenodo's own search of
// communities is not much better.
func communityQuery(q string) (matches func(*Community) bool, ok bool) {
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
	return func(m *Community) bool {
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
