package segment

import (
	"context"
	"slices"
)

// nearness looks for a phrase with slop in one document at a time. It takes the
// steps of Lucene's SloppyPhraseMatcher, since what that counts, and what it
// misses where words are repeated, follows from them.
type nearness struct {
	slop    int64
	counted bool // how often matters, not only whether
	words   []*nearWord
	// groups are the words that occur more than once in the phrase, in its order.
	groups [][]*nearWord
	queue  []*nearWord
	end    int64 // the greatest start that was reached
}

// nearWord is a word of the phrase, at one of the places that a document has it.
// Its start is where the phrase would begin: where all words have the same
// start, they stand one after the other. How far the starts are apart is how
// often words were moved.
type nearWord struct {
	offset int64 // its place in the phrase
	starts []int64
	next   int
	start  int64
	group  []*nearWord // nil for a word that occurs once
}

func newNearness(words []int, slop int) *nearness {
	n := &nearness{slop: int64(slop)}
	same := map[int][]*nearWord{}
	for k, word := range words {
		w := &nearWord{offset: int64(k)}
		n.words = append(n.words, w)
		same[word] = append(same[word], w)
	}
	for k, word := range words {
		if group := same[word]; len(group) > 1 {
			n.words[k].group = group
			if group[0] == n.words[k] {
				n.groups = append(n.groups, group)
			}
		}
	}
	return n
}

// in is how often a document has the phrase; if that is not counted, whether it
// does.
func (n *nearness) in(ctx context.Context, places []positions, doc uint32, counted bool) (freq float64, err error) {
	for k, w := range n.words {
		found, err := places[k].in(ctx, doc)
		if err != nil || len(found) == 0 {
			return 0, err
		}
		w.starts, w.next = w.starts[:0], 0
		for _, p := range found {
			w.starts = append(w.starts, int64(p)-w.offset)
		}
	}
	n.counted = counted
	return n.match(), nil
}

// match is how often the document that was read has the phrase.
func (n *nearness) match() (freq float64) {
	if !n.begin() {
		return 0
	}
	w := n.pop()
	length, next := n.end-w.start, n.queue[0].start
	count := func() {
		if length <= n.slop {
			freq += 1 / float64(1+length)
		}
	}
	for n.advance(w) && n.part(w) {
		if w.start <= next {
			length = min(length, n.end-w.start)
			continue
		}
		n.push(w)
		if count(); freq > 0 && !n.counted {
			return freq
		}
		w = n.pop()
		length, next = n.end-w.start, n.queue[0].start
	}
	count()
	return freq
}

// begin places all words first, equal ones one behind the other. It reports
// false where there are too few places.
func (n *nearness) begin() bool {
	n.end = -1 << 62
	for _, w := range n.words {
		w.advance()
	}
	for _, group := range n.groups {
		for times, w := range group {
			for range times {
				if !w.advance() {
					return false
				}
			}
		}
	}
	n.queue = n.queue[:0]
	for _, w := range n.words {
		n.end = max(n.end, w.start)
		n.push(w)
	}
	return true
}

func (w *nearWord) advance() bool {
	if w.next == len(w.starts) {
		return false
	}
	w.start = w.starts[w.next]
	w.next++
	return true
}

func (n *nearness) advance(w *nearWord) bool {
	ok := w.advance()
	n.end = max(n.end, w.start)
	return ok
}

// part moves equal words that stand in the same place apart, after one of them
// was advanced, which is not in the queue. It reports false where there are no
// more places.
func (n *nearness) part(advanced *nearWord) bool {
	if advanced.group == nil {
		return true
	}
	moved := false
	for w := advanced; ; {
		other := w.collides()
		if other == nil {
			break
		}
		if other.before(w) {
			w = other
		}
		if !n.advance(w) {
			return false
		}
		moved = true
	}
	if moved {
		slices.SortFunc(n.queue, compareWords)
	}
	return true
}

// collides returns an equal word that stands in the same place.
func (w *nearWord) collides() *nearWord {
	for _, other := range w.group {
		if other != w && other.start+other.offset == w.start+w.offset {
			return other
		}
	}
	return nil
}

func (w *nearWord) before(other *nearWord) bool { return compareWords(w, other) < 0 }

func compareWords(a, b *nearWord) int {
	if a.start != b.start {
		return int(a.start - b.start)
	}
	return int(a.offset - b.offset)
}

// push puts a word into the queue, which is in the order of starts.
func (n *nearness) push(w *nearWord) {
	i, _ := slices.BinarySearchFunc(n.queue, w, compareWords)
	n.queue = slices.Insert(n.queue, i, w)
}

func (n *nearness) pop() *nearWord {
	first := n.queue[0]
	n.queue = slices.Delete(n.queue, 0, 1)
	return first
}
