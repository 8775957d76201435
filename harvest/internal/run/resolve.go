package run

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"

	"github.com/zharvest/zharvest/store"
	"github.com/zharvest/zharvest/zenodo"
)

// unseenAtOnce is how many records the sink names at a time.
const unseenAtOnce = 1000

// maxUnlisted is the part of a harvest, in percent, that a server may fail to
// list before the run gives up.
const maxUnlisted = 10

// reasonPrivate is why a record is gone that the server refuses to show.
const reasonPrivate = "no longer public"

// ResolveUnseen asks for each record that the harvest holds within bounds of time and
// that this run has not seen listed. What became of them is stored as it goes,
// so that a run which is resumed does not ask again.
func (r *Run) ResolveUnseen(ctx context.Context, within store.Scope) error {
	keeper, ok := r.Sink.(store.Keeper)
	if !ok || r.Filter.OfCommunities {
		return nil
	}
	s := r.newResolver(keeper)
	for {
		ids, err := keeper.Unseen(ctx, within, unseenAtOnce+len(s.failed))
		if err != nil {
			return &StoreError{Err: err}
		}
		ids = slices.DeleteFunc(ids, func(id zenodo.RecordID) bool { return s.failed[id] != nil })
		if len(ids) == 0 {
			return s.err()
		}
		if err := s.resolveAll(ctx, ids); err != nil {
			return err
		}
	}
}

// Resolve asks for records that are held and most likely no longer listed. The
// deletion of one may show another.
func (r *Run) Resolve(ctx context.Context, ids ...zenodo.RecordID) error {
	keeper, ok := r.Sink.(store.Keeper)
	if len(ids) == 0 || !ok || r.Filter.OfCommunities {
		return nil
	}
	s := r.newResolver(keeper)
	return errors.Join(s.resolveAll(ctx, ids), s.err())
}

// resolver finds out what became of records.
type resolver struct {
	run    *Run
	keeper store.Keeper
	asked  map[zenodo.RecordID]bool
	failed map[zenodo.RecordID]error // over which the server fails
}

func (r *Run) newResolver(keeper store.Keeper) *resolver {
	return &resolver{run: r, keeper: keeper, asked: map[zenodo.RecordID]bool{}, failed: map[zenodo.RecordID]error{}}
}

// resolveAll asks for records, several at a time, and for those that are
// outvoted by what comes.
func (s *resolver) resolveAll(ctx context.Context, ids []zenodo.RecordID) error {
	for len(ids) > 0 {
		some := ids[:min(len(ids), s.run.Parallel)]
		outvoted, err := s.resolve(ctx, some)
		if err != nil {
			return err
		}
		ids = ids[len(some):]
		for _, id := range outvoted {
			if !s.asked[id] {
				ids = append(ids, id)
			}
		}
	}
	return nil
}

// resolve asks for some records at a time and stores what has come, even if ctx
// has ended meanwhile.
func (s *resolver) resolve(ctx context.Context, ids []zenodo.RecordID) (outvoted []zenodo.RecordID, err error) {
	answers, errs := make([]store.Resolved, len(ids)), make([]error, len(ids))
	var wg sync.WaitGroup
	for i, id := range ids {
		s.asked[id] = true
		wg.Go(func() { answers[i], errs[i] = s.lookUp(ctx, id) })
	}
	wg.Wait()
	var resolved []store.Resolved
	for i, answer := range answers {
		if errs[i] == nil {
			resolved = append(resolved, answer)
		}
	}
	if outvoted, err = s.store(ctx, resolved); err != nil {
		return nil, err
	}
	for i, err := range errs {
		if err := s.note(ctx, ids[i], err); err != nil {
			return nil, err
		}
	}
	return outvoted, nil
}

// lookUp asks for one record. One that exists and is not shown to us is no
// longer public.
func (s *resolver) lookUp(ctx context.Context, id zenodo.RecordID) (store.Resolved, error) {
	record, err := s.run.Client.Records.Get(ctx, string(id))
	switch {
	case errors.Is(err, zenodo.ErrGone), errors.Is(err, zenodo.ErrNotFound):
		return store.Resolved{ID: id, Fate: store.FateGone, Reason: ReasonOf(err)}, nil
	case errors.Is(err, zenodo.ErrForbidden):
		return store.Resolved{ID: id, Fate: store.FateGone, Reason: reasonPrivate}, nil
	case err != nil:
		return store.Resolved{}, fmt.Errorf("record %s: %w", id, err)
	case record.ID != id:
		return store.Resolved{ID: id}, nil
	}
	return store.Resolved{ID: id, Record: record}, nil
}

