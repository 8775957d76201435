package main

import (
	"encoding/json"
	"io"
	"os"
	"slices"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"golang.org/x/term"

	"github.com/zharvest/zharvest/zenodo"
)

// stream is standard output or standard error. What goes to a terminal loses
// its control characters, except those that end lines, and our own colours where
// we painted. What is hidden is blanked.
type stream struct {
	w        io.Writer
	terminal bool
	width    int
	color    bool

	mu     sync.Mutex // requests are logged while others go on
	rest   []byte     // of a character cut at the end of a write
	hidden []zenodo.AccessToken
}

func newStream(w io.Writer) *stream {
	s := &stream{w: w, width: 80}
	f, ok := w.(*os.File)
	if !ok {
		return s
	}
	if s.terminal = term.IsTerminal(int(f.Fd())); s.terminal {
		if width, _, err := term.GetSize(int(f.Fd())); err == nil && width > 0 {
			s.width = width
		}
	}
	return s
}

// hide lets a token be blanked in each text that is written at once from now
// on.
func (s *stream) hide(t zenodo.AccessToken) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if t != "" && !slices.Contains(s.hidden, t) {
		s.hidden = append(s.hidden, t)
	}
}

// redacted is text without what is hidden.
func (s *stream) redacted(text string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, t := range s.hidden {
		text = t.Redact(text)
	}
	return text
}

// Write writes p as it is, or without control characters to a terminal.
func (s *stream) Write(p []byte) (int, error) { return s.write(p, false) }

func (s *stream) write(p []byte, painted bool) (int, error) {
	if err := s.writeSafe([]byte(s.redacted(string(p))), painted); err != nil {
		return 0, err
	}
	return len(p), nil
}

func (s *stream) writeSafe(p []byte, painted bool) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.terminal {
		_, err := s.w.Write(p)
		return err
	}
	all := append(s.rest, p...)
	s.rest = nil
	var safe strings.Builder
	for len(all) > 0 {
		r, n := utf8.DecodeRune(all)
		if r == utf8.RuneError && n == 1 && !utf8.FullRune(all) {
			s.rest = append(s.rest, all...)
			break
		}
		if length := colorLength(all); painted && length > 0 {
			safe.Write(all[:length])
			all = all[length:]
			continue
		}
		if r == '\n' || r == '\t' || !isControl(r) {
			safe.WriteRune(r)
		} else {
			safe.WriteByte(' ')
		}
		all = all[n:]
	}
	_, err := io.WriteString(s.w, safe.String())
	return err
}

// painted is the stream for lines with our own colours, in which what others
// wrote is printable already.
func (s *stream) painted() io.Writer { return paintedStream{s} }

type paintedStream struct{ s *stream }

func (p paintedStream) Write(text []byte) (int, error) { return p.s.write(text, true) }

// The colours that we write ourselves.
const (
	red   = "\x1b[31m"
	bold  = "\x1b[1m"
	plain = "\x1b[0m"
)

// colorLength is the length of one of our colours at the beginning of p. What
// others wrote has lost its escape characters before it comes here.
func colorLength(p []byte) int {
	for _, c := range []string{red, bold, plain} {
		if strings.HasPrefix(string(p[:min(len(p), len(c))]), c) {
			return len(c)
		}
	}
	return 0
}

func (s *stream) paint(color, text string) string {
	if !s.color {
		return text
	}
	return color + text + plain
}

func useColor(flag string, s *stream) bool {
	switch flag {
	case "always":
		return true
	case "never":
		return false
	}
	return s.terminal && os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb"
}

// printable is text on one line without control characters, which could move
// the cursor or turn the direction of writing.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if isControl(r) {
			return ' '
		}
		return r
	}, s)
}

func isControl(r rune) bool {
	switch {
	case r == '\u2028', r == '\u2029': // line and paragraph separators
		return true
	case r >= '\u202a' && r <= '\u202e', r >= '\u2066' && r <= '\u2069': // overrides of direction
		return true
	}
	return unicode.Is(unicode.Cc, r)
}

// printJSON prints one document.
func (s *stream) printJSON(v any) error {
	enc := json.NewEncoder(s)
	enc.SetEscapeHTML(false)
	if s.terminal {
		enc.SetIndent("", "  ")
	}
	return enc.Encode(v)
}
