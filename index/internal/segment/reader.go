package segment

import (
	"bytes"
	"context"
	"runtime"
	"sync"

	"golang.org/x/sync/errgroup"
)

// Reader reads a segment. Several goroutines may use it.
type Reader struct {
	Pages Pages
	Docs  int

	mu     sync.Mutex
	fences *fences
}

// Windows is how many windows the documents have.
func (r *Reader) Windows() int { return Windows(r.Docs) }

// DocsIn is how many documents a window has.
func (r *Reader) DocsIn(window int) int { return min(WindowDocs, r.Docs-window*WindowDocs) }

// page reads a page that has to be there.
func (r *Reader) page(ctx context.Context, id PageID) ([]byte, error) {
	data, err := r.Pages.Page(ctx, id)
	if err == nil && data == nil {
		err = ErrDamaged
	}
	return data, err
}

func (r *Reader) openFences(ctx context.Context) (*fences, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.fences != nil {
		return r.fences, nil
	}
	data, err := r.page(ctx, PageID{Fences, 0})
	if err != nil {
		return nil, err
	}
	r.fences, err = readFences(data)
	return r.fences, err
}

// keys opens a page of keys.
func (r *Reader) keys(ctx context.Context, f *fences, number int) (keyPage, error) {
	data, err := r.page(ctx, PageID{Keys, number})
	if err != nil {
		return keyPage{}, err
	}
	return openKeys(data)
}

// Find looks a key up, and returns its lists: of a word one for each field, and
// none for a key that is not there.
func (r *Reader) Find(ctx context.Context, key []byte) (lists []*List, err error) {
	f, err := r.openFences(ctx)
	if err != nil {
		return nil, err
	}
	number := f.find(key)
	if number < 0 {
		return nil, nil
	}
	page, err := r.keys(ctx, f, number)
	if err != nil {
		return nil, err
	}
	found, err := page.seek(key)
	if err != nil || !found {
		return nil, err
	}
	return page.lists(r)
}

// seek moves to a key, and reports whether it is there.
func (p *keyPage) seek(key []byte) (found bool, err error) {
	common, before := 0, 0 // what the key at hand shares with the one that is looked for
	for p.more() {
		if err := p.next(before); err != nil {
			return false, err
		}
		before = p.shared + p.end - p.rest
		switch {
		case p.shared < common:
			return false, nil // this key is behind
		case p.shared == common:
			rest := p.suffix()
			n := commonPrefix(rest, key[common:])
			common += n
			switch {
			case n == len(rest) && common == len(key):
				return true, nil
			case common == len(key) || n < len(rest) && rest[n] > key[common]:
				return false, nil
			}
		}
	}
	return false, nil
}

// Matcher picks keys out of a sequence in order. Each is told by how many bytes
// it shares with the one before and by those that follow.
type Matcher interface {
	Next(shared int, rest []byte) bool
}

// Walk goes over the keys from one (included) to another (not included), on all
// processors, and calls use with those that a matcher picks, in no order but one
// at a time. Each page has a matcher of its own, which is told the keys without
// their first byte.
func (r *Reader) Walk(ctx context.Context, from, until []byte, matcher func() Matcher, use func(key []byte, lists []*List) error) error {
	f, err := r.openFences(ctx)
	if err != nil {
		return err
	}
	first, last := max(f.find(from), 0), f.find(until)
	var mu sync.Mutex
	g, ctx := errgroup.WithContext(ctx)
	workers := min(runtime.GOMAXPROCS(0), (last-first)/8+1)
	for w := range workers {
		g.Go(func() error {
			m := matcher()
			for number := first + w; number <= last; number += workers {
				err := r.walkPage(ctx, f, number, within{from, until}, m, func(key []byte, lists []*List) error {
					mu.Lock()
					defer mu.Unlock()
					return use(key, lists)
				})
				if err != nil {
					return err
				}
			}
			return nil
		})
	}
	return g.Wait()
}

// within is the keys from one (included) to another (not included).
type within struct{ from, until []byte }

func (w within) has(key []byte) bool {
	return bytes.Compare(key, w.from) >= 0 && bytes.Compare(key, w.until) < 0
}

func (r *Reader) walkPage(ctx context.Context, f *fences, number int, in within, m Matcher, use func(key []byte, lists []*List) error) error {
	// A page between fences that lie inside needs no more comparing.
	whole := number+1 < f.len() && in.has(f.key(number)) && in.has(f.key(number+1))
	page, err := r.keys(ctx, f, number)
	if err != nil {
		return err
	}
	key := make([]byte, 0, 64)
	told := false // whether the matcher was told a key of the page
	for page.more() {
		if err := page.next(len(key)); err != nil {
			return err
		}
		shared := page.shared
		key = append(key[:shared], page.suffix()...)
		if len(key) == 0 {
			return ErrDamaged
		}
		if !whole && !in.has(key) {
			if told {
				return nil // the keys that follow are behind the end
			}
			continue
		}
		if !told || shared == 0 {
			shared, told = 1, true
		}
		if !m.Next(shared-1, key[shared:]) {
			continue
		}
		lists, err := page.lists(r)
		if err == nil {
			err = use(key, lists)
		}
		if err != nil {
			return err
		}
	}
	return nil
}
