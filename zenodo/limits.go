package zenodo

import (
	"net/http"
	"strconv"
	"strings"
	"time"
)

// limits is what the headers of an answer say of the window.
type limits struct {
	limit     int // 0 if not said
	remaining int // -1 if not said
	reset     time.Duration
	hasReset  bool
}

// readLimits reads the X-RateLimit headers. Their clock is the server's: it is
// compared with its Date, or with Retry-After, which says the same in seconds.
func readLimits(h http.Header, now time.Time) limits {
	l := limits{remaining: -1}
	if n, ok := headerNumber(h, "X-RateLimit-Limit"); ok && n > 0 {
		l.limit = int(min(n, maxLogged))
	}
	if n, ok := headerNumber(h, "X-RateLimit-Remaining"); ok && n >= 0 {
		l.remaining = int(min(n, int64(l.limit)))
	}
	epoch, ok := headerNumber(h, "X-RateLimit-Reset")
	if !ok {
		return l
	}
	if date, err := http.ParseTime(h.Get("Date")); err == nil {
		now = date
	} else if named := parseRetryAfter(h, now); named > 0 {
		now = time.Unix(epoch, 0).Add(-named)
	}
	l.reset, l.hasReset = max(0, time.Unix(epoch, 0).Sub(now)), true
	return l
}

func headerNumber(h http.Header, name string) (int64, bool) {
	value, _, _ := strings.Cut(h.Get(name), ",") // a list has the tightest first
	n, err := strconv.ParseInt(strings.TrimSpace(value), 10, 64)
	return n, err == nil
}

// lengthOf is the usual length of a window that ends after reset. Servers
// round to seconds.
func lengthOf(reset time.Duration) time.Duration {
	const rounding = 2 * time.Second
	for _, usual := range []time.Duration{time.Minute, time.Hour} {
		if reset <= usual+rounding {
			return usual
		}
	}
	return 24 * time.Hour
}
