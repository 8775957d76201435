package harvest

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"runtime"
	"slices"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/zharvest/zharvest/harvest/internal/run"
	"github.com/zharvest/zharvest/store"
	"github.com/zharvest/zharvest/zenodo"
)

// Importer stores the records of a dump, an archive with a member for each
// record, as a run of a harvest. It resumes where the sink's checkpoint says
// that an earlier run over the same archive ended. All fields but Client and
// Progress are needed.
type Importer struct {
	Sink store.Sink
	// Archive is read from its beginning to its end. What was stored before is
	// decompressed and passed over.
	Archive io.Reader
	// Mark tells this archive from others.
	Mark string
	// Client fetches records that cannot be read from the archive. Without it
	// they are missing.
	Client *zenodo.Client
	// Name is what the result calls the harvest.
	Name string
	// Progress is called after each storing, with the number of records. It may
	// be nil.
	Progress func(done int)
}

// dumpCheckpoint says how far an import has come.
type dumpCheckpoint struct {
	Dump    string            `json:"dump"`   // the mark of the archive
	Member  int               `json:"member"` // how many were read, of any kind
	Records int               `json:"records"`
	Failed  []zenodo.RecordID `json:"failed,omitempty"` // which are to be fetched
	Changed time.Time         `json:"changed,omitzero"` // the latest change of a record
}

// IsImport tells the checkpoint of an [Importer] from that of a [Harvester],
// which cannot resume it.
func IsImport(checkpoint []byte) bool {
	var cp dumpCheckpoint
	return json.Unmarshal(checkpoint, &cp) == nil && cp.Dump != ""
}

// maxFailed bounds the records that are fetched because the archive does not
// have them in a form that can be read: where there are more, it is no dump.
const maxFailed = 1000

// Run imports the archive. Changed is the latest change of a record in it,
// zero where none tells. The error matches [ErrIncomplete] where something was
// stored and the rest could not be, except for an error of the sink or of ctx.
func (m *Importer) Run(ctx context.Context) (res *Result, changed time.Time, err error) {
	begin := time.Now()
	r := &importRun{run: &run.Run{Client: m.Client, Sink: m.Sink}, archive: m.Archive, mark: m.Mark, done: m.Progress}
	err = finish(ctx, r.run, r, r.Walk(ctx))
	res = newResult(m.Name, store.ModeFull, r.run.Tally)
	res.Seconds = time.Since(begin).Seconds()
	res.Listed, res.State = &res.Total, store.StateIncomplete
	if res.Complete {
		res.State = store.StateComplete
	}
	return res, r.run.Newest, err
}

// importRun is one execution of an import.
type importRun struct {
	run     *run.Run
	archive io.Reader
	mark    string
	done    func(int) // may be nil
	cp      dumpCheckpoint
}

// resume reads the checkpoint of an earlier run over the same archive.
func (r *importRun) resume() {
	var cp dumpCheckpoint
	if json.Unmarshal(r.run.Sink.Checkpoint(), &cp) == nil && cp.Dump == r.mark && cp.Member >= 0 {
		r.cp = cp
	}
	r.cp.Dump = r.mark
}

// Walk implements [strategy].
func (r *importRun) Walk(ctx context.Context) error {
	r.resume()
	err := r.all(ctx)
	t := &r.run.Tally
	t.MissingIDs, t.Missing = r.cp.Failed, len(r.cp.Failed)
	t.Total, t.Held, t.Complete = r.cp.Records+t.Missing, r.cp.Records, err == nil
	r.run.Newest = r.cp.Changed
	return err
}

// Stored implements [strategy].
func (r *importRun) Stored() bool { return r.cp.Member > 0 }

func (r *importRun) all(ctx context.Context) error {
	stoppable, stop := context.WithCancel(ctx)
	defer stop()
	group, inner := errgroup.WithContext(stoppable)
	skip := r.cp.Member
	read, decoded := make(chan batch), make(chan decodedBatch)
	group.Go(func() error {
		defer close(read)
		return sendBatches(inner, r.archive, skip, read)
	})
	group.Go(func() error {
		defer close(decoded)
		return r.decodeAll(inner, read, decoded)
	})
	var stored error
	for b := range decoded { // to the end, so that nobody waits for us
		if stored == nil {
			stored = r.store(ctx, b)
		}
		if stored != nil {
			stop()
		}
	}
	if err := group.Wait(); err != nil || stored != nil {
		return cmp.Or(stored, err)
	}
	return r.fetchFailed(ctx)
}

