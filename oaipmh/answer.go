package oaipmh

import (
	"fmt"
	"strings"
	"time"

	"github.com/zharvest/zharvest/internal/xmltext"
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

// content reads what is in the element of the verb.
type content func(*scanner)

// parse reads an answer to verb. If it holds an error of the protocol that is
// the error, and the answer is given too.
func parse(b *body, lenient bool, verb string, read content) (*answer, error) {
	a := new(answer)
	if err := b.refuse(); err != nil {
		return a, b.fail(err, 0)
	}
	b.clean(lenient)
	a.stripped = b.stripped
	s := &scanner{Decoder: xmltext.NewDecoder(b.data), data: b.data}
	a.read(s, verb, read)
	if len(a.errs) > 0 { // also where the rest is broken
		a.errs[0].Also = a.errs[1:]
		return a, a.errs[0]
	}
	if err := s.Err(); err != nil {
		return a, b.fail(err, s.Offset())
	}
	if !a.found {
		return a, b.fail(fmt.Errorf("it has neither %s nor an error", verb), s.Offset())
	}
	return a, nil
}

func (a *answer) read(s *scanner, verb string, read content) {
	if root := s.Root(); root != "OAI-PMH" {
		s.Fail(fmt.Errorf("its root element is %q", shorten(root)))
	}
	s.scope = s.declare(nil)
	for name := range s.Children {
		switch name {
		case "responseDate":
			a.responseDate = parseDatestamp(s.Text())
		case "error":
			a.readError(s)
		case verb:
			a.found = true
			s.scope = s.declare(s.scope)
			read(s)
		}
	}
}

func (a *answer) readError(s *scanner) {
	e := &Error{Code: Code(shorten(s.Attribute("code")))}
	e.Message = shorten(s.Text())
	if s.Err() == nil && len(a.errs) < maxErrors {
		a.errs = append(a.errs, e)
	}
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
