package harvest

import (
	"context"
	"io"
	"iter"
	"time"

	"github.com/zharvest/zharvest/harvest/internal/dump"
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
	// Mark distinguishes this archive from others.
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

// ErrArchive means that an archive is cut, damaged or something else.
var ErrArchive = dump.ErrArchive

// IsImport reports whether a checkpoint is of an [Importer]: a [Harvester]
// cannot resume it.
func IsImport(checkpoint []byte) bool { return dump.IsCheckpoint(checkpoint) }

// Run imports the archive. Changed is the latest change of a record in it,
// zero where none names one. The error matches [ErrIncomplete] where something was
// stored and the rest could not be, except for an error of the sink or of ctx.
func (m *Importer) Run(ctx context.Context) (res *Result, changed time.Time, err error) {
	begin := time.Now()
	r := &run.Run{Client: m.Client, Sink: m.Sink}
	s := dump.New(r, m.Archive, m.Mark, m.Progress)
	err = finish(ctx, r, s, s.Walk(ctx))
	res = newResult(m.Name, store.ModeFull, r.Tally)
	res.Seconds = time.Since(begin).Seconds()
	res.Listed, res.State = &res.Total, store.StateIncomplete
	if res.Complete {
		res.State = store.StateComplete
	}
	return res, r.Newest, err
}

// ReadDeleted iterates over the records of Zenodo's table of deleted records,
// a gzipped CSV file. Columns are found by their names. An error comes last,
// with nothing beside it.
func ReadDeleted(r io.Reader) iter.Seq2[store.Gone, error] { return dump.ReadDeleted(r) }
