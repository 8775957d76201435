package harvest_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/zharvest/zharvest/harvest"
	"github.com/zharvest/zharvest/store"
	"github.com/zharvest/zharvest/zenodo"
	"github.com/zharvest/zharvest/zenodotest"
)

// spanRecords is small, so that a few hundred records are divided into spans.
const spanRecords = 60

var everythingOAI = harvest.Selection{Via: harvest.ViaOAI}

// harvestInto runs a harvest to its end and fails where that is not complete.
func harvestInto(t *testing.T, c *zenodo.Client, sink store.Sink, sel harvest.Selection) *harvest.Result {
	t.Helper()
	res, err := run(t, &harvest.Harvester{Client: c, Sink: sink, Selection: sel, SpanRecords: spanRecords})
	if err != nil || !res.Complete || res.Missing != 0 {
		t.Fatalf("%s: got %+v, %v; want a complete harvest", sel.JSON(), res, err)
	}
	return res
}

// wantSame compares what two harvests hold of each record.
func wantSame(t *testing.T, got, want *harvest.Memory) {
	t.Helper()
	if len(got.Records) != len(want.Records) {
		t.Errorf("%d records, want %d", len(got.Records), len(want.Records))
	}
	for id, w := range want.Records {
		g := got.Records[id]
		if g == nil {
			t.Errorf("record %s of %s is missing", id, w.UpdatedAt)
			continue
		}
		if g.DOI != w.DOI || g.ConceptDOI != w.ConceptDOI || g.Metadata.Title != w.Metadata.Title {
			t.Errorf("record %s: got %s, %s, %q; want %s, %s, %q", id, g.DOI, g.ConceptDOI, g.Metadata.Title, w.DOI, w.ConceptDOI, w.Metadata.Title)
		}
		if g.Format != zenodo.FormatDataCite || !strings.HasPrefix(string(g.Raw), "<record>") || !strings.HasSuffix(string(g.Raw), "</record>") {
			t.Errorf("record %s is kept as %s: %.60s", id, g.Format, g.Raw)
		}
	}
}

// TestOAIAsREST: over HTTP, the harvest of a set and that of the community with
// all versions hold the same.
func TestOAIAsREST(t *testing.T) {
	for name, tc := range map[string]struct {
		cfg zenodotest.Config
		sel harvest.Selection
	}{
		"fixtures":        {zenodotest.Config{}, harvest.Selection{Communities: []zenodo.Slug{"fed-sky"}}},
		"two communities": {zenodotest.Config{}, harvest.Selection{Communities: []zenodo.Slug{"fed-sky", "eosc-synergy"}}},
		"everything":      {zenodotest.Config{Synthetic: 200}, harvest.Selection{}},
		"a page, exactly": {zenodotest.Config{Synthetic: 50}, harvest.Selection{}},
		"nothing":         {zenodotest.Config{Communities: []string{"empty"}}, harvest.Selection{Communities: []zenodo.Slug{"empty"}}},
	} {
		t.Run(name, func(t *testing.T) {
			server := zenodotest.NewServer(t, tc.cfg)
			client, err := zenodo.NewClient(zenodo.WithBaseURL(server.API()), zenodo.WithAccessToken("t"))
			if err != nil {
				t.Fatal(err)
			}
			var viaREST, viaOAI harvest.Memory
			tc.sel.AllVersions = true
			want := harvestInto(t, client, &viaREST, tc.sel)
			tc.sel.Via = harvest.ViaOAI
			got := harvestInto(t, client, &viaOAI, tc.sel)
			wantSame(t, &viaOAI, &viaREST)
			if got.Total != want.Total || got.New != want.New || got.Unchanged != 0 {
				t.Errorf("got %+v, want as by REST %+v", got, want)
			}
		})
	}
}

