package harvest

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"

	"github.com/zharvest/zharvest/zenodo"
)

// unseenAtOnce is how many records the sink names at a time.
const unseenAtOnce = 1000

// settle asks for each record that the harvest holds and that is not listed any
// more. What is settled is stored as it goes, so that a run which is taken up
// does not ask again.
func (r *run) settle(ctx context.Context) error {
	keeper, ok := r.Sink.(Keeper)
	if !ok || r.sel.Kind == KindCommunities {
		return nil
	}
	s := settler{run: r, keeper: keeper, failed: map[zenodo.RecordID]error{}}
	for {
		ids, err := s.unseen(ctx)
		if err != nil {
			return err
		}
		if len(ids) == 0 {
			return s.verdict()
		}
		for some := range slices.Chunk(ids, cmp.Or(r.Parallel, DefaultParallel)) {
			if err := s.settle(ctx, some); err != nil {
				return err
			}
		}
	}
}

// settler finds out what became of records.
type settler struct {
	*run
	keeper Keeper
	failed map[zenodo.RecordID]error // over which the server fails
}

// unseen are the next records to be settled.
func (s *settler) unseen(ctx context.Context) ([]zenodo.RecordID, error) {
	ids, err := s.keeper.Unseen(ctx, unseenAtOnce+len(s.failed))
	if err != nil {
		return nil, &storeError{err}
	}
	return slices.DeleteFunc(ids, func(id zenodo.RecordID) bool { return s.failed[id] != nil }), nil
}

// settle asks for some records at a time and stores what has come, even if ctx
// has ended meanwhile.
func (s *settler) settle(ctx context.Context, ids []zenodo.RecordID) error {
	answers, errs := make([]Settled, len(ids)), make([]error, len(ids))
	var wg sync.WaitGroup
	for i, id := range ids {
		wg.Go(func() { answers[i], errs[i] = s.lookUp(ctx, id) })
	}
	wg.Wait()
	var settled []Settled
	for i, answer := range answers {
		if errs[i] == nil {
			settled = append(settled, answer)
		}
	}
	if err := s.store(ctx, settled); err != nil {
		return err
	}
	for i, err := range errs {
		if err := s.judge(ctx, ids[i], err); err != nil {
			return err
		}
	}
	return nil
}

// lookUp asks for one record. One that exists and is not shown to us has left
// what can be listed.
func (s *settler) lookUp(ctx context.Context, id zenodo.RecordID) (Settled, error) {
	record, err := s.Client.Records.Get(ctx, string(id))
	switch {
	case errors.Is(err, zenodo.ErrGone), errors.Is(err, zenodo.ErrNotFound):
		return Settled{ID: id, Gone: true, Reason: reasonOf(err)}, nil
	case errors.Is(err, zenodo.ErrForbidden):
		return Settled{ID: id}, nil
	case err != nil:
		return Settled{}, fmt.Errorf("record %s: %w", id, err)
	case record.ID != id:
		return Settled{ID: id}, nil
	}
	return Settled{ID: id, Record: record}, nil
}

// reasonOf is what a tombstone says, if there is one.
func reasonOf(err error) string {
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
func (s *settler) store(ctx context.Context, settled []Settled) error {
	ctx, cancel := withGrace(ctx, grace)
	defer cancel()
	settled, err := s.storeFresh(ctx, settled)
	if err != nil || len(settled) == 0 {
		return err
	}
	if err := s.keeper.Settle(ctx, settled...); err != nil {
		return &storeError{err}
	}
	for _, one := range settled {
		if one.Gone {
			s.res.Gone++
		} else {
			s.res.Left++
		}
	}
	return nil
}

// storeFresh stores records that were published when the run had begun: they
// were not to be listed, and have not left. It returns the others.
func (s *settler) storeFresh(ctx context.Context, settled []Settled) ([]Settled, error) {
	isFresh := func(one Settled) bool { return one.Record != nil && s.isFresh(one.Record) }
	var fresh []*zenodo.Record
	for _, one := range settled {
		if isFresh(one) {
			fresh = append(fresh, one.Record)
		}
	}
	if len(fresh) == 0 {
		return settled, nil
	}
	page := Page{Span: s.cp.Next, Records: fresh, Checkpoint: s.encode()}
	if _, err := s.Sink.StorePage(ctx, page); err != nil {
		return nil, &storeError{err}
	}
	return slices.DeleteFunc(settled, isFresh), nil
}

func (s *settler) isFresh(record *zenodo.Record) bool {
	created, ok := record.CreatedAt.Time()
	return ok && !s.cp.Begun.IsZero() && !created.Before(s.cp.Begun)
}

// judge notes a record over which the server fails, and ends the run where it
// fails over many, or for another reason.
func (s *settler) judge(ctx context.Context, id zenodo.RecordID, err error) error {
	if err == nil || ctx.Err() != nil {
		return ctx.Err()
	}
	if s.failed[id] = err; !spoiled(err) || len(s.failed) >= maxFailures {
		return err
	}
	return nil
}

// verdict tells of records that could not be settled.
func (s *settler) verdict() error {
	for _, err := range s.failed {
		return fmt.Errorf("%w: %d records are no longer listed, and the server fails to say what became of them: %w", ErrIncomplete, len(s.failed), err)
	}
	return nil
}
