package zenodo

import "hash"

// hashing computes a checksum beside whoever has the bytes, since that takes
// as long as all the rest of a transfer.
type hashing struct {
	free  chan []byte // buffers to be filled
	taken chan []byte
	ended chan struct{}
}

// startHashing begins to add to sum, which belongs to it until end returns.
func startHashing(sum hash.Hash) *hashing {
	const buffers, size = 4, 256 << 10
	h := &hashing{make(chan []byte, buffers), make(chan []byte, buffers), make(chan struct{})}
	for range buffers {
		h.free <- make([]byte, size)
	}
	go func() {
		defer close(h.ended)
		for b := range h.taken {
			sum.Write(b) // a hash takes all
			h.free <- b[:cap(b)]
		}
	}()
	return h
}

// add adds the bytes of a buffer that was free. They must stay as they are, for
// which who adds them need only take the next buffer from those that are free.
func (h *hashing) add(b []byte) { h.taken <- b }

// end waits until all was added.
func (h *hashing) end() {
	close(h.taken)
	<-h.ended
}
