package mirror

import (
	"context"
	"errors"

	"github.com/zharvest/zharvest/harvest"
)

// Fill fetches the JSON of the records that the index knows only in part, or of
// which it knows that they changed since. It needs no state: what a run that
// was stopped has not filled, the next one does. See [harvest.Filler.Run] for
// the error.
func (m *Mirror) Fill(ctx context.Context) (*harvest.FillResult, error) {
	if err := m.bind(ctx); err != nil {
		return nil, err
	}
	status, err := m.Index.Status(ctx)
	if err != nil {
		return nil, err
	}
	total, show := status.Partial+status.Outdated, m.progress("fill")
	filler := &harvest.Filler{Client: m.Client, Store: m.Index, Total: total, Progress: func(r harvest.FillResult) {
		done := r.Filled + r.Gone + len(r.RemainingIDs)
		show(harvest.Progress{Done: done, Total: total, Fetched: done})
	}}
	res, err := filler.Run(ctx)
	return res, errors.Join(err, m.noteDialect(ctx))
}
