package index

// keySet is a set of keys of records, 64 to an entry: keys are given in the
// order of being stored, so sets of many have them side by side.
type keySet map[int64]uint64

func (s keySet) add(key int64) { s[key>>6] |= 1 << (key & 63) }

func (s keySet) remove(key int64) { s[key>>6] &^= 1 << (key & 63) }

func (s keySet) has(key int64) bool { return s[key>>6]>>(key&63)&1 == 1 }
