package oaipmh

import (
	"bytes"
	"context"
	"errors"
	"maps"
	"net/url"
	"slices"
	"time"

	"github.com/zharvest/zharvest/internal/xmltext"
)

// Header tells what a record is, without its metadata.
type Header struct {
	// Identifier names the item in its repository: oai:zenodo.org:1234.
	Identifier string
	// Datestamp is when the record was made, changed or deleted, in UTC. It is
	// zero where it cannot be read.
	Datestamp time.Time
	// Sets are the sets it is in, by their [Set.Spec].
	Sets []string
	// Deleted says that the record is gone. Repositories need not tell, see
	// [Identify.DeletedRecord].
	Deleted bool
}

// Record is an item's metadata in one format.
type Record struct {
	Header
	// Metadata is what the element metadata holds, byte for byte: an element of
	// the format asked for, perhaps with space around it. It is nil if there is
	// none, as in a deleted record.
	Metadata []byte
	// About is what each of the elements about holds: statements on rights or
	// provenance.
	About [][]byte
	// Raw is the whole element record, byte for byte. Metadata and About share
	// its memory.
	Raw []byte
	// Namespaces are those that hold where Metadata begins, by prefix, "" for
	// the default one. Records share the map: do not change it.
	Namespaces map[string]string
	// Outside are those that hold where Raw begins. Records share the map, too.
	Outside map[string]string
}

// Document gives the metadata as a document of its own: Metadata without the
// space around it, with the namespaces declared that it has from outside.
// Nothing else is changed. It is nil if there is no metadata.
func (r *Record) Document() []byte {
	metadata := bytes.TrimSpace(r.Metadata)
	if len(metadata) == 0 {
		return nil
	}
	return withNamespaces(metadata, r.Namespaces)
}

// Element gives the whole record as a document of its own: Raw with the
// namespaces declared that it has from outside. Nothing else is changed.
func (r *Record) Element() []byte { return withNamespaces(r.Raw, r.Outside) }

// withNamespaces declares in the first element of a document what of scope it
// does not declare itself.
func withNamespaces(document []byte, scope map[string]string) []byte {
	at, missing := missingNamespaces(document, scope)
	b := bytes.Clone(document[:at])
	for _, prefix := range slices.Sorted(maps.Keys(missing)) {
		b = append(b, " xmlns"...)
		if prefix != "" {
			b = append(append(b, ':'), prefix...)
		}
		b = append(b, `="`...)
		b = append(xmltext.AppendEscapedAttribute(b, missing[prefix]), '"')
	}
	return append(b, document[at:]...)
}

// missingNamespaces gives those of scope that the first element of document
// does not declare, and the place after its name where they belong.
func missingNamespaces(document []byte, scope map[string]string) (at int, missing map[string]string) {
	d := xmltext.NewDecoder(document)
	if d.Root(); d.Err() != nil {
		return 0, nil
	}
	missing = maps.Clone(scope)
	for prefix := range declared(d) {
		delete(missing, prefix)
	}
	begin := d.TagOffset()
	return begin + bytes.IndexAny(document[begin:], " \t\r\n/>"), missing
}

// GetRecord fetches one record in one format. An unknown identifier is
// [ErrIDDoesNotExist]; at repositories that forget what they deleted, as
// Zenodo does, that is also said of a deleted one.
func (c *Client) GetRecord(ctx context.Context, identifier, metadataPrefix string) (*Record, error) {
	args := url.Values{}
	if err := put(args, "identifier", identifier); err != nil {
		return nil, err
	}
	if err := put(args, "metadataPrefix", metadataPrefix); err != nil {
		return nil, err
	}
	var record *Record
	_, err := c.call(ctx, verbGetRecord, args, func(s *scanner) {
		for name := range s.Children {
			if name == "record" && record == nil {
				r := decodeRecord(s)
				record = &r
			}
		}
		if record == nil {
			s.Fail(errors.New("it has no record"))
		}
	})
	if err != nil {
		return nil, err
	}
	return record, nil
}

func decodeRecord(s *scanner) Record {
	whole := piece{from: s.TagOffset()}
	scope := s.declare(s.scope)

	r := Record{Outside: s.scope}
	var metadata *piece
	var about []piece
	for name := range s.Children {
		switch name {
		case "header":
			r.Header = decodeHeader(s)
		case "metadata":
			r.Namespaces = s.declare(scope)
			p := s.inner()
			metadata = &p
		case "about":
			about = append(about, s.inner())
		}
	}
	if r.Identifier == "" {
		s.Fail(errors.New("a record has no header"))
	}
	if s.Err() != nil {
		return Record{}
	}
	whole.to = s.Offset()
	r.Raw = bytes.Clone(s.data[whole.from:whole.to]) // so that who keeps a record does not keep the page
	if metadata != nil {
		r.Metadata = metadata.within(r.Raw, whole.from)
	}
	for _, p := range about {
		r.About = append(r.About, p.within(r.Raw, whole.from))
	}
	return r
}

// within gives the piece of the answer out of raw, which begins at offset from.
func (p piece) within(raw []byte, from int) []byte {
	return raw[p.from-from : p.to-from : p.to-from]
}

func decodeHeader(s *scanner) Header {
	h := Header{Deleted: s.Attribute("status") == "deleted"}
	for name := range s.Children {
		switch name {
		case "identifier":
			h.Identifier = s.Text()
		case "datestamp":
			h.Datestamp = parseDatestamp(s.Text())
		case "setSpec":
			h.Sets = append(h.Sets, s.Text())
		}
	}
	if h.Identifier == "" {
		s.Fail(errors.New("a header has no identifier"))
	}
	return h
}
