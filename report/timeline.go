package report

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"
)

// How many series, years and months charts show; what is more is put together.
const (
	maxSeries = 6
	maxYears  = 25
	maxMonths = 36
)

// What charts and tables call records without a type, and the types that have
// no series of their own.
const (
	noType     = "no type"
	otherTypes = "other types"
)

// What charts call the years before and after those that they show.
const (
	earlier = "earlier"
	later   = "later"
)

// split is periods divided among the most frequent types.
type split struct {
	Header string // of the column of periods
	Series []string
	Rows   []splitRow
}

type splitRow struct {
	Name    string
	Records int
	Values  []int // in step with Series
}

// splitByType divides periods among the most frequent types of all.
func splitByType(header string, periods []Period) split {
	series := frequentTypes(periods)
	s := split{Header: header, Series: series}
	for _, p := range periods {
		row := splitRow{Name: p.Period, Records: p.Records, Values: make([]int, len(series))}
		for kind, n := range p.Types {
			row.Values[seriesOf(series, kind)] += n
		}
		s.Rows = append(s.Rows, row)
	}
	return s
}

// frequentTypes are the names of series: types by how many records have them,
// and one for the rest where there are more.
func frequentTypes(periods []Period) []string {
	records := map[string]int{}
	for _, p := range periods {
		for kind, n := range p.Types {
			records[typeName(kind)] += n
		}
	}
	names := slices.SortedFunc(maps.Keys(records), func(a, b string) int {
		return cmp.Or(cmp.Compare(records[b], records[a]), cmp.Compare(a, b))
	})
	if len(names) > maxSeries {
		names = append(names[:maxSeries-1], otherTypes)
	}
	return names
}

func typeName(kind string) string {
	if kind == "" {
		return noType
	}
	return kind
}

// seriesOf is the place of a type among the series, the last one for others.
func seriesOf(series []string, kind string) int {
	if i := slices.Index(series, typeName(kind)); i >= 0 {
		return i
	}
	return len(series) - 1
}

// yearAxis is the years of a chart, without gaps. What lies before the last
// maxYears, or after the next year, is one period each.
func yearAxis(periods []Period, now time.Time) []Period {
	if len(periods) == 0 {
		return nil
	}
	number := func(p Period) int { n, _ := strconv.Atoi(p.Period); return n } // they are digits
	last := min(number(periods[len(periods)-1]), now.Year()+1)
	first := max(number(periods[0]), last-maxYears+1)
	first = min(first, last)
	axis := make([]Period, last-first+1)
	for i := range axis {
		axis[i].Period = fmt.Sprintf("%04d", first+i)
	}
	before, after := Period{Period: earlier}, Period{Period: later}
	for _, p := range periods {
		switch n := number(p); {
		case n < first:
			before = plus(before, p)
		case n > last:
			after = plus(after, p)
		default:
			axis[n-first] = p
		}
	}
	if before.Records > 0 {
		axis = append([]Period{before}, axis...)
	}
	if after.Records > 0 {
		axis = append(axis, after)
	}
	return axis
}

// plus adds the records of a period to those of another.
func plus(to, p Period) Period {
	types := map[string]int{}
	for _, from := range []Period{to, p} {
		for kind, n := range from.Types {
			types[kind] += n
		}
	}
	return Period{Period: to.Period, Records: to.Records + p.Records, Types: types}
}

// monthAxis is the last months of a chart, without gaps, up to the present or
// the last one that has records before it.
func monthAxis(periods []Period, now time.Time) []Period {
	byMonth := map[string]Period{}
	last := ""
	for _, p := range periods {
		byMonth[p.Period] = p
		if p.Period <= now.UTC().Format("2006-01") {
			last = p.Period
		}
	}
	end, err := time.Parse("2006-01", last)
	if err != nil {
		return nil
	}
	var axis []Period
	for i := maxMonths - 1; i >= 0; i-- {
		month := end.AddDate(0, -i, 0).Format("2006-01")
		p := byMonth[month]
		p.Period = month
		if len(axis) > 0 || p.Records > 0 {
			axis = append(axis, p)
		}
	}
	return axis
}

// growthAxis is the cumulative growth without gaps.
func growthAxis(growth []Growth) []point {
	var points []point
	for i, g := range growth {
		if i > 0 {
			for m := nextMonth(growth[i-1].Month); m < g.Month; m = nextMonth(m) {
				points = append(points, point{m, int64(growth[i-1].Total)})
			}
		}
		points = append(points, point{g.Month, int64(g.Total)})
	}
	return points
}

func nextMonth(month string) string {
	t, err := time.Parse("2006-01", month)
	if err != nil {
		return strings.Repeat("9", len(month)) // after all others
	}
	return t.AddDate(0, 1, 0).Format("2006-01")
}
