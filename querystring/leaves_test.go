package querystring_test

import (
	"slices"
	"testing"

	"github.com/zharvest/zharvest/querystring"
)

func TestLeaves(t *testing.T) {
	for text, want := range map[string][]string{
		"":                      nil,
		"title:(":               nil,
		"bats":                  {" bats"},
		"*:*":                   {" *:*"},
		"a AND (id:b OR -id:c)": {" a", "id id:b", "id id:c"},
		`id:"x y" id:a* id:a?b id:a~1 id:/a/ id:[a TO b] _exists_:id`: {
			`id id:"x y"`, "id id:a*", "id id:a?b", "id id:a~1", "id id:/a/", "id id:[a TO b]", "id _exists_:id",
		},
	} {
		q, err := querystring.Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for n := range q.Leaves() {
			got = append(got, querystring.FieldOf(n)+" "+n.String())
		}
		if !slices.Equal(got, want) {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
		for range q.Leaves() {
			break // must end
		}
	}
}
