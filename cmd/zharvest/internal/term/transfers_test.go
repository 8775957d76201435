package term

import (
	"bytes"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

func TestTransferred(t *testing.T) {
	for _, tt := range []struct {
		done, size int64
		took       time.Duration
		want       string
	}{
		{5e6, 20e6, 5 * time.Second, "5.0 of 20.0 MB, 1.0 MB/s, 15s left"},
		{20e6, 20e6, 2 * time.Second, "20.0 of 20.0 MB, 10.0 MB/s, 0s left"},
		{5e6, -1, 5 * time.Second, "5.0 MB, 1.0 MB/s"},
		{0, 20e6, time.Second, "0.0 MB, 0.0 MB/s"},
		{1e6, 2e6, 0, "1.0 of 2.0 MB, 1000.0 MB/s, 0s left"},
	} {
		if got := transferred(tt.done, tt.size, tt.took); got != tt.want {
			t.Errorf("transferred(%d, %d, %v) = %q, want %q", tt.done, tt.size, tt.took, got, tt.want)
		}
	}
}

func TestTransfersInLines(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		note, lines := collect()
		all := NewTransfers(New(&bytes.Buffer{}), false, note)
		first, second := all.File("a\r.csv", 100e6), all.File("b.csv", -1)
		for at := range int64(30) {
			first(at * 1e6)
			second(at * 2e6)
			time.Sleep(time.Second)
		}
		all.End()
		want := []string{
			"a .csv: 10.0 of 100.0 MB, 1.0 MB/s, 1m30s left",
			"a .csv: 20.0 of 100.0 MB, 1.0 MB/s, 1m20s left",
		}
		if !slices.Equal(*lines, want) {
			t.Errorf("got %q, want %q", *lines, want)
		}
	})
}

// Bars of files that were not finished are taken away at the end.
func TestTransfersBars(t *testing.T) {
	var out screen
	s := AsTerminal(&out, 100)
	all := NewTransfers(s, true, nil)
	done, open := all.File("a.csv", 10), all.File("b.csv", 10)
	done(10)
	open(5)
	all.End()
	s.Note("the end")
	if got := out.String(); !strings.HasSuffix(got, "the end\n") {
		t.Errorf("got %q", got)
	}
}
