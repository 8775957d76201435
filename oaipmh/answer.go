package oaipmh

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"strings"
	"time"
)

// maxErrors is how many errors of one answer are read.
const maxErrors = 16

// answer is what all answers have in common.
type answer struct {
	responseDate time.Time
	stripped     int // places with characters that XML forbids
	found        bool
	errs         []*Error
}

// content reads what is in the element of the verb, to its end.
type content func(*scanner) error

// parse reads an answer to verb. If it holds an error of the protocol that is
// the error, and the answer is given too.
func parse(in *input, verb string, read content) (*answer, error) {
	a := new(answer)
	if err := refuse(in); err != nil {
		return a, in.fail(err)
	}
	err := a.read(newScanner(in), verb, read)
	a.stripped = in.chars.stripped
	switch {
	case len(a.errs) > 0: // also where the rest is broken
		a.errs[0].Also = a.errs[1:]
		return a, a.errs[0]
	case err != nil:
		return a, err
	case !a.found:
		return a, in.fail(fmt.Errorf("it has neither %s nor an error", verb))
	}
	return a, nil
}

// refuse says what a body that is no XML at all is instead.
func refuse(in *input) error {
	ahead := in.peek(512)
	switch {
	case isHTML(ahead):
		return errors.New("it is a web page")
	case bytes.HasPrefix(ahead, []byte{0xFE, 0xFF}), bytes.HasPrefix(ahead, []byte{0xFF, 0xFE}),
		bytes.HasPrefix(ahead, []byte{0, '<'}), bytes.HasPrefix(ahead, []byte{'<', 0}):
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

func (a *answer) read(s *scanner, verb string, read content) error {
	root, err := s.root()
	if err != nil {
		return err
	}
	if root.Name.Local != "OAI-PMH" {
		return s.invalid(fmt.Sprintf("its root element is %q", shorten(root.Name.Local)))
	}
	s.scope = declare(nil, root.Attr)
	return s.children(func(e xml.StartElement) error {
		switch e.Name.Local {
		case "responseDate":
			text, err := s.text()
			a.responseDate = parseDatestamp(text)
			return err
		case "error":
			return a.readError(s, e)
		case verb:
			a.found = true
			s.scope = declare(s.scope, e.Attr)
			return read(s)
		}
		return s.skip()
	})
}

func (a *answer) readError(s *scanner, e xml.StartElement) error {
	text, err := s.text()
	if err == nil && len(a.errs) < maxErrors {
		code := Code(shorten(strings.TrimSpace(attribute(e, "code"))))
		a.errs = append(a.errs, &Error{Code: code, Message: shorten(text)})
	}
	return err
}

// shorten makes a foreign text one line of bounded length.
func shorten(s string) string {
	const most = 500
	if len(s) > 8*most {
		s = s[:8*most]
	}
	s = strings.ToValidUTF8(strings.Join(strings.Fields(s), " "), "\uFFFD")
	if runes := []rune(s); len(runes) > most {
		s = string(runes[:most]) + "…"
	}
	return s
}
