package harvest_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/zharvest/zharvest/harvest"
	"github.com/zharvest/zharvest/store"
	"github.com/zharvest/zharvest/zenodo"
)

// The fake's clock says so when it is first asked; all its records are older
// unless a test publishes more.
var now = time.Date(2026, 6, 1, 12, 0, 0, 0, time.UTC)

// deposit is a record of the fake.
type deposit struct {
	id          int
	created     time.Time
	communities []string
	kind        string // type of resource
	title       string
}

// fake is the part of Zenodo that a harvest sees. It sorts by creation only.
type fake struct {
	mu          sync.Mutex
	records     []deposit
	communities []string
	window      int
	maxSize     int
	requests    []string // path and query of each
	pages       []int    // page numbers of the lists asked for with more than one place
	queries     []string // q of the lists

	// before, if set, is called before a list is answered, with the number of
	// lists answered so far and the page. It may change the fake. A status
	// other than 0 is answered instead.
	before func(n, page int) (status int)
	// delay, if set, is how long the answer to a page takes.
	delay func(page int) time.Duration
	lists int
	// restricted are ids of records that are refused. Others are served alone, if
	// alone is set, or not found.
	restricted []string
	alone      bool
	// unlisted are ids of records that are in no list; hide, if set, empties a
	// list, and total is what follows on its hits, for a number of them.
	unlisted []string
	hide     func() bool
	total    func(total int) string
}

func newFake(records ...deposit) *fake {
	return &fake{records: records, communities: []string{"egi", "egi-ace"}, window: 10_000, maxSize: 25}
}

// deposits makes records from first to last, a day apart, all in communities.
func deposits(first, last int, communities ...string) []deposit {
	var all []deposit
	for id := first; id <= last; id++ {
		all = append(all, deposit{
			id: id, created: now.AddDate(0, 0, id-10_000), communities: communities,
			kind: "dataset", title: fmt.Sprint("record ", id),
		})
	}
	return all
}

// client returns a client that reaches the fake without a network, so that it
// works inside a synctest bubble.
func (f *fake) client(t testing.TB, opts ...zenodo.Option) *zenodo.Client {
	t.Helper()
	c, err := zenodo.NewClient(append([]zenodo.Option{
		zenodo.WithBaseURL("http://127.0.0.1/api"), zenodo.WithTransport(f),
		zenodo.WithMaxAttempts(2), zenodo.WithRetryDelay(time.Microsecond, time.Microsecond),
	}, opts...)...)
	if err != nil {
		t.Fatal(err)
	}
	c.AssumeDialect(zenodo.DialectZenodo)
	return c
}

// RoundTrip implements http.RoundTripper.
func (f *fake) RoundTrip(req *http.Request) (*http.Response, error) {
	if f.delay != nil {
		page, _ := strconv.Atoi(req.URL.Query().Get("page"))
		timer := time.NewTimer(f.delay(page))
		defer timer.Stop()
		select {
		case <-timer.C:
		case <-req.Context().Done():
		}
	}
	if err := req.Context().Err(); err != nil {
		return nil, err
	}
	w := httptest.NewRecorder()
	f.ServeHTTP(w, req)
	resp := w.Result()
	resp.Request = req
	return resp, nil
}

func (f *fake) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.requests = append(f.requests, req.URL.RequestURI())
	w.Header().Set("Date", now.Format(http.TimeFormat))
	w.Header().Set("Content-Type", "application/json")
	path := strings.Split(strings.TrimPrefix(req.URL.Path, "/api/"), "/")
	switch {
	case len(path) == 1 && path[0] == "records":
		f.list(w, req, "")
	case len(path) == 1 && path[0] == "communities":
		f.list(w, req, "communities")
	case path[0] == "communities" && !slices.Contains(f.communities, path[1]):
		refuse(w, http.StatusNotFound, "The persistent identifier does not exist.")
	case path[0] == "records" && slices.Contains(f.restricted, path[1]):
		refuse(w, http.StatusForbidden, "Permission denied.")
	case path[0] == "records":
		i := slices.IndexFunc(f.records, func(d deposit) bool { return strconv.Itoa(d.id) == path[1] })
		if !f.alone || i < 0 {
			refuse(w, http.StatusNotFound, "The persistent identifier does not exist.")
			return
		}
		fmt.Fprint(w, f.records[i].json())
	case len(path) == 2:
		fmt.Fprint(w, communityJSON(path[1]))
	default:
		f.list(w, req, path[1])
	}
}

func refuse(w http.ResponseWriter, status int, message string) {
	w.WriteHeader(status)
	fmt.Fprintf(w, `{"status":%d,"message":%q}`, status, message)
}

