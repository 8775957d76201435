package zenodo

import (
	"errors"
	"fmt"
)

// DecodeRecord reads one record in Zenodo's legacy JSON, in InvenioRDM's own,
// or in DataCite's XML, whichever it is; the latter as an OAI-PMH record, as
// the envelope oai_datacite that the dumps have, or as a resource by itself. It
// bears with what servers are known to get wrong: a field of an unexpected type
// is read as well as can be, or left out; of a key that comes twice, the last
// counts. An error means that raw is neither or has no id.
//
// The record keeps raw itself, not a copy.
func DecodeRecord(raw []byte) (*Record, error) {
	decode := decodeJSON
	if isXML(raw) {
		decode = decodeDataCite
	}
	r, err := decode(raw)
	if err == nil && r.ID == "" {
		err = errors.New("it has no id")
	}
	if err != nil {
		return nil, fmt.Errorf("decode record: %w", err)
	}
	r.Raw = raw
	return r, nil
}

func decodeJSON(raw []byte) (*Record, error) {
	r, isRDM, err := decodeLegacy(raw)
	if err == nil && isRDM && r.ID != "" {
		return decodeRDM(raw)
	}
	return r, err
}

// DecodeCommunity reads one community. The community keeps raw itself, not a
// copy.
func DecodeCommunity(raw []byte) (*Community, error) {
	d := newDecoder(raw)
	c := &Community{Raw: raw}
	for key := range d.fields {
		switch string(key) {
		case "id":
			c.ID = d.text()
		case "slug":
			c.Slug = Slug(d.str())
		case "created":
			c.CreatedAt = Timestamp(d.str())
		case "updated":
			c.UpdatedAt = Timestamp(d.str())
		case "metadata":
			d.communityMetadata(c)
		case "links":
			c.URL = d.links().SelfHTML
		}
	}
	if err := d.end(); err != nil {
		return nil, fmt.Errorf("decode community: %w", err)
	}
	if c.ID == "" && c.Slug == "" {
		return nil, errors.New("decode community: it has neither id nor slug")
	}
	return c, nil
}

func (d *decoder) communityMetadata(c *Community) {
	for key := range d.fields {
		switch string(key) {
		case "title":
			c.Title = d.text()
		case "description":
			c.Description = d.text()
		case "type":
			c.Type = d.id()
		case "website":
			c.Website = d.text()
		}
	}
}
