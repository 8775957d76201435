package index

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/zharvest/zharvest/index/internal/engine"
)

// Finding is damage to an index.
type Finding struct {
	Where  string `json:"where"`  // what is damaged
	What   string `json:"what"`   // and how
	Repair string `json:"repair"` // what to do
}

// What repairs damage.
const (
	repairReindex = "zharvest reindex"
	repairUpdate  = "zharvest update --full"
	repairFile    = "move the file away and harvest anew"
)

// Check looks for damage: of the file, of the records as received, of the tables
// and of the full-text index, and whether they agree with each other. With
// readData it also unpacks all that is compressed. What is found is no error.
func (db *DB) Check(ctx context.Context, readData bool) (findings []Finding, err error) {
	c := &checker{db: db}
	err = db.view(ctx, func(s *session) error {
		c.session = s
		checks := []func(context.Context) error{c.file, c.documents, c.members, c.waiting, c.fullText}
		if readData {
			checks = append(checks, c.readDocuments, c.readSegments)
		}
		for _, check := range checks {
			if err := check(ctx); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("check the index: %w", err)
	}
	return c.findings, nil
}

// checker gathers what is found in one state of an index.
type checker struct {
	db       *DB
	session  *session
	mu       sync.Mutex
	findings []Finding
}

func (c *checker) find(where, repair, what string, args ...any) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.findings = append(c.findings, Finding{where, fmt.Sprintf(what, args...), repair})
}

// count adds a finding where a query counts anything. Its text has a verb for the
// number and one for an example, which is the least.
func (c *checker) count(ctx context.Context, where, repair, what, from string) error {
	var n int
	var example sql.NullString
	if err := c.session.QueryRowContext(ctx, "SELECT count(*), min(example) FROM ("+from+")").Scan(&n, &example); err != nil {
		return err
	}
	if n > 0 {
		c.find(where, repair, what, n, example.String)
	}
	return nil
}

// file has SQLite look at its pages, and at the references between tables.
func (c *checker) file(ctx context.Context) error {
	err := eachRow(ctx, c.session, "PRAGMA quick_check(10)", nil, func(rows *sql.Rows) error {
		var line string
		err := rows.Scan(&line)
		if err == nil && line != "ok" {
			c.find("file", repairFile, "%s", strings.ReplaceAll(line, "\n", "; "))
		}
		return err
	})
	if err != nil {
		return err
	}
	return c.count(ctx, "tables", repairReindex, "%d rows belong to nothing, such as one of %s", `SELECT "table" AS example FROM pragma_foreign_key_check`)
}

// documents compares the records with the blocks that they are in.
func (c *checker) documents(ctx context.Context) error {
	for _, check := range []struct{ where, repair, what, from string }{
		{"records as received", repairUpdate, "%d records are in no block, such as %s", `SELECT id AS example FROM record r WHERE NOT EXISTS (SELECT 1 FROM documents d WHERE d.record_id = r.record_id)
			AND coalesce((SELECT first_record + records FROM document_blocks WHERE first_record <= r.record_id ORDER BY first_record DESC LIMIT 1), 0) <= r.record_id`},
		{"records as received", repairUpdate, "%d blocks overlap others, such as that of key %s", `SELECT first_record AS example FROM (SELECT first_record, records, lead(first_record) OVER (ORDER BY first_record) AS next
			FROM document_blocks) WHERE next < first_record + records`},
		{"tables", repairReindex, "%d records are without their lists, such as %s", `SELECT id AS example FROM record r WHERE NOT EXISTS (SELECT 1 FROM part p WHERE p.record_id = r.record_id)`},
	} {
		if err := c.count(ctx, check.where, check.repair, check.what, check.from); err != nil {
			return err
		}
	}
	return nil
}

// members compares the ranges of harvests with the records.
func (c *checker) members(ctx context.Context) error {
	for what, from := range map[string]string{
		"%d ranges overlap others, such as in %s": `SELECT name AS example FROM (SELECT harvest_id, last_record, lead(first_record) OVER (PARTITION BY harvest_id ORDER BY first_record) AS next
			FROM harvest_ranges) JOIN harvests USING (harvest_id) WHERE next <= last_record`,
		"%d ranges hold records that are not there, such as in %s": `SELECT name AS example FROM harvest_ranges m JOIN harvests USING (harvest_id)
			WHERE (SELECT count(*) FROM record WHERE record_id BETWEEN first_record AND last_record) <> last_record - first_record + 1`,
	} {
		if err := c.count(ctx, "harvests", repairUpdate, what, from); err != nil {
			return err
		}
	}
	return nil
}

// waiting looks at what is to be indexed.
func (c *checker) waiting(ctx context.Context) error {
	return c.count(ctx, "full-text index", repairReindex, "%d records wait in two ways, such as %s",
		"SELECT id AS example FROM pending_ranges JOIN pending ON record_id BETWEEN first_record AND last_record JOIN record USING (record_id)")
}

// fullText compares the records that the full-text index has with those of the
// table: all of them, those that are not gone, and the latest.
func (c *checker) fullText(ctx context.Context) error {
	for _, group := range []struct {
		name, condition string
		query           Query
	}{
		{"records", "true", Query{AllVersions: true, IncludeGone: true}},
		{"records that are not gone", "gone_at IS NULL", Query{AllVersions: true}},
		{"latest versions", "gone_at IS NULL AND is_latest", Query{}},
	} {
		found, err := c.db.search(ctx, c.session, group.query)
		var indexed engine.KeySet
		var keys []int64
		if err == nil {
			indexed, keys, err = found.matches.Records(ctx)
		}
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		if err != nil {
			c.find("full-text index", repairReindex, "%s: %v", group.name, err)
			return nil
		}
		var known []int64
		if known, err = numbers(ctx, c.session, "SELECT record_id FROM record WHERE "+group.condition+" ORDER BY record_id"); err != nil {
			return err
		}
		missing := 0
		for _, key := range known {
			if !indexed.Has(key) {
				missing++
			}
		}
		slices.Sort(keys)
		distinct := len(slices.Compact(slices.Clone(keys)))
		if missing > 0 {
			c.find("full-text index", repairReindex, "%d of %d %s are missing", missing, len(known), group.name)
		}
		if more := distinct - (len(known) - missing); more > 0 {
			c.find("full-text index", repairReindex, "%d that are no %s are found as such", more, group.name)
		}
		if distinct < len(keys) {
			c.find("full-text index", repairReindex, "%d %s are there twice", len(keys)-distinct, group.name)
		}
	}
	return nil
}

// receivedRow is what the tables have of a record to be compared with what was
// received.
type receivedRow struct {
	id    string
	parts []any
}

// readDocuments unpacks all records as received, and compares them with their rows.
func (c *checker) readDocuments(ctx context.Context) error {
	for after := int64(0); ; {
		rows, keys, err := c.receivedRows(ctx, after)
		if err != nil || len(keys) == 0 {
			return err
		}
		after = keys[len(keys)-1]
		before := len(c.findings)
		if err := c.compareReceived(ctx, rows, keys); err == nil {
			continue
		}
		// A block is damaged: it is named, and the others are read again.
		c.findings = c.findings[:before]
		for _, key := range keys {
			if ctx.Err() != nil {
				return context.Cause(ctx)
			}
			if err := c.compareReceived(ctx, rows, []int64{key}); err != nil {
				c.find("record "+rows[key].id, repairUpdate, "%v", err)
			}
		}
	}
}

// receivedRows reads the rows of the records after one.
func (c *checker) receivedRows(ctx context.Context, after int64) (rows map[int64]receivedRow, keys []int64, err error) {
	rows = map[int64]receivedRow{}
	query := "SELECT record_id, id, p." + strings.Join(partColumns, ", p.") + " FROM record JOIN part p USING (record_id) WHERE record_id > ? ORDER BY record_id LIMIT ?"
	err = eachRow(ctx, c.session, query, []any{after, fetchSize}, func(r *sql.Rows) error {
		var key int64
		row := receivedRow{parts: make([]any, len(partColumns))}
		into := []any{&key, &row.id}
		for i := range row.parts {
			into = append(into, &row.parts[i])
		}
		err := r.Scan(into...)
		rows[key], keys = row, append(keys, key)
		return err
	})
	return rows, keys, err
}

func (c *checker) compareReceived(ctx context.Context, rows map[int64]receivedRow, keys []int64) error {
	return c.db.eachRaw(ctx, c.session, keys, func(key int64, raw []byte) error {
		row := rows[key]
		record, err := c.db.decode(raw)
		switch {
		case err != nil:
			c.find("record "+row.id, repairUpdate, "%v", err)
		case string(record.ID) != row.id:
			c.find("record "+row.id, repairUpdate, "what was received is record %s", record.ID)
		case !slices.Equal(partsOf(record), row.parts):
			c.find("record "+row.id, repairReindex, "its lists differ from what was received")
		}
		return nil
	})
}

// readSegments unpacks all pages of segments, each of which has a checksum and the
// key that it is stored under.
func (c *checker) readSegments(ctx context.Context) error {
	return eachRow(ctx, c.session, "SELECT page_id, data FROM segment_pages", nil, func(rows *sql.Rows) error {
		var key int64
		var packed []byte
		if err := rows.Scan(&key, &packed); err != nil {
			return err
		}
		if _, err := c.db.codec.unpackPage(key, packed); err != nil {
			c.find("full-text index", repairReindex, "page %d: %v", key, err)
		}
		return nil
	})
}
