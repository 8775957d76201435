package opensearch

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"slices"
	"strconv"
	"time"
)

const (
	// attempts is how often something is sent without any progress.
	attempts = 10
	// firstPause doubles with each attempt, up to the longest.
	firstPause   = time.Second
	longestPause = time.Minute
)

// pause is how long to wait before the next attempt: as long as the cluster
// says, or some of what doubles each time, so that several clients do not come
// back at once.
func pause(attempt int, after string) time.Duration {
	if seconds, err := strconv.Atoi(after); err == nil && seconds >= 0 {
		return min(time.Duration(seconds)*time.Second, longestPause)
	}
	if at, err := http.ParseTime(after); err == nil {
		return min(max(time.Until(at), 0), longestPause)
	}
	longest := min(firstPause<<attempt, longestPause)
	return longest/2 + rand.N(longest/2)
}

// request sends a request until it is answered, and fails where that is not
// with a status that is wanted. A cluster that was never heard of is not waited
// for: its address may be wrong, or its certificate not known.
func (c *Client) request(ctx context.Context, what, method, path string, body []byte, wanted ...int) (answer, error) {
	for attempt := 0; ; attempt++ {
		a, err := c.send(ctx, attempt, method, path, "application/json", body)
		switch {
		case ctx.Err() != nil:
			return a, context.Cause(ctx)
		case err == nil && slices.Contains(wanted, a.status):
			return a, nil
		case err == nil && !passing(a.status):
			return a, a.failure(what)
		case err != nil && !c.answered:
			return a, fmt.Errorf("%s: %w: %w", what, ErrUnreachable, err)
		case attempt == attempts-1:
			return a, gaveUp(what, a, err)
		}
		if err := c.wait(ctx, pause(attempt, a.after)); err != nil {
			return a, err
		}
	}
}

// gaveUp tells what the last of all attempts met with.
func gaveUp(what string, a answer, err error) error {
	if err != nil {
		return fmt.Errorf("%s: %w after %d attempts: %w", what, ErrBusy, attempts, err)
	}
	return fmt.Errorf("%w (%w, after %d attempts)", a.failure(what), ErrBusy, attempts)
}
