package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/zharvest/zharvest/harvest"
	"github.com/zharvest/zharvest/index"
	"github.com/zharvest/zharvest/store"
	"github.com/zharvest/zharvest/zenodo"
)

// saved is a harvest of the index with its selection.
type saved struct {
	name       string
	state      string
	comparedAt *string // RFC 3339, nil if the ids were never compared
	harvest.Selection
}

// complete reports whether nothing is known to be missing.
func (s saved) complete() bool { return s.state != store.StateIncomplete }

func savedHarvests(ctx context.Context, db *index.DB) ([]saved, error) {
	harvests, err := db.Harvests(ctx)
	if err != nil {
		return nil, err
	}
	var all []saved
	for _, h := range harvests {
		s := saved{name: h.Name, state: h.State, comparedAt: h.ComparedAt}
		if json.Unmarshal(h.Selection, &s.Selection) == nil { // another version's may be more than is known here
			all = append(all, s)
		}
	}
	return all, nil
}

// selectionOf is what would have to be harvested for a list, its text aside.
func selectionOf(q index.Query) harvest.Selection {
	sel := harvest.Selection{Communities: q.Communities, Type: q.Type, Subtype: q.Subtype, AllVersions: q.AllVersions}
	if !q.Since.IsZero() {
		sel.Since = q.Since.Format(time.RFC3339Nano)
	}
	if !q.Until.IsZero() {
		sel.Until = q.Until.Format(time.RFC3339Nano)
	}
	return sel
}

// warnAboutSelection warns of whatever makes a list empty or short without
// showing it: communities, types, fields and values that the index does not
// have, harvests that are incomplete, and records that are known only in part. All
// commands that select from the index call it once. A harvest that is named and
// not in the index is an error.
func (a *app) warnAboutSelection(ctx context.Context, db *index.DB, q index.Query) error {
	harvests, err := savedHarvests(ctx, db)
	if err != nil {
		return err
	}
	if err := checkHarvest(harvests, q.Harvest); err != nil {
		return err
	}
	a.warnAboutFields(q.Parsed)
	a.warnIncomplete(harvests, q)
	return errors.Join(
		a.warnAboutLength(ctx, db, q.Parsed),
		a.warnAboutCommunities(ctx, db, harvests, q),
		a.warnAboutTypes(ctx, db, q),
		a.warnAboutValues(ctx, db, q.Parsed),
		a.warnUnknown(ctx, db, q),
	)
}

// checkHarvest refuses a name that no harvest has, and finds the one meant.
func checkHarvest(harvests []saved, name string) error {
	var names []string
	for _, h := range harvests {
		names = append(names, h.name)
	}
	if name == "" || slices.Contains(names, name) {
		return nil
	}
	return &hintedError{
		err:  fmt.Errorf("harvest %q: not in the index%s", name, didYouMean(name, names)),
		hint: `"zharvest status" shows what there is`,
		code: exitNotFound,
	}
}

// warnAboutCommunities warns of communities that were never harvested.
func (a *app) warnAboutCommunities(ctx context.Context, db *index.DB, harvests []saved, q index.Query) error {
	for _, slug := range q.Communities {
		one := selectionOf(q)
		one.Communities = []zenodo.Slug{slug}
		if err := a.warnAboutCommunity(ctx, db, harvests, one, q.Harvest != ""); err != nil {
			return err
		}
	}
	return nil
}

// warnAboutCommunity warns of a community that the index holds nothing of, or
// only what came along with others. The latter does not matter among the
// records of a harvest that was named.
func (a *app) warnAboutCommunity(ctx context.Context, db *index.DB, harvests []saved, sel harvest.Selection, named bool) error {
	slug := sel.Communities[0]
	if slices.ContainsFunc(harvests, func(h saved) bool { return slices.Contains(h.Communities, slug) }) {
		return nil
	}
	fetch := "zharvest harvest -c " + shellQuote(string(slug))
	has, err := db.HasCommunity(ctx, slug)
	if err != nil {
		return err
	}
	if has {
		switch i := slices.IndexFunc(harvests, func(h saved) bool { return h.Covers(sel) }); {
		case named:
		case i < 0:
			a.warn("the community %s was never harvested itself, so this list has only what other harvests brought; for the rest: %s", slug, fetch)
		default:
			a.warnAboutMembers(slug, harvests[i], fetch)
		}
		return nil
	}
	slugs, err := db.CommunitySlugs(ctx)
	if err != nil {
		return err
	}
	meant := didYouMean(string(slug), slugs)
	if meant == "" {
		meant = "; to fetch them: " + fetch
	}
	a.warn("the index holds no records of the community %s%s", slug, meant)
	return nil
}

// warnAboutMembers warns of records of a community that come from a harvest of
// more than that: that a record joins or leaves does not count as a change of it.
func (a *app) warnAboutMembers(slug zenodo.Slug, h saved, fetch string) {
	since := ""
	if h.comparedAt != nil {
		since = " since " + *h.comparedAt
	}
	a.warn("records may have joined or left the community %s%s: the harvest %q, which holds it, does not see that; to compare its members: %s", slug, since, h.name, fetch)
}

// warnIncomplete warns of harvests that lack records which a list would have.
func (a *app) warnIncomplete(harvests []saved, q index.Query) {
	for _, h := range harvests {
		if !h.complete() && shortens(h, harvests, q.Harvest, selectionOf(q)) {
			a.warn("the harvest %q is incomplete, so this list may be short; run it again, with --full where that does not help", h.name)
		}
	}
}

// shortens reports whether a list may lack what an incomplete harvest lacks. It
// does not where the harvest selects something else, or where another one has
// it all. A list of one harvest lacks what that does.
func shortens(h saved, harvests []saved, named string, sel harvest.Selection) bool {
	if named != "" {
		return named == h.name
	}
	return h.Touches(sel) && !covered(harvests, h.Selection) && !covered(harvests, sel)
}

// covered reports whether one complete harvest holds all that is selected.
func covered(harvests []saved, sel harvest.Selection) bool {
	return slices.ContainsFunc(harvests, func(h saved) bool { return h.complete() && h.Covers(sel) })
}
