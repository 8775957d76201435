package term

import (
	"fmt"
	"sync"
	"time"

	"github.com/vbauerster/mpb/v8"
	"github.com/vbauerster/mpb/v8/decor"
)

// Transfers show how files go to and fro: a bar for each on a terminal, with
// rate and time left, and a line now and then elsewhere.
type Transfers struct {
	stream *Stream
	note   Noter
	bars   *mpb.Progress // nil where lines are printed

	mu   sync.Mutex
	last time.Time
	open []*mpb.Bar
}

// NewTransfers begins to show transfers: by bars, or by lines that note prints.
func NewTransfers(s *Stream, bars bool, note Noter) *Transfers {
	t := &Transfers{stream: s, note: note, last: time.Now()}
	if bars {
		t.bars = newBars(s)
	}
	return t
}

// File begins to show a file. The result receives how many bytes are done.
func (t *Transfers) File(name string, size int64) func(done int64) {
	name = Printable(name)
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
func (t *Transfers) line(name string, done, size int64, begun time.Time) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if time.Since(t.last) < LogEvery {
		return
	}
	t.last = time.Now()
	t.note("%s: %s", name, transferred(done, size, time.Since(begun)))
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

// End takes away the bars that are left.
func (t *Transfers) End() {
	if t.bars == nil {
		return
	}
	t.stream.notesTo(nil)
	for _, bar := range t.open {
		bar.Abort(true) // nothing where it is done
	}
	t.bars.Wait()
}
