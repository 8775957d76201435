package oaipmh

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"maps"
	"strings"
)

// maxDepth is how deeply elements may be nested.
const maxDepth = 1000

// scanner walks through the elements of an answer. Elements are recognised by their
// local names: which namespace they are in, and by what prefix, repositories
// get wrong.
type scanner struct {
	in    *input
	dec   *xml.Decoder
	start int64 // where the last token began
	depth int
	held  bool              // the input is being kept
	scope map[string]string // prefix to namespace, as declared by the elements outside of the items
}

// piece is a part of the input.
type piece struct{ from, to int64 }

func newScanner(in *input) *scanner {
	dec := xml.NewDecoder(in)
	dec.CharsetReader = func(label string, r io.Reader) (io.Reader, error) {
		if strings.EqualFold(label, "us-ascii") || strings.EqualFold(label, "ascii") || strings.EqualFold(label, "utf8") {
			return r, nil
		}
		return nil, fmt.Errorf("%w: the answer is in %q", ErrCharset, label)
	}
	return &scanner{in: in, dec: dec}
}

// token gives the next token. It is good until the next call.
func (s *scanner) token() (xml.Token, error) {
	s.start = s.dec.InputOffset()
	s.in.begin(s.start, s.held)
	tok, err := s.dec.Token()
	if err != nil {
		return nil, s.in.fail(err)
	}
	switch tok.(type) {
	case xml.StartElement:
		s.depth++
	case xml.EndElement:
		s.depth--
	}
	if s.depth > maxDepth {
		return nil, s.in.fail(fmt.Errorf("%w: elements are nested more than %d deep", ErrTooLarge, maxDepth))
	}
	return tok, nil
}

// root reads up to the first element and through its start tag.
func (s *scanner) root() (xml.StartElement, error) {
	for {
		tok, err := s.token()
		if err != nil {
			return xml.StartElement{}, err
		}
		if start, ok := tok.(xml.StartElement); ok {
			return start, nil
		}
	}
}

// children reads the open element to its end. For each child visit is called,
// which must read it to its end.
func (s *scanner) children(visit func(xml.StartElement) error) error {
	for {
		tok, err := s.token()
		if err != nil {
			return err
		}
		switch tok := tok.(type) {
		case xml.StartElement:
			if err := visit(tok); err != nil {
				return err
			}
		case xml.EndElement:
			return nil
		}
	}
}

// skip reads the open element to its end.
func (s *scanner) skip() error {
	for outer := s.depth - 1; s.depth > outer; {
		if _, err := s.token(); err != nil {
			return err
		}
	}
	return nil
}

// inner reads the open element to its end and gives what is between its tags.
func (s *scanner) inner() (piece, error) {
	from := s.dec.InputOffset()
	err := s.skip()
	return piece{from, s.start}, err
}

// innerXML is inner, copied.
func (s *scanner) innerXML() ([]byte, error) {
	s.held = true
	defer func() { s.held = false }()
	p, err := s.inner()
	if err != nil {
		return nil, err
	}
	return s.in.cut(p), nil
}

// text reads the open element to its end and gives the text in it, without
// space around it.
func (s *scanner) text() (string, error) {
	var b strings.Builder
	for outer := s.depth - 1; s.depth > outer; {
		tok, err := s.token()
		if err != nil {
			return "", err
		}
		if data, ok := tok.(xml.CharData); ok {
			b.Write(data)
		}
	}
	return strings.TrimSpace(b.String()), nil
}

// texts appends the text of the open element to a list.
func (s *scanner) texts(list []string) ([]string, error) {
	text, err := s.text()
	return append(list, text), err
}

// invalid is an error for XML that is not what the protocol has here.
func (s *scanner) invalid(text string) error { return s.in.fail(errors.New(text)) }

// declare gives the namespaces of an element: those around it, which are not
// changed, and those that it declares.
func declare(scope map[string]string, attrs []xml.Attr) map[string]string {
	own := map[string]string{}
	for _, a := range attrs {
		if prefix, ok := declares(a); ok {
			own[prefix] = a.Value
		}
	}
	if len(own) == 0 {
		return scope
	}
	all := maps.Clone(scope)
	if all == nil {
		return own
	}
	maps.Copy(all, own)
	return all
}

// declares gives the prefix that an attribute declares, "" for the default
// namespace.
func declares(a xml.Attr) (prefix string, ok bool) {
	switch {
	case a.Name.Space == "xmlns":
		return a.Name.Local, true
	case a.Name.Space == "" && a.Name.Local == "xmlns":
		return "", true
	}
	return "", false
}

// attribute gives the value of an attribute without a prefix, or "".
func attribute(e xml.StartElement, name string) string {
	for _, a := range e.Attr {
		if a.Name.Space == "" && a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}
