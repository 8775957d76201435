package export

import (
	"io"
	"iter"

	"github.com/zharvest/zharvest/zenodo"
)

// pieceSize is how many bytes are collected before they are handed on.
const pieceSize = 64 << 10

// layout is a format that writes record after record.
type layout struct {
	open    string // before the first record
	between string
	end     string // after the last record
	none    string // in place of all that, where there is no record
	// row appends a record. It is called in the innermost loop and should
	// allocate nothing.
	row func(dst []byte, r *zenodo.Record) ([]byte, error)
}

func (l layout) write(w io.Writer, records iter.Seq2[*zenodo.Record, error]) error {
	out := stream{w: w, piece: make([]byte, 0, pieceSize+pieceSize/4)}
	before, after := l.open, l.none
	for r, err := range records {
		if err != nil {
			return out.stop(err)
		}
		row, err := l.row(append(out.piece, before...), r)
		if err != nil {
			return out.stop(err)
		}
		if err := out.extend(row); err != nil {
			return err
		}
		before, after = l.between, l.end
	}
	out.piece = append(out.piece, after...)
	return out.flush()
}

// stream hands on what is written to it in large pieces. It does what a
// bufio.Writer does, without copying each row into it.
type stream struct {
	w     io.Writer
	piece []byte
}

// extend takes the piece with a row appended to it.
func (s *stream) extend(piece []byte) error {
	s.piece = piece
	if len(piece) < pieceSize {
		return nil
	}
	return s.flush()
}

func (s *stream) flush() error {
	n, err := s.w.Write(s.piece)
	if err == nil && n < len(s.piece) {
		err = io.ErrShortWrite
	}
	s.piece = s.piece[:0]
	return err
}

// stop writes the rows so far and returns the error that ended them, which is
// what the caller must see even where these rows cannot be written either.
func (s *stream) stop(err error) error {
	_ = s.flush()
	return err
}
