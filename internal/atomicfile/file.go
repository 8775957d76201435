// Package atomicfile writes files and folders that appear under their names
// only when they are complete. What was there before stays until then.
package atomicfile

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
)

// File is an output that appears under its name only when it is complete, and
// until then leaves alone what was there before. It is not safe for concurrent
// use.
type File struct {
	name   string     // what the caller asked for, for errors
	out    *os.File   // where bytes go
	temp   *temporary // what out is until it has its name; nil where it is written directly
	target string     // what it is renamed to
	shared bool       // out belongs to the process and stays open
	err    error      // the first of a write, which makes Commit fail
	closed bool
}

// Create begins to write the file of that name. What is written goes to a
// hidden file beside it, which takes its name with [File.Commit] and is removed
// by [File.Close], or, where the process is killed before, when the next file is
// created in that directory:
//
//	f, err := atomicfile.Create(name)
//	if err != nil {
//		return err
//	}
//	defer f.Close()
//	if err := format.Write(f, records, options); err != nil {
//		return err
//	}
//	return f.Commit()
//
// Through a symbolic link its target is replaced. A device or a pipe is written
// directly, and so is /dev/stdout, whatever stands behind it: there a broken
// pipe is [syscall.EPIPE] only in a process that handles [syscall.SIGPIPE].
//
// A new file has the permissions that the process gives to files, one that is
// replaced keeps its own. One that may not be written is not replaced. Errors
// name the file and match those of [fs] where there is one.
func Create(name string) (*File, error) {
	f, err := create(name)
	if err != nil {
		return nil, fmt.Errorf("create %s: %w", name, err)
	}
	f.name = name
	return f, nil
}

func create(name string) (*File, error) {
	if name == "" {
		return nil, errors.New("the name is empty")
	}
	target, info, err := follow(name)
	switch {
	case err != nil:
		return nil, reason(err)
	case info == nil:
		return beside(target, nil)
	case info.IsDir():
		return nil, syscall.EISDIR
	}
	if n, ok := descriptor(target); ok {
		return inherited(target, n)
	}
	// For what will be replaced, this only asks for permission.
	out, err := os.OpenFile(target, os.O_WRONLY, 0)
	if err != nil {
		return nil, reason(err)
	}
	if !info.Mode().IsRegular() {
		return &File{out: out}, nil
	}
	if err := out.Close(); err != nil {
		return nil, reason(err)
	}
	return beside(target, info)
}

// beside opens a new hidden file in the target's directory, with the
// permissions of old where there is one.
func beside(target string, old fs.FileInfo) (_ *File, err error) {
	dir, _ := filepath.Split(target)
	f := &File{target: target}
	f.temp, err = newTemporary(dir, func(name string) (err error) {
		if f.out != nil { // the name before went
			_ = f.out.Close()
		}
		f.out, err = os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
		return err
	})
	if err != nil || old == nil {
		return f, err
	}
	if err := f.out.Chmod(old.Mode().Perm()); err != nil {
		_ = f.Close()
		return nil, reason(err)
	}
	return f, nil
}

// WriteFile writes a file as a whole, as [Create] and [File.Commit] do.
func WriteFile(name string, data []byte) error { return write(name, data, (*File).Commit) }

// WriteNewFile is [WriteFile] for a file that must not be there when it is
// complete: the error matches [fs.ErrExist] where it is. On a file system
// without hard links, it is replaced.
func WriteNewFile(name string, data []byte) error { return write(name, data, (*File).commitNew) }

func write(name string, data []byte, commit func(*File) error) error {
	f, err := Create(name)
	if err != nil {
		return err
	}
	_, _ = f.Write(data) // its error is that of commit
	return commit(f)
}

// Write writes to the file. Once it has failed, [File.Commit] fails too.
func (f *File) Write(p []byte) (int, error) {
	n, err := f.out.Write(p)
	if err != nil {
		err = f.failed(err)
		f.err = cmp.Or(f.err, err)
	}
	return n, err
}

// Commit stores what was written, gives it its name and closes the file. Where
// it fails, nothing of the file is left.
func (f *File) Commit() error { return f.commit(os.Rename) }

// commitNew is [File.Commit] for a file that must not be there.
func (f *File) commitNew() error {
	return f.commit(func(temp, target string) error {
		if err := os.Link(temp, target); err == nil {
			return os.Remove(temp)
		} else if errors.Is(err, fs.ErrExist) {
			return err
		}
		return os.Rename(temp, target)
	})
}

func (f *File) commit(rename func(temp, target string) error) error {
	err := f.err
	switch {
	case err != nil:
	case f.closed:
		err = f.failed(fs.ErrClosed)
	case f.temp != nil:
		err = f.failed(place(f.out, f.target, rename))
		if f.closed = err == nil; f.closed {
			f.temp.release()
		}
	}
	return cmp.Or(err, f.Close())
}

// place stores an open file and gives it its name.
func place(f *os.File, target string, rename func(temp, target string) error) error {
	if err := cmp.Or(f.Sync(), f.Close()); err != nil {
		return err
	}
	defer syncDirectory(filepath.Dir(target))
	return rename(f.Name(), target)
}

// Close closes the file and removes what was not committed. After Commit it
// does nothing, so that it may be deferred.
func (f *File) Close() error {
	if f.closed {
		return nil
	}
	f.closed = true
	if f.shared {
		return nil
	}
	err := f.out.Close()
	if f.temp != nil {
		// Closed already where Commit failed; what matters is that it goes.
		err = os.Remove(f.temp.name)
		f.temp.release()
	}
	return f.failed(err)
}

// failed names the file that the caller knows rather than the temporary one.
func (f *File) failed(err error) error { return failed(f.name, err) }

func failed(name string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("write %s: %w", name, reason(err))
}

// reason is the error without the call and the names that os adds to it.
func reason(err error) error {
	if e, ok := errors.AsType[*fs.PathError](err); ok {
		return e.Err
	}
	if e, ok := errors.AsType[*os.LinkError](err); ok {
		return e.Err
	}
	return err
}

// syncDirectory makes a new name last through a crash of the machine. The file
// is whole under it in any case, and not every system can do this.
func syncDirectory(name string) {
	dir, err := os.Open(name)
	if err != nil {
		return
	}
	_ = dir.Sync()
	_ = dir.Close()
}
