package harvest

import (
	"encoding/json"
	"fmt"
	"slices"
	"time"
)

// Checked says when what a harvest holds was last compared with what the server
// has, span by span. The zero value says that it never was. It is for the next
// run of the harvest; see [Result.Checked].
type Checked struct {
	spans []checkedSpan
}

// checkedSpan says when the records of a span of creation time were last
// compared with what the server has. The spans of a harvest follow each other
// and cover all times.
type checkedSpan struct {
	Since time.Time `json:"since,omitzero"` // zero is no bound
	Until time.Time `json:"until,omitzero"`
	// Compared is when the ids were compared, zero if never, and Counted when
	// the ids or the numbers were.
	Compared time.Time `json:"compared,omitzero"`
	Counted  time.Time `json:"counted,omitzero"`
}

// CheckedAt says that the ids of the whole harvest were compared at a moment.
func CheckedAt(at time.Time) Checked {
	return Checked{[]checkedSpan{{Compared: at, Counted: at}}}
}

// ParseChecked reads what [Checked.JSON] wrote; nothing is the zero value.
func ParseChecked(data []byte) (Checked, error) {
	var c Checked
	if len(data) == 0 {
		return c, nil
	}
	if err := json.Unmarshal(data, &c.spans); err != nil {
		return Checked{}, fmt.Errorf("read what was compared: %w", err)
	}
	return c, nil
}

// JSON is the form in which an index keeps it.
func (c Checked) JSON() []byte {
	// Encoding cannot fail: times are of this age.
	data, _ := json.Marshal(c.spans)
	return data
}

// ComparedAt is the oldest comparison by ids among the spans of a harvest, zero
// where there is a span whose ids were never compared.
func (c Checked) ComparedAt() time.Time {
	if len(c.spans) == 0 {
		return time.Time{}
	}
	return slices.MinFunc(c.spans, func(a, b checkedSpan) int { return a.Compared.Compare(b.Compared) }).Compared
}
