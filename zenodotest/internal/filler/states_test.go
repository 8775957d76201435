package filler

import (
	"bytes"
	"crypto/md5"
	"flag"
	"os"
	"testing"
)

var update = flag.Bool("update", false, "write states.bin, which takes minutes")

// TestStates computes the states of some strides from those before them. All of
// them are right where each follows from the one before.
func TestStates(t *testing.T) {
	const all = 64 << 30 / (stride * unit)
	if *update {
		states = states[:0]
		for i := range all {
			states = append(states, next(i)...)
		}
		if err := os.WriteFile("states.bin", states, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if len(states) != all*md5.Size {
		t.Fatalf("there are %d bytes, want %d", len(states), all*md5.Size)
	}
	for i := range all {
		if i > 1 && i != 777 && i != all-1 && os.Getenv("ZHARVEST_LONG") == "" {
			continue
		}
		if got, want := states[i*md5.Size:][:md5.Size], next(i); !bytes.Equal(got, want) {
			t.Errorf("after %d strides: got %x, want %x", i+1, got, want)
		}
	}
}

// next is the state after a stride, given those of all before.
func next(strides int) []byte {
	sum := restored(stateAfter(strides))
	var bytes [unit]byte
	for i := range stride {
		fill(bytes[:], int64(strides*stride+i)*unit, 0)
		sum.Write(bytes[:])
	}
	return saved(sum)[stateSum:][:md5.Size]
}
