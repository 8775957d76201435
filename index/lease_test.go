package index_test

import (
	"errors"
	"fmt"
	"os"
	"testing"
	"time"

	"github.com/zharvest/zharvest/index"
)

func tryRun(t *testing.T, db *index.DB, name string) (*index.Run, error) {
	t.Helper()
	return db.StartRun(t.Context(), index.RunSpec{Name: name, Selection: []byte("{}")})
}

func TestLease(t *testing.T) {
	db := openIndex(t)
	other := reopen(t, db.Path()) // as another process
	run := startRun(t, db, "one")
	for _, db := range []*index.DB{db, other} {
		_, err := tryRun(t, db, "one")
		held, ok := errors.AsType[*index.LeaseError](err)
		if !ok {
			t.Fatalf("a second start: got %v, want a LeaseError", err)
		}
		host, _ := os.Hostname()
		if held.Name != "one" || held.PID != os.Getpid() || held.Host != host || time.Since(held.Since) > time.Minute {
			t.Errorf("held by %+v", held)
		}
	}
	another, err := tryRun(t, other, "two")
	if err != nil {
		t.Errorf("another harvest meanwhile: %v", err)
	}
	if err := errors.Join(run.Close(), run.Close(), another.Close()); err != nil {
		t.Errorf("close: %v", err)
	}
	again, err := tryRun(t, other, "one")
	if err != nil {
		t.Fatalf("after it was given back: %v", err)
	}
	if err := again.Close(); err != nil {
		t.Error(err)
	}
}

// A lease is free where its process is gone, or was not heard of for long.
func TestLeaseTakenOver(t *testing.T) {
	host, err := os.Hostname()
	if err != nil {
		t.Skip(err)
	}
	recent, old, ahead := time.Now(), time.Now().Add(-2*time.Minute), time.Now().Add(24*time.Hour)
	for _, tc := range []struct {
		name    string
		host    string
		pid     int
		renewed time.Time
		free    bool
	}{
		{"a living process here", host, os.Getpid(), recent, false},
		{"a process that is gone", host, 1 << 30, recent, true},
		{"a process elsewhere", host + ".example", 1 << 30, recent, false},
		{"a process elsewhere, long ago", host + ".example", 1, old, true},
		{"a process here, long ago", host, os.Getpid(), old, true},
		{"a clock that was wrong", host + ".example", 1, ahead, true},
	} {
		db := openIndex(t)
		run := startRun(t, db, "one")
		execSQL(t, db.Path(), fmt.Sprintf("UPDATE harvests SET lease_host = '%s', lease_pid = %d, lease_renewed_at = '%s'",
			tc.host, tc.pid, tc.renewed.UTC().Format(time.RFC3339)))
		second, err := tryRun(t, reopen(t, db.Path()), "one")
		if tc.free != (err == nil) {
			t.Errorf("%s: got %v, want free: %t", tc.name, err, tc.free)
		}
		if err == nil {
			if _, err := run.StorePages(t.Context(), page(t, record(1))); !errors.Is(err, index.ErrLeaseLost) {
				t.Errorf("%s: the first one's page: got %v, want ErrLeaseLost", tc.name, err)
			}
			if err := run.Finish(t.Context(), index.Outcome{}); !errors.Is(err, index.ErrLeaseLost) {
				t.Errorf("%s: the first one's end: got %v, want ErrLeaseLost", tc.name, err)
			}
			if _, err := second.StorePages(t.Context(), page(t, record(2))); err != nil {
				t.Errorf("%s: the second one's page: %v", tc.name, err)
			}
			equalIDs(t, tc.name, find(t, db, ""), "2")
			if err := second.Close(); err != nil {
				t.Error(err)
			}
		}
		if err := run.Close(); err != nil {
			t.Errorf("%s: close: %v", tc.name, err)
		}
	}
}

// In a container every process has the same number, so that of one that was
// killed is that of the next.
func TestLeaseOfAnEarlierProcess(t *testing.T) {
	db := openIndex(t)
	run := startRun(t, db, "one")
	execSQL(t, db.Path(), "UPDATE harvests SET lease_token = 'of the process before'")
	second, err := tryRun(t, reopen(t, db.Path()), "one")
	if err != nil {
		t.Fatalf("got %v, want the lease of a process that is no more", err)
	}
	if err := errors.Join(second.Close(), run.Close()); err != nil {
		t.Error(err)
	}
}

func TestLeaseRenewed(t *testing.T) {
	db := openIndex(t)
	run := startRun(t, db, "one")
	defer run.Close() //nolint:errcheck // the test has what it wants
	execSQL(t, db.Path(), "UPDATE harvests SET lease_renewed_at = '2020-01-01T00:00:00Z'")
	if _, err := run.StorePages(t.Context(), page(t, record(1))); err != nil {
		t.Fatal(err)
	}
	if _, err := tryRun(t, reopen(t, db.Path()), "one"); err == nil {
		t.Error("a page did not renew the lease")
	}
}
