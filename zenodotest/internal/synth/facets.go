package synth

// Keyword is one of the keywords of made-up records.
type Keyword struct{ first, second uint16 } // words by their numbers, 0 for no second

// Text is how records have it.
func (c *Corpus) Text(k Keyword) string {
	if k.second == 0 {
		return c.words.titled[k.first]
	}
	return c.words.titled[k.first] + " " + c.words.words[k.second]
}

// Keywords yields the keywords of record i: about eight. All versions of a record
// have the same.
func (c *Corpus) Keywords(i int) func(yield func(Keyword) bool) {
	return func(yield func(Keyword) bool) {
		random := random(c.hash(streamKeyword, c.Root(i)))
		for range 3 + random.below(11) {
			k := Keyword{first: uint16(80 + random.below(700))}
			if random.chance(40) {
				k.second = uint16(300 + random.below(15_000))
			}
			if !yield(k) {
				return
			}
		}
	}
}

// FileType is the ending of all files of record i; empty where it has none.
func (c *Corpus) FileType(i int) string {
	w := writer{c: c, i: i, own: random(c.hash(streamRecord, i))}
	if w.fileCount() == 0 {
		return ""
	}
	return c.Kind(i).extension
}
