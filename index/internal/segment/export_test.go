package segment

import "context"

// Each calls use with the documents of a list and their positions.
func (l *List) Each(ctx context.Context, use func(doc uint32, freq int, places []uint32)) error {
	if err := l.open(ctx); err != nil {
		return err
	}
	p := positions{list: l}
	var docs blockOf
	for i := range l.blocks {
		if err := docs.read(ctx, l, &l.blocks[i]); err != nil {
			return err
		}
		for k, doc := range docs.docs[:docs.count] {
			if !l.isText() {
				use(doc, 0, nil)
				continue
			}
			places, err := p.in(ctx, doc)
			if err != nil {
				return err
			}
			use(doc, int(docs.freqs[k]), places)
		}
	}
	return nil
}

// Blocks is how many blocks a list has, and what each is bounded by.
func (l *List) Blocks(ctx context.Context) (counts []int, freqs []int, lengths []byte, err error) {
	err = l.open(ctx)
	for _, b := range l.blocks {
		counts, freqs, lengths = append(counts, b.count), append(freqs, b.best.freq), append(lengths, b.best.length)
	}
	return counts, freqs, lengths, err
}
