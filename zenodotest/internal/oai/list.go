package oai

import (
	"context"
	"net/url"
	"time"
)

// list answers ListRecords and ListIdentifiers.
func (q *query) list(ctx context.Context) *failure {
	at := resumption{Verb: q.verb, Prefix: q.args.Get("metadataPrefix"), Page: 1}
	var failed *failure
	if token := q.args.Get("resumptionToken"); token != "" {
		at, failed = q.resume(token)
	} else {
		at.Scroll, failed = q.beginList(ctx)
	}
	if failed != nil {
		return failed
	}
	raws, total, ok := q.scrolls.page(at.Scroll, q.now)
	if !ok { // the token is good, but the list was cleared with its last page
		return crash
	}
	for _, raw := range raws {
		q.writeItem(raw, formatNamed(at.Prefix))
	}
	more := at.Page*pageSize <= total // Zenodo holds so also where the last page was full
	at.Page++
	q.token(at, total, more)
	return nil
}

// beginList makes the list that the arguments ask for.
func (q *query) beginList(ctx context.Context) (int64, *failure) {
	from, until, failed := readBounds(q.args)
	if failed != nil {
		return 0, failed
	}
	none := &failure{"noRecordsMatch", "No records match the given criteria."}
	selected, ok := q.setNamed(q.args.Get("set"))
	if !ok {
		return 0, none
	}
	selected.From, selected.Until = from, until
	records, err := q.Repository.Records(ctx, selected)
	if err != nil {
		return 0, badArgument(err.Error())
	}
	if records.Len() == 0 {
		return 0, none
	}
	return q.scrolls.begin(&scroll{records: records, next: 1, expires: q.now.Add(tokenLife)}, q.now), nil
}

func lengthOf(args url.Values, name string) int { return len(args.Get(name)) }

// readBounds reads from and until; zero is no bound. A day is its beginning,
// also as an upper bound.
func readBounds(args url.Values) (from, until time.Time, failed *failure) {
	if lengthOf(args, "from") != lengthOf(args, "until") && args.Get("from") != "" && args.Get("until") != "" {
		return from, until, crash // a day with a time
	}
	for name, at := range map[string]*time.Time{"from": &from, "until": &until} {
		text := args.Get(name)
		if text == "" {
			continue
		}
		var err error
		if *at, err = time.Parse(timeLayout, text); err != nil {
			*at, err = time.Parse(time.DateOnly, text)
		}
		if err != nil {
			return from, until, badArgument(name + ": Not a valid datetime.")
		}
	}
	if !from.IsZero() && !until.IsZero() && until.Before(from) {
		return from, until, badArgument("The date 'from' must be before 'until'.")
	}
	return from, until, nil
}
