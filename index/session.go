package index

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"sync"
)

// querier is what connection pools and sessions have in common.
type querier interface {
	ExecContext(context.Context, string, ...any) (sql.Result, error)
	QueryContext(context.Context, string, ...any) (*sql.Rows, error)
	QueryRowContext(context.Context, string, ...any) *sql.Row
}

// session is one connection with the statements that were prepared on it.
// What has arguments is prepared once; what has none runs as it is.
type session struct {
	conn       *sql.Conn
	reading    sync.Mutex // of pages
	mu         sync.Mutex // of statements
	statements map[string]*sql.Stmt
}

func newSession(ctx context.Context, pool *sql.DB) (*session, error) {
	conn, err := pool.Conn(ctx)
	if err != nil {
		return nil, err
	}
	return &session{conn: conn, statements: map[string]*sql.Stmt{}}, nil
}

// maxStatements bounds the statements kept.
const maxStatements = 400

func (s *session) prepare(ctx context.Context, query string) (*sql.Stmt, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if stmt, ok := s.statements[query]; ok {
		return stmt, nil
	}
	stmt, err := s.conn.PrepareContext(ctx, query)
	if err != nil {
		return nil, fmt.Errorf("prepare %.60q: %w", query, err)
	}
	if len(s.statements) == maxStatements {
		if err := s.closeStatements(); err != nil {
			return nil, err
		}
	}
	s.statements[query] = stmt
	return stmt, nil
}

// ExecContext runs a statement.
func (s *session) ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error) {
	if len(args) == 0 {
		return s.conn.ExecContext(ctx, query)
	}
	stmt, err := s.prepare(ctx, query)
	if err != nil {
		return nil, err
	}
	return stmt.ExecContext(ctx, args...)
}

// QueryContext runs a query.
func (s *session) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	if len(args) == 0 {
		return s.conn.QueryContext(ctx, query)
	}
	stmt, err := s.prepare(ctx, query)
	if err != nil {
		return nil, err
	}
	return stmt.QueryContext(ctx, args...)
}

// QueryRowContext runs a query of one row.
func (s *session) QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row {
	stmt, err := s.prepare(ctx, query)
	if err != nil {
		return s.conn.QueryRowContext(ctx, query, args...) // which returns the error
	}
	return stmt.QueryRowContext(ctx, args...)
}

// close gives the connection back.
func (s *session) close() error {
	return errors.Join(s.closeStatements(), s.conn.Close())
}

func (s *session) closeStatements() error {
	var errs []error
	for _, stmt := range s.statements {
		errs = append(errs, stmt.Close())
	}
	clear(s.statements)
	return errors.Join(errs...)
}

// view runs f over one state of the index, whatever others write meanwhile.
func (db *DB) view(ctx context.Context, f func(*session) error) error {
	s, err := newSession(ctx, db.read)
	if err != nil {
		return db.explain(err)
	}
	defer s.close() //nolint:errcheck // it has only read
	// Ending the transaction must not depend on ctx, nor on what BEGIN said
	// while that was cancelled: the connection is used again.
	defer s.conn.ExecContext(context.WithoutCancel(ctx), "ROLLBACK") //nolint:errcheck // it has only read
	if _, err := s.conn.ExecContext(ctx, "BEGIN"); err != nil {
		return db.explain(err)
	}
	return db.explain(f(s))
}

// eachRow calls scan for each row of a query.
func eachRow(ctx context.Context, q querier, query string, args []any, scan func(*sql.Rows) error) error {
	rows, err := q.QueryContext(ctx, query, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := scan(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}

// numbers reads a query of one column of integers.
func numbers(ctx context.Context, q querier, query string, args ...any) (ns []int64, err error) {
	err = eachRow(ctx, q, query, args, func(rows *sql.Rows) error {
		var n int64
		if err := rows.Scan(&n); err != nil {
			return err
		}
		ns = append(ns, n)
		return nil
	})
	return ns, err
}
