package term

import (
	"context"
	"log/slog"
	"net/http"
	"sync"
	"time"
)

// NewLogger prints every request where that is wanted, and else notes only what
// people who wait want to know.
func NewLogger(s *Stream, verbose bool, note Noter) *slog.Logger {
	if !verbose {
		return slog.New(&troubleHandler{note: note})
	}
	return slog.New(slog.NewTextHandler(s, &slog.HandlerOptions{Level: slog.LevelDebug, ReplaceAttr: shortTime}))
}

// Noter prints a line for people, unless they want none.
type Noter func(format string, args ...any)

func shortTime(groups []string, attr slog.Attr) slog.Attr {
	if len(groups) == 0 && attr.Key == slog.TimeKey {
		return slog.String(slog.TimeKey, attr.Value.Time().Format("15:04:05.000"))
	}
	return attr
}

// troubleHandler notes requests that fail again and again, so that a
// command that waits for a server to recover does not seem to hang.
type troubleHandler struct {
	note Noter

	mu   sync.Mutex
	last time.Time
}

const (
	// toleratedAttempts fail without a word.
	toleratedAttempts = 2
	// troubleEvery is the time between two notes.
	troubleEvery = 5 * time.Second
)

// Enabled is part of slog's interface.
func (h *troubleHandler) Enabled(context.Context, slog.Level) bool { return true }

// WithAttrs is part of slog's interface; the client has no use for it.
func (h *troubleHandler) WithAttrs([]slog.Attr) slog.Handler { return h }

// WithGroup is part of slog's interface; the client has no use for it.
func (h *troubleHandler) WithGroup(string) slog.Handler { return h }

// Handle is given each request.
func (h *troubleHandler) Handle(_ context.Context, r slog.Record) error {
	attempt, trouble := int64(0), ""
	r.Attrs(func(attr slog.Attr) bool {
		switch attr.Key {
		case "attempt":
			attempt = attr.Value.Int64()
		case "error":
			trouble = attr.Value.String()
		case "status":
			if status := int(attr.Value.Int64()); status == http.StatusTooManyRequests || status >= 500 {
				trouble = http.StatusText(status)
			}
		}
		return true
	})
	if trouble != "" && attempt > toleratedAttempts && h.due() {
		h.note("zharvest: trouble with the server, attempt %d: %s", attempt, trouble)
	}
	return nil
}

func (h *troubleHandler) due() bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	if time.Since(h.last) < troubleEvery {
		return false
	}
	h.last = time.Now()
	return true
}
