package index

import (
	"bytes"
	"cmp"
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/zharvest/zharvest/store"
	"github.com/zharvest/zharvest/zenodo"
)

// RunSpec says which harvest to begin or resume.
type RunSpec struct {
	Name      string
	Selection []byte // JSON; the same harvest must have the same bytes
	// API is the root of the API, noted for later runs.
	API string
	// Full asks for a run that fetches everything. Without it a run of a harvest
	// that is complete is an incremental one. A run that is resumed stays what
	// it is, but an incremental one is given up for a full one.
	Full bool
	// Differences lists what of a record has changed, to be noted; nil notes
	// nothing.
	Differences func(before, after *zenodo.Record) []store.Difference
}

// SelectionError means that a harvest of this name selects something else.
type SelectionError struct {
	Name            string
	Existing, Asked []byte
}

func (e *SelectionError) Error() string {
	return fmt.Sprintf("the harvest %q selects %s, not %s", e.Name, e.Existing, e.Asked)
}

// Run is a harvest under way. It holds the lease of its harvest, so that no
// other process runs it, until it is closed. Its methods must not be called
// at the same time.
type Run struct {
	db         *DB
	harvest    int64
	run        int64
	checkpoint []byte
	isNew      bool
	lease      lease
	ready      readyItems

	mode         string
	changedSince time.Time
	before       harvestState
	moved        bool // the run before was at another API
	differences  func(before, after *zenodo.Record) []store.Difference

	stop func()
	done sync.WaitGroup
}

var _ store.Keeper = (*Run)(nil)

// StartRun resumes the harvest's unfinished run, or begins one; the harvest
// is made where there is none of its name. The error is a [*LeaseError] where
// another process runs it, and a [*SelectionError] where the name is taken.
func (db *DB) StartRun(ctx context.Context, spec RunSpec) (*Run, error) {
	r := &Run{db: db, lease: newLease(), differences: spec.Differences}
	err := db.update(ctx, func(w *writer) error {
		if err := r.takeHarvest(w, spec); err != nil {
			return err
		}
		return r.takeRun(w, spec.Full)
	})
	if err != nil {
		return nil, fmt.Errorf("resume harvest %q: %w", spec.Name, err)
	}
	r.keepLease()
	// What was stored by a run that was killed slows down all searches.
	if err := db.indexAll(ctx); err != nil {
		_ = r.Close() // what it meets has the same cause, and a lease ends by itself
		return nil, fmt.Errorf("resume harvest %q: %w", spec.Name, err)
	}
	return r, nil
}

func (r *Run) takeHarvest(w *writer, spec RunSpec) error {
	var selection []byte
	var api string
	found, err := w.queryRow("SELECT harvest_id, selection, watermark, last_full_at, coalesce(total, 0), coalesce(checked, ''), coalesce(api, '') FROM harvests WHERE name = ?", []any{spec.Name},
		&r.harvest, &selection, &r.before.watermark, &r.before.lastFullAt, &r.before.total, &r.before.checked, &api)
	if err != nil {
		return err
	}
	if found && !bytes.Equal(selection, spec.Selection) {
		return &SelectionError{spec.Name, selection, spec.Selection}
	}
	if !found {
		res, err := w.ExecContext(uncancelled, "INSERT INTO harvests (name, selection, created_at) VALUES (?, ?, ?)", spec.Name, string(spec.Selection), now())
		if err != nil {
			return err
		}
		if r.harvest, err = res.LastInsertId(); err != nil {
			return err
		}
		r.isNew = true
	}
	if err := r.lease.take(w, spec.Name, r.harvest); err != nil || spec.API == "" {
		return err
	}
	// What was seen at another place says nothing about this one.
	if r.moved = api != "" && api != spec.API; r.moved {
		r.before.watermark, r.before.checked = sql.NullString{}, nil
	}
	return w.exec("UPDATE harvests SET api = ? WHERE harvest_id = ?", spec.API, r.harvest)
}

func now() string { return time.Now().UTC().Format(time.RFC3339) }

// Checkpoint is the last one stored by the run that was resumed, nil for a
// new run.
func (r *Run) Checkpoint() []byte { return r.checkpoint }

// IsNew reports whether there was no harvest of this name before.
func (r *Run) IsNew() bool { return r.isNew }

