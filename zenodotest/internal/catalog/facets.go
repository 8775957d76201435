package catalog

import (
	"cmp"
	"slices"
	"strings"

	"github.com/zharvest/zharvest/internal/vocab"
	"github.com/zharvest/zharvest/zenodotest/internal/forms"
	"github.com/zharvest/zharvest/zenodotest/internal/rawjson"
	"github.com/zharvest/zharvest/zenodotest/internal/synth"
)

// countFacets makes the aggregations of a search: small ones.
func (c *Catalog) countFacets(refs []ref) []byte {
	access, kinds, madeKinds := map[string]int{}, map[[2]string]int{}, map[*synth.Kind]int{}
	open := 0 // by far the most frequent
	for _, r := range refs {
		if r >= 0 {
			madeKinds[c.made.Kind(int(r))]++
			if name := c.made.Status(int(r)); name == "open" {
				open++
			} else {
				access[name]++
			}
			continue
		}
		e := c.entries[^r]
		access[e.access]++
		kinds[[2]string{e.kind, e.subtype}]++
	}
	if open > 0 {
		access["open"] += open
	}
	for kind, n := range madeKinds {
		kinds[[2]string{kind.Type, kind.Subtype}] += n
	}
	return rawjson.Spaced(struct {
		Access facet `json:"access_status"`
		Types  facet `json:"resource_type"`
	}{facet{accessBuckets(access), "Access status"}, facet{typeBuckets(kinds), "Resource types"}})
}

type facet struct {
	Buckets []bucket `json:"buckets"`
	Label   string   `json:"label"`
}

func accessBuckets(counts map[string]int) []bucket {
	buckets := []bucket{}
	for name, n := range counts {
		if name != "" {
			buckets = append(buckets, bucket{Key: name, Count: n, Label: forms.Titled(name)})
		}
	}
	sortBuckets(buckets)
	return buckets
}

func typeBuckets(counts map[[2]string]int) []bucket {
	sums := map[string]*bucket{}
	for kind, n := range counts {
		b := sums[kind[0]]
		if b == nil {
			b = &bucket{Key: kind[0], Label: TypeTitle(kind[0], ""), Inner: &inner{Buckets: []bucket{}}}
			sums[kind[0]] = b
		}
		b.Count += n
		if kind[1] != "" {
			b.Inner.Buckets = append(b.Inner.Buckets, bucket{Key: kind[0] + "-" + kind[1], Count: n, Label: TypeTitle(kind[0], kind[1])})
		}
	}
	buckets := []bucket{}
	for _, b := range sums {
		sortBuckets(b.Inner.Buckets)
		buckets = append(buckets, *b)
	}
	sortBuckets(buckets)
	return buckets
}

// TypeTitle is the title of a resource type in the vocabulary; of one that is not
// in it, one that is made of its name.
func TypeTitle(kind, subtype string) string {
	if t, ok := vocab.ResourceTypes().Find(strings.TrimSuffix(kind+"-"+subtype, "-")); ok {
		return t.Title
	}
	return forms.Titled(cmp.Or(subtype, kind))
}

// bucket is one line of an aggregation.
type bucket struct {
	Key        string `json:"key"`
	Count      int    `json:"doc_count"`
	Label      string `json:"label"`
	IsSelected bool   `json:"is_selected"`
	Inner      *inner `json:"inner,omitempty"`
}

type inner struct {
	Buckets []bucket `json:"buckets"`
}

// sortBuckets puts the largest first.
func sortBuckets(buckets []bucket) {
	slices.SortFunc(buckets, func(a, b bucket) int {
		if a.Count != b.Count {
			return b.Count - a.Count
		}
		return strings.Compare(a.Key, b.Key)
	})
}
