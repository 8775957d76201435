package segment

// Frequencies calls emit for each document of a text field's postings that is
// in a set, with how often it holds the term.
func (p Postings) Frequencies(within Bitset, emit func(doc uint32, freq int)) error {
	r, err := newPositions(p)
	if err != nil {
		return err
	}
	for i, doc := range r.docs {
		if !within.has(doc) {
			continue
		}
		freq, err := r.frequency(i)
		if err != nil {
			return err
		}
		emit(doc, freq)
	}
	return nil
}

// has is Has for documents that may be none of the segment's.
func (b Bitset) has(doc uint32) bool { return int(doc/64) < len(b) && b.Has(doc) }

// frequency is how many positions there are in the i-th document of the list.
func (r *positions) frequency(i int) (freq int, err error) {
	if err := r.seek(i); err != nil {
		return 0, err
	}
	if freq, r.next, err = r.skip(); err != nil {
		return 0, err
	}
	r.at++
	return freq, nil
}

// seek moves to the i-th document of the list. Asking in ascending order is
// cheap.
func (r *positions) seek(i int) (err error) {
	if !r.has() {
		return ErrDamaged
	}
	if i < r.at || i/chunkDocs != r.at/chunkDocs {
		r.at, r.next = i-i%chunkDocs, r.chunks[i/chunkDocs]
	}
	for ; r.at < i; r.at++ {
		if _, r.next, err = r.skip(); err != nil {
			return err
		}
	}
	return nil
}

// skip is how many positions the document at hand has, and where the next one
// begins.
func (r *positions) skip() (freq, next int, err error) {
	freq, next, ok := readInt(r.raw, r.next)
	if !ok || freq > len(r.raw)-next {
		return 0, 0, ErrDamaged
	}
	for range freq {
		for next < len(r.raw) && r.raw[next] >= 0x80 {
			next++
		}
		next++
	}
	if next > len(r.raw) {
		return 0, 0, ErrDamaged
	}
	return freq, next, nil
}
