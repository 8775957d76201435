package deposits

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/zharvest/zharvest/zenodotest/internal/schema"
	"github.com/zharvest/zharvest/zenodotest/internal/wire"
)

// request asks a community, or the server itself, for something. All of it is
// guarded by the lock of [Server].
type request struct {
	id, number string
	kind       string // community-submission, community-inclusion, …
	status     string // created, submitted, accepted, declined or cancelled
	title      string
	creator    int64
	community  string // the slug of the receiver; empty where it is the server
	topic      string // id of the record
	payload    object // what the server's own requests say
	created    time.Time
	updated    time.Time
	active     time.Time // when something happened last
	revision   int
	isLocked   bool
	events     []*event // the oldest first
}

// event is a comment on a request, or what became of it.
type event struct {
	id      string
	kind    string // C for a comment, L for what happened
	author  int64
	at      time.Time
	payload object
}

// isOpen reports whether a request waits for its receiver.
func (q *request) isOpen() bool { return q.status == "submitted" }

func (s *Server) requestRoutes() []wire.Route {
	return []wire.Route{
		{Path: "/api/requests", Get: s.listRequests},
		{Path: "/api/requests/", Get: s.listRequests},
		{Path: "/api/requests/:id", Get: s.getRequest},
		{Path: "/api/requests/:id/actions/:action", Post: s.act},
		{Path: "/api/requests/:id/comments", Post: s.comment},
		{Path: "/api/requests/:id/timeline", Get: s.getTimeline},
		{Path: "/api/requests/:id/lock", Get: s.lock(true)},
		{Path: "/api/requests/:id/unlock", Get: s.lock(false)},
		{Path: "/api/user/requests", Get: s.listUserRequests},
		{Path: "/api/records/:id/requests", Get: s.listRecordRequests},
		{Path: "/api/communities/:id/requests", Get: s.listCommunityRequests},
	}
}

// ask makes a request.
func (s *Server) ask(creator int64, kind, status, title, community, topic string) *request {
	now := s.cfg.Now()
	q := &request{
		id: uuid.NewString(), number: counted(len(s.requests) + 1), kind: kind, status: status, title: title, creator: creator,
		community: community, topic: topic, created: now, updated: now, active: now, revision: 2,
	}
	if status != "created" {
		q.revision = 3
	}
	s.requests = append(s.requests, q)
	return q
}

// counted writes the number of a request, in the digits of Crockford's base 32.
func counted(n int) string {
	const digits = "0123456789abcdefghjkmnpqrstvwxyz"
	text := ""
	for ; n > 0; n /= len(digits) {
		text = string(digits[n%len(digits)]) + text
	}
	return text
}

// withRequest runs an operation on a request which the user may see, with the
// server locked.
func (s *Server) withRequest(r *http.Request, id string, operate func(q *request) *wire.Answer) *wire.Answer {
	s.mu.Lock()
	defer s.mu.Unlock()
	at := slices.IndexFunc(s.requests, func(q *request) bool { return q.id == id })
	switch {
	case at < 0:
		return wire.ResourceError(http.StatusNotFound, wire.MsgNoPID)
	case !s.concerns(r, s.requests[at]):
		return denied()
	}
	return operate(s.requests[at])
}

// concerns reports whether the user of an HTTP request is one of those between
// whom a request is.
func (s *Server) concerns(r *http.Request, q *request) bool {
	return s.isCreator(r, q) || q.status != "created" && s.isReceiver(r, q)
}

func (s *Server) isCreator(r *http.Request, q *request) bool {
	user := s.cfg.Access.User(r)
	return user != 0 && user == q.creator
}

func (s *Server) isReceiver(r *http.Request, q *request) bool {
	return q.community != "" && s.cfg.Access.User(r) != 0 && s.cfg.Access.Curates(r, q.community)
}

// actions are what the user of an HTTP request can have done with a request.
func (s *Server) actions(r *http.Request, q *request) (names []string) {
	switch {
	case q.status == "created" && s.isCreator(r, q):
		return []string{"submit"}
	case !q.isOpen():
		return nil
	case s.isReceiver(r, q):
		names = []string{"accept", "decline"}
	}
	if s.isCreator(r, q) {
		names = append(names, "cancel")
	}
	return names
}

func (s *Server) getRequest(r *http.Request, args []string) *wire.Answer {
	return s.withRequest(r, args[0], func(q *request) *wire.Answer { return s.requestAnswer(r, http.StatusOK, q) })
}

// act carries out an action on a request.
func (s *Server) act(r *http.Request, args []string) *wire.Answer {
	said, refusal := readComment(r, false)
	if refusal != nil {
		return refusal
	}
	return s.withRequest(r, args[0], func(q *request) *wire.Answer {
		fail := func(message string) *wire.Answer {
			return wire.ResourceError(http.StatusBadRequest, "Error for action '"+args[1]+"': "+message)
		}
		action := args[1]
		isFor := map[string]bool{"accept": s.isReceiver(r, q), "decline": s.isReceiver(r, q), "cancel": s.isCreator(r, q), "submit": s.isCreator(r, q)}
		may, isKnown := isFor[action]
		switch {
		case !isKnown:
			return fail("No such action available")
		case !may:
			return denied()
		case !slices.Contains(s.actions(r, q), action):
			return fail("Could not execute the action")
		}
		if refusal := s.carryOut(r, q, action); refusal != nil {
			return refusal
		}
		if said != nil {
			s.note(q, "C", s.cfg.Access.User(r), said)
		}
		return s.requestAnswer(r, http.StatusOK, q)
	})
}

