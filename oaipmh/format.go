package oaipmh

import (
	"context"
	"errors"
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
	_, err := c.call(ctx, verbListMetadataFormats, args, func(s *scanner) {
		for name := range s.Children {
			if name == "metadataFormat" {
				formats = append(formats, decodeFormat(s))
			}
		}
	})
	if err != nil {
		return nil, err
	}
	return formats, nil
}

func decodeFormat(s *scanner) MetadataFormat {
	var f MetadataFormat
	for name := range s.Children {
		switch name {
		case "metadataPrefix":
			f.Prefix = s.Text()
		case "schema":
			f.Schema = s.Text()
		case "metadataNamespace":
			f.Namespace = s.Text()
		}
	}
	if f.Prefix == "" {
		s.Fail(errors.New("a metadataFormat has no metadataPrefix"))
	}
	return f
}
