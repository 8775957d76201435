package index

import (
	"database/sql"
	"time"

	"github.com/zharvest/zharvest/store"
)

// harvestState is what earlier runs have left.
type harvestState struct {
	watermark, lastFullAt sql.NullString
	total                 int
	checked               []byte
}

// takeRun resumes the run that is unfinished, if it serves, or begins one.
func (r *Run) takeRun(w *writer, full bool) error {
	var since sql.NullString
	found, err := w.queryRow("SELECT run_id, checkpoint, mode, changed_since FROM runs WHERE harvest_id = ? AND ended_at IS NULL ORDER BY run_id DESC LIMIT 1",
		[]any{r.harvest}, &r.run, &r.checkpoint, &r.mode, &since)
	switch {
	case err != nil:
		return err
	case !found:
		return r.beginRun(w, full)
	case r.checkpoint == nil: // it has stored nothing
		err = w.exec("DELETE FROM runs WHERE run_id = ?", r.run)
	case full && r.mode == store.ModeIncremental, r.moved:
		err = w.exec("UPDATE runs SET ended_at = ?, complete = 0 WHERE run_id = ?", now(), r.run)
	default:
		r.changedSince = parseTime(since.String)
		return nil
	}
	if err != nil {
		return err
	}
	return r.beginRun(w, full)
}

func (r *Run) beginRun(w *writer, full bool) error {
	r.checkpoint, r.mode = nil, store.ModeFull
	since := any(nil)
	if watermark := parseTime(r.before.watermark.String); !full && !watermark.IsZero() {
		r.mode, r.changedSince, since = store.ModeIncremental, watermark, r.before.watermark.String
	}
	res, err := w.ExecContext(uncancelled, "INSERT INTO runs (harvest_id, started_at, mode, changed_since) VALUES (?, ?, ?, ?)",
		r.harvest, now(), r.mode, since)
	if err != nil {
		return err
	}
	r.run, err = res.LastInsertId()
	return err
}

// parseTime reads a time as the index writes it, and is zero for anything else.
func parseTime(text string) time.Time {
	at, err := time.Parse(time.RFC3339, text)
	if err != nil {
		return time.Time{}
	}
	return at.UTC()
}

// ChangedSince is from when on an incremental run fetches what changed, by the
// server's clock. It is zero for a full run.
func (r *Run) ChangedSince() time.Time { return r.changedSince }

// LastTotal is the size of the selection as an earlier run counted it, 0 where
// there was none.
func (r *Run) LastTotal() int { return r.before.total }

// Checked is the [Outcome.Checked] of the run before, empty where there was none
// or where it was at another API.
func (r *Run) Checked() []byte { return r.before.checked }

// LastFullAt is when the last full run was complete, in RFC 3339; it is empty
// where there was none.
func (r *Run) LastFullAt() string { return r.before.lastFullAt.String }