// Prepare does what can be done of storing records before they are stored,
// which is half of the work. Unlike other methods it may be called at any time
// and by several goroutines, and it need not be called.
func (r *Run) Prepare(ctx context.Context, records []*zenodo.Record) error {
	items := make([]*item, len(records))
	for i, record := range records {
		if err := ctx.Err(); err != nil {
			return err
		}
		items[i] = &item{record: record}
		items[i].derive()
	}
	if _, err := r.db.pack(items); err != nil {
		return err
	}
	for _, it := range items {
		r.ready.put(it)
	}
	return nil
}

// StorePages stores pages and the checkpoint of the last one, all or nothing.
func (r *Run) StorePages(ctx context.Context, pages ...store.Page) (stored store.Stored, err error) {
	batches := make([]*batch, len(pages))
	for i, p := range pages {
		if batches[i], err = r.db.newBatch(ctx, p.Records, &r.ready); err != nil {
			return store.Stored{}, err
		}
		batches[i].votes = true
	}
	err = r.db.update(ctx, func(w *writer) error {
		if err := r.lease.renew(w, r.harvest); err != nil {
			return err
		}
		for i, p := range pages {
			n, err := r.storePage(w, p, batches[i])
			if err != nil {
				return err
			}
			stored.Add(n)
		}
		return nil
	})
	if err != nil {
		return store.Stored{}, err
	}
	return stored, r.db.mergeSegments(ctx, 0)
}

func (r *Run) storePage(w *writer, p store.Page, b *batch) (store.Stored, error) {
	stored, err := b.store(w)
	if err != nil {
		return store.Stored{}, err
	}
	keys := make([]int64, len(b.items))
	for i, it := range b.items {
		keys[i] = it.key
	}
	err = w.changeMembers(r.harvest, keys, func(m membership, held bool) (membership, bool) {
		if !held {
			m.added = r.run
		}
		m.run, m.span, m.unlisted = r.run, p.Span, 0
		return m, true
	})
	if err != nil {
		return store.Stored{}, err
	}
	same, err := r.noteChanges(w, b.items)
	if err != nil {
		return store.Stored{}, err
	}
	stored.Add(store.Stored{Updated: -same, Unchanged: same})
	if len(p.Communities) > 0 {
		n, err := r.storeCommunities(w, p)
		if err != nil {
			return store.Stored{}, err
		}
		stored.Add(n)
	}
	return stored, w.exec("UPDATE runs SET checkpoint = ? WHERE run_id = ?", p.Checkpoint, r.run)
}

const seenClause = "ON CONFLICT DO UPDATE SET run_id = excluded.run_id, span = excluded.span"

func (r *Run) storeCommunities(w *writer, p store.Page) (store.Stored, error) {
	stored, err := w.storeCommunities(p.Communities)
	if err != nil {
		return store.Stored{}, err
	}
	members := bulk{table: "harvest_communities", columns: []string{"harvest_id", "community_id", "run_id", "span"}, clause: seenClause}
	for _, c := range p.Communities {
		key, err := w.communityKey(c.Slug)
		if err != nil {
			return store.Stored{}, err
		}
		members.add(r.harvest, key, r.run, p.Span)
	}
	return stored, members.flush(w)
}

// SpanIDs are the ids of the records, or of the communities, that this run
// has stored for a span since it began.
func (r *Run) SpanIDs(ctx context.Context, span int) (ids []string, err error) {
	err = r.db.view(ctx, func(q *session) error {
		return eachRow(ctx, q, `
			SELECT id FROM harvest_ranges INDEXED BY harvest_ranges_by_span JOIN records ON record_id BETWEEN first_record AND last_record WHERE harvest_id = ?1 AND run_id = ?2 AND span = ?3
			UNION ALL
			SELECT coalesce(uuid, slug) FROM harvest_communities JOIN communities USING (community_id) WHERE harvest_id = ?1 AND run_id = ?2 AND span = ?3`,
			[]any{r.harvest, r.run, span}, func(rows *sql.Rows) error {
				var id string
				if err := rows.Scan(&id); err != nil {
					return err
				}
				ids = append(ids, id)
				return nil
			})
	})
	if err != nil {
		return nil, fmt.Errorf("read what was stored: %w", err)
	}
	return ids, nil
}

