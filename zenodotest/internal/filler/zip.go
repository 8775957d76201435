package filler

import (
	"archive/zip"
	"bytes"
	"compress/flate"
	"fmt"
	"io"
	"time"
)

// packedAt is the time of all that is in a ZIP.
var packedAt = time.Date(2020, time.February, 2, 20, 20, 20, 0, time.UTC)

// makeZIP makes the end of a ZIP that has made-up bytes before it, size bytes
// long: a text, a table in a folder, and bytes that fill what is left. It is nil
// where there is no room for these.
func makeZIP(ahead int64, size int, seed uint64) []byte {
	var table bytes.Buffer
	fmt.Fprintln(&table, "station,value")
	for i := range 1 + seed%20 {
		fmt.Fprintf(&table, "%d,%d\n", i+1, (seed>>i)%1000)
	}
	write := func(rest []byte) []byte {
		var out bytes.Buffer
		w := zip.NewWriter(&out)
		w.SetOffset(ahead)
		// Without compression the same bytes come from any version of the package.
		w.RegisterCompressor(zip.Deflate, func(w io.Writer) (io.WriteCloser, error) { return flate.NewWriter(w, flate.NoCompression) })
		for _, member := range []struct {
			name   string
			method uint16
			body   []byte
		}{
			{"README.txt", zip.Store, fmt.Appendf(nil, "Made-up data, number %d.\n", seed%1000)},
			{"data/", zip.Store, nil},
			{"data/table.csv", zip.Deflate, table.Bytes()},
			{"data/values.bin", zip.Store, rest},
		} {
			into, err := w.CreateHeader(&zip.FileHeader{Name: member.name, Method: member.method, Modified: packedAt})
			if err == nil && member.body != nil {
				_, err = into.Write(member.body)
			}
			if err != nil {
				panic(err) // into memory nothing fails
			}
		}
		_ = w.Close()
		return out.Bytes()
	}
	room := size - len(write([]byte{}))
	if room < 0 {
		return nil
	}
	rest := make([]byte, room)
	fill(rest, 0, seed)
	return write(rest)
}
