package oaipmh

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
)

// defaultMaxToken bounds the memory that a tag with millions of attributes
// takes.
const defaultMaxToken = 32 << 20

// input hands the body of an answer to the decoder byte by byte, so that the
// decoder has never read further than it says. It checks the characters, and
// keeps the bytes from some point on so that they can be cut out.
type input struct {
	src      *bufio.Reader
	max      int64 // bytes of the body
	maxToken int64 // bytes of a single tag or text

	read int64 // bytes of the body
	line int   // from 1
	err  error // why the body ended

	chars characters

	given int64  // bytes given to the decoder
	token int64  // of these, those before the token being read
	kept  []byte // the last of these
}

func newInput(body io.Reader, maxBytes int64, lenient bool) *input {
	return &input{
		src:      bufio.NewReader(&sticky{r: body}),
		max:      maxBytes,
		maxToken: defaultMaxToken,
		line:     1,
		chars:    characters{lenient: lenient},
	}
}

// sticky repeats the error that ended the reading, which a look ahead would
// otherwise swallow.
type sticky struct {
	r   io.Reader
	err error
}

func (s *sticky) Read(p []byte) (int, error) {
	if s.err != nil {
		return 0, s.err
	}
	n, err := s.r.Read(p)
	s.err = err
	return n, err
}

// ReadByte gives the next byte that is fit for the decoder.
func (in *input) ReadByte() (byte, error) {
	b, err := in.chars.next(in)
	if err != nil {
		return 0, err
	}
	if in.given-in.token >= in.maxToken {
		return 0, fmt.Errorf("%w: tag or text of more than %d bytes", ErrTooLarge, in.maxToken)
	}
	in.given++
	in.kept = append(in.kept, b)
	return b, nil
}

// Read is demanded by encoding/xml, which then uses ReadByte.
func (in *input) Read(p []byte) (int, error) {
	if len(p) == 0 {
		return 0, nil
	}
	b, err := in.ReadByte()
	if err != nil {
		return 0, err
	}
	p[0] = b
	return 1, nil
}

// raw gives the next byte of the body.
func (in *input) raw() (byte, error) {
	b, err := in.src.ReadByte()
	if err != nil {
		in.err = err
		return 0, err
	}
	if in.read >= in.max {
		return 0, fmt.Errorf("%w: more than %d bytes", ErrTooLarge, in.max)
	}
	in.read++
	if b == '\n' {
		in.line++
	}
	return b, nil
}

// discard drops the next n bytes of the body, which have been looked at.
func (in *input) discard(n int) error {
	for range n {
		if _, err := in.raw(); err != nil {
			return err
		}
	}
	return nil
}

// peek looks at the next n bytes of the body, or fewer at its end.
func (in *input) peek(n int) []byte {
	ahead, _ := in.src.Peek(n) // the error comes again when the bytes are read
	return ahead
}

// begin notes where a token begins, and forgets what is before unless it is to
// be kept.
func (in *input) begin(offset int64, keep bool) {
	in.token = offset
	if !keep {
		rest := in.kept[offset-in.keptFrom():]
		in.kept = in.kept[:copy(in.kept, rest)]
	}
}

func (in *input) keptFrom() int64 { return in.given - int64(len(in.kept)) }

// cut copies a piece of what is kept.
func (in *input) cut(p piece) []byte {
	return bytes.Clone(in.kept[p.from-in.keptFrom() : p.to-in.keptFrom()])
}

// fail says where err happened, unless it says so itself. An error at the end
// of the body means that it was cut.
func (in *input) fail(err error) error {
	if _, ok := errors.AsType[*BodyError](err); ok {
		return err
	}
	switch {
	case errors.Is(in.err, io.EOF) && in.read == 0:
		err = errors.New("it is empty")
	case errors.Is(in.err, io.EOF):
		err = fmt.Errorf("it ends in the middle: %w", io.ErrUnexpectedEOF)
	case in.err != nil:
		err = in.err // the decoder may have found half a character since
	}
	return &BodyError{Offset: in.read, Line: in.line, Err: err, lost: in.err != nil}
}
