package zenodotest

import (
	"cmp"
	"strings"
)

// facet is an aggregation of what is not records.
type facet struct {
	Buckets []facetBucket `json:"buckets"`
	Label   string        `json:"label"`
}

type facetBucket struct {
	Key        string `json:"key"`
	Count      int    `json:"doc_count"`
	Label      string `json:"label"`
	IsSelected bool   `json:"is_selected"`
}

// compare puts the largest first.
func (b facetBucket) compare(other facetBucket) int {
	return cmp.Or(other.Count-b.Count, strings.Compare(b.Key, other.Key))
}
