package deposit_test

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/zharvest/zharvest/deposit"
	"github.com/zharvest/zharvest/zenodo"
	"github.com/zharvest/zharvest/zenodotest"
)

func newPusher(t *testing.T, cfg zenodotest.Config) *deposit.Pusher {
	t.Helper()
	srv := zenodotest.NewServer(t, cfg)
	client, err := zenodo.NewClient(zenodo.WithBaseURL(srv.API()), zenodo.WithAccessToken("s3cr3t"))
	if err != nil {
		t.Fatal(err)
	}
	journal, err := deposit.OpenJournal("")
	if err != nil {
		t.Fatal(err)
	}
	return &deposit.Pusher{Depositions: client.Depositions, Records: client.Records, Journal: journal, Jobs: 2}
}

func upload(name, content string) zenodo.Upload {
	open := func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(content)), nil }
	return zenodo.Upload{Key: name, Size: int64(len(content)), Open: open}
}

func manifest(t *testing.T, files ...zenodo.Upload) *deposit.Manifest {
	t.Helper()
	return &deposit.Manifest{Key: "key", Metadata: read(t, "m.json", "{"+sound+"}"), Files: files}
}

func push(t *testing.T, p *deposit.Pusher, m *deposit.Manifest) (*deposit.Result, error) {
	t.Helper()
	plan, err := p.Plan(t.Context(), m)
	if err != nil {
		return nil, err
	}
	return p.Apply(t.Context(), m, plan)
}

func depositions(t *testing.T, p *deposit.Pusher) (all []*zenodo.Deposition) {
	t.Helper()
	for d, err := range p.Depositions.All(t.Context(), zenodo.ListDepositionsOptions{}) {
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, d)
	}
	return all
}

// A draft that was not made although the server was asked is asked for again.
func TestPushDraftNotMade(t *testing.T) {
	var failed atomic.Int64
	p := newPusher(t, zenodotest.Config{Fault: func(r *http.Request, _ int) zenodotest.Fault {
		if r.Method == http.MethodPost && strings.HasSuffix(r.URL.Path, "/depositions") && failed.Add(1) <= 2 {
			return zenodotest.Fault{Kind: zenodotest.Fault504}
		}
		return zenodotest.Fault{}
	}})
	if _, err := push(t, p, manifest(t, upload("a.txt", "one"))); err != nil {
		t.Fatal(err)
	}
	if all := depositions(t, p); len(all) != 1 || failed.Load() < 3 {
		t.Errorf("%d depositions after %d requests to make one, want 1 after 3", len(all), failed.Load())
	}
}

// A file that changes between the plan and its end is not published.
func TestPushChangedFile(t *testing.T) {
	p := newPusher(t, zenodotest.Config{})
	content := "one"
	changing := upload("a.txt", content)
	changing.Open = func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(content)), nil }
	m := manifest(t, changing)
	m.Publish = true
	plan, err := p.Plan(t.Context(), m)
	if err != nil {
		t.Fatal(err)
	}
	content = "two"
	_, err = p.Apply(t.Context(), m, plan)
	if e, ok := errors.AsType[*deposit.VerifyError](err); !ok || e.Name != "a.txt" {
		t.Errorf("got %v, want a VerifyError of a.txt", err)
	}
	if all := depositions(t, p); len(all) != 1 || all[0].Submitted {
		t.Errorf("got %d depositions, want one that is not published", len(all))
	}
}

// What no server would take is refused before a draft is made.
func TestPushTooMuch(t *testing.T) {
	var many []zenodo.Upload
	for i := range zenodo.MaxFiles + 1 {
		many = append(many, upload(fmt.Sprint(i), "x"))
	}
	large := upload("large", "x")
	large.Size = zenodo.MaxFileSize
	for name, files := range map[string][]zenodo.Upload{"too many": many, "too large": {large, upload("one more", "x")}} {
		p := newPusher(t, zenodotest.Config{})
		if _, err := push(t, p, manifest(t, files...)); !errors.Is(err, zenodo.ErrUnacceptable) {
			t.Errorf("%s: got %v, want ErrUnacceptable", name, err)
		}
		if all := depositions(t, p); len(all) > 0 {
			t.Errorf("%s: a draft was made", name)
		}
	}
}

// What another tool has done to a draft is seen, and undone.
func TestPushAfterOthers(t *testing.T) {
	p := newPusher(t, zenodotest.Config{})
	m := manifest(t, upload("a.txt", "one"), upload("b.txt", "two"))
	first, err := push(t, p, m)
	if err != nil {
		t.Fatal(err)
	}
	for _, foreign := range []zenodo.Upload{upload("a.txt", "other"), upload("c.txt", "three")} {
		if _, err := p.Depositions.Upload(t.Context(), first.Deposition, foreign); err != nil {
			t.Fatal(err)
		}
	}
	plan, err := p.Plan(t.Context(), m)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, f := range plan.Files {
		got = append(got, string(f.Action)+" "+f.Name)
	}
	if want := "replace a.txt, keep b.txt, remove c.txt"; strings.Join(got, ", ") != want {
		t.Errorf("got the plan %v, want %s", got, want)
	}
	if _, err := p.Apply(t.Context(), m, plan); err != nil {
		t.Fatal(err)
	}
	if again, err := p.Plan(t.Context(), m); err != nil || again.Action != deposit.ActionNone {
		t.Errorf("afterwards: got %v, %v, want nothing to do", again, err)
	}
}
