package deposit

import (
	"context"
	"errors"
	"fmt"

	"github.com/zharvest/zharvest/zenodo"
)

// locate finds the deposition that a manifest is about, or nil where one is to
// be made. What is named comes first, then what the journal knows; without
// either it is the one with the very same metadata, so that a journal that was
// lost makes no second draft.
func (p *Pusher) locate(ctx context.Context, m *Manifest) (*zenodo.Deposition, error) {
	entry := p.Journal.Entry(m.Key)
	switch {
	case m.ID != "":
		return p.Depositions.Get(ctx, m.ID)
	case m.VersionOf != "":
		return p.latest(ctx, m.VersionOf)
	case entry.ID != "":
		return p.known(ctx, m, entry)
	case entry.Marker != "":
		return p.marked(ctx, entry.Marker)
	}
	return p.same(ctx, m)
}

// marked finds the draft that was made by a run which never learned its id,
// once the list can know of it.
func (p *Pusher) marked(ctx context.Context, marker string) (*zenodo.Deposition, error) {
	is := func(stored *Metadata) bool { return stored.hasMarker(marker) }
	own, err := p.list(ctx)
	if err != nil {
		return nil, err
	}
	if d, err := p.search(ctx, own, is, nil); d != nil || err != nil {
		return d, err
	}
	return p.made(ctx, marker)
}

// same finds a deposition that has the very metadata of the manifest, and
// whose files, if any, are among those of the manifest.
func (p *Pusher) same(ctx context.Context, m *Manifest) (*zenodo.Deposition, error) {
	if m.Metadata.Text("title") == "" {
		return nil, nil
	}
	if p.own == nil {
		own, err := p.list(ctx)
		if err != nil {
			return nil, err
		}
		p.own = own
	}
	return p.search(ctx, p.own, func(stored *Metadata) bool {
		return stored.Text("title") == m.Metadata.Text("title") && len(Changes(stored, m.Metadata)) == 0
	}, func(d *zenodo.Deposition) bool {
		fits := m.isBegun(d)
		if !fits {
			p.note("deposition %s has the same metadata, but other files; --id %s resumes it", d.ID, d.ID)
		}
		return fits
	})
}

// isBegun reports whether files need only be added to a draft, and none to what
// is published.
func (m *Manifest) isBegun(d *zenodo.Deposition) bool {
	for _, f := range m.planFiles(d.Files) {
		if f.Action == FileReplace || f.Action == FileRemove || f.Action == FileAdd && d.Submitted {
			return false
		}
	}
	return true
}

// known finds the deposition of an earlier run. Where it was deleted since,
// another is made.
func (p *Pusher) known(ctx context.Context, m *Manifest, entry Entry) (*zenodo.Deposition, error) {
	d, err := p.Depositions.Get(ctx, entry.ID)
	if errors.Is(err, zenodo.ErrNotFound) || errors.Is(err, zenodo.ErrGone) {
		p.note("deposition %s, of an earlier run, is no longer there", entry.ID)
		return nil, nil
	}
	return d, err
}

// latest finds the latest version of a record, by the id or DOI of any of
// them.
func (p *Pusher) latest(ctx context.Context, of string) (*zenodo.Deposition, error) {
	record, err := p.Records.Get(ctx, of)
	if err == nil {
		record, err = p.Records.GetLatest(ctx, record.ID)
	}
	if err != nil {
		return nil, fmt.Errorf("find %s: %w", of, err)
	}
	return p.Depositions.Get(ctx, record.ID)
}

// search looks through depositions for the first whose metadata is the one
// looked for. The list may be a moment behind, so what was found is read, and
// then checked by fits, where that is not nil.
func (p *Pusher) search(ctx context.Context, own []*zenodo.Deposition, is func(*Metadata) bool, fits func(*zenodo.Deposition) bool) (*zenodo.Deposition, error) {
	for _, listed := range own {
		stored, err := Stored(listed)
		if err != nil || !is(stored) {
			continue
		}
		d, err := p.Depositions.Get(ctx, listed.ID)
		if errors.Is(err, zenodo.ErrNotFound) || errors.Is(err, zenodo.ErrGone) {
			continue // it was deleted since
		}
		if err != nil || fits == nil || fits(d) {
			return d, err
		}
	}
	return nil, nil
}

// list reads the list of depositions.
func (p *Pusher) list(ctx context.Context) ([]*zenodo.Deposition, error) {
	own := []*zenodo.Deposition{}
	for d, err := range p.Depositions.All(ctx, zenodo.ListDepositionsOptions{AllVersions: true}) {
		if err != nil {
			return nil, fmt.Errorf("list depositions: %w", err)
		}
		own = append(own, d)
	}
	return own, nil
}
