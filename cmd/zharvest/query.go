package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/zharvest/zharvest/harvest"
	"github.com/zharvest/zharvest/index"
	"github.com/zharvest/zharvest/querystring"
)

// looseFlag is the flag of commands whose lists are kept, so that a slip in the
// query must not go into them unseen.
type looseFlag struct {
	Loose bool `help:"Take a query that Zenodo cannot read all the same: then it searches for any of its words."`
}

// readQuery parses the query of a command, and warns of what Zenodo accepts but
// surely was not meant. A query that Zenodo refuses is an error, and so is one
// of which it searches any of the words, unless loose.
func (a *app) readQuery(text string, loose bool) (*querystring.Query, error) {
	q, err := parseQuery(text)
	if err != nil {
		return nil, err
	}
	if q.Loose && !loose {
		return nil, &querystring.Error{
			Pos: q.Pos, Text: q.Text,
			Msg:  q.Reason + ": Zenodo cannot read this as a query, and would search for any of its words, operators and names of fields included",
			Hint: meantQuery(q) + "; --loose insists on any of its words",
		}
	}
	a.warnAboutQuery(q)
	return q, nil
}

// parseQuery parses a query. The error is a [*querystring.Error] for one that
// Zenodo refuses. What the index alone cannot search is left to its search.
func parseQuery(text string) (*querystring.Query, error) {
	q, err := querystring.Parse(text)
	if err != nil {
		return nil, err
	}
	now, err := fixedNow()
	if err != nil {
		return nil, err
	}
	err = index.Check(q, now)
	if e, ok := errors.AsType[*querystring.Error](err); ok && e.Status == 0 {
		err = nil
	}
	return q, err
}

// meantQuery says how to write a query that Zenodo cannot read.
func meantQuery(q *querystring.Query) string {
	for _, w := range q.Warnings {
		if w.Suggestion != "" {
			return "write " + w.Suggestion
		}
	}
	return `close brackets and quotes, and put a word that has : ( ) [ ] { } ^ ~ " or / in it between quotes`
}

// checkSaved checks the query of a saved harvest, which an earlier version may
// have saved: it warns of one that Zenodo cannot read, and returns an error for
// one that Zenodo refuses.
func (a *app) checkSaved(name string, sel harvest.Selection) error {
	if sel.Kind != harvest.KindRecords {
		return nil
	}
	again := fmt.Sprintf("drop it with \"zharvest forget %s\" and harvest again with the query that was meant", shellQuote(name))
	q, err := parseQuery(sel.Query)
	if err != nil {
		return &hintedError{err, again, exitUsage}
	}
	if q.Loose {
		a.warn("the harvest %q has the query %s, which Zenodo cannot read (%s), so it has records with any of its words; %s: %s",
			name, q.Text, q.Reason, again, meantQuery(q))
	}
	return nil
}

// maxWarnings is how many warnings of a query are shown: each may show all of it.
const maxWarnings = 10

// warnAboutQuery warns of what Zenodo accepts but surely was not meant.
func (a *app) warnAboutQuery(q *querystring.Query) {
	a.warnTooLong(index.TooLong(q))
	for i, w := range q.Warnings {
		if i == maxWarnings {
			a.warn("query: there are %d more of such warnings", len(q.Warnings)-i)
			return
		}
		if w.Suggestion == "" {
			a.warn("query: %s", w.Message)
			continue
		}
		a.warn("query: %s; write %s", w.Message, q.Text[:w.Pos]+w.Suggestion+q.Text[w.End:])
	}
}

// warnAboutLength warns of fuzzy words that stand for so much that Zenodo refuses
// the query. Of one that is too long without that, warnAboutQuery has warned.
func (a *app) warnAboutLength(ctx context.Context, db *index.DB, q *querystring.Query) error {
	if index.TooLong(q) != "" {
		return nil
	}
	reason, err := db.TooLong(ctx, q)
	a.warnTooLong(reason)
	return err
}

func (a *app) warnTooLong(reason string) {
	if reason != "" {
		a.warn("query: Zenodo refuses it as too long: %s; name the fields, or ask in several queries", reason)
	}
}

// warnAboutFields warns of fields that Zenodo has and the index has not. Where
// Zenodo has no such field either, warnAboutQuery has said so. Of the publisher,
// Zenodo's JSON has only the one of an imprint.
func (a *app) warnAboutFields(q *querystring.Query) {
	for n := range q.Leaves() {
		if name := querystring.FieldOf(n); name == "metadata.publisher" || name == "metadata.publisher.keyword" {
			a.warn("query: of records without an imprint the publisher is not known here, and %s does not find them; ask Zenodo itself with zharvest search --online", q.Text[n.At().Pos:n.At().End])
		}
	}
	for _, n := range index.UnindexedFields(q) {
		if at := n.At(); !isWarnedOf(q, n) {
			a.warn("query: the index does not have the field of %s, so it matches nothing here; ask Zenodo itself with zharvest search --online", q.Text[at.Pos:at.End])
		}
	}
}
