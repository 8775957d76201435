package zenodo_test

import (
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/zharvest/zharvest/zenodo"
)

func TestTokenAndRedirects(t *testing.T) {
	for _, tc := range []struct {
		location string
		want     bool // the token goes there
	}{
		{"/api/records/2", true},
		{"https://zenodo.org/api/records/2", true},
		{"https://zenodo.org:443/api/records/2", true},
		{"https://ZENODO.org/api/records/2", true},
		{"http://zenodo.org/api/records/2", false},
		{"http://zenodo.org:443/api/records/2", false},
		{"https://zenodo.org:8443/api/records/2", false},
		{"https://sandbox.zenodo.org/api/records/2", false},
		{"https://zenodo.org.example.org/api/records/2", false},
		{"https://zenodo.org@example.org/api/records/2", false},
		{"//example.org/api/records/2", false},
	} {
		t.Run(tc.location, func(t *testing.T) {
			var sent []string
			api := handler(func(w http.ResponseWriter, r *http.Request) {
				sent = append(sent, r.Header.Get("Authorization"))
				if r.Header.Get("Cookie") != "" || r.Header.Get("Referer") != "" {
					t.Errorf("sent cookie %q, referer %q", r.Header.Get("Cookie"), r.Header.Get("Referer"))
				}
				if len(sent) == 1 {
					w.Header().Set("Set-Cookie", "session=1")
					w.Header().Set("Location", tc.location)
					w.WriteHeader(302)
					return
				}
				reply(w, 200, recordJSON(2))
			})
			c := newClient(t, zenodo.WithTransport(api), zenodo.WithAccessToken(testToken))
			if _, err := c.Records.Get(t.Context(), "1"); err != nil {
				t.Fatal(err)
			}
			if len(sent) != 2 || sent[0] != "Bearer "+testToken {
				t.Fatalf("sent %d requests", len(sent))
			}
			if got := sent[1] != ""; got != tc.want {
				t.Errorf("token sent after the redirect: %v, want %v", got, tc.want)
			}
		})
	}
}

func TestRedirectsEnd(t *testing.T) {
	api := handler(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Location", r.URL.Path+"?secret=x")
		w.WriteHeader(302)
	})
	c := newClient(t, zenodo.WithTransport(api))
	_, err := c.Records.Get(t.Context(), "1")
	if err == nil || strings.Contains(err.Error(), "secret") {
		t.Errorf("got %v", err)
	}
	if got := c.Usage().Requests; got != 10 {
		t.Errorf("%d requests, want 10", got)
	}
}

// The secrets of addresses elsewhere and the query stay out of errors.
func TestSendErrorHidesQuery(t *testing.T) {
	broken := roundTrip(func(*http.Request) (*http.Response, error) { return nil, errors.New("broken") })
	c := newClient(t, zenodo.WithTransport(broken))
	_, err := c.Records.Search(t.Context(), zenodo.SearchOptions{Query: "private"})
	if want := "GET https://zenodo.org/api/records: broken (attempts: 1)"; err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}

type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(req *http.Request) (*http.Response, error) { return f(req) }

func TestGzip(t *testing.T) {
	c := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Encoding", "gzip")
		z := gzip.NewWriter(w)
		_, _ = io.WriteString(z, recordJSON(3))
		_ = z.Close()
	})
	if got, err := c.Records.Get(t.Context(), "3"); err != nil || string(got.Raw) != recordJSON(3) {
		t.Errorf("got %v, %v", got, err)
	}
}

