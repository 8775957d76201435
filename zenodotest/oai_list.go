package zenodotest

import (
	"net/url"
	"time"
)

// list answers ListRecords and ListIdentifiers.
func (q *oaiQuery) list() *oaiError {
	at := oaiResumption{Verb: q.verb, Prefix: q.args.Get("metadataPrefix"), Page: 1}
	var failed *oaiError
	if token := q.args.Get("resumptionToken"); token != "" {
		at, failed = q.resume(token)
	} else {
		at.Scroll, failed = q.beginList()
	}
	if failed != nil {
		return failed
	}
	items, total, ok := q.scrolls.page(at.Scroll, q.now)
	if !ok {
		return errResumption
	}
	for _, item := range items {
		q.writeItem(item, oaiFormatNamed(at.Prefix))
	}
	more := at.Page*oaiPageSize <= total // Zenodo holds so also where the last page was full
	at.Page++
	q.token(at, total, more)
	return nil
}

// beginList makes the list that the arguments ask for.
func (q *oaiQuery) beginList() (int64, *oaiError) {
	from, until, failed := readBounds(q.args)
	if failed != nil {
		return 0, failed
	}
	items, err := q.world.oaiItems(q, q.args.Get("set"), from, until)
	if err != nil {
		return 0, badArgument(err.Error())
	}
	if len(items) == 0 {
		return 0, &oaiError{"noRecordsMatch", "No records match the given criteria."}
	}
	return q.scrolls.begin(&scroll{items: items, next: 1, expires: q.now.Add(oaiTokenLife)}, q.now), nil
}

// readBounds reads from and until; zero is no bound. A day is its beginning,
// also as an upper bound.
func readBounds(args url.Values) (from, until time.Time, failed *oaiError) {
	for name, at := range map[string]*time.Time{"from": &from, "until": &until} {
		text := args.Get(name)
		if text == "" {
			continue
		}
		var err error
		if *at, err = time.Parse(oaiTime, text); err != nil {
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

// oaiItems are the records of a set, all versions of them, that were last
// changed within bounds that are included, in no order that means anything.
func (c *catalog) oaiItems(q *oaiQuery, set string, from, until time.Time) ([]oaiItem, error) {
	c.mu.RLock()
	defer c.mu.RUnlock()
	t, err := c.prepare(q.r.Context(), c.criteriaOf(set))
	if err != nil {
		return nil, err
	}
	if !from.IsZero() || !until.IsZero() {
		changed := clause{field: byUpdated, from: from.UnixMilli(), to: until.UnixMilli() + 1}
		if until.IsZero() {
			changed.to = q.now.AddDate(100, 0, 0).UnixMilli()
		}
		t.clauses = append(t.clauses, changed)
	}
	refs := c.sortByKeys(c.collect(t), orders["bestmatch"])
	items := make([]oaiItem, len(refs))
	for i, r := range refs {
		if r >= 0 {
			items[i].number = int(r)
		} else {
			items[i].kept = c.entries[^r]
		}
	}
	return items, nil
}
