package engine

// KeySet is a set of keys of records, 64 to an entry: keys are given in the
// order of being stored, so sets of many have them side by side.
type KeySet map[int64]uint64

// Add adds a key.
func (s KeySet) Add(key int64) { s[key>>6] |= 1 << (key & 63) }

// Remove removes a key.
func (s KeySet) Remove(key int64) { s[key>>6] &^= 1 << (key & 63) }

// Has reports whether a key is in the set.
func (s KeySet) Has(key int64) bool { return s[key>>6]>>(key&63)&1 == 1 }
