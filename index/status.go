package index

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"time"
)

// Status says what an index holds.
type Status struct {
	Path    string `json:"db"`
	Bytes   int64  `json:"bytes"`
	Schema  int    `json:"schema"`
	Records int    `json:"records"` // all versions, gone ones too
	Latest  int    `json:"latest"`
	Gone    int    `json:"gone"`
	Forms   Forms  `json:"forms"`
	// Partial records are known only from DataCite's XML, Outdated ones have
	// changed on the server since.
	Partial     int             `json:"partial"`
	Outdated    int             `json:"outdated"`
	Communities int             `json:"communities"`
	Harvests    []HarvestStatus `json:"harvests"`
}

// Forms are how many records are held in which form, gone ones too.
type Forms struct {
	Native   int `json:"native"`
	Legacy   int `json:"legacy"`
	DataCite int `json:"datacite"`
}

// HarvestStatus is one saved harvest.
type HarvestStatus struct {
	Name      string          `json:"name"`
	Selection json.RawMessage `json:"selection"`
	// Records is how many records, or communities, the harvest holds, gone and
	// superseded ones too.
	Records int `json:"records"`
	// Total and Listed are what the server counted when last asked, null where it
	// did not.
	Total *int `json:"total"`
	// Complete is set where nothing is known to be missing: the State is
	// StateComplete or StateCounts.
	Complete bool   `json:"complete"`
	State    string `json:"state"`
	// ComparedAt is the oldest comparison of ids among the parts of the harvest;
	// null if a part was never compared.
	ComparedAt *string `json:"compared_at"`
	// Held is how many records the server should list: they are not gone, and of
	// a harvest of latest versions the latest. Unlisted is how many of these it
	// does not list although they belong to the selection, Gone how many it has no
	// more, which are not among Held.
	Held     int  `json:"held"`
	Listed   *int `json:"listed"`
	Unlisted int  `json:"unlisted"`
	Gone     int  `json:"gone"`
	// LastRunAt and LastFullAt are null where there was none.
	LastRunAt  *string `json:"last_run_at"`
	LastFullAt *string `json:"last_full_at"`
	// Checkpoint is where an unfinished run resumes, null where there is none.
	Checkpoint json.RawMessage `json:"checkpoint"`
	// Unfinished is the mode of that run, null where there is none.
	Unfinished *string `json:"unfinished"`
}

// SavedHarvest is what a harvest selects, and from where it was harvested.
type SavedHarvest struct {
	Name      string
	Selection []byte // JSON
	API       string // root of the API; empty where that was not noted
	Total     int    // as last counted, 0 before
	// ChangedSince is from when on the next run fetches what changed, unless it
	// is a full one or resumes one. It is zero where no run was complete.
	ChangedSince time.Time
}

// Saved are the saved harvests, by name. Unlike [DB.Status] it counts nothing.
func (db *DB) Saved(ctx context.Context) (saved []SavedHarvest, err error) {
	err = db.view(ctx, func(q *session) error {
		return eachRow(ctx, q, "SELECT name, selection, coalesce(api, ''), coalesce(total, 0), coalesce(watermark, '') FROM harvests ORDER BY name", nil, func(rows *sql.Rows) error {
			var h SavedHarvest
			var watermark string
			if err := rows.Scan(&h.Name, &h.Selection, &h.API, &h.Total, &watermark); err != nil {
				return err
			}
			h.ChangedSince = parseTime(watermark)
			saved = append(saved, h)
			return nil
		})
	})
	if err != nil {
		return nil, fmt.Errorf("read the saved harvests: %w", err)
	}
	return saved, nil
}

// Status reads it.
func (db *DB) Status(ctx context.Context) (*Status, error) {
	s := &Status{Path: db.path, Harvests: []HarvestStatus{}}
	for _, suffix := range []string{"", "-wal"} {
		info, err := os.Stat(db.path + suffix)
		if err != nil && !errors.Is(err, os.ErrNotExist) {
			return nil, fmt.Errorf("status: %w", err)
		}
		if err == nil {
			s.Bytes += info.Size()
		}
	}
	err := db.view(ctx, func(q *session) error {
		err := q.QueryRowContext(ctx, `SELECT count(*), count(*) FILTER (WHERE is_latest AND gone_at IS NULL), count(gone_at),
			count(*) FILTER (WHERE form = 'native'), count(*) FILTER (WHERE form = 'legacy'), count(*) FILTER (WHERE form = 'datacite'),
			count(*) FILTER (WHERE form = 'datacite' AND gone_at IS NULL), count(newer_at) FILTER (WHERE gone_at IS NULL),
			(SELECT count(*) FROM communities), (SELECT user_version FROM pragma_user_version) FROM records`).
			Scan(&s.Records, &s.Latest, &s.Gone, &s.Forms.Native, &s.Forms.Legacy, &s.Forms.DataCite, &s.Partial, &s.Outdated, &s.Communities, &s.Schema)
		if err != nil {
			return err
		}
		return readHarvests(ctx, q, s)
	})
	if err != nil {
		return nil, fmt.Errorf("status: %w", err)
	}
	return s, nil
}

