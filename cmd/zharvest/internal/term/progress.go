package term

import (
	"sync/atomic"
	"time"

	"github.com/vbauerster/mpb/v8"
	"github.com/vbauerster/mpb/v8/decor"
)

// Progress shows how far a task is: a bar on a terminal, and a line now and then
// elsewhere.
type Progress struct {
	stream *Stream
	note   Noter
	name   string
	bars   *mpb.Progress // nil where lines are printed
	bar    *mpb.Bar
	last   time.Time
	status atomic.Pointer[func() string] // the bar is drawn by a goroutine of its own
}

// LogEvery is the time between two lines where there is no terminal.
const LogEvery = 10 * time.Second

// NewProgress begins to show a task: by a bar, or by lines that note prints.
func NewProgress(s *Stream, name string, bars bool, note Noter) *Progress {
	p := &Progress{stream: s, note: note, name: Printable(name), last: time.Now()}
	if bars {
		p.bars = newBars(s)
	}
	return p
}

func newBars(s *Stream) *mpb.Progress {
	bars := mpb.New(mpb.WithOutput(s.w), mpb.WithWidth(max(10, s.width-75)))
	s.notesTo(bars)
	return bars
}

// Show shows that done of total are there. status says the rest, and is called
// whenever the bar is drawn.
func (p *Progress) Show(done, total int, status func() string) {
	p.status.Store(&status)
	if p.bars != nil {
		p.draw(done, total)
		return
	}
	if time.Since(p.last) < LogEvery {
		return
	}
	p.last = time.Now()
	p.note("%s: %d of %d, %s", p.name, done, total, status())
}

func (p *Progress) draw(done, total int) {
	if p.bar == nil {
		p.bar = p.bars.AddBar(int64(total),
			mpb.PrependDecorators(decor.Name(p.name+" "), decor.CountersNoUnit("%d/%d")),
			mpb.AppendDecorators(
				decor.Percentage(decor.WC{W: 5}),
				decor.Any(func(decor.Statistics) string { return " " + (*p.status.Load())() }),
			))
	}
	p.bar.SetTotal(int64(total), false)
	p.bar.SetCurrent(int64(done))
}

// IsDrawn reports whether there is a bar to be seen.
func (p *Progress) IsDrawn() bool { return p.bar != nil }

// End takes the bar away: the summary follows.
func (p *Progress) End() {
	if p.bars == nil {
		return
	}
	p.stream.notesTo(nil)
	if p.bar != nil {
		p.bar.Abort(true)
	}
	p.bars.Wait()
}
