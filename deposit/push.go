package deposit

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"

	"github.com/zharvest/zharvest/zenodo"
)

// Pusher brings depositions to the state that manifests say. A push may be
// interrupted at any moment, by whatever means: the next one resumes it.
type Pusher struct {
	Depositions *zenodo.DepositionsService
	Records     *zenodo.RecordsService
	Journal     *Journal
	Jobs        int // files that are sent at a time
	// Lossy lets a push lose what the legacy deposit API cannot hold. Without
	// it such a push is refused by a [*LossError], before anything is changed.
	Lossy bool
	// ListLag is how long the server's list of depositions may be behind.
	ListLag time.Duration
	// Progress, which may be nil, begins to show a file that is sent.
	Progress func(name string, size int64) func(done int64)
	// Note, which may be nil, receives what people may want to know.
	Note func(format string, args ...any)

	own []*zenodo.Deposition // the list as it was at first
}

func (p *Pusher) note(format string, args ...any) {
	if p.Note != nil {
		p.Note(format, args...)
	}
}

// VerifyError says that what the server has in the end is not what was sent.
type VerifyError struct {
	ID   zenodo.RecordID
	Name string // of the file
	What string
}

func (e *VerifyError) Error() string {
	return fmt.Sprintf("deposition %s: %s %s", e.ID, e.Name, e.What)
}

// Result is what has become of a push.
type Result struct {
	Deposition *zenodo.Deposition
	// Dropped is what the server did not store as it was sent.
	Dropped []Difference
}

// Apply carries out a plan, and then reads what the server has. Nothing is
// published that is not as it shall be. A file that has changed since it was
// planned is not sent; the error matches [zenodo.ErrChanged].
func (p *Pusher) Apply(ctx context.Context, plan *Plan) (*Result, error) {
	m := plan.manifest
	if plan.Action == ActionNone {
		return &Result{Deposition: plan.deposition}, p.remember(m, plan.deposition)
	}
	isVersion := plan.Action == ActionNewVersion
	plan, err := p.draft(ctx, m, plan)
	if err == nil && isVersion { // somebody may have begun its draft elsewhere
		err = p.checkLosses(ctx, m, plan)
	}
	if err != nil {
		return nil, err
	}
	if len(plan.Metadata) > 0 {
		if _, err := p.Depositions.Update(ctx, plan.ID, m.Metadata.JSON()); err != nil {
			return nil, fmt.Errorf("update deposition %s: %w", plan.ID, err)
		}
	}
	if err := p.uploader().Apply(ctx, plan.deposition, plan.Files); err != nil {
		return nil, err
	}
	result, err := p.verify(ctx, m, plan.ID)
	if err != nil || !m.Publish {
		return result, err
	}
	result.Deposition, err = p.publish(ctx, m, result.Deposition)
	return result, err
}

// draft makes the draft that a plan asks for, and plans again with the draft.
// One that someone else has filled meanwhile is left alone.
func (p *Pusher) draft(ctx context.Context, m *Manifest, plan *Plan) (*Plan, error) {
	d := plan.deposition
	var err error
	switch plan.Action {
	case ActionCreate:
		d, err = p.create(ctx, m)
	case ActionNewVersion:
		if d, err = p.Depositions.NewVersion(ctx, plan.ID); err != nil {
			err = fmt.Errorf("make a new version of %s: %w", plan.ID, err)
		}
	}
	if err != nil {
		return nil, err
	}
	if err := p.remember(m, d); err != nil {
		return nil, err
	}
	if plan.Action == ActionUpdate {
		return plan, nil
	}
	now, err := p.compare(m, d)
	if err != nil {
		return nil, err
	}
	if f := now.exceeds(plan); f != nil {
		return nil, &VerifyError{d.ID, f.Name, "is not as it was when the push was planned"}
	}
	return now, nil
}

// remember notes the deposition in the journal.
func (p *Pusher) remember(m *Manifest, d *zenodo.Deposition) error {
	entry := p.Journal.Entry(m.Key)
	if entry.ID != d.ID {
		entry = Entry{ID: d.ID}
	}
	entry.Marker = ""
	if d.Published() {
		entry.DOI = d.DOI
	}
	return p.Journal.Note(m.Key, entry)
}

