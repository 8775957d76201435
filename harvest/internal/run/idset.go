package run

import (
	"iter"
	"strconv"
)

// IDSet is a set of ids that takes little memory where they are numbers, as
// on Zenodo: some bits each. The zero value is empty and ready for use.
type IDSet struct {
	numbers map[uint64]*idBlock
	others  map[string]struct{}
	n       int
}

// idBlock holds which of 4096 numbers in a row are in the set.
type idBlock [64]uint64

// Add puts an id into the set and reports whether it was there.
func (s *IDSet) Add(id string) (known bool) {
	if number, ok := idNumber(id); ok {
		known = s.addNumber(number)
	} else {
		known = s.addOther(id)
	}
	if !known {
		s.n++
	}
	return known
}

func (s *IDSet) addNumber(number uint64) (known bool) {
	block := s.numbers[number>>12]
	if block == nil {
		if s.numbers == nil {
			s.numbers = map[uint64]*idBlock{}
		}
		block = new(idBlock)
		s.numbers[number>>12] = block
	}
	word, bit := &block[number>>6&63], uint64(1)<<(number&63)
	known = *word&bit != 0
	*word |= bit
	return known
}

func (s *IDSet) addOther(id string) (known bool) {
	if _, known = s.others[id]; known {
		return true
	}
	if s.others == nil {
		s.others = map[string]struct{}{}
	}
	s.others[id] = struct{}{}
	return false
}

// Len is the number of ids in the set.
func (s *IDSet) Len() int { return s.n }

// All iterates over the ids in no order.
func (s *IDSet) All() iter.Seq[string] {
	return func(yield func(string) bool) {
		for number, block := range s.numbers {
			for i := range uint64(len(block) * 64) {
				if block[i>>6]>>(i&63)&1 == 1 && !yield(strconv.FormatUint(number<<12|i, 10)) {
					return
				}
			}
		}
		for id := range s.others {
			if !yield(id) {
				return
			}
		}
	}
}

// idNumber reads an id that is a number, written in the one way in which
// Zenodo writes it. Larger ones would be spread too thinly for blocks.
func idNumber(id string) (uint64, bool) {
	if id == "" || len(id) > 9 || id[0] == '0' && id != "0" || id[0] == '+' {
		return 0, false
	}
	number, err := strconv.ParseUint(id, 10, 32)
	return number, err == nil
}