// TestOAIDivides: more than a span may have is divided into spans, at little
// more than a request for each 50 records.
func TestOAIDivides(t *testing.T) {
	const records = 700
	for name, cfg := range map[string]zenodotest.Config{
		"spread":     {Synthetic: records},
		"one second": {Synthetic: records, Bursts: []zenodotest.Burst{{At: 200, Count: 300, Span: time.Second}}},
	} {
		t.Run(name, func(t *testing.T) {
			e, c := emulated(t, cfg)
			var sink harvest.Memory
			res := harvestInto(t, c, &sink, everythingOAI)
			if len(sink.Records) != records || res.Total != records || res.New != records {
				t.Errorf("%d records, %+v; want %d", len(sink.Records), res, records)
			}
			if n := e.RequestCount(); n > records/50*2+25 {
				t.Errorf("%d requests for %d records", n, records)
			}
		})
	}
}

// TestOAIExpiredToken: a token that dies in the middle costs a span at most.
func TestOAIExpiredToken(t *testing.T) {
	const records = 400
	undisturbed := 0
	for _, at := range []int{0, 2, 6, 11} {
		clock, jumps := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC), 0
		cfg := zenodotest.Config{Synthetic: records, Now: func() time.Time { return clock }}
		cfg.OnRequest = func(n int, r *http.Request) {
			if n >= at && at > 0 && jumps == 0 && r.URL.Query().Has("resumptionToken") {
				jumps++
				clock = clock.Add(3 * time.Minute)
			}
		}
		e, c := emulated(t, cfg)
		var sink harvest.Memory
		res := harvestInto(t, c, &sink, everythingOAI)
		if len(sink.Records) != records || res.Total != records {
			t.Errorf("expired at request %d: %d records, %+v", at, len(sink.Records), res)
		}
		if at == 0 {
			undisturbed = e.RequestCount()
			continue
		}
		const span = 3*spanRecords/50 + 2 // the largest, with its empty page
		if cost := e.RequestCount() - undisturbed; jumps == 0 || cost > span || cost < 1 {
			t.Errorf("expired at request %d: %d more than the %d requests without, want at most %d", at, cost, undisturbed, span)
		}
	}
}

// TestOAIFaults: pages that are lost on the way lose no record.
func TestOAIFaults(t *testing.T) {
	repeated := 0
	for seed := range uint64(4) {
		e, c := emulated(t, zenodotest.Config{
			Synthetic: 400, Seed: seed, Faults: 0.2,
			FaultKinds: []zenodotest.FaultKind{"reset", "500", "502", "504", "cut", "garbled", "empty", "html"},
		})
		var sink harvest.Memory
		res := harvestInto(t, c, &sink, everythingOAI)
		if len(sink.Records) != 400 {
			t.Errorf("seed %d: %d records, %+v", seed, len(sink.Records), res)
		}
		repeated += res.Fetched - 400
		tokens := map[string]bool{}
		for _, r := range e.Requests() {
			_, token, ok := strings.Cut(r.Path, "resumptionToken=")
			if ok && tokens[token] {
				t.Errorf("seed %d: the token %s was sent twice", seed, token)
			}
			tokens[token] = true
		}
	}
	if repeated == 0 {
		t.Error("no span was walked again, so this shows nothing")
	}
}

// bulk is a repository of 150 records that were all changed in the same second;
// every list of them begins elsewhere. The answer to the second token of each
// list is lost.
type bulk struct{ lists, lost, asked int }

func (b *bulk) RoundTrip(req *http.Request) (*http.Response, error) {
	b.asked++
	page, query := 0, req.URL.Query()
	switch token := query.Get("resumptionToken"); token {
	case "":
		b.lists++
	case "2":
		b.lost++
		return nil, syscall.ECONNRESET
	default:
		page = 1
	}
	var body strings.Builder
	body.WriteString(`<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/"><responseDate>2026-01-02T00:00:00Z</responseDate><request>x</request>`)
	if query.Get("verb") == "Identify" {
		body.WriteString(`<Identify><repositoryName>R</repositoryName><baseURL>x</baseURL><protocolVersion>2.0</protocolVersion><adminEmail>a@b.c</adminEmail>` +
			`<earliestDatestamp>2026-01-01T00:00:00Z</earliestDatestamp><deletedRecord>no</deletedRecord><granularity>YYYY-MM-DDThh:mm:ssZ</granularity></Identify></OAI-PMH>`)
	} else if at := "2026-01-01T12:00:00Z"; query.Get("from") > at || query.Has("until") && query.Get("until") < at {
		body.WriteString(`<error code="noRecordsMatch">none</error></OAI-PMH>`)
	} else {
		body.WriteString("<ListRecords>")
		for n := range 50 {
			id := (b.lists*50 + page*50 + n) % 150
			fmt.Fprintf(&body, `<record><header><identifier>oai:repository.example:aaaaa-%05d</identifier><datestamp>2026-01-01T12:00:00Z</datestamp><setSpec>community-tide</setSpec></header>`+
				`<metadata><resource xmlns="http://datacite.org/schema/kernel-4"><identifiers><identifier identifierType="oai">oai:repository.example:aaaaa-%05[1]d</identifier></identifiers>`+
				`<titles><title>Tides</title></titles></resource></metadata></record>`, id)
		}
		fmt.Fprintf(&body, `<resumptionToken completeListSize="150">%d</resumptionToken></ListRecords></OAI-PMH>`, page+1)
	}
	return &http.Response{StatusCode: 200, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(body.String())), Request: req}, nil
}

