package term

import (
	"bytes"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// Where no terminal is, a line comes every ten seconds, however often there is
// something to show.
func TestProgressInLines(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		note, lines := collect()
		p := NewProgress(New(&bytes.Buffer{}), "egi\x1b-ace", false, note)
		for done := range 25 {
			p.Show(done, 25, func() string { return "30/s" })
			time.Sleep(time.Second)
		}
		p.End()
		if want := []string{"egi -ace: 10 of 25, 30/s", "egi -ace: 20 of 25, 30/s"}; !slices.Equal(*lines, want) {
			t.Errorf("got %q, want %q", *lines, want)
		}
		if p.IsDrawn() {
			t.Error("there is a bar where lines are printed")
		}
	})
}

// screen is a buffer that a bar is drawn to by a goroutine of its own.
type screen struct {
	mu  sync.Mutex
	out bytes.Buffer
}

func (s *screen) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.out.Write(p)
}

func (s *screen) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.out.String()
}

// Notes that come after a bar stand where they stood before. The bar itself is
// drawn on a real terminal alone.
func TestProgressBar(t *testing.T) {
	var out screen
	s := AsTerminal(&out, 100)
	note, lines := collect()
	p := NewProgress(s, "egi-ace", true, note)
	if p.IsDrawn() {
		t.Error("a bar is drawn before anything is to be shown")
	}
	p.Show(0, 10, func() string { return "beginning" })
	p.Show(5, 10, func() string { return "halfway" })
	if !p.IsDrawn() {
		t.Error("no bar is drawn")
	}
	p.End()
	s.Note("the end\x1b[2J")
	if got := out.String(); !strings.HasSuffix(got, "the end [2J\n") || len(*lines) > 0 {
		t.Errorf("the note is not in %q, or among lines: %q", got, *lines)
	}
}

// A task that shows nothing ends without a bar.
func TestProgressOfNothing(t *testing.T) {
	var out screen
	NewProgress(AsTerminal(&out, 80), "nothing", true, nil).End()
	if got := out.String(); strings.Contains(got, "nothing") {
		t.Errorf("got %q", got)
	}
}
