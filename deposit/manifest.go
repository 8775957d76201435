package deposit

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"

	"github.com/zharvest/zharvest/zenodo"
)

// Manifest is what a deposition shall become.
type Manifest struct {
	// Key is what the journal knows it by.
	Key      string
	Metadata *Metadata
	// Files are all that the deposition shall have; nil leaves those that are
	// there.
	Files []zenodo.Upload
	// ID is the deposition to bring up to date, where it is known.
	ID zenodo.RecordID
	// VersionOf is the record that it becomes a new version of.
	VersionOf string
	// Publish makes it public in the end.
	Publish bool
}

// withChecksums is a copy of the manifest, with the checksums of its files.
func (m *Manifest) withChecksums(ctx context.Context, jobs int) (*Manifest, error) {
	files, err := withChecksums(ctx, m.Files, jobs, func(zenodo.Upload) bool { return true })
	if err != nil {
		return nil, err
	}
	c := *m
	c.Files = files
	c.Metadata = &Metadata{fields: deepCopy(m.Metadata.fields).(*object), Notes: m.Metadata.Notes}
	return &c, nil
}

// planFiles plans how a deposition gets just the files of the manifest.
func (m *Manifest) planFiles(there []zenodo.DepositionFile) []PlannedFile {
	others := FileRemove
	if m.Files == nil {
		others = FileKeep
	}
	return planFiles(there, m.Files, others)
}

// digest is a checksum of all that is published of a manifest.
func (m *Manifest) digest() string {
	sum := sha256.New()
	sum.Write(m.Metadata.JSON())
	files := slices.SortedFunc(slices.Values(m.Files), func(a, b zenodo.Upload) int { return strings.Compare(a.Key, b.Key) })
	for _, f := range files {
		fmt.Fprintf(sum, "\n%q %s", f.Key, f.Checksum)
	}
	return "sha256:" + hex.EncodeToString(sum.Sum(nil))
}

// marked is the metadata with a marker in place of the notes, as JSON.
func (m *Metadata) marked(marker string) []byte {
	marked := &Metadata{fields: m.fields.clone()}
	marked.fields.set("notes", marker)
	return marked.JSON()
}

func (m *Metadata) hasMarker(marker string) bool {
	return strings.Contains(m.Text("notes"), marker)
}
