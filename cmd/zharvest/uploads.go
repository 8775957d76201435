package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/sync/errgroup"

	"github.com/zharvest/zharvest/zenodo"
)

// uploads are files to be sent to a deposition.
type uploads struct {
	files     []string // as they were named
	name      string
	multipart bool
	flatten   bool
	jobs      int

	found []localFile
}

// localFile is a file on this machine, and the name that it gets.
type localFile struct {
	path string // - is standard input
	zenodo.Upload
}

// collect finds the files that are named, before anything is asked of a
// server, and refuses what no server would take.
func (u *uploads) collect(a *app) error {
	if u.jobs < 1 {
		return usageError("--jobs is a number of files", "write for example --jobs 2")
	}
	for _, file := range u.files {
		if err := u.add(a, file); err != nil {
			return err
		}
	}
	if u.name != "" && len(u.found) != 1 {
		return usageError(fmt.Sprintf("--name is for one file, and these are %d", len(u.found)), "send them one by one, or without --name")
	}
	seen := map[string]string{}
	for i := range u.found {
		f := &u.found[i]
		if u.name != "" {
			f.Key = u.name
		}
		if other, ok := seen[f.Key]; ok {
			return usageError(fmt.Sprintf("%s and %s would both be named %s", displayPath(other), displayPath(f.path), f.Key), `send one of them by "zharvest deposit upload" with --name`)
		}
		seen[f.Key] = f.path
		if err := u.check(f); err != nil {
			return err
		}
	}
	return nil
}

// check tells what cannot be sent, and what to do about it.
func (u *uploads) check(f *localFile) error {
	largest := int64(zenodo.MaxFileSize)
	if u.multipart {
		largest = zenodo.MaxFormSize
	}
	err := f.Check(largest)
	switch {
	case err == nil:
		return nil
	case strings.Contains(f.Key, "/"):
		return usageError(fmt.Sprintf("%q: a record has no folders, so that no name can have a slash", f.Key), "send it with --flatten or under another --name, or send a zip of the folder")
	case f.Size == 0:
		return &hintedError{err, "leave it out, or write something into it", exitFailure}
	case u.multipart && f.Size > largest:
		return &hintedError{err, "leave out --multipart", exitFailure}
	case f.Size <= largest: // it is the name
		return &hintedError{err, "choose another name", exitUsage}
	}
	return &hintedError{err, "divide it among several records, or ask the repository for more room", exitFailure}
}

// add finds what one argument stands for.
func (u *uploads) add(a *app, file string) error {
	if file == "-" {
		if u.name == "" {
			return usageError("standard input has no name", "give it one with --name")
		}
		once := func() (io.ReadCloser, error) { return notEmpty(a.stdin) }
		u.found = append(u.found, localFile{file, zenodo.Upload{Key: u.name, Size: -1, Once: true, Open: once}})
		return nil
	}
	info, err := os.Stat(file)
	switch {
	case err != nil:
		return err
	case info.IsDir():
		return u.addFolder(file)
	case !info.Mode().IsRegular():
		return usageError(displayPath(file)+" is no file", "send it through a pipe: - with --name")
	}
	u.addFile(file, filepath.Base(file), info)
	return nil
}

// notEmpty waits for the first byte: what has none, no server would take.
func notEmpty(r io.Reader) (io.ReadCloser, error) {
	in := bufio.NewReader(r)
	if _, err := in.Peek(1); err == io.EOF {
		return nil, &hintedError{fmt.Errorf("%w: it is empty", zenodo.ErrUnacceptable), "write something into it", exitFailure}
	}
	return io.NopCloser(in), nil
}

func (u *uploads) addFile(path, key string, info fs.FileInfo) {
	open := func() (io.ReadCloser, error) { return os.Open(path) }
	u.found = append(u.found, localFile{path, zenodo.Upload{Key: key, Size: info.Size(), Open: open}})
}

