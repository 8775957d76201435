package catalog

import (
	"archive/tar"
	"bytes"
	"encoding/csv"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/klauspost/compress/gzip"

	"github.com/zharvest/zharvest/zenodo"
	"github.com/zharvest/zharvest/zenodotest/internal/datacite"
)

// archive is a tar.gz in memory: writing to it cannot fail.
type archive struct {
	out  bytes.Buffer
	gzip *gzip.Writer
	tar  *tar.Writer
}

func newArchive() *archive {
	a := &archive{}
	a.gzip, _ = gzip.NewWriterLevel(&a.out, gzip.BestSpeed) // the level exists
	a.tar = tar.NewWriter(a.gzip)
	return a
}

func (a *archive) add(name string, body []byte, at time.Time) {
	_ = a.tar.WriteHeader(&tar.Header{Name: name, Mode: 0o644, Size: int64(len(body)), ModTime: at, Format: tar.FormatPAX})
	_, _ = a.tar.Write(body)
}

func (a *archive) bytes() []byte {
	_ = a.tar.Close()
	_ = a.gzip.Close()
	return a.out.Bytes()
}

// Dumps are archives of all records that searches see, by their numbers: in
// DataCite's XML, and in the native JSON.
func (c *Catalog) Dumps() (asXML, asJSON []byte, err error) {
	c.refresh()
	c.mu.RLock()
	defer c.mu.RUnlock()
	inXML, inJSON := newArchive(), newArchive()
	var raw []byte
	for _, r := range c.published() {
		raw = c.appendRecord(raw[:0], r, true)
		record, err := zenodo.DecodeRecord(raw)
		if err != nil {
			return nil, nil, err
		}
		at, _ := record.UpdatedAt.Time()
		inXML.add(string(record.ID)+".xml", datacite.Envelope(record), at)
		inJSON.add(string(record.ID)+".json", raw, at)
	}
	return inXML.bytes(), inJSON.bytes(), nil
}

// published are all records that were not deleted, by their numbers.
func (c *Catalog) published() []ref {
	var refs []ref
	for i := range c.made.Len() {
		if !c.covered[i] {
			refs = append(refs, ref(i))
		}
	}
	for place, e := range c.searched {
		if e != nil && e.tombstone == nil {
			refs = append(refs, ^ref(place))
		}
	}
	slices.SortFunc(refs, func(a, b ref) int { return int(c.id(a) - c.id(b)) })
	return refs
}

// DumpCommunities are archives of the records that are kept, by community.
func (c *Catalog) DumpCommunities() map[string][]byte {
	c.mu.RLock()
	defer c.mu.RUnlock()
	archives := map[string]*archive{}
	for _, e := range c.searched {
		if e == nil || e.tombstone != nil {
			continue
		}
		raw := e.json(true)
		for _, slug := range e.communities {
			if archives[slug] == nil {
				archives[slug] = newArchive()
			}
			archives[slug].add(strconv.FormatInt(e.id, 10)+".json", raw, time.UnixMicro(e.updated))
		}
	}
	bodies := map[string][]byte{}
	for slug, a := range archives {
		bodies[slug] = a.bytes()
	}
	return bodies
}

// DumpDeleted is the table of deleted records.
func (c *Catalog) DumpDeleted() []byte {
	c.mu.RLock()
	defer c.mu.RUnlock()
	var out bytes.Buffer
	packed := gzip.NewWriter(&out)
	table := csv.NewWriter(packed)
	_ = table.Write([]string{"record_id", "doi", "parent_id", "parent_doi", "removal_note", "removal_reason", "removal_date", "citation_text"})
	for _, e := range c.entries {
		if t := e.tombstone; t != nil {
			_ = table.Write([]string{
				strconv.FormatInt(e.id, 10), fmt.Sprintf("10.5281/zenodo.%d", e.id), strconv.FormatInt(e.concept, 10),
				fmt.Sprintf("10.5281/zenodo.%d", e.concept), t.Note, t.Reason, t.At.UTC().Format(time.DateOnly), t.Citation(),
			})
		}
	}
	table.Flush()
	_ = packed.Close()
	return out.Bytes()
}
