package zenodo

import (
	"regexp"
	"strconv"
	"strings"
	"sync"
)

// The page sizes that Zenodo allows (its blog, November 2025). Another server
// may name others when it refuses these.
const (
	guestPageSize = 25
	tokenPageSize = 100
)

// pageSize is the largest page that a server allows, as far as is known.
type pageSize struct {
	mu      sync.Mutex
	max     int
	learned bool // by a refusal, not guessed
}

func newPageSize(guess int) *pageSize { return &pageSize{max: guess} }

func (p *pageSize) limit() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.max
}

// raise takes a larger guess, where nothing was refused yet.
func (p *pageSize) raise(n int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.learned {
		p.max = max(p.max, n)
	}
}

// fit is the size to ask for when the caller wants size items, 0 being as
// many as allowed. Before the server has refused one, a wish is tried as it is.
func (p *pageSize) fit(size int) int {
	p.mu.Lock()
	defer p.mu.Unlock()
	if size <= 0 || p.learned && size > p.max {
		return p.max
	}
	return size
}

// learn takes note of what a refusal named.
func (p *pageSize) learn(n int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.learned || n < p.max {
		p.max, p.learned = n, true
	}
}

var sizeRefused = regexp.MustCompile(`(?i)cannot be greater than (\d+)`)

// refusedSize reads the largest page that a refusal of size names. The second
// result is false for any other error.
func refusedSize(e *Error, size int) (int, bool) {
	for _, f := range e.Fields {
		m := sizeRefused.FindStringSubmatch(f.Message)
		if m == nil || !strings.HasSuffix(f.Field, "size") {
			continue
		}
		if n, err := strconv.Atoi(m[1]); err == nil && n > 0 && n < size {
			return n, true
		}
	}
	return 0, false
}
