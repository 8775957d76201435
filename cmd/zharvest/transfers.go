package main

import (
	"fmt"
	"sync"
	"time"

	"github.com/vbauerster/mpb/v8"
	"github.com/vbauerster/mpb/v8/decor"
)

// transfers show how files go to and fro: a bar for each on a terminal, with
// rate and time left, and a line now and then elsewhere.
type transfers struct {
	app  *app
	bars *mpb.Progress

	mu   sync.Mutex
	last time.Time
	open []*mpb.Bar
}

func (a *app) newTransfers() *transfers {
	t := &transfers{app: a, last: time.Now()}
	if a.showsBars() {
		t.bars = mpb.New(mpb.WithOutput(a.stderr.w), mpb.WithWidth(max(20, a.stderr.width-60)))
		a.notesTo(t.bars)
	}
	return t
}

// file begins to show a file. The result receives how many bytes are done.
func (t *transfers) file(name string, size int64) func(done int64) {
	name = printable(name)
	if t.bars == nil {
		begun := time.Now()
		return func(done int64) { t.line(name, done, size, begun) }
	}
	bar := t.bars.AddBar(size,
		mpb.BarRemoveOnComplete(), // a line tells what is done, and there may be many
		mpb.PrependDecorators(decor.Name(name+" "), decor.CountersKibiByte("% .1f / % .1f")),
		mpb.AppendDecorators(
			decor.Percentage(decor.WC{W: 5}),
			decor.AverageSpeed(decor.SizeB1024(0), " % .1f "),
			decor.AverageETA(decor.ET_STYLE_GO),
		))
	t.mu.Lock()
	defer t.mu.Unlock()
	t.open = append(t.open, bar)
	return bar.SetCurrent
}

// line tells how far a file is, if nothing was printed for a while.
func (t *transfers) line(name string, done, size int64, begun time.Time) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if time.Since(t.last) < logEvery {
		return
	}
	t.last = time.Now()
	t.app.note("%s: %s", name, transferred(done, size, time.Since(begun)))
}

// transferred is how much of a file is done, how fast, and how long the rest
// will take at that.
func transferred(done, size int64, took time.Duration) string {
	perSecond := float64(done) / max(took.Seconds(), 1e-3)
	text := fmt.Sprintf("%.1f MB, %.1f MB/s", float64(done)/1e6, perSecond/1e6)
	if size <= 0 || perSecond == 0 {
		return text
	}
	left := time.Duration(float64(max(0, size-done)) / perSecond * float64(time.Second))
	return fmt.Sprintf("%.1f of %.1f MB, %.1f MB/s, %s left", float64(done)/1e6, float64(size)/1e6, perSecond/1e6, left.Round(time.Second))
}

// end takes away the bars that are left.
func (t *transfers) end() {
	if t.bars == nil {
		return
	}
	t.app.notesTo(nil)
	for _, bar := range t.open {
		bar.Abort(true) // nothing where it is done
	}
	t.bars.Wait()
}
