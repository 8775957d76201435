package deposits

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/zharvest/zharvest/zenodotest/internal/catalog"
	"github.com/zharvest/zharvest/zenodotest/internal/wire"
)

// requestJSON is a request as the user of an HTTP request gets it.
func (s *Server) requestJSON(r *http.Request, q *request) object {
	self := wire.Root(r) + "/api/requests/" + q.id
	actions := object{}
	for _, name := range s.actions(r, q) {
		actions[name] = self + "/actions/" + name
	}
	links := object{"self": self, "self_html": wire.Root(r) + "/me/requests/" + q.id, "actions": actions}
	for _, name := range []string{"comments", "timeline", "timeline_focused", "lock", "unlock"} {
		links[name] = self + "/" + name
	}
	isClosed := q.status != "created" && q.status != "submitted"
	out := object{
		"id": q.id, "created": stamp(q.created), "updated": stamp(q.updated), "links": links, "revision_id": q.revision, "type": q.kind,
		"title": q.title, "number": q.number, "status": q.status, "is_closed": isClosed, "is_open": q.isOpen(), "expires_at": nil,
		"is_expired": false, "last_reply": nil, "last_activity_at": stamp(q.active), "created_by": object{"user": itoa(q.creator)},
		"receiver": nil, "topic": object{"record": q.topic}, "files": object{"enabled": true},
	}
	if q.community != "" {
		out["receiver"] = object{"community": s.communityID(q.community)}
	}
	if q.payload != nil {
		out["payload"] = q.payload
	}
	if !s.cfg.Access.Native {
		out["is_locked"] = q.isLocked
	}
	for _, e := range slices.Backward(q.events) {
		if e.kind == "C" {
			reply := s.eventJSON(r, q, e)
			reply["links"], reply["permissions"] = object{}, object{}
			delete(reply, "payload")
			out["last_reply"] = reply
			break
		}
	}
	return out
}

func (s *Server) requestAnswer(r *http.Request, status int, q *request) *wire.Answer {
	return wire.JSON(status, s.requestJSON(r, q)).Set("ETag", strconv.Quote(strconv.Itoa(q.revision)))
}

func (s *Server) eventJSON(r *http.Request, q *request, e *event) object {
	self := wire.Root(r) + "/api/requests/" + q.id + "/comments/" + e.id
	links := object{"self": self, "self_html": wire.Root(r) + "/me/requests/" + q.id + "#commentevent-" + e.id}
	for _, name := range []string{"reply", "replies", "replies_focused"} {
		links[name] = self + "/" + name
	}
	mine := e.author == s.cfg.Access.User(r) && e.kind == "C"
	return object{
		"id": e.id, "created": stamp(e.at), "updated": stamp(e.at), "links": links, "revision_id": 1, "type": e.kind,
		"created_by": object{"user": itoa(e.author)}, "parent_id": nil, "payload": e.payload,
		"permissions": object{"can_update_comment": mine, "can_delete_comment": mine, "can_reply_comment": e.kind == "C"},
	}
}

// requestLabels are how lists call the types of requests.
var requestLabels = map[string]string{
	"community-inclusion": "Community inclusion", "community-submission": "Draft review", "record-deletion": "Record deletion",
	"file-modification": "File modification",
}

// listOf answers with the requests that are meant, of those that are asked for.
func (s *Server) listOf(r *http.Request, isMeant func(q *request) bool) *wire.Answer {
	query := r.URL.Query()
	page, size, refusal := wire.ReadPage(query, 10_000, "")
	if refusal != nil {
		return refusal
	}
	order := query.Get("sort")
	if order == "" {
		order = "newest"
	}
	var all []*request
	for _, q := range s.requests {
		if isMeant(q) && q.matches(query) {
			all = append(all, q)
		}
	}
	if !strings.HasPrefix(order, "oldest") {
		slices.Reverse(all)
	}
	hits := []any{}
	isExpanded, _ := strconv.ParseBool(query.Get("expand"))
	for _, q := range all[min((page-1)*size, len(all)):min(page*size, len(all))] {
		item := s.requestJSON(r, q)
		if isExpanded {
			item["expanded"] = s.expanded(r, q)
		}
		hits = append(hits, item)
	}
	links := url.Values{"size": {strconv.Itoa(size)}, "sort": {order}}
	for _, name := range []string{"q", "is_open", "type", "status"} {
		if value := query.Get(name); value != "" {
			links.Set(name, value)
		}
	}
	if isExpanded {
		links.Set("expand", "True")
	}
	body := wire.JSON(http.StatusOK, object{
		"hits": object{"hits": hits, "total": len(all)}, "aggregations": bucketsOf(all, query), "sortBy": order,
	}).Body
	body = append(body[:len(body)-1], `, "links": {`...)
	body = wire.AppendLinks(body, wire.Root(r)+strings.TrimSuffix(r.URL.Path, "/"), links, page, size, len(all))
	return &wire.Answer{Status: http.StatusOK, ContentType: wire.TypeJSON, Body: append(body, "}}"...)}
}

