package filler_test

import (
	"archive/zip"
	"bytes"
	"crypto/md5"
	"encoding/hex"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/zharvest/zharvest/zenodotest/internal/filler"
)

// read is all of a file.
func read(t *testing.T, f *filler.File) []byte {
	t.Helper()
	all, err := io.ReadAll(io.NewSectionReader(f, 0, f.Size()+1))
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func TestFile(t *testing.T) {
	var sums filler.Sums
	sizes := []int64{0, 1, 7, 8, 100, 64<<10 - 1, 64 << 10, 128<<10 - 1, 128 << 10, 128<<10 + 1, 1 << 20, 300_001}
	for _, name := range []string{"a.bin", "a.zip"} {
		for _, size := range sizes {
			f := filler.New(name, "some checksum", size)
			all := read(t, f)
			if int64(len(all)) != size || f.Size() != size {
				t.Fatalf("%s of %d bytes: got %d, and Size says %d", name, size, len(all), f.Size())
			}
			sum := md5.Sum(all)
			for range 2 { // the second time it is known
				if got, want := sums.Of(f), hex.EncodeToString(sum[:]); got != want {
					t.Errorf("%s of %d bytes: MD5 %s, want %s", name, size, got, want)
				}
			}
			if err := iotest.TestReader(io.NewSectionReader(f, 0, size), all); err != nil {
				t.Errorf("%s of %d bytes: %v", name, size, err)
			}
			for _, at := range []int64{1, 9, 65_530, 65_537, size - 3} {
				part := make([]byte, 5)
				n, err := f.ReadAt(part, max(at, 0))
				want := all[min(max(at, 0), size):min(max(at, 0)+5, size)]
				if !bytes.Equal(part[:n], want) || (n < 5) != (err == io.EOF) {
					t.Errorf("%s of %d bytes from %d: got %x, %v; want %x", name, size, at, part[:n], err, want)
				}
			}
		}
	}
}

// TestIdentity makes sure that a part of one file does not pass for that of
// another, nor for one further on in the same.
func TestIdentity(t *testing.T) {
	const size = 500_000
	a, again, b := filler.New("a.bin", "a", size), filler.New("b.bin", "a", size), filler.New("a.bin", "b", size)
	if !bytes.Equal(read(t, a), read(t, again)) {
		t.Error("two files of one identity differ")
	}
	if bytes.Equal(read(t, a)[size-16:], read(t, b)[size-16:]) {
		t.Error("two files of different identities have the same end")
	}
	if shorter := read(t, filler.New("a.bin", "a", 1000)); bytes.Equal(read(t, filler.New("a.bin", "a", 1001))[:1000], shorter) {
		t.Error("a file begins with all of another")
	}
	seen := map[string]bool{}
	for block := range strings.SplitSeq(fmt.Sprintf("%x", read(t, a)), "0000") { // pieces of about 16 KB and less
		if len(block) > 40 && seen[block[:40]] {
			t.Errorf("the bytes %s come twice", block[:40])
		} else if len(block) > 40 {
			seen[block[:40]] = true
		}
	}
}

// TestZIP reads ZIPs of all sizes with the standard library: small ones, ones
// with other bytes before them, and one so large that its offsets are of 64 bits.
func TestZIP(t *testing.T) {
	for _, size := range []int64{1000, 64 << 10, 200_000, 5 << 20, 1<<40 + 3} {
		f := filler.New("some data.ZIP", "x", size)
		r, err := zip.NewReader(f, size)
		if err != nil {
			t.Fatalf("ZIP of %d bytes: %v", size, err)
		}
		var names []string
		for _, member := range r.File {
			names = append(names, member.Name)
			in, err := member.Open()
			if err != nil {
				t.Fatalf("ZIP of %d bytes: %s: %v", size, member.Name, err)
			}
			if _, err := io.Copy(io.Discard, in); err != nil { // which checks the CRC
				t.Errorf("ZIP of %d bytes: %s: %v", size, member.Name, err)
			}
		}
		if got, want := strings.Join(names, " "), "README.txt data/ data/table.csv data/values.bin"; got != want {
			t.Errorf("ZIP of %d bytes has %s, want %s", size, got, want)
		}
	}
	if _, err := zip.NewReader(filler.New("a.zip", "x", 99), 99); err == nil {
		t.Error("99 bytes are a ZIP, want none: there is no room")
	}
}

func BenchmarkSum(b *testing.B) {
	b.Run("first GB", func(b *testing.B) {
		for b.Loop() {
			var sums filler.Sums
			sums.Of(filler.New("a", "a", 1<<30))
		}
	})
	b.Run("another GB", func(b *testing.B) {
		var sums filler.Sums
		sums.Of(filler.New("a", "a", 1<<30))
		for n := 0; b.Loop(); n++ {
			sums.Of(filler.New("a", fmt.Sprint(n), 1<<30))
		}
	})
}
