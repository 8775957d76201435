package report

import (
	"cmp"
	"iter"
	"maps"
	"slices"
	"time"

	"github.com/zharvest/zharvest/zenodo"
)

// MaxRecords is how many records a report lists where [Options] say nothing: so
// many a browser still sorts at once.
const MaxRecords = 50_000

// MaxChanges is how many changes a report lists.
const MaxChanges = 200

// Options is what a report says besides what records do.
type Options struct {
	// Title is the heading; empty stands for one made of the selection.
	Title string
	// Now is when the report is made, which is also what dates are compared
	// with.
	Now       time.Time
	Selection Selection
	Source    Source
	History   []Counted
	// Changes may be nil. Of its items, the first MaxChanges are kept.
	Changes *Changes
	// MaxRecords is how many records are listed; 0 stands for the constant.
	MaxRecords int
}

// Build reads records once and makes a report of them. Its memory grows with
// how many different concepts, titles, creators and other values there are, and
// with the rows listed, not with what records say at length. The error of
// records is returned as it is.
func Build(records iter.Seq2[*zenodo.Record, error], o Options) (*Report, error) {
	b := newBuilder(o)
	for r, err := range records {
		if err != nil {
			return nil, err
		}
		b.add(r)
	}
	return b.report(), nil
}

// builder is a report in the making.
type builder struct {
	o      Options
	counts Counts
	rows   []Row
	found  map[Issue]int

	concepts map[string]concept
	titles   map[string]titled

	years, months map[string]*Period
	growth        map[string]int

	types, access, licenses, keywords, creators, affiliations, communities tally

	selected           map[string]bool // communities of the selection
	viewed, downloaded top
}

// concept is what is known of the versions of a record.
type concept struct {
	listed  int // versions seen
	highest int // place among the versions
	// whether these counts were seen with one of its versions
	hasViews, hasDownloads bool
}

// titled is the record that had a title first. Rows are -1 where they are not
// in the list.
type titled struct {
	concept  string
	row      int
	versions []int // rows of other versions of it, until it is reported
	reported bool
}

func newBuilder(o Options) *builder {
	o.MaxRecords = cmp.Or(o.MaxRecords, MaxRecords)
	b := &builder{
		o: o, rows: []Row{}, found: map[Issue]int{}, concepts: map[string]concept{}, titles: map[string]titled{},
		years: map[string]*Period{}, months: map[string]*Period{}, growth: map[string]int{}, selected: map[string]bool{},
	}
	for _, slug := range o.Selection.Communities {
		b.selected[slug] = true
	}
	return b
}

func (b *builder) add(r *zenodo.Record) {
	b.counts.Records++
	row := newRow(r, b.o.Now)
	for _, issue := range row.Issues {
		b.found[issue]++
	}
	place := -1
	if len(b.rows) < b.o.MaxRecords {
		place = len(b.rows)
		b.rows = append(b.rows, row)
	}
	key := conceptKey(r)
	b.checkTitle(r, key, place)
	b.countConcept(r, key)
	b.countFiles(r)
	b.countDates(r)
	b.countValues(r)
}

// report puts together what was counted.
func (b *builder) report() *Report {
	o := b.o
	b.counts.Concepts = len(b.concepts)
	for _, c := range b.concepts {
		b.counts.Versions += max(c.listed, c.highest)
	}
	b.counts.Creators = len(b.creators.values)
	o.Selection.Communities = notNil(o.Selection.Communities)
	o.Source.Harvests = notNil(o.Source.Harvests)
	return &Report{
		Schema: Schema, Title: cmp.Or(clean(o.Title), clean(o.Selection.title())), GeneratedAt: o.Now.UTC().Format(time.RFC3339),
		Selection: o.Selection, Source: o.Source, Counts: b.counts,
		Years: sortedPeriods(b.years), Months: sortedPeriods(b.months), Growth: grow(b.growth),
		Types: b.types.ranking(), Access: b.access.ranking(), Licenses: b.licenses.ranking(), Keywords: b.keywords.ranking(),
		Creators: b.creators.ranking(), Affiliations: b.affiliations.ranking(), Communities: b.communities.ranking(),
		MostViewed: notNil(b.viewed), MostDownloaded: notNil(b.downloaded),
		History: notNil(o.History), Changes: cleanChanges(o.Changes), Quality: b.quality(),
		Records: b.rows, Omitted: b.counts.Records - len(b.rows),
	}
}

// notNil makes lists of JSON empty rather than null.
func notNil[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}

func sortedPeriods(periods map[string]*Period) []Period {
	all := make([]Period, 0, len(periods))
	for _, name := range slices.Sorted(maps.Keys(periods)) {
		all = append(all, *periods[name])
	}
	return all
}

func grow(added map[string]int) []Growth {
	all := make([]Growth, 0, len(added))
	total := 0
	for _, month := range slices.Sorted(maps.Keys(added)) {
		total += added[month]
		all = append(all, Growth{Month: month, Added: added[month], Total: total})
	}
	return all
}
