package index

import (
	"context"
	"database/sql"
	"encoding/binary"
	"errors"
	"fmt"
	"sync"

	"github.com/zharvest/zharvest/index/internal/segment"
)

// readPageSQL reads a page of a segment.
const readPageSQL = "SELECT data FROM segment_pages WHERE page_id = ?"

// pageKey is what a page is stored under: the segment, the stream and the number
// of the page, in 29, 12 and 22 bits.
func pageKey(id int64, page segment.PageID) int64 {
	return id<<34 | int64(page.Stream)<<22 | int64(page.Number)
}

// storedPages are the pages of a segment in the file, as one connection sees
// them.
type storedPages struct {
	session *session
	codec   *codec
	id      int64
	cache   *pageCache // nil for none
}

// Page reads a page.
func (p *storedPages) Page(ctx context.Context, page segment.PageID) ([]byte, error) {
	key := pageKey(p.id, page)
	if data, ok := p.cache.get(key); ok {
		return data, nil
	}
	packed, err := p.session.page(ctx, key)
	if err != nil {
		return nil, err
	}
	var data []byte
	if packed != nil {
		if data, err = p.codec.unpackPage(key, packed); err != nil {
			return nil, err
		}
	}
	p.cache.put(key, data)
	return data, nil
}

// page reads a page as it is stored, nil for none. Segments are read side by
// side, and a statement is for one at a time.
func (s *session) page(ctx context.Context, key int64) (packed []byte, err error) {
	s.reading.Lock()
	defer s.reading.Unlock()
	err = s.QueryRowContext(ctx, readPageSQL, key).Scan(&packed)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	return packed, err
}

// packPage compresses a page with what it is stored under, so that one that was
// found under a damaged key is noticed.
func (c *codec) packPage(key int64, data []byte, quickly bool) []byte {
	return c.compress(append(binary.LittleEndian.AppendUint64(make([]byte, 0, len(data)+8), uint64(key)), data...), quickly)
}

func (c *codec) unpackPage(key int64, packed []byte) ([]byte, error) {
	data, err := c.decompressSegment(packed)
	if err == nil && (len(data) < 8 || binary.LittleEndian.Uint64(data) != uint64(key)) {
		err = fmt.Errorf("%w: a page stands in the place of another", segment.ErrDamaged)
	}
	if err != nil {
		return nil, err
	}
	return data[8:], nil
}

// pageCache keeps the pages that were read last, of segments that are never
// changed and whose numbers are never used again. The nil cache keeps nothing.
type pageCache struct {
	mu         sync.Mutex
	young, old map[int64][]byte
	size       int // of the young
}

// cachedBytes is how much each half of the cache holds.
const cachedBytes = 8 << 20

func (c *pageCache) get(key int64) (data []byte, ok bool) {
	if c == nil {
		return nil, false
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if data, ok = c.young[key]; ok {
		return data, true
	}
	if data, ok = c.old[key]; ok {
		c.add(key, data)
	}
	return data, ok
}

func (c *pageCache) put(key int64, data []byte) {
	if c == nil {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.add(key, data)
}

func (c *pageCache) add(key int64, data []byte) {
	if c.young == nil || c.size > cachedBytes {
		c.young, c.old, c.size = map[int64][]byte{}, c.young, 0
	}
	c.young[key] = data
	c.size += len(data) + 100
}
