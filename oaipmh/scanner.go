package oaipmh

import (
	"maps"
	"strings"

	"github.com/zharvest/zharvest/internal/xmltext"
)

// scanner walks through the elements of an answer. Elements are recognised by their
// local names: which namespace they are in, and by what prefix, repositories
// get wrong.
type scanner struct {
	*xmltext.Decoder
	data  []byte
	scope map[string]string // prefix to namespace, as declared by the elements outside of the items
}

// piece is a part of the answer.
type piece struct{ from, to int }

// inner reads the open element to its end, and returns what is between its
// tags.
func (s *scanner) inner() piece {
	from := s.Offset()
	s.Skip()
	return piece{from, s.TagOffset()}
}

// innerXML is inner, copied.
func (s *scanner) innerXML() []byte {
	p := s.inner()
	if s.Err() != nil {
		return nil
	}
	return []byte(string(s.data[p.from:p.to]))
}

// declare gives the namespaces of the element that was begun last: those around
// it, which are not changed, and those that it declares.
func (s *scanner) declare(scope map[string]string) map[string]string {
	own := declared(s.Decoder)
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

// declared are the namespaces that the element that was begun last declares,
// by prefix, "" for the default one.
func declared(d *xmltext.Decoder) map[string]string {
	own := map[string]string{}
	for name, value := range d.Attributes {
		if prefix, ok := strings.CutPrefix(name, "xmlns:"); ok || name == "xmlns" {
			own[strings.TrimPrefix(prefix, "xmlns")] = value
		}
	}
	return own
}
