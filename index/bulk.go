package index

import (
	"fmt"
	"math/bits"
	"strings"
)

// bulkRows is how many rows one INSERT takes: past that a row does not get
// cheaper.
const bulkRows = 40

// bulk gathers rows of one table and inserts them many at a time.
type bulk struct {
	table   string
	columns []string
	clause  string // what follows the values, such as ON CONFLICT …
	args    []any
	texts   map[int]string // the statements, by their number of rows
}

func (b *bulk) add(values ...any) { b.args = append(b.args, values...) }

// flush inserts the rows gathered.
func (b *bulk) flush(w *writer) error {
	width := len(b.columns)
	for args := b.args; len(args) > 0; {
		rows := min(len(args)/width, bulkRows)
		if rows < bulkRows { // a few sizes, so that few statements are prepared
			rows = 1 << (bits.Len(uint(rows)) - 1)
		}
		if err := w.exec(b.insert(rows), args[:rows*width]...); err != nil {
			return fmt.Errorf("store %s: %w", b.table, err)
		}
		args = args[rows*width:]
	}
	clear(b.args)
	b.args = b.args[:0]
	return nil
}

func (b *bulk) insert(rows int) string {
	if text, ok := b.texts[rows]; ok {
		return text
	}
	row := "(" + placeholders(len(b.columns)) + ")"
	text := fmt.Sprintf("INSERT INTO %s (%s) VALUES %s %s", b.table, strings.Join(b.columns, ", "),
		strings.TrimSuffix(strings.Repeat(row+", ", rows), ", "), b.clause)
	if b.texts == nil {
		b.texts = map[int]string{}
	}
	b.texts[rows] = text
	return text
}

// text is a column that is null where there is nothing.
func text[T ~string](s T) any {
	if s == "" {
		return nil
	}
	return string(s)
}

// count is a column that is null for zero, where zero means unknown.
func count(n int) any {
	if n == 0 {
		return nil
	}
	return n
}
