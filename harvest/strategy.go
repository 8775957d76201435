package harvest

import (
	"context"
	"time"

	"github.com/zharvest/zharvest/harvest/internal/rest"
	"github.com/zharvest/zharvest/harvest/internal/run"
)

// strategy is a way to get the records of a harvest: through the REST API,
// through OAI-PMH, or from a dump. What it did, and what it knows to be missing,
// is in the tally of its run.
type strategy interface {
	// Walk resumes where the sink's checkpoint says that an earlier run ended, or
	// begins anew, and stores what is left, up to the limit of the run.
	Walk(ctx context.Context) error
	// Stored reports whether this run, or an earlier one that it resumes, has
	// stored anything.
	Stored() bool
}

// server is a strategy that asks a server, which knows how much there is.
type server interface {
	strategy
	// Plan counts what a run that begins anew would fetch, and stores nothing.
	Plan(ctx context.Context) (*run.Sizes, error)
	// PageSize is how many records are on a page.
	PageSize() int
	// Count asks how many members of a part, by its number, were created within
	// bounds, or changed, as the selection has it.
	Count(ctx context.Context, part int, bounds run.Range) (int, error)
}

// lister is a server that lists spans of creation time.
type lister interface {
	// List stores what was created in a span, whenever it was changed, and finds
	// out what became of the records held of that span that are not listed.
	List(ctx context.Context, since, until time.Time) error
}

var _ lister = (*rest.Strategy)(nil)

// finish returns the error that ended a run: of the sink or of ctx as it is;
// any other one matches ErrIncomplete where something was stored.
func finish(ctx context.Context, r *run.Run, s strategy, err error) error {
	if err == nil {
		return nil
	}
	r.Tally.Complete = false
	return run.WrapError(ctx, err, s.Stored())
}
