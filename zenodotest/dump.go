package zenodotest

import (
	"archive/tar"
	"bytes"
	"crypto/md5" //nolint:gosec // it is what Zenodo gives
	"encoding/csv"
	"encoding/hex"
	"fmt"
	"slices"
	"strconv"
	"sync"
	"time"

	"github.com/klauspost/compress/gzip"

	"github.com/zharvest/zharvest/zenodo"
	"github.com/zharvest/zharvest/zenodotest/internal/datacite"
	"github.com/zharvest/zharvest/zenodotest/internal/synth"
)

// keptDumps is how many versions of a dump are kept.
const keptDumps = 3

// dump is a file that the exporter gives out. It never changes.
type dump struct {
	key, version string
	created      time.Time
	body         []byte
	checksum     string // without its algorithm
}

// dumps are those of an emulator, the newest last.
type dumps struct {
	mu  sync.Mutex
	all [][]dump // of a month each
}

// MakeDumps makes what Zenodo makes each month: an archive of all records in
// DataCite's XML, a table of the deleted ones, and for each community of
// records that were loaded or published an archive of these as JSON. The last
// three of each are kept. Without it they are made when they are first asked
// for.
func (e *Emulator) MakeDumps() error {
	e.dumps.mu.Lock()
	defer e.dumps.mu.Unlock()
	return e.makeDumps()
}

// listDumps returns all dumps, the newest first.
func (e *Emulator) listDumps() ([]dump, error) {
	e.dumps.mu.Lock()
	defer e.dumps.mu.Unlock()
	if len(e.dumps.all) == 0 {
		if err := e.makeDumps(); err != nil {
			return nil, err
		}
	}
	var list []dump
	for _, month := range slices.Backward(e.dumps.all) {
		list = append(list, month...)
	}
	return list, nil
}

func (e *Emulator) makeDumps() error {
	records, err := e.world.dumpXML()
	if err != nil {
		return fmt.Errorf("make dumps: %w", err)
	}
	files := map[string][]byte{zenodo.DumpRecords: records, zenodo.DumpDeleted: e.world.dumpDeleted()}
	for slug, body := range e.world.dumpCommunities() {
		files[slug+"/records-json.tar.gz"] = body
	}
	now := e.cfg.Now()
	var month []dump
	for key, body := range files {
		sum := md5.Sum(body) //nolint:gosec // it is what Zenodo gives
		version := fmt.Sprintf("%08x-0000-4000-8000-%012x", len(e.dumps.all), synth.Mix(uint64(now.UnixNano()))>>16)
		month = append(month, dump{key, version, now, body, hex.EncodeToString(sum[:])})
	}
	e.dumps.all = append(e.dumps.all, month)
	e.dumps.all = e.dumps.all[max(0, len(e.dumps.all)-keptDumps):]
	return nil
}

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

// dumpXML is an archive of all records, by their numbers.
func (c *catalog) dumpXML() ([]byte, error) {
	c.mu.RLock()
	defer c.mu.RUnlock()
	all := newArchive()
	var raw []byte
	for _, r := range c.published() {
		raw = c.appendRecord(raw[:0], r)
		record, err := zenodo.DecodeRecord(raw)
		if err != nil {
			return nil, err
		}
		at, _ := record.UpdatedAt.Time()
		all.add(string(record.ID)+".xml", datacite.Envelope(record), at)
	}
	return all.bytes(), nil
}

// published are all records that were not deleted, by their numbers.
func (c *catalog) published() []ref {
	var refs []ref
	for i := range c.made.Len() {
		if !c.covered[i] {
			refs = append(refs, ref(i))
		}
	}
	for place, e := range c.entries {
		if e.tombstone == nil {
			refs = append(refs, ^ref(place))
		}
	}
	slices.SortFunc(refs, func(a, b ref) int { return int(c.id(a) - c.id(b)) })
	return refs
}

// dumpCommunities are archives of the records that are kept, by community.
func (c *catalog) dumpCommunities() map[string][]byte {
	c.mu.RLock()
	defer c.mu.RUnlock()
	archives := map[string]*archive{}
	for _, e := range c.entries {
		if e.tombstone != nil {
			continue
		}
		for _, slug := range e.communities {
			if archives[slug] == nil {
				archives[slug] = newArchive()
			}
			archives[slug].add(strconv.FormatInt(e.id, 10)+".json", e.raw, time.UnixMicro(e.updated))
		}
	}
	bodies := map[string][]byte{}
	for slug, a := range archives {
		bodies[slug] = a.bytes()
	}
	return bodies
}

// dumpDeleted is the table of deleted records.
func (c *catalog) dumpDeleted() []byte {
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
				fmt.Sprintf("10.5281/zenodo.%d", e.concept), t.Note, t.Reason, t.at.UTC().Format(time.DateOnly), t.citation(),
			})
		}
	}
	table.Flush()
	_ = packed.Close()
	return out.Bytes()
}