// Outcome is how a run ended.
type Outcome struct {
	// Total is how many members the server counted, nil where it did not.
	Total *int
	// State is one of the states of a harvest; empty is StateIncomplete. The next
	// run is a new one if it is another.
	State string
	// Mode is what the run was, in the end: empty is what it began as.
	Mode string
	// Over makes the next run a new one although the state is incomplete.
	Over    bool
	Summary []byte // JSON, for people who read the table
	// Begun is when the run began. Where it did not end incomplete, the next one
	// can fetch what changed since, or since Newest, the latest change among the
	// records received, of all runs. Zero makes that a full one.
	Begun, Newest time.Time
	// ComparedAt is the oldest comparison by ids, zero if never; Checked says
	// when which spans were compared, for the next run.
	ComparedAt time.Time
	Checked    []byte
}

// complete reports whether nothing is known to be missing.
func (o Outcome) complete() bool {
	return o.State == store.StateComplete || o.State == store.StateCounts
}

// Finish notes how the run ended and brings the full-text index up to date. A
// run that is incomplete is resumed next time. It is finished also when ctx has
// ended, but then segments are left to be merged by the next.
func (r *Run) Finish(ctx context.Context, o Outcome) error {
	err := r.db.indexAll(ctx)
	if err == nil || ctx.Err() != nil {
		err = r.db.update(context.WithoutCancel(ctx), func(w *writer) error { return r.finishRun(w, o) })
	}
	if err != nil {
		return fmt.Errorf("finish the harvest: %w", err)
	}
	return errors.Join(r.db.mergeSegments(ctx, 0), r.db.shrink(ctx))
}

func (r *Run) finishRun(w *writer, o Outcome) error {
	if err := r.lease.renew(w, r.harvest); err != nil {
		return err
	}
	if err := w.indexAnalysed(); err != nil {
		return err
	}
	mode, state, ended := cmp.Or(o.Mode, r.mode), cmp.Or(o.State, store.StateIncomplete), any(nil)
	if o.complete() || o.Over {
		ended = now()
	}
	if err := w.exec("UPDATE runs SET ended_at = ?, complete = ?, summary = ?, mode = ? WHERE run_id = ?", ended, o.complete(), string(o.Summary), mode, r.run); err != nil {
		return err
	}
	err := w.exec("UPDATE harvests SET total = ?, complete = ?, state = ?, compared_at = ?, checked = ?, newest_at = max(coalesce(newest_at, ''), ?), last_run_at = ? WHERE harvest_id = ?",
		o.Total, o.complete(), state, timeText(o.ComparedAt), text(string(o.Checked)), formatTime(o.Newest), now(), r.harvest)
	if err != nil || !o.complete() {
		return err
	}
	if mode == store.ModeFull {
		if err := w.exec("UPDATE harvests SET last_full_at = ? WHERE harvest_id = ?", now(), r.harvest); err != nil {
			return err
		}
	}
	return r.setWatermark(w, o.Begun)
}

// setWatermark notes from when on the next run asks for changes. A server's
// clock may be wrong, so that what it wrote last counts where that is earlier.
func (r *Run) setWatermark(w *writer, begun time.Time) error {
	if begun.IsZero() {
		return w.exec("UPDATE harvests SET watermark = NULL WHERE harvest_id = ?", r.harvest)
	}
	return w.exec("UPDATE harvests SET watermark = min(?1, coalesce(nullif(newest_at, ''), ?1)) WHERE harvest_id = ?2", formatTime(begun), r.harvest)
}

// formatTime writes a time as the index does, and the zero one as nothing.
func formatTime(at time.Time) string {
	if at.IsZero() {
		return ""
	}
	return at.UTC().Format(time.RFC3339)
}

// timeText is formatTime, with null for the zero time.
func timeText(at time.Time) any { return text(formatTime(at)) }

// Close gives the lease back. It does not finish the run.
func (r *Run) Close() error {
	r.stop()
	r.done.Wait()
	err := r.db.update(context.Background(), func(w *writer) error { return r.lease.release(w, r.harvest) })
	if err != nil && !errors.Is(err, ErrLeaseLost) {
		return fmt.Errorf("give the lease back: %w", err)
	}
	return nil
}

// newToken identifies a lease.
func newToken() string { return rand.Text() }
