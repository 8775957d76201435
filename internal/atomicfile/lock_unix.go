//go:build linux || darwin || freebsd || netbsd || openbsd || dragonfly

package atomicfile

import (
	"errors"
	"io/fs"
	"os"
	"syscall"
)

// lock locks a file or a folder of this user's, and no link to one, until what
// it returns is closed, at the latest by the end of the process. The error
// matches [syscall.EWOULDBLOCK] where it is locked, and [fs.ErrNotExist] where
// it is gone.
func lock(name string) (_ *os.File, err error) {
	f, err := os.OpenFile(name, os.O_RDONLY|syscall.O_NOFOLLOW|syscall.O_NONBLOCK, 0)
	if err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, f.Close())
		}
	}()
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	stat, ok := info.Sys().(*syscall.Stat_t)
	if !ok || int64(stat.Uid) != int64(os.Geteuid()) || !info.Mode().IsRegular() && !info.IsDir() {
		return nil, fs.ErrPermission
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		return nil, err
	}
	// Whoever had it locked may have removed it, and another have its name.
	now, err := os.Lstat(name)
	if err != nil {
		return nil, err
	}
	if !os.SameFile(info, now) {
		return nil, fs.ErrNotExist
	}
	return f, nil
}
