package main

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"github.com/jedib0t/go-pretty/v6/text"

	"github.com/zharvest/zharvest/cmd/zharvest/internal/term"
	"github.com/zharvest/zharvest/index"
	"github.com/zharvest/zharvest/store"
)

// On a terminal of 80 columns no line of status is longer: they used to wrap,
// since each ended with a selection in JSON. Names stay whole.
func TestStatusFits(t *testing.T) {
	harvest := func(name string, total int) index.HarvestStatus {
		return index.HarvestStatus{
			Name: name, Records: total, Total: &total, State: store.StateComplete, Complete: true, Held: total, Listed: &total, ComparedAt: new("2026-10-01T09:00:00Z"),
			LastRunAt: new("2026-11-24T21:53:20Z"), LastFullAt: new("2026-10-01T09:00:00Z"),
			Selection: json.RawMessage(`{"query":"a long one that goes on and on, as they do","communities":["fed-sky","eosc-synergy"]}`),
		}
	}
	long := "fed-sky-publication-deliverable-since-2023-01-01-until-2023-03-01-query-c1e458b0"
	s := &index.Status{Path: "/i.db", Schema: 1, Harvests: []index.HarvestStatus{harvest("fed-sky", 49), harvest(long, 4_500_000), {Name: "new", State: store.StateIncomplete}, {Name: "begun", State: store.StateIncomplete, Unfinished: new(store.ModeIncremental)}, harvest("Übersicht", 1)}}
	var out bytes.Buffer
	a := &app{stdout: term.AsTerminal(&out, 80)}
	if err := a.printStatus(s); err != nil {
		t.Fatal(err)
	}
	const want = `/i.db: 0 B, schema 1
0 records (0 latest versions, 0 gone), 0 communities

harvest    records  of       state       last run (UTC)    compared
fed-sky    49       49       complete    2026-11-24 21:53  2026-10-01
fed-sky-publication-deliverable-since-2023-01-01-until-2023-03-01-query-c1e458b0
           4500000  4500000  complete    2026-11-24 21:53  2026-10-01
new        0        ?        incomplete  never             never
begun      0        ?        incomplete  never             never
Übersicht  1        1        complete    2026-11-24 21:53  2026-10-01

begun: the next run resumes an unfinished one, which is incremental
`
	if out.String() != want {
		t.Errorf("got\n%s\nwant\n%s", out.String(), want)
	}
	for line := range strings.Lines(out.String()) {
		if width := text.StringWidth(strings.TrimSuffix(line, "\n")); width > 80 {
			t.Errorf("%d columns: %s", width, line)
		}
	}
}
