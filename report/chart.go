package report

import (
	"fmt"
	"math"
	"strings"
	"time"
)

// The size of a chart and of the place around it, in units of its view box.
const (
	chartWidth  = 960.0
	chartHeight = 260.0
	leftMargin  = 58.0
	rightMargin = 34.0
	topMargin   = 12.0
	lowMargin   = 28.0
)

// chart is an SVG picture of numbers that stand in a table beside it.
type chart struct {
	ID, Title, About string
	Lines            []gridLine
	Labels           []axisLabel
	Columns          []column
	Area, Curve      string // of a path
	Dots             []dot
	Legend           []string // names of the series, in the order of their colours
}

type gridLine struct {
	Y     string
	Label string
}

type axisLabel struct{ X, Text string }

// column is a part of a stacked column.
type column struct {
	X, Y, Width, Height string
	Series              int
	Tip                 string
}

type dot struct{ X, Y, Tip string }

// point is a value at a time, YYYY-MM or YYYY-MM-DD.
type point struct {
	at    string
	value int64
}

// scale maps values to heights.
type scale struct{ top float64 }

func (s scale) y(value float64) float64 {
	return chartHeight - lowMargin - (chartHeight-lowMargin-topMargin)*value/s.top
}

// newScale chooses a round end of an axis, and the lines across it.
func newScale(highest int64) (scale, []gridLine) {
	step := niceStep(highest)
	top := step * int64(math.Ceil(float64(max(highest, 1))/float64(step)))
	s := scale{float64(top)}
	var lines []gridLine
	for v := int64(0); v <= top; v += step {
		lines = append(lines, gridLine{Y: places(s.y(float64(v))), Label: brief(v)})
	}
	return s, lines
}

// niceStep is 1, 2 or 5 times a power of ten, so that there are up to five
// steps.
func niceStep(highest int64) int64 {
	for power := int64(1); ; power *= 10 {
		for _, factor := range []int64{1, 2, 5} {
			if step := factor * power; highest <= 5*step || power > math.MaxInt64/100 {
				return step
			}
		}
	}
}

// brief writes a number of an axis.
func brief(n int64) string {
	switch {
	case n >= 1_000_000:
		return strings.TrimSuffix(fmt.Sprintf("%.1f", float64(n)/1e6), ".0") + "M"
	case n >= 10_000:
		return strings.TrimSuffix(fmt.Sprintf("%.1f", float64(n)/1e3), ".0") + "k"
	}
	return grouped(n)
}

// places writes a coordinate.
func places(f float64) string { return fmt.Sprintf("%.1f", f) }

// stackedColumns draws a column a row, divided by series.
func stackedColumns(id, title string, s split) *chart {
	if len(s.Rows) == 0 {
		return nil
	}
	highest, sum := 0, 0
	for _, row := range s.Rows {
		highest = max(highest, row.Records)
		sum += row.Records
	}
	axis, lines := newScale(int64(highest))
	c := &chart{ID: id, Title: title, Lines: lines, Legend: s.Series}
	c.About = fmt.Sprintf("Stacked columns from %s to %s: %s records, at most %s in one column.",
		s.Rows[0].Name, s.Rows[len(s.Rows)-1].Name, grouped(int64(sum)), grouped(int64(highest)))
	room := (chartWidth - leftMargin - rightMargin) / float64(len(s.Rows))
	width := min(room*0.78, 48)
	every := labelEvery(len(s.Rows), room)
	for i, row := range s.Rows {
		middle := leftMargin + room*(float64(i)+0.5)
		if isLabelled(s.Rows, i, every) {
			c.Labels = append(c.Labels, axisLabel{places(middle), row.Name})
		}
		c.Columns = append(c.Columns, stack(row, s.Series, axis, middle-width/2, width)...)
	}
	return c
}

func stack(row splitRow, series []string, axis scale, x, width float64) []column {
	var columns []column
	sum := 0
	for i, n := range row.Values {
		if n == 0 {
			continue
		}
		low, high := axis.y(float64(sum)), axis.y(float64(sum+n))
		columns = append(columns, column{
			X: places(x), Y: places(high), Width: places(width), Height: places(low - high), Series: i,
			Tip: fmt.Sprintf("%s, %s: %s", row.Name, series[i], grouped(int64(n))),
		})
		sum += n
	}
	return columns
}

// isLabelled reports whether a column has a label: each so many, counted from the
// last one, and what is put together at either end, which nobody could guess.
func isLabelled(rows []splitRow, i, every int) bool {
	atEnd := func(j int) bool { return rows[j].Name == earlier || rows[j].Name == later }
	beside := i > 0 && atEnd(i-1) || i+1 < len(rows) && atEnd(i+1)
	return atEnd(i) || (len(rows)-1-i)%every == 0 && (every == 1 || !beside)
}

// labelEvery leaves out labels that would touch each other.
func labelEvery(n int, room float64) int {
	const widest = 58.0
	for every := 1; every < n; every++ {
		if room*float64(every) >= widest {
			return every
		}
	}
	return max(n, 1)
}

// curve draws values over time; filled colours what is below.
func curve(id, title, unit string, points []point) *chart {
	if len(points) < 2 {
		return nil
	}
	highest := int64(0)
	for _, p := range points {
		highest = max(highest, p.value)
	}
	axis, lines := newScale(highest)
	first, last := points[0], points[len(points)-1]
	c := &chart{ID: id, Title: title, Lines: lines}
	c.About = fmt.Sprintf("Line from %s %s in %s to %s in %s.", grouped(first.value), unit, first.at, grouped(last.value), last.at)
	from, until := timeOf(first.at), timeOf(last.at)
	x := func(p point) float64 {
		part := float64(timeOf(p.at).Sub(from)) / float64(max(until.Sub(from), 1))
		return leftMargin + (chartWidth-leftMargin-rightMargin)*part
	}
	var path strings.Builder
	for i, p := range points {
		command := "L"
		if i == 0 {
			command = "M"
		}
		fmt.Fprintf(&path, "%s%s %s", command, places(x(p)), places(axis.y(float64(p.value))))
		if len(points) <= maxMonths {
			c.Dots = append(c.Dots, dot{places(x(p)), places(axis.y(float64(p.value))), fmt.Sprintf("%s: %s %s", p.at, grouped(p.value), unit)})
		}
	}
	c.Curve = path.String()
	base := places(axis.y(0))
	c.Area = fmt.Sprintf("%sL%s %sL%s %sZ", c.Curve, places(x(last)), base, places(x(first)), base)
	c.Labels = timeLabels(points, x)
	return c
}

// timeLabels names some of the times, always the first and never two that
// touch.
func timeLabels(points []point, x func(point) float64) []axisLabel {
	const widest = 84.0
	var labels []axisLabel
	end := math.Inf(-1)
	for _, p := range points {
		if at := x(p); at-end >= widest {
			labels = append(labels, axisLabel{places(at), p.at})
			end = at
		}
	}
	return labels
}

func timeOf(at string) time.Time {
	t, err := time.Parse(time.DateOnly, at)
	if err != nil {
		t, _ = time.Parse("2006-01", at) // one of the two, by whoever makes points
	}
	return t
}
