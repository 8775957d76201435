package querystring_test

import (
	"fmt"

	"github.com/zharvest/zharvest/querystring"
)

func ExampleParse() {
	q, err := querystring.Parse(`title:bats OR doi:10.5281/zenodo.1 AND type:dataset`)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(q.Sent)
	for _, c := range q.Root.(*querystring.Boolean).Clauses {
		fmt.Println(c.Occur, c.Node)
	}
	for _, w := range q.Warnings {
		fmt.Println("try:", w.Suggestion)
	}
	// Output:
	// metadata.title:bats OR pids.doi.identifier:"10.5281/zenodo.1" AND metadata.resource_type.props.type:dataset
	// SHOULD metadata.title:bats
	// MUST pids.doi.identifier:"10.5281/zenodo.1"
	// MUST metadata.resource_type.props.type:dataset
	// try: title:bats OR (doi:10.5281/zenodo.1 AND type:dataset)
}

func ExampleAnd() {
	q, err := querystring.And("bats OR caves", querystring.Between("created", "2024-01-01T00:00:00Z", "2024-02-01T00:00:00Z"))
	fmt.Println(q, err)
	_, err = querystring.And(`title:"bats`, "type:dataset")
	fmt.Println(err)
	// Output:
	// (bats OR caves) AND created:[2024-01-01T00:00:00Z TO 2024-02-01T00:00:00Z} <nil>
	// not a query that Zenodo can parse: character 7: a quotation mark is not closed
}
