package catalog

import (
	"cmp"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/zharvest/zharvest/internal/vocab"
	"github.com/zharvest/zharvest/zenodotest/internal/forms"
	"github.com/zharvest/zharvest/zenodotest/internal/rawjson"
	"github.com/zharvest/zharvest/zenodotest/internal/synth"
)

const (
	// mostBuckets is how many of the largest buckets of a facet there are.
	mostBuckets = 10
	// years is how many before this one are counted.
	years = 26
)

// traits of a kept record.
func (e *entry) traits() traits {
	return traits{e.access, e.kind, e.subtype, e.published, e.fileTypes, e.subjects}
}

// madeTraits are those of a made-up record.
func (c *Catalog) madeTraits(i int) traits {
	kind := c.made.Kind(i)
	t := traits{access: c.made.Status(i), kind: kind.Type, subtype: kind.Subtype, published: c.made.PublicationDate(i)}
	if fileType := c.made.FileType(i); fileType != "" {
		t.fileTypes = []string{fileType}
	}
	for keyword := range c.made.Keywords(i) {
		t.subjects = append(t.subjects, c.made.Text(keyword))
	}
	return t
}

// pass leaves the records that have a selected value of each facet.
func (c *Catalog) pass(refs []ref, f filter) []ref {
	if !f.any {
		return refs
	}
	return slices.DeleteFunc(slices.Clone(refs), func(r ref) bool {
		if r >= 0 {
			return !f.passes(c.madeTraits(int(r)))
		}
		return !f.passes(c.searched[^r].traits())
	})
}

// counts are how many records have each value of each facet.
type counts struct {
	access, fileTypes, subjects map[string]int
	kinds                       map[[2]string]int
	years                       map[int]int
}

// countFacets makes the aggregations of a search. Each record counts once for each
// of its values.
func (c *Catalog) countFacets(refs []ref, f filter) []byte {
	n := counts{map[string]int{}, map[string]int{}, map[string]int{}, map[[2]string]int{}, map[int]int{}}
	keywords := map[synth.Keyword]int{}
	for _, r := range refs {
		if r < 0 {
			n.add(c.searched[^r].traits())
			continue
		}
		i := int(r)
		kind := c.made.Kind(i)
		n.kinds[[2]string{kind.Type, kind.Subtype}]++
		n.access[c.made.Status(i)]++
		n.addFileType(c.made.FileType(i))
		n.addYears(c.made.PublicationDate(i))
		if !c.cfg.Native {
			for keyword := range c.made.Keywords(i) {
				keywords[keyword]++
			}
		}
	}
	n.addKeywords(keywords, c.made.Text)
	return rawjson.Spaced(c.facets(n, f))
}

func (n *counts) add(t traits) {
	n.access[t.access]++
	n.kinds[[2]string{t.kind, t.subtype}]++
	for _, fileType := range t.fileTypes {
		n.addFileType(fileType)
	}
	for _, subject := range t.subjects {
		n.subjects[subject]++
	}
	n.addYears(t.published)
}

// addKeywords counts the keywords of made-up records, but none that cannot be among
// the most frequent: nearly all of them are rare.
func (n *counts) addKeywords(keywords map[synth.Keyword]int, text func(synth.Keyword) string) {
	kept := 0
	for _, count := range n.subjects {
		kept = max(kept, count)
	}
	all := slices.Sorted(maps.Values(keywords))
	least := 0
	if len(all) > mostBuckets {
		least = all[len(all)-mostBuckets] - kept
	}
	for keyword, count := range keywords {
		if count >= least {
			n.subjects[text(keyword)] += count
		}
	}
}

func (n *counts) addFileType(fileType string) {
	if fileType != "" {
		n.fileTypes[fileType]++
	}
}

// addYears counts all years of a publication date.
func (n *counts) addYears(published string) {
	first, last, ok := publishedDays(published)
	for year := first / 10000; ok && year <= last/10000; year++ {
		n.years[year]++
	}
}

