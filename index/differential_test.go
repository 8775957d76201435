package index_test

import (
	"errors"
	"flag"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/zharvest/zharvest/index"
	"github.com/zharvest/zharvest/querystring"
	store0 "github.com/zharvest/zharvest/store"
	"github.com/zharvest/zharvest/zenodo"
)

var queriesFlag = flag.Int("queries", 600, "how many random queries to hold against a naive search")

// Random queries over random records, which were stored in many segments,
// changed, deleted and merged, find what looking at every record finds.
func TestAgainstNaive(t *testing.T) {
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	g := &generator{Rand: rand.New(rand.NewPCG(seed, 0))}
	queries := max(1, *queriesFlag/slowdown)
	perCorpus := min(2000, (queries+3)/4)
	for done := 0; done < queries; done += perCorpus {
		t.Run("", func(t *testing.T) {
			c := randomCorpus(t, g)
			for left := perCorpus; left > 0; left -= perState {
				c.checkState(t, g, min(left, perState))
				c.change(t, g)
			}
		})
		if t.Failed() {
			return
		}
	}
}

// perState is how many queries are asked of one state of an index.
const perState = 100

// corpus is an index, and a model that knows the same records.
type corpus struct {
	db    *index.DB
	model *model
	run   *index.Run
	held  map[string]bool // what run has stored
}

// randomCorpus stores records in several ways.
func randomCorpus(t *testing.T, g *generator) *corpus {
	db := openIndex(t)
	c := &corpus{db: db, model: newModel(), run: startRun(t, db, "held"), held: map[string]bool{}}
	t.Cleanup(func() { c.run.Close() })
	for range g.IntN(26) {
		c.change(t, g)
	}
	c.harvest(t, g)
	return c
}

// change stores new records and new states of known ones, or deletes some.
func (c *corpus) change(t *testing.T, g *generator) {
	t.Helper()
	switch g.IntN(8) {
	case 0:
		c.bury(t, g)
	case 1:
		c.harvest(t, g)
	default:
		records := decode(t, g.records()...)
		if _, err := c.db.StoreRecords(t.Context(), records...); err != nil {
			t.Fatal(err)
		}
		c.model.store(t, records...)
	}
}

// harvest leaves records in no segment.
func (c *corpus) harvest(t *testing.T, g *generator) {
	t.Helper()
	records := decode(t, g.records()...)
	stored, err := c.run.StorePages(t.Context(), store0.Page{Records: records})
	if err != nil {
		t.Fatal(err)
	}
	for _, id := range stored.Outvoted { // the server has them all the same
		resolve(t, c.run, store0.Resolved{ID: id, Fate: store0.FateKept, Record: c.model.records[string(id)].Record})
	}
	c.model.store(t, records...)
	for _, r := range records {
		c.held[string(r.ID)] = true
	}
}

// bury marks records as gone.
func (c *corpus) bury(t *testing.T, g *generator) {
	t.Helper()
	ids := slices.Sorted(maps.Keys(c.model.records))
	for range min(len(ids), g.IntN(8)) {
		id := zenodo.RecordID(pick(g, ids...))
		if _, err := c.db.MarkGone(t.Context(), store0.Gone{ID: id}); err != nil {
			t.Fatal(err)
		}
		c.model.markGone(id)
	}
}

// checkState asks queries of the present state. Some of them are asked once
// more the way in which users do, and their facets counted.
func (c *corpus) checkState(t *testing.T, g *generator, queries int) {
	t.Helper()
	public := func(q index.Query) ([]string, error) { return search(t, c.db, q) }
	err := c.db.SearchMany(t.Context(), func(search func(index.Query) ([]string, error)) {
		for range queries {
			q := g.query()
			if c.check(t, q, search) && g.IntN(20) == 0 {
				c.check(t, q, public)
				c.checkFacets(t, q)
			}
		}
	})
	if err != nil {
		t.Fatal(err)
	}
}

// check holds the answer to a query against the model's. One that is refused
// has none.
func (c *corpus) check(t *testing.T, q index.Query, search func(index.Query) ([]string, error)) (answered bool) {
	t.Helper()
	q.Columns = []string{"id"}
	got, err := search(q)
	if e, refused := errors.AsType[*querystring.Error](err); refused {
		cannot := e.Status == 0 // what stands between two slashes by chance may not be to be had offline
		if !cannot {
			t.Fatalf("%+v is refused: %v", q, err)
		}
		return false
	}
	if err != nil {
		t.Fatalf("%+v: %v", q, err)
	}
	want, ok := c.model.search(t, q, c.held)
	if !ok {
		return false
	}
	if !slices.Equal(got, want) {
		t.Fatalf("%+v:\ngot  %v,\nwant %v", q, got, want)
	}
	return true
}

