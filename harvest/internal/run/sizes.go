package run

import (
	"time"

	"github.com/zharvest/zharvest/zenodo"
)

// Sizes are how large the parts of a selection are, and how much work it is to
// fetch them without an access token, and with one.
type Sizes struct {
	Parts        []PartSize
	Guest, Token Work
}

// PartSize is a part of a selection, and how many members it has in how many
// spans.
type PartSize struct {
	Community    zenodo.Slug
	Since, Until time.Time
	Total, Spans int
	Estimated    bool // whether Spans is
}

// Work is how many requests it takes in pages of a size.
type Work struct{ PageSize, Requests int }
