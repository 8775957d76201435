package oaipmh

import (
	"context"
	"encoding/xml"
	"time"
)

// DeletedRecord is how a repository keeps track of deleted records.
type DeletedRecord string

// The ways of the protocol.
const (
	DeletedNo         DeletedRecord = "no"         // they disappear without a word, as on Zenodo
	DeletedTransient  DeletedRecord = "transient"  // they may be listed as deleted, for a while
	DeletedPersistent DeletedRecord = "persistent" // they are listed as deleted for ever
)

// Identify is what a repository says of itself.
type Identify struct {
	RepositoryName    string
	BaseURL           string
	ProtocolVersion   string
	AdminEmails       []string
	EarliestDatestamp time.Time // UTC; zero where it cannot be read
	DeletedRecord     DeletedRecord
	// Granularity is how finely From and Until can be given, for
	// [ListOptions.Granularity].
	Granularity  Granularity
	Compressions []string
	// Descriptions is what each of the elements description holds, byte for
	// byte.
	Descriptions [][]byte
	// ResponseDate is the repository's clock, zero where it cannot be read.
	ResponseDate time.Time
}

// Identify asks the repository who it is.
func (c *Client) Identify(ctx context.Context) (*Identify, error) {
	id := new(Identify)
	a, err := c.call(ctx, verbIdentify, nil, func(s *scanner) error {
		return s.children(func(e xml.StartElement) error { return id.decode(s, e.Name.Local) })
	})
	if err != nil {
		return nil, err
	}
	id.ResponseDate = a.responseDate
	return id, nil
}

func (id *Identify) decode(s *scanner, element string) (err error) {
	switch element {
	case "repositoryName":
		id.RepositoryName, err = s.text()
	case "baseURL":
		id.BaseURL, err = s.text()
	case "protocolVersion":
		id.ProtocolVersion, err = s.text()
	case "adminEmail":
		id.AdminEmails, err = s.texts(id.AdminEmails)
	case "compression":
		id.Compressions, err = s.texts(id.Compressions)
	case "description":
		var raw []byte
		raw, err = s.innerXML()
		id.Descriptions = append(id.Descriptions, raw)
	default:
		return id.decodePolicy(s, element)
	}
	return err
}

// decodePolicy reads what has a form that is wanted.
func (id *Identify) decodePolicy(s *scanner, element string) error {
	text, err := s.text()
	switch element {
	case "earliestDatestamp":
		id.EarliestDatestamp = parseDatestamp(text)
	case "deletedRecord":
		id.DeletedRecord = DeletedRecord(text)
	case "granularity":
		id.Granularity = parseGranularity(text)
	}
	return err
}
