package deposit_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/zharvest/zharvest/deposit"
	"github.com/zharvest/zharvest/zenodo"
	"github.com/zharvest/zharvest/zenodotest"
)

// lagging is a server whose answers to requests for a draft are lost, and whose
// list knows of drafts some time after they were made.
type lagging struct {
	next  http.RoundTripper
	lag   time.Duration
	loses int  // so many answers
	makes bool // a draft although the answer is lost

	posts  int
	madeAt time.Time
	lists  int
	onList func()
}

func (l *lagging) RoundTrip(r *http.Request) (*http.Response, error) {
	isList := strings.HasSuffix(r.URL.Path, "/deposit/depositions")
	switch {
	case isList && r.Method == http.MethodPost:
		if l.posts++; l.posts > l.loses {
			return l.next.RoundTrip(r)
		}
		if l.makes {
			resp, err := l.next.RoundTrip(r)
			if err != nil {
				return nil, err
			}
			resp.Body.Close()
			l.madeAt = time.Now()
		}
		return nil, io.ErrUnexpectedEOF
	case isList:
		l.lists++
		if l.onList != nil {
			l.onList()
		}
		if time.Since(l.madeAt) < l.lag {
			return &http.Response{StatusCode: http.StatusOK, Header: http.Header{"Content-Type": {"application/json"}}, Body: io.NopCloser(strings.NewReader("[]")), Request: r}, nil
		}
	}
	return l.next.RoundTrip(r)
}

// withLagging runs a test, where waiting takes no time, with a pusher that asks
// the server.
func withLagging(t *testing.T, l *lagging, test func(t *testing.T, p *deposit.Pusher)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		emulator, err := zenodotest.New(zenodotest.Config{})
		if err != nil {
			t.Fatal(err)
		}
		l.next = emulator.Transport()
		client, err := zenodo.NewClient(zenodo.WithBaseURL("http://localhost/api"), zenodo.WithAccessToken("s3cr3t"), zenodo.WithTransport(l))
		if err != nil {
			t.Fatal(err)
		}
		journal, err := deposit.OpenJournal("")
		if err != nil {
			t.Fatal(err)
		}
		test(t, &deposit.Pusher{Depositions: client.Depositions, Records: client.Records, Journal: journal, ListLag: 2 * time.Second})
	})
}

// A draft whose id was lost is looked for until the list can know of it. Only
// where it is not there by then is another one asked for.
func TestPushLostDraft(t *testing.T) {
	for _, tt := range []struct {
		name   string
		server lagging
		posts  int
		isLost bool
	}{
		{"answered", lagging{}, 1, false},
		{"made, and listed at once", lagging{loses: 1, makes: true}, 1, false},
		{"made, and listed later", lagging{loses: 1, makes: true, lag: 1500 * time.Millisecond}, 1, false},
		{"not made", lagging{loses: 1}, 2, false},
		{"not made four times", lagging{loses: 4}, 5, false},
		{"never made", lagging{loses: 100}, 5, true},
	} {
		withLagging(t, &tt.server, func(t *testing.T, p *deposit.Pusher) {
			result, err := push(t, p, manifest(t, upload("a.txt", "x")))
			if (err != nil) != tt.isLost || tt.isLost && !errors.Is(err, zenodo.ErrLost) || tt.server.posts != tt.posts {
				t.Errorf("%s: got %v after %d requests for a draft, want %d", tt.name, err, tt.server.posts, tt.posts)
			}
			entry := p.Journal.Entry("key")
			if tt.isLost {
				if entry.Marker == "" || entry.ID != "" {
					t.Errorf("%s: the journal has %+v, want the marker", tt.name, entry)
				}
			}
			if err != nil {
				return
			}
			time.Sleep(tt.server.lag) // until the list is complete
			if all := depositions(t, p); len(all) != 1 || entry.ID != all[0].ID || entry.Marker != "" || strings.Contains(string(result.Deposition.Raw), "zharvest push") {
				t.Errorf("%s: got %d drafts, %s, and the journal %+v", tt.name, len(all), result.Deposition.Raw, entry)
			}
		})
	}
}

// A push that waits for the list can be interrupted. The next one finds the
// draft by its marker.
func TestPushInterruptedLooking(t *testing.T) {
	server := &lagging{loses: 1, makes: true, lag: time.Second}
	withLagging(t, server, func(t *testing.T, p *deposit.Pusher) {
		m := manifest(t, upload("a.txt", "x"))
		plan, err := p.Plan(t.Context(), m)
		if err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithCancel(t.Context())
		server.onList = func() { time.AfterFunc(time.Second/2, cancel) }
		begun := time.Now()
		if _, err := p.Apply(ctx, plan); !errors.Is(err, context.Canceled) || time.Since(begun) >= p.ListLag {
			t.Errorf("got %v after %v, want that it was cancelled", err, time.Since(begun))
		}
		server.onList = nil
		result, err := push(t, p, m)
		if err != nil || server.posts != 1 || len(result.Deposition.Files) != 1 {
			t.Errorf("again: got %+v, %v after %d requests for a draft", result, err, server.posts)
		}
	})
}
