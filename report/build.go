package report

import (
	"cmp"
	"iter"
	"maps"
	"slices"
	"strings"
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
	listed   int // versions seen
	highest  int // place among the versions
	hasStats bool
}

// titled is the record that had a title first.
type titled struct {
	concept string
	row     int // in the list; -1 where it is not in it
	told    bool
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

func conceptKey(r *zenodo.Record) string {
	if r.ConceptID == "" {
		return "record " + string(r.ID)
	}
	return string(r.ConceptID)
}

// countConcept counts what versions share once. Of several versions the first
// that comes stands for all.
func (b *builder) countConcept(r *zenodo.Record, key string) {
	c := b.concepts[key]
	c.listed++
	c.highest = max(c.highest, r.VersionIndex)
	if r.Stats == nil {
		b.counts.WithoutStatistics++
	} else if !c.hasStats {
		c.hasStats = true
		b.counts.Views += r.Stats.Views
		b.counts.Downloads += r.Stats.Downloads
		b.viewed.offer(r, r.Stats.Views)
		b.downloaded.offer(r, r.Stats.Downloads)
	}
	b.concepts[key] = c
}

func (b *builder) countFiles(r *zenodo.Record) {
	if r.Files == nil {
		b.counts.WithoutFiles++
	}
	b.counts.Files += int64(len(r.Files))
	b.counts.Bytes += r.Size()
}

func (b *builder) countDates(r *zenodo.Record) {
	year, month := published(r.Metadata.PublicationDate)
	kind := strings.ToLower(clean(r.Metadata.Type))
	countPeriod(b.years, year, kind)
	countPeriod(b.months, month, kind)
	if year == "" {
		b.counts.WithoutDate++
	}
	if created, ok := createdMonth(r.CreatedAt); ok {
		b.growth[created]++
	} else {
		b.counts.WithoutCreation++
	}
}

func countPeriod(periods map[string]*Period, name, kind string) {
	if name == "" {
		return
	}
	p, ok := periods[name]
	if !ok {
		p = &Period{Period: name, Types: map[string]int{}}
		periods[name] = p
	}
	p.Records++
	p.Types[kind]++
}

func (b *builder) countValues(r *zenodo.Record) {
	n, m := b.counts.Records, &r.Metadata
	b.types.countAll(n, m.Type)
	b.access.countAll(n, m.AccessRight)
	b.licenses.countAll(n, m.License)
	b.keywords.countAll(n, m.Keywords...)
	b.countCreators(n, m.Creators)
	var shared []string
	for _, slug := range r.Communities {
		if !b.selected[string(slug)] {
			shared = append(shared, string(slug))
		}
	}
	b.communities.countAll(n, shared...)
}

// countCreators tells creators apart by ORCID, else by name.
func (b *builder) countCreators(record int, creators []zenodo.Creator) {
	affiliations := make([]string, len(creators))
	none := true
	for i := range creators {
		c := &creators[i]
		affiliations[i] = c.Affiliation
		name := clean(c.Name)
		if name == "" {
			continue
		}
		none = false
		if orcid := clean(c.ORCID); orcid != "" {
			b.creators.countAs(record, "orcid "+orcid, Frequency{Name: name, ORCID: orcid})
			continue
		}
		b.creators.count(record, name)
	}
	if none {
		b.creators.without++
	}
	b.affiliations.countAll(record, affiliations...)
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