// ReasonOf is what a tombstone says, if there is one.
func ReasonOf(err error) string {
	e, ok := errors.AsType[*zenodo.Error](err)
	switch {
	case !ok || e.Tombstone == nil:
		return ""
	case e.Tombstone.Reason == "" || e.Tombstone.Note == "":
		return e.Tombstone.Reason + e.Tombstone.Note
	}
	return e.Tombstone.Reason + ": " + e.Tombstone.Note
}

// store hands what was found out to the sink.
func (s *resolver) store(ctx context.Context, resolved []store.Resolved) (outvoted []zenodo.RecordID, err error) {
	ctx, cancel := withGrace(ctx, grace)
	defer cancel()
	for i := range resolved {
		if err := s.classify(ctx, &resolved[i]); err != nil {
			return nil, &StoreError{Err: err}
		}
	}
	if len(resolved) == 0 {
		return nil, nil
	}
	if outvoted, err = s.keeper.Resolve(ctx, resolved...); err != nil {
		return nil, &StoreError{Err: err}
	}
	unlisted := 0
	for _, one := range resolved {
		switch one.Fate {
		case store.FateGone:
			s.run.Tally.Gone++
		case store.FateLeft:
			s.run.Tally.Left++
		case store.FateUnlisted:
			unlisted++
		case store.FateKept:
		}
	}
	return outvoted, s.addUnlisted(ctx, unlisted)
}

// classify says what became of a record that exists.
func (s *resolver) classify(ctx context.Context, one *store.Resolved) error {
	if one.Fate != store.FateLeft || one.Record == nil {
		return nil
	}
	before, err := s.keeper.Record(ctx, one.ID)
	switch {
	case err != nil:
		return err
	case s.isFresh(one.Record):
		one.Fate = store.FateKept // it was not to be listed
	case s.run.stillSelects(before, one.Record):
		one.Fate = store.FateUnlisted
	}
	return nil
}

// addUnlisted counts records that the server does not list, and gives up where
// they are many: it would take a request for each.
func (s *resolver) addUnlisted(ctx context.Context, n int) error {
	if n == 0 {
		return nil
	}
	listed, unlisted, err := s.keeper.Held(ctx, store.Scope{AllVersions: s.run.Filter.AllVersions})
	if err != nil {
		return &StoreError{Err: err}
	}
	s.run.Tally.Unlisted = unlisted
	if held := listed + unlisted; unlisted*100 > held*maxUnlisted {
		return &UnlistedError{Unlisted: unlisted, Held: held}
	}
	return nil
}

// isFresh reports whether a record was published when the run had begun.
func (s *resolver) isFresh(record *zenodo.Record) bool {
	created, ok := record.CreatedAt.Time()
	return ok && !s.run.Begun.IsZero() && !created.Before(s.run.Begun)
}

// stillSelects reports whether a record that is held still belongs to the
// selection as it is now. What a query says of it is as it was unless the
// record was edited since.
func (r *Run) stillSelects(before, now *zenodo.Record) bool {
	inAny := func(record *zenodo.Record) bool {
		return slices.ContainsFunc(r.communities(), func(slug zenodo.Slug) bool { return slices.Contains(record.Communities, slug) })
	}
	f, metadata := r.Filter, now.Metadata
	switch {
	case len(f.Communities) > 0 && !inAny(now):
		return false
	case f.Type != "" && metadata.Type != f.Type, f.Subtype != "" && metadata.Subtype != f.Subtype:
		return false
	case !f.AllVersions && !now.IsLatest:
		return false
	case f.Query == "" && !f.ByChange:
		return true
	}
	return before.UpdatedAt == now.UpdatedAt && sameCommunities(before, now)
}

func sameCommunities(a, b *zenodo.Record) bool {
	return slices.Equal(slices.Sorted(slices.Values(a.Communities)), slices.Sorted(slices.Values(b.Communities)))
}

// communities are the slugs of the communities that are harvested, by which
// records name them.
func (r *Run) communities() []zenodo.Slug { return slices.Concat(r.Filter.Communities, r.Slugs) }

// note notes a record over which the server fails, and ends the run where it
// fails over many, or for another reason.
func (s *resolver) note(ctx context.Context, id zenodo.RecordID, err error) error {
	if err == nil || ctx.Err() != nil {
		return ctx.Err()
	}
	if s.failed[id] = err; !MayBeUnservable(err) || len(s.failed) >= MaxFailures {
		return err
	}
	return nil
}

// err names records whose fate the server fails to say.
func (s *resolver) err() error {
	for _, err := range s.failed {
		return fmt.Errorf("%w: %d records are no longer listed, and the server fails to say what became of them: %w", ErrIncomplete, len(s.failed), err)
	}
	return nil
}
