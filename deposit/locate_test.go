package deposit_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/zharvest/zharvest/deposit"
	"github.com/zharvest/zharvest/zenodo"
	"github.com/zharvest/zharvest/zenodotest"
)

// create makes a draft by other means than a push, with files of one byte.
func create(t *testing.T, p *deposit.Pusher, metadata string, files ...string) *zenodo.Deposition {
	t.Helper()
	d, err := p.Depositions.Create(t.Context(), []byte(metadata))
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range files {
		if _, err := p.Depositions.Upload(t.Context(), d, upload(name, "x")); err != nil {
			t.Fatal(err)
		}
	}
	return d
}

// publish makes a record by other means than a push.
func publish(t *testing.T, p *deposit.Pusher, metadata string, files ...string) *zenodo.Deposition {
	t.Helper()
	d, err := p.Depositions.Publish(t.Context(), create(t, p, metadata, files...).ID)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// note writes a journal.
func note(t *testing.T, p *deposit.Pusher, e deposit.Entry) {
	t.Helper()
	if err := p.Journal.Note("key", e); err != nil {
		t.Fatal(err)
	}
}

// Each row makes a world and says which deposition a push of valid metadata and
// a.txt finds: none where a new one is made.
func TestLocate(t *testing.T) {
	const (
		mine   = "{" + valid + "}"
		marked = "{" + valid + `, "notes": "zharvest push 1"}`
	)
	for _, tt := range []struct {
		name   string
		world  func(t *testing.T, p *deposit.Pusher, m *deposit.Manifest) *zenodo.Deposition
		action deposit.Action
		note   string // for people
	}{
		{"nothing", func(*testing.T, *deposit.Pusher, *deposit.Manifest) *zenodo.Deposition { return nil }, deposit.ActionCreate, ""},
		{"named, whatever the journal knows", func(t *testing.T, p *deposit.Pusher, m *deposit.Manifest) *zenodo.Deposition {
			note(t, p, deposit.Entry{ID: create(t, p, mine, "a.txt").ID})
			d := create(t, p, `{"title": "Other"}`)
			m.ID = d.ID
			return d
		}, deposit.ActionUpdate, ""},
		{"known, with other metadata", func(t *testing.T, p *deposit.Pusher, _ *deposit.Manifest) *zenodo.Deposition {
			create(t, p, mine, "a.txt")
			d := create(t, p, `{"title": "Other"}`, "b.txt")
			note(t, p, deposit.Entry{ID: d.ID})
			return d
		}, deposit.ActionUpdate, ""},
		{"known, and deleted since", func(t *testing.T, p *deposit.Pusher, _ *deposit.Manifest) *zenodo.Deposition {
			d := create(t, p, mine, "a.txt")
			note(t, p, deposit.Entry{ID: d.ID})
			if err := p.Depositions.Delete(t.Context(), d.ID); err != nil {
				t.Fatal(err)
			}
			return nil
		}, deposit.ActionCreate, "is no longer there"},
		{"marked", func(t *testing.T, p *deposit.Pusher, _ *deposit.Manifest) *zenodo.Deposition {
			create(t, p, mine, "a.txt")
			note(t, p, deposit.Entry{Marker: "zharvest push 1"})
			return create(t, p, marked)
		}, deposit.ActionUpdate, ""},
		{"marked, but never made", func(t *testing.T, p *deposit.Pusher, _ *deposit.Manifest) *zenodo.Deposition {
			create(t, p, mine, "a.txt")
			note(t, p, deposit.Entry{Marker: "zharvest push 2"})
			create(t, p, marked)
			return nil
		}, deposit.ActionCreate, ""},
		{"the same, complete", func(t *testing.T, p *deposit.Pusher, _ *deposit.Manifest) *zenodo.Deposition {
			d := create(t, p, mine, "a.txt")
			create(t, p, `{"title": "Title"}`, "a.txt")
			return d
		}, deposit.ActionNone, ""},
		{"the same, begun", func(t *testing.T, p *deposit.Pusher, _ *deposit.Manifest) *zenodo.Deposition {
			return create(t, p, mine)
		}, deposit.ActionUpdate, ""},
		{"the same, with another file", func(t *testing.T, p *deposit.Pusher, _ *deposit.Manifest) *zenodo.Deposition {
			create(t, p, mine, "a.txt", "b.txt")
			return nil
		}, deposit.ActionCreate, "has the same metadata, but other files"},
		{"the same, with other content", func(t *testing.T, p *deposit.Pusher, m *deposit.Manifest) *zenodo.Deposition {
			create(t, p, mine, "a.txt")
			m.Files = []zenodo.Upload{upload("a.txt", "y")}
			return nil
		}, deposit.ActionCreate, "has the same metadata, but other files"},
		{"the same, the newer with another file", func(t *testing.T, p *deposit.Pusher, _ *deposit.Manifest) *zenodo.Deposition {
			d := create(t, p, mine, "a.txt")
			create(t, p, mine, "b.txt")
			return d
		}, deposit.ActionNone, "has the same metadata, but other files"},
		{"the same, published", func(t *testing.T, p *deposit.Pusher, _ *deposit.Manifest) *zenodo.Deposition {
			return publish(t, p, mine, "a.txt")
		}, deposit.ActionNone, ""},
		{"the same, published without the file", func(t *testing.T, p *deposit.Pusher, m *deposit.Manifest) *zenodo.Deposition {
			publish(t, p, mine, "a.txt")
			m.Files = append(m.Files, upload("b.txt", "x"))
			return nil
		}, deposit.ActionCreate, "has the same metadata, but other files"},
		{"the title alone", func(t *testing.T, p *deposit.Pusher, _ *deposit.Manifest) *zenodo.Deposition {
			create(t, p, `{"title": "Title"}`, "a.txt")
			return nil
		}, deposit.ActionCreate, ""},
		{"no title", func(t *testing.T, p *deposit.Pusher, m *deposit.Manifest) *zenodo.Deposition {
			create(t, p, `{"upload_type": "dataset"}`, "a.txt")
			m.Metadata = read(t, "m.json", `{"upload_type": "dataset"}`)
			return nil
		}, deposit.ActionCreate, ""},
	} {
		p := newPusher(t, zenodotest.Config{})
		var notes []string
		p.Note = func(format string, args ...any) { notes = append(notes, fmt.Sprintf(format, args...)) }
		m := manifest(t, upload("a.txt", "x"))
		want := tt.world(t, p, m)
		before := len(depositions(t, p))
		plan, err := p.Plan(t.Context(), m)
		if err != nil || plan.Action != tt.action || want == nil && plan.ID != "" || want != nil && plan.ID != want.ID {
			t.Errorf("%s: got %+v, %v; want to %s %+v", tt.name, plan, err, tt.action, want)
		}
		if got := strings.Join(notes, "\n"); !strings.Contains(got, tt.note) || (tt.note == "") != (got == "") {
			t.Errorf("%s: got the notes %q, want %q", tt.name, got, tt.note)
		}
		if after := len(depositions(t, p)); after != before {
			t.Errorf("%s: a plan made %d depositions", tt.name, after-before)
		}
	}
}

// The list may be behind: a deposition in it that is gone is passed over.
func TestLocateDeletedSinceListed(t *testing.T) {
	var p *deposit.Pusher
	var gone *zenodo.Deposition
	p = newPusher(t, zenodotest.Config{OnRequest: func(_ int, r *http.Request) {
		if d := gone; d != nil && r.Method == http.MethodGet && strings.HasSuffix(r.URL.Path, "/depositions/"+string(d.ID)) {
			gone = nil
			if err := p.Depositions.Delete(context.Background(), d.ID); err != nil {
				t.Error(err)
			}
		}
	}})
	want := create(t, p, "{"+valid+"}", "a.txt")
	newest := create(t, p, "{"+valid+"}", "a.txt")
	gone = newest
	plan, err := p.Plan(t.Context(), manifest(t, upload("a.txt", "x")))
	if err != nil || plan.Action != deposit.ActionNone || plan.ID != want.ID || gone != nil {
		t.Errorf("got %+v, %v, want nothing to do to %s", plan, err, want.ID)
	}
}

// What cannot be asked for is no reason to make a draft.
func TestLocateFails(t *testing.T) {
	var path string
	p := newPusher(t, zenodotest.Config{Fault: func(r *http.Request, _ int) zenodotest.Fault {
		if path != "" && strings.HasSuffix(r.URL.Path, path) {
			return zenodotest.Fault{Kind: zenodotest.FaultBlock}
		}
		return zenodotest.Fault{}
	}})
	d := publish(t, p, "{"+valid+"}", "a.txt")
	for _, tt := range []struct {
		name, path string
		entry      deposit.Entry
		manifest   deposit.Manifest
	}{
		{"named", "/depositions/" + string(d.ID), deposit.Entry{}, deposit.Manifest{ID: d.ID}},
		{"known", "/depositions/" + string(d.ID), deposit.Entry{ID: d.ID}, deposit.Manifest{}},
		{"marked", "/depositions", deposit.Entry{Marker: "zharvest push 1"}, deposit.Manifest{}},
		{"listed", "/depositions", deposit.Entry{}, deposit.Manifest{}},
		{"the same", "/depositions/" + string(d.ID), deposit.Entry{}, deposit.Manifest{}},
		{"the record", "/records/" + string(d.ID), deposit.Entry{}, deposit.Manifest{VersionOf: string(d.ID)}},
		{"the latest version", "/versions/latest", deposit.Entry{}, deposit.Manifest{VersionOf: string(d.ID)}},
		{"the draft of a new version", "/depositions", deposit.Entry{}, deposit.Manifest{VersionOf: string(d.ID)}},
	} {
		note(t, p, tt.entry)
		m := tt.manifest
		m.Key, m.Metadata, m.Files = "key", read(t, "m.json", "{"+valid+"}"), []zenodo.Upload{upload("b.txt", "x")}
		path = tt.path
		plan, err := p.Plan(t.Context(), &m)
		if path = ""; !errors.Is(err, zenodo.ErrBlocked) {
			t.Errorf("%s: got %+v, %v, want ErrBlocked", tt.name, plan, err)
		}
	}
}

// A new version is of the latest one, whichever is named and however, and its
// draft is made once.
func TestLatest(t *testing.T) {
	p := newPusher(t, zenodotest.Config{})
	old := publish(t, p, "{"+valid+"}", "a.txt", "b.txt")
	draft, err := p.Depositions.NewVersion(t.Context(), old.ID)
	if err != nil {
		t.Fatal(err)
	}
	latest, err := p.Depositions.Update(t.Context(), draft.ID, []byte("{"+valid+`, "version": "2"}`))
	if err == nil {
		_, err = p.Depositions.Upload(t.Context(), latest, upload("a.txt", "y")) // else it is a duplicate
	}
	if err == nil {
		latest, err = p.Depositions.Publish(t.Context(), draft.ID)
	}
	if err != nil {
		t.Fatal(err)
	}
	names := []string{string(old.ID), string(old.DOI), string(latest.ID), string(latest.DOI), string(old.ConceptDOI), "https://doi.org/" + string(old.DOI)}
	describe := func(of string) *deposit.Manifest {
		m := manifest(t, upload("a.txt", "y"))
		m.VersionOf = of
		return m
	}
	for _, of := range names {
		plan, err := p.Plan(t.Context(), describe(of))
		if err != nil || plan.Action != deposit.ActionNewVersion || plan.ID != latest.ID {
			t.Errorf("%s: got %+v, %v, want a new version of %s", of, plan, err, latest.ID)
		}
	}
	for _, of := range []string{"10.5281/zenodo.1", "1", "10.1234/nonesuch"} {
		if plan, err := p.Plan(t.Context(), describe(of)); !errors.Is(err, zenodo.ErrNotFound) || !strings.Contains(err.Error(), "find "+of) {
			t.Errorf("%s: got %+v, %v, want ErrNotFound", of, plan, err)
		}
	}
	begun, err := push(t, p, describe(names[0]))
	if err != nil {
		t.Fatal(err)
	}
	for _, of := range names {
		plan, err := p.Plan(t.Context(), describe(of))
		if err != nil || plan.Action != deposit.ActionNone || plan.ID != begun.Deposition.ID {
			t.Errorf("%s, begun: got %+v, %v, want nothing to do to %s", of, plan, err, begun.Deposition.ID)
		}
	}
}
