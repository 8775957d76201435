package zenodotest

import (
	"sync"
	"time"
)

// oaiItem is a record as it was when a list began: the number of a made-up
// one, or one that is kept.
type oaiItem struct {
	number int
	kept   *entry
}

// scroll is a list that is being walked. The server keeps the place, not the
// token: whoever sends a token again gets the page after the one that the
// token was for.
type scroll struct {
	items   []oaiItem
	next    int // number of the page to be given out next, from 1
	expires time.Time
}

// scrolls are the lists that have not expired.
type scrolls struct {
	mu   sync.Mutex
	last int64
	open map[int64]*scroll
}

// begin keeps a list and returns its number.
func (s *scrolls) begin(list *scroll, now time.Time) int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	for id, old := range s.open {
		if now.After(old.expires) {
			delete(s.open, id)
		}
	}
	if s.open == nil {
		s.open = map[int64]*scroll{}
	}
	s.last++
	s.open[s.last] = list
	return s.last
}

// page moves a list on by a page. Its items are those of the next page,
// whichever page was asked for.
func (s *scrolls) page(id int64, now time.Time) (items []oaiItem, total int, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	list := s.open[id]
	if list == nil {
		return nil, 0, false
	}
	total = len(list.items)
	from, to := min((list.next-1)*oaiPageSize, total), min(list.next*oaiPageSize, total)
	list.next++
	list.expires = now.Add(oaiTokenLife)
	return list.items[from:to], total, true
}