// list answers with a page of the communities, or of the records of one.
func (f *fake) list(w http.ResponseWriter, req *http.Request, of string) {
	query := req.URL.Query()
	page, _ := strconv.Atoi(query.Get("page"))
	size, _ := strconv.Atoi(query.Get("size"))
	if f.before != nil {
		f.lists++
		if status := f.before(f.lists, page); status != 0 {
			refuse(w, status, "not now")
			return
		}
	}
	if size > 1 {
		f.pages = append(f.pages, page)
	}
	f.queries = append(f.queries, query.Get("q"))
	if size > f.maxSize && of != "communities" {
		w.WriteHeader(http.StatusBadRequest)
		fmt.Fprintf(w, `{"status":400,"message":"A validation error occurred.","errors":[{"field":"size","messages":["Page size cannot be greater than %d."]}]}`, f.maxSize)
		return
	}
	if (page-1)*size >= f.window {
		refuse(w, http.StatusBadRequest, "Invalid querystring parameters.")
		return
	}
	hits := f.communityHits
	if of != "communities" {
		hits = f.recordHits(query.Get("q"), query.Get("type"), of)
	}
	from, to := (page-1)*size, page*size
	total, found := hits(from, to)
	if f.hide != nil && f.hide() {
		found = nil
	}
	count := fmt.Sprintf(`,"total":%d`, total)
	if f.total != nil {
		count = f.total(total)
	}
	fmt.Fprintf(w, `{"hits":{"hits":[%s]%s}}`, strings.Join(found, ","), count)
}

func (f *fake) communityHits(from, to int) (total int, found []string) {
	total = len(f.communities)
	for _, slug := range f.communities[min(from, total):min(to, total)] {
		found = append(found, communityJSON(slug))
	}
	return total, found
}

func (f *fake) recordHits(query, kind, of string) func(from, to int) (int, []string) {
	return func(from, to int) (total int, found []string) {
		matches := matcher(query)
		slices.SortStableFunc(f.records, func(a, b deposit) int { return a.created.Compare(b.created) })
		for _, d := range f.records {
			in := of == "" || slices.Contains(d.communities, of)
			if !in || !matches(d) || slices.Contains(f.unlisted, strconv.Itoa(d.id)) || kind != "" && kind != d.kind && of == "" {
				continue
			}
			if from <= total && total < to {
				found = append(found, d.json())
			}
			total++
		}
		return total, found
	}
}

var (
	createdRange = regexp.MustCompile(`created:\[(\S+) TO (\S+)[]}]`)
	typeClause   = regexp.MustCompile(`type:"(\w+)"`)
	idClause     = regexp.MustCompile(`recid:(\w+)\*`)
)

// matcher understands what the harvester adds to a query; of the rest it
// knows a single word of the title.
func matcher(query string) func(deposit) bool {
	var from, to time.Time
	if m := createdRange.FindStringSubmatch(query); m != nil {
		from, _ = time.Parse(time.RFC3339, m[1])
		to, _ = time.Parse(time.RFC3339, m[2])
	}
	kind := typeClause.FindStringSubmatch(query)
	prefix := idClause.FindStringSubmatch(query)
	word, hasWord := strings.CutPrefix(query, "(title:")
	word, _, _ = strings.Cut(word, ")")
	return func(d deposit) bool {
		return !d.created.Before(from) && (to.IsZero() || d.created.Before(to)) &&
			(kind == nil || kind[1] == d.kind) && (prefix == nil || strings.HasPrefix(strconv.Itoa(d.id), prefix[1])) && (!hasWord || strings.Contains(d.title, word))
	}
}

func (d deposit) json() string {
	slugs := []map[string]string{}
	for _, slug := range d.communities {
		slugs = append(slugs, map[string]string{"id": slug})
	}
	data, _ := json.Marshal(map[string]any{
		"id": d.id, "recid": strconv.Itoa(d.id), "conceptrecid": strconv.Itoa(d.id), "title": d.title,
		"created": d.created.Format(time.RFC3339), "modified": d.created.Format(time.RFC3339),
		"metadata": map[string]any{"title": d.title, "resource_type": map[string]string{"type": d.kind}, "communities": slugs},
	})
	return string(data)
}

func communityJSON(slug string) string {
	return fmt.Sprintf(`{"id":"uuid-of-%s","slug":%q,"metadata":{"title":"Community %s"}}`, slug, slug, slug)
}

// remove deletes a record, as its owner may.
func (f *fake) remove(id int) {
	f.records = slices.DeleteFunc(f.records, func(d deposit) bool { return d.id == id })
}

// flakySink fails from a certain page on, before it has stored it.
type flakySink struct {
	harvest.Memory
	left int // pages until it fails
}

var errDisk = fmt.Errorf("no space left")

func (s *flakySink) StorePages(ctx context.Context, pages ...store.Page) (store.Stored, error) {
	if s.left -= len(pages); s.left < 0 {
		return store.Stored{}, errDisk
	}
	return s.Memory.StorePages(ctx, pages...)
}

// wantIDs checks that exactly the records from first to last are there.
func wantIDs(t *testing.T, m *harvest.Memory, first, last int) {
	t.Helper()
	for id := first; id <= last; id++ {
		if m.Records[zenodo.RecordID(strconv.Itoa(id))] == nil {
			t.Errorf("record %d is missing", id)
		}
	}
	if got, want := len(m.Records), last-first+1; got != want {
		t.Errorf("got %d records, want %d", got, want)
	}
}

func recordID(id int) zenodo.RecordID { return zenodo.RecordID(strconv.Itoa(id)) }
