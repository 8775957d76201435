package index

import (
	"context"
	"embed"
	"fmt"
	"io/fs"
	"slices"
)

//go:embed migrations/*.sql
var migrations embed.FS

// indexedAgain selects, for a script that changes what searches find, the
// records that it concerns: those are indexed again.
var indexedAgain = map[string]string{
	"migrations/0006_unknown.sql": "SELECT record_id FROM records WHERE files = 0",
}

// migrate brings the schema up to date, script by script, each in a
// transaction with the number that counts it.
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
		if err := w.indexAgain(script); err != nil {
			return err
		}
		if err := w.exec(string(text)); err != nil {
			return err
		}
		if script == "migrations/0007_licenses.sql" {
			if err := w.renameLicenses(); err != nil {
				return err
			}
		}
		return w.exec(fmt.Sprintf("PRAGMA application_id=%d; PRAGMA user_version=%d", applicationID, version))
	})
}

// indexAgain has the records that a script concerns indexed again.
func (w *writer) indexAgain(script string) error {
	query, ok := indexedAgain[script]
	if !ok {
		return nil
	}
	keys, err := numbers(w.ctx, w, query)
	if err != nil {
		return err
	}
	return w.reindexLater(keys)
}

func schemaVersion(ctx context.Context, q querier) (version int, err error) {
	err = q.QueryRowContext(ctx, "PRAGMA user_version").Scan(&version)
	return version, err
}
