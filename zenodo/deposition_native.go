package zenodo

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
)

// ErrNotNative says that a server does not serve a record or draft in
// InvenioRDM's own JSON.
var ErrNotNative = errors.New("not served in InvenioRDM's own JSON")

// GetNative fetches a published record in InvenioRDM's own JSON (GET
// /records/:id), as the server sent it. That has more than the deposit API
// gives out. Where the server has another form alone, the error matches
// [ErrNotNative].
func (s *DepositionsService) GetNative(ctx context.Context, id RecordID) (json.RawMessage, error) {
	return s.native(ctx, id)
}

// GetNativeDraft is [DepositionsService.GetNative] for the draft of a
// deposition (GET /records/:id/draft).
func (s *DepositionsService) GetNativeDraft(ctx context.Context, id RecordID) (json.RawMessage, error) {
	raw, err := s.native(ctx, id, "draft")
	if errors.Is(err, ErrNotFound) { // of a deposition that is there: the route is not
		return nil, fmt.Errorf("%w: %w", ErrNotNative, err)
	}
	return raw, err
}

func (s *DepositionsService) native(ctx context.Context, id RecordID, more ...string) (json.RawMessage, error) {
	if !isSegment(string(id)) {
		return nil, fmt.Errorf("deposition %q: %w", id, ErrNotFound)
	}
	u := s.client.endpoint(nil, append([]string{"records", string(id)}, more...)...)
	var raw json.RawMessage
	_, err := s.client.get(ctx, u, typeRDM, func(body []byte) error {
		raw = body
		return nil
	})
	if e, ok := errors.AsType[*Error](err); ok && e.Status == http.StatusNotAcceptable {
		return nil, fmt.Errorf("%w: %w", ErrNotNative, err)
	}
	if err != nil {
		return nil, err
	}
	if !isNative(raw) {
		return nil, fmt.Errorf("GET %s: %w", cleanURL(u), ErrNotNative)
	}
	return raw, nil
}

// isNative reports whether a record is in InvenioRDM's own JSON: the legacy
// form has no access beside its metadata.
func isNative(raw []byte) bool {
	var record struct{ Access, Metadata json.RawMessage }
	err := json.Unmarshal(raw, &record)
	return err == nil && bytes.HasPrefix(record.Access, []byte("{")) && bytes.HasPrefix(record.Metadata, []byte("{"))
}
