package segment

import (
	"math"
	"slices"
)

// Near returns the documents, among those in within, that hold the words of a
// phrase with so many moves of a word by one position. words tells which of the
// terms are the same: equal ones must stand in different places.
func Near(terms []Postings, words []int, within Bitset, slop int) (Bitset, error) {
	n := &nearness{words: words, slop: int64(slop), lists: make([][]int64, len(terms)), next: make([]int, len(terms))}
	for i, p := range terms {
		r, err := newPositions(p)
		if err != nil {
			return nil, err
		}
		n.readers = append(n.readers, r)
		n.repeated = n.repeated || slices.Contains(words[:i], words[i])
	}
	found := NewBitset(len(within) * 64)
	cursors := make([]int, len(terms))
	for _, doc := range n.readers[0].docs {
		if !within.Has(doc) {
			continue
		}
		ok, err := n.read(cursors, doc)
		if err != nil {
			return nil, err
		}
		if ok && n.match() {
			found.Add(doc)
		}
	}
	return found, nil
}

// nearness looks for a phrase with slop in one document at a time. The n-th
// word of the phrase, found at a position, is n places further on than its
// start: where all words have the same start, they stand one after the other.
// How far the starts are apart is how often words were moved.
type nearness struct {
	readers  []*positions
	words    []int
	repeated bool
	slop     int64
	lists    [][]int64 // the starts that each word has, ascending
	next     []int
}

// read reads the starts of a document. ok is false where a word is not in it.
func (n *nearness) read(cursors []int, doc uint32) (ok bool, err error) {
	for k, r := range n.readers {
		pos, err := r.in(doc, &cursors[k])
		if err != nil || len(pos) == 0 {
			return false, err
		}
		n.lists[k] = n.lists[k][:0]
		for _, p := range pos {
			n.lists[k] = append(n.lists[k], int64(p)-int64(k))
		}
	}
	return true, nil
}

// match takes the least of the present starts of all words again and again,
// and asks whether the others are near enough to it.
func (n *nearness) match() bool {
	clear(n.next)
	for {
		least, at := int64(math.MaxInt64), -1
		most := int64(math.MinInt64)
		for k, list := range n.lists {
			if n.next[k] == len(list) {
				return false
			}
			start := list[n.next[k]]
			if start < least {
				least, at = start, k
			}
			most = max(most, start)
		}
		if most-least <= n.slop && (!n.repeated || n.distinct(least)) {
			return true
		}
		n.next[at]++
	}
}

// distinct tells whether all words find places of their own with starts from
// one on that are near enough. For equal words, later ones of the phrase, it
// is best to take the first place that is free.
func (n *nearness) distinct(from int64) bool {
	taken := map[[2]int64]bool{} // word and position
	for k, list := range n.lists {
		i, _ := slices.BinarySearch(list, from)
		for ; i < len(list) && list[i] <= from+n.slop; i++ {
			place := [2]int64{int64(n.words[k]), list[i] + int64(k)}
			if !taken[place] {
				taken[place] = true
				break
			}
		}
		if i == len(list) || list[i] > from+n.slop {
			return false
		}
	}
	return true
}
