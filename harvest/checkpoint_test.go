package harvest_test

import (
	"encoding/json"
	"testing"

	"github.com/zharvest/zharvest/harvest"
	"github.com/zharvest/zharvest/harvest/internal/rest"
	"github.com/zharvest/zharvest/store"
)

func TestParseCheckpoint(t *testing.T) {
	var sink harvest.Memory
	f := newFake(deposits(1, 60, "egi")...)
	h := &harvest.Harvester{Client: f.client(t), Sink: &sink, Selection: egi, Limit: 25}
	if _, err := run(t, h); err != nil {
		t.Fatal(err)
	}
	cp, err := rest.ParseCheckpoint(sink.Checkpoint())
	if err != nil {
		t.Fatal(err)
	}
	span := cp.Parts[0].Spans[0]
	if len(cp.Parts) != 1 || span.Community != "egi" || span.Offset != 25 || span.Found != 25 || span.Total != 60 || !span.Until.Equal(now) {
		t.Errorf("got %s, want 25 of 60 records of egi until %v", sink.Checkpoint(), now)
	}
}

// FuzzCheckpoint resumes from whatever an index may hold.
func FuzzCheckpoint(f *testing.F) {
	f.Add(0, 0, 1, 0, false, false)
	f.Add(60, 25, 1, 25, false, false)
	f.Add(60, 60, 1, 75, true, false)
	f.Add(60, 60, 4, 60, false, true)
	f.Add(1<<40, 60, 1<<40, 1<<40, true, true)
	f.Fuzz(func(t *testing.T, total, found, walk, offset int, grew, done bool) {
		server := newFake(deposits(1, 60, "egi")...)
		var sink harvest.Memory
		h := &harvest.Harvester{Client: server.client(t), Sink: &sink, Selection: egi, Limit: 1}
		if _, err := run(t, h); err != nil {
			t.Fatal(err)
		}
		cp, err := rest.ParseCheckpoint(sink.Checkpoint())
		if err != nil {
			t.Fatal(err)
		}
		span := cp.Parts[0].Spans[0]
		span.Total, span.Found, span.Walk, span.Offset, span.Grew, span.Done = total, found, walk, offset, grew, done
		data, _ := json.Marshal(cp)
		sink.StorePages(t.Context(), store.Page{Checkpoint: data})
		h.Limit = 0
		res, err := run(t, h)
		if res.Complete && res.Total == 60 && !done && len(sink.Records) < 60 {
			t.Errorf("from %s: complete with %d of 60 records", data, len(sink.Records))
		}
		if len(server.pages) > 40 {
			t.Errorf("from %s: asked for %d pages (%v)", data, len(server.pages), err)
		}
	})
}
