package index

import (
	"context"
	"database/sql"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"path/filepath"
	"strings"
)

// applicationID marks our files in the header of SQLite's: "zhar".
const applicationID = 0x7a686172

// access is what a connection may do with the file.
type access int

const (
	readWrite access = iota
	// readOnly is for a file that may not be written, in a folder that may.
	readOnly
	// immutable is for a file in a folder that may not be written either, so
	// that SQLite can keep no locks there.
	immutable
)

// dsn sets for every connection what SQLite keeps by connection.
func dsn(path string, access access) string {
	q := url.Values{"_pragma": {
		"busy_timeout(60000)", "synchronous(normal)", "foreign_keys(on)", "cache_size(-8192)", "temp_store(memory)",
	}}
	switch access {
	case readWrite:
		q["_pragma"] = append(q["_pragma"], "journal_size_limit(67108864)")
	case readOnly:
		q.Set("mode", "ro")
	case immutable:
		q.Set("mode", "ro")
		q.Set("immutable", "1")
	}
	return "file:" + escapePath(path) + "?" + q.Encode()
}

// escapePath writes a path for a file: URI of SQLite, in which two slashes at
// the beginning would name a host.
func escapePath(path string) string {
	return strings.NewReplacer("%", "%25", "?", "%3f", "#", "%23").Replace(filepath.ToSlash(filepath.Clean(path)))
}

// prepare makes an index, or resumes where another process was killed while
// making it. This is done without a write-ahead log, so that the file is whole,
// and marked as an index, as soon as there is anything in it: somebody else may
// be opening it.
func (o Opener) prepare(ctx context.Context, path string) error {
	q := url.Values{"_pragma": {"busy_timeout(60000)", "page_size(8192)"}}
	pool, err := sql.Open("sqlite", "file:"+escapePath(path)+"?"+q.Encode())
	if err != nil {
		return err
	}
	codec, err := newCodec() // an old index may be without a write-ahead log, too
	if err != nil {
		return errors.Join(err, pool.Close())
	}
	// To set auto_vacuum is to write: it must be in the transaction.
	db := &DB{path: path, waiting: o.Waiting, pool: pool, read: pool, codec: codec, begin: "BEGIN; PRAGMA auto_vacuum=incremental"}
	err = db.migrate(ctx)
	if err == nil {
		// This is kept in the file. Where others are using that already, it
		// fails, and they or the next one to open it do it.
		if _, err = pool.ExecContext(ctx, "PRAGMA journal_mode=wal"); isBusy(err) {
			err = nil
		}
	}
	return errors.Join(err, db.Close())
}

// dropLog makes a file that nobody has open one without a write-ahead log, which
// can be opened in a place that may only be read.
func dropLog(ctx context.Context, path string) error {
	pool, err := sql.Open("sqlite", "file:"+escapePath(path))
	if err == nil {
		_, err = pool.ExecContext(ctx, "PRAGMA journal_mode=delete")
		err = errors.Join(err, pool.Close())
	}
	if err != nil {
		return fmt.Errorf("extract: %w", err)
	}
	return nil
}

// hasLog reports whether there are changes that are not in the file itself yet.
func hasLog(path string) bool {
	info, err := os.Stat(path + "-wal")
	return err == nil && info.Size() > 0
}

// checkHeader looks at a file before SQLite does, so that what is no index
// stays as it is. prepared reports whether it was made to its end.
func checkHeader(path string) (prepared bool, err error) {
	info, err := os.Stat(path)
	if err != nil {
		return false, err
	}
	if !info.Mode().IsRegular() {
		return false, fmt.Errorf("%w but a folder or a device", ErrNotIndex)
	}
	f, err := os.Open(path)
	if err != nil {
		return false, err
	}
	defer f.Close()
	header := make([]byte, 100)
	if _, err := io.ReadFull(f, header); err != nil || string(header[:16]) != "SQLite format 3\x00" {
		return false, ErrNotIndex
	}
	if binary.BigEndian.Uint32(header[68:]) != applicationID {
		return false, fmt.Errorf("%w but another SQLite database", ErrNotIndex)
	}
	return header[18] == walVersion, nil
}

// walVersion is what the header says of a file with a write-ahead log.
const walVersion = 2
