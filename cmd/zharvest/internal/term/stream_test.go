package term

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
)

// What others wrote does not reach a terminal as control characters, however
// it is cut into writes.
func TestStreamToTerminal(t *testing.T) {
	const text = "a\x1b[2Jb\u009bc\u202ed\u00e9\U0001d4aa\x07\te\n"
	const want = "a [2Jb c d\u00e9\U0001d4aa \te\n"
	for size := 1; size <= len(text); size++ {
		var out bytes.Buffer
		s := AsTerminal(&out, 80)
		for part := range slices.Chunk([]byte(text), size) {
			if n, err := s.Write(part); n != len(part) || err != nil {
				t.Fatalf("write of %q: %d, %v", part, n, err)
			}
		}
		if out.String() != want {
			t.Errorf("in writes of %d: got %q, want %q", size, out.String(), want)
		}
	}
	var data bytes.Buffer
	s := AsTerminal(&data, 80)
	if _, err := s.Write([]byte("a" + Red + "b\rc\n")); err != nil || data.String() != "a [31mb c\n" {
		t.Errorf("what others wrote: got %q, %v; want it without colours", data.String(), err)
	}
	data.Reset()
	if _, err := s.Painted().Write([]byte("a" + Red + "b\n")); err != nil || data.String() != "a"+Red+"b\n" {
		t.Errorf("our own colours: got %q, %v", data.String(), err)
	}
	var out bytes.Buffer
	if _, err := New(&out).Write([]byte(text)); err != nil || out.String() != text {
		t.Errorf("to a file: got %q, %v; want every character", out.String(), err)
	}
}

// A token is blanked wherever it would be printed.
func TestStreamHides(t *testing.T) {
	var out bytes.Buffer
	s := New(&out)
	s.Hide("")
	s.Hide("secret-token-1")
	s.Hide("secret-token-1")
	s.Hide("secret-token-2")
	fmt.Fprintln(s, "Bearer secret-token-1, secret-token-2")
	s.Note("secret-token-1\r")
	if err := s.PrintJSON(map[string]string{"token": "secret-token-2"}); err != nil {
		t.Fatal(err)
	}
	if got := out.String(); strings.Contains(got, "secret") || strings.Count(got, "\n") != 3 {
		t.Errorf("got %q", got)
	}
}

func TestStreamColors(t *testing.T) {
	for name, row := range map[string]struct {
		terminal       bool
		flag, env, val string
		want           bool
	}{
		"terminal":          {terminal: true, flag: "auto", want: true},
		"file":              {flag: "auto"},
		"always":            {flag: "always", want: true},
		"never":             {terminal: true, flag: "never"},
		"NO_COLOR":          {terminal: true, flag: "auto", env: "NO_COLOR", val: "1"},
		"dumb":              {terminal: true, flag: "auto", env: "TERM", val: "dumb"},
		"NO_COLOR, always":  {terminal: true, flag: "always", env: "NO_COLOR", val: "1", want: true},
		"empty NO_COLOR":    {terminal: true, flag: "auto", env: "NO_COLOR", want: true},
		"another TERM":      {terminal: true, flag: "auto", env: "TERM", val: "xterm", want: true},
		"NO_COLOR in files": {flag: "auto", env: "NO_COLOR", val: "1"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Setenv("NO_COLOR", "")
			t.Setenv("TERM", "xterm-256color")
			if row.env != "" {
				t.Setenv(row.env, row.val)
			}
			s := New(&bytes.Buffer{})
			if row.terminal {
				s = AsTerminal(&bytes.Buffer{}, 80)
			}
			s.UseColor(row.flag)
			if got := s.Paint(Red, "x") == Red+"x"+plain; got != row.want {
				t.Errorf("colours: %v, want %v", got, row.want)
			}
			if s.IsTerminal() != row.terminal || s.Width() != 80 {
				t.Errorf("terminal: %v of %d columns", s.IsTerminal(), s.Width())
			}
		})
	}
}

// A document is indented for people, and one line for programs. What could be
// HTML stays as it is.
func TestPrintJSON(t *testing.T) {
	value := map[string]string{"title": "<b> & c"}
	var file, terminal bytes.Buffer
	if err := New(&file).PrintJSON(value); err != nil || file.String() != `{"title":"<b> & c"}`+"\n" {
		t.Errorf("got %q, %v", file.String(), err)
	}
	if err := AsTerminal(&terminal, 80).PrintJSON(value); err != nil || terminal.String() != "{\n  \"title\": \"<b> & c\"\n}\n" {
		t.Errorf("got %q, %v", terminal.String(), err)
	}
}

// broken is a pipe whose reader is gone.
type broken struct{}

var errBroken = errors.New("broken pipe")

func (broken) Write([]byte) (int, error) { return 0, errBroken }

func TestStreamBroken(t *testing.T) {
	for name, s := range map[string]*Stream{"file": New(broken{}), "terminal": AsTerminal(broken{}, 80)} {
		if n, err := s.Write([]byte("a")); n != 0 || !errors.Is(err, errBroken) {
			t.Errorf("%s: write: %d, %v", name, n, err)
		}
		if err := s.PrintTable([]string{"id"}, [][]string{{"1"}}); !errors.Is(err, errBroken) {
			t.Errorf("%s: table: %v", name, err)
		}
		if _, ok := s.Underlying().(broken); !ok {
			t.Errorf("%s: writes to %T", name, s.Underlying())
		}
	}
}
