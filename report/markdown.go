package report

import (
	"bufio"
	"cmp"
	"fmt"
	"io"
)

// markdown writes a report as a document.
type markdown struct{ *bufio.Writer }

func writeMarkdown(w io.Writer, r *Report) error {
	v := newView(r)
	m := markdown{bufio.NewWriterSize(w, 64<<10)}
	m.head(v)
	m.overTime(v)
	m.rankings(v)
	m.use(v)
	m.changes(v.Changes)
	m.quality(v)
	m.list(v)
	fmt.Fprintf(m, "\nMade with zharvest on %s.\n", v.Made)
	return m.Flush() // which tells the first error of all
}

func (m markdown) head(v *view) {
	fmt.Fprintf(m, "# %s\n", markdownText(v.Title))
	m.heading("What this report is about")
	m.table([]string{"", ""}, func(row func(...string)) {
		for _, f := range v.Facts {
			row(f.Name, markdownText(f.Value))
		}
	})
	m.table([]string{"Count", "#"}, func(row func(...string)) {
		for _, t := range v.Tiles {
			row(t.Name, t.Value)
		}
	})
	m.harvests(v.Source.Harvests)
	fmt.Fprint(m, "\nVersions counts all versions of these records, also where not all were selected; views and downloads are by visitors, each once an hour, of all versions of a record together, as Zenodo shows them, and count once.\n")
	for _, n := range v.Notes {
		fmt.Fprintf(m, "\n%s\n", n)
	}
}

func (m markdown) harvests(harvests []Harvest) {
	if len(harvests) == 0 {
		return
	}
	m.table([]string{"Harvest", "# Records", "# On the server", "State", "Last run", "Last full run"}, func(row func(...string)) {
		for _, h := range harvests {
			row(markdownText(h.Name), h.HeldText(), h.OfText(), h.State, cmp.Or(moment(h.LastRunAt), "never"), cmp.Or(moment(h.LastFullAt), "never"))
		}
	})
}

func (m markdown) overTime(v *view) {
	m.heading("Records by year of publication and type")
	m.split(v.YearTable)
	m.heading("Records by month of publication and type")
	m.split(v.MonthTable)
	m.heading("Growth")
	m.table([]string{"Month", "# Added", "# In sum"}, func(row func(...string)) {
		for _, g := range v.Growth {
			row(g.Month, grouped(int64(g.Added)), grouped(int64(g.Total)))
		}
	})
}

func (m markdown) split(s split) {
	header := []string{s.Header, "# Records"}
	for _, name := range s.Series {
		header = append(header, "# "+markdownText(name))
	}
	m.table(header, func(row func(...string)) {
		for _, r := range s.Rows {
			cells := []string{r.Name, grouped(int64(r.Records))}
			for _, n := range r.Values {
				cells = append(cells, grouped(int64(n)))
			}
			row(cells...)
		}
	})
}

func (m markdown) rankings(v *view) {
	for _, b := range append(v.Small, v.Large...) {
		m.heading(b.Title)
		m.table([]string{b.Column, "# Records", "# Share"}, func(row func(...string)) {
			for _, item := range b.Items {
				row(markdownLink(item.Name, item.URL), grouped(int64(item.Records)), item.Share)
			}
		})
		fmt.Fprintf(m, "\n%s.\n", b.About)
	}
}

func (m markdown) use(v *view) {
	for _, p := range v.Popular {
		m.heading(p.Title)
		m.table([]string{"Record", "# " + p.Column}, func(row func(...string)) {
			for _, e := range p.Items {
				row(markdownLink(e.Title, e.URL), grouped(e.Count))
			}
		})
	}
	if v.ViewsChart == nil {
		return
	}
	m.heading("Views and downloads over time")
	m.table([]string{"Day", "# Views", "# Downloads"}, func(row func(...string)) {
		for _, c := range v.History {
			row(c.Day, grouped(c.Views), grouped(c.Downloads))
		}
	})
}

func (m markdown) changes(c *Changes) {
	m.heading("What changed")
	if c == nil {
		fmt.Fprint(m, "\nThere was no earlier harvest to compare with.\n")
		return
	}
	fmt.Fprintf(m, "\nSince the harvest of %s: %d added, %d changed, %d deleted from the repository, %d no longer in the selection.\n",
		moment(c.Since), c.Added, c.Changed, c.Gone, c.Left)
	if len(c.Items) > 0 {
		m.table([]string{"Record", "Change", "What"}, func(row func(...string)) {
			for _, i := range c.Items {
				what := i.Reason
				if i.Field != "" {
					what = i.Field + ": " + cmp.Or(i.Old, "nothing") + " → " + cmp.Or(i.New, "nothing")
				}
				row(markdownLink(i.Title, i.URL), i.Change, markdownText(what))
			}
		})
	}
	if c.Omitted > 0 {
		fmt.Fprintf(m, "\n%d more are not shown.\n", c.Omitted)
	}
}

func (m markdown) quality(v *view) {
	m.heading("Quality of the metadata")
	m.table([]string{"What", "# Records", "# Share", "To fix it"}, func(row func(...string)) {
		for _, d := range v.Defects {
			row(d.What, grouped(int64(d.Records)), d.Share, d.Fix)
		}
	})
	for _, d := range v.Defects {
		if d.Records == 0 {
			continue
		}
		fmt.Fprintf(m, "\n### %s\n\n", d.What)
		for _, r := range d.Rows {
			fmt.Fprintf(m, "- %s\n", markdownLink(r.Title, r.URL))
		}
		if d.More > 0 {
			fmt.Fprintf(m, "\nAnd %s more.\n", grouped(int64(d.More)))
		}
	}
}

func (m markdown) list(v *view) {
	m.heading("All records")
	if v.Omitted > 0 {
		fmt.Fprintf(m, "\nThese are the first %s; %s more are counted above and not listed.\n", grouped(int64(len(v.Records))), grouped(int64(v.Omitted)))
	}
	m.table([]string{"Record", "Creators", "DOI", "Date", "Type", "Access", "Licence", "# Views", "# Downloads", "# Size"}, func(row func(...string)) {
		for _, r := range v.Records {
			row(markdownLink(r.Title, r.URL), markdownText(r.Creators), markdownText(r.DOI), markdownText(r.Date), markdownText(r.Type),
				markdownText(r.Access), markdownText(r.License),
				orBlank(r.Views, grouped), orBlank(r.Downloads, grouped), orBlank(r.Size, bytesText))
		}
	})
}

// orBlank writes a number, if it is known.
func orBlank(n *int64, write func(int64) string) string {
	if n == nil {
		return ""
	}
	return write(*n)
}
