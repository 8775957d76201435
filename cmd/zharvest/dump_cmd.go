package main

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"time"

	"github.com/zharvest/zharvest/export"
	"github.com/zharvest/zharvest/harvest"
	"github.com/zharvest/zharvest/index"
	"github.com/zharvest/zharvest/store"
	"github.com/zharvest/zharvest/zenodo"
)

// dumpSource is the archive that is imported.
type dumpSource struct {
	path string
	mark string // which tells it from others
	// begun is when its making had not begun yet, zero where that is not known.
	begun time.Time
	ended time.Time // when it was there, of a file
	ours  bool      // downloaded, to be removed when it was imported
}

// makingTime is how long the making of a dump may take at most: what changes
// meanwhile is perhaps not in it.
const makingTime = 48 * time.Hour

// importDump makes the harvest of everything from a file, or from the newest
// dump of the server.
func (a *app) importDump(file string, flags harvestFlags) error {
	var options []zenodo.Option
	if file != "" { // a server is not needed much
		options = append(options, zenodo.WithMaxAttempts(3))
	}
	client, err := a.newClient(options...)
	if err != nil {
		return err
	}
	if flags.DryRun {
		return a.printDump(client, file)
	}
	sel := harvest.Selection{AllVersions: true}
	res, err := a.runImport(client, file, sel, cmp.Or(flags.Name, sel.Name()))
	if err == nil && res.Complete {
		err = a.topUp(client, sel, file != "", res)
	}
	a.warnAboutToken()
	if res == nil || err != nil && !worthSummary(err) {
		return err
	}
	return errors.Join(a.printSummary(res), err)
}

// topUp fetches what changed since the dump was made, and adds it to the
// result. Where the dump came from a file there may be no server.
func (a *app) topUp(client *zenodo.Client, sel harvest.Selection, fromFile bool, res *summary) (err error) {
	db, err := a.makeIndex()
	if err != nil {
		return err
	}
	defer closing(db, &err)
	since, err := a.runHarvest(db, &harvest.Harvester{Client: client, Selection: sel, Name: res.Harvest, Quick: true}, false)
	if since == nil || err != nil && !worthSummary(err) && a.ctx.Err() == nil {
		if fromFile {
			a.warn("what changed since the dump was made was not fetched: %v", err)
			return nil
		}
		res.fail()
		return fmt.Errorf("%w: what changed since the dump was made was not fetched: %w", harvest.ErrIncomplete, err)
	}
	res.add(since)
	return err
}

// runImport takes up the harvest in the index and imports the dump.
func (a *app) runImport(client *zenodo.Client, file string, sel harvest.Selection, name string) (res *summary, err error) {
	if file != "" { // a mistake in its name is not to make an index
		if _, err := os.Stat(file); err != nil {
			return nil, err
		}
	}
	db, err := a.makeIndex()
	if err != nil {
		return nil, err
	}
	defer a.closingMade(db, &err)
	if err := a.bindHost(db); err != nil {
		return nil, err
	}
	run, err := db.StartRun(a.ctx, index.RunSpec{
		Name: name, Selection: sel.JSON(), API: client.BaseURL(), Full: true, Differences: export.Differences,
	})
	if err != nil {
		return nil, err
	}
	before := client.Usage()
	imported, err := a.importInto(run, client, file, name)
	res = newSummary(imported)
	after := client.Usage()
	res.Requests, res.Retries, res.Throttled = after.Requests-before.Requests, after.Retries-before.Retries, after.Throttled-before.Throttled
	return res, errors.Join(err, a.finish(db, run, res, err))
}

// importInto gets the archive, stores what it has, and marks what was deleted.
func (a *app) importInto(run *index.Run, client *zenodo.Client, file, name string) (*harvest.Result, error) {
	none := &harvest.Result{Harvest: name, MissingIDs: []zenodo.RecordID{}}
	source, err := a.dumpSource(client, file)
	if err != nil {
		return none, err
	}
	res, err := a.importArchive(run, client, source, name)
	if err != nil {
		return res, err
	}
	gone, err := a.buryDeleted(run, client)
	res.Gone = gone
	switch {
	case err != nil && a.ctx.Err() == nil && (file != "" || errors.Is(err, zenodo.ErrNotFound)): // perhaps there is no network
		a.warn("the list of deleted records was not applied: %v", err)
	case err != nil:
		res.Complete, res.State = false, store.StateIncomplete
		return res, fmt.Errorf("%w: %w", harvest.ErrIncomplete, err)
	}
	if source.ours {
		return res, os.Remove(source.path)
	}
	return res, nil
}

// dumpSource is the archive in a file, or the server's newest, downloaded.
func (a *app) dumpSource(client *zenodo.Client, file string) (*dumpSource, error) {
	if file != "" {
		info, err := os.Stat(file)
		if err != nil {
			return nil, err
		}
		mark := fmt.Sprintf("%s %d %s", filepath.Base(file), info.Size(), info.ModTime().UTC().Format(time.RFC3339Nano))
		return &dumpSource{path: file, mark: mark, ended: info.ModTime()}, nil
	}
	dump, err := a.newestDump(client)
	if err != nil {
		return nil, err
	}
	path, err := a.download(client, dump)
	if err != nil {
		return nil, err
	}
	s := &dumpSource{path: path, mark: dump.VersionID + " " + dump.Checksum, ours: true}
	if at, known := dump.CreatedAt.Time(); known {
		s.begun = at.Add(-makingTime)
	}
	return s, nil
}

