package deposit_test

import (
	"context"
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/zharvest/zharvest/deposit"
	"github.com/zharvest/zharvest/zenodo"
	"github.com/zharvest/zharvest/zenodotest"
)

func isPublish(r *http.Request) bool {
	return r.Method == http.MethodPost && strings.HasSuffix(r.URL.Path, "/actions/publish")
}

// publishing is a push that publishes, up to the moment of the publication.
type publishing struct {
	*deposit.Pusher
	path  string // of the journal
	posts atomic.Int64

	// meanwhile, where not nil, is called before each request to publish is
	// answered, and fault decides what goes wrong with the nth of them.
	meanwhile func(id string)
	fault     func(n int64) zenodotest.Fault
}

func newPublishing(t *testing.T) *publishing {
	t.Helper()
	p := &publishing{path: filepath.Join(t.TempDir(), ".m.json.zharvest.json")}
	srv := zenodotest.NewServer(t, zenodotest.Config{
		OnRequest: func(_ int, r *http.Request) {
			if isPublish(r) && p.meanwhile != nil {
				act := p.meanwhile
				p.meanwhile = nil
				act(strings.Split(r.URL.Path, "/")[4])
			}
		},
		Fault: func(r *http.Request, _ int) zenodotest.Fault {
			if !isPublish(r) {
				return zenodotest.Fault{}
			}
			n := p.posts.Add(1)
			if p.fault == nil {
				return zenodotest.Fault{}
			}
			return p.fault(n)
		},
	})
	p.Pusher = pusherTo(t, srv, p.path)
	return p
}

// first fails the first requests to publish.
func first(most int64, f zenodotest.Fault) func(int64) zenodotest.Fault {
	return func(n int64) zenodotest.Fault {
		if n <= most {
			return f
		}
		return zenodotest.Fault{}
	}
}

// A publication is asked for until it is known how it ended, and never again
// once it was carried out. What failed leaves a draft, and a journal that knows
// no DOI.
func TestPublish(t *testing.T) {
	for _, tt := range []struct {
		name      string
		fault     func(int64) zenodotest.Fault
		meanwhile func(*publishing) func(id string)
		posts     int64
		want      error // nil where it is public in the end
	}{
		{name: "answered", posts: 1},
		{name: "carried out, the answer lost", fault: first(1, zenodotest.Fault{Kind: zenodotest.Fault504, After: true}), posts: 1},
		{name: "carried out, the answer garbled", fault: first(1, zenodotest.Fault{Kind: zenodotest.FaultGarbled}), posts: 1},
		{name: "not carried out at first", fault: first(2, zenodotest.Fault{Kind: zenodotest.Fault504}), posts: 3},
		{name: "refused", fault: first(9, zenodotest.Fault{Kind: zenodotest.FaultBlock}), posts: 1, want: zenodo.ErrBlocked},
		{name: "fails each time", fault: first(99, zenodotest.Fault{Kind: zenodotest.Fault500}), posts: zenodo.DefaultMaxAttempts, want: zenodo.ErrServer},
		{name: "published by someone else", posts: 1, meanwhile: func(p *publishing) func(string) {
			return func(id string) { _, _ = p.Depositions.Publish(context.Background(), zenodo.RecordID(id)) }
		}, fault: func(n int64) zenodotest.Fault {
			if n == 2 { // ours, as the other came in between
				return zenodotest.Fault{Kind: zenodotest.FaultBlock}
			}
			return zenodotest.Fault{}
		}},
	} {
		p := newPublishing(t)
		p.fault = tt.fault
		if tt.meanwhile != nil {
			p.meanwhile = tt.meanwhile(p)
			tt.posts++ // theirs
		}
		m := manifest(t, upload("a.txt", "one"))
		m.Publish = true
		result, err := push(t, p.Pusher, m)
		entry := p.Journal.Entry("key")
		all := depositions(t, p.Pusher)
		if len(all) != 1 {
			t.Fatalf("%s: got %d depositions", tt.name, len(all))
		}
		if got := p.posts.Load(); !errors.Is(err, tt.want) || got != tt.posts {
			t.Errorf("%s: got %v after %d requests, want %v after %d", tt.name, err, got, tt.want, tt.posts)
		}
		if entry.ID != all[0].ID || !strings.HasPrefix(entry.Digest, "sha256:") || entry.Marker != "" {
			t.Errorf("%s: the journal has %+v", tt.name, entry)
		}
		switch isPublic := tt.want == nil; {
		case all[0].Published() != isPublic, (entry.DOI != "") != isPublic:
			t.Errorf("%s: got state %s, and the DOI %q in the journal", tt.name, all[0].State, entry.DOI)
		case isPublic && (result.Deposition.DOI != entry.DOI || !result.Deposition.Published()):
			t.Errorf("%s: got %s, %s", tt.name, result.Deposition.State, result.Deposition.DOI)
		case isPublic:
			again, err := push(t, p.Pusher, m)
			if err != nil || again.Deposition.ID != entry.ID || p.posts.Load() != tt.posts {
				t.Errorf("%s, again: got %+v, %v after %d requests", tt.name, again, err, p.posts.Load())
			}
		}
	}
}

