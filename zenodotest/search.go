package zenodotest

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"

	"github.com/zharvest/zharvest/zenodotest/internal/catalog"
	"github.com/zharvest/zharvest/zenodotest/internal/wire"
)

func (e *Emulator) searchRecords(r *http.Request, _ []string) *wire.Answer {
	s, refusal := e.parseSearch(r, "newest")
	if refusal != nil {
		return refusal
	}
	if !e.cfg.isNative() && slices.Contains(failingTypes, wire.Negotiate(r, slices.Concat(bothTypes, failingTypes))) {
		return wire.InternalError()
	}
	s.VerifiedFirst = true
	return e.answerSearch(r, s)
}

// parseSearch reads the parameters of a search of records.
func (e *Emulator) parseSearch(r *http.Request, defaultSort string) (*wire.Search, *wire.Answer) {
	s, refusal := e.access.ParseSearch(r, defaultSort)
	if refusal == nil {
		s.Communities = e.world.Resolve(s.Communities)
		inSearch(r, &s.Criteria)
	}
	return s, refusal
}

// answerSearch runs a search and writes its envelope around the records.
func (e *Emulator) answerSearch(r *http.Request, s *wire.Search) *wire.Answer {
	var mediaType string
	mediaType, s.Native = e.form(r)
	buffer := wire.Buffer()
	body, total, err := e.world.Page(r.Context(), s.Search, e.cfg.Window, append(*buffer, `{"hits": {"hits": [`...))
	switch {
	case errors.Is(err, catalog.ErrBadQuery):
		return wire.ResourceError(http.StatusBadRequest, wire.MsgSyntax)
	case err != nil:
		return wire.InternalError()
	}
	sort := fmt.Appendf(nil, `, "sortBy": %q`, s.Sort)
	if isPlain := e.cfg.isNative() && mediaType == wire.TypeJSON; isPlain {
		body = strconv.AppendInt(append(append(body, sort...), `, "page": `...), int64(s.Page), 10)
		sort = nil
	}
	body = append(body, `, "links": {`...)
	body = e.access.AppendLinks(body, wire.Root(r)+s.Path, s.Links, s.Page, s.Size, total)
	body = append(body, '}')
	if s.Native {
		body = append(body, sort...)
	}
	body = append(body, '}')
	*buffer = body
	return &wire.Answer{Status: http.StatusOK, ContentType: mediaType, Body: body, Pooled: buffer}
}
