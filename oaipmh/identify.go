package oaipmh

import (
	"context"
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
	a, err := c.call(ctx, verbIdentify, nil, func(s *scanner) {
		for name := range s.Children {
			id.decode(s, name)
		}
	})
	if err != nil {
		return nil, err
	}
	id.ResponseDate = a.responseDate
	return id, nil
}

func (id *Identify) decode(s *scanner, element string) {
	switch element {
	case "repositoryName":
		id.RepositoryName = s.Text()
	case "baseURL":
		id.BaseURL = s.Text()
	case "protocolVersion":
		id.ProtocolVersion = s.Text()
	case "adminEmail":
		id.AdminEmails = append(id.AdminEmails, s.Text())
	case "compression":
		id.Compressions = append(id.Compressions, s.Text())
	case "description":
		id.Descriptions = append(id.Descriptions, s.innerXML())
	case "earliestDatestamp":
		id.EarliestDatestamp = parseDatestamp(s.Text())
	case "deletedRecord":
		id.DeletedRecord = DeletedRecord(s.Text())
	case "granularity":
		id.Granularity = parseGranularity(s.Text())
	}
}
