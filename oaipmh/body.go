package oaipmh

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"unicode/utf8"

	"github.com/zharvest/zharvest/internal/xmltext"
)

// body is an answer, as far as it can be read.
type body struct {
	data     []byte
	stripped int   // places with characters that XML forbids, which were changed
	end      error // why there is no more, nil at the end
	endsAt   int   // bytes up to there
	lost     bool  // the connection broke
}

// readBody reads an answer of no more than maxBytes.
func readBody(r io.Reader, maxBytes int64) *body {
	data, err := io.ReadAll(io.LimitReader(r, maxBytes))
	b := &body{data: data, end: err, endsAt: len(data), lost: err != nil}
	if err == nil && int64(len(data)) == maxBytes {
		b.end = fmt.Errorf("%w: more than %d bytes", ErrTooLarge, maxBytes)
	}
	return b
}

// refuse returns what a body that is no XML at all is instead.
func (b *body) refuse() error {
	switch {
	case isHTML(b.data[:min(len(b.data), 512)]):
		return errors.New("it is a web page")
	case bytes.HasPrefix(b.data, []byte{0xFE, 0xFF}), bytes.HasPrefix(b.data, []byte{0xFF, 0xFE}),
		bytes.HasPrefix(b.data, []byte{0, '<'}), bytes.HasPrefix(b.data, []byte{'<', 0}):
		return fmt.Errorf("%w: the answer is in UTF-16 or UTF-32", ErrCharset)
	}
	return nil
}

// isHTML goes by what is there, since some repositories call their XML
// text/html.
func isHTML(body []byte) bool {
	body = bytes.ToLower(bytes.TrimSpace(bytes.TrimPrefix(body, []byte("\xEF\xBB\xBF"))))
	return bytes.HasPrefix(body, []byte("<!doctype html")) || bytes.HasPrefix(body, []byte("<html"))
}

// clean ends the body at the first character that XML forbids or, if lenient,
// leaves out all of them.
func (b *body) clean(lenient bool) {
	if xmltext.IsText(b.data) && !bytes.Contains(b.data, []byte("&#")) {
		return
	}
	var kept []byte
	from, until := 0, "" // what is to be kept; the end of a section in which & means nothing
	for at := 0; at < len(b.data); {
		rest := b.data[at:]
		r, size := utf8.DecodeRune(rest)
		fault, instead := "", ""
		switch {
		case !utf8.FullRune(rest):
			b.data = b.data[:at] // the body ends here, which is the error
			continue
		case r == utf8.RuneError && size == 1:
			fault, instead = fmt.Sprintf("byte 0x%02X is not UTF-8", rest[0]), string(utf8.RuneError)
		case !xmltext.IsRune(r):
			fault = fmt.Sprintf("U+%04X", r)
		case until != "":
			if bytes.HasPrefix(rest, []byte(until)) {
				until = ""
			}
		case r == '<':
			until = sectionEnd(rest)
		case r == '&':
			if _, length, ok := xmltext.Reference(rest); length > 0 && !ok {
				fault, size = string(rest[:length]), length
			}
		}
		at += size
		if fault == "" {
			continue
		}
		if !lenient {
			b.end, b.endsAt, b.lost = fmt.Errorf("%w: %s", ErrInvalidCharacter, fault), at-size+1, false
			b.data = b.data[:at-size]
			return
		}
		b.stripped++
		kept = append(append(kept, b.data[from:at-size]...), instead...)
		from = at
	}
	if from > 0 {
		b.data = append(kept, b.data[from:]...)
	}
}

// sectionEnd is the end of the section that text begins with, if it does.
func sectionEnd(text []byte) string {
	for begin, end := range map[string]string{"<![CDATA[": "]]>", "<!--": "-->", "<?": "?>"} {
		if bytes.HasPrefix(text, []byte(begin)) {
			return end
		}
	}
	return ""
}

// fail makes an error of what is wrong at a place. An answer that is cut short
// was cut by what ended the body.
func (b *body) fail(err error, at int) error {
	e := &BodyError{Offset: int64(at), Err: err}
	switch isCut := errors.Is(err, xmltext.ErrCut); {
	case isCut && b.end != nil:
		e.Err, e.Offset, e.lost = b.end, int64(b.endsAt), b.lost
	case isCut && len(b.data) == 0:
		e.Err, e.lost = errors.New("it is empty"), true
	case isCut:
		e.Err, e.lost = fmt.Errorf("it ends in the middle: %w", io.ErrUnexpectedEOF), true
	case errors.Is(err, xmltext.ErrDepth):
		e.Err = fmt.Errorf("%w: %w", ErrTooLarge, err)
	}
	e.Line = 1 + bytes.Count(b.data[:at], []byte("\n"))
	return e
}
