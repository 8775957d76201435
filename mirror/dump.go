package mirror

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"time"

	"github.com/zharvest/zharvest/harvest"
	"github.com/zharvest/zharvest/index"
	"github.com/zharvest/zharvest/store"
	"github.com/zharvest/zharvest/zenodo"
)

// makingTime is how long the making of a dump may take at most: what changes
// meanwhile is perhaps not in it.
const makingTime = 48 * time.Hour

// Import makes the harvest of everything from a dump: from a file, or for the
// empty path from the server's newest, which is downloaded beside the index.
// Then it marks what was deleted, and fetches what changed since the dump was
// made. A run that was stopped is resumed. Of a dump in a file the last two
// steps may fail, since there may be no server: that is a warning.
//
// The result is nil where the run could not begin. The error matches
// [harvest.ErrIncomplete] where something was stored and not all, and
// [zenodo.ErrNotFound] where the server has no dump.
func (m *Mirror) Import(ctx context.Context, file string, o Options) (*Result, error) {
	sel := harvest.Selection{AllVersions: true}
	o.Name = cmp.Or(o.Name, sel.Name())
	run, err := m.start(ctx, sel, o.Name, true)
	if err != nil {
		return nil, err
	}
	before := m.Client.Usage()
	imported, err := m.importInto(ctx, run, file, o.Name)
	res, after := newResult(imported), m.Client.Usage()
	res.Requests, res.Retries, res.Throttled = after.Requests-before.Requests, after.Retries-before.Retries, after.Throttled-before.Throttled
	if err := m.finish(ctx, run, res, err); err != nil || !res.Complete {
		return res, err
	}
	return res, m.topUp(ctx, sel, o.Name, file != "", res)
}

// topUp fetches what changed since the dump was made, and adds it to the
// result.
func (m *Mirror) topUp(ctx context.Context, sel harvest.Selection, name string, fromFile bool, res *Result) error {
	since, err := m.Harvest(ctx, sel, Options{Name: name, Quick: true})
	if since != nil && (err == nil || errors.Is(err, harvest.ErrIncomplete) || ctx.Err() != nil) {
		res.add(since)
		return err
	}
	if fromFile {
		m.warn("what changed since the dump was made was not fetched: %w", err)
		return nil
	}
	res.fail()
	return fmt.Errorf("%w: what changed since the dump was made was not fetched: %w", harvest.ErrIncomplete, err)
}

// dump is the archive that is imported.
type dump struct {
	path string
	mark string // which tells it from others
	// begun is when its making had not begun yet, zero where that is not known.
	begun      time.Time
	ended      time.Time // when it was there, of a file
	downloaded bool      // to be removed when it was imported
}

// importInto gets the archive, stores what it has, and marks what was deleted.
func (m *Mirror) importInto(ctx context.Context, run *index.Run, file, name string) (*harvest.Result, error) {
	none := &harvest.Result{Harvest: name, MissingIDs: []zenodo.RecordID{}}
	source, err := m.dump(ctx, file)
	if err != nil {
		return none, err
	}
	res, err := m.importArchive(ctx, run, source, name)
	if err != nil {
		return res, err
	}
	res.Gone, err = m.markDeleted(ctx, run)
	switch {
	case err != nil && ctx.Err() == nil && (file != "" || errors.Is(err, zenodo.ErrNotFound)): // perhaps there is no network
		m.warn("the list of deleted records was not applied: %w", err)
	case err != nil:
		res.Complete, res.State = false, store.StateIncomplete
		return res, fmt.Errorf("%w: %w", harvest.ErrIncomplete, err)
	}
	if source.downloaded {
		return res, os.Remove(source.path)
	}
	return res, nil
}

// dump is the archive in a file, or the server's newest, downloaded.
func (m *Mirror) dump(ctx context.Context, file string) (*dump, error) {
	if file != "" {
		info, err := os.Stat(file)
		if err != nil {
			return nil, err
		}
		mark := fmt.Sprintf("%s %d %s", filepath.Base(file), info.Size(), info.ModTime().UTC().Format(time.RFC3339Nano))
		return &dump{path: file, mark: mark, ended: info.ModTime()}, nil
	}
	newest, err := m.Client.Exporter.GetNewestRecords(ctx)
	if err != nil {
		return nil, err
	}
	path, err := m.download(ctx, newest)
	if err != nil {
		return nil, err
	}
	d := &dump{path: path, mark: newest.VersionID + " " + newest.Checksum, downloaded: true}
	if at, known := newest.CreatedAt.Time(); known {
		d.begun = at.Add(-makingTime)
	}
	return d, nil
}

