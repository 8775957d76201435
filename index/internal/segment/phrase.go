package segment

import (
	"context"
	"math/bits"
)

// Phrase looks for words one right after the other, or, with slop, with so many
// moves of a word by one position.
type Phrase struct {
	lists []*List
	near  *nearness // nil without slop

	places []positions // of the window that is being read
}

// NewPhrase takes the lists of the words in a text field. words says which of
// these are the same: with slop, equal ones must stand in different places.
func NewPhrase(lists []*List, words []int, slop int) *Phrase {
	p := &Phrase{lists: lists}
	if slop > 0 {
		p.near = newNearness(words, slop)
	}
	return p
}

// Frequencies calls emit for each document of a window that is in a set and has
// the phrase, with its place in the window and how often it has it: where words
// were moved, that counts less, by how far. If it is not counted, the number says
// only that there is one.
func (p *Phrase) Frequencies(ctx context.Context, window int, among *Window, counted bool, emit func(place uint32, freq float64)) error {
	candidates, err := p.candidates(ctx, window, among)
	if err != nil {
		return err
	}
	if p.places == nil {
		p.places = make([]positions, len(p.lists))
	}
	for i, l := range p.lists {
		p.places[i] = positions{list: l, current: p.places[i].current}
	}
	var starts []uint32
	for i, word := range candidates {
		for ; word != 0; word &= word - 1 {
			place := uint32(i*64 + bits.TrailingZeros64(word))
			doc := uint32(window*WindowDocs) + place
			if p.near != nil {
				freq, err := p.near.in(ctx, p.places, doc, counted)
				if err != nil {
					return err
				}
				if freq > 0 {
					emit(place, freq)
				}
				continue
			}
			if starts, err = phraseIn(ctx, p.places, doc, starts[:0]); err != nil {
				return err
			}
			if len(starts) > 0 {
				emit(place, float64(len(starts)))
			}
		}
	}
	return nil
}

// candidates are the documents that have all words.
func (p *Phrase) candidates(ctx context.Context, window int, among *Window) (all Window, err error) {
	all = *among
	for _, l := range p.lists {
		var with Window
		if err := l.AddTo(ctx, window, &with); err != nil {
			return all, err
		}
		if !all.And(&with) {
			break
		}
	}
	return all, nil
}

// phraseIn appends to starts where the phrase begins in a document: the starts
// at which each word so far stood in its place.
func phraseIn(ctx context.Context, places []positions, doc uint32, starts []uint32) ([]uint32, error) {
	for k := range places {
		pos, err := places[k].in(ctx, doc)
		if err != nil {
			return nil, err
		}
		if k == 0 {
			starts = append(starts, pos...)
			continue
		}
		if starts = keepFollowed(starts, pos, uint32(k)); len(starts) == 0 {
			break
		}
	}
	return starts, nil
}

// keepFollowed keeps those starts that have a position at the distance.
func keepFollowed(starts, pos []uint32, distance uint32) []uint32 {
	kept, i := starts[:0], 0
	for _, s := range starts {
		for i < len(pos) && pos[i] < s+distance {
			i++
		}
		if i < len(pos) && pos[i] == s+distance {
			kept = append(kept, s)
		}
	}
	return kept
}
