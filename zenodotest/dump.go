package zenodotest

import (
	"crypto/md5" //nolint:gosec // it is what Zenodo gives
	"encoding/hex"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/zharvest/zharvest/zenodo"
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

// MakeDumps makes what Zenodo makes each month: archives of all records in the
// native JSON and in DataCite's XML, a table of the deleted ones, and for each
// community of records that were loaded or published an archive of these. The last
// three of each are kept. Without it they are made when they are first asked
// for.
func (e *Emulator) MakeDumps() error {
	e = e.current()
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
	asXML, asJSON, err := e.world.Dumps()
	if err != nil {
		return fmt.Errorf("make dumps: %w", err)
	}
	files := map[string][]byte{zenodo.DumpRecordsXML: asXML, zenodo.DumpDeleted: e.world.DumpDeleted()}
	if !e.cfg.XMLDumps {
		files[zenodo.DumpRecords] = asJSON
	}
	for slug, body := range e.world.DumpCommunities() {
		files[slug+"/"+zenodo.DumpRecords] = body
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
