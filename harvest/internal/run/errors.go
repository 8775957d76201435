package run

import (
	"context"
	"errors"
	"fmt"
	"net"

	"github.com/zharvest/zharvest/zenodo"
)

// ErrIncomplete is matched by the error of a run that stored something and
// ended short of what the server counted. What is stored is valid, and a new
// run resumes there.
var ErrIncomplete = errors.New("harvest incomplete")

// SelectionError says that a selection, or a date in it, makes no sense, or
// that it is too large for one search and its query cannot be divided.
type SelectionError struct {
	Problem string
	Hint    string // what to write instead; may be empty
}

func (e *SelectionError) Error() string { return e.Problem }

// WindowError says that a selection has more members than the server lists
// for one search, and cannot be divided: it is one of communities, or the
// server ignores conditions. It matches [zenodo.ErrWindow].
type WindowError struct {
	Community zenodo.Slug // whose records are too many; may be empty
	Total     int         // members, as counted by the server
	Window    int         // how many of them it lists
}

func (e *WindowError) Error() string {
	of := ""
	if e.Community != "" {
		of = fmt.Sprintf("community %s: ", e.Community)
	}
	return fmt.Sprintf("%s%d records match, but the server lists only the first %d of a search", of, e.Total, e.Window)
}

// Is makes a WindowError match [zenodo.ErrWindow].
func (e *WindowError) Is(target error) bool { return target == zenodo.ErrWindow }

// UnlistedError says that the server lists far fewer records than it has: many
// that it does not list still belong to the selection when they are fetched
// alone, as while its search index is being rebuilt. It matches
// [ErrIncomplete].
type UnlistedError struct {
	Unlisted int // how many were found until the run gave up
	Held     int // records of the harvest
}

func (e *UnlistedError) Error() string {
	return fmt.Sprintf("%v: the server does not list %d of the %d records held, although each of them still belongs to the harvest; its search index may be incomplete", ErrIncomplete, e.Unlisted, e.Held)
}

// Is makes an UnlistedError match [ErrIncomplete].
func (e *UnlistedError) Is(target error) bool { return target == ErrIncomplete }

// MaxFailures is how many requests may fail, each after all its attempts, in
// the search for the records that make one page unservable.
const MaxFailures = 16

// MayBeUnservable reports whether an error may lie in what a page holds: the server
// fails, or needs too long, over some records and not over others.
func MayBeUnservable(err error) bool {
	if errors.Is(err, context.Canceled) {
		return false
	}
	if errors.Is(err, zenodo.ErrServer) || errors.Is(err, zenodo.ErrInvalidBody) {
		return true
	}
	timeout, ok := errors.AsType[net.Error](err)
	return ok && timeout.Timeout()
}

// StoreError is an error of the sink, which no new attempt at the server
// will fix.
type StoreError struct{ Err error }

func (e *StoreError) Error() string { return fmt.Sprintf("store page: %v", e.Err) }
func (e *StoreError) Unwrap() error { return e.Err }

// WrapError wraps the error that ended a run: it is that of the sink or of ctx as
// it is, and any other one matches ErrIncomplete where something was stored.
func WrapError(ctx context.Context, err error, begun bool) error {
	if _, ok := errors.AsType[*StoreError](err); ok && !errors.Is(err, context.Canceled) {
		return err
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if err != nil && begun && !errors.Is(err, ErrIncomplete) {
		return fmt.Errorf("%w: %w", ErrIncomplete, err)
	}
	return err
}

// Explain says in which community something failed.
func Explain(err error, community zenodo.Slug) error {
	if _, said := errors.AsType[*WindowError](err); said || community == "" {
		return err
	}
	return fmt.Errorf("community %s: %w", community, err)
}
