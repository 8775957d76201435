package zenodo

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
)

// Sort puts the files of a draft into the order of keys, those that are not
// named after them as they were, and says which way: by the deposit API (PUT
// …/files), or, as Zenodo knows that no more, by InvenioRDM's (PUT
// /records/:id/draft/files, else the draft as a whole). A key that no file has
// is [ErrNotFound].
func (s *DepositionsService) Sort(ctx context.Context, d *Deposition, keys []string) (API, error) {
	files, err := s.Files(ctx, d.ID)
	if err != nil {
		return "", err
	}
	files, err = ordered(files, keys)
	if err != nil {
		return "", err
	}
	if err := s.sortLegacy(ctx, d, files); !errors.Is(err, ErrUnsupported) {
		return APILegacy, err
	}
	order := make([]string, len(files))
	for i, f := range files {
		order[i] = f.Key
	}
	return APIRDM, s.sortNative(ctx, d, order)
}

func ordered(files []DepositionFile, keys []string) ([]DepositionFile, error) {
	var first []DepositionFile
	for _, key := range keys {
		f := fileByKey(files, key)
		switch {
		case f == nil:
			return nil, fmt.Errorf("file %s: %w", key, ErrNotFound)
		case fileByKey(first, key) == nil:
			first = append(first, *f)
		}
	}
	rest := slices.DeleteFunc(slices.Clone(files), func(f DepositionFile) bool { return slices.Contains(keys, f.Key) })
	return append(first, rest...), nil
}

func (s *DepositionsService) sortLegacy(ctx context.Context, d *Deposition, files []DepositionFile) error {
	type id struct {
		ID string `json:"id"`
	}
	ids := make([]id, len(files))
	for i, f := range files {
		ids[i].ID = f.ID
	}
	body, err := json.Marshal(ids)
	if err != nil {
		return err
	}
	u, err := s.endpoint(string(d.ID), "files")
	if err != nil {
		return err
	}
	_, err = s.client.exchange(ctx, request{method: http.MethodPut, url: u, accept: acceptJSON, body: body, again: isPassing}, nil)
	return err
}

// sortNative sets the options of the files by themselves, which some versions
// of InvenioRDM take and others do not know or do not heed; then they are set
// with the whole draft, which is what its own forms do.
func (s *DepositionsService) sortNative(ctx context.Context, d *Deposition, order []string) error {
	if !isSegment(string(d.ID)) {
		return fmt.Errorf("deposition %q: %w", d.ID, ErrNotFound)
	}
	var got struct{ Order []string }
	err := s.draft(ctx, http.MethodPut, map[string]any{"order": order}, &got, string(d.ID), "draft", "files")
	if err == nil && slices.Equal(got.Order, order) {
		return nil
	}
	for _, unknown := range []error{nil, ErrUnsupported, ErrNotFound, ErrBadRequest, ErrMediaType} {
		if errors.Is(err, unknown) {
			return s.sortDraft(ctx, d, order)
		}
	}
	return err
}

func (s *DepositionsService) sortDraft(ctx context.Context, d *Deposition, order []string) error {
	var draft map[string]json.RawMessage
	if err := s.draft(ctx, http.MethodGet, nil, &draft, string(d.ID), "draft"); err != nil {
		return err
	}
	files := map[string]any{}
	if err := json.Unmarshal(draft["files"], &files); err != nil {
		return fmt.Errorf("draft %s: it does not list its files: %w", d.ID, err)
	}
	delete(files, "entries") // they are known to the server
	files["order"] = order
	changed, err := json.Marshal(files)
	if err != nil {
		return err
	}
	draft["files"] = changed
	var got struct{ Files struct{ Order []string } }
	if err := s.draft(ctx, http.MethodPut, draft, &got, string(d.ID), "draft"); err != nil {
		return err
	}
	if !slices.Equal(got.Files.Order, order) {
		return fmt.Errorf("%w: it keeps its order", ErrUnsupported)
	}
	return nil
}

// draft sends a request below /records, for something of a draft in
// InvenioRDM's own form.
func (s *DepositionsService) draft(ctx context.Context, method string, value, answer any, path ...string) error {
	r := request{
		method: method, url: s.client.endpoint(nil, append([]string{"records"}, path...)...),
		accept: acceptRDM, again: isPassing,
	}
	if method == http.MethodGet {
		r.again = isBroken
	}
	if value != nil {
		body, err := json.Marshal(value)
		if err != nil {
			return err
		}
		r.body = body
	}
	_, err := s.client.exchange(ctx, r, func(body []byte) error { return json.Unmarshal(body, answer) })
	return err
}
