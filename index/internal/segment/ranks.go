package segment

import (
	"cmp"
	"slices"
)

// Order is an order of documents by a column of texts. Ties are in order of id.
// A segment has a column with the place of each document in each order.
type Order struct {
	Text    int // the column
	Compare func(a, b string) int
}

// ranks are the places of documents in an order.
func (o Order) ranks(texts, ids []string) []int64 {
	docs := make([]int, len(texts))
	for i := range docs {
		docs[i] = i
	}
	slices.SortFunc(docs, func(a, b int) int {
		return cmp.Or(o.Compare(texts[a], texts[b]), CompareIDs(ids[a], ids[b]), cmp.Compare(a, b))
	})
	ranks := make([]int64, len(docs))
	for rank, doc := range docs {
		ranks[doc] = int64(rank)
	}
	return ranks
}