// TestOAIBulk: what nothing divides and no single list gives is there once as
// many records were listed as there are, and no list is walked after that.
func TestOAIBulk(t *testing.T) {
	server := new(bulk)
	c, err := zenodo.NewClient(zenodo.WithBaseURL("https://data.example/api"), zenodo.WithTransport(server), zenodo.WithRetryDelay(time.Microsecond, time.Microsecond))
	if err != nil {
		t.Fatal(err)
	}
	var sink harvest.Memory
	harvestInto(t, c, &sink, everythingOAI)
	if len(sink.Records) != 150 || server.lost == 0 || server.asked > 30 {
		t.Errorf("%d records after %d requests, %d answers lost", len(sink.Records), server.asked, server.lost)
	}
	for id, r := range sink.Records {
		if want := "https://data.example/records/" + string(id); r.URL != want || !slices.Equal(r.Communities, []zenodo.Slug{"tide"}) {
			t.Errorf("record %s: at %s, in %q; want %s, in tide", id, r.URL, r.Communities, want)
		}
	}
	if got := c.KnownDialect(); got != zenodo.DialectRDM {
		t.Errorf("the server is taken for %q", got)
	}
}

// TestOAIResumes: wherever a run ends, the next goes on, with no more than a
// span to be fetched again.
func TestOAIResumes(t *testing.T) {
	const records = 400
	for stored := 0; stored < 12; stored += 5 {
		e, c := emulated(t, zenodotest.Config{Synthetic: records, Seed: 5})
		sink := &flakySink{left: stored}
		h := &harvest.Harvester{Client: c, Sink: sink, Selection: everythingOAI, SpanRecords: spanRecords}
		if _, err := run(t, h); !errors.Is(err, errDisk) {
			t.Fatalf("with room for %d pages: got %v", stored, err)
		}
		before := len(sink.Records)
		sink.left = 1000
		res, err := run(t, h)
		if err != nil || !res.Complete || len(sink.Records) != records || res.New != records-before {
			t.Errorf("resumed after %d pages: got %+v, %v and %d records", stored, res, err, len(sink.Records))
		}
		if n := e.RequestCount(); n > records/50*3/2+20+3*spanRecords/50 {
			t.Errorf("resumed after %d pages: %d requests in all", stored, n)
		}
	}
}

