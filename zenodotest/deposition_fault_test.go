package zenodotest_test

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"strconv"
	"strings"
	"testing"

	"github.com/zharvest/zharvest/zenodotest"
)

// faulty serves requests of one method whose path ends so with a fault, and
// the others well.
func faulty(t *testing.T, method, suffix string, f zenodotest.Fault) *zenodotest.Server {
	return zenodotest.NewServer(t, zenodotest.Config{Fault: func(r *http.Request, _ int) zenodotest.Fault {
		if r.Method == method && strings.HasSuffix(r.URL.Path, suffix) {
			return f
		}
		return zenodotest.Fault{}
	}})
}

// TestLostAnswers checks that a fault which comes after leaves the effect, and
// one that comes before does not.
func TestLostAnswers(t *testing.T) {
	s := zenodotest.NewServer(t, zenodotest.Config{Fault: func(r *http.Request, _ int) zenodotest.Fault {
		return zenodotest.Fault{Kind: zenodotest.FaultKind(r.Header.Get("X-Fault")), After: r.Header.Get("X-After") == "true"}
	}})
	for _, kind := range []zenodotest.FaultKind{
		zenodotest.Fault500, zenodotest.Fault502, zenodotest.Fault503, zenodotest.Fault504, zenodotest.Fault429,
		zenodotest.FaultEmpty, zenodotest.FaultHTML, zenodotest.FaultReset, zenodotest.FaultCut, zenodotest.FaultGarbled,
	} {
		for _, after := range []bool{true, false} {
			d := create(t, s, complete())
			want[any](t, 201, upload(t, d, "a", "b"))
			req, err := http.NewRequestWithContext(t.Context(), "POST", d.link("publish"), nil)
			if err != nil {
				t.Fatal(err)
			}
			req.Header.Set("Authorization", userToken)
			req.Header.Set("X-Fault", string(kind))
			req.Header.Set("X-After", strconv.FormatBool(after))
			if resp, err := noRedirects.Do(req); err == nil {
				body, err := io.ReadAll(resp.Body)
				if resp.StatusCode == 202 && err == nil && !bytes.ContainsFunc(body, func(r rune) bool { return r < 0x20 }) {
					t.Errorf("%s: got the right answer", kind)
				}
				resp.Body.Close()
			}
			isDone := want[deposition](t, 200, call(t, "GET", s.API()+"/deposit/depositions/"+d.text(), nil)).State == "done"
			if expected := after || kind == zenodotest.FaultCut || kind == zenodotest.FaultGarbled; isDone != expected {
				t.Errorf("%s, after %t: published is %t", kind, after, isDone)
			}
		}
	}
}

// TestUploadReset checks that an upload whose connection breaks leaves what was
// there before.
func TestUploadReset(t *testing.T) {
	s := faulty(t, "PUT", "/broken", zenodotest.Fault{Kind: zenodotest.FaultUpload})
	d := create(t, s, "{}")
	req, err := http.NewRequestWithContext(t.Context(), "PUT", d.link("bucket")+"/broken", bytes.NewReader(make([]byte, 10<<20)))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", userToken)
	if resp, err := noRedirects.Do(req); err == nil {
		resp.Body.Close()
		t.Errorf("got %d, want no answer", resp.StatusCode)
	}
	if names := want[deposition](t, 200, call(t, "GET", d.link("self"), nil)).names(); len(names) > 0 {
		t.Errorf("files: got %v", names)
	}
}

func TestWrongChecksum(t *testing.T) {
	s := faulty(t, "PUT", "/spoilt", zenodotest.Fault{Kind: zenodotest.FaultChecksum})
	d := create(t, s, "{}")
	got := want[struct{ Checksum string }](t, 201, upload(t, d, "spoilt", "abc")).Checksum
	if right := "md5:" + sum("abc"); got == right || len(got) != len(right) {
		t.Errorf("got %s", got)
	}
	same(t, "what is stored", want[deposition](t, 200, call(t, "GET", d.link("self"), nil)).Files[0].Checksum, sum("abc"))
}

func TestRefusedOnPurpose(t *testing.T) {
	for kind, status := range map[zenodotest.FaultKind]int{zenodotest.Fault405: 405, zenodotest.Fault415: 415} {
		s := faulty(t, "PUT", "/a", zenodotest.Fault{Kind: kind})
		refused(t, status, `"message"`, upload(t, create(t, s, "{}"), "a", "b"))
	}
}

// TestSpoiltDownloads checks that a file which is sent without being held in
// memory can be cut and garbled, too.
func TestSpoiltDownloads(t *testing.T) {
	text := strings.Repeat("frog ", 10_000)
	for _, kind := range []zenodotest.FaultKind{zenodotest.FaultCut, zenodotest.FaultGarbled} {
		s := faulty(t, "GET", "/content", zenodotest.Fault{Kind: kind})
		d := create(t, s, complete())
		want[any](t, 201, upload(t, d, "a", text))
		want[any](t, 202, call(t, "POST", d.link("publish"), nil))
		resp, err := noRedirects.Get(s.API() + "/records/" + d.text() + "/files/a/content")
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(resp.Body)
		resp.Body.Close()
		switch {
		case kind == zenodotest.FaultCut && (!errors.Is(err, io.ErrUnexpectedEOF) || len(body) != len(text)/2):
			t.Errorf("cut: got %d bytes and %v", len(body), err)
		case kind == zenodotest.FaultGarbled && (err != nil || len(body) != len(text) || string(body) == text):
			t.Errorf("garbled: got %d bytes and %v", len(body), err)
		}
	}
}

// TestChanceOnWrites checks that about half of the faults that come by chance
// come after a write was carried out.
func TestChanceOnWrites(t *testing.T) {
	const n = 400
	e, client := inBubble(t, zenodotest.Config{Faults: 1, Seed: 3, FaultKinds: []zenodotest.FaultKind{zenodotest.Fault504}})
	for range n {
		resp, err := client.Post("http://zenodo.test/api/deposit/depositions?access_token=right", "application/json", strings.NewReader("{}"))
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		if resp.StatusCode != 504 {
			t.Fatalf("got %d", resp.StatusCode)
		}
	}
	// Each deposition takes two identifiers.
	next, err := strconv.Atoi(e.Reserve())
	if err != nil {
		t.Fatal(err)
	}
	first, err := strconv.Atoi(zenodotest.NewServer(t, zenodotest.Config{}).Reserve())
	if err != nil {
		t.Fatal(err)
	}
	made := (next - first) / 2
	if made < n*4/10 || made > n*6/10 {
		t.Errorf("%d of %d were carried out, want about half", made, n)
	}
}