// bucketsOf counts requests by their type and status.
func bucketsOf(all []*request, query url.Values) object {
	count := func(name, label string, value func(*request) string, labelOf func(string) string) object {
		counts := map[string]int{}
		var keys []string
		for _, q := range all {
			if counts[value(q)] == 0 {
				keys = append(keys, value(q))
			}
			counts[value(q)]++
		}
		slices.SortStableFunc(keys, func(a, b string) int { return counts[b] - counts[a] })
		buckets := []any{}
		for _, key := range keys {
			buckets = append(buckets, object{
				"key": key, "doc_count": counts[key], "label": labelOf(key), "is_selected": slices.Contains(query[name], key),
			})
		}
		return object{"buckets": buckets, "label": label}
	}
	return object{
		"type":   count("type", "Type", func(q *request) string { return q.kind }, func(key string) string { return requestLabels[key] }),
		"status": count("status", "Status", func(q *request) string { return q.status }, func(key string) string { return strings.ToUpper(key[:1]) + key[1:] }),
	}
}

// expanded has what there is to say of who asks and who is asked; of the record
// there is nothing.
func (s *Server) expanded(r *http.Request, q *request) object {
	user := itoa(q.creator)
	out := object{"created_by": object{
		"id": user, "username": "user" + user, "profile": object{"full_name": "", "affiliations": ""}, "active": true,
		"is_current_user": s.isCreator(r, q), "blocked_at": nil, "verified_at": nil, "confirmed_at": nil,
		"links": object{
			"self": wire.Root(r) + "/api/users/" + user, "avatar": wire.Root(r) + "/api/users/" + user + "/avatar.svg",
			"records_html": wire.Root(r) + "/search?q=parent.access.owned_by.user:" + user,
		},
	}}
	if c, ok := s.cfg.Catalog.FindCommunity(q.community); ok {
		out["receiver"] = object{
			"id": c.ID, "slug": c.Slug, "links": object{"logo": wire.Root(r) + "/api/communities/" + c.ID + "/logo"},
			"metadata": object{"title": c.Metadata.Title, "description": c.Metadata.Description, "type": c.Metadata.Type},
			"access":   object{"visibility": c.Access.Visibility, "review_policy": c.Access.ReviewPolicy},
		}
	}
	return out
}

// locked runs a list with the server locked, for a user who is no guest.
func (s *Server) forUser(r *http.Request, list func() *wire.Answer) *wire.Answer {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.cfg.Access.User(r) == 0 {
		return denied()
	}
	return list()
}

// listRequests lists those that concern the user; receiver, topic and created_by
// select from them.
func (s *Server) listRequests(r *http.Request, _ []string) *wire.Answer {
	query := r.URL.Query()
	return s.forUser(r, func() *wire.Answer {
		return s.listOf(r, func(q *request) bool {
			for name, value := range map[string]string{
				"receiver": "community:" + s.communityID(q.community), "topic": "record:" + q.topic, "created_by": "user:" + itoa(q.creator),
			} {
				if query.Has(name) && query.Get(name) != value {
					return false
				}
			}
			return s.concerns(r, q)
		})
	})
}

func (s *Server) listUserRequests(r *http.Request, _ []string) *wire.Answer {
	return s.forUser(r, func() *wire.Answer {
		return s.listOf(r, func(q *request) bool { return s.concerns(r, q) && q.status != "created" })
	})
}

func (s *Server) listRecordRequests(r *http.Request, args []string) *wire.Answer {
	return s.forUser(r, func() *wire.Answer {
		number, _ := s.cfg.Catalog.Number(args[0])
		d := s.byID[number]
		if s.cfg.Catalog.Find(args[0]).State == catalog.IsUnknown {
			return wire.ResourceError(http.StatusNotFound, wire.MsgNoPID)
		}
		if d == nil || !s.may(r, d, toView) {
			return denied()
		}
		return s.listOf(r, func(q *request) bool { return q.topic == args[0] && q.status != "created" })
	})
}

// listCommunityRequests is for the curators of a community, which must be named
// by its UUID. In InvenioRDM's own form it fails.
func (s *Server) listCommunityRequests(r *http.Request, args []string) *wire.Answer {
	return s.forUser(r, func() *wire.Answer {
		found, ok := s.cfg.Catalog.FindCommunity(args[0])
		if !ok || found.ID != args[0] || !s.cfg.Access.Curates(r, found.Slug) {
			return denied()
		}
		if wire.Negotiate(r, []string{wire.TypeJSON, TypeNative}) == TypeNative {
			return wire.InternalError()
		}
		return s.listOf(r, func(q *request) bool { return q.community == found.Slug && q.status != "created" })
	})
}
