package zenodotest_test

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/zharvest/zharvest/zenodo"
	"github.com/zharvest/zharvest/zenodotest"
)

// recording is a request that a real server got, with its answer.
type recording struct {
	Name    string
	Request struct {
		Method  string
		URL     string
		Headers map[string]string
		Body    json.RawMessage
	}
	Status  int
	Headers map[string]string // with small letters
	Body    string
	Omitted int `json:"body_omitted"` // length of a body that was not recorded
}

// replays are the scenarios of [TestReplay], by the name of the server that was
// recorded. Each is run against an emulator of its own.
var replays = map[string][]scenario{
	"zenodo": {
		{"reads", zenodoWorld, replayReads},
		{"limits", limitedZenodo, replayLimits},
		{"second page", zenodoWorld, replaySecondPage},
		{"drafts", owned(zenodoWorld), replayDrafts},
		{"depositions", owned(zenodoWorld), replayDepositions},
		{"loss", owned(zenodoWorld), replayLoss},
		{"curation", owned(zenodoWorld), replayCuration},
	},
	"invenio": {
		{"reads", invenioWorld, replayReads},
		{"drafts", owned(invenioWorld), replayDrafts},
	},
}

// scenario replays some of the exchanges with a server.
type scenario struct {
	name   string
	config func(t *testing.T) zenodotest.Config
	run    func(*replay)
}

// replay sends requests that were recorded to an emulator, and collects how its
// answers differ.
type replay struct {
	testing.TB
	*zenodotest.Server
	exchanges map[string]recording
	// known are the ids of the emulator, by those of the recording.
	known map[string]string
	// found are the differences of the exchanges that were replayed, by name.
	found map[string][]string
}

// TestReplay sends the requests that real servers got to an emulator with the same
// records, and compares status, headers, keys and types of the answers, and the
// texts of errors. testdata/differences.md lists the differences that are meant,
// and the exchanges that are not replayed.
func TestReplay(t *testing.T) {
	expected := readDifferences(t)
	for _, server := range slices.Sorted(maps.Keys(replays)) {
		scenarios := replays[server]
		exchanges, complete := recordedExchanges(t, server)
		found, ran := map[string][]string{}, 0
		for _, s := range scenarios {
			t.Run(server+"/"+s.name, func(t *testing.T) {
				ran++
				s.run(&replay{t, zenodotest.NewServer(t, s.config(t)), exchanges, map[string]string{}, found})
			})
		}
		for _, name := range slices.Sorted(maps.Keys(found)) {
			for _, d := range found[name] {
				if !expected.allow(server+"/"+name, d) {
					t.Errorf("%s/%s: %s", server, name, d)
				}
			}
		}
		if ran < len(scenarios) {
			continue // the flag -run left some out
		}
		for _, name := range slices.Sorted(maps.Keys(exchanges)) {
			if _, ok := found[name]; !ok && !expected.allow(server+"/"+name, "not replayed") {
				t.Errorf("%s/%s: not replayed", server, name)
			}
		}
		expected.checkSeen(t, server, exchanges, complete)
	}
}

// recordedExchanges reads the exchanges with a server: all, where the recorded data
// are here, and else those of the project.
func recordedExchanges(t *testing.T, server string) (all map[string]recording, complete bool) {
	path, complete := findRecorded("servers/" + server + ".jsonl.gz")
	if !complete {
		path = filepath.Join("testdata", "replay", server+".jsonl.gz")
		t.Logf("the recorded exchanges with %s are not here: replaying those of %s", server, path)
	}
	all = map[string]recording{}
	for _, line := range lines(t, path) {
		var e recording
		if err := json.Unmarshal(line, &e); err != nil {
			t.Fatalf("read %s: %v", path, err)
		}
		all[e.Name] = e
	}
	return all, complete
}

// need skips the scenario where not all exchanges are there: the project has but
// some of its own.
func (r *replay) need(names ...string) {
	r.Helper()
	for _, name := range names {
		if _, ok := r.exchanges[name]; !ok {
			r.Skipf("the recorded exchange %s is not here", name)
		}
	}
}

// do replays an exchange. A body, where one is given, takes the place of that which
// was not recorded.
func (r *replay) do(name string, body ...string) response {
	r.Helper()
	e, ok := r.exchanges[name]
	if !ok {
		r.Fatalf("no exchange %s was recorded", name)
	}
	sent := strings.Join(body, "")
	if sent == "" && !bytes.Equal(e.Request.Body, []byte("null")) {
		sent = r.mapBody(e.Request.Body)
	}
	return r.compare(e, r.send(e.Request.Method, e.Request.URL, sent, e.Request.Headers))
}

