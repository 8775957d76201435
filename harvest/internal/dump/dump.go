package dump

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

// checkpoint says how far an import has come.
type checkpoint struct {
	Dump    string            `json:"dump"`   // the mark of the archive
	Member  int               `json:"member"` // how many were read, of any kind
	Records int               `json:"records"`
	Failed  []zenodo.RecordID `json:"failed,omitempty"` // which are to be fetched
	Changed time.Time         `json:"changed,omitzero"` // the latest change of a record
}

// IsCheckpoint reports whether a checkpoint is of an import.
func IsCheckpoint(data []byte) bool {
	var cp checkpoint
	return json.Unmarshal(data, &cp) == nil && cp.Dump != ""
}

// maxFailed bounds the records that are fetched because the archive does not
// have them in a form that can be read: where there are more, it is no dump.
const maxFailed = 1000

// Strategy is a run that imports an archive.
type Strategy struct {
	run     *run.Run
	archive io.Reader
	mark    string
	done    func(int) // may be nil
	cp      checkpoint
}

// New makes a run that reads an archive, which a mark distinguishes from others. It
// calls done, which may be nil, with the number of records after each storing.
func New(r *run.Run, archive io.Reader, mark string, done func(int)) *Strategy {
	return &Strategy{run: r, archive: archive, mark: mark, done: done}
}

// resume reads the checkpoint of an earlier run over the same archive.
func (r *Strategy) resume() {
	var cp checkpoint
	if json.Unmarshal(r.run.Sink.Checkpoint(), &cp) == nil && cp.Dump == r.mark && cp.Member >= 0 {
		r.cp = cp
	}
	r.cp.Dump = r.mark
}

// Walk resumes where the sink's checkpoint says that an earlier run over the same
// archive ended, or begins anew, and stores what is left.
func (r *Strategy) Walk(ctx context.Context) error {
	r.resume()
	err := r.all(ctx)
	t := &r.run.Tally
	t.MissingIDs, t.Missing = r.cp.Failed, len(r.cp.Failed)
	t.Total, t.Held, t.Complete = r.cp.Records+t.Missing, r.cp.Records, err == nil
	r.run.Newest = r.cp.Changed
	return err
}

// Stored reports whether this run, or an earlier one that it resumes, has stored
// anything.
func (r *Strategy) Stored() bool { return r.cp.Member > 0 }

func (r *Strategy) all(ctx context.Context) error {
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
func (r *Strategy) decodeAll(ctx context.Context, from <-chan batch, to chan<- decodedBatch) error {
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
func (r *Strategy) decode(ctx context.Context, m member) *zenodo.Record {
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
func (r *Strategy) store(ctx context.Context, b decodedBatch) error {
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

func (r *Strategy) commit(ctx context.Context, cp checkpoint, records []*zenodo.Record) error {
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
func (r *Strategy) fetchFailed(ctx context.Context) (why error) {
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
func (r *Strategy) fetch(ctx context.Context, id zenodo.RecordID) ([]*zenodo.Record, error) {
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
