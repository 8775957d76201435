package deposits

import (
	"net/http"

	"github.com/zharvest/zharvest/zenodotest/internal/wire"
)

func (s *Server) reviewRoutes() []wire.Route {
	return []wire.Route{
		{Path: "/api/records/:id/draft/review", Get: s.getReview, Put: s.putReview, Delete: s.deleteReview},
		{Path: "/api/records/:id/draft/actions/submit-review", Post: s.submitReview},
	}
}

// inReview runs an operation on the review of a draft.
func (s *Server) inReview(r *http.Request, id string, operate func(d *deposition) *wire.Answer) *wire.Answer {
	return s.inDraft(r, id, toEdit, func(d *deposition) *wire.Answer {
		if d.review == nil {
			return wire.ResourceError(http.StatusNotFound, "Review for draft not found")
		}
		return operate(d)
	})
}

func (s *Server) getReview(r *http.Request, args []string) *wire.Answer {
	return s.inReview(r, args[0], func(d *deposition) *wire.Answer { return s.requestAnswer(r, http.StatusOK, d.review) })
}

// putReview says which community shall review a draft, and publish it.
func (s *Server) putReview(r *http.Request, args []string) *wire.Answer {
	var wanted struct {
		Receiver struct{ Community string }
		Type     string
	}
	refusal := readJSON(r, &wanted)
	return s.inDraft(r, args[0], toManage, func(d *deposition) *wire.Answer {
		found, ok := s.cfg.Catalog.FindCommunity(wanted.Receiver.Community)
		switch {
		case refusal != nil:
			return refusal
		case wanted.Type != "community-submission":
			return wire.ResourceError(http.StatusBadRequest, wire.MsgValidation, wire.Invalid("type", "Invalid review type."))
		case !ok || found.ID != wanted.Receiver.Community:
			return notFound()
		case d.review != nil && d.review.isOpen():
			return openReview()
		case d.isPublished():
			return wire.ResourceError(http.StatusBadRequest, "You cannot create a review for an already published record.")
		}
		d.review = s.ask(s.cfg.Access.User(r), "community-submission", "created", "", found.Slug, s.text(d.id))
		return wire.JSON(http.StatusOK, s.requestJSON(r, d.review))
	})
}

func openReview() *wire.Answer {
	return wire.ResourceError(http.StatusBadRequest, "An open review cannot be deleted.")
}

func (s *Server) deleteReview(r *http.Request, args []string) *wire.Answer {
	return s.inReview(r, args[0], func(d *deposition) *wire.Answer {
		if d.review.isOpen() {
			return openReview()
		}
		d.review = nil
		return wire.Nothing()
	})
}

// submitReview sends a draft to the community. Once that is done, doing it again
// crashes the server.
func (s *Server) submitReview(r *http.Request, args []string) *wire.Answer {
	said, refusal := readComment(r, false)
	if refusal != nil {
		return refusal
	}
	return s.inReview(r, args[0], func(d *deposition) *wire.Answer {
		if refusal := s.submit(d.review, d); refusal != nil {
			return refusal
		}
		if said != nil {
			s.note(d.review, "C", s.cfg.Access.User(r), said)
		}
		out := s.requestJSON(r, d.review)
		out["links"].(object)["next_html"] = wire.Root(r) + "/me/requests/" + d.review.id
		return wire.JSON(http.StatusAccepted, out)
	})
}

func (s *Server) submit(q *request, d *deposition) *wire.Answer {
	if q.status != "created" || d == nil || d.draft == nil {
		return wire.InternalError()
	}
	if found := s.problems(d.draft); found != nil {
		return wire.ResourceError(http.StatusBadRequest, wire.MsgValidation, found...)
	}
	q.status, q.title, q.updated = "submitted", d.draft.text("title"), s.cfg.Now()
	q.active = q.updated
	q.revision++
	return nil
}