// TestOAIChanges: whatever happens while the lists are walked, what was there
// throughout is there in the end, in its last state.
func TestOAIChanges(t *testing.T) {
	for seed := range 3 {
		begin, passed := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC), atomic.Int64{} // by REST several pages are asked for at a time
		var e *zenodotest.Emulator
		var ids, deleted []string
		cfg := zenodotest.Config{Synthetic: 300, Seed: uint64(seed), Now: func() time.Time { return begin.Add(time.Duration(passed.Load())) }}
		cfg.OnRequest = func(n int, _ *http.Request) {
			passed.Add(int64(1700 * time.Millisecond))
			if len(ids) == 0 || n > 200 {
				return
			}
			id := ids[(n*31+seed*7)%len(ids)]
			switch n % 4 {
			case 0:
				_, _ = e.NewVersion(id)
			case 1:
				_ = e.Edit(id, zenodotest.SetTitle(fmt.Sprint("edited at ", n)))
			case 2:
				_, _ = e.Publish(zenodotest.Draft{Title: "a newcomer"})
			case 3:
				if e.Delete(id, zenodotest.Tombstone{}) == nil {
					deleted = append(deleted, id)
				}
			}
		}
		_, c := emulatedWith(t, cfg, &e)
		var truth harvest.Memory
		harvestInto(t, c, &truth, harvest.Selection{AllVersions: true})
		for id := range truth.Records {
			ids = append(ids, string(id))
		}
		var sink harvest.Memory
		harvestInto(t, c, &sink, everythingOAI)
		ids = nil // from here on nothing changes
		truth = harvest.Memory{}
		harvestInto(t, c, &truth, harvest.Selection{AllVersions: true})
		for id := range sink.Records {
			if truth.Records[id] == nil {
				delete(sink.Records, id) // it was listed before it was deleted
			}
		}
		if len(deleted) == 0 {
			t.Error("nothing was deleted, so this shows less than it should")
		}
		wantSame(t, &sink, &truth)
	}
}

// TestOAIBounds: since and until are times of change; until is not included.
func TestOAIBounds(t *testing.T) {
	clock := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
	e, c := emulated(t, zenodotest.Config{Communities: []string{"mine"}, Now: func() time.Time { return clock }})
	var ids []string
	for range 4 { // at midnight and at noon of two days, half a second later
		clock = clock.Add(500 * time.Millisecond)
		id, err := e.Publish(zenodotest.Draft{Title: "one", Communities: []string{"mine"}})
		if err != nil {
			t.Fatal(err)
		}
		ids = append(ids, id)
		clock = clock.Add(12*time.Hour - 500*time.Millisecond)
	}
	for _, tc := range []struct {
		since, until string
		want         []string
	}{
		{"", "", ids},
		{"2026-03-01T12:00:00Z", "", ids[1:]},
		{"", "2026-03-02T00:00:00Z", ids[:2]},
		{"2026-03-01T12:00:00Z", "2026-03-02T12:00:00Z", ids[1:3]},
		{"2026-03-01T13:00:00Z", "2026-03-01T14:00:00Z", nil},
	} {
		var sink harvest.Memory
		harvestInto(t, c, &sink, harvest.Selection{Via: harvest.ViaOAI, Communities: []zenodo.Slug{"mine"}, Since: tc.since, Until: tc.until})
		for _, id := range tc.want {
			if sink.Records[zenodo.RecordID(id)] == nil {
				t.Errorf("from %s to %s: record %s is missing", tc.since, tc.until, id)
			}
		}
		if len(sink.Records) != len(tc.want) {
			t.Errorf("from %s to %s: %d records, want %d", tc.since, tc.until, len(sink.Records), len(tc.want))
		}
	}
}

func TestOAILimit(t *testing.T) {
	_, c := emulated(t, zenodotest.Config{Synthetic: 300})
	var sink harvest.Memory
	h := &harvest.Harvester{Client: c, Sink: &sink, Selection: everythingOAI, Limit: 70, SpanRecords: spanRecords}
	res, err := run(t, h)
	if err != nil || res.Complete || res.Fetched != 70 || res.Total != 300 || res.Missing != 0 || len(sink.Records) != 70 {
		t.Errorf("got %+v, %v and %d records; want 70 of 300", res, err, len(sink.Records))
	}
	h.Limit = 0
	if res, err = run(t, h); err != nil || !res.Complete || len(sink.Records) != 300 {
		t.Errorf("then: got %+v, %v and %d records", res, err, len(sink.Records))
	}
}

// TestOAIUnknownCommunity: nothing is fetched where the server has no such
// community.
func TestOAIUnknownCommunity(t *testing.T) {
	e, c := emulated(t, zenodotest.Config{})
	var sink harvest.Memory
	sel := harvest.Selection{Via: harvest.ViaOAI, Communities: []zenodo.Slug{"fed-sky", "nosuch"}}
	_, err := run(t, &harvest.Harvester{Client: c, Sink: &sink, Selection: sel})
	if !errors.Is(err, zenodo.ErrNotFound) || errors.Is(err, harvest.ErrIncomplete) || len(sink.Records) > 0 || e.RequestCount() != 2 {
		t.Errorf("got %v, %d records with %d requests; want not found", err, len(sink.Records), e.RequestCount())
	}
}

