//go:build realserver

package main

import (
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestRealHarvest(t *testing.T) {
	s := newRealServer(t)
	all := s.records(t)
	latest := all.latest().public()
	byAge := slices.SortedFunc(slices.Values(latest), func(a, b realRecord) int { return a.Created.Compare(b.Created) })
	after := byAge[len(byAge)/2].Created
	since := latest.where(func(r realRecord) bool { return !r.Created.Before(after) })
	until := latest.where(func(r realRecord) bool { return !r.Created.After(after) })
	for _, tt := range []struct {
		name string
		args []string
		who  string
		want []string
	}{
		{"everything", nil, "", latest.ids()},
		{"everything that a member sees", nil, "owner", all.latest().ids()},
		{"all versions", []string{"--all-versions"}, "", all.public().ids()},
		{"a community", []string{"-c", "tide-gauges"}, "", latest.in("tide-gauges").ids()},
		{"a community by its id", []string{"-c", s.Communities["soil-maps"]}, "", latest.in("soil-maps").ids()},
		{"two communities", []string{"-c", "soil-maps", "-c", "tide-gauges"}, "", latest.where(func(r realRecord) bool { return len(r.Communities) > 0 }).ids()},
		{"since a time", []string{"--since", after.Format(time.RFC3339Nano)}, "", since.ids()},
		{"until a time", []string{"--until", after.Format(time.RFC3339Nano)}, "", until.ids()},
		{"a query", []string{`metadata.title:tide AND metadata.resource_type.id:"dataset"`}, "", latest.titled("tide").ofType("dataset", "").ids()},
		{"a type", []string{"-t", "publication"}, "", latest.ofType("publication", "").ids()},
		{"a subtype", []string{"-t", "publication", "--subtype", "article"}, "", latest.ofType("publication", "article").ids()},
		{"a type in a community", []string{"-c", "tide-gauges", "-t", "dataset"}, "", latest.in("tide-gauges").ofType("dataset", "").ids()},
		{"Zenodo's names of fields", []string{"title:tide keywords:soil"}, "", latest.where(func(r realRecord) bool {
			return len(realRecords{r}.titled("tide")) > 0 || slices.Contains(r.Subjects, "soil")
		}).ids()},
		{"a community through OAI-PMH", []string{"--via", "oai", "-c", "tide-gauges"}, "", all.public().in("tide-gauges").ids()},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := s.with(t)
			if tt.who != "" {
				t.Setenv("ZENODO_TOKEN", s.People[tt.who].Token)
			}
			s.zharvest(t, append([]string{"harvest"}, tt.args...)...)
			complete(t, s.db)
			same(t, "the index", s.held(t, "export", "--all-versions"), tt.want)
		})
	}
	if len(all.latest()) == len(latest) || len(since) == len(latest) || len(until) == len(latest) {
		t.Error("a member sees what guests see, or the time selects everything")
	}
}

// A count of nothing for a moment, as by an engine with a part that fails, is not
// believed: neither the first one nor a later one.
func TestRealHarvestEmptyAnswer(t *testing.T) {
	s := newRealServer(t)
	want := s.records(t).latest().public().ids()
	for at := 1; at <= 4; at++ {
		lists := 0
		s := s.behind(t, func(w http.ResponseWriter, r *http.Request, next http.Handler) {
			if r.URL.Path == "/api/records" && r.URL.Query().Get("page") != "" {
				if lists++; lists == at {
					w.Header().Set("Content-Type", "application/json")
					_, _ = w.Write([]byte(`{"hits": {"hits": [], "total": 0}, "aggregations": {}, "links": {}}`))
					return
				}
			}
			next.ServeHTTP(w, r)
		})
		s.zharvest(t, "harvest")
		complete(t, s.db)
		same(t, "the index", s.held(t, "export"), want)
		if lists < at {
			break // there are no more lists
		}
	}
}

// What arrives while a harvest runs is not counted as if it had been there.
func TestRealHarvestMeanwhile(t *testing.T) {
	s := newRealServer(t)
	ids := cloneIDs("mnwh", 30)
	reached, open := make(chan struct{}), make(chan struct{})
	lists := 0
	seen := s.behind(t, func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		if r.URL.Path == "/api/records" {
			if lists++; lists == 2 {
				close(reached)
				<-open
			}
		}
		next.ServeHTTP(w, r)
	})
	p := start(t, "--api", seen.url+"/api", "--db", seen.db, "harvest")
	p.meanwhile(t, reached, func() {
		s.clone(t, s.Ordinary[0], ids, func(_ int, document map[string]any) {
			document["created"] = time.Now().UTC().Format(time.RFC3339Nano)
			document["updated"] = document["created"]
		})
		close(open)
	})
	complete(t, seen.db)
	if n, total := fetchedOf(t, p.stdout.String()); n > total {
		t.Errorf("got %s", p.stdout.String())
	}
	seen.zharvest(t, "update")
	same(t, "the index at the next update", seen.held(t, "export"), slices.Concat(s.records(t).latest().public().ids(), ids))
}

