package store_test

import (
	"context"
	"fmt"
	"log"

	"github.com/zharvest/zharvest/harvest"
	"github.com/zharvest/zharvest/store"
	"github.com/zharvest/zharvest/zenodo"
	"github.com/zharvest/zharvest/zenodotest"
)

// titles is a sink that keeps what it is given in memory, and of records the
// titles alone.
type titles struct {
	checkpoint []byte
	byID       map[zenodo.RecordID]string
	spans      map[int][]string
}

func (s *titles) Checkpoint() []byte { return s.checkpoint }

func (s *titles) StorePages(_ context.Context, pages ...store.Page) (stored store.Stored, err error) {
	for _, page := range pages {
		for _, record := range page.Records {
			if _, known := s.byID[record.ID]; known {
				stored.Unchanged++ // pages may come twice
				continue
			}
			s.byID[record.ID] = record.Metadata.Title
			s.spans[page.Span] = append(s.spans[page.Span], string(record.ID))
			stored.New++
		}
		s.checkpoint = page.Checkpoint
	}
	return stored, nil
}

func (s *titles) SpanIDs(_ context.Context, span int) ([]string, error) { return s.spans[span], nil }

// A store of one's own takes what a harvest fetches. What it does with the
// checkpoint decides where an interrupted run resumes.
func ExampleSink() {
	server, err := zenodotest.New(zenodotest.Config{}) // in place of Zenodo
	if err != nil {
		log.Fatal(err)
	}
	client, err := zenodo.NewClient(zenodo.WithBaseURL("http://127.0.0.1/api"), zenodo.WithTransport(server.Transport()))
	if err != nil {
		log.Fatal(err)
	}
	sink := &titles{byID: map[zenodo.RecordID]string{}, spans: map[int][]string{}}
	h := harvest.Harvester{Client: client, Sink: sink, Selection: harvest.Selection{Communities: []zenodo.Slug{"fed-sky"}}}
	res, err := h.Run(context.Background())
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%s is %s: %d titles\n", res.Harvest, res.State, len(sink.byID))
	// Output:
	// fed-sky is complete: 49 titles
}
