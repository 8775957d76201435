package report

import (
	"fmt"
	"regexp"
	"time"
)

// shownRanking is how many values of a ranking a page lists; shownRecords how
// many records to fix, of each defect.
const (
	shownRanking = 15
	shownRecords = 50
)

// view is a report as people read it, on a page or in Markdown.
type view struct {
	*Report
	Facts, Tiles []fact
	Notes        []string

	YearTable, MonthTable  split
	YearChart, MonthChart  *chart // nil where there is nothing to draw
	GrowthChart            *chart
	ViewsChart, LoadsChart *chart
	Small, Large           []bars // rankings of few values, and of many
	Popular                []popular
	Defects                []defect
	TypeNames, AccessNames []string
	YearNames              []string
	Made                   string
}

// bars is a ranking.
type bars struct {
	ID, Title, Column string
	About             string // how many there are, and how many records have none
	Items             []bar
}

type bar struct {
	Name, URL string
	Records   int
	Share     string
	Width     string // of the bar, of 100
}

// popular is a list of records by a count.
type popular struct {
	ID, Title, Column string
	Items             []Entry
}

// defect is a kind of defect with the records to fix.
type defect struct {
	Finding
	Share string
	Width string
	Rows  []Row
	More  int // that are not among Rows
}

func newView(r *Report) *view {
	now, _ := time.Parse(time.RFC3339, r.GeneratedAt) // as Build writes it
	v := &view{Report: r, Facts: append(r.Selection.facts(), r.Source.facts()...), Tiles: r.Counts.tiles(), Notes: r.Counts.notes(), Made: moment(r.GeneratedAt)}
	v.YearTable, v.MonthTable = splitByType("Year", r.Years), splitByType("Month", r.Months)
	v.YearChart = stackedColumns("years", "Records by year of publication and type", splitByType("Year", yearAxis(r.Years, now)))
	if months := monthAxis(r.Months, now); len(months) > 0 {
		title := fmt.Sprintf("Records by month of publication and type, %s to %s", months[0].Period, months[len(months)-1].Period)
		v.MonthChart = stackedColumns("months", title, splitByType("Month", months))
	}
	v.GrowthChart = curve("growth", "Records in the repository, cumulated", "records", growthAxis(r.Growth))
	v.addHistory()
	v.addRankings()
	v.Popular = []popular{
		{"viewed", "Most viewed", "Views", r.MostViewed[:min(len(r.MostViewed), shownRanking)]},
		{"downloaded", "Most downloaded", "Downloads", r.MostDownloaded[:min(len(r.MostDownloaded), shownRanking)]},
	}
	v.addDefects()
	v.addChoices()
	return v
}

// tiles are the numbers at the head of a report.
func (c Counts) tiles() []fact {
	return []fact{
		{"Records", grouped(int64(c.Records))},
		{"Versions", grouped(int64(c.Versions))},
		{"Files", c.known(c.WithoutFiles, grouped(c.Files))},
		{"Size", c.known(c.WithoutFiles, bytesText(c.Bytes))},
		{"Creators", grouped(int64(c.Creators))},
		{"Views", c.known(c.WithoutStatistics, grouped(c.Views))},
		{"Downloads", c.known(c.WithoutStatistics, grouped(c.Downloads))},
	}
}

// known returns a sum, marked where records are not in it, or that it is not known.
func (c Counts) known(without int, sum string) string {
	switch {
	case without == 0:
		return sum
	case without >= c.Records:
		return "not known"
	}
	return "≥ " + sum
}

// notes say what the numbers lack and mean, a sentence each.
func (c Counts) notes() []string {
	var all []string
	add := func(n int, format string) {
		if n > 0 {
			all = append(all, fmt.Sprintf(format, grouped(int64(n))))
		}
	}
	if c.HiddenFiles == 1 {
		add(1, "Files of %s restricted or embargoed record are not public: they are not in the numbers of files and bytes.")
	} else {
		add(c.HiddenFiles, "Files of %s restricted or embargoed records are not public: they are not in the numbers of files and bytes.")
	}
	add(c.WithoutFiles-c.HiddenFiles, "%s without known files: they are not in the numbers of files and bytes.")
	add(c.MetadataOnly, "%s without files: they are metadata only.")
	add(c.WithoutStatistics, "%s without known views and downloads.")
	add(c.WithoutCreation, "%s without a known time of creation: they are not in the growth.")
	add(c.WithoutDate, "%s without a readable date of publication: they are in no year.")
	return all
}

func (v *view) addHistory() {
	if len(v.History) < 2 {
		return
	}
	var views, loads []point
	for _, c := range v.History {
		views = append(views, point{c.Day, c.Views})
		loads = append(loads, point{c.Day, c.Downloads})
	}
	v.ViewsChart = curve("views-over-time", "Views", "views", views)
	v.LoadsChart = curve("downloads-over-time", "Downloads", "downloads", loads)
}

func (v *view) addRankings() {
	r := v.Report
	shared := "Communities"
	if len(r.Selection.Communities) > 0 {
		shared = "Communities shared with"
	}
	v.Small = []bars{
		v.bars("types", "Types", "Type", r.Types),
		v.bars("access", "Access", "Access", r.Access),
		v.bars("licences", "Licences", "Licence", r.Licenses),
	}
	v.Large = []bars{
		v.bars("keywords", "Top keywords", "Keyword", r.Keywords),
		v.bars("creators", "Top creators", "Creator", r.Creators),
		v.bars("affiliations", "Top affiliations", "Affiliation", r.Affiliations),
		v.bars("communities", shared, "Community", r.Communities),
	}
}

var orcidForm = regexp.MustCompile(`^\d{4}-\d{4}-\d{4}-\d{3}[\dX]$`)

func (v *view) bars(id, title, column string, r Ranking) bars {
	b := bars{ID: id, Title: title, Column: column, About: "No records"}
	if v.Counts.Records > 0 {
		b.About = fmt.Sprintf("%s different; %s of %s records have none", grouped(int64(r.Distinct)), grouped(int64(r.Without)), grouped(int64(v.Counts.Records)))
	}
	for _, f := range r.Items[:min(len(r.Items), shownRanking)] {
		item := bar{Name: f.Name, Records: f.Records, Share: percent(f.Records, v.Counts.Records), Width: v.width(f.Records)}
		if orcidForm.MatchString(f.ORCID) {
			item.URL = "https://orcid.org/" + f.ORCID
		}
		b.Items = append(b.Items, item)
	}
	return b
}

// width is that of a bar for so many of all records, of 100.
func (v *view) width(n int) string {
	return places(100 * float64(n) / float64(max(v.Counts.Records, 1)))
}

func (v *view) addDefects() {
	for _, f := range v.Quality {
		rows := v.with(f.Issue, shownRecords)
		v.Defects = append(v.Defects, defect{
			Finding: f, Share: percent(f.Records, v.Counts.Records), Width: v.width(f.Records), Rows: rows, More: f.Records - len(rows),
		})
	}
}

// addChoices are the values by which the list can be filtered.
func (v *view) addChoices() {
	for _, f := range v.Types.Items {
		v.TypeNames = append(v.TypeNames, f.Name)
	}
	for _, f := range v.Access.Items {
		v.AccessNames = append(v.AccessNames, f.Name)
	}
	for i := len(v.Years) - 1; i >= 0; i-- {
		v.YearNames = append(v.YearNames, v.Years[i].Period)
	}
}
