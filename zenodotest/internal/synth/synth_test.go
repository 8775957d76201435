package synth_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/zharvest/zharvest/zenodotest/internal/synth"
)

func TestTmp(t *testing.T) {
	c, err := synth.New(1_000_000, 1)
	if err != nil {
		t.Fatal(err)
	}
	total, n := 0, 0
	cr, kw, fi, ri, last, later := 0, 0, 0, 0, 0, 0
	df := map[string]int{}
	for i := 0; i < c.Len(); i += 97 {
		b := c.AppendRecord(nil, i)
		total += len(b)
		n++
		var r struct {
			Created  time.Time
			Files    []any
			Metadata struct {
				Creators            []any
				Keywords            []any
				Description         string
				Related_identifiers []any
				Relations           struct {
					Version []struct {
						Index   int
						Is_last bool
					}
				}
			}
		}
		if err := json.Unmarshal(b, &r); err != nil {
			t.Fatal(err, string(b))
		}
		cr += len(r.Metadata.Creators)
		kw += len(r.Metadata.Keywords)
		fi += len(r.Files)
		ri += len(r.Metadata.Related_identifiers)
		if r.Metadata.Relations.Version[0].Is_last {
			last++
		}
		if r.Metadata.Relations.Version[0].Index > 0 {
			later++
		}
		seen := map[string]bool{}
		for _, w := range strings.FieldsFunc(strings.ToLower(r.Metadata.Description), func(r rune) bool { return r == ' ' || r == '.' || r == ',' }) {
			if !seen[w] {
				seen[w] = true
				df[w]++
			}
		}
	}
	f := float64(n)
	fmt.Println(float64(total)/f, float64(cr)/f, float64(kw)/f, float64(fi)/f, float64(ri)/f, float64(last)/f, float64(later)/f)
	for _, w := range strings.Fields("the of data research analysis results study species we model project dissemination wheat") {
		fmt.Println(w, float64(df[w])/f)
	}
	fmt.Println(len(df))
	fmt.Println(string(c.AppendRecord(nil, 109)))
	for _, i := range []int{0, 5000, 25000, 100000, 500000, 999999} {
		fmt.Println(i, time.UnixMicro(c.Created(i)).UTC(), c.ID(i))
	}
	if _, err := synth.New(100000, 1, synth.Burst{50000, 25000, time.Second}, synth.Burst{80000, 12000, time.Millisecond}); err != nil {
		t.Fatal(err)
	}
}

func BenchmarkRecord(b *testing.B) {
	c, _ := synth.New(1_000_000, 1)
	buf := make([]byte, 0, 1<<16)
	i := 0
	for b.Loop() {
		buf = c.AppendRecord(buf[:0], i%1_000_000)
		i += 37
	}
}
