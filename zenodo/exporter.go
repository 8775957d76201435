package zenodo

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"
)

// Keys of dumps that Zenodo makes each month.
const (
	DumpRecords    = "records-json.tar.gz"    // of all versions of all records, in InvenioRDM's JSON
	DumpRecordsXML = "records-xml.tar.gz"     // of the same, in DataCite's XML, without files and statistics
	DumpDeleted    = "records-deleted.csv.gz" // of the records that were deleted
)

// ExporterService lists and fetches dumps: files that hold all records.
type ExporterService struct{ client *Client }

// Dump is one version of a dump. The zero value of a field means that the
// server did not say.
type Dump struct {
	Key       string // its name, which may hold slashes
	VersionID string
	CreatedAt Timestamp
	IsHead    bool // the newest of its key
	Size      int64
	Checksum  string // with its algorithm: md5:…
}

// List lists all versions of all dumps, the newest of each key first (GET
// /exporter). Keys are in order.
func (s *ExporterService) List(ctx context.Context) ([]Dump, error) {
	var dumps []Dump
	_, err := s.client.get(ctx, s.client.endpoint(nil, "exporter"), "application/json", func(body []byte) (err error) {
		dumps, err = decodeDumps(body)
		return err
	})
	return dumps, err
}

// GetNewest finds the newest version of a dump. The error matches [ErrNotFound]
// where the server has none of that key.
func (s *ExporterService) GetNewest(ctx context.Context, key string) (*Dump, error) {
	dumps, err := s.List(ctx)
	if err != nil {
		return nil, err
	}
	if d := newest(dumps, key); d != nil {
		return d, nil
	}
	return nil, fmt.Errorf("dump %s: %w", key, ErrNotFound)
}

// maxDumpLag is how much older the dump in JSON may be than the one in XML: a
// month, as both are made each month.
const maxDumpLag = 31 * 24 * time.Hour

// GetNewestRecords finds the newest dump of all records: the one in JSON, or the
// one in XML where the server has no other or made it over a month later. The
// error matches [ErrNotFound] where the server has neither.
func (s *ExporterService) GetNewestRecords(ctx context.Context) (*Dump, error) {
	dumps, err := s.List(ctx)
	if err != nil {
		return nil, err
	}
	asJSON, asXML := newest(dumps, DumpRecords), newest(dumps, DumpRecordsXML)
	switch {
	case asJSON == nil && asXML == nil:
		return nil, fmt.Errorf("dump of all records: %w", ErrNotFound)
	case asJSON == nil, asXML != nil && asXML.at().Sub(asJSON.at()) > maxDumpLag:
		return asXML, nil
	}
	return asJSON, nil
}

// newest returns the newest version of a dump among those of [ExporterService.List],
// nil for none.
func newest(dumps []Dump, key string) *Dump {
	if i := slices.IndexFunc(dumps, func(d Dump) bool { return d.Key == key }); i >= 0 {
		return &dumps[i]
	}
	return nil
}

func decodeDumps(body []byte) ([]Dump, error) {
	d := newDecoder(body)
	var dumps []Dump
	for key := range d.fields {
		key := string(key)
		for range d.objects {
			dump := d.dump()
			dump.Key = key
			dumps = append(dumps, dump)
		}
	}
	if err := d.end(); err != nil {
		return nil, err
	}
	slices.SortStableFunc(dumps, func(a, b Dump) int {
		return cmp.Or(cmp.Compare(a.Key, b.Key), compareTrue(b.IsHead, a.IsHead), b.at().Compare(a.at()))
	})
	return dumps, nil
}

func (d *decoder) dump() Dump {
	var dump Dump
	for key := range d.fields {
		switch string(key) {
		case "version_id":
			dump.VersionID = d.str()
		case "created":
			dump.CreatedAt = Timestamp(d.str())
		case "is_head":
			dump.IsHead, _ = d.truth()
		case "size":
			dump.Size = d.number()
		case "checksum":
			dump.Checksum = d.str()
		}
	}
	return dump
}

func (d Dump) at() time.Time {
	at, _ := d.CreatedAt.Time()
	return at
}

// compareTrue orders false before true.
func compareTrue(a, b bool) int {
	switch {
	case a == b:
		return 0
	case b:
		return -1
	}
	return 1
}

// path is where the dump is, below the API root. Its key comes from a server.
func (d Dump) path() ([]string, error) {
	segments := append(append([]string{"exporter"}, strings.Split(d.Key, "/")...), d.VersionID)
	for _, s := range segments {
		if !isSegment(s) {
			return nil, fmt.Errorf("dump %q of version %q: %w", d.Key, d.VersionID, ErrNotFound)
		}
	}
	return segments, nil
}