// download fetches a dump to beside the index, where an interrupted one is
// resumed.
func (m *Mirror) download(ctx context.Context, d *zenodo.Dump) (path string, err error) {
	name, ending, _ := strings.Cut(d.Key, ".")
	prefix := fmt.Sprintf("%s.%s-", m.Index.Path(), name)
	path = fmt.Sprintf("%s%s.%s", prefix, fileSafe(d.VersionID), ending)
	if err := removeOlder(path, prefix); err != nil {
		return "", err
	}
	show, fetched := m.progress(d.Key), sinceFirst()
	err = m.Client.Exporter.Download(ctx, d, path, func(done int64) {
		show(harvest.Progress{Done: int(done), Total: int(d.Size), Fetched: fetched(int(done))})
	})
	if err != nil {
		err = fmt.Errorf("download %s: %w", d.Key, err)
	}
	return path, err
}

// removeOlder removes what is left of downloads of other versions, which nobody
// will resume.
func removeOlder(path, prefix string) error {
	entries, err := os.ReadDir(filepath.Dir(path))
	if err != nil {
		return err
	}
	for _, e := range entries {
		other := filepath.Join(filepath.Dir(path), e.Name())
		if !strings.HasPrefix(e.Name(), filepath.Base(prefix)) || strings.HasPrefix(other, path) {
			continue
		}
		if err := os.Remove(other); err != nil {
			return err
		}
	}
	return nil
}

// fileSafe keeps of what a server says only what may stand in a file's name.
func fileSafe(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r == '-' {
			return r
		}
		return -1
	}, strings.ToLower(s))
}

// importArchive stores what an archive has.
func (m *Mirror) importArchive(ctx context.Context, run *index.Run, source *dump, name string) (*harvest.Result, error) {
	none := &harvest.Result{Harvest: name}
	archive, err := os.Open(source.path)
	if err != nil {
		return none, err
	}
	defer archive.Close() //nolint:errcheck // it has only read
	info, err := archive.Stat()
	if err != nil {
		return none, err
	}
	counter, show, fetched := &countingReader{r: archive}, m.progress(name), sinceFirst()
	importer := &harvest.Importer{Sink: run, Archive: counter, Mark: source.mark, Client: m.Client, Name: name, Progress: func(done int) {
		total := float64(done) * float64(info.Size()) / float64(max(counter.read.Load(), 1))
		show(harvest.Progress{Done: done, Total: max(done, int(total)), Fetched: fetched(done)})
	}}
	res, changed, err := importer.Run(ctx)
	res.Begun = source.begun
	if source.begun.IsZero() && changed.Before(source.ended) {
		res.Begun = changed.Add(-makingTime) // a file does not say when its making began
	}
	if !res.Begun.IsZero() {
		res.Checked = harvest.CheckedAt(res.Begun)
	}
	return res, err
}

// sinceFirst returns what counts on from the first number that it is given:
// what was there before is no work of this run.
func sinceFirst() func(int) int {
	first := -1
	return func(n int) int {
		if first < 0 {
			first = n
		}
		return n - first
	}
}

// countingReader counts what was read: by one goroutine, for another to show.
type countingReader struct {
	r    io.Reader
	read atomic.Int64
}

func (c *countingReader) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.read.Add(int64(n))
	return n, err
}

// markDeleted marks the records of the server's list of deleted ones as gone,
// and returns how many of them the index has.
func (m *Mirror) markDeleted(ctx context.Context, run *index.Run) (marked int, err error) {
	newest, err := m.Client.Exporter.GetNewest(ctx, zenodo.DumpDeleted)
	if err != nil {
		return 0, err
	}
	path, err := m.download(ctx, newest)
	if err != nil {
		return 0, err
	}
	list, err := os.Open(path)
	if err != nil {
		return 0, err
	}
	marked, err = markAll(ctx, run, list)
	if err = errors.Join(err, list.Close()); err != nil {
		return marked, err
	}
	return marked, os.Remove(path)
}

// markedTogether is how many records are marked in one transaction.
const markedTogether = 500

func markAll(ctx context.Context, run *index.Run, list io.Reader) (marked int, err error) {
	var batch []store.Gone
	flush := func() error {
		ids, err := run.MarkGone(ctx, batch...)
		marked += len(ids)
		batch = batch[:0]
		return err
	}
	for gone, err := range harvest.ReadDeleted(list) {
		if err != nil {
			return marked, err
		}
		if batch = append(batch, gone); len(batch) == markedTogether {
			if err := flush(); err != nil {
				return marked, err
			}
		}
	}
	return marked, flush()
}
