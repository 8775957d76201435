package deposit

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"github.com/zharvest/zharvest/zenodo"
)

// Entry is what is known of one deposition between runs.
type Entry struct {
	// Marker is written before a draft is made, and stands in its notes until
	// the metadata proper replaces it: a draft whose id never arrived is known
	// by it.
	Marker string          `json:"marker,omitempty"`
	ID     zenodo.RecordID `json:"id,omitempty"`
	DOI    zenodo.DOI      `json:"doi,omitempty"` // once it is published
	// Digest is that of the manifest, written before it is published.
	Digest string `json:"digest,omitempty"`
}

// Journal is the file beside a manifest in which a run notes how far it came.
// It is written anew with each entry, as a whole. It is safe for concurrent
// use.
type Journal struct {
	path    string
	mu      sync.Mutex
	entries map[string]Entry
}

// journalFile is what the file holds. Keys are API roots, so that the sandbox
// and the real thing do not meet.
type journalFile struct {
	Version     int              `json:"version"`
	Depositions map[string]Entry `json:"depositions"`
}

// JournalPath is where the journal of a manifest is: .NAME.zharvest.json in
// its folder.
func JournalPath(manifest string) string {
	return filepath.Join(filepath.Dir(manifest), "."+filepath.Base(manifest)+".zharvest.json")
}

// IsJournal tells the name of a journal, or of one that was not written to its
// end, which is nothing to be sent.
func IsJournal(name string) bool {
	return strings.HasPrefix(name, ".") && strings.Contains(name, ".zharvest.json")
}

// OpenJournal reads a journal. One that does not exist is empty; one that
// cannot be read is an error, since what it knew may not be guessed. Without a
// path nothing outlives the process.
func OpenJournal(path string) (*Journal, error) {
	j := &Journal{path: path, entries: map[string]Entry{}}
	if path == "" {
		return j, nil
	}
	data, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return j, nil
	}
	if err != nil {
		return nil, err
	}
	file := journalFile{Depositions: j.entries}
	if err := json.Unmarshal(data, &file); err != nil || file.Version != 1 {
		return nil, &FormatError{path, fmt.Errorf("is no journal of this version of zharvest"), "look at it; if it is of no use, delete it and name the deposition with --id"}
	}
	if file.Depositions != nil {
		j.entries = file.Depositions
	}
	return j, nil
}

// Entry is what is known under a key; the zero value is nothing.
func (j *Journal) Entry(key string) Entry {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.entries[key]
}

// Note replaces what is known under a key. It is on the disk when Note
// returns.
func (j *Journal) Note(key string, e Entry) error {
	j.mu.Lock()
	defer j.mu.Unlock()
	if before, ok := j.entries[key]; ok && before == e {
		return nil
	}
	j.entries[key] = e
	if j.path == "" {
		return nil
	}
	data, err := json.MarshalIndent(journalFile{1, j.entries}, "", "  ")
	if err != nil {
		return err
	}
	return replaceFile(j.path, append(data, '\n'))
}

// replaceFile writes a file that is there as a whole or as it was before. A
// link stays one: what it leads to is written.
func replaceFile(path string, data []byte) (err error) {
	if target, err := filepath.EvalSymlinks(path); err == nil {
		path = target
	}
	mode := fs.FileMode(0o644)
	if info, err := os.Stat(path); err == nil {
		mode = info.Mode().Perm()
	}
	f, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".*")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.Remove(f.Name()))
		}
	}()
	_, err = f.Write(data)
	err = errors.Join(err, f.Chmod(mode), f.Sync(), f.Close())
	if err != nil {
		return err
	}
	return os.Rename(f.Name(), path)
}
