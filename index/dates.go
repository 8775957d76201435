package index

import (
	"time"

	"github.com/zharvest/zharvest/index/internal/segment"
	"github.com/zharvest/zharvest/querystring"
)

// dates matches times from one bound to the other, each rounded as the
// engine rounds it.
func (e *evaluator) dates(n querystring.Node, f *field, lo, hi querystring.Bound) (segment.Bitset, error) {
	from, until := int64(minNumber), int64(maxNumber)
	if !lo.Open {
		at, err := e.date(n, lo.Value, !lo.Inclusive)
		if err != nil {
			return nil, err
		}
		from = microsOf(at)
		if !lo.Inclusive {
			from += 1000 // the engine's dates end with milliseconds
		}
	}
	if !hi.Open {
		at, err := e.date(n, hi.Value, hi.Inclusive)
		if err != nil {
			return nil, err
		}
		until = microsOf(at) + 999
		if !hi.Inclusive {
			until -= 1000
		}
	}
	return e.inColumn(f, from, until)
}

func (e *evaluator) date(n querystring.Node, value string, up bool) (time.Time, error) {
	at, err := parseDate(value, up, e.now)
	if err != nil {
		return time.Time{}, &querystring.Error{Pos: n.At().Pos, Text: e.text, Status: 500, Msg: err.Error()}
	}
	return at, nil
}

// microsOf is a time in microseconds, of which 64 bits cover some 290,000
// years.
func microsOf(at time.Time) int64 {
	year := min(max(at.Year(), -290_000), 290_000)
	if year != at.Year() {
		at = time.Date(year, 1, 1, 0, 0, 0, 0, time.UTC)
	}
	return at.UnixMicro()
}
