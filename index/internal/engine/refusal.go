package engine

import (
	"context"
	"fmt"
	"time"

	"github.com/zharvest/zharvest/querystring"
)

// Check returns the [*querystring.Error] with which every search refuses a query
// at a moment, whatever the index holds; a zero time is the present. Its Status
// is 0 where it is only the index that cannot run the query.
func Check(q *querystring.Query, now time.Time) error {
	_, err := (&Index{}).Search(context.Background(), Query{Parsed: q, Now: now})
	return err
}

// unsupported is the error for a part of the query language that the index
// cannot run: it is never run as something else.
func unsupported(text string, at querystring.Origin, what string) error {
	return &querystring.Error{
		Pos: at.Pos, Text: text,
		Msg:  fmt.Sprintf("%s cannot be searched offline", what),
		Hint: "ask Zenodo itself with --online, or write the query without it",
	}
}

func refused(text string, at querystring.Origin, format string, args ...any) error {
	return &querystring.Error{Pos: at.Pos, Text: text, Status: 400, Msg: fmt.Sprintf(format, args...)}
}
