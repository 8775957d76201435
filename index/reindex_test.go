package index_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/zharvest/zharvest/index"
	"github.com/zharvest/zharvest/index/internal/segment"
)

// derived are all tables that people read.
var derived = []string{
	"records", "creators", "contributors", "keywords", "grants", "related_identifiers", "files",
	"statistics", "communities", "memberships", "document_blocks", "documents", "harvest_records",
}

func dump(t *testing.T, path string) map[string][]string {
	t.Helper()
	all := map[string][]string{}
	for _, name := range derived {
		all[name] = table(t, path, "SELECT * FROM "+name+" ORDER BY 1, 2")
	}
	return all
}

var questions = []string{
	"", "the", `"of the"`, "title:data*", "created:[2020 TO *]", "publication_date:[2019 TO 2022]", "communities:*",
	"type:dataset", "creators.name:a* NOT keywords:*", "filecount:[2 TO *]", "stats.all_versions.views:[1 TO *]",
}

func answers(t *testing.T, db *index.DB) map[string][]string {
	t.Helper()
	all := map[string][]string{}
	for i, text := range questions {
		sorts := []index.Sort{index.Sorts()[i%len(index.Sorts())]}
		if i == 1 {
			sorts = index.Sorts()
		}
		for _, sort := range sorts {
			ids, err := searchText(t, db, text, index.Query{Sort: sort})
			if err != nil {
				t.Fatal(err)
			}
			if sort == index.BestMatch {
				slices.Sort(ids) // dead documents count for the scores until they are merged away
			}
			all[text+" "+string(sort)] = ids
		}
	}
	return all
}

func TestReindex(t *testing.T) {
	db := openIndex(t)
	const n = 700 / slowdown
	raws := syntheticRecords(t, n)
	harvest(t, db, "some", page(t, raws[:n/2]...))
	store(t, db, raws...)
	store(t, db, record(1, "stats", stats(1)), record(2, append(version(1, 1, true), "metadata.communities", in("x"))...))
	store(t, db, record(1, "stats", stats(2), "links.self_html", "https://zenodo.org/new/1"), record(3, version(1, 2, true)...))
	before, beforeAnswers := dump(t, db.Path()), answers(t, db)

	last := 0
	if err := db.Reindex(t.Context(), func(done, total int) {
		if done <= last || total != n+3 {
			t.Errorf("%d of %d after %d", done, total, last)
		}
		last = done
	}); err != nil {
		t.Fatal(err)
	}
	if last != n+3 {
		t.Errorf("the last progress was %d, want %d", last, n+3)
	}
	if diff := cmp.Diff(before, dump(t, db.Path())); diff != "" {
		t.Errorf("tables (-before +after):\n%s", diff)
	}
	if diff := cmp.Diff(beforeAnswers, answers(t, db)); diff != "" {
		t.Errorf("answers (-before +after):\n%s", diff)
	}
	if got := table(t, db.Path(), "SELECT count(*), sum(docs), count(dead) FROM segments"); got[0] != fmt.Sprintln(1, n+3, 0) {
		t.Errorf("segments, documents, with dead: %s, want one of %d", got[0], n+3)
	}
}

func TestReindexCancelled(t *testing.T) {
	db := openIndex(t)
	var raws []string
	for i := range 520 { // more than one part
		raws = append(raws, record(i+1))
	}
	store(t, db, raws...)
	want := answers(t, db)
	ctx, cancel := context.WithCancel(t.Context())
	if err := db.Reindex(ctx, func(int, int) { cancel() }); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want context.Canceled", err)
	}
	if diff := cmp.Diff(want, answers(t, db)); diff != "" {
		t.Errorf("answers (-before +after):\n%s", diff)
	}
}

// ofStream is the condition for the pages of a stream.
const ofStream = "(page_id >> 22 & 0xfff) = %d"

// Whatever is damaged of what is derived, reindexing repairs.
func TestReindexRepairs(t *testing.T) {
	for i, damage := range []string{
		"UPDATE segments SET latest = x'00'",
		"UPDATE segment_pages SET data = x'0011' WHERE " + fmt.Sprintf(ofStream, segment.Records),
		"UPDATE segment_pages SET data = x'0011' WHERE NOT " + fmt.Sprintf(ofStream, segment.Records),
		"UPDATE segment_pages SET data = x'0011' WHERE " + fmt.Sprintf(ofStream, segment.Docs),
		"UPDATE segment_pages SET data = x'0011' WHERE " + fmt.Sprintf(ofStream, segment.Keys),
		"DELETE FROM segment_pages",
		"UPDATE record SET title = 'x', is_latest = 0",
		"DELETE FROM part",
	} {
		if i%3 > 0 && slowdown > 1 {
			continue
		}
		db := openIndex(t)
		raws := syntheticRecords(t, 30)
		for i := range 3 {
			store(t, db, raws[i*10:i*10+10]...)
		}
		want := answers(t, db)
		execSQL(t, db.Path(), damage)
		if err := db.Reindex(t.Context(), nil); err != nil {
			t.Errorf("%s: %v", damage, err)
			continue
		}
		if diff := cmp.Diff(want, answers(t, db)); diff != "" {
			t.Errorf("%s: answers (-before +after):\n%s", damage, diff)
		}
	}
}

func TestDamageIsNamed(t *testing.T) {
	db := openIndex(t)
	store(t, db, record(1))
	execSQL(t, db.Path(), "UPDATE segment_pages SET data = x'0011' WHERE "+fmt.Sprintf(ofStream, segment.Docs))
	if _, err := search(t, db, index.Query{Parsed: parsed("record")}); !errors.Is(err, index.ErrDamaged) {
		t.Errorf("damaged postings: got %v, want ErrDamaged", err)
	}
	execSQL(t, db.Path(), "UPDATE document_blocks SET data = x'0011'")
	if _, err := db.Record(t.Context(), "1"); !errors.Is(err, index.ErrDamaged) {
		t.Errorf("damaged document: got %v, want ErrDamaged", err)
	}
	if err := db.Reindex(t.Context(), nil); !errors.Is(err, index.ErrDamaged) {
		t.Errorf("reindexing what is lost: got %v, want ErrDamaged", err)
	}
}
