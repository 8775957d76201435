package synth_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/zharvest/zharvest/zenodotest/internal/synth"
)

func corpus(t testing.TB, n int, seed uint64, bursts ...synth.Burst) *synth.Corpus {
	t.Helper()
	c, err := synth.New(n, seed, bursts...)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

type record struct {
	Created, Updated, Modified string
	ID                         int64
	Recid, Conceptrecid        string
	Revision                   int
	Owners                     []struct{ ID string }
	Files                      []struct{ Key string }
	Stats                      struct {
		Views int64 `json:"unique_views"`
	}
	Metadata struct {
		Title, Description string
		Published          string `json:"publication_date"`
		Access             string `json:"access_right"`
		Creators           []struct{ Name, ORCID string }
		Keywords           []string
		Related            []any `json:"related_identifiers"`
		Communities        []struct{ ID string }
		Type               struct{ Type, Subtype string } `json:"resource_type"`
		Relations          struct {
			Version []struct {
				Index  int
				IsLast bool `json:"is_last"`
			}
		}
	}
}

func decode(t testing.TB, c *synth.Corpus, i int) record {
	t.Helper()
	var r record
	if err := json.Unmarshal(c.AppendRecord(nil, i), &r); err != nil {
		t.Fatalf("record %d: %v", i, err)
	}
	return r
}

// TestAgrees compares what is computed without making a record with what the
// record then says.
func TestAgrees(t *testing.T) {
	c := corpus(t, 100_000, 3)
	for i := 0; i < c.Len(); i += 41 {
		r := decode(t, c, i)
		kind := c.Kind(i)
		first, second := c.Communities(i)
		var slugs []string
		for _, k := range []int{first, second} {
			if k >= 0 {
				slugs = append(slugs, synth.Slugs[k])
			}
		}
		var said []string
		for _, community := range r.Metadata.Communities {
			said = append(said, community.ID)
		}
		version := r.Metadata.Relations.Version[0]
		got := fmt.Sprintln(r.ID, r.Recid, r.Conceptrecid, r.Revision, r.Owners[0].ID, r.Metadata.Type, r.Metadata.Access, said, version, r.Metadata.Published, r.Stats.Views)
		want := fmt.Sprintln(c.ID(i), c.ID(i), c.ConceptID(i), c.Revision(i), c.Owner(i), struct{ Type, Subtype string }{kind.Type, kind.Subtype}, c.Access(i), slugs,
			struct {
				Index  int
				IsLast bool
			}{c.Index(i), c.IsLast(i)}, c.PublicationDate(i), c.Stats(i).UniqueViews)
		if got != want {
			t.Errorf("record %d says %s, want %s", i, got, want)
		}
		if micros(t, r.Created) != c.Created(i) || micros(t, r.Updated) != c.Updated(i) || r.Modified != r.Updated {
			t.Errorf("record %d: times %s and %s", i, r.Created, r.Updated)
		}
		if back, ok := c.Find(c.ID(i)); !ok || back != i {
			t.Errorf("record %d: its identifier leads to %d, %t", i, back, ok)
		}
	}
}

func micros(t testing.TB, s string) int64 {
	t.Helper()
	at, err := time.Parse(time.RFC3339Nano, s)
	if err != nil {
		t.Fatal(err)
	}
	return at.UnixMicro()
}

// TestShape holds the records to what real ones are like on average.
func TestShape(t *testing.T) {
	c := corpus(t, 1_000_000, 1)
	const every = 331
	n, counts, containing := 0.0, map[string]float64{}, map[string]float64{}
	mostCreators := 0
	for i := 0; i < c.Len(); i += every {
		r := decode(t, c, i)
		n++
		counts["bytes"] += float64(len(c.AppendRecord(nil, i)))
		counts["creators"] += float64(len(r.Metadata.Creators))
		counts["keywords"] += float64(len(r.Metadata.Keywords))
		counts["files"] += float64(len(r.Files))
		counts["related"] += float64(len(r.Metadata.Related))
		if r.Metadata.Relations.Version[0].Index > 0 {
			counts["later"]++
		}
		mostCreators = max(mostCreators, len(r.Metadata.Creators))
		for _, word := range []string{"research", "dissemination", "wheat"} {
			if strings.Contains(r.Metadata.Description, word) {
				containing[word]++
			}
		}
	}
	for _, want := range []struct {
		name      string
		low, high float64
	}{{"bytes", 5700, 6300}, {"creators", 4.5, 5.5}, {"keywords", 7, 9}, {"files", 0.5, 1.5}, {"related", 5, 7}, {"later", 0.08, 0.12}} {
		if mean := counts[want.name] / n; mean < want.low || mean > want.high {
			t.Errorf("%s: got %.2f on average, want %.2f to %.2f", want.name, mean, want.low, want.high)
		}
	}
	for word, want := range map[string][2]float64{"research": {0.6, 0.75}, "dissemination": {0.05, 0.2}, "wheat": {0.01, 0.08}} {
		if share := containing[word] / n; share < want[0] || share > want[1] {
			t.Errorf("%q is in %.3f of all records, want %v", word, share, want)
		}
	}
	if mostCreators < 50 {
		t.Errorf("most creators: got %d, want a long tail", mostCreators)
	}
}

func TestFunctionOfNumber(t *testing.T) {
	small, big, other := corpus(t, 2000, 5), corpus(t, 500_000, 5), corpus(t, 2000, 6)
	differ := 0
	for i := range small.Len() {
		one := string(small.AppendRecord(nil, i))
		if again := string(small.AppendRecord(nil, i)); again != one {
			t.Fatalf("record %d differs from itself", i)
		}
		if two := string(big.AppendRecord(nil, i)); two != one {
			t.Fatalf("record %d of 2000 differs from that of 500000:\n%s\n%s", i, one, two)
		}
		if string(other.AppendRecord(nil, i)) != one {
			differ++
		}
	}
	if differ != small.Len() {
		t.Errorf("another seed changes %d of %d records", differ, small.Len())
	}
}

func TestOrder(t *testing.T) {
	c := corpus(t, 60_000, 1, synth.Burst{At: 20_000, Count: 25_000, Span: time.Second}, synth.Burst{At: 46_000, Count: 12_000, Span: time.Millisecond})
	for i := 1; i < c.Len(); i++ {
		inBurst := i > 20_000 && i < 45_000 || i > 46_000 && i < 58_000
		if before, now := c.Created(i-1), c.Created(i); now < before || now == before && !inBurst {
			t.Fatalf("record %d was created at %d, the one before at %d", i, now, before)
		}
		if c.ID(i) <= c.ID(i-1)+1 {
			t.Fatalf("record %d has identifier %d after %d; a concept must fit between", i, c.ID(i), c.ID(i-1))
		}
		if c.Updated(i) <= c.Created(i) {
			t.Fatalf("record %d was updated before it was created", i)
		}
	}
	if first, last := c.Created(20_000), c.Created(44_999); first%1e6 != 0 || last/1e6 != first/1e6 {
		t.Errorf("first burst: from %d to %d, want one second", first, last)
	}
	if first, last := c.Created(46_000), c.Created(57_999); first%1e3 != 0 || last/1e3 != first/1e3 {
		t.Errorf("second burst: from %d to %d, want one millisecond", first, last)
	}
	for _, i := range []int{0, 1, 19_999, 20_000, 46_000, 59_999} {
		if got := c.Since(c.Created(i)); got != i {
			t.Errorf("Since(Created(%d)): got %d", i, got)
		}
	}
	if got := c.Since(c.Created(59_999) + 1); got != 60_000 {
		t.Errorf("after the last: got %d", got)
	}
}

func TestYears(t *testing.T) {
	c := corpus(t, 1_000_000, 1)
	first, last := time.UnixMicro(c.Created(0)).UTC(), time.UnixMicro(c.Created(999_999)).UTC()
	if first.Year() != 2013 || last.Year() != 2026 {
		t.Errorf("a million records: from %v to %v, want 2013 to 2026", first, last)
	}
	double := corpus(t, 2_000_000, 1)
	if last := time.UnixMicro(double.Created(1_999_999)).UTC(); last.Year() != 2026 {
		t.Errorf("two millions end at %v, want 2026", last)
	}
}

// TestVersions follows the chains both ways.
func TestVersions(t *testing.T) {
	c := corpus(t, 20_500, 9)
	longest := 0
	for i := range c.Len() {
		if next, ok := c.Next(i); ok {
			if back, ok := c.Previous(next); !ok || back != i || next <= i || next >= c.Len() {
				t.Fatalf("%d is followed by %d, which follows %d (%t)", i, next, back, ok)
			}
		}
		if previous, ok := c.Previous(i); ok {
			if next, ok := c.Next(previous); !ok || next != i {
				t.Fatalf("%d follows %d, which is followed by %d (%t)", i, previous, next, ok)
			}
		}
		chain := slices.Collect(c.Versions(i))
		if chain[c.Index(i)] != i || chain[0] != c.Root(i) || c.IsLast(i) != (chain[len(chain)-1] == i) {
			t.Fatalf("%d at %d in %v", i, c.Index(i), chain)
		}
		first, ok := c.FindConcept(c.ConceptID(i))
		if !ok || first != chain[0] {
			t.Fatalf("concept of %d leads to %d, %t", i, first, ok)
		}
		longest = max(longest, len(chain))
	}
	if longest < 4 {
		t.Errorf("longest chain: got %d versions, want some of four or more", longest)
	}
}

func TestRange(t *testing.T) {
	c := corpus(t, 500, 2)
	for _, bounds := range [][2]int64{{0, 1 << 40}, {10_000, 10_100}, {c.ID(7), c.ID(7) + 1}, {c.ID(7) + 1, c.ID(9)}, {c.ID(499), 1 << 50}, {5, 6}, {1 << 40, 1 << 41}} {
		first, end := c.Range(bounds[0], bounds[1])
		for i := range c.Len() {
			if inside := bounds[0] <= c.ID(i) && c.ID(i) < bounds[1]; inside != (first <= i && i < end) {
				t.Errorf("identifiers in %v: got numbers %d to %d; record %d has %d", bounds, first, end, i, c.ID(i))
			}
		}
	}
	for _, id := range []int64{-1, 0, 9_999, c.ID(3) + 1, c.NextID(), 1 << 60} {
		if i, ok := c.Find(id); ok {
			t.Errorf("identifier %d: got record %d, want none", id, i)
		}
	}
}

func TestBurstErrors(t *testing.T) {
	for name, bursts := range map[string][]synth.Burst{
		"nothing":   {{At: 0, Count: 0, Span: time.Second}},
		"no time":   {{At: 0, Count: 5}},
		"overlap":   {{At: 0, Count: 100, Span: time.Second}, {At: 50, Count: 100, Span: time.Second}},
		"too slow":  {{At: 0, Count: 2, Span: 1000 * time.Hour}},
		"before":    {{At: -1, Count: 2, Span: time.Second}},
		"backwards": {{At: 500, Count: 10, Span: time.Second}, {At: 0, Count: 10, Span: time.Second}},
	} {
		if _, err := synth.New(1000, 1, bursts...); err == nil {
			t.Errorf("%s: got no error", name)
		}
	}
}

// TestORCID checks the check digit, which exporters look at.
func TestORCID(t *testing.T) {
	c := corpus(t, 200, 1)
	seen := 0
	for i := range c.Len() {
		for _, creator := range decode(t, c, i).Metadata.Creators {
			if creator.ORCID == "" {
				continue
			}
			seen++
			total := 0
			digits := strings.ReplaceAll(creator.ORCID, "-", "")
			for _, d := range digits[:15] {
				total = (total + int(d-'0')) * 2
			}
			if want := "0123456789X"[(12-total%11)%11]; digits[15] != want || len(digits) != 16 {
				t.Errorf("%s: want %c at its end", creator.ORCID, want)
			}
		}
	}
	if seen < 100 {
		t.Errorf("got %d ORCIDs in 200 records", seen)
	}
}

func BenchmarkAppendRecord(b *testing.B) {
	c := corpus(b, 1_000_000, 1)
	buf := make([]byte, 0, 1<<16)
	i := 0
	for b.Loop() {
		buf = c.AppendRecord(buf[:0], i%c.Len())
		b.SetBytes(int64(len(buf)))
		i += 37
	}
}