// carryOut does what an action is about.
func (s *Server) carryOut(r *http.Request, q *request, action string) *wire.Answer {
	became := map[string]string{"accept": "accepted", "decline": "declined", "cancel": "cancelled", "submit": "submitted"}[action]
	number, _ := s.cfg.Catalog.Number(q.topic)
	d := s.byID[number]
	switch {
	case action == "submit":
		return s.submit(q, d)
	case action == "accept":
		if refusal := s.include(r, q, d); refusal != nil {
			return refusal
		}
	case action == "cancel" && d != nil && d.review == q:
		d.review = nil
	}
	q.status = became
	q.updated = s.cfg.Now()
	q.revision++
	s.note(q, "L", s.cfg.Access.User(r), object{"event": became, "format": "html"})
	return nil
}

// note adds an event to a request.
func (s *Server) note(q *request, kind string, author int64, payload object) *event {
	q.active = s.cfg.Now()
	made := &event{uuid.NewString(), kind, author, q.active, payload}
	q.events = append(q.events, made)
	return made
}

// readComment reads what a client says, which it must where that is required.
func readComment(r *http.Request, isRequired bool) (payload object, refusal *wire.Answer) {
	var keys object
	if refusal := readJSON(r, &keys); refusal != nil {
		return nil, refusal
	}
	invalid := func(field, message string) *wire.Answer {
		return wire.ResourceError(http.StatusBadRequest, wire.MsgValidation, wire.Invalid(field, message))
	}
	payload, isObject := keys["payload"].(object)
	content, isText := payload["content"].(string)
	switch {
	case keys["payload"] == nil && !isRequired:
		return nil, nil
	case keys["payload"] == nil:
		return nil, invalid("payload", schema.MsgMissing)
	case !isObject:
		return nil, invalid("payload._schema", "Invalid input type.")
	case payload["content"] == nil:
		return nil, invalid("payload.content", schema.MsgMissing)
	case !isText:
		return nil, invalid("payload.content", "Not a valid string.")
	case content == "":
		return nil, invalid("payload.content", "Shorter than minimum length 1.")
	}
	if payload["format"] == nil {
		payload["format"] = "html"
	}
	return payload, nil
}

func (s *Server) comment(r *http.Request, args []string) *wire.Answer {
	said, refusal := readComment(r, true)
	return s.withRequest(r, args[0], func(q *request) *wire.Answer {
		switch {
		case q.isLocked:
			return wire.ResourceError(http.StatusForbidden, "Commenting is now locked for this conversation.")
		case refusal != nil:
			return refusal
		}
		made := s.note(q, "C", s.cfg.Access.User(r), said)
		return wire.JSON(http.StatusCreated, s.eventJSON(r, q, made)).Set("ETag", `"1"`)
	})
}

// lock locks a conversation, or opens it again, on a mere GET. Only Zenodo lets
// its curators.
func (s *Server) lock(isLocked bool) wire.Handler {
	return func(r *http.Request, args []string) *wire.Answer {
		return s.withRequest(r, args[0], func(q *request) *wire.Answer {
			if s.cfg.Access.Native || !s.isReceiver(r, q) {
				return denied()
			}
			q.isLocked = isLocked
			return wire.Nothing()
		})
	}
}

func (s *Server) getTimeline(r *http.Request, args []string) *wire.Answer {
	return s.withRequest(r, args[0], func(q *request) *wire.Answer {
		hits := []any{}
		for _, e := range q.events {
			item := s.eventJSON(r, q, e)
			item["children"], item["children_count"] = []any{}, 0
			hits = append(hits, item)
		}
		self := wire.Root(r) + "/api/requests/" + q.id + "/timeline?page=1&size=25&sort=oldest"
		return wire.JSON(http.StatusOK, object{
			"hits": object{"hits": hits, "total": len(hits)}, "sortBy": "oldest", "page": 1, "links": object{"self": self},
		})
	})
}

// matches reports whether a request is one of those that a list is asked for.
func (q *request) matches(query map[string][]string) bool {
	for name, value := range map[string]string{"type": q.kind, "status": q.status} {
		if wanted := query[name]; len(wanted) > 0 && !slices.Contains(wanted, value) {
			return false
		}
	}
	if wanted := query["is_open"]; len(wanted) > 0 {
		if isOpen, err := strconv.ParseBool(wanted[0]); err == nil && isOpen != q.isOpen() {
			return false
		}
	}
	text := strings.ToLower(q.title + " " + q.number + " " + q.topic)
	for word := range strings.FieldsSeq(strings.ToLower(strings.Join(query["q"], " "))) {
		if !strings.Contains(text, strings.Trim(word, `"*`)) {
			return false
		}
	}
	return true
}
