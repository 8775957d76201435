package deposit

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"

	"golang.org/x/sync/errgroup"

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
	// ID is the deposition to go on with, where it is known.
	ID zenodo.RecordID
	// VersionOf is a record of which it becomes a new version.
	VersionOf string
	// Publish makes it public in the end.
	Publish bool

	checksums map[string]string // of Files, by name, with the algorithm
}

// hash computes the checksums of the files, once, some at a time.
func (m *Manifest) hash(ctx context.Context, jobs int) error {
	if m.checksums != nil {
		return nil
	}
	sums := make([]string, len(m.Files))
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(max(1, jobs))
	for i, f := range m.Files {
		group.Go(func() (err error) {
			sums[i], err = checksum(ctx, f)
			return err
		})
	}
	if err := group.Wait(); err != nil {
		return err
	}
	m.checksums = map[string]string{}
	for i, f := range m.Files {
		m.checksums[f.Key] = sums[i]
	}
	return nil
}

// checksum is the MD5 of a file, as servers write it.
func checksum(ctx context.Context, f zenodo.Upload) (string, error) {
	content, err := f.Open()
	if err != nil {
		return "", err
	}
	defer content.Close()
	sum, err := zenodo.Checksum(ctx, content)
	if err != nil {
		return "", fmt.Errorf("read %s: %w", f.Key, err)
	}
	return sum, nil
}

// digest tells manifests apart by all that is published of them.
func (m *Manifest) digest() string {
	sum := sha256.New()
	sum.Write(m.Metadata.JSON())
	names := make([]string, 0, len(m.Files))
	for _, f := range m.Files {
		names = append(names, f.Key)
	}
	slices.Sort(names)
	for _, name := range names {
		fmt.Fprintf(sum, "\n%q %s", name, m.checksums[name])
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
