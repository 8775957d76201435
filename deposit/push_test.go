package deposit_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/zharvest/zharvest/deposit"
	"github.com/zharvest/zharvest/zenodo"
	"github.com/zharvest/zharvest/zenodotest"
)

func newPusher(t *testing.T, cfg zenodotest.Config) *deposit.Pusher {
	t.Helper()
	return pusherTo(t, zenodotest.NewServer(t, cfg), "")
}

// pusherTo makes a pusher with the journal in a file, which may not exist yet.
func pusherTo(t *testing.T, srv *zenodotest.Server, path string, opts ...zenodo.Option) *deposit.Pusher {
	t.Helper()
	opts = append(opts, zenodo.WithBaseURL(srv.API()), zenodo.WithAccessToken("s3cr3t"), zenodo.WithRetryDelay(time.Millisecond, time.Millisecond))
	client, err := zenodo.NewClient(opts...)
	if err != nil {
		t.Fatal(err)
	}
	journal, err := deposit.OpenJournal(path)
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
	return &deposit.Manifest{Key: "key", Metadata: read(t, "m.json", "{"+valid+"}"), Files: files}
}

func push(t *testing.T, p *deposit.Pusher, m *deposit.Manifest) (*deposit.Result, error) {
	t.Helper()
	plan, err := p.Plan(t.Context(), m)
	if err != nil {
		return nil, err
	}
	return p.Apply(t.Context(), plan)
}

