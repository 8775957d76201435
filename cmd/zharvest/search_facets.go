package main

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/zharvest/zharvest/cmd/zharvest/internal/term"
	"github.com/zharvest/zharvest/index"
)

// facetNames reads the list of --facets.
func facetNames(list string) ([]string, error) {
	known := index.FacetNames()
	var names []string
	for name := range strings.SplitSeq(list, ",") {
		name = strings.TrimSpace(name)
		if !slices.Contains(known, name) {
			return nil, usageError(fmt.Sprintf("there is no facet %q", name), "the facets are "+strings.Join(known, ", "))
		}
		if slices.Contains(names, name) {
			return nil, usageError(fmt.Sprintf("facet %q is given twice", name), "name each once")
		}
		names = append(names, name)
	}
	return names, nil
}

// facets prints the values of the records found and how many records have them:
// as tables on a terminal, as lines of facet, value and number for other
// programs, or as JSON.
func (c *searchCmd) facets(ctx context.Context, a *app) error {
	names, err := facetNames(c.Facets)
	if err != nil {
		return err
	}
	return c.selected(ctx, a, c.Query, true, func(db *index.DB, q index.Query) error {
		facets, err := db.Facets(ctx, q, names, c.Top)
		switch {
		case err != nil:
			return err
		case a.flags.JSON:
			values := make([]any, len(facets))
			for i, f := range facets {
				values[i] = f.Values
			}
			return writeObjects(a.stdout, names, allOf([][]any{values}), true)
		case a.stdout.IsTerminal():
			return a.printFacetTables(facets)
		}
		for _, f := range facets {
			for _, v := range f.Values {
				if _, err := fmt.Fprintf(a.stdout, "%s\t%s\t%d\n", f.Name, term.Printable(v.Value), v.Count); err != nil {
					return err
				}
			}
		}
		return nil
	})
}

func (a *app) printFacetTables(facets []index.Facet) error {
	for i, f := range facets {
		if i > 0 {
			fmt.Fprintln(a.stdout)
		}
		rows := make([][]string, len(f.Values))
		for i, v := range f.Values {
			rows[i] = []string{v.Value, fmt.Sprint(v.Count)}
		}
		if rest := f.Total - len(f.Values); rest > 0 {
			rows = append(rows, []string{fmt.Sprintf("(%d more; --top 0 shows all)", rest), ""})
		}
		if err := a.stdout.PrintTable([]string{f.Name, "records"}, rows); err != nil {
			return err
		}
	}
	return nil
}