// Connections that break in every way that a server and a network have.
func TestBrokenConnections(t *testing.T) {
	hijack := func(t *testing.T, w http.ResponseWriter) net.Conn {
		conn, _, err := w.(http.Hijacker).Hijack()
		if err != nil {
			t.Error(err)
		}
		return conn
	}
	for name, fault := range map[string]func(*testing.T, http.ResponseWriter){
		"reset": func(t *testing.T, w http.ResponseWriter) {
			conn := hijack(t, w)
			_ = conn.(*net.TCPConn).SetLinger(0)
			_ = conn.Close()
		},
		"closed": func(t *testing.T, w http.ResponseWriter) { _ = hijack(t, w).Close() },
		"header cut": func(t *testing.T, w http.ResponseWriter) {
			conn := hijack(t, w)
			_, _ = io.WriteString(conn, "HTTP/1.1 200 OK\r\nContent-Le")
			_ = conn.Close()
		},
		"no header": func(t *testing.T, w http.ResponseWriter) {
			conn := hijack(t, w)
			_, _ = io.WriteString(conn, "garbage\r\n\r\n")
			_ = conn.Close()
		},
		"body cut": func(t *testing.T, w http.ResponseWriter) {
			conn := hijack(t, w)
			_, _ = io.WriteString(conn, "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{")
			_ = conn.Close()
		},
		"chunks cut": func(t *testing.T, w http.ResponseWriter) {
			conn := hijack(t, w)
			_, _ = io.WriteString(conn, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{\"id\"")
			_ = conn.Close()
		},
		"gzip cut": func(t *testing.T, w http.ResponseWriter) {
			w.Header().Set("Content-Encoding", "gzip")
			z := gzip.NewWriter(w)
			_, _ = io.WriteString(z, recordJSON(3))
			_ = z.Flush()
		},
	} {
		t.Run(name, func(t *testing.T) {
			n := 0
			c := serve(t, func(w http.ResponseWriter, _ *http.Request) {
				if n++; n%3 != 0 {
					fault(t, w)
					return
				}
				reply(w, 200, recordJSON(3))
			})
			for range 2 { // the second time over the connection of the first
				if got, err := c.Records.Get(t.Context(), "3"); err != nil || got.ID != "3" {
					t.Fatalf("got %v, %v", got, err)
				}
			}
			if n != 6 { // net/http itself repeats a few more without telling
				t.Errorf("%d requests, want 6", n)
			}
		})
	}
}

// pipes is a network in memory, for tests in which time does not pass by
// itself.
type pipes struct {
	conns chan net.Conn
	once  sync.Once
	done  chan struct{}
}

func newPipes() *pipes { return &pipes{conns: make(chan net.Conn), done: make(chan struct{})} }

func (p *pipes) Accept() (net.Conn, error) {
	select {
	case conn := <-p.conns:
		return conn, nil
	case <-p.done:
		return nil, net.ErrClosed
	}
}

func (p *pipes) Close() error   { p.once.Do(func() { close(p.done) }); return nil }
func (p *pipes) Addr() net.Addr { return &net.UnixAddr{Name: "pipe", Net: "pipe"} }

func (p *pipes) dial(context.Context, string, string) (net.Conn, error) {
	client, server := net.Pipe()
	p.conns <- server
	return client, nil
}

// serveInMemory is serve for a synctest bubble.
func serveInMemory(t *testing.T, h http.HandlerFunc) *zenodo.Client {
	t.Helper()
	network := newPipes()
	server := &http.Server{Handler: h}
	var wg sync.WaitGroup
	wg.Go(func() { _ = server.Serve(network) })
	transport := &http.Transport{DialContext: network.dial, ResponseHeaderTimeout: time.Minute} // as the client's own has
	t.Cleanup(func() {
		transport.CloseIdleConnections()
		_ = server.Close()
		wg.Wait()
	})
	return newClient(t, zenodo.WithBaseURL("http://localhost/api"), zenodo.WithTransport(transport))
}

func TestIdleBodyIsBrokenOff(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := 0
		c := serveInMemory(t, func(w http.ResponseWriter, r *http.Request) {
			if n++; n == 1 {
				_, _ = io.WriteString(w, `{"id": `)
				_ = http.NewResponseController(w).Flush()
				<-r.Context().Done()
				return
			}
			reply(w, 200, recordJSON(3))
		})
		start := time.Now()
		if _, err := c.Records.Get(t.Context(), "3"); err != nil {
			t.Fatal(err)
		}
		if took := time.Since(start); n != 2 || took < time.Minute || took > 62*time.Second {
			t.Errorf("%d requests in %v, want 2 in a minute", n, took)
		}
	})
}

