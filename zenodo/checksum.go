package zenodo

import (
	"context"
	"crypto/md5" //nolint:gosec // it is what the server gives
	"encoding/hex"
	"io"
	"os"
)

// Checksum returns the checksum of what a reader gives, as the server writes
// it. It ends with ctx.
func Checksum(ctx context.Context, r io.Reader) (string, error) {
	sum := md5.New() //nolint:gosec // it is what the server gives
	if _, err := io.Copy(sum, untilDone(ctx, r)); err != nil {
		return "", err
	}
	return "md5:" + hex.EncodeToString(sum.Sum(nil)), nil
}

// IsWhole reports whether a file is what the server has, by its size and
// checksum. One without a checksum is not known to be, and neither is a link.
// Without a file it is false, and no error.
func IsWhole(ctx context.Context, path string, size int64, checksum string) (bool, error) {
	info, err := os.Lstat(path)
	if os.IsNotExist(err) || err == nil && (!info.Mode().IsRegular() || info.Size() != size) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	f, err := os.Open(path)
	if err != nil {
		return false, err
	}
	defer f.Close() //nolint:errcheck // it has only read
	sum, err := Checksum(ctx, f)
	return err == nil && sum == checksum, err
}

// untilDone reads until its context ends.
func untilDone(ctx context.Context, r io.Reader) io.Reader {
	return readerFunc(func(p []byte) (int, error) {
		if ctx.Err() != nil {
			return 0, context.Cause(ctx)
		}
		return r.Read(p)
	})
}

type readerFunc func(p []byte) (int, error)

func (f readerFunc) Read(p []byte) (int, error) { return f(p) }
