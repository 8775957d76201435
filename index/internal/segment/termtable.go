package segment

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"slices"
)

// termTable numbers the terms of fields. It is a hash table whose terms stand one
// after the other in one piece of memory.
type termTable struct {
	slots []uint32 // numbers of terms, from 1; 0 for a free slot
	all   []tableTerm
	room  []byte
}

// tableTerm is a term in a field.
type tableTerm struct {
	from, until uint32 // in room
	hash        uint32
	field       Field
	text        bool
}

func (t *termTable) bytes(term *tableTerm) []byte { return t.room[term.from:term.until] }

// id is the number of a term.
func (t *termTable) id(f Field, text bool, token []byte) uint32 {
	if 2*len(t.all) >= len(t.slots) {
		t.grow()
	}
	hash := hashOf(f, text, token)
	mask := uint32(len(t.slots) - 1)
	slot := hash & mask
	for ; t.slots[slot] != 0; slot = (slot + 1) & mask {
		id := t.slots[slot] - 1
		term := &t.all[id]
		if term.hash == hash && term.field == f && term.text == text && bytes.Equal(t.bytes(term), token) {
			return id
		}
	}
	from := uint32(len(t.room))
	t.room = append(t.room, token...)
	t.all = append(t.all, tableTerm{from, uint32(len(t.room)), hash, f, text})
	t.slots[slot] = uint32(len(t.all))
	return uint32(len(t.all) - 1)
}

func (t *termTable) grow() {
	t.slots = make([]uint32, max(1<<12, 4*len(t.slots)))
	mask := uint32(len(t.slots) - 1)
	for id := range t.all {
		slot := t.all[id].hash & mask
		for t.slots[slot] != 0 {
			slot = (slot + 1) & mask
		}
		t.slots[slot] = uint32(id + 1)
	}
}

// hashOf mixes the bytes of a term, eight at a time.
func hashOf(f Field, text bool, token []byte) uint32 {
	const prime = 0x9e3779b97f4a7c15
	h := uint64(f)<<8 | uint64(len(token))<<16
	if text {
		h |= 1
	}
	for ; len(token) >= 8; token = token[8:] {
		h = (h ^ binary.LittleEndian.Uint64(token)) * prime
		h ^= h >> 29
	}
	for _, c := range token {
		h = (h ^ uint64(c)) * prime
	}
	return uint32(h ^ h>>32)
}

// inOrder are the numbers of the terms in the order of their keys: words by term
// and then by field, then other values by field and then by value.
func (t *termTable) inOrder() []uint32 {
	type ordered struct {
		start uint64 // of the key
		id    uint32
	}
	order := make([]ordered, len(t.all))
	for i := range t.all {
		var start [8]byte
		term := &t.all[i]
		if !term.text {
			start[0] = byte(term.field)
		}
		copy(start[1:], t.bytes(term))
		order[i] = ordered{binary.BigEndian.Uint64(start[:]), uint32(i)}
	}
	slices.SortFunc(order, func(x, y ordered) int {
		if x.start != y.start {
			return cmp.Compare(x.start, y.start)
		}
		a, b := &t.all[x.id], &t.all[y.id]
		return cmp.Or(bytes.Compare(t.bytes(a), t.bytes(b)), cmp.Compare(a.field, b.field))
	})
	ids := make([]uint32, len(order))
	for i, o := range order {
		ids[i] = o.id
	}
	return ids
}
