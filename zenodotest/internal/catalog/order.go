package catalog

import (
	"cmp"
	"math"
	"slices"

	"github.com/zharvest/zharvest/zenodotest/internal/synth"
)

// order is a way to sort: by one number, then by another. A record whose first
// number is unknown comes last, whichever way is sorted. Records that agree in
// both come in an order of chance that does not change: Zenodo does not break
// ties by identifier.
type order struct {
	by         func(c *Catalog, r ref) (int64, int64)
	descending bool
	isCreation bool
}

// orders are the values of the parameter sort: the names of before 2023, and
// the present ones.
var orders = map[string]order{
	"bestmatch": {byScore, true, false}, "-bestmatch": {byScore, false, false},
	"mostrecent": {byCreation, true, true}, "-mostrecent": {byCreation, false, true},
	"newest": {byCreation, true, true}, "oldest": {byCreation, false, true},
	"publication_date": {byPublication, true, false}, "-publication_date": {byPublication, false, false},
	"publication-desc": {byPublication, true, false}, "publication-asc": {byPublication, false, false},
	"journal": {byPublication, true, false}, "-journal": {byPublication, false, false},
	"journal-desc": {byPublication, true, false}, "journal-asc": {byPublication, false, false},
	"conference_session": {byScore, true, false}, "-conference_session": {byScore, false, false},
	"conference-desc": {byScore, true, false}, "conference-asc": {byScore, false, false},
	"mostviewed": {byViews, true, false}, "-mostviewed": {byViews, false, false},
	"mostdownloaded": {byDownloads, true, false},
	"version":        {byVersion, true, false}, "-version": {byVersion, false, false},
	"updated-desc": {byUpdate, true, false}, "updated-asc": {byUpdate, false, false},
	"newestactivity": {byUpdate, true, false}, "oldestactivity": {byUpdate, false, false},
}

// IsOrder reports whether there is a way to sort of that name.
func IsOrder(name string) bool {
	_, ok := orders[name]
	return ok
}

// byScore has no scores: all records that match do so equally well, and come
// in the order of chance in which ties come.
func byScore(c *Catalog, r ref) (int64, int64) { return int64(synth.Mix(uint64(c.id(r))) >> 1), 0 }

// byCreation compares milliseconds: that is what the engine keeps of a time.
func byCreation(c *Catalog, r ref) (int64, int64) {
	if r >= 0 {
		return floorMilli(c.made.Created(int(r))), 0
	}
	return floorMilli(c.searched[^r].created), 0
}

func byUpdate(c *Catalog, r ref) (int64, int64) {
	if r >= 0 {
		return floorMilli(c.made.Updated(int(r))), 0
	}
	return floorMilli(c.searched[^r].updated), 0
}

func byPublication(c *Catalog, r ref) (int64, int64) {
	created, _ := byCreation(c, r)
	if r >= 0 {
		return dateNumber(c.made.PublicationDate(int(r))), created
	}
	return dateNumber(c.searched[^r].published), created
}

func byViews(c *Catalog, r ref) (int64, int64) {
	if r >= 0 {
		return c.made.Stats(int(r)).UniqueViews, 0
	}
	return c.searched[^r].views, 0
}

func byDownloads(c *Catalog, r ref) (int64, int64) {
	if r >= 0 {
		return c.made.Stats(int(r)).UniqueDownloads, 0
	}
	return c.searched[^r].downloads, 0
}

func byVersion(c *Catalog, r ref) (int64, int64) {
	if r >= 0 {
		return int64(c.made.Index(int(r))), 0
	}
	return int64(c.searched[^r].index), 0
}

func floorMilli(micros int64) int64 {
	if micros < 0 {
		micros -= 999
	}
	return micros / 1000
}

// dateNumber turns YYYY, YYYY-MM, YYYY-MM-DD and intervals of these into a
// number that sorts as the text does.
func dateNumber(date string) int64 {
	var n int64
	for _, at := range [...]int{0, 1, 2, 3, 5, 6, 8, 9} {
		n <<= 7
		if at < len(date) {
			n |= int64(date[at] & 0x7f)
		}
	}
	return n
}

// isVerified reports whether a record's owner is verified.
func (c *Catalog) isVerified(r ref) bool {
	if r >= 0 {
		return isVerifiedNumber(c.made.Owner(int(r)), c.cfg.VerifiedOneIn)
	}
	return isVerified(c.searched[^r].owner, c.cfg.VerifiedOneIn)
}

// arrange sorts records, those of verified owners first where asked.
func (c *Catalog) arrange(refs []ref, o order, verifiedFirst bool) []ref {
	if !verifiedFirst {
		return c.sortBy(refs, o)
	}
	var verified, others []ref
	for _, r := range refs {
		if c.isVerified(r) {
			verified = append(verified, r)
		} else {
			others = append(others, r)
		}
	}
	return append(c.sortBy(verified, o), c.sortBy(others, o)...)
}

func (c *Catalog) sortBy(refs []ref, o order) []ref {
	if o.isCreation && len(refs) > 0 && refs[0] >= 0 && slices.IsSorted(refs) {
		return c.sortByNumber(refs, o)
	}
	return c.sortByKeys(refs, o)
}

// sortByNumber sorts made-up records, which come in the order of their
// numbers, by creation: only in bursts are there ties to see to.
func (c *Catalog) sortByNumber(refs []ref, o order) []ref {
	var ties [][2]int // the places of bursts among refs
	for from, to := range c.made.Bursts {
		first, _ := slices.BinarySearch(refs, ref(from))
		end, _ := slices.BinarySearch(refs, ref(to))
		if o.descending {
			first, end = len(refs)-end, len(refs)-first
		}
		ties = append(ties, [2]int{first, end})
	}
	if o.descending {
		slices.Reverse(refs)
	}
	for _, places := range ties {
		c.sortByKeys(refs[places[0]:places[1]], o)
	}
	return refs
}

func (c *Catalog) sortByKeys(refs []ref, o order) []ref {
	type keyed struct {
		first, second int64
		ref           ref
	}
	keys := make([]keyed, len(refs))
	for i, r := range refs {
		first, second := o.by(c, r)
		switch {
		case first == unknown:
			first = math.MaxInt64
		case o.descending:
			first, second = -first, -second
		}
		keys[i] = keyed{first, second, r}
	}
	chance := func(r ref) uint64 { return synth.Mix(uint64(c.id(r))) }
	slices.SortFunc(keys, func(a, b keyed) int {
		if d := cmp.Compare(a.first, b.first); d != 0 {
			return d
		}
		if d := cmp.Compare(a.second, b.second); d != 0 {
			return d
		}
		return cmp.Compare(chance(a.ref), chance(b.ref))
	})
	for i, k := range keys {
		refs[i] = k.ref
	}
	return refs
}
