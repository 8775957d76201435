package index_test

import (
	"errors"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"unicode"

	"github.com/zharvest/zharvest/index"
	"github.com/zharvest/zharvest/querystring"
)

// FuzzQuery runs any text against a small index. It either finds what
// looking at every record finds or says, as an error of the query language, why
// not. For a run of its own, give -fuzzminimizetime 5x: which code
// is reached depends on the garbage collector too, and go test would spend its
// time on that.
func FuzzQuery(f *testing.F) {
	g := &generator{Rand: rand.New(rand.NewPCG(1, 2))}
	for range 20 {
		f.Add(g.text(2))
	}
	for _, seed := range []string{
		"", " ", "(", `"`, "a AND", "NOT", "*", "*:*", "title:*", "a~2", "a?c", "/re/", `"a b"~3`, "created:now-1y", "created:[2020 TO now+1000000y]",
		"created:9999999999999999", "filecount:{9223372036854775807 TO *}", "filecount:[NaN TO 5]", "filecount:[* TO -9223372036854775808}", "filecount:0x10",
		"filesize:1e400", "_files.size:[-1 TO 1.5]", "version:>=1.5", "stats.this_version.views:[0 TO 3]", "title:[b TO a]", "title:{* TO *}", "a^2", "doi:10.5281/zenodo.1",
		"created:2020-13-45", "created:{2020||/d TO 2021||+1M/y]", "title:(---)", "NOT title:(---)", "title:\x00", "\xff", "ａｂ　ｃ", "a\\", "title:\\u0041", "-a -b", "(((a)))",
	} {
		f.Add(seed)
	}
	db, model := openIndex(f), newModel()
	for range 2 { // two segments
		raws := g.records()
		store(f, db, raws...)
		model.store(f, decode(f, raws...)...)
	}
	f.Fuzz(func(t *testing.T, text string) {
		found := fuzzed(t, db, text)
		parsed, err := querystring.Parse(text)
		if err != nil || found == nil {
			return
		}
		if reason, err := db.TooLong(t.Context(), parsed); err != nil || reason != "" {
			return // the index answers it, the engine and the model refuse it
		}
		if strings.Contains(text, `\u`) || strings.ContainsFunc(text, func(r rune) bool { return r > unicode.MaxLatin1 }) {
			return // the model folds few characters beyond
		}
		slices.Sort(found)
		scores, ok := model.scores(t, parsed)
		if !ok {
			return
		}
		if want := slices.Sorted(maps.Keys(scores)); !slices.Equal(found, want) {
			t.Errorf("%q finds %q, want %q", text, found, want)
		}
	})
}

// fuzzed returns what a text finds, nil where it is refused.
func fuzzed(t *testing.T, db *index.DB, text string) []string {
	t.Helper()
	q := index.Query{AllVersions: true, IncludeGone: true}
	found, err := searchText(t, db, text, q)
	if refused, ok := errors.AsType[*querystring.Error](err); ok {
		if refused.Msg == "" || refused.Pos < 0 || refused.Pos > len(refused.Text) {
			t.Errorf("%q is refused with %#v", text, refused)
		}
		return nil
	}
	if err != nil {
		t.Fatalf("%q: %v", text, err)
	}
	q.Sort = index.BestMatch
	ranked, err := searchText(t, db, text, q)
	if err != nil || len(ranked) != len(found) {
		t.Errorf("%q: ranked %d of %d, %v", text, len(ranked), len(found), err)
	}
	if found == nil {
		found = []string{}
	}
	return found
}
