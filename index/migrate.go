package index

import (
	"context"
	"embed"
	"fmt"
	"io/fs"
	"slices"
)

//go:embed migrations/*.sql
var embedded embed.FS

// migrations are the scripts that make the schema: the first makes that of the
// first release, firstSchema, and each that follows changes it.
var migrations fs.FS = embedded

// firstSchema is the oldest schema that can be brought up to date. Those of
// before the first release cannot.
const firstSchema = 18

// migrate brings the schema up to date, script by script, each in a
// transaction with its number.
func (db *DB) migrate(ctx context.Context) error {
	scripts, err := fs.Glob(migrations, "migrations/*.sql")
	if err != nil {
		return err
	}
	slices.Sort(scripts)
	var version int
	err = db.waitingFor(func() (err error) {
		version, err = schemaVersion(ctx, db.read)
		return err
	})
	if err != nil {
		return err
	}
	if version < 0 {
		return fmt.Errorf("%w: its schema is %d", ErrNotIndex, version)
	}
	newest := firstSchema + len(scripts) - 1
	switch {
	case version > newest:
		return fmt.Errorf("%w: its schema is %d, this program knows %d; install the newer version, or name another file with --db", ErrSchemaTooNew, version, newest)
	case version > 0 && version < firstSchema:
		return fmt.Errorf("%w, with schema %d, which this version does not read; move the file away and make it anew with zharvest harvest", ErrSchemaTooOld, version)
	case version == newest:
		return nil
	case version == 0:
		version = firstSchema - 1
	}
	for ; version < newest; version++ {
		if err := db.migrateTo(ctx, version+1, scripts[version+1-firstSchema]); err != nil {
			return fmt.Errorf("migrate to schema %d: %w", version+1, err)
		}
	}
	return db.indexMigrated(ctx)
}

func (db *DB) migrateTo(ctx context.Context, version int, script string) error {
	text, err := fs.ReadFile(migrations, script)
	if err != nil {
		return err
	}
	return db.update(ctx, func(w *writer) error {
		// Another process may have been first.
		if now, err := schemaVersion(uncancelled, w); err != nil || now >= version {
			return err
		}
		if err := w.exec(string(text)); err != nil {
			return err
		}
		return w.exec(fmt.Sprintf("PRAGMA application_id=%d; PRAGMA user_version=%d", applicationID, version))
	})
}

// indexMigrated indexes the records that a script has waiting: until then each
// search analyses all of them.
func (db *DB) indexMigrated(ctx context.Context) error {
	if err := db.indexAll(ctx); err != nil {
		return fmt.Errorf("index the records of an older schema: %w", err)
	}
	return db.mergeSegments(ctx, 0)
}

func schemaVersion(ctx context.Context, q querier) (version int, err error) {
	err = q.QueryRowContext(ctx, "PRAGMA user_version").Scan(&version)
	return version, err
}
