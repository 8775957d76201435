package zenodotest_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/zharvest/zharvest/zenodotest"
)

// exchange is a recorded request with its answer.
type exchange struct {
	Method, URI string
	Status      int
	Body        json.RawMessage
}

// recordedDeposits are the exchanges with today's Zenodo: before 2023 it had
// other keys.
func recordedDeposits(t *testing.T) (all []exchange) {
	folder := recorded(t, "depositions")
	names, err := filepath.Glob(filepath.Join(folder, "flow-*.json"))
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		raw, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		var flow []exchange
		if err := json.Unmarshal(raw, &flow); err != nil {
			t.Fatal(err)
		}
		if strings.Contains(string(raw), "/draft/files/") {
			all = append(all, flow...)
		}
	}
	return all
}

// TestRecordedDeposits makes the recorded requests again and compares the
// status and the keys of the answers with the types of their values.
func TestRecordedDeposits(t *testing.T) {
	flows := recordedDeposits(t)
	s := zenodotest.NewServer(t, zenodotest.Config{})
	d := create(t, s, "{}")
	seen := map[string]int{}
	for i, x := range flows {
		kind := x.Method + " " + strings.TrimRight(x.URI[strings.Index(x.URI, "deposit/"):], "/0123456789")
		var got response
		switch {
		case strings.HasSuffix(x.URI, "/files") && x.Method == "POST":
			kind = "POST files"
			body, contentType := form(t, fmt.Sprint("file:file", i), "text")
			got = call(t, "POST", d.link("files"), body, "Content-Type", contentType)
		case strings.HasSuffix(x.URI, "/depositions") && x.Method == "POST":
			d = create(t, s, "{}")
			got = call(t, "GET", d.link("self"), nil)
			got.Response.StatusCode = 201
		case x.Method == "PUT":
			got = call(t, "PUT", d.link("self"), map[string]any{"metadata": givenMetadata(t, x.Body)})
		default:
			continue
		}
		seen[kind]++
		if got.StatusCode != x.Status {
			t.Errorf("%s: got %d %s, want %d", kind, got.StatusCode, got.body, x.Status)
		}
		same(t, kind, shape(t, []byte(got.body)), shape(t, x.Body))
	}
	if len(seen) != 3 {
		t.Errorf("compared %v, want creating, updating and uploading", seen)
	}
}

// givenMetadata is the metadata of an answer, as a client may have sent them.
func givenMetadata(t *testing.T, body json.RawMessage) map[string]any {
	var d deposition
	if err := json.Unmarshal(body, &d); err != nil {
		t.Fatal(err)
	}
	return d.Metadata
}

// shape is JSON with the types of values in their place. Of an array only the
// first element counts, and of a number whether it has a fraction.
func shape(t *testing.T, raw json.RawMessage) string {
	t.Helper()
	var object map[string]json.RawMessage
	var array []json.RawMessage
	switch text := strings.TrimSpace(string(raw)); {
	case strings.HasPrefix(text, "{"):
		if err := json.Unmarshal(raw, &object); err != nil {
			t.Fatal(err)
		}
		parts := []string{}
		for _, key := range slices.Sorted(maps.Keys(object)) {
			parts = append(parts, key+": "+shape(t, object[key]))
		}
		return "{" + strings.Join(parts, ", ") + "}"
	case strings.HasPrefix(text, "["):
		if err := json.Unmarshal(raw, &array); err != nil || len(array) == 0 {
			return "[]"
		}
		return "[" + shape(t, array[0]) + "]"
	case strings.HasPrefix(text, `"`):
		return "text"
	case text == "true", text == "false":
		return "bool"
	case text == "null":
		return "null"
	case strings.Contains(text, "."):
		return "fraction"
	}
	return "integer"
}
