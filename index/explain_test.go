package index_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/zharvest/zharvest/index"
	"github.com/zharvest/zharvest/querystring"
)

// outline writes a tree in one line.
func outline(n *index.ExplainedNode) string {
	if n == nil {
		return "nothing"
	}
	var parts []string
	for _, f := range n.Fields {
		parts = append(parts, strings.Join(f.Names, ",")+" "+f.Analysis+" "+strings.Join(f.Terms, "|"))
	}
	for _, c := range n.Clauses {
		parts = append(parts, c.Occur+" "+outline(c))
	}
	return n.Kind + "(" + strings.Join(parts, "; ") + ")"
}

func TestExplain(t *testing.T) {
	now := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	for text, want := range map[string]string{
		"":                           "nothing",
		"title:COVID-19":             "words(metadata.title folded covid19)",
		`keywords:"Open access"`:     "phrase(metadata.subjects.subject words open|access)",
		"type:dataset":               "words(metadata.resource_type.props.type whole dataset)",
		"title:a AND -keywords:b":    "group(must words(metadata.title folded a); must not words(metadata.subjects.subject words b))",
		"title:É?a*":                 "wildcard(metadata.title folded e?a*)",
		"title:bats~1":               "fuzzy(metadata.title folded bats)",
		"type:/data.*/":              "regexp(metadata.resource_type.props.type whole data.*)",
		"title:Cov*":                 "beginning(metadata.title folded cov)",
		"filecount:[1 TO 5}":         "range(files.count number [1 TO 5})",
		"created:2020":               "words(created date [2020-01-01T00:00:00.000Z TO 2020-01-01T23:59:59.999Z])",
		"created:[now-1d TO *]":      "range(created date [2025-12-31T00:00:00.000Z TO *])",
		"stats.all_versions.views:3": "words(stats.all_versions.views statistic [3 TO 3])",
		"_exists_:metadata.subjects": "exists(metadata.subjects.subject words ,metadata.subjects.subject.keyword,metadata.subjects.id,metadata.subjects.scheme whole )",
		"*:*":                        "everything()",
		"nothing:x":                  "words()",
		`title:("---" OR x)`:         "group(should words(metadata.title folded x))",
	} {
		got, err := index.Explain(parsed(text), now)
		if err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		line := strings.ReplaceAll(outline(got.Tree), "; metadata.subjects", ",metadata.subjects")
		if diff := cmp.Diff(want, line); diff != "" {
			t.Errorf("%s (-want +got):\n%s", text, diff)
		}
		if len(got.SQL) == 0 {
			t.Errorf("%s: no SQL", text)
		}
	}
	loose, err := index.Explain(parsed("(open"), now)
	if err != nil || loose.Loose == "" || loose.Tree == nil || len(loose.Tree.Fields) < 3 {
		t.Errorf("a loose query: %+v, %v", loose, err)
	}
	for _, text := range []string{"created:abc", "type:/a&b/"} { // the second is refused by the index alone
		if _, err := index.Explain(parsed(text), now); !errors.As(err, new(*querystring.Error)) {
			t.Errorf("%s, which every search refuses: %v", text, err)
		}
	}
}