// checkFacets holds what is counted over a result against what looking at every
// record of it counts.
func (c *corpus) checkFacets(t *testing.T, q index.Query) {
	t.Helper()
	names := []string{"type", "year", "community", "keyword", "creator"}
	facets, err := c.db.Facets(t.Context(), q, names, 0)
	if err != nil {
		t.Fatal(err)
	}
	first, err := c.db.Facets(t.Context(), q, names, 2)
	if err != nil {
		t.Fatal(err)
	}
	for i, f := range facets {
		if want := f.Values[:min(2, len(f.Values))]; !slices.Equal(first[i].Values, want) || first[i].Total != len(f.Values) {
			t.Fatalf("the first two of %d values of %s are %v of %d, want %v", len(f.Values), f.Name, first[i].Values, first[i].Total, want)
		}
	}
	q.Limit = 0
	want := map[string]int{}
	found, _ := c.model.search(t, q, c.held)
	for _, id := range found {
		for _, value := range facetValues(c.model.records[id].Record) {
			want[value]++
		}
	}
	got := map[string]int{}
	for _, f := range facets {
		for _, v := range f.Values {
			got[f.Name+" "+v.Value] = v.Count
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Fatalf("facets of %+v (-want +got):\n%s", q, diff)
	}
}

// facetValues are the distinct values that a record has.
func facetValues(r *zenodo.Record) (values []string) {
	add := func(name, value string) {
		if value != "" && !slices.Contains(values, name+" "+value) {
			values = append(values, name+" "+value)
		}
	}
	add("type", r.Metadata.Type)
	add("year", r.Metadata.PublicationDate[:min(4, len(r.Metadata.PublicationDate))])
	for _, slug := range r.Communities {
		add("community", string(slug))
	}
	for _, k := range r.Metadata.Keywords {
		add("keyword", k)
	}
	for _, c := range r.Metadata.Creators {
		add("creator", c.Name)
	}
	return values
}

// generator makes records and queries of few words, so that they meet.
type generator struct{ *rand.Rand }

func pick[T any](g *generator, from ...T) T { return from[g.IntN(len(from))] }

func (g *generator) word() string {
	return pick(g, "climate", "Climate", "ocean", "data", "of", "the", "open-access", "L'énergie", "COVID-19", "Straße",
		"model", "models", "v1.0", "10.5281/zenodo.12", "—", "c++", "日本語", "é")
}

// term is a word as it is written in a query, where a slash begins a pattern.
func (g *generator) term() string { return strings.ReplaceAll(g.word(), "/", `\/`) }

func (g *generator) words(most int) string {
	var words []string
	for range g.IntN(most + 1) {
		words = append(words, g.word())
	}
	return strings.Join(words, " ")
}

func (g *generator) day() string {
	return time.Date(2020, 1, 1+g.IntN(20), 0, 0, 0, 0, time.UTC).Format(time.DateOnly)
}

func (g *generator) slug() string { return pick(g, "zenodo", "egi-ace", "bees", "nowhere") }

// records are a few records, some of which may have been there before.
func (g *generator) records() []string {
	var raws []string
	for range 1 + g.IntN(12) {
		raws = append(raws, g.record())
	}
	return raws
}

func (g *generator) record() string {
	id := 1 + g.IntN(200)
	at, _ := time.Parse(time.DateOnly, g.day())
	at = at.Add(pick(g, 0, time.Duration(g.Int64N(int64(24*time.Hour))).Truncate(time.Microsecond), 24*time.Hour-time.Microsecond))
	fields := []any{
		"created", at.Format("2006-01-02T15:04:05.000000+00:00"), "modified", g.day() + "T00:00:00+00:00",
		"metadata.title", g.words(6), "metadata.description", g.words(12), "metadata.notes", g.words(3),
		"metadata.publication_date", pick(g, "2020", "2020-05", g.day()), "metadata.version", pick(g, "v1.0", "1", ""),
		"metadata.language", pick[any](g, "eng", nil), "metadata.communities", in(g.slug(), g.slug()),
		"metadata.resource_type", pick(g, map[string]any{"type": "dataset"}, map[string]any{"type": "publication", "subtype": "article"}),
		"metadata.keywords",
		[]any{g.words(3), g.words(2)},
		"metadata.creators",
		[]any{
			map[string]any{"name": pick(g, "Doe, Jane", "Ørsted, Åse", "CERN", "data, model"), "affiliation": g.words(2), "orcid": "0000-0001"},
			map[string]any{"name": pick(g, "Roe, Jane", "Jane"), "affiliation": pick[any](g, nil, g.word())},
		},
	}
	if g.IntN(3) > 0 {
		fields = append(fields, version(1000+id/3, 1+id%3, g.IntN(2) == 0)...)
	}
	if g.IntN(3) > 0 {
		fields = append(fields, "stats", map[string]any{"views": g.IntN(5), "unique_views": g.IntN(5), "downloads": g.IntN(5), "unique_downloads": g.IntN(5)})
	}
	var files []any
	for i := range g.IntN(4) {
		files = append(files, map[string]any{"key": fmt.Sprint(pick(g, "data", "read me"), i, ".csv"), "size": g.IntN(100)})
	}
	if g.IntN(3) > 0 {
		fields = append(fields, "files", append([]any{}, files...))
	}
	if g.IntN(20) == 0 {
		fields = append(fields, "created", nil)
	}
	return record(id, fields...)
}

func (g *generator) query() index.Query {
	q := index.Query{
		Parsed: g.parsed(), AllVersions: g.IntN(2) == 0, IncludeGone: g.IntN(4) == 0,
		Sort: pick(g, "", index.Newest, index.Oldest, index.Updated, index.Title, index.Views, index.Downloads), Limit: pick(g, 0, 0, 0, 1, 7),
	}
	switch g.IntN(8) {
	case 0:
		q.Type = pick(g, "dataset", "publication", "nothing")
	case 1:
		q.Type, q.Subtype = "publication", pick(g, "article", "book")
	case 2:
		q.Communities = []zenodo.Slug{zenodo.Slug(g.slug()), zenodo.Slug(g.slug())}
	case 3:
		q.Since, _ = time.Parse(time.DateOnly, g.day())
	case 4:
		q.Until, _ = time.Parse(time.DateOnly, g.day())
	case 5:
		q.Harvest = "held"
	}
	return q
}

// text is a group of clauses.
// parsed is a text that the parser accepts.
func (g *generator) parsed() *querystring.Query {
	for {
		if q, err := querystring.Parse(g.text(3)); err == nil {
			return q
		}
	}
}

func (g *generator) text(depth int) string {
	var b strings.Builder
	for i := range 1 + g.IntN(4) {
		if i > 0 {
			b.WriteString(pick(g, " ", " ", " AND ", " OR ", " && ", " || "))
		}
		b.WriteString(pick(g, "", "", "", "+", "-", "!", "NOT "))
		b.WriteString(g.leaf(depth))
		b.WriteString(pick(g, "", "", "", "", "^2", "^0.5"))
	}
	return b.String()
}

func (g *generator) leaf(depth int) string {
	field := pick(g, "", "", "title:", "description:", "notes:", "keywords:", "creators.name:", "metadata.title.original:", "unknown:")
	switch g.IntN(18) {
	case 0, 1, 2:
		return field + g.term()
	case 3:
		return field + `"` + g.words(3) + `"`
	case 4:
		return field + pick(g, "cli*", "o*", "MODEL*", "open-*", "é*", "*")
	case 5:
		return field + pick(g, "[climate TO model]", "{climate TO model}", "[* TO of]", "{data TO *}", "[a TO z}")
	case 6:
		return pick(g, "filecount", "filesize", "version", "stats.all_versions.views", "stats.all_versions.unique_views", "stats.all_versions.downloads") +
			pick(g, ":1", ":>1", ":<=2", ":[1 TO 2]", ":{0 TO 50}", ":*", ":[* TO 3]", ":[2 TO *}", ":0")
	case 7:
		return "created:" + pick(g, g.day(), "["+g.day()+" TO "+g.day()+"]", "{"+g.day()+" TO "+g.day()+"}", "["+g.day()+" TO *]", ">"+g.day(), "*")
	case 8:
		return "publication_date:" + pick(g, "2020", "2020*", "[2020 TO 2020-05]", g.day())
	case 9:
		return pick(g, "type:dataset", "type:(dataset OR publication)", "resource_type.subtype:publication-article", "communities:"+g.slug(),
			"language:eng", "filename:\"read me1.csv\"", "filename:data*", "metadata.version:v1.0", "recid:"+fmt.Sprint(g.IntN(200)), "*:*",
			"_exists_:metadata.subjects.subject", "_exists_:metadata.creators", "doi:10.5281/zenodo."+fmt.Sprint(g.IntN(200)))
	case 10:
		return field + pick(g, "cl?mate", "*mod*", "c*e", "o?ea*", "MODEL?", "?", "covid-1?", "*", "?*?*?", "*é*", "日?語")
	case 11:
		// No word is so short that more than 50 ids are near it: which of them the
		// engine takes is for another test.
		return field + pick(g, "climte", "modle", "ocaen", "teh", "covid-91", "date", "v1.1", "lénergei") + pick(g, "~", "~0", "~1", "~2")
	case 12:
		return field + `"` + g.word() + " " + g.words(2) + `"` + pick(g, "~1", "~2", "~3", "~7", "~120")
	case 13:
		return field + pick(g, "/mod.ls?/", "/[co].*/", "/c(limate|ovid19)/", "/d+ata/", "/.{2,3}/", "/v1\\.[0-9]/", "/(data|the){1}/", "/.*/", "/nothing/")
	default:
		if depth == 0 {
			return g.term()
		}
		return field + "(" + g.text(depth-1) + ")"
	}
}