// compare notes how an answer differs from that of an exchange.
func (r *replay) compare(e recording, got response) response {
	r.Helper()
	r.learn(e.Body, got.body)
	r.found[e.Name] = append(r.found[e.Name], r.differences(e, got)...)
	return got
}

// send sends a request whose ids are those of the recording.
func (r *replay) send(method, address, body string, headers map[string]string) response {
	r.Helper()
	path, query, _ := strings.Cut(address, "?")
	segments := strings.Split(path, "/")
	for i, s := range segments {
		segments[i] = cmp.Or(r.known[s], s)
	}
	address = strings.Join(segments, "/")
	if query != "" {
		address += "?" + query
	}
	req, err := http.NewRequestWithContext(r.Context(), method, r.URL+address, strings.NewReader(body))
	if err != nil {
		r.Fatal(err)
	}
	for name, value := range headers {
		req.Header.Set(name, value)
	}
	resp, err := noRedirects.Do(req)
	if err != nil {
		r.Fatal(err)
	}
	defer resp.Body.Close()
	got, err := io.ReadAll(resp.Body)
	if err != nil {
		r.Fatal(err)
	}
	return response{resp, string(got)}
}

// mapBody puts the ids of the emulator into a body.
func (r *replay) mapBody(body json.RawMessage) string {
	mapped := string(body)
	for was, is := range r.known {
		mapped = regexp.MustCompile(`\b`+regexp.QuoteMeta(was)+`\b`).ReplaceAllString(mapped, is)
	}
	return mapped
}

var uuids = regexp.MustCompile(`[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}`)

// learn compares two answers and notes which id stands for which.
func (r *replay) learn(recorded, got string) {
	var was, is any
	if json.Unmarshal([]byte(recorded), &was) == nil && json.Unmarshal([]byte(got), &is) == nil {
		r.learnValue("", was, is)
	}
}

func (r *replay) learnValue(key string, was, is any) {
	switch was := was.(type) {
	case map[string]any:
		if is, ok := is.(map[string]any); ok {
			for key, value := range was {
				r.learnValue(key, value, is[key])
			}
		}
	case []any:
		if is, ok := is.([]any); ok {
			for i := range min(len(was), len(is)) {
				r.learnValue(key, was[i], is[i])
			}
		}
	case nil:
	default:
		before, after := fmt.Sprint(was), fmt.Sprint(is)
		switch {
		case is == nil:
		case slices.Contains([]string{"id", "recid", "conceptrecid", "pid_value"}, key):
			r.known[before] = after
		default:
			all := uuids.FindAllString(after, -1)
			for i, id := range uuids.FindAllString(before, -1) {
				if i < len(all) {
					r.known[id] = all[i]
				}
			}
		}
	}
}

// comparedHeaders are those whose values count; of presentHeaders only whether they
// are there.
var (
	comparedHeaders = []string{"Content-Type", "Location", "Link", "Content-Disposition", "X-RateLimit-Limit", "Access-Control-Allow-Origin"}
	presentHeaders  = []string{
		"ETag", "Retry-After", "X-RateLimit-Remaining", "X-RateLimit-Reset", "Access-Control-Expose-Headers",
		"Content-MD5", "Last-Modified", "Content-Range",
	}
)

// differences are those between an answer and the recorded one.
func (r *replay) differences(e recording, got response) (all []string) {
	if got.StatusCode != e.Status {
		return []string{fmt.Sprintf("status %d, was %d", got.StatusCode, e.Status)}
	}
	for _, name := range comparedHeaders {
		is, was := r.plain(got.Header.Get(name)), r.plain(e.Headers[strings.ToLower(name)])
		if is != was {
			all = append(all, fmt.Sprintf("header %s: %q, was %q", name, is, was))
		}
	}
	for _, name := range presentHeaders {
		is, was := got.Header.Get(name) != "", e.Headers[strings.ToLower(name)] != ""
		if is != was {
			all = append(all, fmt.Sprintf("header %s: %s", name, map[bool]string{true: "added", false: "missing"}[is]))
		}
	}
	if e.Omitted > 0 {
		return all
	}
	all = append(all, outlineOf(e).differences(outlineOf(recording{Headers: e.Headers, Body: got.body}))...)
	if isError := e.Status >= 400 || strings.Contains(e.Body, `"errors": [`); isError {
		is, was := r.plain(errorText(got.body)), r.plain(errorText(e.Body))
		if is != was {
			all = append(all, fmt.Sprintf("text %s, was %s", is, was))
		}
	}
	return all
}

var (
	hosts = regexp.MustCompile(`http://127\.0\.0\.1:\d+`)
	times = regexp.MustCompile(`\d{4}-\d\d-\d\dT[\d:.]+(Z|\+00:00)`)
)

