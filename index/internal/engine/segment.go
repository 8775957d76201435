package engine

import (
	"cmp"
	"context"
	"sync"

	"github.com/zharvest/zharvest/index/internal/segment"
)

// Segment is a segment that can be searched, in the file or in memory.
type Segment struct {
	*segment.Reader
	// Latest has the latest versions, Gone what the server no longer has, Dead the
	// documents that newer ones have replaced, which nil says of none.
	Latest, Gone, Dead segment.Bitset
	Oldest, Newest     int64 // when the first and the last document were created

	mu      sync.Mutex
	columns map[segment.Stream]columnPage
	ids     segment.TextColumn
	found   map[string][]*segment.List
	lengths []segment.Total // of the text fields, nil until they are read
}

// columnPage is the page of a column that was read last.
type columnPage struct {
	window int
	values []int64
}

// NewSegment makes a segment of what is known of it.
func NewSegment(pages segment.Pages, made segment.Made, dead segment.Bitset) *Segment {
	r := &segment.Reader{Pages: pages, Docs: made.Docs}
	return &Segment{
		Reader: r, Latest: made.Latest, Gone: made.Gone, Dead: dead, Oldest: made.Oldest, Newest: made.Newest,
		ids:     segment.TextColumn{Reader: r, Stream: segment.IDs},
		columns: map[segment.Stream]columnPage{}, found: map[string][]*segment.List{},
	}
}

// MemorySegment makes a segment that is not stored.
func MemorySegment(docs []*segment.Document) (*Segment, error) {
	b := segment.Builder{Orders: Orders}
	for _, d := range docs {
		b.Add(d)
	}
	pages := segment.Memory{}
	made, err := b.Build(pages.Add)
	if err != nil {
		return nil, err
	}
	return NewSegment(pages, made, nil), nil
}

// find looks a key up, once for all parts of a query.
func (s *Segment) find(ctx context.Context, key []byte) ([]*segment.List, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if lists, ok := s.found[string(key)]; ok {
		return lists, nil
	}
	lists, err := s.Find(ctx, key)
	if err == nil {
		s.found[string(key)] = lists
	}
	return lists, err
}

// list finds the documents with a term in a field, nil for none.
func (s *Segment) list(ctx context.Context, f *field, term string) (*segment.List, error) {
	lists, err := s.find(ctx, f.key(term))
	if err != nil {
		return nil, err
	}
	for _, l := range lists {
		if l.Field == f.id {
			return l, nil
		}
	}
	return nil, nil
}

// docFreq is how many documents have a term, dead ones included.
func (s *Segment) docFreq(ctx context.Context, f *field, term string) (int, error) {
	l, err := s.list(ctx, f, term)
	if err != nil || l == nil {
		return 0, err
	}
	return l.Count(), nil
}

// totals are how long the text fields are.
func (s *Segment) totals(ctx context.Context) ([]segment.Total, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.lengths != nil {
		return s.lengths, nil
	}
	var err error
	s.lengths, err = s.Totals(ctx)
	return s.lengths, err
}

// column reads a value of a column. Documents are best asked for in order.
func (s *Segment) column(ctx context.Context, column segment.Stream, doc uint32) (int64, error) {
	values, err := s.columnPage(ctx, column, int(doc/segment.WindowDocs))
	if err != nil {
		return 0, err
	}
	return values[doc%segment.WindowDocs], nil
}

// columnPage reads the values of a column in a window.
func (s *Segment) columnPage(ctx context.Context, column segment.Stream, window int) ([]int64, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if page, ok := s.columns[column]; ok && page.window == window {
		return page.values, nil
	}
	values, err := s.Ints(ctx, column, window)
	if err == nil {
		s.columns[column] = columnPage{window, values}
	}
	return values, err
}

// hit is a document of a result.
type hit struct {
	record  int64
	created int64
	id      string
}

// compareHits orders documents by creation, newest first, and by id: the
// largest first where it is not known when they were created.
func compareHits(a, b hit) int {
	if c := cmp.Compare(b.created, a.created); c != 0 {
		return c
	}
	if a.created == segment.None {
		a, b = b, a
	}
	return segment.CompareIDs(a.id, b.id)
}

func (s *Segment) hit(ctx context.Context, doc uint32) (h hit, err error) {
	if h.created, err = s.column(ctx, segment.Created, doc); err != nil {
		return hit{}, err
	}
	if h.record, err = s.column(ctx, segment.Records, doc); err != nil {
		return hit{}, err
	}
	h.id, err = s.ids.At(ctx, doc)
	return h, err
}
