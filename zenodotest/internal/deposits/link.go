package deposits

import (
	"encoding/base64"
	"net/http"
	"slices"
	"time"

	"github.com/google/uuid"

	"github.com/zharvest/zharvest/zenodotest/internal/wire"
)

// link lets whoever has its token see the versions of a record, or change them.
type link struct {
	ID          string `json:"id"`
	Created     string `json:"created_at"`
	Expires     string `json:"expires_at,omitempty"`
	Permission  string `json:"permission"`
	Description string `json:"description"`
	Token       string `json:"token"`
}

var permissions = map[string]right{"view": toView, "preview": toPreview, "edit": toEdit}

func (l *link) right() right { return permissions[l.Permission] }

// linkOf is the link whose token comes with a request, or nil.
func (s *Server) linkOf(r *http.Request, concept int64) *link {
	token := r.URL.Query().Get("token")
	today := s.cfg.Now().UTC().Format(time.DateOnly)
	for _, l := range s.links[concept] {
		if token != "" && l.Token == token && (l.Expires == "" || l.Expires >= today) {
			return l
		}
	}
	return nil
}

func (s *Server) linkRoutes() []wire.Route {
	return []wire.Route{
		{Path: "/api/records/:id/access/links", Get: s.listLinks, Post: s.addLink},
		{Path: "/api/records/:id/access/links/:link", Get: s.getLink, Patch: s.changeLink, Delete: s.deleteLink},
	}
}

func (s *Server) listLinks(r *http.Request, args []string) *wire.Answer {
	return s.with(r, args[0], toManage, func(d *deposition) *wire.Answer {
		links := append([]*link{}, s.links[d.concept]...)
		return wire.JSON(http.StatusOK, object{"hits": object{"hits": links, "total": len(links)}})
	})
}

func (s *Server) addLink(r *http.Request, args []string) *wire.Answer {
	var keys object
	refusal := readJSON(r, &keys)
	return s.with(r, args[0], toManage, func(d *deposition) *wire.Answer {
		if refusal != nil {
			return refusal
		}
		made := &link{ID: uuid.NewString(), Created: stamp(s.cfg.Now())}
		if _, given := keys["permission"]; !given {
			return wire.ResourceError(http.StatusBadRequest, wire.MsgValidation, wire.Invalid("permission", "An access permission level is required"))
		}
		if refusal := made.take(keys, s.cfg.Now()); refusal != nil {
			return refusal
		}
		secret := uuid.New()
		made.Token = base64.RawURLEncoding.EncodeToString([]byte(made.ID)) + "." + base64.RawURLEncoding.EncodeToString(secret[:])
		s.links[d.concept] = append(s.links[d.concept], made)
		return wire.JSON(http.StatusCreated, made)
	})
}

// take reads what is to become of a link.
func (l *link) take(keys object, now time.Time) *wire.Answer {
	var problems []wire.FieldError
	for name, value := range keys {
		text, isText := value.(string)
		_, isPermission := permissions[text]
		_, err := time.Parse(time.DateOnly, text)
		problem := ""
		switch {
		case name != "permission" && name != "expires_at" && name != "description":
			problem = "Unknown field."
		case value == nil:
			problem = "Field may not be null."
		case !isText:
			problem = "Not a valid string."
		case name == "permission" && !isPermission:
			problem = "Must be one of: view, preview, edit."
		case name == "expires_at" && err != nil:
			problem = "Not a valid date."
		case name == "expires_at" && text <= now.UTC().Format(time.DateOnly):
			problem = "Expiration date must be set to the future"
		case name == "permission":
			l.Permission = text
		case name == "expires_at":
			l.Expires = text
		default:
			l.Description = text
		}
		if problem != "" {
			problems = append(problems, wire.Invalid(name, problem))
		}
	}
	if problems != nil {
		return wire.ResourceError(http.StatusBadRequest, wire.MsgValidation, problems...)
	}
	return nil
}

// withLink runs an operation on a link, named by its id.
func (s *Server) withLink(r *http.Request, args []string, operate func(d *deposition, l *link) *wire.Answer) *wire.Answer {
	return s.with(r, args[0], toManage, func(d *deposition) *wire.Answer {
		at := slices.IndexFunc(s.links[d.concept], func(l *link) bool { return l.ID == args[1] })
		if at < 0 {
			return wire.ResourceError(http.StatusNotFound, "No secret link found with the given ID.")
		}
		return operate(d, s.links[d.concept][at])
	})
}

func (s *Server) getLink(r *http.Request, args []string) *wire.Answer {
	return s.withLink(r, args, func(_ *deposition, l *link) *wire.Answer { return wire.JSON(http.StatusOK, l) })
}

func (s *Server) changeLink(r *http.Request, args []string) *wire.Answer {
	var keys object
	refusal := readJSON(r, &keys)
	return s.withLink(r, args, func(_ *deposition, l *link) *wire.Answer {
		if refusal != nil {
			return refusal
		}
		changed := *l
		if refusal := changed.take(keys, s.cfg.Now()); refusal != nil {
			return refusal
		}
		*l = changed
		return wire.JSON(http.StatusOK, l)
	})
}

func (s *Server) deleteLink(r *http.Request, args []string) *wire.Answer {
	return s.withLink(r, args, func(d *deposition, l *link) *wire.Answer {
		s.links[d.concept] = slices.DeleteFunc(s.links[d.concept], func(other *link) bool { return other == l })
		return wire.Nothing()
	})
}
