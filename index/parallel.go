package index

import (
	"context"
	"runtime"

	"golang.org/x/sync/errgroup"
)

// parallel calls f for all items, on all processors.
func parallel[T any](ctx context.Context, items []T, f func(T) error) error {
	g, ctx := errgroup.WithContext(ctx)
	workers := min(runtime.GOMAXPROCS(0), len(items))
	for n := range workers {
		g.Go(func() error {
			for i := n; i < len(items); i += workers {
				if err := ctx.Err(); err != nil {
					return err
				}
				if err := f(items[i]); err != nil {
					return err
				}
			}
			return nil
		})
	}
	return g.Wait()
}
