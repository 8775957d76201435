package index

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"runtime"
	"sync"
	"syscall"
	"time"
)

// LeaseError means that another process runs the harvest.
type LeaseError struct {
	Name  string
	Host  string
	PID   int
	Since time.Time
}

func (e *LeaseError) Error() string {
	return fmt.Sprintf("process %d on %s has been harvesting %q since %s", e.PID, e.Host, e.Name, e.Since.Format(time.RFC3339))
}

// ErrLeaseLost means that a run was taken over by another process, because
// this one had not been heard of for a minute.
var ErrLeaseLost = errors.New("another process has taken over this harvest")

const (
	// leaseTime is how long a lease is good without being renewed.
	leaseTime = time.Minute
	// heartbeat is how often it is renewed when no page comes.
	heartbeat = 15 * time.Second
)

// lease is the right to run a harvest.
type lease struct {
	token string
	host  string
	pid   int
}

func newLease() lease {
	host, err := os.Hostname()
	if err != nil {
		host = "unknown host"
	}
	return lease{token: newToken(), host: host, pid: os.Getpid()}
}

// take takes the lease, unless a living process holds it.
func (l lease) take(w *writer, name string, harvest int64) error {
	if err := l.checkFree(w, name, harvest); err != nil {
		return err
	}
	tokensHeld.Store(l.token, true)
	return w.exec("UPDATE harvests SET lease_token = ?1, lease_host = ?2, lease_pid = ?3, lease_since = ?4, lease_renewed_at = ?4 WHERE harvest_id = ?5",
		l.token, l.host, l.pid, now(), harvest)
}

func (l lease) checkFree(w *writer, name string, harvest int64) error {
	var token, host, since, renewed sql.NullString
	var pid sql.NullInt64
	if _, err := w.queryRow("SELECT lease_token, lease_host, lease_pid, lease_since, lease_renewed_at FROM harvests WHERE harvest_id = ?", []any{harvest},
		&token, &host, &pid, &since, &renewed); err != nil {
		return err
	}
	at, err := time.Parse(time.RFC3339, renewed.String)
	if err != nil || time.Since(at).Abs() > leaseTime { // a time ahead is of a clock that was wrong
		return nil
	}
	if host.String == l.host && (!alive(int(pid.Int64)) || wasAnother(token.String, int(pid.Int64))) {
		return nil
	}
	began, _ := time.Parse(time.RFC3339, since.String)
	return &LeaseError{Name: name, Host: host.String, PID: int(pid.Int64), Since: began}
}

// tokensHeld are those of the leases that this process has taken.
var tokensHeld sync.Map

// wasAnother reports whether a lease with the number of this process was taken by
// another: in a container, all processes that come one after the other
// have the number 1.
func wasAnother(token string, pid int) bool {
	_, ours := tokensHeld.Load(token)
	return pid == os.Getpid() && !ours
}

// alive reports whether a process of this machine is there and has not ended.
func alive(pid int) bool {
	p, err := os.FindProcess(pid)
	if err != nil {
		return false
	}
	defer p.Release() //nolint:errcheck // nothing is held
	if runtime.GOOS == "windows" {
		return true // it could be found
	}
	err = p.Signal(syscall.Signal(0))
	return (err == nil || errors.Is(err, os.ErrPermission)) && !isZombie(pid)
}

// isZombie reports whether a process has ended and nobody took notice yet, where
// the system says so.
func isZombie(pid int) bool {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return false
	}
	_, state, ok := bytes.Cut(stat[bytes.LastIndexByte(stat, ')')+1:], []byte(" "))
	return ok && bytes.HasPrefix(state, []byte("Z"))
}

// renew fails where the lease was lost.
func (l lease) renew(w *writer, harvest int64) error {
	res, err := w.ExecContext(uncancelled, "UPDATE harvests SET lease_renewed_at = ? WHERE harvest_id = ? AND lease_token = ?", now(), harvest, l.token)
	if err != nil {
		return err
	}
	if n, err := res.RowsAffected(); err != nil || n == 0 {
		return errors.Join(ErrLeaseLost, err)
	}
	return nil
}

func (l lease) release(w *writer, harvest int64) error {
	return w.exec(`UPDATE harvests SET lease_token = NULL, lease_host = NULL, lease_pid = NULL, lease_since = NULL, lease_renewed_at = NULL
		WHERE harvest_id = ? AND lease_token = ?`, harvest, l.token)
}

// keepLease renews the lease while the server keeps us waiting for longer
// than it lasts.
func (r *Run) keepLease() {
	ctx, cancel := context.WithCancel(context.Background())
	r.stop = cancel
	r.done.Go(func() {
		tick := time.NewTicker(heartbeat)
		defer tick.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-tick.C:
				// What fails here fails again, and is reported, when the next page
				// is stored.
				_ = r.db.update(ctx, func(w *writer) error { return r.lease.renew(w, r.harvest) })
			}
		}
	})
}
