package deposit

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/zharvest/zharvest/zenodo"
)

// Action is what a plan does to a deposition as a whole.
type Action string

// The actions.
const (
	ActionCreate     Action = "create"     // make a draft
	ActionUpdate     Action = "update"     // bring a draft up to date
	ActionNewVersion Action = "newversion" // make a draft of a new version
	ActionNone       Action = "none"       // it is as it shall be
)

// Plan is what must be done so that a deposition becomes what its manifest
// says. [Pusher.Apply] does that and nothing else.
type Plan struct {
	Action   Action          `json:"action"`
	ID       zenodo.RecordID `json:"id,omitempty"` // of the draft, or of what a new version is of
	State    string          `json:"state,omitempty"`
	Files    []PlannedFile   `json:"files"`
	Metadata []Difference    `json:"metadata"`
	Publish  bool            `json:"publish"`

	manifest   *Manifest          // with the checksums of its files
	deposition *zenodo.Deposition // nil where there is none yet
}

// ErrNoFiles says that nothing without files can be published.
var ErrNoFiles = errors.New("a record needs a file to be published")

// PublishedError says that what is published is something else, and that a
// push may not change it.
type PublishedError struct {
	Deposition *zenodo.Deposition
	// Files reports that files differ, which only a new version can have.
	Files bool
}

func (e *PublishedError) Error() string {
	what := "metadata"
	if e.Files {
		what = "files"
	}
	return fmt.Sprintf("deposition %s is published with other %s", e.Deposition.ID, what)
}

// Plan compares a manifest with what the server has, and reads its files. It
// changes nothing. What the server would refuse for the number or the size of
// files is a [*FileError], and what a legacy edit would lose a [*LossError].
func (p *Pusher) Plan(ctx context.Context, m *Manifest) (*Plan, error) {
	m, err := m.withChecksums(ctx, p.Jobs)
	if err != nil {
		return nil, err
	}
	d, err := p.locate(ctx, m)
	if err != nil {
		return nil, err
	}
	plan, err := p.compare(m, d)
	if err == nil && plan.Action == ActionNewVersion {
		plan, err = p.compareDraft(ctx, m, plan)
	}
	if err != nil || plan.Action == ActionNone {
		return plan, err
	}
	if err := checkRoom(plan.Files); err != nil {
		return plan, err
	}
	if plan.Publish && !slices.ContainsFunc(plan.Files, func(f PlannedFile) bool { return f.Action != FileRemove }) {
		return plan, ErrNoFiles
	}
	return plan, p.checkLosses(ctx, m, plan)
}

// compareDraft plans with the draft of a new version where it has been made
// already: its files need not be those of the version before.
func (p *Pusher) compareDraft(ctx context.Context, m *Manifest, plan *Plan) (*Plan, error) {
	draft, err := p.Depositions.VersionDraft(ctx, plan.deposition)
	if err != nil {
		return nil, fmt.Errorf("find the draft of a new version of %s: %w", plan.ID, err)
	}
	if draft == nil {
		return plan, nil
	}
	return p.compare(m, draft)
}

// checkLosses refuses a plan that would lose what the legacy API cannot hold.
// The draft of a new version begins as a copy of what is published.
func (p *Pusher) checkLosses(ctx context.Context, m *Manifest, plan *Plan) error {
	switch {
	case p.Lossy:
	case plan.Action == ActionNewVersion:
		native, err := p.Depositions.GetNative(ctx, plan.ID)
		return checkLosses(plan.ID, native, err, m.Metadata)
	case plan.Action == ActionUpdate && len(plan.Metadata) > 0:
		return CheckLosses(ctx, p.Depositions, plan.deposition, m.Metadata)
	}
	return nil
}

// compare plans what must be done to a deposition, which is nil where there is
// none.
func (p *Pusher) compare(m *Manifest, d *zenodo.Deposition) (*Plan, error) {
	plan := &Plan{Action: ActionUpdate, Publish: m.Publish, manifest: m, deposition: d, Metadata: []Difference{}}
	stored := NewMetadata()
	if d == nil {
		plan.Action, d = ActionCreate, new(zenodo.Deposition)
	} else {
		var err error
		if stored, err = Stored(d); err != nil {
			return nil, err
		}
	}
	plan.ID, plan.State = d.ID, string(d.State)
	plan.Metadata = append(plan.Metadata, Changes(stored, m.Metadata)...)
	plan.Files = m.planFiles(d.Files)
	switch {
	case d.Published():
		return plan, p.comparePublished(m, d, plan)
	case d.Submitted && m.VersionOf != "" && !plan.isDone():
		plan.Action = ActionNewVersion
	case d.Submitted && plan.changesFiles():
		return nil, &PublishedError{d, true}
	case plan.isDone() && !m.Publish && plan.Action == ActionUpdate:
		plan.Action = ActionNone
	}
	return plan, nil
}

// comparePublished finds what may be done about a published deposition: nothing,
// where it is as it shall be, or a new version.
func (p *Pusher) comparePublished(m *Manifest, d *zenodo.Deposition, plan *Plan) error {
	entry := p.Journal.Entry(m.Key)
	switch {
	case plan.isDone(), entry.ID == d.ID && entry.Digest == m.digest():
		plan.Action, plan.Metadata = ActionNone, []Difference{}
	case m.VersionOf != "":
		plan.Action = ActionNewVersion
	default:
		return &PublishedError{d, plan.changesFiles()}
	}
	return nil
}

func (p *Plan) changesFiles() bool {
	return slices.ContainsFunc(p.Files, func(f PlannedFile) bool { return f.Action != FileKeep })
}

// isDone reports whether a deposition has all that the manifest says.
func (p *Plan) isDone() bool { return !p.changesFiles() && len(p.Metadata) == 0 }

// exceeds finds a file that a plan changes in another way than the plan before
// it, or nil.
func (p *Plan) exceeds(before *Plan) *PlannedFile {
	for i, f := range p.Files {
		planned := func(b PlannedFile) bool { return b.Name == f.Name && b.Action == f.Action && b.Checksum == f.Checksum }
		if f.Action != FileKeep && !slices.ContainsFunc(before.Files, planned) {
			return &p.Files[i]
		}
	}
	return nil
}
