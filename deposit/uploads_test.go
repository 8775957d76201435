package deposit_test

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/iotest"

	"github.com/zharvest/zharvest/deposit"
	"github.com/zharvest/zharvest/zenodo"
	"github.com/zharvest/zharvest/zenodotest"
)

// uploading sends files to a draft that has a.txt, one, and b.txt, two. Its
// server refuses files of a name with bad in it.
type uploading struct {
	deposit.Uploader
	draft *zenodo.Deposition

	mu   sync.Mutex
	sent []string // action name → name, sorted
}

func newUploading(t *testing.T) *uploading {
	t.Helper()
	p := newPusher(t, zenodotest.Config{Fault: func(r *http.Request, _ int) zenodotest.Fault {
		if r.Method == http.MethodPut && strings.HasSuffix(r.URL.Path, "/bad") {
			return zenodotest.Fault{Kind: zenodotest.FaultBlock}
		}
		return zenodotest.Fault{}
	}})
	d := create(t, p, `{"title": "Title"}`)
	for _, f := range []zenodo.Upload{upload("a.txt", "one"), upload("b.txt", "two")} {
		if _, err := p.Depositions.Upload(t.Context(), d, f); err != nil {
			t.Fatal(err)
		}
	}
	u := &uploading{Uploader: deposit.Uploader{Depositions: p.Depositions, Jobs: 2}}
	u.draft = u.now(t, d.ID)
	u.Sent = func(f deposit.PlannedFile, name string) {
		u.mu.Lock()
		defer u.mu.Unlock()
		u.sent = append(u.sent, fmt.Sprintf("%s %s → %s", f.Action, f.Name, name))
		slices.Sort(u.sent)
	}
	return u
}

func (u *uploading) now(t *testing.T, id zenodo.RecordID) *zenodo.Deposition {
	t.Helper()
	d, err := u.Depositions.Get(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// sizes are the names and sizes of what the draft has.
func (u *uploading) sizes(t *testing.T) string {
	t.Helper()
	var lines []string
	for _, f := range u.now(t, u.draft.ID).Files {
		lines = append(lines, fmt.Sprintf("%s %d", f.Key, f.Size))
	}
	slices.Sort(lines)
	return strings.Join(lines, ", ")
}

// countReads counts how often a file is opened.
func countReads(u zenodo.Upload, n *int) zenodo.Upload {
	open := u.Open
	u.Open = func() (io.ReadCloser, error) { *n++; return open() }
	return u
}

// Each row is what is sent to a draft with a.txt and b.txt. Files are read to
// plan where the draft has one of that name and size alone.
func TestUploaderPlan(t *testing.T) {
	once, known := upload("a.txt", "one"), upload("a.txt", "one")
	once.Once = true
	known.Checksum = "md5:f97c5d29941bfb1b2fdab0874906ab82"
	for _, tt := range []struct {
		name        string
		file        zenodo.Upload
		plan        string
		reads       int
		sent, after string
	}{
		{"new", upload("c.txt", "xyzz"), "add c.txt, keep a.txt, keep b.txt", 0, "add c.txt → c.txt", "a.txt 3, b.txt 3, c.txt 4"},
		{"the same", upload("a.txt", "one"), "keep a.txt, keep b.txt", 1, "", "a.txt 3, b.txt 3"},
		{"of another size", upload("a.txt", "four"), "replace a.txt, keep b.txt", 0, "replace a.txt → a.txt", "a.txt 4, b.txt 3"},
		{"of that size", upload("b.txt", "one"), "replace b.txt, keep a.txt", 1, "replace b.txt → b.txt", "a.txt 3, b.txt 3"},
		{"of a checksum that is known", known, "keep a.txt, keep b.txt", 0, "", "a.txt 3, b.txt 3"},
		{"read once", once, "replace a.txt, keep b.txt", 0, "replace a.txt → a.txt", "a.txt 3, b.txt 3"},
	} {
		u := newUploading(t)
		reads := 0
		plan, err := u.Plan(t.Context(), u.draft, []zenodo.Upload{countReads(tt.file, &reads)})
		if err != nil || planned(plan) != tt.plan || reads != tt.reads {
			t.Errorf("%s: got %s, %v after %d reads; want %s after %d", tt.name, planned(plan), err, reads, tt.plan, tt.reads)
			continue
		}
		err = u.Apply(t.Context(), u.draft, plan)
		if got := u.sizes(t); err != nil || got != tt.after || strings.Join(u.sent, ", ") != tt.sent {
			t.Errorf("%s: sent %q, %v, and the draft has %s; want %q, %s", tt.name, u.sent, err, got, tt.sent, tt.after)
		}
	}
}

// One that fails ends the others, unless they are to be tried; what was sent
// stays.
func TestUploaderKeepGoing(t *testing.T) {
	for keepGoing, want := range map[bool]string{
		true:  "a.txt 3, b.txt 3, c.txt 1, d.txt 1",
		false: "a.txt 3, b.txt 3, c.txt 1",
	} {
		u := newUploading(t)
		u.Jobs, u.KeepGoing = 1, keepGoing
		plan, err := u.Plan(t.Context(), u.draft, []zenodo.Upload{upload("c.txt", "x"), upload("bad", "x"), upload("d.txt", "x")})
		if err != nil {
			t.Fatal(err)
		}
		err = u.Apply(t.Context(), u.draft, plan)
		if got := u.sizes(t); !errors.Is(err, zenodo.ErrBlocked) || !strings.Contains(err.Error(), "bad") || got != want {
			t.Errorf("keep going: %t: got %v, and the draft has %s, want %s", keepGoing, err, got, want)
		}
	}
}

// As a form a file may get another name; and one that changes is not sent, as
// ever.
func TestUploaderAsForms(t *testing.T) {
	u := newUploading(t)
	u.AsForms = true
	content := "one"
	same := upload("a.txt", content)
	same.Open = func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(content)), nil }
	other := upload("b.txt", "ONE")
	other.Open = func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(strings.ToUpper(content))), nil }
	plan, err := u.Plan(t.Context(), u.draft, []zenodo.Upload{upload("with space.txt", "x"), same, other})
	if err != nil || planned(plan) != "add with space.txt, keep a.txt, replace b.txt" {
		t.Fatalf("got %s, %v", planned(plan), err)
	}
	content = "six"
	err = u.Apply(t.Context(), u.draft, plan)
	if !errors.Is(err, zenodo.ErrChanged) || !strings.Contains(err.Error(), "b.txt") || strings.Join(u.sent, ", ") != "add with space.txt → with_space.txt" {
		t.Errorf("sent %q, %v, want ErrChanged of b.txt", u.sent, err)
	}
	if f := u.now(t, u.draft.ID).Files; !slices.ContainsFunc(f, func(f zenodo.DepositionFile) bool {
		return f.Key == "b.txt" && f.Checksum == "md5:b8a9f715dbb64fd5c56e7783c6820a61" // of two
	}) {
		t.Errorf("the draft has %+v, want b.txt as it was", f)
	}
}

