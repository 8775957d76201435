package mirror

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/zharvest/zharvest/harvest"
	"github.com/zharvest/zharvest/index"
	"github.com/zharvest/zharvest/store"
	"github.com/zharvest/zharvest/zenodo"
)

// UnfinishedImportError means that a dump was imported into a harvest in part,
// so that only [Mirror.Import] or a full run can complete it.
type UnfinishedImportError struct{ Name string }

func (e *UnfinishedImportError) Error() string {
	return fmt.Sprintf("the import of a dump into the harvest %q is unfinished", e.Name)
}

// Harvest fetches what a selection selects into the index, and saves it there
// as a harvest: the whole at first, and later what changed since. A run that
// was stopped is resumed. A harvest of nothing is not saved.
//
// The result says what was done; it is nil where the run could not begin. The
// error matches [harvest.ErrIncomplete] where something was stored and less
// than the server counts; see [harvest.Harvester.Run]. It is an
// [*index.SelectionError] where the name is that of another selection, an
// [*index.LeaseError] where another process runs the harvest, and a
// [*HostError] where the index is of another repository.
func (m *Mirror) Harvest(ctx context.Context, sel harvest.Selection, o Options) (*Result, error) {
	name := cmp.Or(o.Name, sel.Name())
	full := o.Full || sel.Incremental() != nil
	before := m.Client.Usage().Requests
	run, err := m.start(ctx, sel, name, full)
	if err != nil {
		return nil, err
	}
	if harvest.IsImport(run.Checkpoint()) && !o.Full {
		return nil, errors.Join(&UnfinishedImportError{name}, run.Close())
	}
	h := &harvest.Harvester{
		Client: m.Client, Sink: run, Selection: sel, Name: name,
		ChangedSince: run.ChangedSince(), Known: run.LastTotal(), Quick: o.Quick, Limit: o.Limit,
		Progress: m.progress(name),
	}
	if h.Checked, err = harvest.ParseChecked(run.Checked()); err != nil {
		return nil, errors.Join(fmt.Errorf("harvest %s: %w", name, err), run.Close())
	}
	fetched, err := h.Run(ctx)
	res := newResult(fetched)
	if res.Mode == store.ModeIncremental {
		res.LastFullAt = run.LastFullAt()
	}
	err = m.finish(ctx, run, res, err)
	if err == nil && sel.Via == harvest.ViaOAI && m.Client.KnownDialect() == zenodo.DialectRDM {
		err = m.findLatest(ctx)
	}
	res.Requests = m.Client.Usage().Requests - before
	return res, err
}

// findLatest asks which version of a concept is the latest, where several came
// without their places, and ids do not tell.
func (m *Mirror) findLatest(ctx context.Context) error {
	concepts, err := m.Index.Undecided(ctx)
	if err != nil {
		return err
	}
	for _, concept := range concepts {
		latest, err := m.Client.Records.Get(ctx, string(concept))
		if errors.Is(err, zenodo.ErrNotFound) || errors.Is(err, zenodo.ErrGone) || errors.Is(err, zenodo.ErrForbidden) {
			continue
		}
		if err != nil {
			return fmt.Errorf("%w: the latest version of %s: %w", harvest.ErrIncomplete, concept, err)
		}
		if err := m.Index.StoreLatest(ctx, latest); err != nil {
			return err
		}
	}
	return nil
}

// Update runs a saved harvest again, by its name, from where Client fetches.
// The error matches [index.ErrNotFound] where there is none of that name.
func (m *Mirror) Update(ctx context.Context, name string, o Options) (*Result, error) {
	saved, err := m.Index.Saved(ctx)
	if err != nil {
		return nil, err
	}
	for _, h := range saved {
		if h.Name != name {
			continue
		}
		sel, err := harvest.ParseSelection(h.Selection)
		if err != nil {
			return nil, err
		}
		o.Name = name
		return m.Harvest(ctx, sel, o)
	}
	return nil, fmt.Errorf("harvest %q: %w", name, index.ErrNotFound)
}

// start begins or resumes a run in the index.
func (m *Mirror) start(ctx context.Context, sel harvest.Selection, name string, full bool) (*index.Run, error) {
	if err := m.bind(ctx); err != nil {
		return nil, err
	}
	// Records in XML do not say where they are, which follows from what the
	// server is.
	if sel.Via == harvest.ViaOAI {
		if _, err := m.Client.Dialect(ctx); err != nil {
			return nil, err
		}
		if err := m.noteDialect(ctx); err != nil {
			return nil, err
		}
	}
	return m.Index.StartRun(ctx, index.RunSpec{
		Name: name, Selection: sel.JSON(), API: m.Client.BaseURL(), Full: full, Differences: m.Differences,
	})
}

// finish notes the end of a run, which failed with an error or not, and joins
// that with its own. That the disk is full need not be said twice.
func (m *Mirror) finish(ctx context.Context, run *index.Run, res *Result, failed error) error {
	err := errors.Join(m.close(ctx, run, res, failed), m.noteDialect(ctx))
	if errors.Is(failed, index.ErrDiskFull) && errors.Is(err, index.ErrDiskFull) {
		return failed
	}
	return errors.Join(failed, err)
}

// close closes a run. One that got nothing leaves the harvest as it was: what an
// earlier run knew of it still holds, and a harvest of nothing, such as of a
// community that does not exist or of a query with a slip, is not saved.
func (m *Mirror) close(ctx context.Context, run *index.Run, res *Result, failed error) error {
	res.NotSaved = failed == nil && run.IsNew() && res.Complete && res.Total == 0
	if res.NotSaved || failed != nil && !res.Over && res.Fetched+res.Gone+res.Left == 0 {
		err := run.Close()
		if run.IsNew() {
			_, forgot := m.Index.Forget(context.WithoutCancel(ctx), res.Harvest)
			err = errors.Join(err, forgot)
		}
		return err
	}
	summary, err := json.Marshal(res)
	if err != nil {
		return err
	}
	err = run.Finish(ctx, index.Outcome{
		Total: res.Listed, State: res.State, Mode: res.Mode, Over: res.Over, Summary: summary,
		Begun: res.Begun, Newest: res.Newest, ComparedAt: res.Checked.ComparedAt(), Checked: res.Checked.JSON(),
	})
	return errors.Join(err, run.Close())
}
