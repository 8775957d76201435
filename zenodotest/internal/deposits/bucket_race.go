package deposits

import (
	"net/http"
	"path"
	"slices"
	"strings"
	"sync"
)

// uploading are the uploads into buckets that have not been answered, the
// earliest first.
type uploading struct {
	mu       sync.Mutex
	requests []*http.Request
}

// Begin notes a request if it is an upload into a bucket. The result notes its
// end, and may be called more than once.
func (s *Server) Begin(r *http.Request) (end func()) { return s.uploads.begin(r) }

func (u *uploading) begin(r *http.Request) (end func()) {
	if r.Method != http.MethodPut || !strings.HasPrefix(r.URL.Path, "/api/files/") {
		return func() {}
	}
	u.mu.Lock()
	defer u.mu.Unlock()
	u.requests = append(u.requests, r)
	return func() {
		u.mu.Lock()
		defer u.mu.Unlock()
		u.requests = slices.DeleteFunc(u.requests, func(other *http.Request) bool { return other == r })
	}
}

// isLate reports whether an upload that replaces a file began while another
// into the same bucket was replacing one: Zenodo refuses all but one of these.
func (u *uploading) isLate(r *http.Request, holder *edition) bool {
	replaces := func(r *http.Request) bool { return holder.named(path.Base(r.URL.Path)) != nil }
	u.mu.Lock()
	defer u.mu.Unlock()
	before := u.requests[:max(0, slices.Index(u.requests, r))]
	return replaces(r) && slices.ContainsFunc(before, func(other *http.Request) bool {
		return path.Dir(other.URL.Path) == path.Dir(r.URL.Path) && replaces(other)
	})
}