func (a *app) newestDump(client *zenodo.Client) (*zenodo.Dump, error) {
	dump, err := client.Exporter.Newest(a.ctx, zenodo.DumpRecords)
	if errors.Is(err, zenodo.ErrNotFound) {
		err = &hintedError{err, "harvest without --dump, or name a file: --dump=FILE", exitNotFound}
	}
	return dump, err
}

// download fetches a dump to beside the index, where an interrupted one is
// gone on with.
func (a *app) download(client *zenodo.Client, dump *zenodo.Dump) (path string, err error) {
	name, ending, _ := strings.Cut(dump.Key, ".")
	path = fmt.Sprintf("%s.%s-%s.%s", a.flags.DB, name, fileSafe(dump.VersionID), ending)
	if info, err := os.Lstat(path); err == nil {
		if whole, err := isWhole(a.ctx, path, info, dump.Size, dump.Checksum); err != nil || whole {
			return path, err
		}
	}
	if err := removeOlder(path, a.flags.DB+"."+name+"-"); err != nil {
		return "", err
	}
	progress := a.newProgress(dump.Key)
	defer progress.end()
	fetched := sinceFirst()
	err = client.Exporter.Download(a.ctx, dump, path, func(done int64) {
		progress.show(harvest.Progress{Done: int(done), Total: int(dump.Size), Fetched: fetched(int(done))})
	})
	if err != nil {
		err = fmt.Errorf("download %s: %w", dump.Key, err)
	}
	return path, err
}

// removeOlder removes what is left of downloads of other versions, which nobody
// will go on with.
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
func (a *app) importArchive(run *index.Run, client *zenodo.Client, source *dumpSource, name string) (*harvest.Result, error) {
	archive, err := os.Open(source.path)
	if err != nil {
		return &harvest.Result{Harvest: name}, err
	}
	defer archive.Close() //nolint:errcheck // it has only read
	info, err := archive.Stat()
	if err != nil {
		return &harvest.Result{Harvest: name}, err
	}
	progress := a.newProgress(name)
	defer progress.end()
	counter, fetched := &countingReader{r: archive}, sinceFirst()
	m := &harvest.Importer{Sink: run, Archive: counter, Mark: source.mark, Client: client, Name: name, Progress: func(done int) {
		total := float64(done) * float64(info.Size()) / float64(max(counter.read.Load(), 1))
		progress.show(harvest.Progress{Done: done, Total: max(done, int(total)), Fetched: fetched(done)})
	}}
	res, changed, err := m.Run(a.ctx)
	res.Begun = source.begun
	if source.begun.IsZero() && changed.Before(source.ended) {
		res.Begun = changed.Add(-makingTime) // a file does not say when its making began
	}
	if !res.Begun.IsZero() {
		res.Checked = []harvest.Checked{{Compared: res.Begun, Counted: res.Begun}}
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

// buryDeleted marks the records of the server's list of deleted ones as gone,
// and returns how many of them the index has.
func (a *app) buryDeleted(run *index.Run, client *zenodo.Client) (marked int, err error) {
	dump, err := client.Exporter.Newest(a.ctx, zenodo.DumpDeleted)
	if err != nil {
		return 0, err
	}
	path, err := a.download(client, dump)
	if err != nil {
		return 0, err
	}
	file, err := os.Open(path)
	if err != nil {
		return 0, err
	}
	marked, err = a.bury(run, file)
	if err = errors.Join(err, file.Close()); err != nil {
		return marked, err
	}
	return marked, os.Remove(path)
}

// buriedTogether is how many records are marked in one transaction.
const buriedTogether = 500

func (a *app) bury(run *index.Run, list io.Reader) (marked int, err error) {
	var batch []store.Gone
	flush := func() error {
		ids, err := run.MarkGone(a.ctx, batch...)
		marked += len(ids)
		batch = batch[:0]
		return err
	}
	for gone, err := range harvest.ReadDeleted(list) {
		if err != nil {
			return marked, err
		}
		if batch = append(batch, gone); len(batch) == buriedTogether {
			if err := flush(); err != nil {
				return marked, err
			}
		}
	}
	return marked, flush()
}

// printDump tells what an import would read.
func (a *app) printDump(client *zenodo.Client, file string) error {
	plan := struct {
		Dump    string           `json:"dump"`
		Bytes   int64            `json:"bytes"`
		Created zenodo.Timestamp `json:"created"`
	}{Dump: file}
	if file != "" {
		info, err := os.Stat(file)
		if err != nil {
			return err
		}
		plan.Bytes = info.Size()
	} else {
		dump, err := a.newestDump(client)
		if err != nil {
			return err
		}
		plan.Dump, plan.Bytes, plan.Created = dump.Key, dump.Size, dump.CreatedAt
	}
	if a.flags.JSON {
		return a.stdout.printJSON(plan)
	}
	made := ""
	if plan.Created != "" {
		made = ", made at " + string(plan.Created)
	}
	_, err := fmt.Fprintln(a.stdout, printable(fmt.Sprintf("%s: %s%s", plan.Dump, byteSize(plan.Bytes), made)))
	return err
}
