package term

import (
	"bytes"
	"slices"
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
