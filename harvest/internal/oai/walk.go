package oai

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/zharvest/zharvest/harvest/internal/run"
	"github.com/zharvest/zharvest/oaipmh"
	"github.com/zharvest/zharvest/store"
	"github.com/zharvest/zharvest/zenodo"
)

const (
	// spanTries is how often a span is walked before it is divided, and
	// wholeTries before it is given up where nothing divides it.
	spanTries  = 2
	wholeTries = 8

	statusUnprocessable = 422
)

var (
	// errShort says that a list had fewer records than the server counted.
	errShort = errors.New("the list was shorter than the server had said")
	// errLost says that a page in the middle of a list did not come. Its token
	// stands for the next page now.
	errLost = errors.New("a page of the list was lost")
)

// walker walks one span of a part.
type walker struct {
	run    *run.Run
	oai    *Strategy
	part   *Part
	number int // of the part
	span   Span
	whole  bool // nothing divides it

	// done notes in the part that the span was walked to a good end. The first
	// page of the list says when that was.
	done func(first *oaipmh.Page[oaipmh.Record])

	try     int
	first   *oaipmh.Page[oaipmh.Record]
	counted int               // by the server, -1 where it does not tell
	ids     run.IDSet         // of what was listed and could be read, in all walks of the same list
	unread  []zenodo.RecordID // what could not
	ended   bool              // all that the server has counted was listed
}

func (o *Strategy) walkOf(number int, p *Part, span Span) *walker {
	return &walker{run: o.run, oai: o, part: p, number: number, span: span}
}

// insist walks the span until that has come to a good end. A resumption token
// is good for two minutes and for one page: where it died, or a page was lost,
// the list begins anew. A span that fails again and again is divided, as one
// that is too large, or where that is not possible given up.
func (w *walker) insist(ctx context.Context) error {
	for w.try = 1; ; w.try++ {
		err := w.walk(ctx)
		if err == nil || ctx.Err() != nil || !isPassing(err) {
			return err
		}
		if !w.whole && w.try >= spanTries && !w.oai.date.IsZero() {
			// Where pages are lost often, short spans cost less.
			w.oai.wanted = max(leastWanted, w.oai.wanted/2)
			return &largeError{total: max(w.counted, w.ids.Len()), date: w.oai.date, failed: true}
		}
		if w.try < wholeTries {
			continue
		}
		if errors.Is(err, errShort) || errors.Is(err, errLost) && w.counted >= 0 {
			return w.giveUp(ctx)
		}
		return err
	}
}

// isPassing recognises what another walk may do better. Status 422 without an
// error of the protocol is one that was garbled on its way.
func isPassing(err error) bool {
	if answer, ok := errors.AsType[*oaipmh.HTTPError](err); ok && !errors.Is(err, errLost) {
		return answer.Status == statusUnprocessable
	}
	for _, passing := range []error{
		errShort, errLost, oaipmh.ErrBadResumptionToken, oaipmh.ErrTokenRepeated, oaipmh.ErrEmptyPages, oaipmh.ErrInvalidBody,
	} {
		if errors.Is(err, passing) {
			return !errors.Is(err, oaipmh.ErrTooLarge)
		}
	}
	return false
}

// walk walks the span once, and stores its pages as they come. The last of
// them brings the checkpoint that the span is done.
func (w *walker) walk(ctx context.Context) error {
	w.first, w.ended = nil, false
	for page, err := range w.oai.client.RecordPages(ctx, w.options()) {
		if err != nil {
			return w.explain(err)
		}
		if err := w.take(ctx, page); err != nil || w.ended || w.run.LimitReached() {
			return err
		}
	}
	return nil
}

// explain marks the error of a page in the middle of a list, which another walk
// may get.
func (w *walker) explain(err error) error {
	_, refused := errors.AsType[*oaipmh.Error](err)
	if answer, ok := errors.AsType[*oaipmh.HTTPError](err); ok && answer.Status/100 == 4 {
		refused = true
	}
	if w.first == nil || refused {
		return err
	}
	return fmt.Errorf("%w: %w", errLost, err)
}

