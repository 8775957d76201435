package zenodotest

import (
	"fmt"
	"io"
	"sync"
)

// Reset makes the world what it was when the emulator was made: records,
// depositions, communities, faults, limits, tokens, and the memory of requests.
// Requests that are being answered end in the world in which they began, and
// what they upload is lost with that.
func (e *Emulator) Reset() error {
	next, err := New(e.cfg)
	if err != nil {
		return fmt.Errorf("reset: %w", err)
	}
	next.sums = e.sums
	last := e.current()
	e.successor.Store(next)
	return last.deposits.Close()
}

// current is the emulator that answers, which is another one after a reset.
func (e *Emulator) current() *Emulator {
	if next := e.successor.Load(); next != nil {
		return next
	}
	return e
}

// sharedWriter is written to by emulators before and after a reset.
type sharedWriter struct {
	mu  sync.Mutex
	out io.Writer
}

// Write writes as io.Writer has it.
func (w *sharedWriter) Write(p []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.out.Write(p)
}
