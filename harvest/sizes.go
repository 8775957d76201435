package harvest

import (
	"time"

	"github.com/zharvest/zharvest/zenodo"
)

// sizes are how large the parts of a selection are, and how much work it is to
// fetch them without an access token, and with one.
type sizes struct {
	Parts        []partSize
	Guest, Token work
}

// partSize is a part of a selection, and how many members it has in how many
// spans.
type partSize struct {
	Community    zenodo.Slug
	Since, Until time.Time
	Total, Spans int
	Estimated    bool // whether Spans is
}

// work is how many requests it takes in pages of a size.
type work struct{ PageSize, Requests int }
