package engine

import (
	"context"
	"time"

	"github.com/zharvest/zharvest/index/internal/segment"
	"github.com/zharvest/zharvest/zenodo"
)

// filter keeps of a set what the rest of the query selects.
func (e *evaluator) filter(ctx context.Context, set segment.Bitset, q Query) error {
	if e.segment.Dead != nil {
		set.AndNot(e.segment.Dead)
	}
	if !q.AllVersions {
		set.And(e.segment.Latest)
	}
	if !q.IncludeGone {
		set.AndNot(e.segment.Gone)
	}
	if q.Type != "" {
		if err := e.keep(ctx, set, fType, q.Type); err != nil {
			return err
		}
	}
	if q.Subtype != "" {
		if err := e.keep(ctx, set, fSubtype, q.Type+"-"+q.Subtype); err != nil {
			return err
		}
	}
	if len(q.Communities) > 0 {
		if err := e.keepCommunities(ctx, set, q.Communities); err != nil {
			return err
		}
	}
	if !q.Since.IsZero() || !q.Until.IsZero() {
		if err := e.keepCreated(ctx, set, q.Since, q.Until); err != nil {
			return err
		}
	}
	if q.Among != nil {
		held, err := e.withRecords(ctx, q.Among)
		if err != nil {
			return err
		}
		set.And(held)
	}
	return nil
}

func (e *evaluator) keep(ctx context.Context, set segment.Bitset, f segment.Field, term string) error {
	p, _, err := e.segment.Terms.Find(ctx, segment.Key(f, term))
	if err != nil {
		return err
	}
	with := e.segment.empty()
	if err := p.AddTo(with); err != nil {
		return err
	}
	set.And(with)
	return nil
}

func (e *evaluator) keepCommunities(ctx context.Context, set segment.Bitset, slugs []zenodo.Slug) error {
	any := e.segment.empty()
	for _, slug := range slugs {
		p, _, err := e.segment.Terms.Find(ctx, segment.Key(fCommunity, string(slug)))
		if err != nil {
			return err
		}
		if err := p.AddTo(any); err != nil {
			return err
		}
	}
	set.And(any)
	return nil
}

func (e *evaluator) keepCreated(ctx context.Context, set segment.Bitset, since, until time.Time) error {
	from, to := int64(minNumber), int64(maxNumber)
	if !since.IsZero() {
		from = since.UnixMicro()
	}
	if !until.IsZero() {
		to = until.UnixMicro() - 1
	}
	between, err := e.documentsBetween(ctx, ColumnCreated, from, to)
	if err != nil {
		return err
	}
	set.And(between)
	return nil
}
