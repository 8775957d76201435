package oaipmh

import (
	"fmt"
	"strings"
	"time"
)

// Granularity is how finely a repository tells datestamps apart, as it writes
// it in its answer to Identify.
type Granularity string

// The two granularities of the protocol.
const (
	GranularityDay    Granularity = "YYYY-MM-DD"
	GranularitySecond Granularity = "YYYY-MM-DDThh:mm:ssZ"
)

// layout is how a time is written in a request.
func (g Granularity) layout() (string, error) {
	switch g {
	case GranularityDay:
		return time.DateOnly, nil
	case GranularitySecond, "":
		return "2006-01-02T15:04:05Z", nil
	}
	return "", fmt.Errorf("%w: granularity %q is neither %s nor %s", ErrInvalidArgument, g, GranularityDay, GranularitySecond)
}

// parseGranularity forgives letter case and spaces.
func parseGranularity(s string) Granularity {
	for _, g := range []Granularity{GranularityDay, GranularitySecond} {
		if strings.EqualFold(s, string(g)) {
			return g
		}
	}
	return Granularity(s)
}

// parseDatestamp reads what repositories write for a time: the two forms of the
// protocol, fractions of seconds, offsets, and a time without a zone, which is
// taken for UTC. It is zero for anything else.
func parseDatestamp(s string) time.Time {
	s = strings.TrimSpace(s)
	for _, layout := range []string{time.RFC3339, time.DateOnly, "2006-01-02T15:04:05", time.DateTime, "2006-01-02T15:04Z07:00"} {
		if t, err := time.Parse(layout, s); err == nil {
			return t.UTC()
		}
	}
	return time.Time{}
}
