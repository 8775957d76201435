package segment

import "context"

// positions reads where the documents of a list have the word. It is asked for
// documents in ascending order.
type positions struct {
	list    *List
	number  int // of the block that was read, from 1; 0 for none
	block   blockOf
	at      int    // the document of the block that is next
	data    []byte // of the positions from that document on
	current []uint32
}

// in returns the positions in a document, none where it is not in the list. They
// are good until the next document is asked for.
func (p *positions) in(ctx context.Context, doc uint32) ([]uint32, error) {
	if err := p.seek(ctx, doc); err != nil {
		return nil, err
	}
	for p.at < p.block.count && p.block.docs[p.at] < doc {
		if err := p.skip(); err != nil {
			return nil, err
		}
	}
	if p.at == p.block.count || p.block.docs[p.at] != doc {
		return nil, nil
	}
	return p.read()
}

// seek reads the block where a document would be.
func (p *positions) seek(ctx context.Context, doc uint32) (err error) {
	if p.number > 0 && doc <= p.list.blocks[p.number-1].last {
		return nil
	}
	if !p.list.isText() {
		return ErrDamaged
	}
	if err := p.list.open(ctx); err != nil {
		return err
	}
	for p.number == 0 || doc > p.list.blocks[p.number-1].last {
		if p.number == len(p.list.blocks) {
			p.at, p.block.count = 0, 0
			return nil
		}
		p.number++
	}
	b := &p.list.blocks[p.number-1]
	if err := p.block.read(ctx, p.list, b); err != nil {
		return err
	}
	p.at = 0
	p.data, err = read(ctx, p.list.reader.Pages, Positions, b.positions)
	return err
}

// skip moves over the positions of a document.
func (p *positions) skip() error {
	at := 0
	for range p.block.freqs[p.at] {
		for at < len(p.data) && p.data[at] >= 0x80 {
			at++
		}
		at++
	}
	if at > len(p.data) {
		return ErrDamaged
	}
	p.data = p.data[at:]
	p.at++
	return nil
}

func (p *positions) read() ([]uint32, error) {
	p.current = p.current[:0]
	pos, at := uint32(0), 0
	for range p.block.freqs[p.at] {
		delta, next, ok := readInt(p.data, at)
		if !ok {
			return nil, ErrDamaged
		}
		pos, at = pos+uint32(delta), next
		p.current = append(p.current, pos)
	}
	p.data = p.data[at:]
	p.at++
	return p.current, nil
}