// depositions are all that there are, in all versions.
func depositions(t *testing.T, p *deposit.Pusher) (all []*zenodo.Deposition) {
	t.Helper()
	for d, err := range p.Depositions.All(t.Context(), zenodo.ListDepositionsOptions{AllVersions: true}) {
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

// A file that changes between the plan and its end is neither sent nor
// published.
func TestPushChangedFile(t *testing.T) {
	for _, now := range []string{"two", "larger", "x"} {
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
		content = now
		_, err = p.Apply(t.Context(), plan)
		if !errors.Is(err, zenodo.ErrChanged) || !strings.Contains(err.Error(), "a.txt") {
			t.Errorf("%s: got %v, want ErrChanged of a.txt", now, err)
		}
		if all := depositions(t, p); len(all) != 1 || all[0].Submitted || len(all[0].Files) > 0 {
			t.Errorf("%s: got %d depositions, want a draft without files", now, len(all))
		}
	}
}

// Apply does what the plan shows: neither what has become of the manifest since,
// nor what the draft of a new version calls for that someone else has filled.
func TestApplyAsPlanned(t *testing.T) {
	p := newPusher(t, zenodotest.Config{})
	m := manifest(t, upload("a.txt", "one"))
	plan, err := p.Plan(t.Context(), m)
	if err != nil {
		t.Fatal(err)
	}
	if f := plan.Files[0]; len(plan.Files) != 1 || f.Checksum != "md5:f97c5d29941bfb1b2fdab0874906ab82" {
		t.Errorf("got the files %+v, want a.txt with its checksum", plan.Files)
	}
	if err := m.Metadata.Set("title=Another"); err != nil {
		t.Fatal(err)
	}
	m.Files, m.Publish = nil, true
	result, err := p.Apply(t.Context(), plan)
	if err != nil || result.Deposition.Title != "Title" || len(result.Deposition.Files) != 1 || result.Deposition.Submitted {
		t.Fatalf("got %+v, %v, want a draft as it was planned", result, err)
	}
	first, err := p.Depositions.Publish(t.Context(), result.Deposition.ID)
	if err != nil {
		t.Fatal(err)
	}

	next := manifest(t, upload("a.txt", "two"))
	next.VersionOf = string(first.ID)
	plan, err = p.Plan(t.Context(), next)
	if err != nil || plan.Action != deposit.ActionNewVersion {
		t.Fatalf("got %+v, %v", plan, err)
	}
	draft, err := p.Depositions.NewVersion(t.Context(), first.ID)
	if err == nil {
		_, err = p.Depositions.Upload(t.Context(), draft, upload("theirs.txt", "x"))
	}
	if err != nil {
		t.Fatal(err)
	}
	_, err = p.Apply(t.Context(), plan)
	if e, ok := errors.AsType[*deposit.VerifyError](err); !ok || e.Name != "theirs.txt" || e.ID != draft.ID {
		t.Errorf("got %v, want a VerifyError of theirs.txt", err)
	}
	files, err := p.Depositions.Files(t.Context(), draft.ID)
	if err != nil || len(files) != 2 {
		t.Errorf("got %d files, %v, want both as they were", len(files), err)
	}
	plan, err = p.Plan(t.Context(), next)
	if err != nil || plan.Action != deposit.ActionUpdate || plan.ID != draft.ID || planned(plan.Files) != "replace a.txt, remove theirs.txt" {
		t.Fatalf("again: got %+v, %v", plan, err)
	}
	if result, err = p.Apply(t.Context(), plan); err != nil || len(result.Deposition.Files) != 1 {
		t.Errorf("again: got %+v, %v", result, err)
	}
}

// Each row is what is changed of a draft with a.txt and b.txt, and all that is
// sent then.
func TestPushSendsWhatDiffers(t *testing.T) {
	var mu sync.Mutex
	var sent []string
	p := newPusher(t, zenodotest.Config{OnRequest: func(_ int, r *http.Request) {
		if r.Method == http.MethodGet {
			return
		}
		mu.Lock()
		defer mu.Unlock()
		what := r.URL.Path[strings.LastIndexByte(r.URL.Path, '/')+1:]
		if r.Method == http.MethodDelete || strings.Contains(r.URL.Path, "/depositions/") {
			what = ""
		}
		sent = append(sent, strings.TrimSpace(r.Method+" "+what))
	}})
	a, b := upload("a.txt", "one"), upload("b.txt", "two")
	first, err := push(t, p, manifest(t, a, b))
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name  string
		set   string
		files []zenodo.Upload
		want  string
		after int // files
	}{
		{"nothing", "", []zenodo.Upload{a, b}, "", 2},
		{"the metadata", "version=2", []zenodo.Upload{a, b}, "PUT", 2},
		{"the metadata, files left alone", "version=3", nil, "PUT", 2},
		{"a file", "version=3", []zenodo.Upload{upload("a.txt", "ONE"), b}, "PUT a.txt", 2},
		{"a file more", "version=3", []zenodo.Upload{upload("a.txt", "ONE"), b, upload("c.txt", "x")}, "PUT c.txt", 3},
		{"a file less", "version=3", []zenodo.Upload{upload("a.txt", "ONE"), b}, "DELETE", 2},
		{"no files", "version=3", []zenodo.Upload{}, "DELETE, DELETE", 0},
	} {
		m := manifest(t, tt.files...)
		m.Files = tt.files
		if tt.set != "" {
			if err := m.Metadata.Set(tt.set); err != nil {
				t.Fatal(err)
			}
		}
		sent = nil
		result, err := push(t, p, m)
		if err != nil || result.Deposition.ID != first.Deposition.ID || len(result.Deposition.Files) != tt.after || strings.Join(sent, ", ") != tt.want {
			t.Errorf("%s: got %+v, %v; sent %q, want %s", tt.name, result, err, sent, tt.want)
		}
	}
}

// A draft that is full has room for a file where another one goes.
func TestPushToFullDraft(t *testing.T) {
	p := newPusher(t, zenodotest.Config{})
	var files []zenodo.Upload
	for i := range zenodo.MaxFiles {
		files = append(files, upload(fmt.Sprint(i), "x"))
	}
	if _, err := push(t, p, manifest(t, files...)); err != nil {
		t.Fatal(err)
	}
	files[0] = upload("new", "x")
	result, err := push(t, p, manifest(t, files...))
	if err != nil || len(result.Deposition.Files) != zenodo.MaxFiles {
		t.Errorf("got %+v, %v", result, err)
	}
}

// The files of an open edit are those that were published: the metadata alone
// can be pushed, or a new version.
func TestPushToOpenEdit(t *testing.T) {
	p := newPusher(t, zenodotest.Config{})
	d := publish(t, p, "{"+valid+"}", "a.txt")
	if _, err := p.Depositions.Edit(t.Context(), d.ID); err != nil {
		t.Fatal(err)
	}
	m := manifest(t, upload("a.txt", "other"))
	m.ID = d.ID
	_, err := p.Plan(t.Context(), m)
	if e, ok := errors.AsType[*deposit.PublishedError](err); !ok || !e.Files || !strings.Contains(err.Error(), "with other files") {
		t.Errorf("got %v, want a PublishedError of files", err)
	}
	m = manifest(t, upload("a.txt", "x"))
	m.ID, m.Publish = d.ID, true
	if err := m.Metadata.Set("version=2"); err != nil {
		t.Fatal(err)
	}
	result, err := push(t, p, m)
	if err != nil || !result.Deposition.Published() || result.Deposition.ID != d.ID {
		t.Errorf("got %+v, %v, want it published again", result, err)
	}
	if err := m.Metadata.Set("version=3"); err != nil {
		t.Fatal(err)
	}
	m.Publish = false
	_, err = p.Plan(t.Context(), m)
	if e, ok := errors.AsType[*deposit.PublishedError](err); !ok || e.Files || !strings.Contains(err.Error(), "with other metadata") {
		t.Errorf("got %v, want a PublishedError of the metadata", err)
	}
}

// The DOI of one's own that a draft names is not yet that of a record.
func TestPushOwnDOI(t *testing.T) {
	p := newPusher(t, zenodotest.Config{})
	m := manifest(t, upload("a.txt", "x"))
	if err := m.Metadata.Set("doi=10.1234/mine"); err != nil {
		t.Fatal(err)
	}
	for _, m.Publish = range []bool{false, true} {
		_, err := push(t, p, m)
		if entry := p.Journal.Entry("key"); err != nil || (entry.DOI == "10.1234/mine") != m.Publish || (entry.DOI == "") == m.Publish {
			t.Errorf("publish: %t: got %v and the journal %+v", m.Publish, err, entry)
		}
	}
}

// Nothing without files is published, and a push of none but metadata makes a
// draft.
func TestPushWithoutFiles(t *testing.T) {
	p := newPusher(t, zenodotest.Config{})
	for _, files := range [][]zenodo.Upload{nil, {}} {
		m := &deposit.Manifest{Key: "key", Metadata: read(t, "m.json", "{"+valid+"}"), Files: files, Publish: true}
		if _, err := p.Plan(t.Context(), m); !errors.Is(err, deposit.ErrNoFiles) {
			t.Errorf("got %v, want ErrNoFiles", err)
		}
		m.Publish = false
		if result, err := push(t, p, m); err != nil || result.Deposition.Submitted {
			t.Errorf("got %+v, %v, want a draft", result, err)
		}
	}
	if all := depositions(t, p); len(all) != 1 {
		t.Errorf("got %d drafts, want one", len(all))
	}
}

// planned is what a plan does to files, in its order.
func planned(files []deposit.PlannedFile) string {
	var lines []string
	for _, f := range files {
		lines = append(lines, string(f.Action)+" "+f.Name)
	}
	return strings.Join(lines, ", ")
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
	if got, want := planned(plan.Files), "replace a.txt, keep b.txt, remove c.txt"; got != want {
		t.Errorf("got the plan %v, want %s", got, want)
	}
	if _, err := p.Apply(t.Context(), plan); err != nil {
		t.Fatal(err)
	}
	if again, err := p.Plan(t.Context(), m); err != nil || again.Action != deposit.ActionNone {
		t.Errorf("afterwards: got %v, %v, want nothing to do", again, err)
	}
}

// Two pushes of one description at a time make one draft. The other used to
// read the marker of the first, find no draft in the list, as its request was on
// the way, and make one by the same marker.
func TestPushTogether(t *testing.T) {
	posting, goOn := make(chan struct{}), make(chan struct{})
	var posts atomic.Int64
	srv := zenodotest.NewServer(t, zenodotest.Config{OnRequest: func(_ int, r *http.Request) {
		if r.Method == http.MethodPost && posts.Add(1) == 1 {
			close(posting)
			<-goOn
		}
	}})
	path := filepath.Join(t.TempDir(), ".m.json.zharvest.json")
	outcomes := make(chan error, 2)
	run := func(p *deposit.Pusher) (plan *deposit.Plan, apply func()) {
		m := manifest(t, upload("a.txt", "one"))
		plan, err := p.Plan(t.Context(), m)
		if err != nil {
			t.Fatal(err)
		}
		return plan, func() {
			_, err := p.Apply(t.Context(), plan)
			outcomes <- err
		}
	}
	_, first := run(pusherTo(t, srv, path))
	go first()
	<-posting
	plan, second := run(pusherTo(t, srv, path))
	if plan.Action != deposit.ActionCreate {
		t.Fatalf("the second push is to %s", plan.Action)
	}
	go second()
	close(goOn)
	checkOneDraft(t, pusherTo(t, srv, ""), []error{<-outcomes, <-outcomes})
}

// Several pushes resume what a push that was killed has left: a marker of a
// draft that was not made, or that nobody knows of, or a draft that is gone.
func TestPushTogetherAfterKill(t *testing.T) {
	for name, entry := range map[string]deposit.Entry{
		"marker": {Marker: "zharvest push 1"}, "gone": {ID: "999999999"}, "nothing": {DOI: "10.1/x"},
	} {
		srv := zenodotest.NewServer(t, zenodotest.Config{})
		path := filepath.Join(t.TempDir(), ".m.json.zharvest.json")
		if err := pusherTo(t, srv, path).Journal.Note("key", entry); err != nil {
			t.Fatal(err)
		}
		applies := make([]func() error, 4)
		for i := range applies {
			p, m := pusherTo(t, srv, path), manifest(t, upload("a.txt", "one"))
			plan, err := p.Plan(t.Context(), m)
			if err != nil || plan.Action != deposit.ActionCreate {
				t.Fatalf("%s: got %+v, %v, want a draft to be made", name, plan, err)
			}
			applies[i] = func() error {
				_, err := p.Apply(t.Context(), plan)
				return err
			}
		}
		errs := make([]error, len(applies))
		var group sync.WaitGroup
		for i, apply := range applies {
			group.Go(func() { errs[i] = apply() })
		}
		group.Wait()
		checkOneDraft(t, pusherTo(t, srv, ""), errs)
		if left, err := filepath.Glob(path + ".*"); err != nil || len(left) > 0 {
			t.Errorf("%s: left behind: %v, %v", name, left, err)
		}
	}
}

// checkOneDraft fails the test unless one push has made one draft, and the
// others ended because of it.
func checkOneDraft(t *testing.T, p *deposit.Pusher, errs []error) {
	t.Helper()
	done := 0
	for _, err := range errs {
		switch {
		case err == nil:
			done++
		case !errors.Is(err, deposit.ErrBusy):
			t.Errorf("got %v, want ErrBusy", err)
		}
	}
	if all := depositions(t, p); done != 1 || len(all) != 1 {
		t.Errorf("%d pushes succeeded and left %d drafts, want 1 and 1: %v", done, len(all), errs)
	}
}

// A push that waits for another can be interrupted.
func TestPushInterruptedWaiting(t *testing.T) {
	posting, goOn := make(chan struct{}), make(chan struct{})
	srv := zenodotest.NewServer(t, zenodotest.Config{OnRequest: func(_ int, r *http.Request) {
		if r.Method == http.MethodPost {
			close(posting)
			<-goOn
		}
	}})
	path := filepath.Join(t.TempDir(), ".m.json.zharvest.json")
	m := manifest(t)
	first, second := pusherTo(t, srv, path), pusherTo(t, srv, path)
	plan, err := second.Plan(t.Context(), m)
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan error, 1)
	go func() {
		_, err := push(t, first, manifest(t))
		done <- err
	}()
	<-posting
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := second.Apply(ctx, plan); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want that it was cancelled", err)
	}
	close(goOn)
	if err := <-done; err != nil {
		t.Errorf("the one that was waited for: %v", err)
	}
}
