package index_test

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"sync"
	"testing"

	"github.com/zharvest/zharvest/index"
	store0 "github.com/zharvest/zharvest/store"
)

// Several who write, each with a handle as another process would have, and
// several who read meanwhile. Segments are made and merged under them.
func TestConcurrentHarvests(t *testing.T) {
	path := openIndex(t).Path()
	const writers, pages, size = 2, 5 + 25/slowdown, 30
	stop := make(chan struct{})
	var others, all sync.WaitGroup
	for range 2 {
		others.Go(func() { readUntil(t, path, size, stop) })
	}
	others.Go(func() { storeUntil(t, path, stop) })
	for w := range writers {
		all.Go(func() {
			db := reopenNow(t, path)
			defer db.Close()
			if err := storeShared(t, db, fmt.Sprint("harvest ", w), pages, size); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	close(stop)
	others.Wait()

	db := reopen(t, path)
	for text, want := range map[string]int{"title:page": pages * size, "title:record": 0, "title:4": size, "title:other": 1} {
		if n, err := db.Count(t.Context(), index.Query{Parsed: parsed(text)}); err != nil || n != want {
			t.Errorf("%q finds %d records, %v, want %d", text, n, err, want)
		}
	}
	status, err := db.Status(t.Context())
	if err != nil || len(status.Harvests) != writers || status.Harvests[0].Records != pages*size {
		t.Errorf("status %+v, %v", status, err)
	}
}

// storeUntil makes one small segment after the other.
func storeUntil(t *testing.T, path string, stop <-chan struct{}) {
	db := reopenNow(t, path)
	defer db.Close()
	for n := 0; ; n++ {
		if _, err := db.StoreRecords(t.Context(), decode(t, record(1_000_000, "metadata.title", "Other", "metadata.notes", fmt.Sprint(n)))...); err != nil {
			t.Error(err)
			return
		}
		select {
		case <-stop:
			return
		default:
		}
	}
}

func reopenNow(t *testing.T, path string) *index.DB {
	db, err := index.Open(t.Context(), path)
	if err != nil {
		t.Error(err)
		runtime.Goexit()
	}
	return db
}

// storeShared stores the pages that all harvests share, each with changes of
// its own.
func storeShared(t *testing.T, db *index.DB, name string, pages, size int) error {
	run, err := db.StartRun(t.Context(), index.RunSpec{Name: name, Selection: []byte("{}")})
	if err != nil {
		return err
	}
	for p := range pages {
		var raws []string
		for i := range size {
			raws = append(raws, record(p*size+i+1, "metadata.title", fmt.Sprint("Page ", p), "metadata.notes", name))
		}
		if _, err := run.StorePages(t.Context(), store0.Page{Records: decode(t, raws...), Checkpoint: []byte("{}")}); err != nil {
			return err
		}
	}
	return errors.Join(run.Finish(t.Context(), index.Outcome{State: store0.StateComplete}), run.Close())
}

// readUntil sees whole pages, and never fewer than before.
func readUntil(t *testing.T, path string, size int, stop <-chan struct{}) {
	db := reopenNow(t, path)
	defer db.Close()
	seen := 0
	for {
		select {
		case <-stop:
			return
		default:
		}
		n := 0
		for r, err := range db.Records(t.Context(), index.Query{Parsed: parsed("title:page"), Columns: []string{"id", "title"}}) {
			if err != nil || r.Metadata.Title == "" {
				t.Errorf("reading: %v, %v", r, err)
				return
			}
			n++
		}
		if n < seen || n%size != 0 {
			t.Errorf("%d records, after %d", n, seen)
			return
		}
		seen = n
	}
}

// A reader sees the index as it was when it began.
func TestReaderKeepsItsState(t *testing.T) {
	db := openIndex(t)
	for i := range 30 { // more than are read at first
		store(t, db, record(i*2+1), record(i*2+2))
	}
	n := 0
	for r, err := range db.Records(t.Context(), index.Query{}) {
		if err != nil {
			t.Fatal(err)
		}
		if n == 0 {
			store(t, db, record(100), record(1, "metadata.title", "Changed"))
			if err := db.Reindex(t.Context(), nil); err != nil {
				t.Fatal(err)
			}
		}
		if r.Metadata.Title != "Record "+string(r.ID) {
			t.Errorf("record %s has the title %s", r.ID, r.Metadata.Title)
		}
		n++
	}
	if n != 60 {
		t.Errorf("read %d records, want 60", n)
	}
}

// Who stops reading leaves no goroutine and no connection behind.
func TestStopReading(t *testing.T) {
	db := openIndex(t)
	var raws []string
	for i := range 400 {
		raws = append(raws, record(i+1))
	}
	store(t, db, raws...)
	before := runtime.NumGoroutine()
	for range 50 {
		for _, err := range db.Records(t.Context(), index.Query{}) {
			if err != nil {
				t.Fatal(err)
			}
			break
		}
	}
	if after := runtime.NumGoroutine(); after > before+10 {
		t.Errorf("%d goroutines, %d before", after, before)
	}
}

func TestCancelReading(t *testing.T) {
	db := openIndex(t)
	var raws []string
	for i := range 400 {
		raws = append(raws, record(i+1))
	}
	store(t, db, raws...)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	n := 0
	var last error
	for _, err := range db.Records(ctx, index.Query{}) {
		n++
		last = err
		cancel()
	}
	if !errors.Is(last, context.Canceled) || n >= 400 {
		t.Errorf("after %d records: %v, want context.Canceled before the end", n, last)
	}
	if _, err := db.Count(ctx, index.Query{Parsed: parsed("record")}); !errors.Is(err, context.Canceled) {
		t.Errorf("counting: %v, want context.Canceled", err)
	}
	if got := find(t, db, "title:400"); !slices.Equal(got, []string{"400"}) {
		t.Errorf("afterwards: %v", got)
	}
}

// Searches may be nested, to any depth.
func TestNestedReading(t *testing.T) {
	db := openIndex(t)
	store(t, db, record(1), record(2))
	var nest func(depth int) int
	nest = func(depth int) int {
		n := 0
		for _, err := range db.Records(t.Context(), index.Query{Columns: []string{"id"}}) {
			if err != nil {
				t.Fatal(err)
			}
			n++
			if depth > 0 {
				return n + nest(depth-1)
			}
		}
		return n
	}
	if got := nest(12); got != 12+2 {
		t.Errorf("counted %d, want 14", got)
	}
}
