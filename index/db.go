package index

import (
	"context"
	"database/sql"
	"embed"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// Errors of opening and using a file.
var (
	// ErrNotIndex means that a file is something else than an index.
	ErrNotIndex = errors.New("not an index of zharvest")
	// ErrSchemaTooNew means that a newer zharvest has made the file.
	ErrSchemaTooNew = errors.New("made by a newer zharvest")
	// ErrDamaged means that the file cannot be read as it should be.
	ErrDamaged = errors.New("the index is damaged")
	// ErrNotFound means that the index has no such record, community or
	// harvest.
	ErrNotFound = errors.New("not in the index")
)

// Memory as a path makes an index that is gone when it is closed.
const Memory = ":memory:"

// applicationID marks our files in the header of SQLite's: "zhar".
const applicationID = 0x7a686172

//go:embed migrations/*.sql
var migrations embed.FS

// DB is an open index.
type DB struct {
	path  string
	temp  string // folder to remove on Close, for Memory
	read  *sql.DB
	codec *codec

	pool     *sql.DB // of the one connection that writes
	mu       sync.Mutex
	writer   *writer
	analysed analysedDocuments
	segments segmentCache
}

// Open opens the index at path, and makes it where there is none. The file
// is brought up to this program's schema.
func Open(ctx context.Context, path string) (*DB, error) {
	if path == Memory {
		return openTemporary(ctx)
	}
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return nil, fmt.Errorf("make the index: %w", err)
		}
	case err != nil:
		return nil, fmt.Errorf("open the index: %w", err)
	case info.Size() > 0:
		return OpenExisting(ctx, path)
	}
	return open(ctx, path)
}

// OpenExisting opens the index at path. Where there is none the error
// matches [fs.ErrNotExist]; where there is something else, [ErrNotIndex].
func OpenExisting(ctx context.Context, path string) (*DB, error) {
	if err := checkHeader(path); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return open(ctx, path)
}

func openTemporary(ctx context.Context) (*DB, error) {
	dir, err := os.MkdirTemp("", "zharvest-")
	if err != nil {
		return nil, fmt.Errorf("make a temporary index: %w", err)
	}
	db, err := open(ctx, filepath.Join(dir, "index.db"))
	if err != nil {
		return nil, errors.Join(err, os.RemoveAll(dir))
	}
	db.temp = dir
	return db, nil
}

func open(ctx context.Context, path string) (*DB, error) {
	codec, err := newCodec()
	if err != nil {
		return nil, err
	}
	db := &DB{path: path, codec: codec}
	if db.pool, err = sql.Open("sqlite", dsn(path)); err != nil {
		return nil, err
	}
	if db.read, err = sql.Open("sqlite", dsn(path)); err != nil {
		return nil, err
	}
	db.read.SetMaxOpenConns(4)
	if err := db.migrate(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("%s: %w", path, explain(err)), db.Close())
	}
	return db, nil
}

// dsn sets for every connection what SQLite keeps by connection.
func dsn(path string) string {
	pragmas := []string{
		"busy_timeout(60000)", "page_size(8192)", "journal_mode(wal)", "synchronous(normal)",
		"foreign_keys(on)", "cache_size(-16384)", "temp_store(memory)", "journal_size_limit(67108864)",
	}
	q := url.Values{"_pragma": pragmas}
	return (&url.URL{Scheme: "file", Opaque: escapePath(path), RawQuery: q.Encode()}).String()
}

// escapePath writes a path for a file: URI of SQLite.
func escapePath(path string) string {
	return strings.NewReplacer("%", "%25", "?", "%3f", "#", "%23").Replace(filepath.ToSlash(path))
}

// Path is the file of the index.
func (db *DB) Path() string { return db.path }

// Close closes the index. Runs must have ended.
func (db *DB) Close() error {
	var errs []error
	if db.writer != nil {
		errs = append(errs, db.writer.close())
	}
	for _, pool := range []*sql.DB{db.read, db.pool} {
		if pool != nil {
			errs = append(errs, pool.Close())
		}
	}
	if db.temp != "" {
		errs = append(errs, os.RemoveAll(db.temp))
	}
	return errors.Join(errs...)
}