// take checks a page and stores it.
func (w *walker) take(ctx context.Context, page *oaipmh.Page[oaipmh.Record]) error {
	if !page.ResponseDate.IsZero() {
		w.oai.date = page.ResponseDate
		if w.run.Begun.IsZero() {
			w.run.Begun = w.oai.date.UTC()
		}
	}
	if w.first == nil {
		w.begin(page)
	}
	if page.ResumptionToken.CompleteListSize >= 0 {
		w.counted = page.ResumptionToken.CompleteListSize
	}
	total, most := max(w.counted, w.ids.Len()), mostTimes*w.oai.wanted
	if !w.whole && total > most && w.run.Left() > most && !w.oai.date.IsZero() {
		return &largeError{total: total, date: w.oai.date}
	}
	records := w.read(page.Items)
	short := false
	w.ended = page.Last() || w.counted >= 0 && w.ids.Len()+len(w.unread) >= w.counted
	if w.ended && len(records) <= w.run.Left() {
		missing := w.counted - w.ids.Len()
		if short = missing > len(w.unread); !short {
			w.end(missing)
		}
	}
	if err := w.commit(ctx, records[:min(len(records), w.run.Left())]); err != nil {
		return err
	}
	if short {
		return fmt.Errorf("%w: %d of %d records", errShort, w.ids.Len(), w.counted)
	}
	return nil
}

// begin notes the first page of a list, and how large the part is. What an
// earlier walk has listed counts where the list has as many records as then.
func (w *walker) begin(page *oaipmh.Page[oaipmh.Record]) {
	size := page.ResumptionToken.CompleteListSize
	if size < 0 || size != w.counted {
		w.ids, w.unread = run.IDSet{}, nil
	}
	w.first, w.counted = page, size
	if w.part.End.IsZero() && w.part.Ends == 0 {
		w.part.Total = max(w.counted, len(page.Items))
	}
}

// end notes that the list has come to its end, and what of it is missing.
func (w *walker) end(missing int) {
	w.done(w.first)
	missing = max(missing, len(w.unread))
	if missing <= 0 {
		return
	}
	span := w.span
	if span.Until.IsZero() {
		span.Until = w.first.ResponseDate
	}
	w.part.Short = append(w.part.Short, Short{span, w.ids.Len() + missing, w.ids.Len()})
	w.run.Tally.MissingIDs = append(w.run.Tally.MissingIDs, w.unread...)
}

// giveUp continues behind a span where the server does not list what it
// counts. The next run looks at it again.
func (w *walker) giveUp(ctx context.Context) error {
	w.end(w.counted - w.ids.Len())
	return w.commit(ctx, nil)
}

// read reads the records of a page. Deleted ones, which other servers list,
// are none.
func (w *walker) read(items []oaipmh.Record) []*zenodo.Record {
	records := make([]*zenodo.Record, 0, len(items))
	for i := range items {
		item := &items[i]
		id := idOf(item.Identifier)
		if item.Deleted {
			w.see(id)
			continue
		}
		record, err := zenodo.DecodeRecord(item.Raw)
		if err != nil {
			if !slices.Contains(w.unread, zenodo.RecordID(id)) {
				w.unread = append(w.unread, zenodo.RecordID(id))
			}
			continue
		}
		w.see(id)
		w.run.Client.NoteOAI(item.Identifier)
		if w.run.Client.KnownDialect() == zenodo.DialectRDM {
			record.URL = zenodo.RecordURL(w.run.Client.BaseURL(), record.ID)
		}
		w.unread = slices.DeleteFunc(w.unread, func(other zenodo.RecordID) bool { return other == record.ID })
		if w.oai.until.IsZero() || item.Datestamp.Before(w.oai.until) { // a bound is included
			records = append(records, record)
		}
	}
	return records
}

// see notes that the list has an item.
func (w *walker) see(id string) {
	w.ids.Add(id)
	w.oai.found.Add(id)
}

// idOf is the last part of an identifier: 1234 of oai:zenodo.org:1234.
func idOf(identifier string) string {
	return identifier[strings.LastIndexByte(identifier, ':')+1:]
}

// commit stores records and the checkpoint.
func (w *walker) commit(ctx context.Context, records []*zenodo.Record) error {
	known := 0
	for _, record := range records {
		w.run.NoteChange(record)
		if w.oai.members.Add(string(record.ID)) {
			known++
		}
	}
	w.run.Tally.Fetched += len(records)
	_, err := w.run.Store(ctx, known, store.Page{Span: w.number, Records: records, Checkpoint: w.oai.checkpoint()})
	if err != nil {
		return err
	}
	w.oai.report(w.number, w.try)
	return nil
}

// largeError says that a span has more records than are walked in one go,
// or that walking it has failed.
type largeError struct {
	total  int
	date   time.Time // the server's clock
	failed bool
}

func (e *largeError) Error() string {
	return fmt.Sprintf("a list of %d records is too long for one span", e.total)
}
