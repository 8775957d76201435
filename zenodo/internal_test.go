package zenodo

import (
	"context"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"
	"unicode/utf8"
)

func TestPaceGroups(t *testing.T) {
	base, _ := url.Parse("https://zenodo.org/api")
	p := newPace(base, false, 0, nil)
	for path, want := range map[string]*window{
		"/api/records":                     p.search,
		"/api/records?q=1":                 p.search,
		"/api/records/":                    p.search,
		"/api/communities/egi-ace/records": p.search,
		"/api/communities/a%2Fb/records":   p.search,
		"/api/records/1":                   p.other,
		"/api/records/1/versions":          p.other,
		"/api/communities":                 p.other,
		"/api/communities/records":         p.other,
		"/api/deposit/depositions":         p.other,
		"/oai2d":                           p.oai,
		"/oai2d?verb=Identify":             p.oai,
		"/api/oai2d":                       p.other,
	} {
		u, err := url.Parse("https://zenodo.org" + path)
		if err != nil {
			t.Fatal(err)
		}
		if got := p.window(u); got != want {
			t.Errorf("%s is in the wrong group", path)
		}
	}
	elsewhere, _ := url.Parse("https://example.org/api/records")
	if got := p.window(elsewhere); got == p.search || got == p.other || got.limit != 0 {
		t.Error("another host is under the API's limit")
	}
}

func TestStartingLimits(t *testing.T) {
	for _, tc := range []struct {
		root          string
		token         bool
		rate          float64
		search, other int
	}{
		{"https://zenodo.org/api", false, 0, 30, 60},
		{"https://zenodo.org/api", true, 0, 30, 100},
		{"https://sandbox.zenodo.org/api", true, 0, 30, 100},
		{"https://data.example.org/api", true, 0, 0, 0},
		{"http://127.0.0.1:8080/api", false, 0, 0, 0},
	} {
		base, _ := url.Parse(tc.root)
		p := newPace(base, tc.token, tc.rate, nil)
		if p.search.limit != tc.search || p.other.limit != tc.other {
			t.Errorf("%s: %d searches, %d others; want %d, %d", tc.root, p.search.limit, p.other.limit, tc.search, tc.other)
		}
	}
}

// The log does not grow where nothing limits it.
func TestWindowForgets(t *testing.T) {
	w, now := newWindow(nil), time.Now()
	for i := range 3 * maxLogged {
		if sent, _ := w.take(now.Add(time.Duration(i) * time.Microsecond)); sent == nil {
			t.Fatal("an unlimited window made a request wait")
		}
	}
	if n := len(w.log); n > maxLogged+1 {
		t.Errorf("%d requests in the log", n)
	}
	w.take(now.Add(time.Hour))
	if n := len(w.log); n != 1 {
		t.Errorf("%d requests in the log after an hour, want 1", n)
	}
}

// A request that had to connect first is counted from when it went out.
func TestWindowWrote(t *testing.T) {
	w, now := newWindow(nil), time.Now()
	w.limit = 2
	first, _ := w.take(now)
	second, _ := w.take(now.Add(time.Millisecond))
	w.wrote(first, now.Add(time.Second))
	if w.log[0] != second || w.log[1] != first {
		t.Error("the log is not in order of time")
	}
	if got, want := w.next(now), second.at.Add(w.span()); !got.Equal(want) {
		t.Errorf("next at %v, want %v", got, want)
	}
	w.wrote(&sentRequest{}, now) // forgotten meanwhile
}

func TestReadLimits(t *testing.T) {
	now := time.Unix(1748596233, 0)
	for _, tc := range []struct {
		name   string
		header map[string]string
		want   limits
	}{
		{"none", nil, limits{remaining: -1}},
		{
			"zenodo, against its own clock",
			map[string]string{"X-RateLimit-Limit": "133", "X-RateLimit-Remaining": "101", "X-RateLimit-Reset": "1748596267", "Date": "Fri, 30 May 2025 09:10:32 GMT", "Retry-After": "1"},
			limits{133, 101, 35 * time.Second, true},
		},
		{
			"without a date",
			map[string]string{"X-RateLimit-Limit": "133", "X-RateLimit-Remaining": "101", "X-RateLimit-Reset": "1000", "Retry-After": "34"},
			limits{133, 101, 34 * time.Second, true},
		},
		{"by our clock", map[string]string{"X-RateLimit-Reset": "1748596243"}, limits{0, 0, 10 * time.Second, true}},
		{"nonsense", map[string]string{"X-RateLimit-Limit": "-3", "X-RateLimit-Remaining": "x", "X-RateLimit-Reset": ""}, limits{remaining: -1}},
		{"huge", map[string]string{"X-RateLimit-Limit": "9000000000", "X-RateLimit-Remaining": "9000000000"}, limits{limit: maxLogged, remaining: maxLogged}},
		{"several", map[string]string{"X-RateLimit-Limit": "30, 2000"}, limits{limit: 30, remaining: -1}},
	} {
		h := http.Header{}
		for k, v := range tc.header {
			h.Set(k, v)
		}
		got := readLimits(h, now)
		if tc.name == "by our clock" {
			got.remaining = 0
		}
		if got != tc.want {
			t.Errorf("%s: got %+v, want %+v", tc.name, got, tc.want)
		}
	}
}