// What was not to be published stays a draft.
func TestPublishNotWanted(t *testing.T) {
	p := newPublishing(t)
	result, err := push(t, p.Pusher, manifest(t, upload("a.txt", "one")))
	if err != nil || result.Deposition.Submitted || p.posts.Load() != 0 || p.Journal.Entry("key").Digest != "" {
		t.Errorf("got %+v, %v; %d requests to publish; %+v", result, err, p.posts.Load(), p.Journal.Entry("key"))
	}
}

// A draft that is not what was planned, or whose publication cannot be noted,
// is not published.
func TestPublishUnverified(t *testing.T) {
	for _, tt := range []struct {
		name string
		// change is called when all was sent and before it is read.
		change func(t *testing.T, p *deposit.Pusher, d *zenodo.Deposition, path string) error
		what   string
	}{
		{"another file", func(t *testing.T, p *deposit.Pusher, d *zenodo.Deposition, _ string) error {
			_, err := p.Depositions.Upload(t.Context(), d, upload("more.txt", "more"))
			return err
		}, "more.txt was to be removed and is still there"},
		{"other content", func(t *testing.T, p *deposit.Pusher, d *zenodo.Deposition, _ string) error {
			_, err := p.Depositions.Upload(t.Context(), d, upload("a.txt", "two"))
			return err
		}, "a.txt is not what was sent"},
		{"a file less", func(t *testing.T, p *deposit.Pusher, d *zenodo.Deposition, _ string) error {
			return p.Depositions.DeleteFile(t.Context(), d, &zenodo.DepositionFile{Key: "a.txt"})
		}, "a.txt did not arrive"},
		{"another push", func(_ *testing.T, _ *deposit.Pusher, _ *zenodo.Deposition, path string) error {
			return os.WriteFile(path, []byte(`{"version": 1, "depositions": {}}`), 0o600)
		}, deposit.ErrBusy.Error()},
	} {
		p := newPublishing(t)
		m := manifest(t, upload("a.txt", "one"))
		m.Publish = true
		var changed error
		sent := false
		p.Note = func(format string, _ ...any) {
			if !strings.HasSuffix(format, ": sent") || sent {
				return
			}
			sent = true
			changed = tt.change(t, p.Pusher, depositions(t, p.Pusher)[0], p.path)
		}
		_, err := push(t, p.Pusher, m)
		if changed != nil || !sent || err == nil || !strings.Contains(err.Error(), tt.what) || p.posts.Load() != 0 {
			t.Errorf("%s: got %v, want %q; changing it: %v; %d requests to publish", tt.name, err, tt.what, changed, p.posts.Load())
		}
	}
}

// Where the server has dropped something of a record, the journal knows that it
// is what was pushed. Each row changes what is pushed then.
func TestDigest(t *testing.T) {
	const other = `"notes": "Other", `
	a, b := upload("a.txt", "one"), upload("b.txt", "two")
	for _, tt := range []struct {
		name   string
		more   string
		files  []zenodo.Upload
		same   bool
		isFile bool // the files differ
	}{
		{"the same", "", []zenodo.Upload{a, b}, true, false},
		{"another order of files", "", []zenodo.Upload{b, a}, true, false},
		{"other metadata", other, []zenodo.Upload{a, b}, false, false},
		{"a file less", "", []zenodo.Upload{a}, false, true},
		{"a file more", "", []zenodo.Upload{a, b, upload("c.txt", "three")}, false, true},
		{"other content", "", []zenodo.Upload{a, upload("b.txt", "TWO")}, false, true},
		{"names exchanged", "", []zenodo.Upload{upload("a.txt", "two"), upload("b.txt", "one")}, false, true},
	} {
		describe := func(more string, files ...zenodo.Upload) *deposit.Manifest {
			metadata := read(t, "m.json", "{"+more+valid+`, "communities": [{"identifier": "nonesuch"}]}`)
			return &deposit.Manifest{Key: "key", Metadata: metadata, Files: files, Publish: true}
		}
		p := newPublishing(t)
		first, err := push(t, p.Pusher, describe("", a, b))
		if err != nil {
			t.Fatal(err)
		}
		plan, err := p.Plan(t.Context(), describe(tt.more, tt.files...))
		if tt.same {
			if err != nil || plan.Action != deposit.ActionNone || plan.ID != first.Deposition.ID || len(plan.Metadata) > 0 {
				t.Errorf("%s: got %+v, %v, want nothing to do", tt.name, plan, err)
			}
			continue
		}
		e, ok := errors.AsType[*deposit.PublishedError](err)
		if !ok || e.Files != tt.isFile || e.Deposition.ID != first.Deposition.ID {
			t.Errorf("%s: got %+v, %v, want a PublishedError, files: %t", tt.name, plan, err, tt.isFile)
		}
	}
}
