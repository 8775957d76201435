package dump

import (
	"archive/tar"
	"bufio"
	"errors"
	"fmt"
	"io"
	"iter"
	"path"
	"strings"

	"github.com/klauspost/compress/gzip"

	"github.com/zharvest/zharvest/zenodo"
)

const (
	// maxMember is the largest member of an archive that is read. The largest
	// record known to the authors has 6 MB as JSON.
	maxMember = 64 << 20
	// Members are handed on by so many, or by as many as have so many bytes.
	batchMembers, batchBytes = 100, 1 << 20
)

// ErrArchive means that an archive is cut, damaged or something else.
var ErrArchive = errors.New("cannot read the archive")

// member is a record in an archive.
type member struct {
	id  zenodo.RecordID // of its name
	raw []byte          // nil where it is too large to be a record
}

// batch is members that follow each other.
type batch struct {
	members []member
	end     int // how many members of the archive there are up to its end, of any kind
}

// readArchive iterates over the records of a tar.gz, from the one behind the
// first skip members. An archive that is cut is an error that matches
// [io.ErrUnexpectedEOF].
func readArchive(r io.Reader, skip int) iter.Seq2[batch, error] {
	return func(yield func(batch, error) bool) {
		unzipped, err := gzip.NewReader(bufio.NewReaderSize(r, 1<<20))
		if err != nil {
			yield(batch{}, fmt.Errorf("%w: %w", ErrArchive, cutShort(err)))
			return
		}
		defer unzipped.Close() //nolint:errcheck // it has only read
		a := &archiveReader{tar: tar.NewReader(unzipped)}
		for {
			b, err := a.batch(skip)
			last := errors.Is(err, io.EOF)
			if err != nil && !last {
				yield(b, fmt.Errorf("%w behind member %d: %w", ErrArchive, b.end, cutShort(err)))
				return
			}
			if b.end > skip && !yield(b, nil) || last {
				return
			}
		}
	}
}

// cutShort makes the end of a file, where there should be more, an error of
// its own.
func cutShort(err error) error {
	if errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	return err
}

type archiveReader struct {
	tar    *tar.Reader
	number int // of members passed
}

// batch reads the next members. At the end of the archive it gives the last
// ones, and io.EOF.
func (a *archiveReader) batch(skip int) (b batch, err error) {
	for size := 0; len(b.members) < batchMembers && size < batchBytes; {
		header, err := a.tar.Next()
		if err != nil {
			b.end = a.number
			return b, err
		}
		m, err := a.member(header, skip)
		if err != nil {
			b.end = a.number
			return b, err
		}
		a.number++
		if m.id != "" {
			b.members = append(b.members, m)
			size += len(m.raw)
		}
	}
	b.end = a.number
	return b, nil
}

// member reads a member, or gives one without an id for what is no record or
// was read before.
func (a *archiveReader) member(header *tar.Header, skip int) (m member, err error) {
	name := path.Base(header.Name)
	id, isXML := strings.CutSuffix(name, ".xml")
	id, isJSON := strings.CutSuffix(id, ".json")
	if a.number < skip || header.Typeflag != tar.TypeReg || !isXML && !isJSON {
		return member{}, nil
	}
	m.id = zenodo.RecordID(id)
	if header.Size > maxMember {
		return m, nil
	}
	m.raw = make([]byte, header.Size)
	_, err = io.ReadFull(a.tar, m.raw)
	return m, err
}
