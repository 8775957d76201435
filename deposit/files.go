package deposit

import (
	"bufio"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/zharvest/zharvest/zenodo"
)

// FileError says why files cannot be sent, and what to do.
type FileError struct {
	Err  error
	Hint string
	// Usage reports that the paths or names are wrong, not what is in the files.
	Usage bool
}

func (e *FileError) Error() string { return e.Err.Error() }
func (e *FileError) Unwrap() error { return e.Err }

func wrongPath(hint, format string, args ...any) error {
	return &FileError{fmt.Errorf(format, args...), hint, true}
}

// FindOptions say how [FindFiles] finds and names files. The zero value names
// them as they are named on this machine.
type FindOptions struct {
	Name         string    // of the only file
	Flatten      bool      // name files of folders within a folder without their folders
	AsForms      bool      // they will be sent as forms, which must be smaller
	SkipJournals bool      // leave out what [IsJournal] knows
	Stdin        io.Reader // where not nil, the content of the path -
}

// localFile is a file on this machine, and how it is sent.
type localFile struct {
	path string
	zenodo.Upload
}

// FindFiles finds the files that paths name, a folder standing for those in it,
// by their paths below it. What no server would take is a [*FileError]. Without
// paths the result is nil.
func FindFiles(paths []string, opts FindOptions) ([]zenodo.Upload, error) {
	var found []localFile
	for _, path := range paths {
		files, err := opts.find(path)
		if err != nil {
			return nil, err
		}
		found = append(found, files...)
	}
	if opts.SkipJournals && len(found) > 0 {
		found = slices.DeleteFunc(found, func(f localFile) bool { return IsJournal(filepath.Base(f.path)) })
		if len(found) == 0 {
			return nil, wrongPath("name files, or leave the paths out to change the metadata alone", "there are no files but notes of earlier pushes")
		}
	}
	return opts.name(found)
}

// find finds the files that a path stands for.
func (o FindOptions) find(path string) ([]localFile, error) {
	if path == "-" && o.Stdin != nil {
		if o.Name == "" {
			return nil, wrongPath("give it one with --name", "standard input has no name")
		}
		once := func() (io.ReadCloser, error) { return notEmpty(o.Stdin) }
		return []localFile{{path, zenodo.Upload{Key: o.Name, Size: -1, Once: true, Open: once}}}, nil
	}
	info, err := os.Stat(path)
	switch {
	case err != nil:
		return nil, err
	case info.IsDir():
		return o.folder(path)
	case !info.Mode().IsRegular():
		return nil, wrongPath("send it through a pipe: - with --name", "%s is no file", path)
	}
	return []localFile{newLocalFile(path, filepath.Base(path), info)}, nil
}

func newLocalFile(path, key string, info fs.FileInfo) localFile {
	open := func() (io.ReadCloser, error) { return os.Open(path) }
	return localFile{path, zenodo.Upload{Key: key, Size: info.Size(), Open: open}}
}

// notEmpty waits for the first byte: no server takes a file without any.
func notEmpty(r io.Reader) (io.ReadCloser, error) {
	in := bufio.NewReader(r)
	if _, err := in.Peek(1); err == io.EOF {
		return nil, &FileError{Err: fmt.Errorf("%w: it is empty", zenodo.ErrUnacceptable), Hint: "write something into it"}
	}
	return io.NopCloser(in), nil
}

// folder finds the files of a folder.
func (o FindOptions) folder(folder string) (found []localFile, err error) {
	err = filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		info, err := os.Stat(path) // of what a link leads to
		if err != nil {
			return err
		}
		if !info.Mode().IsRegular() {
			return wrongPath("leave it out: name the files by themselves", "%s is no file", path)
		}
		key, err := filepath.Rel(folder, path)
		if err != nil || o.Flatten {
			key = filepath.Base(path)
		}
		found = append(found, newLocalFile(path, filepath.ToSlash(key), info))
		return nil
	})
	if err == nil && len(found) == 0 {
		err = wrongPath("name files, or a folder that has some", "%s has no files", folder)
	}
	return found, err
}

// name gives files their names and checks them.
func (o FindOptions) name(found []localFile) ([]zenodo.Upload, error) {
	if o.Name != "" && len(found) != 1 {
		return nil, wrongPath("send them one by one, or without --name", "--name is for one file, and these are %d", len(found))
	}
	var files []zenodo.Upload
	paths := map[string]string{} // by name
	for _, f := range found {
		if o.Name != "" {
			f.Key = o.Name
		}
		if other, ok := paths[f.Key]; ok {
			return nil, wrongPath(`send one of them by "zharvest deposit upload" with --name`, "%s and %s would both be named %s", other, f.path, f.Key)
		}
		paths[f.Key] = f.path
		if err := CheckFile(f.Upload, o.AsForms); err != nil {
			return nil, err
		}
		files = append(files, f.Upload)
	}
	return files, nil
}

// CheckFile checks the name and the size of a file. What no server would take
// is a [*FileError].
func CheckFile(f zenodo.Upload, asForm bool) error {
	largest := int64(zenodo.MaxFileSize)
	if asForm {
		largest = zenodo.MaxFormSize
	}
	err := f.Check(largest)
	switch {
	case err == nil:
		return nil
	case strings.Contains(f.Key, "/"):
		return wrongPath("send it with --flatten or under another --name, or send a zip of the folder", "%q: a record has no folders, so that no name can have a slash", f.Key)
	case f.Size == 0:
		return &FileError{Err: err, Hint: "leave it out, or write something into it"}
	case f.Size <= largest: // it is the name
		return &FileError{err, "choose another name", true}
	case asForm:
		return &FileError{Err: err, Hint: "leave out --multipart"}
	}
	return &FileError{Err: err, Hint: "divide it among several records, or ask the repository for more room"}
}

// checkRoom checks that a record can hold the files of a plan.
func checkRoom(plan []PlannedFile) error {
	count, size := 0, int64(0)
	for _, f := range plan {
		if f.Action != FileRemove {
			count, size = count+1, size+max(0, f.Size)
		}
	}
	tooMuch := func(n int64, what string, allowed int64, hint string) error {
		return &FileError{Err: fmt.Errorf("%w: the record would have %d %s, of %d that are allowed", zenodo.ErrUnacceptable, n, what, allowed), Hint: hint}
	}
	switch {
	case count > zenodo.MaxFiles:
		return tooMuch(int64(count), "files", zenodo.MaxFiles, "pack some into an archive, such as a zip")
	case size > zenodo.MaxFileSize:
		return tooMuch(size, "bytes", zenodo.MaxFileSize, "divide them among several records, or ask the repository for more room")
	}
	return nil
}