// checkHeader looks at a file before SQLite does, so that what is no index
// stays as it is.
func checkHeader(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return err
	}
	if !info.Mode().IsRegular() {
		return ErrNotIndex
	}
	header := make([]byte, 100)
	if _, err := io.ReadFull(f, header); err != nil || string(header[:16]) != "SQLite format 3\x00" {
		return ErrNotIndex
	}
	if binary.BigEndian.Uint32(header[68:]) != applicationID {
		return ErrNotIndex
	}
	return checkSize(header, info.Size())
}

// checkSize tells a file that was cut short.
func checkSize(header []byte, size int64) error {
	pageSize := int64(binary.BigEndian.Uint16(header[16:]))
	if pageSize == 1 {
		pageSize = 65536
	}
	if pages := int64(binary.BigEndian.Uint32(header[28:])); size < pages*pageSize {
		return fmt.Errorf("%w: it has %d bytes of %d; restore a copy, or delete it and harvest again", ErrDamaged, size, pages*pageSize)
	}
	return nil
}

// migrate brings the schema up to date, script by script, each in a
// transaction with the number that counts it.
func (db *DB) migrate(ctx context.Context) error {
	scripts, err := fs.Glob(migrations, "migrations/*.sql")
	if err != nil {
		return err
	}
	slices.Sort(scripts)
	version, err := schemaVersion(ctx, db.read)
	if err != nil {
		return err
	}
	if version > len(scripts) {
		return fmt.Errorf("%w: its schema is %d, this program knows %d; install the newer version, or name another file with --db", ErrSchemaTooNew, version, len(scripts))
	}
	for ; version < len(scripts); version++ {
		if err := db.migrateTo(ctx, version+1, scripts[version]); err != nil {
			return fmt.Errorf("migrate to schema %d: %w", version+1, err)
		}
	}
	return nil
}

func (db *DB) migrateTo(ctx context.Context, version int, script string) error {
	text, err := migrations.ReadFile(script)
	if err != nil {
		return err
	}
	return db.update(ctx, func(w *writer) error {
		// Another process may have been first.
		if now, err := schemaVersion(w.ctx, w); err != nil || now >= version {
			return err
		}
		if err := w.exec(string(text)); err != nil {
			return err
		}
		return w.exec(fmt.Sprintf("PRAGMA application_id=%d; PRAGMA user_version=%d", applicationID, version))
	})
}

func schemaVersion(ctx context.Context, q querier) (version int, err error) {
	err = q.QueryRowContext(ctx, "PRAGMA user_version").Scan(&version)
	return version, err
}

// explain adds to errors of SQLite what to do about them.
func explain(err error) error {
	failure, ok := errors.AsType[*sqlite.Error](err)
	if !ok {
		return err
	}
	switch failure.Code() & 0xff {
	case sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB:
		return fmt.Errorf("%w (%w); restore a copy, or delete it and harvest again", ErrDamaged, err)
	case sqlite3.SQLITE_FULL:
		return fmt.Errorf("the disk is full: %w; free some space and run the command again", err)
	case sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN:
		return fmt.Errorf("the index cannot be written: %w; check the permissions of the file and its folder", err)
	case sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED:
		return fmt.Errorf("the index is in use by another process: %w; wait for it to end", err)
	}
	return err
}

// metaValue reads a value of the meta table, "" where there is none.
func metaValue(ctx context.Context, q querier, key string) (value string, err error) {
	err = q.QueryRowContext(ctx, "SELECT value FROM meta WHERE key = ?", key).Scan(&value)
	if errors.Is(err, sql.ErrNoRows) {
		return "", nil
	}
	return value, err
}

func setMetaValue(ctx context.Context, q querier, key, value string) error {
	_, err := q.ExecContext(ctx, "INSERT INTO meta (key, value) VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value", key, value)
	return err
}

// placeholders is "?, ?, …", n times.
func placeholders(n int) string {
	return strings.TrimSuffix(strings.Repeat("?, ", n), ", ")
}

// intList writes numbers for the parentheses of IN: they cannot hurt, and
// spare binding.
func intList(ids []int64) string {
	var b strings.Builder
	for i, id := range ids {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString(strconv.FormatInt(id, 10))
	}
	return b.String()
}
