package zenodotest

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"sync"

	"github.com/zharvest/zharvest/index"
	"github.com/zharvest/zharvest/querystring"
	"github.com/zharvest/zharvest/zenodo"
)

// matcher answers queries that are more than simple conditions.
type matcher interface {
	// match returns the identifiers of all versions of records that match. The
	// map is the caller's. A query that the engine refuses is errBadQuery, one
	// that it fails on errCrash. It is called with the catalog locked for
	// reading.
	match(ctx context.Context, query string) (map[int64]bool, error)
	close() error
}

// searcher is the matcher: an index in memory, made when the first query asks
// for it and brought up to date before each. Made-up records by the thousand
// take their time then.
type searcher struct {
	catalog *catalog

	mu      sync.Mutex
	db      *index.DB
	stored  []*entry // what the index has in the place of each entry
	numbers int      // of made-up records that are stored
}

func newMatcher(c *catalog) matcher { return &searcher{catalog: c} }

func (s *searcher) match(ctx context.Context, query string) (map[int64]bool, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.update(ctx); err != nil {
		return nil, fmt.Errorf("search engine: %w", err)
	}
	ids := map[int64]bool{}
	parsed, err := querystring.Parse(query)
	if err != nil {
		return nil, refusedQuery(err)
	}
	for record, err := range s.db.Records(ctx, index.Query{Parsed: parsed, AllVersions: true, Columns: []string{"id"}}) {
		if refused, ok := errors.AsType[*querystring.Error](err); ok {
			return nil, refusedQuery(refused)
		}
		if err != nil {
			return nil, fmt.Errorf("search engine: %w", err)
		}
		if id, err := strconv.ParseInt(string(record.ID), 10, 64); err == nil {
			ids[id] = true
		}
	}
	return ids, nil
}

// refusedQuery tells a query that is refused from one that brings the
// application down.
func refusedQuery(err error) error {
	if refused, ok := errors.AsType[*querystring.Error](err); ok && refused.Status != http.StatusInternalServerError {
		return errBadQuery
	}
	return errCrash
}

// storedTogether is how many records go into the index at once.
const storedTogether = 500

// update stores what is new or changed since the last query. Deleted records
// may stay: the catalog leaves them out.
func (s *searcher) update(ctx context.Context) error {
	if s.db == nil {
		db, err := index.Open(ctx, index.Memory)
		if err != nil {
			return err
		}
		s.db = db
	}
	for s.numbers < s.catalog.made.Len() {
		end := min(s.numbers+storedTogether, s.catalog.made.Len())
		var raws [][]byte
		for i := s.numbers; i < end; i++ {
			raws = append(raws, s.catalog.made.AppendRecord(nil, i))
		}
		if err := s.store(ctx, raws); err != nil {
			return err
		}
		s.numbers = end
	}
	var raws [][]byte
	for place, e := range s.catalog.entries {
		if place >= len(s.stored) || s.stored[place] != e {
			raws = append(raws, e.raw)
		}
	}
	if err := s.store(ctx, raws); err != nil {
		return err
	}
	s.stored = append(s.stored[:0], s.catalog.entries...)
	return nil
}

// store leaves out what no client could decode: such records are served, but
// not found by their words.
func (s *searcher) store(ctx context.Context, raws [][]byte) error {
	var records []*zenodo.Record
	for _, raw := range raws {
		if record, err := zenodo.DecodeRecord(raw); err == nil {
			records = append(records, record)
		}
	}
	if len(records) == 0 {
		return nil
	}
	_, err := s.db.StoreRecords(ctx, records...)
	return err
}

func (s *searcher) close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.db == nil {
		return nil
	}
	err := s.db.Close()
	s.db, s.stored, s.numbers = nil, nil, 0
	return err
}
