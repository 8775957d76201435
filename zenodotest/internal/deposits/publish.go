package deposits

import (
	"net/http"

	"github.com/zharvest/zharvest/zenodotest/internal/catalog"
	"github.com/zharvest/zharvest/zenodotest/internal/rawjson"
	"github.com/zharvest/zharvest/zenodotest/internal/wire"
)

// publish makes a record of a draft, or answers why it cannot be one.
func (s *Server) publish(d *deposition, root string) *wire.Answer {
	if found := d.draft.problems(); found != nil {
		return wire.ResourceError(http.StatusBadRequest, wire.MsgValidation, found...)
	}
	now := s.cfg.Now()
	next := *d.draft
	next.modified, next.locked = now, true
	next.revision++
	if next.metadata.DOI == "" {
		next.metadata.DOI = reserved(d.id)
	}
	created := d.created
	if d.released == nil {
		created = now
	} else {
		next.bucket = d.released.bucket
	}
	slugs := s.include(d.concept, next.metadata)
	err := s.cfg.Catalog.PublishVersion(d.id, d.concept, func(v catalog.Place) []byte {
		return rawjson.Spaced(recordOf(published{d.id, d.concept, d.owner, created, &next, slugs, v, root}))
	})
	if err != nil {
		return wire.AppError(http.StatusInternalServerError, err.Error())
	}
	if d.released != nil {
		d.released.drop()
	}
	next.metadata.Communities = nil // the concept has them from now on
	d.created, d.released, d.draft = created, &next, nil
	s.memberships[d.concept] = slugs
	return nil
}

// include adds a concept to the communities that a deposition names. Those that
// do not exist are passed over, and none is left this way.
func (s *Server) include(concept int64, m metadata) []string {
	earlier := s.memberships[concept]
	var wanted []string
	for _, c := range m.Communities {
		wanted = append(wanted, c.Identifier)
	}
	m.Communities = nil
	for _, slug := range s.cfg.Catalog.Resolve(wanted) {
		m.Communities = append(m.Communities, communitySlug{slug})
	}
	return m.joined(earlier)
}