func sendBatches(ctx context.Context, archive io.Reader, skip int, to chan<- batch) error {
	stoppable := readerFunc(func(p []byte) (int, error) {
		if err := ctx.Err(); err != nil { // passing over what was stored before may take minutes
			return 0, err
		}
		return archive.Read(p)
	})
	for b, err := range readArchive(stoppable, skip) {
		if err != nil {
			return err
		}
		select {
		case to <- b:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return nil
}

// readerFunc is a function that reads.
type readerFunc func(p []byte) (int, error)

// Read implements [io.Reader].
func (f readerFunc) Read(p []byte) (int, error) { return f(p) }

// decodedBatch is what a batch holds.
type decodedBatch struct {
	records []*zenodo.Record
	failed  []zenodo.RecordID
	end     int
}

// decodeAll decodes batches one after the other, each by all processors.
func (r *importRun) decodeAll(ctx context.Context, from <-chan batch, to chan<- decodedBatch) error {
	for b := range from {
		records := make([]*zenodo.Record, len(b.members))
		var workers errgroup.Group
		for part := range runtime.GOMAXPROCS(0) {
			workers.Go(func() error {
				for i := part; i < len(records); i += runtime.GOMAXPROCS(0) {
					records[i] = r.decode(ctx, b.members[i])
				}
				return ctx.Err()
			})
		}
		if err := workers.Wait(); err != nil {
			return err
		}
		d := decodedBatch{end: b.end}
		for i, record := range records {
			if record == nil {
				d.failed = append(d.failed, b.members[i].id)
			} else {
				d.records = append(d.records, record)
			}
		}
		select {
		case to <- d:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return nil
}

// decode reads a record and prepares it for the sink. It is nil for a member
// that is no record, or another one than its name says.
func (r *importRun) decode(ctx context.Context, m member) *zenodo.Record {
	record, err := zenodo.DecodeRecord(m.raw)
	if err != nil || record.ID != m.id {
		return nil
	}
	if p, ok := r.run.Sink.(store.Preparer); ok {
		_ = p.Prepare(ctx, []*zenodo.Record{record}) // it is tried again when it is stored
	}
	return record
}

// store stores a batch with the checkpoint behind it.
func (r *importRun) store(ctx context.Context, b decodedBatch) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	cp := r.cp
	cp.Member = b.end
	cp.Records += len(b.records)
	cp.Failed = append(slices.Clone(cp.Failed), b.failed...)
	if len(cp.Failed) > maxFailed {
		return fmt.Errorf("%w: %d of its members are no records, the first is %s", ErrArchive, len(cp.Failed), cp.Failed[0])
	}
	for _, record := range b.records {
		if at, ok := record.UpdatedAt.Time(); ok && at.After(cp.Changed) && at.Before(time.Now()) {
			cp.Changed = at
		}
	}
	return r.commit(ctx, cp, b.records)
}

func (r *importRun) commit(ctx context.Context, cp dumpCheckpoint, records []*zenodo.Record) error {
	encoded, err := json.Marshal(cp)
	if err != nil {
		return err
	}
	if _, err := r.run.Store(ctx, 0, store.Page{Records: records, Checkpoint: encoded}); err != nil {
		return err
	}
	r.cp = cp
	r.run.Tally.Fetched += len(records)
	if r.done != nil {
		r.done(cp.Records)
	}
	return nil
}

// fetchFailed fetches the records that the archive does not have in a form that
// can be read. One that the server does not have either is not missing.
func (r *importRun) fetchFailed(ctx context.Context) (why error) {
	for _, id := range slices.Clone(r.cp.Failed) {
		records, err := r.fetch(ctx, id)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err != nil {
			why = cmp.Or(why, fmt.Errorf("record %s cannot be read from the archive: %w", id, err))
			continue
		}
		cp := r.cp
		cp.Records += len(records)
		cp.Failed = slices.DeleteFunc(slices.Clone(cp.Failed), func(failed zenodo.RecordID) bool { return failed == id })
		if err := r.commit(ctx, cp, records); err != nil {
			return err
		}
	}
	return why
}

// fetch asks the server for a record, and gives none where it has none.
func (r *importRun) fetch(ctx context.Context, id zenodo.RecordID) ([]*zenodo.Record, error) {
	if r.run.Client == nil {
		return nil, errors.New("there is no server to ask")
	}
	record, err := r.run.Client.Records.Get(ctx, string(id))
	switch {
	case errors.Is(err, zenodo.ErrNotFound), errors.Is(err, zenodo.ErrGone):
		return nil, nil
	case err != nil:
		return nil, err
	}
	return []*zenodo.Record{record}, nil
}
