package oai

import (
	"sync"
	"time"
)

// scroll is a list that is being walked. The server keeps the place, not the
// token: whoever sends a token again gets the page after the one that the
// token was for.
type scroll struct {
	records List
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

// page moves a list on by a page. Its records are those of the next page,
// whichever page was asked for. With the last one the list is cleared.
func (s *scrolls) page(id int64, now time.Time) (raws [][]byte, total int, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	list := s.open[id]
	if list == nil {
		return nil, 0, false
	}
	total = list.records.Len()
	from, to := min((list.next-1)*pageSize, total), min(list.next*pageSize, total)
	if list.next*pageSize > total {
		delete(s.open, id)
	}
	list.next++
	list.expires = now.Add(tokenLife)
	for i := from; i < to; i++ {
		raws = append(raws, list.records.JSON(i))
	}
	return raws, total, true
}
