package rest

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/zharvest/zharvest/store"
	"github.com/zharvest/zharvest/zenodo"
)

const (
	// maxIdentified is how many unservable a span may have for their ids to be
	// looked for.
	maxIdentified = 5
	// maxQuestions is how many requests that may take, for each of them.
	maxQuestions = 60
)

// identify finds out the ids of the records that the server failed to list,
// and asks for each of them alone. Their ids are those whose beginnings the
// server counts more often than they were received.
func (w *walker) identify(ctx context.Context) error {
	unservable := len(w.span.Unservable)
	if unservable == 0 || unservable > maxIdentified || unservable != w.span.missing() || w.ids.Len() == 0 || w.run.Filter.OfCommunities {
		return nil
	}
	s := search{walker: w, received: slices.Collect(w.ids.All()), questions: maxQuestions * unservable}
	for _, id := range s.from(ctx, unservable) {
		if err := w.fetchAlone(ctx, zenodo.RecordID(id)); err != nil {
			return err
		}
	}
	return ctx.Err()
}

// fetchAlone asks for one record, which the server may be able to give out
// where it failed to list it.
func (w *walker) fetchAlone(ctx context.Context, id zenodo.RecordID) error {
	record, err := w.run.Client.LimitAttempts(pieceAttempts).Records.Get(ctx, string(id))
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if errors.Is(err, zenodo.ErrNotFound) || errors.Is(err, zenodo.ErrGone) {
		return nil // it is none of ours, or none any more
	}
	if err != nil || record.ID != id || w.run.Filter.Type != "" && record.Metadata.Type != w.run.Filter.Type {
		w.run.Tally.MissingIDs = append(w.run.Tally.MissingIDs, id)
		return nil
	}
	page := &listing{records: []*zenodo.Record{record}}
	known := w.note(page)
	if w.span.missing() == 0 {
		w.span.Unservable = nil
	}
	return w.commit(ctx, []store.Page{w.outgoing(page)}, known)
}

// search looks for ids among those of a span that were not received.
type search struct {
	walker    *walker
	received  []string
	questions int // that may still be asked
}

// from begins with what all ids have in common, if that is so of the missing
// ones. What cannot be found out is left out.
func (s *search) from(ctx context.Context, missing int) []string {
	if common := commonPrefix(s.received); len(common) > len(s.walker.span.IDPrefix) && s.missingBelow(ctx, common) == missing {
		return s.below(ctx, common, missing)
	}
	return s.below(ctx, s.walker.span.IDPrefix, missing)
}

// below returns the missing ids that begin with a prefix; there are
// as many as missing says.
func (s *search) below(ctx context.Context, prefix string, missing int) []string {
	if missing == 1 && len(prefix) == len(slices.MaxFunc(s.received, byLength)) {
		return []string{prefix}
	}
	var ids []string
	for _, next := range s.likely(prefix) {
		if missing <= 0 {
			return ids
		}
		if n := s.missingBelow(ctx, next); n > 0 {
			ids, missing = append(ids, s.below(ctx, next, n)...), missing-n
		}
	}
	if missing == 1 && prefix != "" && s.questions > 0 {
		ids = append(ids, prefix) // it has no further characters
	}
	return ids
}

func byLength(a, b string) int { return cmp.Compare(len(a), len(b)) }

// likely are the prefixes that are longer by one character, the most frequent
// ones among what was received first.
func (s *search) likely(prefix string) []string {
	var all []string
	for _, c := range charactersOf(s.received, prefix) {
		all = append(all, prefix+string(c))
	}
	slices.SortStableFunc(all, func(a, b string) int { return s.receivedBelow(b) - s.receivedBelow(a) })
	return all
}

// missingBelow asks how many ids begin with a prefix beyond those received. It
// asks for a page after the last one, which holds no record to fail over. It
// is 0 where that fails or was asked too often.
func (s *search) missingBelow(ctx context.Context, prefix string) int {
	if s.questions--; s.questions < 0 {
		return 0
	}
	bounds := Span{Community: s.walker.span.Community, Range: s.walker.span.Range}
	bounds.IDPrefix = prefix
	beyond := s.walker.span.Total + 1
	if s.walker.rest.window > 0 {
		beyond = min(beyond, s.walker.rest.window)
	}
	page, err := s.walker.rest.ask(ctx, bounds, beyond, 1)
	if err != nil {
		s.questions = 0
		return 0
	}
	return page.total - s.receivedBelow(prefix)
}

func (s *search) receivedBelow(prefix string) int {
	n := 0
	for _, id := range s.received {
		if strings.HasPrefix(id, prefix) {
			n++
		}
	}
	return n
}
