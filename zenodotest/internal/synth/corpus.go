// Package synth computes made-up Zenodo records from their number alone:
// record i is a function of the seed and i, so that a million of them need
// neither storage nor time to begin with.
//
// Identifiers and times of creation grow with the number, which turns
// selections by either into ranges of numbers; everything else that a
// repository filters or sorts by (type, community, owner, version, views) has
// a method of its own that costs some nanoseconds.
package synth

import (
	"fmt"
	"math"
	"sort"
	"time"
)

// Corpus is a set of made-up records, numbered from 0. It does not change and
// is safe for concurrent use.
type Corpus struct {
	seed    uint64
	n       int
	horizon float64
	bursts  []burst
	words   *vocabulary
	links   []part
}

// Burst makes Count records, beginning with number At, share one interval of
// length Span that begins at a whole multiple of Span: a mass upload.
type Burst struct {
	At    int
	Count int
	Span  time.Duration
}

type burst struct {
	at, end    int
	base, span int64 // microseconds
}

// The times that the records fill. The growth is Zenodo's: slow at first, then
// faster by the year.
var (
	epoch   = time.Date(2013, 5, 8, 9, 0, 0, 0, time.UTC).UnixMicro()
	present = time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC).UnixMicro()
)

const (
	// usualLen is the number of records that reach from the epoch to the
	// present. Fewer end earlier; more are pressed into the same years.
	usualLen = 1_000_000
	bend     = 2000.0
)

// New returns n made-up records. The record of a number is the same for every
// n up to a million, except that a record is marked as superseded only where
// the version that supersedes it has a number below n. Bursts must be in order
// of their numbers and must not overlap.
func New(n int, seed uint64, bursts ...Burst) (*Corpus, error) {
	if n < 0 || n > 100_000_000 {
		return nil, fmt.Errorf("synthetic records: %d is not between 0 and 100 million", n)
	}
	c := &Corpus{seed: seed, n: n, horizon: float64(max(n, usualLen)), words: newVocabulary(), links: parse(linksTemplate)}
	for _, b := range bursts {
		if err := c.addBurst(b); err != nil {
			return nil, err
		}
	}
	return c, nil
}

func (c *Corpus) addBurst(b Burst) error {
	span := b.Span.Microseconds()
	if b.Count <= 0 || span <= 0 || b.At < 0 {
		return fmt.Errorf("burst at %d: count and span must be positive", b.At)
	}
	if k := len(c.bursts); k > 0 && c.bursts[k-1].end > b.At {
		return fmt.Errorf("burst at %d: overlaps the one before", b.At)
	}
	base := (c.curve(float64(b.At)) + span - 1) / span * span
	if base+span > c.curve(float64(b.At+b.Count)) {
		return fmt.Errorf("burst at %d: %d records usually take less than %v", b.At, b.Count, b.Span)
	}
	c.bursts = append(c.bursts, burst{at: b.At, end: b.At + b.Count, base: base, span: span})
	return nil
}

// Len is the number of records.
func (c *Corpus) Len() int { return c.n }

// curve is the time, in microseconds, at which x records existed.
func (c *Corpus) curve(x float64) int64 {
	return epoch + int64(float64(present-epoch)*math.Log1p(x/bend)/math.Log1p(c.horizon/bend))
}

// Created is the time at which record i was published, in microseconds since
// 1970. It grows with i, strictly so outside bursts.
func (c *Corpus) Created(i int) int64 {
	for _, b := range c.bursts {
		if i >= b.at && i < b.end {
			return b.base + b.span*int64(i-b.at)/int64(b.end-b.at)
		}
	}
	return c.curve(float64(i) + 0.98*unit(c.hash(streamTime, i)))
}

// Updated is the time of the last change of record i, in microseconds since
// 1970: mostly a second after it was published, for some years later.
func (c *Corpus) Updated(i int) int64 {
	created := c.Created(i)
	h := c.hash(streamUpdated, i)
	soon := created + 400_000 + int64(h>>40%1_500_000)
	if h%10 < 6 {
		return soon
	}
	later := soon + int64(math.Exp(unit(h)*22)*1e4) // up to about a year
	if later > present {
		return soon
	}
	return later
}

// Since returns the first number whose record was created at or after the
// given time in microseconds; Len where there is none.
func (c *Corpus) Since(micros int64) int {
	return sort.Search(c.n, func(i int) bool { return c.Created(i) >= micros })
}

// Bursts calls yield with the first number of each burst and the one after
// its last, as far as they are below Len.
func (c *Corpus) Bursts(yield func(from, to int) bool) {
	for _, b := range c.bursts {
		if !yield(min(b.at, c.n), min(b.end, c.n)) {
			return
		}
	}
}
