package catalog

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"sync"

	"github.com/zharvest/zharvest/internal/naive"
	"github.com/zharvest/zharvest/querystring"
)

// engine answers queries that are more than simple conditions, by looking at
// every record.
type engine struct {
	mu    sync.Mutex
	made  []*naive.Record // made-up records by their number, nil until they are needed
	found map[string]map[int64]bool
	asked []string // the keys of found, the oldest first
}

// keptFound is how many outcomes are kept: who fetches a query in parts asks for it
// with another time in each.
const keptFound = 4

// keptMade is how many made-up records are kept as the engine reads them. Any
// further ones are read anew for each query.
const keptMade = 10_000

// forget drops what was found, after the world has changed.
func (e *engine) forget() {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.found, e.asked = nil, nil
}

// keep remembers what was found.
func (e *engine) keep(query string, ids map[int64]bool) {
	if len(e.asked) == keptFound {
		delete(e.found, e.asked[0])
		e.asked = e.asked[1:]
	}
	if e.found == nil {
		e.found = map[string]map[int64]bool{}
	}
	e.found[query], e.asked = ids, append(e.asked, query)
}

// match returns the identifiers of all versions of records that match a query.
// The map is shared. A query that the engine refuses is ErrBadQuery, one
// that it fails on ErrCrash.
func (c *Catalog) match(ctx context.Context, query string) (map[int64]bool, error) {
	c.engine.mu.Lock()
	defer c.engine.mu.Unlock()
	if ids, ok := c.engine.found[query]; ok {
		return ids, nil
	}
	parsed, err := c.parser().Parse(query)
	if err != nil {
		return nil, RefusedQuery(err)
	}
	q, err := naive.NewQuery(parsed, c.cfg.Now())
	if err != nil {
		return nil, RefusedQuery(err)
	}
	ids := map[int64]bool{}
	err = q.Search(c.records(ctx), false, func(r *naive.Record, _ float64) {
		if id, ok := c.idNumber(r.ID); ok {
			ids[id] = true
		}
	})
	if ctx.Err() != nil {
		return nil, fmt.Errorf("search engine: %w", context.Cause(ctx))
	}
	if err != nil {
		return nil, RefusedQuery(err)
	}
	c.engine.keep(query, ids)
	return ids, nil
}

// parser reads queries as the server does, which compares communities by their ids.
func (c *Catalog) parser() querystring.Parser {
	return querystring.Parser{Native: c.cfg.Native, Community: func(slug string) (string, bool) {
		if found := c.communities[slug]; found != nil {
			return found.ID, true
		}
		return "", false
	}}
}

// RefusedQuery is the error for a query that the parser or the engine refuses: it tells a query that is refused from one that brings the
// application down.
func RefusedQuery(err error) error {
	if refused, ok := errors.AsType[*querystring.Error](err); ok && refused.Status != 500 {
		return ErrBadQuery
	}
	return ErrCrash
}

// records yields all records as the engine reads them, until the request goes
// away.
func (c *Catalog) records(ctx context.Context) iter.Seq[*naive.Record] {
	return func(yield func(*naive.Record) bool) {
		for i := range c.made.Len() {
			if ctx.Err() != nil || !c.covered[i] && !yield(c.madeRecord(i)) {
				return
			}
		}
		for _, e := range c.searched {
			if ctx.Err() != nil || e != nil && e.tombstone == nil && !yield(e.record()) {
				return
			}
		}
	}
}

func (c *Catalog) madeRecord(i int) *naive.Record {
	if i >= keptMade {
		return readRecord(c.appendMade(nil, i, true))
	}
	if i >= len(c.engine.made) {
		c.engine.made = append(c.engine.made, make([]*naive.Record, i+1-len(c.engine.made))...)
	}
	if c.engine.made[i] == nil {
		c.engine.made[i] = readRecord(c.appendMade(nil, i, true))
	}
	return c.engine.made[i]
}

func (e *entry) record() *naive.Record {
	if e.read == nil {
		e.read = readRecord(e.json(true))
	}
	e.read.Latest = e.latest
	return e.read
}

func readRecord(raw []byte) *naive.Record {
	r, err := naive.NewRecord(raw)
	if err != nil {
		panic(err) // it was read before
	}
	return r
}
