package oaipmh

import (
	"bytes"
	"context"
	"encoding/xml"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"time"
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
	var b bytes.Buffer
	b.Write(document[:at])
	for _, prefix := range slices.Sorted(maps.Keys(missing)) {
		name := "xmlns"
		if prefix != "" {
			name += ":" + prefix
		}
		fmt.Fprintf(&b, ` %s="`, name)
		_ = xml.EscapeText(&b, []byte(missing[prefix])) // a buffer takes all
		b.WriteByte('"')
	}
	b.Write(document[at:])
	return b.Bytes()
}

// missingNamespaces gives those of scope that the first element of document
// does not declare, and the place after its name where they belong.
func missingNamespaces(document []byte, scope map[string]string) (at int, missing map[string]string) {
	dec := xml.NewDecoder(bytes.NewReader(document))
	for {
		begin := dec.InputOffset()
		tok, err := dec.RawToken()
		if err != nil {
			return 0, nil
		}
		start, ok := tok.(xml.StartElement)
		if !ok {
			continue
		}
		missing = maps.Clone(scope)
		for _, a := range start.Attr {
			if prefix, ok := declares(a); ok {
				delete(missing, prefix)
			}
		}
		return int(begin) + bytes.IndexAny(document[begin:], " \t\r\n/>"), missing
	}
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
	_, err := c.call(ctx, verbGetRecord, args, func(s *scanner) error {
		err := s.children(func(e xml.StartElement) error {
			if e.Name.Local != "record" || record != nil {
				return s.skip()
			}
			r, err := decodeRecord(s, e)
			record = &r
			return err
		})
		if err == nil && record == nil {
			err = s.invalid("it has no record")
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	return record, nil
}

func decodeRecord(s *scanner, start xml.StartElement) (Record, error) {
	s.held = true
	defer func() { s.held = false }()
	whole := piece{from: s.start}
	scope := declare(s.scope, start.Attr)

	r := Record{Outside: s.scope}
	var metadata *piece
	var about []piece
	err := s.children(func(e xml.StartElement) (err error) {
		switch e.Name.Local {
		case "header":
			r.Header, err = decodeHeader(s, e)
		case "metadata":
			r.Namespaces = declare(scope, e.Attr)
			metadata = new(piece)
			*metadata, err = s.inner()
		case "about":
			var p piece
			p, err = s.inner()
			about = append(about, p)
		default:
			err = s.skip()
		}
		return err
	})
	if err != nil {
		return Record{}, err
	}
	if r.Identifier == "" {
		return Record{}, s.invalid("a record has no header")
	}
	whole.to = s.dec.InputOffset()
	r.Raw = s.in.cut(whole)
	if metadata != nil {
		r.Metadata = metadata.within(r.Raw, whole.from)
	}
	for _, p := range about {
		r.About = append(r.About, p.within(r.Raw, whole.from))
	}
	return r, nil
}

// within gives the piece of the input out of raw, which begins at offset from.
func (p piece) within(raw []byte, from int64) []byte {
	return raw[p.from-from : p.to-from : p.to-from]
}

func decodeHeader(s *scanner, start xml.StartElement) (Header, error) {
	h := Header{Deleted: attribute(start, "status") == "deleted"}
	err := s.children(func(e xml.StartElement) (err error) {
		switch e.Name.Local {
		case "identifier":
			h.Identifier, err = s.text()
		case "datestamp":
			var text string
			text, err = s.text()
			h.Datestamp = parseDatestamp(text)
		case "setSpec":
			h.Sets, err = s.texts(h.Sets)
		default:
			err = s.skip()
		}
		return err
	})
	if err == nil && h.Identifier == "" {
		err = s.invalid("a header has no identifier")
	}
	return h, err
}
