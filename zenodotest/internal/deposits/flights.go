package deposits

import (
	"maps"
	"net/http"
	"path"
	"slices"
	"sync"

	"github.com/zharvest/zharvest/zenodotest/internal/wire"
)

// flights are the requests that write and have not been answered. Real servers
// mix up some that they get at once.
type flights struct {
	mu       sync.Mutex
	underWay map[*http.Request]*flight
}

// flight is a request with those that were under way at the same time.
type flight struct {
	request *http.Request
	earlier []*flight // that came before it
	later   []*flight
	hasWon  bool // whether it changed what the others would change, too
}

// Begin notes a request that writes. The result notes its end, and may be called
// more than once.
func (s *Server) Begin(r *http.Request) (end func()) { return s.flights.begin(r) }

func (f *flights) begin(r *http.Request) (end func()) {
	if wire.IsRead(r) {
		return func() {}
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.underWay == nil {
		f.underWay = map[*http.Request]*flight{}
	}
	made := &flight{request: r, earlier: slices.Collect(maps.Values(f.underWay))}
	for _, other := range made.earlier {
		other.later = append(other.later, made)
	}
	f.underWay[r] = made
	return func() {
		f.mu.Lock()
		defer f.mu.Unlock()
		delete(f.underWay, r)
	}
}

// isLate reports whether a request came while another with the same method was
// under way that is in its way.
func (f *flights) isLate(r *http.Request, inTheWay func(earlier, r *http.Request) bool) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	own := f.underWay[r]
	return own != nil && slices.ContainsFunc(own.earlier, func(other *flight) bool {
		return other.request.Method == r.Method && inTheWay(other.request, r)
	})
}

// win notes that a request did what others at the same time can no longer do.
func (f *flights) win(r *http.Request) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if own := f.underWay[r]; own != nil {
		own.hasWon = true
	}
}

// hasLost reports whether another request with the same method and path won
// while this one was under way.
func (f *flights) hasLost(r *http.Request) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	own := f.underWay[r]
	return own != nil && slices.ContainsFunc(slices.Concat(own.earlier, own.later), func(other *flight) bool {
		return other.hasWon && other.request.Method == r.Method && samePath(other.request, r)
	})
}

func samePath(earlier, r *http.Request) bool { return earlier.URL.Path == r.URL.Path }

func sameFolder(earlier, r *http.Request) bool {
	return path.Dir(earlier.URL.Path) == path.Dir(r.URL.Path)
}
