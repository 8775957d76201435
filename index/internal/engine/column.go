package engine

import (
	"fmt"
	"strings"
)

// Columns of a segment, besides those of numbers and texts.
const (
	ColumnRecords = "records"
	ColumnCreated = "created"
	ColumnIDs     = "ids"
)

// ChunkDocs is how many documents a chunk of a column has, but for the last.
const ChunkDocs = 8192

// NumberColumn is the name of a column of numbers.
func NumberColumn(i int) string { return fmt.Sprintf("number %d", i) }

// TextColumn is the name of a column of texts.
func TextColumn(name string) string {
	if name == "id" {
		return ColumnIDs
	}
	return "text " + name
}

// Texts is a chunk of a column of texts. All of it is one string, so that
// reading it makes no garbage.
type Texts struct {
	All  string   // one text after the other
	Ends []uint32 // where each of them ends
}

// Len is how many texts there are.
func (t *Texts) Len() int { return len(t.Ends) }

// At is one of the texts.
func (t *Texts) At(i int) string {
	start := uint32(0)
	if i > 0 {
		start = t.Ends[i-1]
	}
	return t.All[start:t.Ends[i]]
}

func joinTexts(values []string) Texts {
	t := Texts{All: strings.Join(values, ""), Ends: make([]uint32, len(values))}
	end := 0
	for i, s := range values {
		end += len(s)
		t.Ends[i] = uint32(end)
	}
	return t
}
