package deposits

import (
	"net/http"
	"slices"
	"strconv"

	"github.com/zharvest/zharvest/zenodotest/internal/catalog"
	"github.com/zharvest/zharvest/zenodotest/internal/vocabularies"
	"github.com/zharvest/zharvest/zenodotest/internal/wire"
)

// selfServiceRoutes are what owners may have done with a published record; the
// server decides by itself.
func (s *Server) selfServiceRoutes() []wire.Route {
	return []wire.Route{
		{Path: "/api/records/:id/request-deletion", Post: s.requestDeletion},
		{Path: "/api/records/:id/file-modification", Post: s.requestModification},
		{Path: "/api/records/:id/quota-increase", Post: s.requestQuota},
	}
}

// isRemovalReason reports whether it is one that an owner may give.
func isRemovalReason(id string) bool {
	all, _ := vocabularies.Find("removalreasons")
	found, _ := all.Find(id)
	return slices.Contains(found.Tags, "deletion-request")
}

// requestDeletion deletes a record at once, and leaves a tombstone.
func (s *Server) requestDeletion(r *http.Request, args []string) *wire.Answer {
	var keys object
	raw, refusal := readRaw(r)
	if refusal == nil && len(raw) > 0 {
		refusal = decodeInto(raw, &keys)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.adopt(r, args[0])
	number, _ := s.cfg.Catalog.Number(args[0])
	d := s.byID[number]
	found := s.cfg.Catalog.Find(args[0])
	reason := textOf(keys["reason"])
	switch {
	case found.State != catalog.IsRecord && found.State != catalog.IsGone:
		return wire.RefusalOf(found)
	case d == nil || !s.owns(r, d):
		return denied()
	case found.State == catalog.IsGone:
		return wire.ResourceError(http.StatusBadRequest, "Record in unexpected deletion status.")
	case refusal != nil:
		return refusal
	case len(raw) == 0:
		return wire.InternalError()
	case !isRemovalReason(reason):
		return wire.ResourceError(http.StatusBadRequest, wire.MsgValidation, wire.Invalid("_schema", "Invalid removal reason"))
	}
	err := s.cfg.Catalog.Delete(args[0], catalog.Tombstone{
		Reason: reason, By: strconv.FormatInt(d.owner, 10), Policy: "grace-period-v1", Cited: s.citation(d),
	})
	if err != nil {
		return wire.AppError(http.StatusInternalServerError, err.Error())
	}
	q := s.decided(d, "record-deletion", `Deletion request for "`+d.released.text("title")+`"`, object{"policy_id": "grace-period-v1", "reason": reason})
	return wire.JSON(http.StatusOK, s.requestJSON(r, q))
}

// decided is a request that the server has accepted.
func (s *Server) decided(d *deposition, kind, title string, payload object) *request {
	q := s.ask(d.owner, kind, "accepted", title, "", s.text(d.id))
	q.payload, q.revision = payload, 4
	return q
}

// citation is how a record is cited in its tombstone.
func (s *Server) citation(d *deposition) string {
	authors := ""
	for _, o := range objects(d.released.metadata["creators"]) {
		person := member(o, "person_or_org")
		name := textOf(person["name"])
		if given := textOf(person["given_name"]); given != "" {
			name = textOf(person["family_name"]) + ", " + given[:1] + "."
		}
		if authors != "" {
			authors += ", "
		}
		authors += name
	}
	year := d.released.text("publication_date")
	return authors + " (" + year[:min(4, len(year))] + "). " + d.released.text("title") + ". " + d.released.text("publisher") + ". https://doi.org/" + d.released.doi()
}

// requestModification lets the files of a published record be changed in its
// draft, which must be there. Only Zenodo has it.
func (s *Server) requestModification(r *http.Request, args []string) *wire.Answer {
	return s.with(r, args[0], toManage, func(d *deposition) *wire.Answer {
		switch {
		case s.cfg.Access.Native || !d.isPublished():
			return denied()
		case d.draft == nil:
			return notFound()
		}
		d.draft.locked = false
		q := s.decided(d, "file-modification", `File modification request for "`+d.released.text("title")+`"`, object{"policy_id": "file-modification-grace-period-v1"})
		return wire.JSON(http.StatusOK, s.requestJSON(r, q))
	})
}

// requestQuota fails on Zenodo, whatever is asked for.
func (s *Server) requestQuota(r *http.Request, args []string) *wire.Answer {
	return s.with(r, args[0], toManage, func(*deposition) *wire.Answer {
		if s.cfg.Access.Native {
			return denied()
		}
		return wire.InternalError()
	})
}
