package zenodo

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"path"
	"strings"
)

// Publish makes a draft public (POST …/actions/publish), for good. Metadata
// that is incomplete is [ErrBadRequest], with the fields under the names of
// InvenioRDM. After a lost answer the deposition is read before anything else:
// what is published by then is the answer, and is not published again.
func (s *DepositionsService) Publish(ctx context.Context, id RecordID) (*Deposition, error) {
	return s.actOnce(ctx, id, "publish", func(d *Deposition, err error) bool {
		return err == nil && d.Published()
	})
}

// Edit opens what is published to be edited (POST …/actions/edit). An edit
// that is open already is returned.
func (s *DepositionsService) Edit(ctx context.Context, id RecordID) (*Deposition, error) {
	return s.ask(ctx, http.MethodPost, isPassing, nil, string(id), "actions", "edit")
}

// Discard drops what was changed since the last publication (POST
// …/actions/discard). What was never published is deleted by it.
func (s *DepositionsService) Discard(ctx context.Context, id RecordID) error {
	_, err := s.actOnce(ctx, id, "discard", func(d *Deposition, err error) bool {
		return errors.Is(err, ErrNotFound) || errors.Is(err, ErrGone) || err == nil && d.Published()
	})
	return err
}

// RegisterConceptDOI registers the DOI of all versions (POST
// …/actions/registerconceptdoi), which Zenodo does by itself today: there it
// is [ErrUnsupported].
func (s *DepositionsService) RegisterConceptDOI(ctx context.Context, id RecordID) (*Deposition, error) {
	dep, err := s.ask(ctx, http.MethodPost, isPassing, nil, string(id), "actions", "registerconceptdoi")
	if !errors.Is(err, ErrNotFound) {
		return dep, err
	}
	if _, findErr := s.Get(ctx, id); findErr != nil {
		return nil, findErr
	}
	return nil, ErrUnsupported
}

// NewVersion makes a draft of a new version of what is published (POST
// …/actions/newversion), with the files of the one before. A draft that exists
// already is returned.
func (s *DepositionsService) NewVersion(ctx context.Context, id RecordID) (*Deposition, error) {
	of, err := s.Get(ctx, id)
	if err != nil {
		return nil, err
	}
	if of.Submitted {
		if draft, err := s.VersionDraft(ctx, of); draft != nil || err != nil {
			return draft, err
		}
	}
	dep, err := s.newVersion(ctx, of)
	if err != nil || dep.ID != id || dep.latestDraft == "" {
		return dep, err
	}
	// Zenodo used to answer with the old version and a link to the new one.
	return s.Get(ctx, RecordID(path.Base(dep.latestDraft)))
}

// newVersion asks for the draft. The server makes no second one, so it may be
// asked again; but it refuses where one with files exists, which a search may
// not know yet. The API of InvenioRDM does not refuse.
func (s *DepositionsService) newVersion(ctx context.Context, of *Deposition) (*Deposition, error) {
	dep, err := s.ask(ctx, http.MethodPost, isPassing, nil, string(of.ID), "actions", "newversion")
	if !hasDraft(err) {
		return dep, err
	}
	if draft, err := s.VersionDraft(ctx, of); draft != nil || err != nil {
		return draft, err
	}
	var draft *Record
	u := s.client.endpoint(nil, "records", string(of.ID), "versions")
	r := request{method: http.MethodPost, url: u, accept: acceptJSON, again: isPassing}
	if _, nativeErr := s.client.exchange(ctx, r, func(body []byte) (err error) {
		draft, err = DecodeRecord(body)
		return err
	}); nativeErr != nil {
		return nil, errors.Join(err, nativeErr)
	}
	return s.Get(ctx, draft.ID)
}

// hasDraft recognises the refusal to import files into a draft that has some.
func hasDraft(err error) bool {
	e, ok := errors.AsType[*Error](err)
	if !ok || e.Status != http.StatusBadRequest {
		return false
	}
	for _, f := range e.Fields {
		if f.Field == "files.enabled" && strings.Contains(f.Message, "remove all files") {
			return true
		}
	}
	return strings.Contains(e.Message, "remove all files")
}

// VersionDraft finds the draft of a new version of what is published, in the
// list of depositions, or nil where there is none.
func (s *DepositionsService) VersionDraft(ctx context.Context, of *Deposition) (*Deposition, error) {
	if of.ConceptID == "" {
		return nil, nil
	}
	opts := ListDepositionsOptions{Query: "conceptrecid:" + string(of.ConceptID), AllVersions: true}
	for d, err := range s.All(ctx, opts) {
		if err != nil {
			return nil, err
		}
		if d.ConceptID == of.ConceptID && !d.Submitted {
			found, err := s.Get(ctx, d.ID)
			if errors.Is(err, ErrNotFound) {
				return nil, nil // the search does not know yet that it was deleted
			}
			return found, err
		}
	}
	return nil, nil
}

// actOnce sends an action that must not be sent twice. After a lost answer the
// deposition is read; only if it is not done is the action sent again.
func (s *DepositionsService) actOnce(ctx context.Context, id RecordID, action string, done func(*Deposition, error) bool) (*Deposition, error) {
	u, err := s.endpoint(string(id), "actions", action)
	if err != nil {
		return nil, err
	}
	this, lost := new(call), false
	for {
		dep, err := s.act(context.WithValue(ctx, callKey{}, this), u, action)
		if lost = lost || isLost(err); err != nil && lost {
			found, outcome := s.Get(ctx, id)
			if done(found, outcome) {
				return found, nil
			}
			if outcome != nil && ctx.Err() == nil {
				return nil, fmt.Errorf("%w: whether %s was done could not be found out: %w", ErrLost, action, errors.Join(err, outcome))
			}
		}
		if !isPassing(err) || !s.client.retry.take(ctx, this, err) {
			return dep, or(ctx, err)
		}
		if err := sleep(ctx, s.client.retry.delayAfterError(this, err)); err != nil {
			return nil, err
		}
	}
}

// or is why ctx ended, where it has and something failed; else err.
func or(ctx context.Context, err error) error {
	if err != nil && ctx.Err() != nil {
		return cancelled(ctx)
	}
	return err
}

// act sends an action once. Of discard no answer is due.
func (s *DepositionsService) act(ctx context.Context, u *url.URL, action string) (dep *Deposition, err error) {
	decode := func(body []byte) (err error) {
		dep, err = DecodeDeposition(body)
		return err
	}
	if action == "discard" {
		decode = nil
	}
	_, err = s.client.try(ctx, request{method: http.MethodPost, url: u, accept: acceptJSON}, decode)
	return dep, err
}
