package term

import (
	"bytes"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// collect returns a Noter, and the lines that it was given.
func collect() (Noter, *[]string) {
	var lines []string
	return func(format string, args ...any) { lines = append(lines, fmt.Sprintf(format, args...)) }, &lines
}

// A request that fails is no news; one that fails a third time is, every five
// seconds.
func TestTroubleIsNoted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		time.Sleep(time.Hour) // away from the zero of the clock
		note, lines := collect()
		log := NewLogger(New(&bytes.Buffer{}), false, note).With("host", "zenodo.org").WithGroup("request")
		for _, r := range []struct {
			args []any
			wait time.Duration
		}{
			{args: []any{"attempt", 1, "status", 503}},
			{args: []any{"attempt", 2, "error", errors.New("connection reset")}},
			{args: []any{"attempt", 3, "status", 404}},
			{args: []any{"attempt", 3, "status", 429}, wait: time.Second},
			{args: []any{"attempt", 4, "status", 503}, wait: 4 * time.Second},
			{args: []any{"attempt", 5, "error", "connection reset"}},
		} {
			log.Debug("request", r.args...)
			time.Sleep(r.wait)
		}
		want := []string{
			"zharvest: trouble with the server, attempt 3: Too Many Requests",
			"zharvest: trouble with the server, attempt 5: connection reset",
		}
		if !slices.Equal(*lines, want) {
			t.Errorf("got %q, want %q", *lines, want)
		}
	})
}

func TestVerboseLog(t *testing.T) {
	var out bytes.Buffer
	note, lines := collect()
	NewLogger(New(&out), true, note).Debug("request", "status", 200, slog.Group("at", "time", "kept"))
	line := out.String()
	if len(*lines) > 0 || !strings.HasSuffix(line, ` level=DEBUG msg=request status=200 at.time=kept`+"\n") {
		t.Errorf("got %q, and notes %q", line, *lines)
	}
	if _, err := time.Parse("15:04:05.000", strings.TrimPrefix(strings.Fields(line)[0], "time=")); err != nil {
		t.Error(err)
	}
}
