package main

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/zharvest/zharvest/mirror"
	"github.com/zharvest/zharvest/zenodo"
	"github.com/zharvest/zharvest/zenodotest"
)

// movingWorld is an emulated Zenodo in which people publish, edit, delete, and
// curate. Its clock may show another time than its records have.
type movingWorld struct {
	*zenodotest.Emulator
	t     *testing.T
	dice  *rand.Rand
	clock time.Time
	skew  time.Duration // of the header Date
	ids   []string      // of what was published here
	api   string
}

func newMovingWorld(t *testing.T, seed uint64) *movingWorld {
	// Its time passes faster than ours, and must not overtake that.
	w := &movingWorld{t: t, dice: rand.New(rand.NewPCG(seed, 11)), clock: time.Now().AddDate(0, 0, -60)}
	e, err := zenodotest.New(zenodotest.Config{Synthetic: 640, Seed: seed, Now: func() time.Time { return w.clock }})
	if err != nil {
		t.Fatal(err)
	}
	w.Emulator = e
	srv := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		e.ServeHTTP(&skewedWriter{rw, w.skew}, r)
	}))
	t.Cleanup(srv.Close)
	w.api = srv.URL + "/api"
	for range 40 {
		w.publish()
		w.clock = w.clock.Add(10 * time.Minute)
	}
	return w
}

// skewedWriter shows another time than the server has.
type skewedWriter struct {
	http.ResponseWriter
	skew time.Duration
}

func (w *skewedWriter) WriteHeader(status int) {
	if at, err := http.ParseTime(w.Header().Get("Date")); err == nil {
		w.Header().Set("Date", at.Add(w.skew).Format(http.TimeFormat))
	}
	w.ResponseWriter.WriteHeader(status)
}

func (w *movingWorld) publish() {
	slug := []string{"mine", "mine", "other"}[w.dice.IntN(3)]
	id, err := w.Publish(zenodotest.Draft{Title: fmt.Sprint("Record ", len(w.ids)), Communities: []string{slug}})
	if err != nil {
		w.t.Fatal(err)
	}
	w.ids = append(w.ids, id)
}

// move lets something happen. What concerns a record that was deleted does not.
func (w *movingWorld) move() {
	id := w.ids[w.dice.IntN(len(w.ids))]
	switch w.dice.IntN(9) {
	case 0:
		w.publish()
	case 1:
		_ = w.Edit(id, zenodotest.SetTitle(fmt.Sprint("Edited ", w.dice.IntN(1000))))
	case 2:
		w.editUnseen(id)
	case 3:
		_ = w.Delete(id, zenodotest.Tombstone{Reason: "duplicate"})
	case 4:
		_ = w.Move(id, "mine")
	case 5:
		_ = w.Move(id, "other")
	case 6:
		if next, err := w.NewVersion(id); err == nil {
			w.ids = append(w.ids, next)
		}
	case 7: // the newest version of something
		if next, err := w.NewVersion(id); err == nil {
			w.clock = w.clock.Add(time.Hour)
			w.update()
			_ = w.Delete(next, zenodotest.Tombstone{})
		}
	case 8:
		w.skew = time.Duration(w.dice.IntN(7)-3) * time.Hour
	}
}

// editUnseen edits a record half an hour ago, which no search has seen until now.
func (w *movingWorld) editUnseen(id string) {
	now := w.clock
	w.clock = now.Add(-30 * time.Minute)
	_ = w.Edit(id, zenodotest.SetTitle(fmt.Sprint("Edited unseen ", w.dice.IntN(1000))))
	w.clock = now
}

// movingHarvests are kept in an index each, so that what one lacks does not come
// with the other.
var movingHarvests = []string{"mine", "everything"}

// update runs all harvests, and returns what became of each, by name.
func (w *movingWorld) update(flags ...string) map[string]mirror.Result {
	byName := map[string]mirror.Result{}
	for _, name := range movingHarvests {
		var stdout, stderr bytes.Buffer
		args := append([]string{"--db", name + ".db", "--api", w.api, "update", "--json"}, flags...)
		if code := run(w.t.Context(), args, strings.NewReader(""), &stdout, &stderr); code != exitOK && code != exitIncomplete {
			w.t.Fatalf("update: exit code %d, %s", code, stderr.String())
		}
		byName[name] = summaries(w.t, stdout.String())[0]
	}
	return byName
}

