package catalog

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"sync"
)

// ErrBadQuery is a query that the engine refuses, ErrCrash one that brings the
// application down.
var (
	ErrBadQuery = errors.New("bad query")
	ErrCrash    = errors.New("query crashes the server")
)

// Search is a page of a search.
type Search struct {
	Criteria
	Sort          string // one that [IsOrder] knows
	Page, Size    int
	Facets        bool
	Native        bool // the form in which records are given out
	VerifiedFirst bool // whether records of verified owners come first
}

// selection is the outcome of a search: all records that match, in order, and
// how they are spread over facets. It is made once.
type selection struct {
	once   sync.Once
	refs   []ref
	facets []byte
	err    error
}

// Page appends the records of one page, separated by commas, then the total
// and the aggregations; the envelope's last part is the caller's.
func (c *Catalog) Page(ctx context.Context, s Search, window int, body []byte) ([]byte, int, error) {
	c.refresh()
	c.mu.RLock()
	defer c.mu.RUnlock()
	found, err := c.selection(ctx, s)
	if err != nil {
		return nil, 0, err
	}
	total := len(found.refs)
	from := min((s.Page-1)*s.Size, total)
	to := min(from+s.Size, window, total)
	for i, r := range found.refs[from:to] {
		if i > 0 {
			body = append(body, ", "...)
		}
		body = c.appendRecord(body, r, s.Native)
	}
	body = append(body, `], "total": `...)
	body = strconv.AppendInt(body, int64(total), 10)
	body = append(body, '}')
	if s.Facets {
		body = append(body, `, "aggregations": `...)
		body = append(body, found.facets...)
	}
	return body, total, nil
}

// selection makes a selection or finds it made. Where the request that was
// making it went away, another takes over.
func (c *Catalog) selection(ctx context.Context, s Search) (*selection, error) {
	key := fmt.Sprintf("%+v %s %t %t", s.Criteria, s.Sort, s.VerifiedFirst, s.Facets)
	for {
		found := c.cache.get(key)
		found.once.Do(func() { c.fill(ctx, found, s) })
		if found.err == nil {
			return found, nil
		}
		c.cache.forget(key, found)
		if ctx.Err() != nil || !errors.Is(found.err, context.Canceled) {
			return nil, found.err
		}
	}
}

func (c *Catalog) fill(ctx context.Context, found *selection, s Search) {
	t, err := c.prepare(ctx, s.Criteria)
	if err != nil {
		found.err = err
		return
	}
	refs := c.collect(t)
	if s.Facets {
		found.facets = c.countFacets(refs, t.selected)
	}
	found.refs = c.arrange(c.pass(refs, t.selected), orders[s.Sort], s.VerifiedFirst)
}

// forget drops what was made of the world before it changed.
func (c *Catalog) forget() {
	c.cache.clear()
	c.engine.forget()
}

// cache keeps the last few selections: the pages of a walk are of one.
type cache struct {
	mu         sync.Mutex
	selections map[string]*selection
	keys       []string // the oldest first
}

const cached = 16

// get returns the selection for a key, which may be still to be made.
func (c *cache) get(key string) *selection {
	c.mu.Lock()
	defer c.mu.Unlock()
	if found, ok := c.selections[key]; ok {
		return found
	}
	if c.selections == nil {
		c.selections = map[string]*selection{}
	}
	if len(c.keys) == cached {
		delete(c.selections, c.keys[0])
		c.keys = c.keys[1:]
	}
	found := &selection{}
	c.selections[key] = found
	c.keys = append(c.keys, key)
	return found
}

// forget drops a selection that could not be made.
func (c *cache) forget(key string, failed *selection) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.selections[key] == failed {
		delete(c.selections, key)
		c.keys = slices.DeleteFunc(c.keys, func(k string) bool { return k == key })
	}
}

// clear forgets everything.
func (c *cache) clear() {
	c.mu.Lock()
	defer c.mu.Unlock()
	clear(c.selections)
	c.keys = nil
}