// createAttempts is how often a draft is asked for whose answer is lost.
const createAttempts = 5

// create makes a draft and notes it, while no other push of the journal does.
// What such a push has noted since the journal was read ends this one: it may
// be making the draft, or have made it.
func (p *Pusher) create(ctx context.Context, m *Manifest) (*zenodo.Deposition, error) {
	unlock, err := p.Journal.lock(ctx)
	if err != nil {
		return nil, err
	}
	defer unlock()
	if err := p.Journal.unchanged(); err != nil {
		return nil, err
	}
	d, err := p.createMarked(ctx, m)
	if err != nil {
		return nil, err
	}
	return d, p.remember(m, d)
}

// createMarked makes a draft that is marked until its metadata is in place. The
// marker is in the journal before: a draft that only the server knows is
// found by it. One that is there is of a run that has ended, perhaps a moment
// ago, with its request on the way.
func (p *Pusher) createMarked(ctx context.Context, m *Manifest) (*zenodo.Deposition, error) {
	marker := p.Journal.Entry(m.Key).Marker
	if marker != "" {
		if d, err := p.marked(ctx, marker); d != nil || err != nil {
			return d, err
		}
	} else {
		marker = "zharvest push " + uuid.NewString()
		if err := p.Journal.Note(m.Key, Entry{Marker: marker}); err != nil {
			return nil, err
		}
	}
	for attempt := 1; ; attempt++ {
		d, err := p.Depositions.Create(ctx, m.Metadata.marked(marker))
		if err == nil {
			return d, nil
		}
		if !errors.Is(err, zenodo.ErrLost) || ctx.Err() != nil || attempt == createAttempts {
			return nil, fmt.Errorf("create a deposition: %w", err)
		}
		if d, err := p.marked(ctx, marker); d != nil || err != nil {
			return d, err
		}
	}
}

// made looks for a draft whose id was lost, once the list can know of it.
func (p *Pusher) made(ctx context.Context, marker string) (*zenodo.Deposition, error) {
	select {
	case <-time.After(p.ListLag):
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
	own, err := p.list(ctx)
	if err != nil {
		return nil, err
	}
	return p.search(ctx, own, func(stored *Metadata) bool { return stored.hasMarker(marker) }, nil)
}

func (p *Pusher) uploader() *Uploader {
	sent := func(f PlannedFile, _ string) { p.note("%s: sent", f.Name) }
	return &Uploader{Depositions: p.Depositions, Jobs: p.Jobs, Progress: p.Progress, Sent: sent}
}

// verify reads what the server has and compares it with the manifest.
func (p *Pusher) verify(ctx context.Context, m *Manifest, id zenodo.RecordID) (*Result, error) {
	d, err := p.Depositions.Get(ctx, id)
	if err != nil {
		return nil, fmt.Errorf("read deposition %s: %w", id, err)
	}
	for _, f := range m.planFiles(d.Files) {
		switch f.Action {
		case FileAdd:
			return nil, &VerifyError{id, f.Name, "did not arrive"}
		case FileReplace:
			return nil, &VerifyError{id, f.Name, "is not what was sent: someone else changed it"}
		case FileRemove:
			return nil, &VerifyError{id, f.Name, "was to be removed and is still there"}
		}
	}
	stored, err := Stored(d)
	if err != nil {
		return nil, err
	}
	return &Result{d, Differences(m.Metadata, stored)}, nil
}

// publish makes it public. Whatever is answered, what is out by then is out:
// it is not published a second time.
func (p *Pusher) publish(ctx context.Context, m *Manifest, d *zenodo.Deposition) (*zenodo.Deposition, error) {
	if !d.Published() {
		entry := p.Journal.Entry(m.Key)
		entry.Digest = m.digest()
		if err := p.Journal.Note(m.Key, entry); err != nil {
			return nil, err
		}
		published, err := p.Depositions.Publish(ctx, d.ID)
		if err != nil {
			now, findErr := p.Depositions.Get(ctx, d.ID)
			if findErr != nil || !now.Published() {
				return nil, fmt.Errorf("publish deposition %s: %w", d.ID, err)
			}
			published = now
		}
		d = published
	}
	return d, p.remember(m, d)
}
