package main

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/zharvest/zharvest/deposit"
	"github.com/zharvest/zharvest/zenodo"
	"github.com/zharvest/zharvest/zenodotest"
)

// writeFaults lets a share of the requests go wrong, half of them after they
// were carried out.
func writeFaults(share float64, seed uint64) func(*http.Request, int) zenodotest.Fault {
	kinds := []zenodotest.FaultKind{
		zenodotest.FaultReset, zenodotest.Fault500, zenodotest.Fault502, zenodotest.Fault504, zenodotest.FaultCut,
		zenodotest.FaultGarbled, zenodotest.FaultEmpty, zenodotest.FaultHTML, zenodotest.FaultChecksum, zenodotest.FaultUpload,
	}
	return func(r *http.Request, n int) zenodotest.Fault {
		dice := rand.New(rand.NewPCG(seed, uint64(n)))
		kind := kinds[dice.IntN(len(kinds))]
		if dice.Float64() >= share || kind == zenodotest.FaultChecksum && r.Method != http.MethodPut {
			return zenodotest.Fault{} // checksums are the server's word, but for what was sent just now
		}
		return zenodotest.Fault{Kind: kind, After: dice.IntN(2) == 0}
	}
}

// pushFiles are the files of a push, by name.
var pushFiles = map[string]string{"a.txt": "one\n", "b.bin": strings.Repeat("two ", 60_000), "c d.txt": "three\n"}

// A push that is killed at any moment, and run again each time, ends with one
// record, every file once and intact, published once, although a fifth of the
// requests fails.
func TestPushKilled(t *testing.T) {
	if underRace {
		t.Skip("the process that is killed runs without the detector's help; scripts cover the rest")
	}
	home(t)
	t.Setenv("ZENODO_TOKEN", "s3cr3t")
	calm := zenodotest.Config{Token: "s3cr3t", Latency: 3 * time.Millisecond}
	begin := time.Now()
	srv, args := preparePush(t, calm)
	if p := start(t, args...); p.wait(t) != exitOK {
		t.Fatal(p.stderr.String())
	}
	took := time.Since(begin)
	checkPushed(t, srv)

	kills := sized(100, 5, 0)
	for killed, round := 0, uint64(0); killed < kills; round++ {
		rough, trouble := calm, writeFaults(0.2, round)
		var over atomic.Bool // so that what is looked at in the end is what there is
		rough.Fault = func(r *http.Request, n int) zenodotest.Fault {
			if over.Load() {
				return zenodotest.Fault{}
			}
			return trouble(r, n)
		}
		srv, args := preparePush(t, rough)
		n, runs := pushKilled(t, args, 2*took, min(5, kills-killed))
		killed += n
		over.Store(true)
		t.Logf("round %d: %d runs, %d of them killed, %d requests", round, runs, n, srv.RequestCount())
		checkPushed(t, srv)
	}
}

// preparePush makes a server, and a folder with what is pushed to it.
func preparePush(t *testing.T, cfg zenodotest.Config) (*zenodotest.Server, []string) {
	t.Helper()
	srv := zenodotest.NewServer(t, cfg)
	dir := t.TempDir()
	data := filepath.Join(dir, "data")
	if err := os.Mkdir(data, 0o755); err != nil {
		t.Fatal(err)
	}
	manifest := filepath.Join(dir, "m.yaml")
	text := "title: Killed\nupload_type: dataset\ndescription: Text\nnotes: Mine\ncreators: [{name: 'Doe, Jane'}]\n"
	if err := os.WriteFile(manifest, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	for name, content := range pushFiles {
		if err := os.WriteFile(filepath.Join(data, name), []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return srv, []string{"--api", srv.API(), "deposit", "push", "--metadata", manifest, data, "--publish"}
}

// pushKilled pushes until it is done, killing the process at random moments,
// at most so many times. A run that gives up is run again, too.
func pushKilled(t *testing.T, args []string, within time.Duration, most int) (killed, runs int) {
	t.Helper()
	for {
		if runs++; runs > 40 {
			t.Fatal("a push does not come to its end")
		}
		p := start(t, args...)
		if killed < most {
			timer := time.AfterFunc(rand.N(within), func() { p.Process.Kill() })
			defer timer.Stop()
		}
		switch code := p.wait(t); code {
		case exitOK:
			return killed, runs
		case -1:
			killed++
		case exitFailure:
			t.Logf("gave up: %s", p.stderr.String())
		default:
			t.Fatalf("after %d kills: exit code %d, %s", killed, code, p.stderr.String())
		}
	}
}

// checkPushed fails the test unless the server has one record as it was
// pushed, and nothing beside it.
func checkPushed(t *testing.T, srv *zenodotest.Server) {
	t.Helper()
	client, err := zenodo.NewClient(zenodo.WithBaseURL(srv.API()), zenodo.WithAccessToken("s3cr3t"))
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for d, err := range client.Depositions.All(t.Context(), zenodo.ListDepositionsOptions{AllVersions: true}) {
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, string(d.ID))
	}
	if len(all) != 1 {
		t.Fatalf("%d depositions, want 1: %v; %v", len(all), all, writes(srv))
	}
	d, err := client.Depositions.Get(t.Context(), zenodo.RecordID(all[0]))
	if err != nil {
		t.Fatal(err)
	}
	stored, err := deposit.Stored(d)
	if err != nil || !d.Published() || stored.Text("title") != "Killed" || stored.Text("notes") != "Mine" {
		t.Errorf("got %s, %v; want it published, with its own notes", d.Raw, err)
	}
	checkContents(t, client, d)
}

func checkContents(t *testing.T, client *zenodo.Client, d *zenodo.Deposition) {
	t.Helper()
	if len(d.Files) != len(pushFiles) {
		t.Errorf("%d files, want %d", len(d.Files), len(pushFiles))
	}
	for _, f := range d.Files {
		path := filepath.Join(t.TempDir(), "content")
		if err := client.Depositions.Download(t.Context(), d, &f, path, nil); err != nil {
			t.Error(err)
			continue
		}
		if content, err := os.ReadFile(path); err != nil || string(content) != pushFiles[f.Key] {
			t.Errorf("%s has %d bytes, %v; want those that were pushed", f.Key, len(content), err)
		}
	}
}

// writes are the requests that may have changed something, for messages.
func writes(srv *zenodotest.Server) []string {
	var lines []string
	for _, r := range srv.Requests() {
		if r.Method != http.MethodGet {
			lines = append(lines, fmt.Sprintf("%s %s %d %s", r.Method, r.Path, r.Status, r.Fault))
		}
	}
	return lines
}