// addFolder adds the files of a folder, by their paths below it.
func (u *uploads) addFolder(folder string) error {
	before := len(u.found)
	err := filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		info, err := os.Stat(path) // of what a link leads to
		if err != nil {
			return err
		}
		if !info.Mode().IsRegular() {
			return usageError(displayPath(path)+" is no file", "leave it out: name the files by themselves")
		}
		key, err := filepath.Rel(folder, path)
		if err != nil || u.flatten {
			key = filepath.Base(path)
		}
		u.addFile(path, filepath.ToSlash(key), info)
		return nil
	})
	if err == nil && len(u.found) == before {
		return usageError(displayPath(folder)+" has no files", "name files, or a folder that has some")
	}
	return err
}

// send sends what the deposition does not have yet. All are tried; those that
// were sent stay.
func (u *uploads) send(a *app, service *zenodo.DepositionsService, dep *zenodo.Deposition) error {
	if len(u.found) == 0 {
		return nil
	}
	if err := u.fits(dep); err != nil {
		return err
	}
	wanted, err := u.changed(a, dep)
	if err != nil {
		return err
	}
	bars := a.newTransfers()
	defer bars.end()
	errs := zenodo.UploadEach(dep, wanted, u.jobs, func(i int) error { return u.sendOne(a, service, dep, wanted[i], bars) })
	if a.ctx.Err() != nil {
		return a.ctx.Err()
	}
	return errors.Join(errs...)
}

// changed leaves out the files that the deposition has as they are.
func (u *uploads) changed(a *app, dep *zenodo.Deposition) ([]zenodo.Upload, error) {
	group, ctx := errgroup.WithContext(a.ctx)
	group.SetLimit(u.jobs)
	same := make([]bool, len(u.found))
	for i, f := range u.found {
		group.Go(func() (err error) {
			same[i], err = f.isIn(ctx, dep)
			return err
		})
	}
	if err := group.Wait(); err != nil {
		return nil, err
	}
	var changed []zenodo.Upload
	for i, f := range u.found {
		if same[i] {
			a.note("%s: is there already, skipped", f.Key)
			continue
		}
		changed = append(changed, f.Upload)
	}
	return changed, nil
}

// fits reports whether the record can hold all of it.
func (u *uploads) fits(dep *zenodo.Deposition) error {
	sizes := map[string]int64{}
	for _, f := range dep.Files {
		sizes[f.Key] = f.Size
	}
	for _, f := range u.found {
		sizes[f.Key] = max(0, f.Size)
	}
	var sum int64
	for _, size := range sizes {
		sum += size
	}
	hint := "divide them among several records, or ask the repository for more room"
	switch {
	case len(sizes) > zenodo.MaxFiles:
		return &hintedError{fmt.Errorf("the record would have %d files, of %d that are allowed", len(sizes), zenodo.MaxFiles), "pack some into an archive, such as a zip", exitFailure}
	case sum > zenodo.MaxFileSize:
		return &hintedError{fmt.Errorf("the record would have %d bytes, of %d that are allowed", sum, int64(zenodo.MaxFileSize)), hint, exitFailure}
	}
	return nil
}

func (u *uploads) sendOne(a *app, service *zenodo.DepositionsService, dep *zenodo.Deposition, f zenodo.Upload, bars *transfers) error {
	f.Progress = bars.file(f.Key, f.Size)
	send := func() (*zenodo.DepositionFile, error) { return service.Upload(a.ctx, dep, f) }
	if u.multipart {
		send = func() (*zenodo.DepositionFile, error) { return service.UploadForm(a.ctx, dep.ID, f) }
	}
	sent, err := send()
	if err != nil {
		return fmt.Errorf("upload: %w", err)
	}
	switch {
	case sent.Key != f.Key:
		a.note("%s: sent, as %s", f.Key, sent.Key)
	case slices.ContainsFunc(dep.Files, func(old zenodo.DepositionFile) bool { return old.Key == f.Key }):
		a.note("%s: replaced", f.Key)
	default:
		a.note("%s: sent", f.Key)
	}
	return nil
}

// isIn reports whether a deposition has a file of this name with the same size
// and checksum.
func (f localFile) isIn(ctx context.Context, dep *zenodo.Deposition) (bool, error) {
	i := slices.IndexFunc(dep.Files, func(old zenodo.DepositionFile) bool { return old.Key == f.Key })
	if i < 0 || f.Size != dep.Files[i].Size || f.Once {
		return false, nil
	}
	return zenodo.IsWhole(ctx, f.path, f.Size, dep.Files[i].Checksum)
}
