package oaipmh

import (
	"context"
	"encoding/xml"
	"net/url"
)

// MetadataFormat is a format in which records can be had.
type MetadataFormat struct {
	Prefix    string // for [ListOptions.MetadataPrefix]
	Schema    string // URL of an XML schema
	Namespace string
}

// ListMetadataFormats lists the formats of the item with the given identifier,
// or of the repository if that is empty. An item without any is
// [ErrNoMetadataFormats].
func (c *Client) ListMetadataFormats(ctx context.Context, identifier string) ([]MetadataFormat, error) {
	args := url.Values{}
	if identifier != "" {
		if err := put(args, "identifier", identifier); err != nil {
			return nil, err
		}
	}
	var formats []MetadataFormat
	_, err := c.call(ctx, verbListMetadataFormats, args, func(s *scanner) error {
		return s.children(func(e xml.StartElement) error {
			if e.Name.Local != "metadataFormat" {
				return s.skip()
			}
			format, err := decodeFormat(s)
			formats = append(formats, format)
			return err
		})
	})
	if err != nil {
		return nil, err
	}
	return formats, nil
}

func decodeFormat(s *scanner) (MetadataFormat, error) {
	var f MetadataFormat
	err := s.children(func(e xml.StartElement) (err error) {
		switch e.Name.Local {
		case "metadataPrefix":
			f.Prefix, err = s.text()
		case "schema":
			f.Schema, err = s.text()
		case "metadataNamespace":
			f.Namespace, err = s.text()
		default:
			err = s.skip()
		}
		return err
	})
	if err == nil && f.Prefix == "" {
		err = s.invalid("a metadataFormat has no metadataPrefix")
	}
	return f, err
}
