package index

import (
	"slices"
	"time"

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

// Explain says how a query is understood at a moment; zero is the present. The
// error is that of [Check].
func Explain(q *querystring.Query, now time.Time) (*Explanation, error) {
	tree, read, err := explainTree(q, now)
	if err != nil {
		return nil, err
	}
	out := &Explanation{Query: q.Text, Sent: q.Sent, Loose: q.Reason, Tree: tree, SQL: []string{readSegmentsSQL}}
	for _, r := range read {
		if statement := r.sql(); !slices.Contains(out.SQL, statement) {
			out.SQL = append(out.SQL, statement)
		}
	}
	return out, nil
}

// sql is the statement that reads it.
func (r reading) sql() string {
	switch r.how {
	case readColumn:
		return readColumnSQL
	case readStatistic:
		return statisticSQL(r.field)
	case scanTerms:
		return scanKeysSQL
	}
	return findTermSQL
}
