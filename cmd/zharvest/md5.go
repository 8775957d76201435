package main

import (
	"context"
	"crypto/md5" //nolint:gosec // it is what the server gives
	"encoding/hex"
	"io"
	"io/fs"
	"os"
)

// md5OfFile is the checksum of a file, as the server writes it.
func md5OfFile(ctx context.Context, path string) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer f.Close()
	sum := md5.New() //nolint:gosec // it is what the server gives
	if _, err := io.Copy(sum, untilDone{ctx, f}); err != nil {
		return "", err
	}
	return "md5:" + hex.EncodeToString(sum.Sum(nil)), nil
}

// isWhole reports whether a file is what the server has: one without a checksum
// is not known to be.
func isWhole(ctx context.Context, path string, info fs.FileInfo, size int64, checksum string) (bool, error) {
	if !info.Mode().IsRegular() || info.Size() != size {
		return false, nil
	}
	sum, err := md5OfFile(ctx, path)
	return err == nil && sum == checksum, err
}

// untilDone reads until its context ends.
type untilDone struct {
	ctx context.Context
	r   io.Reader
}

func (u untilDone) Read(p []byte) (int, error) {
	if err := u.ctx.Err(); err != nil {
		return 0, err
	}
	return u.r.Read(p)
}
