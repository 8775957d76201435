package deposit

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"golang.org/x/sync/errgroup"

	"github.com/zharvest/zharvest/zenodo"
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
	Name   string     `json:"name"`
	Action FileAction `json:"action"`
	Size   int64      `json:"size"` // in bytes; -1 where it is not known
	// Checksum is that of the file in the end, or of the one that is removed.
	// Nothing else is sent under the name. It is empty where an [Uploader] had
	// no need to read the file.
	Checksum string `json:"checksum"`

	upload zenodo.Upload
}

// planFiles plans how a deposition gets files, in their order, and what becomes
// of the others that are there.
func planFiles(there []zenodo.DepositionFile, wanted []zenodo.Upload, others FileAction) []PlannedFile {
	plan := []PlannedFile{}
	for _, f := range wanted {
		action := FileAdd
		if old := fileNamed(there, f.Key); old != nil {
			action = FileReplace
			if old.Size == f.Size && old.Checksum == f.Checksum {
				action = FileKeep
			}
		}
		plan = append(plan, PlannedFile{f.Key, action, f.Size, f.Checksum, f})
	}
	for _, f := range there {
		if !slices.ContainsFunc(wanted, func(u zenodo.Upload) bool { return u.Key == f.Key }) {
			plan = append(plan, PlannedFile{Name: f.Key, Action: others, Size: f.Size, Checksum: f.Checksum})
		}
	}
	return plan
}

func fileNamed(files []zenodo.DepositionFile, name string) *zenodo.DepositionFile {
	i := slices.IndexFunc(files, func(f zenodo.DepositionFile) bool { return f.Key == name })
	if i < 0 {
		return nil
	}
	return &files[i]
}

// withChecksums are the uploads with the checksums of those that need one, some
// read at a time.
func withChecksums(ctx context.Context, uploads []zenodo.Upload, jobs int, needed func(zenodo.Upload) bool) ([]zenodo.Upload, error) {
	uploads = slices.Clone(uploads)
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(max(1, jobs))
	for i, u := range uploads {
		if u.Checksum != "" || !needed(u) {
			continue
		}
		group.Go(func() (err error) {
			uploads[i].Checksum, err = checksum(ctx, u)
			return err
		})
	}
	return uploads, group.Wait()
}

func checksum(ctx context.Context, u zenodo.Upload) (string, error) {
	content, err := u.Open()
	if err != nil {
		return "", err
	}
	defer content.Close()
	sum, err := zenodo.Checksum(ctx, content)
	if err != nil {
		return "", fmt.Errorf("read %s: %w", u.Key, err)
	}
	return sum, nil
}

// Uploader plans what must be sent to a deposition, and sends it.
type Uploader struct {
	Depositions *zenodo.DepositionsService
	Jobs        int  // files that are read, or sent, at a time
	AsForms     bool // send them by [zenodo.DepositionsService.UploadForm]
	// KeepGoing sends the others where one fails.
	KeepGoing bool
	// Progress, which may be nil, begins to show a file that is sent.
	Progress func(name string, size int64) func(done int64)
	// Sent, which may be nil, receives each file that has arrived, and the name
	// that the server gave it.
	Sent func(f PlannedFile, name string)
}

// Plan plans how a deposition gets files, which come first in the plan, in
// their order. Its other files stay. Only files whose name and size it has are
// read. What the server would refuse for the number or size of files is a
// [*FileError].
func (u *Uploader) Plan(ctx context.Context, d *zenodo.Deposition, files []zenodo.Upload) ([]PlannedFile, error) {
	files, err := withChecksums(ctx, files, u.Jobs, func(f zenodo.Upload) bool {
		old := fileNamed(d.Files, f.Key)
		return old != nil && old.Size == f.Size && !f.Once
	})
	if err != nil {
		return nil, err
	}
	plan := planFiles(d.Files, files, FileKeep)
	return plan, checkRoom(plan)
}

// Apply carries out a plan for a deposition. What is removed goes first: a
// draft may be full. A file that has changed since it was planned is not sent;
// the error matches [zenodo.ErrChanged].
func (u *Uploader) Apply(ctx context.Context, d *zenodo.Deposition, plan []PlannedFile) error {
	left := *d
	left.Files = slices.Clone(d.Files)
	var changed []PlannedFile
	for _, f := range plan {
		switch f.Action {
		case FileAdd, FileReplace:
			changed = append(changed, f)
		case FileRemove:
			if err := u.Depositions.DeleteFile(ctx, d, fileNamed(d.Files, f.Name)); err != nil {
				return fmt.Errorf("remove %s: %w", f.Name, err)
			}
			left.Files = slices.DeleteFunc(left.Files, func(old zenodo.DepositionFile) bool { return old.Key == f.Name })
		}
	}
	return u.sendAll(ctx, &left, changed)
}

func (u *Uploader) sendAll(ctx context.Context, d *zenodo.Deposition, files []PlannedFile) error {
	uploads := make([]zenodo.Upload, len(files))
	for i, f := range files {
		uploads[i] = f.upload
	}
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	errs := zenodo.UploadEach(d, uploads, u.Jobs, func(i int) error {
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		err := u.send(ctx, d, files[i])
		if err != nil && !u.KeepGoing && !errors.Is(err, zenodo.ErrBadRequest) { // that may pass when it is sent alone
			stop(err)
		}
		return err
	})
	if err := context.Cause(ctx); err != nil {
		return err
	}
	return errors.Join(errs...)
}

func (u *Uploader) send(ctx context.Context, d *zenodo.Deposition, f PlannedFile) error {
	up := f.upload
	if u.Progress != nil {
		up.Progress = u.Progress(f.Name, f.Size)
	}
	upload := func() (*zenodo.DepositionFile, error) { return u.Depositions.Upload(ctx, d, up) }
	if u.AsForms {
		upload = func() (*zenodo.DepositionFile, error) { return u.Depositions.UploadForm(ctx, d.ID, up) }
	}
	sent, err := upload()
	if err != nil {
		return fmt.Errorf("upload: %w", err)
	}
	if u.Sent != nil {
		u.Sent(f, sent.Key)
	}
	return nil
}
