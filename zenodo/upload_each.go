package zenodo

import (
	"errors"

	"golang.org/x/sync/errgroup"
)

// UploadEach calls send, with an index, for each of some uploads to a draft:
// for new files up to jobs at a time, and then for those that replace a file
// one at a time, since Zenodo refuses all but one of several replacements that
// run at once. An upload may be such a replacement without knowing it, where an
// earlier attempt arrived whose answer was lost. So what was refused as invalid
// is sent once more, alone, after all others. The errors are those of the
// uploads, by index.
func UploadEach(d *Deposition, uploads []Upload, jobs int, send func(i int) error) []error {
	errs := make([]error, len(uploads))
	var replacing []int
	var group errgroup.Group
	group.SetLimit(max(1, jobs))
	for i, u := range uploads {
		if fileByKey(d.Files, u.Key) != nil {
			replacing = append(replacing, i)
			continue
		}
		group.Go(func() error {
			errs[i] = send(i)
			return nil
		})
	}
	_ = group.Wait() // the errors are in errs
	for _, i := range replacing {
		errs[i] = send(i)
	}
	for i, err := range errs {
		if errors.Is(err, ErrBadRequest) && !uploads[i].Once {
			errs[i] = send(i)
		}
	}
	return errs
}
