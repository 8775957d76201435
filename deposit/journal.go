package deposit

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"github.com/zharvest/zharvest/internal/atomicfile"
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
	data    []byte // what is in the file; nil where there is none
	entries map[string]Entry
}

// journalFile is what the file holds. Keys are API roots, so that the sandbox
// and the real thing do not meet.
type journalFile struct {
	Version     int              `json:"version"`
	Depositions map[string]Entry `json:"depositions"`
}

const journalSuffix = ".zharvest.json"

// JournalPath is where the journal of a manifest is: .NAME.zharvest.json in
// its folder.
func JournalPath(manifest string) string {
	return filepath.Join(filepath.Dir(manifest), "."+filepath.Base(manifest)+journalSuffix)
}

// IsJournal reports whether a name is that of a journal, of its lock, or of a
// file that was not written to its end, which is nothing to be sent.
func IsJournal(name string) bool {
	return atomicfile.IsTemporary(name) || strings.HasPrefix(name, ".") && strings.Contains(name, journalSuffix)
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
	j.data = data
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

// ErrBusy says that another push works on the same manifest.
var ErrBusy = errors.New("another push has written its notes meanwhile")

// Note replaces what is known under a key. It is on the disk when Note
// returns. Where another process has changed the file since, what it did is not
// known here, and the error is [ErrBusy]: two pushes would make two drafts.
func (j *Journal) Note(key string, e Entry) error {
	j.mu.Lock()
	defer j.mu.Unlock()
	if before, ok := j.entries[key]; ok && before == e {
		return nil
	}
	entries := maps.Clone(j.entries)
	entries[key] = e
	if err := j.write(entries); err != nil {
		return err
	}
	j.entries = entries
	return nil
}

// unchanged returns [ErrBusy] where another process has written the file.
func (j *Journal) unchanged() error {
	if now, err := os.ReadFile(j.path); err == nil && !bytes.Equal(now, j.data) {
		return fmt.Errorf("%s: %w", j.path, ErrBusy)
	}
	return nil
}

func (j *Journal) write(entries map[string]Entry) error {
	if j.path == "" {
		return nil
	}
	if err := j.unchanged(); err != nil {
		return err
	}
	data, err := json.MarshalIndent(journalFile{1, entries}, "", "  ")
	if err != nil {
		return err
	}
	data = append(data, '\n')
	write := atomicfile.WriteFile
	if j.data == nil {
		write = atomicfile.WriteNewFile
	}
	err = write(j.path, data)
	switch {
	case err == nil:
		j.data = data
	case errors.Is(err, fs.ErrExist):
		return fmt.Errorf("%s: %w", j.path, ErrBusy)
	}
	return err
}