// Whoever reads slowly does not lose the connection.
func TestBodyOfSlowReader(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancelCause(t.Context())
		resp := &http.Response{StatusCode: 200, Body: io.NopCloser(strings.NewReader("ab"))}
		b := newBody(ctx, resp, cancel)
		for range 2 {
			time.Sleep(10 * idleTimeout)
			if n, err := b.Read(make([]byte, 1)); n != 1 || err != nil || ctx.Err() != nil {
				t.Fatalf("got %d, %v, %v", n, err, context.Cause(ctx))
			}
		}
		if err := b.Close(); err != nil || ctx.Err() == nil {
			t.Errorf("got %v, %v after closing", err, ctx.Err())
		}
	})
}

func FuzzRetryAfter(f *testing.F) {
	for _, s := range []string{"", "0", "22", "-1", "1e9", "NaN", "Inf", "1.5", "Fri, 02 Jan 2026 03:04:05 GMT", "Friday, 02-Jan-26 03:04:05 GMT", "soon"} {
		f.Add(s, "Fri, 02 Jan 2026 03:04:00 GMT")
	}
	f.Fuzz(func(t *testing.T, value, date string) {
		h := http.Header{"Retry-After": {value}, "Date": {date}}
		got := parseRetryAfter(h, time.Unix(1767323045, 0))
		if got < 0 {
			t.Errorf("%q: %v", value, got)
		}
		if n, err := strconv.Atoi(value); err == nil && n > 0 && n < 1e6 && got != time.Duration(n)*time.Second {
			t.Errorf("%q: %v", value, got)
		}
	})
}

func FuzzErrorBody(f *testing.F) {
	for _, s := range []string{
		"", "null", "[]", `{"message":"x","status":404}`, `{"errors":[{"field":"size","messages":["Page size cannot be greater than 25."]}]}`,
		`{"tombstone":{"removal_reason":{"id":"spam"},"is_visible":true}}`, "<html><title>502</title>", "<script>x", "Reference: a1",
		`{"message":{"en":"x"},"errors":{"field":1}}`, "\xff<\x00>",
	} {
		f.Add(410, []byte(s))
		f.Add(403, []byte(s))
	}
	f.Fuzz(func(t *testing.T, status int, raw []byte) {
		e := parseError(status, raw)
		if e.Status != status || len(e.Message) > 2*maxMessage || len(e.Fields) > maxFields {
			t.Errorf("got %+v", e)
		}
		if utf8.Valid(raw) && !utf8.ValidString(e.Message) {
			t.Errorf("message %q is no text", e.Message)
		}
		if e.Error() == "" || e.Is(nil) {
			t.Errorf("got %q", e.Error())
		}
		if n, ok := refusedSize(e, 100); ok && (n <= 0 || n >= 100) {
			t.Errorf("page size %d", n)
		}
	})
}

// Whatever a server lists, the newest of a key comes first, and no path leads
// out of the exporter.
func FuzzDumps(f *testing.F) {
	f.Add([]byte(`{"a/b":[{"version_id":"1","created":"2026-01-01T00:00:00Z","is_head":true,"size":"5","checksum":"md5:0"},{"version_id":".."}]}`))
	f.Add([]byte(`{"a":{"size":1e400},"..":[{"version_id":7}]}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		dumps, err := decodeDumps(body)
		if err != nil && len(dumps) > 0 {
			t.Errorf("%d dumps and %v", len(dumps), err)
		}
		for i, d := range dumps {
			if i > 0 && dumps[i-1].Key == d.Key && d.IsHead && !dumps[i-1].IsHead {
				t.Errorf("the newest of %q comes later", d.Key)
			}
			segments, err := d.path()
			if err == nil && (slices.Contains(segments, "..") || slices.Contains(segments, "") || segments[0] != "exporter") {
				t.Errorf("%q of %q leads to %q", d.VersionID, d.Key, segments)
			}
		}
	})
}

// What a host is known to be is not overruled by a record, as an identifier of
// another repository in it might.
func TestKnownHost(t *testing.T) {
	odd := []*Record{{ID: "7", Format: FormatNative, OAI: "oai:elsewhere.example:7"}}
	for api, want := range map[string]Dialect{"https://zenodo.org/api": DialectZenodo, "https://repository.example/api": DialectRDM} {
		c, err := NewClient(WithBaseURL(api))
		if err != nil {
			t.Fatal(err)
		}
		c.noteDialect(dialectOf(odd))
		if got := c.KnownDialect(); got != want {
			t.Errorf("%s: got %q, want %q", api, got, want)
		}
	}
}