// meanwhile does something at a moment of a command, which is to reach it, and to
// succeed.
func (p *process) meanwhile(t *testing.T, moment <-chan struct{}, do func()) {
	t.Helper()
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		_ = p.Wait() // its exit code tells
	}()
	select {
	case <-moment:
		do()
	case <-ended:
		t.Fatalf("it ended before that: %s%s", p.stdout.String(), p.stderr.String())
	}
	<-ended
	if code := p.ProcessState.ExitCode(); code != exitOK {
		t.Fatalf("exit code %d, %s", code, p.stderr.String())
	}
}

// fetchedOf are the numbers of a summary such as "all: 65 of 70 fetched, …".
func fetchedOf(t *testing.T, summary string) (n, total int) {
	t.Helper()
	_, numbers, _ := strings.Cut(summary, ": ")
	if _, err := fmt.Sscanf(numbers, "%d of %d", &n, &total); err != nil {
		t.Fatalf("%q: %v", summary, err)
	}
	return n, total
}

// A record has as many files as it has.
func TestRealHarvestManyFiles(t *testing.T) {
	s := newRealServer(t)
	const count = 10_000
	ids := cloneIDs("many", 1)
	s.clone(t, s.special(t, "many_files"), ids, func(_ int, document map[string]any) {
		files := document["files"].(map[string]any)
		one := files["entries"].([]any)[0].(map[string]any)
		entries := make([]any, count)
		for i := range entries {
			entry := map[string]any{"key": fmt.Sprintf("part-%05d.bin", i)}
			for _, name := range []string{"uuid", "version_id", "metadata", "checksum", "mimetype", "size", "ext", "object_version_id", "file_id"} {
				entry[name] = one[name]
			}
			entries[i] = entry
		}
		files["entries"], files["count"], files["totalbytes"] = entries, count, count*64
	})
	s.zharvest(t, "harvest", "-c", "tide-gauges") // another one, so that the record joins what there is
	s.zharvest(t, "harvest", "id:("+ids[0]+" OR "+s.special(t, "many_files")+")")
	var rows []struct {
		ID          string
		Files, Size int
	}
	s.printed(t, &rows, "export", "-f", "json", "--fields", "id,files,size", `id:(`+ids[0]+` OR `+s.special(t, "many_files")+`)`)
	if len(rows) != 2 {
		t.Fatalf("got %+v", rows)
	}
	for _, row := range rows {
		want := 80
		if row.ID == ids[0] {
			want = count
		}
		if row.Files != want || row.Size != want*64 {
			t.Errorf("got %+v, want %d files", row, want)
		}
	}
}

// A server that lists the first 40 results of a search, where more were
// created within one millisecond, and that allows few requests, is harvested
// whole; also where it is killed meanwhile and started again.
func TestRealHarvestSmallWindow(t *testing.T) {
	settings := []string{"--window", "40", "--limits", "20 per 2 second"}
	s := newRealServer(t, settings...)
	ids := cloneIDs("brst", 90)
	s.clone(t, s.Ordinary[0], ids, func(i int, document map[string]any) {
		document["created"] = "2026-01-02T03:04:05.678901+00:00"
		if i%3 == 0 {
			document["metadata"].(map[string]any)["resource_type"] = map[string]any{"id": "software", "props": map[string]any{"type": "software"}}
		}
	})
	all := s.records(t).public()
	for _, tt := range []struct {
		name string
		args []string
		want []string
	}{
		{"everything", nil, append(all.latest().ids(), ids...)},
		{"all versions", []string{"--all-versions"}, append(all.ids(), ids...)},
		{"a type", []string{"-t", "software"}, append(all.latest().ofType("software", "").ids(), every(ids, 3)...)},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := s.with(t)
			s.zharvest(t, append([]string{"harvest"}, tt.args...)...)
			complete(t, s.db)
			same(t, "the index", s.held(t, "export", "--all-versions"), tt.want)
		})
	}
	t.Run("killed", func(t *testing.T) {
		t.Skip("a known fault of the test: the server does not start again while the suite runs")
		killed := make(chan struct{})
		requests := 0
		seen := s.behind(t, func(w http.ResponseWriter, r *http.Request, next http.Handler) {
			if requests++; requests == 8 {
				killRealServer(t)
				close(killed)
			}
			next.ServeHTTP(w, r)
		})
		p := start(t, "--api", seen.url+"/api", "--db", seen.db, "harvest")
		p.meanwhile(t, killed, func() { startRealServer(t, settings...) })
		complete(t, seen.db)
		same(t, "the index", seen.held(t, "export"), append(all.latest().ids(), ids...))
	})
}

// every nth of a list.
func every(list []string, n int) (some []string) {
	for i := 0; i < len(list); i += n {
		some = append(some, list[i])
	}
	return some
}

// A limit of requests for an hour is waited for, which is said.
func TestRealHarvestHourlyLimit(t *testing.T) {
	s := newRealServer(t, "--limits", "3 per hour")
	said := saysUntil(t, "hourly limit", "--api", s.url+"/api", "--db", s.db, "harvest", "--via", "oai")
	if want := `the server's hourly limit is used up; it resets at \d\d:\d\d \(in \d+ min\)`; !regexp.MustCompile(want).MatchString(said) {
		t.Errorf("got %q, want %s", said, want)
	}
}
