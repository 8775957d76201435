package index

import (
	"slices"
	"time"

	"github.com/zharvest/zharvest/index/internal/engine"
	"github.com/zharvest/zharvest/querystring"
)

// Explanation says how a query is understood.
type Explanation struct {
	Query string `json:"query"` // as typed
	// Sent is what Zenodo's engine gets of it, Loose why it gets only its words.
	Sent  string `json:"sent,omitempty"`
	Loose string `json:"loose,omitempty"`
	// Tree is nil for the empty query, which finds everything.
	Tree *ExplainedNode `json:"tree"`
	// SQL is what the index asks SQLite to find all this.
	SQL []string `json:"sql"`
}

// ExplainedNode is a part of a query, with the parts that it consists of.
type ExplainedNode = engine.ExplainedNode

// ExplainedField is one or several fields in which a part of a query is looked
// for in the same way.
type ExplainedField = engine.ExplainedField

// Explain says how a query is understood at a moment; zero is the present. The
// error is that of [Check].
func Explain(q *querystring.Query, now time.Time) (*Explanation, error) {
	tree, read, err := engine.Explain(q, now)
	if err != nil {
		return nil, err
	}
	out := &Explanation{Query: q.Text, Sent: q.Sent, Loose: q.Reason, Tree: tree, SQL: []string{readSegmentsSQL}}
	for _, r := range read {
		if statement := statementOf(r); !slices.Contains(out.SQL, statement) {
			out.SQL = append(out.SQL, statement)
		}
	}
	return out, nil
}

// statementOf is the statement that reads a field so.
func statementOf(r engine.Reading) string {
	if r.How == engine.ReadStatistic {
		return statisticSQL(r.Field)
	}
	return readPageSQL
}
