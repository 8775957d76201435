package mirror_test

import (
	"context"
	"errors"
	"path/filepath"
	"testing"
	"time"

	"github.com/zharvest/zharvest/harvest"
	"github.com/zharvest/zharvest/index"
	"github.com/zharvest/zharvest/mirror"
	"github.com/zharvest/zharvest/store"
	"github.com/zharvest/zharvest/zenodo"
	"github.com/zharvest/zharvest/zenodotest"
)

var everything = harvest.Selection{AllVersions: true}

// newMirror makes a mirror of a server with made-up records, which answers at
// root.
func newMirror(t *testing.T, db *index.DB, root string) *mirror.Mirror {
	t.Helper()
	server, err := zenodotest.New(zenodotest.Config{Synthetic: 120, Seed: 3, XMLDumps: true})
	if err != nil {
		t.Fatal(err)
	}
	client, err := zenodo.NewClient(zenodo.WithBaseURL(root), zenodo.WithTransport(server.Transport()),
		zenodo.WithRetryDelay(time.Microsecond, time.Microsecond))
	if err != nil {
		t.Fatal(err)
	}
	return &mirror.Mirror{Index: db, Client: client}
}

func openIndex(t *testing.T) *index.DB {
	t.Helper()
	db, err := index.Open(t.Context(), filepath.Join(t.TempDir(), "zharvest.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return db
}

const localAPI = "http://127.0.0.1/api"

func TestHarvest(t *testing.T) {
	m := newMirror(t, openIndex(t), localAPI)
	first, err := m.Harvest(t.Context(), everything, mirror.Options{Name: "all"})
	if err != nil || !first.Complete || first.New != first.Total || first.Mode != store.ModeFull || first.ComparedAt == nil {
		t.Fatalf("got %+v, %v; want all records as new", first, err)
	}
	again, err := m.Update(t.Context(), "all", mirror.Options{Quick: true})
	if err != nil || again.Mode != store.ModeIncremental || again.New+again.Updated != 0 || again.Total != first.Total || again.LastFullAt == "" {
		t.Errorf("got %+v, %v; want nothing new", again, err)
	}
	if _, err := m.Update(t.Context(), "none", mirror.Options{}); !errors.Is(err, index.ErrNotFound) {
		t.Errorf("update of a harvest that is not there: %v", err)
	}
}

// What the server is stands in the index, where later runs find it.
func TestHarvestNotesDialect(t *testing.T) {
	db := openIndex(t)
	for range 2 {
		m := newMirror(t, db, localAPI)
		if _, err := m.Harvest(t.Context(), harvest.Selection{Type: "dataset"}, mirror.Options{Full: true}); err != nil {
			t.Fatal(err)
		}
		if got, err := db.Dialect(t.Context(), localAPI); got != zenodo.DialectZenodo || err != nil {
			t.Errorf("got %q, %v", got, err)
		}
	}
	m := newMirror(t, db, localAPI)
	if err := db.NoteDialect(t.Context(), localAPI, zenodo.DialectRDM); err != nil {
		t.Fatal(err)
	}
	_, err := m.Harvest(t.Context(), harvest.Selection{Query: "title:a"}, mirror.Options{})
	if _, ok := errors.AsType[*zenodo.FilterError](err); !ok {
		t.Errorf("got %v, want that the server is not what it was", err)
	}
	if got, err := db.Dialect(t.Context(), localAPI); got != zenodo.DialectZenodo || err != nil {
		t.Errorf("got %q, %v, want what it is now", got, err)
	}
}

// What matches nothing is not saved.
func TestHarvestNothing(t *testing.T) {
	db := openIndex(t)
	m := newMirror(t, db, localAPI)
	res, err := m.Harvest(t.Context(), harvest.Selection{Query: "nosuchword"}, mirror.Options{})
	if err != nil || !res.NotSaved {
		t.Errorf("got %+v, %v", res, err)
	}
	if saved, err := db.Saved(t.Context()); err != nil || len(saved) > 0 {
		t.Errorf("saved %v, %v", saved, err)
	}
}

// An index has records of one repository.
func TestHarvestOtherHost(t *testing.T) {
	db := openIndex(t)
	if _, err := newMirror(t, db, "https://zenodo.example/api").Harvest(t.Context(), everything, mirror.Options{}); err != nil {
		t.Fatal(err)
	}
	other := newMirror(t, db, "https://invenio.example/api")
	_, harvested := other.Harvest(t.Context(), everything, mirror.Options{})
	_, filled := other.Fill(t.Context())
	_, imported := other.Import(t.Context(), "", mirror.Options{})
	for _, err := range []error{harvested, filled, imported} {
		e, ok := errors.AsType[*mirror.HostError](err)
		if !ok || e.Held != "zenodo.example" || e.Asked != "invenio.example" {
			t.Errorf("got %v, want a HostError", err)
		}
	}
}

// A dump that was imported in part is resumed by an import alone, and what it
// does not have is filled.
func TestImport(t *testing.T) {
	db := openIndex(t)
	m := newMirror(t, db, localAPI)
	ctx, stop := context.WithCancel(t.Context())
	m.Progress = func(p mirror.Progress) {
		if p.Task == "all" && p.Done > 0 {
			stop()
		}
	}
	if _, err := m.Import(ctx, "", mirror.Options{Name: "all"}); !errors.Is(err, context.Canceled) {
		t.Fatalf("got %v, want that of the context", err)
	}
	m.Progress = nil
	if _, err := m.Harvest(t.Context(), everything, mirror.Options{Name: "all"}); err == nil {
		t.Error("a harvest resumed an import")
	} else if _, ok := errors.AsType[*mirror.UnfinishedImportError](err); !ok {
		t.Errorf("got %v, want an UnfinishedImportError", err)
	}
	res, err := m.Import(t.Context(), "", mirror.Options{Name: "all"})
	if err != nil || !res.Complete || res.Held != res.Total {
		t.Fatalf("got %+v, %v", res, err)
	}
	partial, err := db.Status(t.Context())
	if err != nil || partial.Partial == 0 {
		t.Fatalf("got %+v, %v; want records known in part", partial, err)
	}
	filled, err := m.Fill(t.Context())
	if err != nil || filled.Filled+filled.Gone != partial.Partial+partial.Outdated {
		t.Errorf("got %+v, %v; want %d filled", filled, err, partial.Partial)
	}
}
