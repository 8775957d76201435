package synth

import (
	"math"

	"github.com/zharvest/zharvest/internal/vocab"
)

// Kind is a type of record with what goes with it.
type Kind struct {
	Type, Subtype, Title string
	extension            string
	weight               int // in a thousand
}

// kinds are resource types with how often they come.
var kinds = kindsOf([]share{
	{"publication-article", "pdf", 300},
	{"publication-taxonomictreatment", "html", 110},
	{"publication-conferencepaper", "pdf", 60},
	{"publication-preprint", "pdf", 50},
	{"publication-report", "pdf", 40},
	{"publication-deliverable", "pdf", 20},
	{"publication-dissertation", "pdf", 15},
	{"publication-book", "pdf", 10},
	{"publication-section", "pdf", 10},
	{"publication-other", "pdf", 10},
	{"image-figure", "png", 90},
	{"dataset", "csv", 125},
	{"software", "zip", 90},
	{"presentation", "pptx", 25},
	{"poster", "pdf", 15},
	{"video", "mp4", 10},
	{"other", "zip", 15},
	{"lesson", "md", 5},
})

type share struct {
	id, extension string
	weight        int
}

func kindsOf(shares []share) []Kind {
	kinds := make([]Kind, len(shares))
	for i, s := range shares {
		t, _ := vocab.ResourceTypes().Find(s.id)
		kinds[i] = Kind{t.Type(), t.Subtype(), t.Title, s.extension, s.weight}
	}
	return kinds
}

// kindTable maps a number below a thousand to a kind.
var kindTable = func() (table [1000]uint8) {
	at := 0
	for k, kind := range kinds {
		for range kind.weight {
			table[at] = uint8(k)
			at++
		}
	}
	return table
}()

// Slugs are the names of the communities, the largest first.
var Slugs = []string{
	"biodiversity-literature", "eu-research", "ocean-observations", "open-astronomy", "covid-evidence",
	"climate-models", "digital-humanities-lab", "genome-commons", "particle-physics-data", "soil-atlas",
	"research-software", "urban-mobility", "language-archives", "crystal-structures", "citizen-science",
	"energy-systems", "polar-data", "medieval-manuscripts", "quantum-notes", "tiny_community",
}

// Kind is what record i is. All versions of a record are of one kind.
func (c *Corpus) Kind(i int) *Kind {
	return &kinds[kindTable[c.hash(streamKind, c.Root(i))%1000]]
}

// Access is open, restricted or embargoed.
func (c *Corpus) Access(i int) string {
	switch h := c.hash(streamKind, c.Root(i)) >> 32 % 100; {
	case h < 6:
		return "restricted"
	case h < 8:
		return "embargoed"
	}
	return "open"
}

// Status is as Access, but that an open record without files is one of metadata
// only.
func (c *Corpus) Status(i int) string {
	access := c.Access(i)
	if own := random(c.hash(streamRecord, i)); access == "open" && own.below(1000) < withoutFiles {
		return "metadata-only"
	}
	return access
}

// withoutFiles is how many records in a thousand have no files.
const withoutFiles = 40

// Owner is the number of the user to whom record i belongs. A third of the
// records belong to fifty users.
func (c *Corpus) Owner(i int) int64 {
	h := c.hash(streamOwner, c.Root(i))
	if h%3 == 0 {
		return 7000 + int64(h>>8%50)
	}
	return 10_000 + int64(h>>8%90_000)
}

// Communities are two indexes into [Slugs], -1 for none. Four records in ten
// are in no community, one in ten is in two. Each community is about as much
// smaller than the first as its place says: half, a third, a quarter.
func (c *Corpus) Communities(i int) (first, second int) {
	h := c.hash(streamCommunity, c.Root(i))
	switch share := h % 10; {
	case share < 4:
		return -1, -1
	case share < 9:
		return community(h >> 16), -1
	}
	first, second = community(h>>16), community(h>>40)
	if first == second {
		return first, -1
	}
	return first, second
}

func community(h uint64) int {
	return int(math.Exp2(float64(h&0xffffff)/0x1000000*math.Log2(float64(len(Slugs)+1)))) - 1
}

// In reports whether record i is in a community, given by its index in [Slugs].
func (c *Corpus) In(i, slug int) bool {
	first, second := c.Communities(i)
	return first == slug || second == slug
}

// Stats are numbers of views and downloads by different visitors.
type Stats struct{ Views, UniqueViews, Downloads, UniqueDownloads int64 }

// Stats is what record i has been used, counted for its concept.
func (c *Corpus) Stats(i int) Stats {
	h := c.hash(streamViews, c.Root(i))
	views := int64(math.Exp(unit(h)*unit(Mix(h))*14)) + int64(h%40)
	downloads := views * int64(h>>20%100) / 80
	return Stats{views, views - views/12, downloads, downloads - downloads/9}
}

// Revision is the number of times that record i was stored.
func (c *Corpus) Revision(i int) int { return 2 + int(c.hash(streamUpdated, i)>>56%9) }
