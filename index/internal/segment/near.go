package segment

import (
	"math"
	"slices"
)

// Near returns the documents, among those in within, that hold the words of a
// phrase with so many moves of a word by one position. words tells which of the
// terms are the same: equal ones must stand in different places.
func Near(terms []Postings, words []int, within Bitset, slop int) (Bitset, error) {
	found := NewBitset(len(within) * 64)
	n := &nearness{words: words, slop: int64(slop)}
	return found, n.each(terms, within, func(doc uint32, _ float64) { found.Add(doc) })
}

// NearFrequencies calls emit for each document that Near finds, with how often
// it holds the words: where they were moved, that counts less, by how far.
func NearFrequencies(terms []Postings, words []int, within Bitset, slop int, emit func(doc uint32, freq float64)) error {
	n := &nearness{words: words, slop: int64(slop), counted: true}
	return n.each(terms, within, emit)
}

func (n *nearness) each(terms []Postings, within Bitset, emit func(doc uint32, freq float64)) error {
	n.lists, n.next = make([][]int64, len(terms)), make([]int, len(terms))
	for i, p := range terms {
		r, err := newPositions(p)
		if err != nil {
			return err
		}
		n.readers = append(n.readers, r)
		n.repeated = n.repeated || slices.Contains(n.words[:i], n.words[i])
	}
	cursors := make([]int, len(terms))
	for _, doc := range n.readers[0].docs {
		if !within.has(doc) {
			continue
		}
		ok, err := n.read(cursors, doc)
		if err != nil {
			return err
		}
		if !ok {
			continue
		}
		if freq := n.match(); freq > 0 {
			emit(doc, freq)
		}
	}
	return nil
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
	counted  bool      // how often matters, not only whether
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
// and asks whether the others are near enough to it. Of the starts of one word
// that are least in turn, the last is the nearest to the others, and only it
// counts, as with the engine.
func (n *nearness) match() (freq float64) {
	clear(n.next)
	for {
		at, least, second, most := n.present()
		list := n.lists[at]
		n.next[at]++
		ended := n.next[at] == len(list)
		if !ended && !n.repeated && list[n.next[at]] <= second {
			continue
		}
		if most-least <= n.slop && (!n.repeated || n.distinct(least)) {
			freq += 1 / float64(1+most-least)
		}
		if ended || freq > 0 && !n.counted {
			return freq
		}
	}
}

// present finds the word with the least start, which comes with it, the second
// least and the greatest one.
func (n *nearness) present() (at int, least, second, most int64) {
	least, second, most = math.MaxInt64, math.MaxInt64, math.MinInt64
	for k, list := range n.lists {
		start := list[n.next[k]]
		if start < least {
			at, least, second = k, start, least
		} else {
			second = min(second, start)
		}
		most = max(most, start)
	}
	return at, least, second, most
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
