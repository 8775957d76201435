package export_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"os"
	"strings"
	"syscall"
	"testing"

	"github.com/zharvest/zharvest/export"
	"github.com/zharvest/zharvest/zenodo"
)

// TestSourceFails has the source's error come back as it is, after the records
// before it, in what does not pass for a whole array.
func TestSourceFails(t *testing.T) {
	tests := []struct {
		format string
		o      export.Options
		want   string
	}{
		{"csv", export.Options{}, "doi,title\n10.1000/y,Empty\n"},
		{"tsv", export.Options{}, "doi\ttitle\n10.1000/y\tEmpty\n"},
		{"json", export.Options{}, "[\n" + `{"doi":"10.1000/y","title":"Empty"}`},
		{"jsonl", export.Options{}, `{"doi":"10.1000/y","title":"Empty"}` + "\n"},
		{"markdown", export.Options{}, "| doi | title |\n| --- | --- |\n| [10.1000/y](https://doi.org/10.1000/y) | Empty |\n"},
		{"csl", export.Options{}, "[\n" + `{"id":"anonndempty_31","type":"document","title":"Empty","DOI":"10.1000/y","URL":"https://doi.org/10.1000/y"}`},
	}
	for _, tt := range tests {
		var b strings.Builder
		cause := fmt.Errorf("read index: %w", context.Canceled)
		err := lookup(t, tt.format).Write(&b, seq(cause, emptyLists()), tt.o)
		if err != cause {
			t.Errorf("%s: got error %v, want %v itself", tt.format, err, cause)
		}
		if b.String() != tt.want {
			t.Errorf("%s: got %q, want %q", tt.format, b.String(), tt.want)
		}
	}
}

// TestSourceFailsAtOnce has nothing written that would pass for an answer.
func TestSourceFailsAtOnce(t *testing.T) {
	cause := errors.New("no index")
	for _, format := range export.Formats() {
		var b strings.Builder
		if err := lookup(t, format).Write(&b, seq(cause), export.Options{}); err != cause {
			t.Errorf("%s: got error %v, want %v itself", format, err, cause)
		}
		if b.Len() > 0 {
			t.Errorf("%s: wrote %q", format, b.String())
		}
	}
}

// TestSourceAndWriterFail has the cause win over what came of it.
func TestSourceAndWriterFail(t *testing.T) {
	cause := errors.New("no more records")
	for _, format := range export.Formats() {
		err := lookup(t, format).Write(&failing{}, seq(cause, ordinary()), export.Options{})
		if err != cause {
			t.Errorf("%s: got error %v, want %v itself", format, err, cause)
		}
	}
}

func TestIncompleteArrayIsNotJSON(t *testing.T) {
	for n := range 3 {
		var b strings.Builder
		records := difficult()[:n]
		for _, format := range []string{"json", "csl", "datacite"} {
			b.Reset()
			if err := lookup(t, format).Write(&b, seq(io.ErrUnexpectedEOF, records...), export.Options{}); err == nil {
				t.Fatal("no error")
			}
			if json.Valid([]byte(b.String())) {
				t.Errorf("%s after %d records: %q is whole", format, n, b.String())
			}
		}
	}
}

// failing takes so many bytes and then fails, as a full disk does.
type failing struct{ room int }

func (w *failing) Write(p []byte) (int, error) {
	if len(p) <= w.room {
		w.room -= len(p)
		return len(p), nil
	}
	n := w.room
	w.room = 0
	return n, syscall.ENOSPC
}

// endless yields a record for ever and counts how many were taken.
func endless(taken *int) iter.Seq2[*zenodo.Record, error] {
	r := ordinary()
	return func(yield func(*zenodo.Record, error) bool) {
		for yield(r, nil) {
			*taken++
		}
	}
}

// TestWriterFails has a writer's first error end the records, not their number.
func TestWriterFails(t *testing.T) {
	for _, format := range export.Formats() {
		rooms, gathered := []int{0, 1, 100_000, 1_000_000}, 0
		if lookup(t, format).Binary { // one record again and again is compressed to nothing
			rooms, gathered = []int{0, 1}, 1_000_000 // a row group of Parquet
		}
		for _, room := range rooms {
			var taken int
			err := lookup(t, format).Write(&failing{room: room}, endless(&taken), export.Options{})
			if !errors.Is(err, syscall.ENOSPC) {
				t.Errorf("%s with room for %d: got %v, want ENOSPC", format, room, err)
			}
			if most := (room+100_000)/40 + gathered; taken > most {
				t.Errorf("%s with room for %d: took %d records, want at most %d", format, room, taken, most)
			}
		}
		for _, records := range [][]*zenodo.Record{difficult(), {ordinary()}} {
			if err := lookup(t, format).Write(&failing{}, seq(nil, records...), export.Options{}); !errors.Is(err, syscall.ENOSPC) {
				t.Errorf("%s of %d records: got %v, want ENOSPC", format, len(records), err)
			}
		}
	}
}

// short takes all but one byte and says nothing, which no writer may.
type short struct{}

func (short) Write(p []byte) (int, error) { return max(len(p)-1, 0), nil }

func TestShortWrite(t *testing.T) {
	if err := lookup(t, "csv").Write(short{}, seq(nil), export.Options{}); !errors.Is(err, io.ErrShortWrite) {
		t.Errorf("got %v, want io.ErrShortWrite", err)
	}
}

func TestBrokenPipe(t *testing.T) {
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	if err := r.Close(); err != nil {
		t.Fatal(err)
	}
	var taken int
	if err := lookup(t, "csv").Write(w, endless(&taken), export.Options{}); !errors.Is(err, syscall.EPIPE) {
		t.Errorf("got %v, want EPIPE", err)
	}
}

func TestRawThatIsNotThere(t *testing.T) {
	for name, raw := range map[string]string{"none": "", "blank": " \n", "XML": "<record/>"} {
		for _, format := range []string{"json", "jsonl"} {
			var b strings.Builder
			records := seq(nil, ordinary(), &zenodo.Record{ID: "77", Raw: []byte(raw)}, ordinary())
			err := lookup(t, format).Write(&b, records, export.Options{Raw: true})
			if !errors.Is(err, export.ErrNoRaw) || !strings.Contains(err.Error(), "77") {
				t.Errorf("%s, %s: got error %v, want ErrNoRaw that names the record", name, format, err)
			}
			if got, first := strings.TrimSpace(strings.TrimPrefix(b.String(), "[\n")), string(ordinary().Raw); got != first {
				t.Errorf("%s, %s: got %q, want the record before it, %q", name, format, got, first)
			}
		}
	}
}