// A transfer may take as long as it likes while it moves.
func TestSlowBodyIsRead(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		body := recordJSON(3) + strings.Repeat(strings.Repeat(" ", 4<<10), 80)
		c := serveInMemory(t, func(w http.ResponseWriter, _ *http.Request) {
			for part := range slices.Chunk([]byte(body), 4<<10) {
				time.Sleep(50 * time.Second)
				_, _ = w.Write(part)
				_ = http.NewResponseController(w).Flush()
			}
		})
		start := time.Now()
		if _, err := c.Records.Get(t.Context(), "3"); err != nil {
			t.Fatal(err)
		}
		if took := time.Since(start); took < time.Hour || c.Usage().Requests != 1 {
			t.Errorf("%+v in %v, want one request in more than an hour", c.Usage(), took)
		}
	})
}

// A server that makes no progress is given up after two minutes, whether it
// sends nothing or a byte now and then.
func TestNoProgress(t *testing.T) {
	for name, serve := range map[string]func(w http.ResponseWriter, r *http.Request){
		"no answer": func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() },
		"a byte a second": func(w http.ResponseWriter, r *http.Request) {
			for r.Context().Err() == nil {
				_, _ = io.WriteString(w, " ")
				_ = http.NewResponseController(w).Flush()
				select {
				case <-time.After(time.Second):
				case <-r.Context().Done():
				}
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				c := serveInMemory(t, serve)
				start := time.Now()
				_, err := c.Records.Get(t.Context(), "3")
				if err == nil || !strings.Contains(err.Error(), "attempts: 2") {
					t.Errorf("got %v, want an error after 2 attempts", err)
				}
				if took := time.Since(start); took < 2*time.Minute || took > 130*time.Second {
					t.Errorf("given up after %v, want about two minutes", took)
				}
			})
		})
	}
}

// A server that refuses connections before it has ever answered is not there;
// one that answered before is being restarted.
func TestRefusedConnection(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		requests, up := 0, false
		c := newClient(t, zenodo.WithTransport(roundTrip(func(req *http.Request) (*http.Response, error) {
			if requests++; !up {
				return nil, &net.OpError{Op: "dial", Net: "tcp", Err: os.NewSyscallError("connect", syscall.ECONNREFUSED)}
			}
			up = false
			w := httptest.NewRecorder()
			reply(w, 200, recordJSON(3))
			return w.Result(), nil
		})))
		if _, err := c.Records.Get(t.Context(), "3"); !errors.Is(err, syscall.ECONNREFUSED) || requests != 1 {
			t.Errorf("before any answer: %v after %d requests, want 1", err, requests)
		}
		up = true
		if _, err := c.Records.Get(t.Context(), "3"); err != nil {
			t.Fatal(err)
		}
		requests = 0
		if _, err := c.Records.Get(t.Context(), "3"); err == nil || requests < 2 {
			t.Errorf("after an answer: %v after %d requests, want more than 1", err, requests)
		}
	})
}

func ExampleRecordsService_All() {
	api := handler(func(w http.ResponseWriter, r *http.Request) {
		reply(w, 200, envelopeJSON(2, recordJSON(7712947), recordJSON(7712950)))
	})
	client, err := zenodo.NewClient(zenodo.WithTransport(api)) // without this option: zenodo.org
	if err != nil {
		fmt.Println(err)
		return
	}
	opts := zenodo.SearchOptions{Query: "title:graphene", Sort: "newest"}
	for record, err := range client.Records.All(context.Background(), opts) {
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(record.DOI, record.Metadata.Title)
	}
	// Output:
	// 10.5281/zenodo.7712947 Record 7712947
	// 10.5281/zenodo.7712950 Record 7712950
}
