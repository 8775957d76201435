package main

import (
	"fmt"
	"strings"

	"github.com/zharvest/zharvest/cmd/zharvest/internal/term"
	"github.com/zharvest/zharvest/index"
)

// printExplanation shows how a query is understood.
func (c *searchCmd) printExplanation(a *app) error {
	q, err := c.query()
	if err != nil {
		return err
	}
	if q.Parsed, err = a.readQuery(c.Query, true); err != nil {
		return err
	}
	x, err := index.Explain(q.Parsed, q.Now)
	if err != nil {
		return err
	}
	if a.flags.JSON {
		return a.stdout.PrintJSON(x)
	}
	var b strings.Builder
	fmt.Fprintf(&b, "query: %s\n", x.Query)
	switch {
	case x.Loose != "":
		fmt.Fprintf(&b, "Zenodo cannot parse it (%s) and searches for any of its words\n", x.Loose)
	case x.Sent != "":
		fmt.Fprintf(&b, "sent:  %s\n", x.Sent)
	}
	if x.Tree == nil {
		b.WriteString("everything\n")
	} else {
		outline(&b, x.Tree, "")
	}
	for _, statement := range x.SQL {
		fmt.Fprintf(&b, "SQL:   %s\n", statement)
	}
	for line := range strings.Lines(b.String()) {
		if _, err := fmt.Fprintln(a.stdout, term.Printable(strings.TrimSuffix(line, "\n"))); err != nil {
			return err
		}
	}
	return nil
}

// outline writes a node, what it is looked for in, and its clauses, further in.
func outline(b *strings.Builder, n *index.ExplainedNode, indent string) {
	occur := n.Occur
	if occur != "" {
		occur += " "
	}
	fmt.Fprintf(b, "%s%s%s: %s\n", indent, occur, n.Kind, n.Text)
	for _, f := range n.Fields {
		terms := "nothing"
		if len(f.Terms) > 0 {
			terms = strings.Join(f.Terms, " | ")
		}
		if n.Kind == "exists" {
			terms = "any value"
		}
		fmt.Fprintf(b, "%s    %s  (%s in %s)\n", indent, terms, f.Analysis, strings.Join(f.Names, ", "))
	}
	if len(n.Fields)+len(n.Clauses) == 0 && n.Kind != "everything" {
		fmt.Fprintf(b, "%s    nothing: the index has no such field\n", indent)
	}
	for _, c := range n.Clauses {
		outline(b, c, indent+"  ")
	}
}