func TestOAIPlan(t *testing.T) {
	e, c := emulated(t, zenodotest.Config{Synthetic: 500})
	plan, err := (&harvest.Harvester{Client: c, Selection: everythingOAI, SpanRecords: spanRecords}).Plan(t.Context())
	if err != nil || plan.Records != 500 || !plan.Estimated || plan.Guest != plan.Token || plan.Guest.PageSize != 50 {
		t.Fatalf("got %+v, %v", plan, err)
	}
	asked := e.RequestCount()
	var sink harvest.Memory
	harvestInto(t, c, &sink, everythingOAI)
	took := e.RequestCount() - asked
	if off := plan.Guest.Requests - took; asked != 1 || off < -took/3 || off > took/3 {
		t.Errorf("planned %d requests with %d of them; it took %d", plan.Guest.Requests, asked, took)
	}
}

// hiding drops a record from every list of a server, which counts it all the
// same.
type hiding struct {
	next http.RoundTripper
	id   string // "" hides nothing
	with string // what comes in its place
}

func (h *hiding) RoundTrip(req *http.Request) (*http.Response, error) {
	resp, err := h.next.RoundTrip(req)
	if err != nil || h.id == "" || req.URL.Path != "/oai2d" {
		return resp, err
	}
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		return nil, err
	}
	records := regexp.MustCompile(`(?s)<record>.*?</record>`)
	body = records.ReplaceAllFunc(body, func(record []byte) []byte {
		if bytes.Contains(record, []byte("<identifier>oai:zenodo.org:"+h.id+"<")) {
			return []byte(h.with)
		}
		return record
	})
	resp.Body, resp.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
	return resp, nil
}

// TestOAIShort: a record that is counted and never listed, or listed without
// metadata, is said to be missing; the next run looks for it alone.
func TestOAIShort(t *testing.T) {
	const records = 250
	for name, with := range map[string]string{
		"not listed": "",
		"unreadable": "<record><header><identifier>oai:zenodo.org:%s</identifier><datestamp>2020-01-01T00:00:00Z</datestamp></header></record>",
	} {
		t.Run(name, func(t *testing.T) {
			e, err := zenodotest.New(zenodotest.Config{Synthetic: records})
			if err != nil {
				t.Fatal(err)
			}
			server := &hiding{next: e.Transport()}
			c, err := zenodo.NewClient(zenodo.WithBaseURL("http://127.0.0.1/api"), zenodo.WithTransport(server))
			if err != nil {
				t.Fatal(err)
			}
			first, err := c.Records.Search(t.Context(), zenodo.SearchOptions{Size: 1})
			if err != nil {
				t.Fatal(err)
			}
			server.id = string(first.Items[0].ID)
			if server.with = with; with != "" {
				server.with = fmt.Sprintf(with, server.id)
			}
			var sink harvest.Memory
			h := &harvest.Harvester{Client: c, Sink: &sink, Selection: everythingOAI, SpanRecords: spanRecords}
			res, err := run(t, h)
			if !errors.Is(err, harvest.ErrIncomplete) || res.Missing != 1 || res.Total != records || len(sink.Records) != records-1 {
				t.Fatalf("got %+v, %v and %d records; want one of %d missing", res, err, len(sink.Records), records)
			}
			if with != "" && (len(res.MissingIDs) != 1 || string(res.MissingIDs[0]) != server.id) {
				t.Errorf("missing ids %v, want %s", res.MissingIDs, server.id)
			}
			if res, err = run(t, h); !errors.Is(err, harvest.ErrIncomplete) || res.Missing != 1 || res.Total != records {
				t.Errorf("again: got %+v, %v; want it missing still", res, err)
			}
			server.id = ""
			if res, err = run(t, h); err != nil || !res.Complete || res.New != 1 || len(sink.Records) != records || res.Requests > 20 {
				t.Errorf("listed again: got %+v, %v and %d records; want it there after some requests", res, err, len(sink.Records))
			}
		})
	}
}
