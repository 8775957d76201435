package harvest

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/zharvest/zharvest/harvest/internal/run"
	"github.com/zharvest/zharvest/querystring"
	"github.com/zharvest/zharvest/store"
	"github.com/zharvest/zharvest/zenodo"
)

// FillStore is where a [Filler] finds what to fetch and leaves what it got.
// What was stored or marked as gone is no longer listed.
type FillStore interface {
	// Unfilled lists those with keys above after, in order, limit at most.
	Unfilled(ctx context.Context, after int64, limit int) ([]store.Unfilled, error)
	StoreRecords(ctx context.Context, records ...*zenodo.Record) (store.Stored, error)
	MarkGone(ctx context.Context, gone ...store.Gone) (marked []zenodo.RecordID, err error)
}

// Filler fetches the JSON of records that are known only in part. It keeps no
// state: a run that is stopped is resumed by the next.
type Filler struct {
	Client *zenodo.Client
	Store  FillStore
	// Total is how many there are, where that is known: for the result of a run
	// that did not come to its end.
	Total int
	// Progress is called with what was done so far, after each batch. It may be
	// nil.
	Progress func(FillResult)
}

// FillResult is the summary of a run, also of one that failed.
type FillResult struct {
	Filled int `json:"filled"`
	Gone   int `json:"gone"`
	// Remaining counts the records that are still not known in full;
	// RemainingIDs are those of them that the server failed to give out.
	Remaining    int               `json:"remaining"`
	RemainingIDs []zenodo.RecordID `json:"remaining_ids"`
	Requests     int64             `json:"requests"`
	Retries      int64             `json:"retries"`
	Throttled    int64             `json:"throttled"`
	Seconds      float64           `json:"seconds"`
}

// Run fetches all of them, a page of a search at a time. The error matches
// [ErrIncomplete] where some remain or the server failed on the way, but is the
// cause itself before anything was fetched, and that of ctx or the store.
func (f *Filler) Run(ctx context.Context) (*FillResult, error) {
	begin, before := time.Now(), f.Client.Usage()
	run := &fillRun{filler: f, res: FillResult{RemainingIDs: []zenodo.RecordID{}}}
	err := run.all(ctx)
	res, after := &run.res, f.Client.Usage()
	res.Remaining = len(res.RemainingIDs)
	if err != nil {
		res.Remaining = max(res.Remaining, f.Total-res.Filled-res.Gone)
	}
	res.Requests = after.Requests - before.Requests
	res.Retries = after.Retries - before.Retries
	res.Throttled = after.Throttled - before.Throttled
	res.Seconds = time.Since(begin).Seconds()
	return res, run.wrapError(ctx, err)
}

type fillRun struct {
	filler *Filler
	res    FillResult
	why    error // of the first that remains
}

func (r *fillRun) all(ctx context.Context) error {
	var last int64
	for {
		list, err := r.filler.Store.Unfilled(ctx, last, r.filler.Client.PageSize())
		if err != nil {
			return &run.StoreError{Err: err}
		}
		if len(list) == 0 {
			return nil
		}
		ids := make([]zenodo.RecordID, len(list))
		for i, u := range list {
			ids[i], last = u.ID, u.Key
		}
		if err := r.batch(ctx, ids); err != nil {
			return err
		}
		if r.filler.Progress != nil {
			r.filler.Progress(r.res)
		}
	}
}

// batch fetches records by one search. What it does not list is asked for one
// by one, since only so the server says what became of it. A search that the
// server fails over is divided, until the record that it fails over stands alone.
func (r *fillRun) batch(ctx context.Context, ids []zenodo.RecordID) error {
	if len(ids) == 1 {
		return r.single(ctx, ids[0])
	}
	page, err := r.filler.Client.Records.Search(ctx, zenodo.SearchOptions{Query: byIDs(ids), AllVersions: true, Size: len(ids)})
	if isOfRecord(err) {
		half := len(ids) / 2
		if err := r.batch(ctx, ids[:half]); err != nil {
			return err
		}
		return r.batch(ctx, ids[half:])
	}
	if err != nil {
		return err
	}
	listed := slices.DeleteFunc(page.Items, func(record *zenodo.Record) bool { return !slices.Contains(ids, record.ID) })
	if err := r.store(ctx, listed); err != nil {
		return err
	}
	rest := slices.DeleteFunc(slices.Clone(ids), func(id zenodo.RecordID) bool {
		return slices.ContainsFunc(listed, func(record *zenodo.Record) bool { return record.ID == id })
	})
	if page.Total > len(page.Items) && 0 < len(rest) && len(rest) < len(ids) { // the server's pages are smaller
		return r.batch(ctx, rest)
	}
	for _, id := range rest {
		if err := r.single(ctx, id); err != nil {
			return err
		}
	}
	return nil
}

// single fetches one record, or finds out what became of it.
func (r *fillRun) single(ctx context.Context, id zenodo.RecordID) error {
	record, err := r.filler.Client.Records.Get(ctx, string(id))
	if err == nil && record.ID != id {
		err = fmt.Errorf("the server answers with record %s", record.ID)
	}
	switch {
	case err == nil:
		return r.store(ctx, []*zenodo.Record{record})
	case errors.Is(err, zenodo.ErrGone), errors.Is(err, zenodo.ErrNotFound):
		return r.bury(ctx, id, err)
	case record != nil, isOfRecord(err), errors.Is(err, zenodo.ErrForbidden):
		if r.why == nil {
			r.why = fmt.Errorf("record %s: %w", id, err)
		}
		r.res.RemainingIDs = append(r.res.RemainingIDs, id)
		return nil
	}
	return fmt.Errorf("record %s: %w", id, err)
}

// isOfRecord reports whether an error may be of a single record, over which the
// server fails every time.
func isOfRecord(err error) bool {
	return errors.Is(err, zenodo.ErrServer) || errors.Is(err, zenodo.ErrInvalidBody)
}

func (r *fillRun) store(ctx context.Context, records []*zenodo.Record) error {
	if len(records) == 0 {
		return nil
	}
	if _, err := r.filler.Store.StoreRecords(ctx, records...); err != nil {
		return &run.StoreError{Err: err}
	}
	r.res.Filled += len(records)
	return nil
}

// bury marks a record as gone, with what its tombstone says.
func (r *fillRun) bury(ctx context.Context, id zenodo.RecordID, err error) error {
	gone := store.Gone{ID: id, Reason: "not found"}
	if e, ok := errors.AsType[*zenodo.Error](err); ok && e.Tombstone != nil {
		gone.At, gone.Reason = e.Tombstone.Date, cmp.Or(run.ReasonOf(err), "deleted")
	}
	if _, err := r.filler.Store.MarkGone(ctx, gone); err != nil {
		return &run.StoreError{Err: err}
	}
	r.res.Gone++
	return nil
}

// wrapError wraps the error that ended a run.
func (r *fillRun) wrapError(ctx context.Context, err error) error {
	if err = run.WrapError(ctx, err, r.res.Filled+r.res.Gone > 0); err != nil {
		return err
	}
	if n := len(r.res.RemainingIDs); n > 0 {
		return fmt.Errorf("%w: the server failed over %d records; %w", ErrIncomplete, n, r.why)
	}
	return nil
}

// byIDs is the query for records by their ids.
func byIDs(ids []zenodo.RecordID) string {
	terms := make([]string, len(ids))
	for i, id := range ids {
		terms[i] = querystring.Quote(string(id))
	}
	return "recid:(" + strings.Join(terms, " OR ") + ")"
}