// facets are the aggregations in the order in which the server has them. Another
// InvenioRDM has no subjects.
func (c *Catalog) facets(n counts, f filter) any {
	published := facet{c.yearBuckets(n.years, f), "Publication date"}
	access := facet{buckets(n.access, f.Access, sentence), "Access status"}
	types := facet{typeBuckets(n.kinds, f), "Resource types"}
	files := facet{buckets(n.fileTypes, f.FileTypes, strings.ToUpper), "File type"}
	if c.cfg.Native {
		return struct {
			Published facet `json:"publication_date"`
			Access    facet `json:"access_status"`
			FileTypes facet `json:"file_type"`
			Types     facet `json:"resource_type"`
		}{published, access, files, types}
	}
	return struct {
		Published facet `json:"publication_date"`
		Access    facet `json:"access_status"`
		Types     facet `json:"resource_type"`
		Subjects  facet `json:"subject"`
		FileTypes facet `json:"file_type"`
	}{published, access, types, facet{buckets(n.subjects, f.Subjects, strings.Clone), "Subjects"}, files}
}

type facet struct {
	Buckets []bucket `json:"buckets"`
	Label   string   `json:"label"`
}

// yearBuckets are the years from the first to the last that records have, those
// between them without any included.
func (c *Catalog) yearBuckets(counts map[int]int, f filter) []bucket {
	all := []bucket{}
	found := slices.Sorted(maps.Keys(counts))
	first := c.cfg.Now().Year() - years
	for len(found) > 0 && found[0] < first {
		found = found[1:]
	}
	if len(found) == 0 {
		return all
	}
	for year := found[0]; year <= found[len(found)-1]; year++ {
		key := strconv.Itoa(year)
		all = append(all, bucket{Key: key, Count: counts[year], Label: key, IsSelected: f.isYearSelected(year)})
	}
	return all
}

// buckets are the largest, with labels made of their keys.
func buckets(counts map[string]int, selected []string, label func(string) string) []bucket {
	all := []bucket{}
	for key, n := range counts {
		if key != "" {
			all = append(all, bucket{Key: key, Count: n, Label: label(key), IsSelected: slices.Contains(selected, key)})
		}
	}
	return largest(all)
}

func typeBuckets(counts map[[2]string]int, f filter) []bucket {
	sums := map[string]*bucket{}
	for kind, n := range counts {
		b := sums[kind[0]]
		if b == nil {
			b = &bucket{
				Key: kind[0], Label: TypeTitle(kind[0], ""), IsSelected: slices.Contains(f.Types, kind[0]), Inner: &inner{Buckets: []bucket{}},
			}
			sums[kind[0]] = b
		}
		b.Count += n
		if kind[1] != "" {
			key := kind[0] + "-" + kind[1]
			isSelected := slices.Contains(f.Types, kind[0]+"::"+key)
			b.Inner.Buckets = append(b.Inner.Buckets, bucket{Key: key, Count: n, Label: TypeTitle(kind[0], kind[1]), IsSelected: isSelected})
		}
	}
	all := []bucket{}
	for _, b := range sums {
		b.Inner.Buckets = largest(b.Inner.Buckets)
		all = append(all, *b)
	}
	return largest(all)
}

// TypeTitle is the title of a resource type in the vocabulary; of one that is not
// in it, one that is made of its name.
func TypeTitle(kind, subtype string) string {
	if t, ok := vocab.ResourceTypes().Find(strings.TrimSuffix(kind+"-"+subtype, "-")); ok {
		return t.Title
	}
	return forms.Titled(cmp.Or(subtype, kind))
}

// sentence gives a text a capital.
func sentence(text string) string { return strings.ToUpper(text[:1]) + text[1:] }

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

// largest are the largest buckets, in the order of their size.
func largest(buckets []bucket) []bucket {
	slices.SortFunc(buckets, func(a, b bucket) int { return cmp.Or(b.Count-a.Count, strings.Compare(a.Key, b.Key)) })
	return buckets[:min(len(buckets), mostBuckets)]
}
