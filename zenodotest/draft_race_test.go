package zenodotest_test

import (
	"net/http"
	"sync"
	"testing"

	"github.com/zharvest/zharvest/zenodo"
	"github.com/zharvest/zharvest/zenodotest"
)

// TestDraftsAtOnce sends the same request four times at once: none is carried out
// before all have arrived.
func TestDraftsAtOnce(t *testing.T) {
	var together sync.WaitGroup
	config := zenodotest.Config{OnRequest: func(_ int, r *http.Request) {
		if r.Header.Get("X-Together") != "" {
			together.Done()
			together.Wait()
		}
	}}
	dialects(t, config, func(t *testing.T, s *zenodotest.Server, d zenodo.Dialect) {
		atOnce := func(method, address string, body any) (all []response) {
			const n = 4
			together.Add(n)
			answers := make(chan response, n)
			for range n {
				go func() { answers <- call(t, method, address, body, "Accept", rdm, "X-Together", "1") }()
			}
			for range n {
				all = append(all, <-answers)
			}
			return all
		}
		expect := func(all []response, win, lose int) {
			t.Helper()
			won := 0
			for _, got := range all {
				switch got.StatusCode {
				case win:
					won++
				case lose:
				default:
					t.Errorf("got %d %.200s, want %d or %d", got.StatusCode, got.body, win, lose)
				}
			}
			if won != 1 {
				t.Errorf("got %d answers with %d, want one", won, win)
			}
		}
		_, address := draft(t, s, described())
		expect(atOnce("PUT", address, described("version", "2")), 200, 400)
		send(t, address, "newt.txt", "wet")
		expect(atOnce("POST", address+"/actions/publish", nil), 202, 500)

		record := released(t, s, described())
		ids := map[string]bool{}
		for _, got := range atOnce("POST", s.API()+"/records/"+record.ID+"/versions", nil) {
			ids[want[native](t, 201, got).ID] = true
		}
		if len(ids) != 4 {
			t.Errorf("new versions: got %v, want four", ids)
		}
	})
}
