package harvest

import (
	"slices"

	"github.com/zharvest/zharvest/zenodo"
)

// Covers reports whether s selects everything that other selects. Where that is
// hard to tell, as of two queries, it does not.
func (s Selection) Covers(other Selection) bool {
	s, other = s.canonical(), other.canonical()
	rest := s.rest()
	return (rest.Equal(other.rest()) || rest.Equal(Selection{Kind: other.Kind})) &&
		(s.Query == "" || s.Query == other.Query) &&
		(s.Type == "" || s.Type == other.Type) &&
		(s.Subtype == "" || s.Subtype == other.Subtype) &&
		(s.AllVersions || !other.AllVersions) &&
		s.coversCommunities(other) && s.coversTimes(other)
}

func (s Selection) coversCommunities(other Selection) bool {
	if len(s.Communities) == 0 {
		return true
	}
	outside := func(slug zenodo.Slug) bool { return !slices.Contains(s.Communities, slug) }
	return len(other.Communities) > 0 && !slices.ContainsFunc(other.Communities, outside)
}

// coversTimes does not compare times of change, which OAI-PMH selects by, with
// those of creation.
func (s Selection) coversTimes(other Selection) bool {
	if s.Via != other.Via {
		return s.Since == "" && s.Until == ""
	}
	since, until, err := s.times()
	otherSince, otherUntil, otherErr := other.times()
	return err == nil && otherErr == nil && !otherSince.Before(since) &&
		(until.IsZero() || !otherUntil.IsZero() && !otherUntil.After(until))
}

// Touches reports whether s may select anything that other selects, as far as
// communities, types and times can tell. A record of two communities may be
// found through one and listed under the other: that is not counted.
func (s Selection) Touches(other Selection) bool {
	s, other = s.canonical(), other.canonical()
	return s.Kind == other.Kind &&
		mayMeet(s.Type, other.Type) && mayMeet(s.Subtype, other.Subtype) &&
		s.touchesCommunities(other) && s.touchesTimes(other)
}

// mayMeet reports whether two conditions can hold at once; empty is none.
func mayMeet(a, b string) bool { return a == "" || b == "" || a == b }

func (s Selection) touchesCommunities(other Selection) bool {
	return len(s.Communities) == 0 || len(other.Communities) == 0 ||
		slices.ContainsFunc(s.Communities, func(slug zenodo.Slug) bool { return slices.Contains(other.Communities, slug) })
}

func (s Selection) touchesTimes(other Selection) bool {
	since, until, err := s.times()
	otherSince, otherUntil, otherErr := other.times()
	return err != nil || otherErr != nil || s.Via != other.Via ||
		(until.IsZero() || otherSince.Before(until)) && (otherUntil.IsZero() || since.Before(otherUntil))
}

// rest is the selection without what Covers compares by its meaning.
func (s Selection) rest() Selection {
	s.Query, s.Communities, s.Type, s.Subtype = "", nil, "", ""
	s.AllVersions, s.Since, s.Until, s.Via = false, "", "", ""
	return s
}
