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

// FileAction is what a plan does to a file.
type FileAction string

// The actions for files.
const (
	FileAdd     FileAction = "add"
	FileReplace FileAction = "replace"
	FileKeep    FileAction = "keep"
	FileRemove  FileAction = "remove"
)

// PlannedFile is a file of a plan.
type PlannedFile struct {
	Name     string     `json:"name"`
	Action   FileAction `json:"action"`
	Size     int64      `json:"size"`     // in bytes
	Checksum string     `json:"checksum"` // of what is there in the end, or is removed
}

// Plan is what must be done so that a deposition becomes what its manifest
// says.
type Plan struct {
	Action   Action          `json:"action"`
	ID       zenodo.RecordID `json:"id,omitempty"` // of the draft, or of what a new version is of
	State    string          `json:"state,omitempty"`
	Files    []PlannedFile   `json:"files"`
	Metadata []Difference    `json:"metadata"`
	Publish  bool            `json:"publish"`

	deposition *zenodo.Deposition // nil where there is none yet
}

// ErrNoFiles says that nothing without files can be published.
var ErrNoFiles = errors.New("a record needs a file to be published")

// PublishedError says that what is published is something else, and that a
// push may not change it.
type PublishedError struct {
	Deposition *zenodo.Deposition
	// Files tells that files differ, which only a new version can have.
	Files bool
}

func (e *PublishedError) Error() string {
	what := "metadata"
	if e.Files {
		what = "files"
	}
	return fmt.Sprintf("deposition %s is published with other %s", e.Deposition.ID, what)
}

// Plan compares a manifest with what the server has. It changes nothing. What
// the server would refuse for the number or the size of files is an error, as
// is what a legacy edit would lose, see [CheckLosses].
func (p *Pusher) Plan(ctx context.Context, m *Manifest) (*Plan, error) {
	if err := m.hash(ctx, p.Jobs); err != nil {
		return nil, err
	}
	d, err := p.locate(ctx, m)
	if err != nil {
		return nil, err
	}
	plan, err := p.compare(m, d)
	if err != nil || plan.Action == ActionNone {
		return plan, err
	}
	if err := plan.fits(); err != nil {
		return plan, err
	}
	return plan, p.checkLosses(ctx, m, plan)
}

// checkLosses refuses a plan that would lose what the legacy API cannot hold.
// The draft of a new version begins as a copy of what is published.
func (p *Pusher) checkLosses(ctx context.Context, m *Manifest, plan *Plan) error {
	switch {
	case p.Lossy:
	case plan.Action == ActionNewVersion:
		native, err := p.Depositions.NativeRecord(ctx, plan.ID)
		return checkLosses(plan.ID, native, err, m.Metadata)
	case plan.Action == ActionUpdate && len(plan.Metadata) > 0:
		return CheckLosses(ctx, p.Depositions, plan.deposition, m.Metadata)
	}
	return nil
}

// compare plans what must be done to a deposition, which is nil where there is
// none.
func (p *Pusher) compare(m *Manifest, d *zenodo.Deposition) (*Plan, error) {
	plan := &Plan{Action: ActionUpdate, Publish: m.Publish, deposition: d, Files: []PlannedFile{}, Metadata: []Difference{}}
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
	plan.Files = append(plan.Files, m.planFiles(d.Files)...)
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

func (m *Manifest) planFiles(there []zenodo.DepositionFile) []PlannedFile {
	var files []PlannedFile
	for _, f := range m.Files {
		planned := PlannedFile{f.Key, FileAdd, f.Size, m.checksums[f.Key]}
		if old := fileNamed(there, f.Key); old != nil {
			planned.Action = FileReplace
			if old.Size == f.Size && old.Checksum == planned.Checksum {
				planned.Action = FileKeep
			}
		}
		files = append(files, planned)
	}
	for _, f := range there {
		switch {
		case m.Files == nil:
			files = append(files, PlannedFile{f.Key, FileKeep, f.Size, f.Checksum})
		case !slices.ContainsFunc(m.Files, func(u zenodo.Upload) bool { return u.Key == f.Key }):
			files = append(files, PlannedFile{f.Key, FileRemove, f.Size, f.Checksum})
		}
	}
	return files
}

func fileNamed(files []zenodo.DepositionFile, name string) *zenodo.DepositionFile {
	i := slices.IndexFunc(files, func(f zenodo.DepositionFile) bool { return f.Key == name })
	if i < 0 {
		return nil
	}
	return &files[i]
}

func (p *Plan) changesFiles() bool {
	return slices.ContainsFunc(p.Files, func(f PlannedFile) bool { return f.Action != FileKeep })
}

// isDone tells that a deposition has all that the manifest says.
func (p *Plan) isDone() bool { return !p.changesFiles() && len(p.Metadata) == 0 }

// fits checks what the server would refuse for its number or size.
func (p *Plan) fits() error {
	count, size := 0, int64(0)
	for _, f := range p.Files {
		if f.Action != FileRemove {
			count, size = count+1, size+f.Size
		}
	}
	switch {
	case count > zenodo.MaxFiles:
		return fmt.Errorf("%w: the record would have %d files, of %d that are allowed; pack some into an archive", zenodo.ErrUnacceptable, count, zenodo.MaxFiles)
	case size > zenodo.MaxFileSize:
		return fmt.Errorf("%w: the record would have %d bytes, of %d that are allowed; divide it", zenodo.ErrUnacceptable, size, int64(zenodo.MaxFileSize))
	case p.Publish && count == 0:
		return ErrNoFiles
	}
	return nil
}
