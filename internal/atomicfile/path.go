package atomicfile

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
)

// maxLinks is how many symbolic links in a row are followed, as Linux does.
const maxLinks = 40

// follow finds what name stands for: the file that a chain of symbolic links
// ends in, there or not yet (info is nil then), or the first name on the way
// that is to be written directly. Links are followed by hand, since
// [filepath.EvalSymlinks] knows no file that is not there yet. Paths are put
// together without cleaning: a/../b is not b where a is a link.
func follow(name string) (target string, info fs.FileInfo, err error) {
	for range maxLinks {
		info, err = os.Stat(name)
		missing := errors.Is(err, fs.ErrNotExist)
		if err != nil && !missing {
			return name, nil, err
		}
		if _, ok := descriptor(name); ok {
			return name, info, err
		}
		link, linkErr := os.Readlink(name)
		if linkErr != nil || !missing && !info.Mode().IsRegular() {
			return name, info, nil
		}
		if !filepath.IsAbs(link) {
			dir, _ := filepath.Split(name)
			link = dir + link
		}
		name = link
	}
	return name, nil, syscall.ELOOP
}

// descriptor is the number in a name for a file that the process has open.
func descriptor(name string) (int, bool) {
	switch name {
	case "/dev/stdout":
		return 1, true
	case "/dev/stderr":
		return 2, true
	}
	for _, dir := range []string{"/dev/fd/", "/proc/self/fd/"} {
		if digits, ok := strings.CutPrefix(name, dir); ok {
			n, err := strconv.Atoi(digits)
			return n, err == nil
		}
	}
	return 0, false
}

// inherited opens a file that the process was started with. The standard
// streams are taken as they are, since opening them again would begin at the
// start of the file that they are redirected to; others are added to.
func inherited(name string, n int) (*File, error) {
	switch n {
	case 1:
		return &File{out: os.Stdout, shared: true}, nil
	case 2:
		return &File{out: os.Stderr, shared: true}, nil
	}
	out, err := os.OpenFile(name, os.O_WRONLY|os.O_APPEND, 0)
	if err != nil {
		return nil, reason(err)
	}
	return &File{out: out}, nil
}
