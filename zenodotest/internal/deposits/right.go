package deposits

import "net/http"

// right is what a user may do with a deposition; each has those before it.
type right int

const (
	toView right = iota
	toPreview
	toEdit
	toManage
)

// may reports whether the user of a request has a right: as the owner, by a
// secret link, or as a curator of the community that reviews the draft.
func (s *Server) may(r *http.Request, d *deposition, wanted right) bool {
	if s.owns(r, d) {
		return true
	}
	if l := s.linkOf(r, d.concept); l != nil && l.right() >= wanted {
		return true
	}
	return wanted <= toEdit && d.review != nil && d.review.isOpen() && s.cfg.Access.Curates(r, d.review.community)
}

// owns reports whether the user of a request deposited a record, or owns those
// that nobody did.
func (s *Server) owns(r *http.Request, d *deposition) bool {
	user := s.cfg.Access.User(r)
	return user != 0 && user == d.owner || d.isAdopted && s.cfg.Access.OwnsOthers(r)
}

// MayRead reports whether the user of a request may see a record, which may be
// restricted where it was deposited here.
func (s *Server) MayRead(r *http.Request, id string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	d, _ := s.lookUp(id)
	return d == nil || !d.isPublished() || d.released.access["record"] != "restricted" || s.may(r, d, toView)
}
