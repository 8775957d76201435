package deposit_test

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"path/filepath"
	"slices"
	"sync/atomic"
	"testing"

	"github.com/zharvest/zharvest/deposit"
	"github.com/zharvest/zharvest/zenodo"
	"github.com/zharvest/zharvest/zenodotest"
)

// endingAt is a transport under which a run ends at its nth request: before it
// is sent, or when the server has carried it out.
type endingAt struct {
	next  http.RoundTripper
	n     int64
	after bool
	end   context.CancelFunc

	seen atomic.Int64
}

func (e *endingAt) RoundTrip(r *http.Request) (*http.Response, error) {
	if e.seen.Add(1) != e.n {
		return e.next.RoundTrip(r)
	}
	if e.after {
		resp, err := e.next.RoundTrip(r)
		if err != nil {
			return nil, err
		}
		resp.Body.Close()
	}
	e.end()
	return nil, context.Canceled
}

// A push that ends at any of its requests is resumed by the next one: it makes
// no second draft, sends what is missing, and publishes once.
func TestPushEndedAnywhere(t *testing.T) {
	for _, tt := range []struct {
		name string
		// before makes what there is, and says what is pushed then.
		before      func(t *testing.T, p *deposit.Pusher) *deposit.Manifest
		depositions int
	}{
		{"a new record", func(t *testing.T, _ *deposit.Pusher) *deposit.Manifest {
			return manifest(t, upload("a.txt", "one"), upload("b.txt", "two"))
		}, 1},
		{"a draft", func(t *testing.T, p *deposit.Pusher) *deposit.Manifest {
			if _, err := push(t, p, manifest(t, upload("a.txt", "one"), upload("c.txt", "x"))); err != nil {
				t.Fatal(err)
			}
			m := manifest(t, upload("a.txt", "ONE"), upload("b.txt", "two"))
			m.Metadata = read(t, "m.json", "{"+valid+`, "version": "2"}`)
			return m
		}, 1},
		{"a new version", func(t *testing.T, p *deposit.Pusher) *deposit.Manifest {
			old := publish(t, p, "{"+valid+"}", "a.txt", "c.txt")
			m := manifest(t, upload("a.txt", "one"), upload("b.txt", "two"))
			m.VersionOf = string(old.ID)
			return m
		}, 2},
	} {
		for _, after := range []bool{false, true} {
			ends := 0
			for n := int64(1); ; n++ {
				name := fmt.Sprintf("%s, ended at request %d, carried out: %t", tt.name, n, after)
				srv := zenodotest.NewServer(t, zenodotest.Config{})
				path := filepath.Join(t.TempDir(), ".m.json.zharvest.json")
				m := tt.before(t, pusherTo(t, srv, path))
				m.Publish = true

				ctx, cancel := context.WithCancel(t.Context())
				transport := &endingAt{next: http.DefaultTransport, n: n, after: after, end: cancel}
				p := pusherTo(t, srv, path, zenodo.WithTransport(transport))
				p.Jobs = 1
				plan, err := p.Plan(ctx, m)
				if err == nil {
					_, err = p.Apply(ctx, plan)
				}
				cancel()
				isWhole := transport.seen.Load() < n
				if isWhole != (err == nil) {
					t.Errorf("%s: got %v after %d requests", name, err, transport.seen.Load())
				}
				checkResumed(t, name, pusherTo(t, srv, path), m, tt.depositions)
				if isWhole {
					break
				}
				ends++
			}
			if ends < 7 {
				t.Errorf("%s: ended at %d requests alone", tt.name, ends)
			}
		}
	}
}

// checkResumed pushes again, and fails the test unless that leaves as many
// depositions as there should be, and what was pushed is public.
func checkResumed(t *testing.T, name string, p *deposit.Pusher, m *deposit.Manifest, want int) {
	t.Helper()
	result, err := push(t, p, m)
	if err != nil {
		t.Errorf("%s: resumed: %v", name, err)
		return
	}
	all := depositions(t, p)
	d := result.Deposition
	if len(all) != want || !d.Published() || len(d.Files) != len(m.Files) {
		t.Errorf("%s: got %d depositions, want %d; %s with %d files", name, len(all), want, d.State, len(d.Files))
	}
	if again, err := p.Plan(t.Context(), m); err != nil || again.Action != deposit.ActionNone || again.ID != d.ID {
		t.Errorf("%s: afterwards: got %+v, %v, want nothing to do", name, again, err)
	}
	if entry := p.Journal.Entry("key"); entry.ID != d.ID || entry.DOI != d.DOI || entry.Marker != "" {
		t.Errorf("%s: the journal has %+v", name, entry)
	}
}

// Each value that metadata can have is stored by one push, found to be there by
// the next one, and taken away by a push without it.
func TestPushEachAttribute(t *testing.T) {
	all := deposit.FromRecord(everything())
	p := newPusher(t, zenodotest.Config{Communities: []string{"egi-ace"}})
	d := create(t, p, "{"+valid+"}")
	describe := func(more string) *deposit.Manifest {
		m := &deposit.Manifest{ID: d.ID, Metadata: read(t, "m.json", "{"+valid+"}")}
		if more != "" {
			if err := m.Metadata.Set(more); err != nil {
				t.Fatal(err)
			}
		}
		return m
	}
	for _, set := range assignments(t, all) {
		result, err := push(t, p, describe(set))
		if err != nil || len(result.Dropped) > 0 {
			t.Errorf("%s: got %+v, %v", set, result, err)
			continue
		}
		if plan, err := p.Plan(t.Context(), describe(set)); err != nil || plan.Action != deposit.ActionNone {
			t.Errorf("%s, again: got %+v, %v, want nothing to do", set, plan, err)
		}
		if _, err := push(t, p, describe("")); err != nil {
			t.Errorf("%s, taken away: %v", set, err)
		}
		if plan, err := p.Plan(t.Context(), describe("")); err != nil || plan.Action != deposit.ActionNone {
			t.Errorf("%s, taken away: got %+v, %v, want nothing to do", set, plan, err)
		}
	}
}

// assignments set each value of metadata, as [deposit.Metadata.Set] takes them.
func assignments(t *testing.T, m *deposit.Metadata) (sets []string) {
	t.Helper()
	var values map[string]json.RawMessage
	if err := json.Unmarshal(m.JSON(), &values); err != nil {
		t.Fatal(err)
	}
	delete(values, "publication_type") // it means nothing to a dataset
	for _, key := range slices.Sorted(maps.Keys(values)) {
		sets = append(sets, key+"="+string(values[key]))
	}
	return sets
}
