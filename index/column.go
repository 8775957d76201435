package index

import (
	"fmt"
	"strings"
)

// Columns of a segment, besides those of numbers and texts.
const (
	columnRecords = "records"
	columnCreated = "created"
	columnIDs     = "ids"
)

// chunkDocs is how many documents share a row of segment_columns.
const chunkDocs = 8192

func numberColumn(i int) string { return fmt.Sprintf("number %d", i) }

// textColumn is the name of a column of texts.
func textColumn(name string) string {
	if name == "id" {
		return columnIDs
	}
	return "text " + name
}

// texts is a chunk of a column of texts. All of it is one string, so that
// reading it makes no garbage.
type texts struct {
	all  string
	ends []uint32
}

func (t *texts) len() int { return len(t.ends) }

func (t *texts) at(i int) string {
	start := uint32(0)
	if i > 0 {
		start = t.ends[i-1]
	}
	return t.all[start:t.ends[i]]
}

func joinTexts(values []string) texts {
	t := texts{all: strings.Join(values, ""), ends: make([]uint32, len(values))}
	end := 0
	for i, s := range values {
		end += len(s)
		t.ends[i] = uint32(end)
	}
	return t
}
