package oai

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/zharvest/zharvest/oaipmh"
	"github.com/zharvest/zharvest/zenodo"
)

// countSet counts what a walk would list, and makes sure that the set exists
// where that is nothing.
func (o *Strategy) countSet(ctx context.Context, w *walker) (int, error) {
	total, err := w.count(ctx)
	if err == nil && total == 0 {
		err = o.checkSet(ctx, w.part.Community)
	}
	return total, err
}

// checkSet returns a [*zenodo.FilterError] where the server does not list the
// set of a community, to be called where that set seems to be empty: an unknown
// one has the same answer. A set that is empty between two times alone costs
// one request. Otherwise the sets are listed until it is found, which may take
// Zenodo some minutes.
func (o *Strategy) checkSet(ctx context.Context, community zenodo.Slug) error {
	if community == "" {
		return nil
	}
	whole := o.walkOf(0, &Part{Community: community}, Span{})
	if total, err := whole.count(ctx); err != nil || total > 0 {
		return err
	}
	missing, err := persist(ctx, func() (*zenodo.FilterError, error) { return o.missingSet(ctx, community) })
	if err != nil || missing == nil {
		return err
	}
	return missing
}

// missingSet lists the sets, and returns nil once it finds that of a community.
func (o *Strategy) missingSet(ctx context.Context, community zenodo.Slug) (*zenodo.FilterError, error) {
	spec := o.dialect.CommunitySet(community)
	missing := &zenodo.FilterError{
		Problem: "the server does not list the set " + spec,
		Hint:    "harvest the community without --via oai",
	}
	for set, err := range o.client.Sets(ctx) {
		if errors.Is(err, oaipmh.ErrNoSetHierarchy) {
			break
		}
		if err != nil {
			return nil, err
		}
		if set.Spec == spec {
			return nil, nil
		}
		if prefix, ok := strings.CutSuffix(set.Spec, "-"+string(community)); ok && !strings.Contains(prefix, "-") {
			missing.Hint = fmt.Sprintf("the set of this community is %s; harvest it without --via oai", set.Spec)
		}
	}
	return missing, nil
}