// What there is counts, too; what is replaced does not count twice.
func TestUploaderRoom(t *testing.T) {
	u := newUploading(t)
	var many []zenodo.Upload
	for i := range zenodo.MaxFiles - len(u.draft.Files) {
		many = append(many, upload(fmt.Sprint(i), "x"))
	}
	large := upload("a.txt", "x")
	large.Size = zenodo.MaxFileSize - 3 // the size of b.txt
	for _, tt := range []struct {
		name  string
		files []zenodo.Upload
		isOK  bool
	}{
		{"as many as may be", many, true},
		{"as many, one replaced", append(slices.Clone(many), upload("a.txt", "four")), true},
		{"one more", append(slices.Clone(many), upload("more", "x")), false},
		{"as large as may be", []zenodo.Upload{large}, true},
		{"larger by a byte", []zenodo.Upload{large, upload("more", "x")}, false},
		{"of unknown size", []zenodo.Upload{large, {Key: "more", Size: -1, Once: true}}, true},
	} {
		_, err := u.Plan(t.Context(), u.draft, tt.files)
		if e, ok := errors.AsType[*deposit.FileError](err); (err == nil) != tt.isOK || !tt.isOK && (!ok || e.Usage || e.Hint == "" || !errors.Is(err, zenodo.ErrUnacceptable)) {
			t.Errorf("%s: got %v", tt.name, err)
		}
	}
}

// A file that cannot be read is an error of the plan.
func TestUploaderUnreadable(t *testing.T) {
	u := newUploading(t)
	broken := upload("a.txt", "one")
	failure := errors.New("disk failure")
	for name, open := range map[string]func() (io.ReadCloser, error){
		"not opened": func() (io.ReadCloser, error) { return nil, failure },
		"not read": func() (io.ReadCloser, error) {
			return io.NopCloser(io.MultiReader(strings.NewReader("o"), iotest.ErrReader(failure))), nil
		},
	} {
		broken.Open = open
		if plan, err := u.Plan(t.Context(), u.draft, []zenodo.Upload{broken}); !errors.Is(err, failure) {
			t.Errorf("%s: got %v, %v", name, plan, err)
		}
	}
}