// plain is a text with placeholders for what differs from one run to the next.
func (r *replay) plain(s string) string {
	s = hosts.ReplaceAllString(s, "HOST")
	s = times.ReplaceAllString(s, "TIME")
	s = uuids.ReplaceAllString(s, "UUID")
	for _, was := range slices.Backward(slices.Sorted(maps.Keys(r.known))) {
		if is := r.known[was]; is != was {
			s = regexp.MustCompile(`\b`+regexp.QuoteMeta(is)+`\b`).ReplaceAllString(s, was)
		}
	}
	return s
}

// errorText is what an answer says of errors: all of an error, and of another
// answer the member errors.
func errorText(body string) string {
	var read map[string]any
	if json.Unmarshal([]byte(body), &read) != nil {
		return title(body)
	}
	if _, ok := read["status"].(float64); !ok {
		read = map[string]any{"errors": read["errors"]}
	}
	delete(read, "error_id")
	text, err := json.Marshal(read)
	if err != nil {
		return err.Error()
	}
	return string(text)
}

var titles = regexp.MustCompile(`(?s)<title>\s*(.*?)\s*</title>`)

// title is that of a page.
func title(body string) string {
	if found := titles.FindStringSubmatch(body); found != nil {
		return found[1]
	}
	return ""
}

// zenodoWorld has the records that the recorded Zenodo had, in the form from which it
// makes the other.
func zenodoWorld(t *testing.T) zenodotest.Config {
	path, ok := findRecorded("servers/zenodo-both-forms.jsonl.gz")
	if !ok {
		path = filepath.Join("testdata", "replay", "zenodo-both-forms.jsonl.gz")
	}
	var records []byte
	for _, line := range lines(t, path) {
		var both struct{ Native json.RawMessage }
		if err := json.Unmarshal(line, &both); err != nil {
			t.Fatalf("read %s: %v", path, err)
		}
		records = append(append(records, both.Native...), '\n')
	}
	data := filepath.Join(t.TempDir(), "records.jsonl")
	if err := os.WriteFile(data, records, 0o600); err != nil {
		t.Fatal(err)
	}
	return zenodotest.Config{Dialect: zenodo.DialectZenodo, Data: []string{data}, VerifiedOneIn: -1}
}

// invenioWorld has those that the recorded InvenioRDM had.
func invenioWorld(*testing.T) zenodotest.Config {
	path, ok := findRecorded("servers/invenio-records.jsonl.gz")
	if !ok {
		path = filepath.Join("testdata", "replay", "invenio-records.jsonl.gz")
	}
	return zenodotest.Config{Data: []string{path}}
}

// replayReads replays what needs nothing but the records.
func replayReads(r *replay) {
	for _, name := range slices.Sorted(maps.Keys(r.exchanges)) {
		e := r.exchanges[name]
		u, err := url.Parse(e.Request.URL)
		if err != nil {
			r.Fatal(err)
		}
		_, withToken := e.Request.Headers["Authorization"]
		if e.Request.Method == http.MethodGet && !withToken && !strings.HasPrefix(name, "limits-") && !u.Query().Has("resumptionToken") {
			r.do(name)
		}
	}
}

// limitedZenodo limits requests as the recorded Zenodo did. Its clock stands still.
func limitedZenodo(t *testing.T) zenodotest.Config {
	config := zenodoWorld(t)
	config.SearchLimit = zenodotest.Rate{Count: 30, Per: time.Minute}
	config.Limit = zenodotest.Rate{Count: 133, Per: time.Minute}
	config.Now = func() time.Time { return time.Date(2026, 11, 28, 12, 20, 20, 0, time.UTC) }
	return config
}

// replayLimits uses up what may be searched.
func replayLimits(r *replay) {
	r.need("limits-record", "limits-search", "limits-429", "limits-429-oai")
	r.do("limits-record")
	r.do("limits-search")
	for range 29 {
		r.send(http.MethodGet, "/oai2d?verb=Identify", "", r.exchanges["limits-429-oai"].Request.Headers)
	}
	r.do("limits-429")
	r.do("limits-429-oai")
}

var resumption = regexp.MustCompile(`<resumptionToken[^>]*>([^<]+)<`)

// replaySecondPage asks for the rest of a list, with the emulator's own token.
func replaySecondPage(r *replay) {
	r.need("oai-page2")
	first := r.send(http.MethodGet, "/oai2d?verb=ListIdentifiers&metadataPrefix=oai_dc", "", nil)
	found := resumption.FindStringSubmatch(first.body)
	if found == nil {
		r.Fatalf("no token in %s", first.body)
	}
	r.compare(r.exchanges["oai-page2"], r.send(http.MethodGet, "/oai2d?verb=ListIdentifiers&resumptionToken="+found[1], "", nil))
}