// Harvests are the saved harvests by name, without their numbers and
// checkpoints: unlike [DB.Status] it counts nothing.
func (db *DB) Harvests(ctx context.Context) (harvests []HarvestStatus, err error) {
	err = db.view(ctx, func(q *session) error {
		return eachRow(ctx, q, "SELECT name, selection, state, complete, compared_at, last_run_at FROM harvests ORDER BY name", nil, func(rows *sql.Rows) error {
			var h HarvestStatus
			var selection []byte
			if err := rows.Scan(&h.Name, &selection, &h.State, &h.Complete, &h.ComparedAt, &h.LastRunAt); err != nil {
				return err
			}
			h.Selection = selection
			harvests = append(harvests, h)
			return nil
		})
	})
	if err != nil {
		return nil, fmt.Errorf("list harvests: %w", err)
	}
	return harvests, nil
}

func readHarvests(ctx context.Context, q querier, s *Status) error {
	return eachRow(ctx, q, `SELECT name, selection, total, state, complete, compared_at, last_run_at, last_full_at,
			coalesce(records, 0) + communities, coalesce(held, 0) + communities, coalesce(unlisted, 0), coalesce(gone, 0),
			(SELECT checkpoint FROM runs WHERE runs.harvest_id = h.harvest_id AND ended_at IS NULL ORDER BY run_id DESC LIMIT 1),
			(SELECT mode FROM runs WHERE runs.harvest_id = h.harvest_id AND ended_at IS NULL AND checkpoint IS NOT NULL ORDER BY run_id DESC LIMIT 1)
		FROM (SELECT *, (SELECT count(*) FROM harvest_communities c WHERE c.harvest_id = harvests.harvest_id) AS communities FROM harvests) h
		LEFT JOIN (SELECT harvest_id, count(*) AS records, count(gone_at) AS gone,
			count(*) FILTER (WHERE gone_at IS NULL AND (is_latest OR coalesce(selection ->> 'all_versions', 0) OR selection ->> 'via' IS 'oai')) AS held,
			count(unlisted_run_id) FILTER (WHERE gone_at IS NULL) AS unlisted
			FROM harvests JOIN harvest_ranges USING (harvest_id) JOIN records ON record_id BETWEEN first_record AND last_record GROUP BY harvest_id) n USING (harvest_id)
		ORDER BY name`, nil, func(rows *sql.Rows) error {
		var h HarvestStatus
		var selection, checkpoint []byte
		if err := rows.Scan(&h.Name, &selection, &h.Total, &h.State, &h.Complete, &h.ComparedAt, &h.LastRunAt, &h.LastFullAt,
			&h.Records, &h.Held, &h.Unlisted, &h.Gone, &checkpoint, &h.Unfinished); err != nil {
			return err
		}
		h.Selection, h.Checkpoint, h.Listed = selection, checkpoint, h.Total
		if checkpoint == nil {
			h.Checkpoint = json.RawMessage("null")
		}
		s.Harvests = append(s.Harvests, h)
		return nil
	})
}

// BindHost notes which repository the records of the index come from, and
// returns the one noted before where it is another. An index that holds nothing
// is free for any.
func (db *DB) BindHost(ctx context.Context, host string) (other string, err error) {
	err = db.update(ctx, func(w *writer) error {
		bound, err := metaValue(uncancelled, w, "host")
		if err != nil || bound == host {
			return err
		}
		var holds int
		if _, err := w.queryRow("SELECT EXISTS (SELECT 1 FROM records) OR EXISTS (SELECT 1 FROM communities)", nil, &holds); err != nil {
			return err
		}
		if bound != "" && holds == 1 {
			other = bound
			return nil
		}
		return setMetaValue(uncancelled, w, "host", host)
	})
	return other, err
}
