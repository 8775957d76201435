package synth

import "iter"

// Identifiers: each record has a room of idStep numbers, in which its own
// lies at a place of chance with that of its concept right before it.
const (
	firstID = 10_000
	idStep  = 18
)

// ID is the identifier of record i. It grows with i.
func (c *Corpus) ID(i int) int64 {
	return firstID + int64(i)*idStep + 2 + int64(c.hash(streamID, i)%15)
}

// ConceptID is the identifier that all versions of record i share.
func (c *Corpus) ConceptID(i int) int64 { return c.ID(c.Root(i)) - 1 }

// NextID is an identifier above all that the corpus uses.
func (c *Corpus) NextID() int64 { return firstID + int64(c.n)*idStep }

// Find returns the number of the record with an identifier.
func (c *Corpus) Find(id int64) (int, bool) {
	i := int((id - firstID) / idStep)
	ok := id >= firstID && i < c.n && c.ID(i) == id
	return i, ok
}

// FindConcept returns the first version of the concept with an identifier.
func (c *Corpus) FindConcept(id int64) (int, bool) {
	i, ok := c.Find(id + 1)
	return i, ok && c.Root(i) == i
}

// Range returns the numbers of the records whose identifier is in [from, to),
// as [first, end).
func (c *Corpus) Range(from, to int64) (first, end int) {
	return c.firstFrom(from), c.firstFrom(to)
}

func (c *Corpus) firstFrom(id int64) int {
	i := int(max(0, (id-firstID)/idStep))
	if i < c.n && c.ID(i) < id {
		i++
	}
	return min(i, c.n)
}

// Versions. Numbers come in blocks of a thousand. In each block the numbers
// ending in 9 are later versions: of the one ending in 9 before (a third
// version, a fourth), or of one of the others in the first half of the block.
// Each decade of the first half lends its first four members to one slot and
// the next five to another, so that no record is superseded twice, and both
// neighbours in a chain of versions can be found without a search.
const (
	block = 1000
	slots = block / 10
)

// slot returns the number whose version the k-th later version of a block is.
func (c *Corpus) slot(start, k int) int {
	h := c.hash(streamVersion, start+k)
	if k > 0 && h%3 == 0 {
		return start + 10*(k-1) + 9
	}
	if k%2 == 0 {
		return start + 10*(k/2) + int(h>>8%4)
	}
	return start + 10*(k/2) + 4 + int(h>>8%5)
}

// Previous returns the number of the version before record i.
func (c *Corpus) Previous(i int) (int, bool) {
	if i%10 != 9 {
		return 0, false
	}
	return c.slot(i-i%block, i%block/10), true
}

// Next returns the number of the version that supersedes record i.
func (c *Corpus) Next(i int) (int, bool) {
	start, decade, unit := i-i%block, i%block/10, i%10
	k := 2 * decade
	switch {
	case unit == 9:
		k = decade + 1
	case unit >= 4:
		k++
	}
	if k >= slots || c.slot(start, k) != i {
		return 0, false
	}
	next := start + 10*k + 9
	return next, next < c.n
}

// Root is the first version of record i.
func (c *Corpus) Root(i int) int {
	for {
		previous, ok := c.Previous(i)
		if !ok {
			return i
		}
		i = previous
	}
}

// Index is the place of record i among its versions, from 0.
func (c *Corpus) Index(i int) int {
	n := 0
	for previous, ok := c.Previous(i); ok; previous, ok = c.Previous(previous) {
		n++
	}
	return n
}

// IsLast reports whether no later version of record i exists.
func (c *Corpus) IsLast(i int) bool {
	_, ok := c.Next(i)
	return !ok
}

// Versions returns the numbers of all versions of record i's concept, the
// oldest first.
func (c *Corpus) Versions(i int) iter.Seq[int] {
	return func(yield func(int) bool) {
		for v, ok := c.Root(i), true; ok; v, ok = c.Next(v) {
			if !yield(v) {
				return
			}
		}
	}
}