// truth are the ids and titles of the records that the server has, of all or of
// the community mine.
func (w *movingWorld) truth(client *zenodo.Client, harvest string) []string {
	records := client.Records.All(context.Background(), zenodo.SearchOptions{})
	if harvest == "mine" {
		records = client.Communities.AllRecords(context.Background(), "mine", zenodo.SearchOptions{})
	}
	var lines []string
	for r, err := range records {
		if err != nil {
			w.t.Fatal(err)
		}
		lines = append(lines, fmt.Sprintf("%s,%s", r.ID, r.Metadata.Title))
	}
	slices.Sort(lines)
	return lines
}

// held are those of the index.
func (w *movingWorld) held(harvest string) []string {
	text := zharvest(w.t, "-q", "--db", harvest+".db", "export", "--harvest", harvest, "--template", "{{.ID}},{{.Title}}")
	lines := strings.Split(strings.TrimSuffix(text, "\n"), "\n")
	slices.Sort(lines)
	return lines
}

// In a world that moves, and whose clock is wrong, the index has after each
// update what the server has, or does not call itself complete.
func TestMovingWorld(t *testing.T) {
	home(t)
	w := newMovingWorld(t, 1)
	client, err := zenodo.NewClient(zenodo.WithBaseURL("http://127.0.0.1/api"), zenodo.WithTransport(w.Transport()))
	if err != nil {
		t.Fatal(err)
	}
	zharvest(t, "--db", "mine.db", "--api", w.api, "harvest", "-c", "mine")
	zharvest(t, "--db", "everything.db", "--api", w.api, "harvest")
	states, unseen := map[string]int{}, false
	for round := range sized(1000, 30, 5) {
		for range w.dice.IntN(5) {
			w.move()
			w.clock = w.clock.Add(time.Duration(w.dice.IntN(20)) * time.Minute)
		}
		// What an update finds is not all that was changed by then.
		late := w.dice.IntN(2) == 0
		if late {
			w.publish()
		} else {
			w.clock = w.clock.Add(time.Hour)
		}
		for name, s := range w.update() {
			if s.State == "incomplete" && w.skew < 0 {
				continue // some records are from the server's future
			}
			states[name+" "+s.State]++
			if name == "everything" && round%10 < 9 && !unseen {
				continue // what this update lacks, the next one lacks, too
			}
			want, got := w.truth(client, name), w.held(name)
			if s.Complete && !slices.Equal(got, want) {
				t.Errorf("round %d: %s is %s and holds %d of %d: %v", round, name, s.State, len(got), len(want), difference(got, want))
			}
			if s.Complete && s.Total != len(want) {
				t.Errorf("round %d: %s counts %d, want %d", round, name, s.Total, len(want))
			}
		}
		if unseen = late; unseen {
			w.editUnseen(w.ids[w.dice.IntN(len(w.ids))])
		}
	}
	t.Logf("states: %v", states)
	if states["mine complete"] == 0 || states["everything counts"] == 0 || states["mine incomplete"]+states["everything incomplete"] > 0 {
		t.Errorf("states %v, want mine complete and everything counted", states)
	}
	w.clock = w.clock.Add(time.Hour)
	for name, s := range w.update("--full") {
		want, got := w.truth(client, name), w.held(name)
		if s.State != "complete" || !slices.Equal(got, want) {
			t.Errorf("in the end %s is %s: %v", name, s.State, difference(got, want))
		}
	}
}

// difference are the lines of one list alone.
func difference(got, want []string) (lines []string) {
	for _, line := range got {
		if !slices.Contains(want, line) {
			lines = append(lines, "held: "+line)
		}
	}
	for _, line := range want {
		if !slices.Contains(got, line) {
			lines = append(lines, "lacks: "+line)
		}
	}
	return lines
}
