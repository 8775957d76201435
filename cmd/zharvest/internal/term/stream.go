// Package term writes for people: to a terminal without what could harm it,
// tables, progress and requests.
package term

import (
	"encoding/json"
	"fmt"
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

// Stream is standard output or standard error. What goes to a terminal loses
// its control characters, except those that end lines, and our own colours where
// we painted. What is hidden is blanked.
type Stream struct {
	w        io.Writer
	terminal bool
	width    int
	color    bool

	mu     sync.Mutex // requests are logged while others go on
	rest   []byte     // of a character cut at the end of a write
	hidden []zenodo.AccessToken
	bars   io.Writer // where notes go while bars are drawn
}

// New makes a stream of what may be a terminal.
func New(w io.Writer) *Stream {
	s := &Stream{w: w, width: 80}
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

// AsTerminal makes a stream that writes as to a terminal of that width.
func AsTerminal(w io.Writer, width int) *Stream { return &Stream{w: w, terminal: true, width: width} }

// Underlying is what the stream writes to.
func (s *Stream) Underlying() io.Writer { return s.w }

// IsTerminal reports whether a person reads what is written.
func (s *Stream) IsTerminal() bool { return s.terminal }

// Width is how many columns a line has.
func (s *Stream) Width() int { return s.width }

// Note prints a line for people, above the bars that are drawn. Several
// goroutines may do so.
func (s *Stream) Note(line string) {
	line = s.Redacted(Printable(line))
	s.mu.Lock()
	bars := s.bars
	s.mu.Unlock()
	if bars != nil {
		fmt.Fprintln(bars, line)
		return
	}
	fmt.Fprintln(s, line)
}

func (s *Stream) notesTo(bars io.Writer) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.bars = bars
}

// Hide lets a token be blanked in each text that is written at once from now
// on.
func (s *Stream) Hide(t zenodo.AccessToken) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if t != "" && !slices.Contains(s.hidden, t) {
		s.hidden = append(s.hidden, t)
	}
}

// Redacted is text without what is hidden.
func (s *Stream) Redacted(text string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, t := range s.hidden {
		text = t.Redact(text)
	}
	return text
}

// Write writes p as it is, or without control characters to a terminal.
func (s *Stream) Write(p []byte) (int, error) { return s.write(p, false) }

func (s *Stream) write(p []byte, painted bool) (int, error) {
	if err := s.writeSafe([]byte(s.Redacted(string(p))), painted); err != nil {
		return 0, err
	}
	return len(p), nil
}

func (s *Stream) writeSafe(p []byte, painted bool) error {
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

// Painted is the stream for lines with our own colours, in which what others
// wrote is printable already.
func (s *Stream) Painted() io.Writer { return paintedStream{s} }

type paintedStream struct{ s *Stream }

func (p paintedStream) Write(text []byte) (int, error) { return p.s.write(text, true) }

// The colours that we write ourselves.
const (
	Red   = "\x1b[31m"
	Bold  = "\x1b[1m"
	plain = "\x1b[0m"
)

// colorLength is the length of one of our colours at the beginning of p. What
// others wrote has lost its escape characters before it comes here.
func colorLength(p []byte) int {
	for _, c := range []string{Red, Bold, plain} {
		if strings.HasPrefix(string(p[:min(len(p), len(c))]), c) {
			return len(c)
		}
	}
	return 0
}

// Paint is text in a colour, where the stream has colours.
func (s *Stream) Paint(color, text string) string {
	if !s.color {
		return text
	}
	return color + text + plain
}

// UseColor decides on colours by a flag: always, never, or else whether a
// terminal shows them.
func (s *Stream) UseColor(flag string) {
	s.color = s.terminal && os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb"
	if flag == "always" || flag == "never" {
		s.color = flag == "always"
	}
}

// Printable is text on one line without control characters, which could move
// the cursor or turn the direction of writing.
func Printable(s string) string {
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

// PrintJSON prints one document.
func (s *Stream) PrintJSON(v any) error {
	enc := json.NewEncoder(s)
	enc.SetEscapeHTML(false)
	if s.terminal {
		enc.SetIndent("", "  ")
	}
	return enc.Encode(v)
}
