package opensearch

import (
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"testing"
)

// TestOtherIndex has an index left alone that is not for the records, unless
// somebody insists.
func TestOtherIndex(t *testing.T) {
	ours, err := json.Marshal(mapping())
	if err != nil {
		t.Fatal(err)
	}
	for name, test := range map[string]struct {
		made, meta, want string
	}{
		"other fields": {
			`{"mappings":{"properties":{"title":{"type":"text"}}}}`, `{}`,
			"the mapping of zenodo is another in _files.checksum, _files.size, access.embargo.active, access.embargo.reason, access.embargo.until and ",
		},
		"other analyser": {
			strings.Replace(string(ours), `"description":{"analyzer":"accent"`, `"description":{"analyzer":"english"`, 1), `{}`,
			"the mapping of zenodo is another in metadata.description",
		},
		"field by word": {
			strings.Replace(string(ours), `"fields":{"keyword":`, `"fields":{"raw":`, 1), `{}`,
			"the mapping of zenodo is another in custom_fields.imprint:imprint.title.keyword",
		},
		"other records": {string(ours), `{"zharvest":{"selection":"{\"type\":\"dataset\"}","run":"0"}}`, `zenodo holds the selection {"type":"dataset"}`},
	} {
		c := newCluster(t)
		client, _ := c.client()
		c.made, c.meta = json.RawMessage(test.made), json.RawMessage(test.meta)
		c.documents["somebody's"] = json.RawMessage(`{"title":"x"}`)
		c.documents["other"] = json.RawMessage(`{"zharvest_run":"0"}`)
		if _, err := client.Prepare(t.Context(), "all", Options{}); !errors.Is(err, ErrOtherIndex) || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: got %v, want %s", name, err, test.want)
		}
		if _, err := client.Prepare(t.Context(), "all", Options{Force: true}); err != nil {
			t.Errorf("%s, by force: %v", name, err)
		}
		if result, err := client.Send(t.Context(), all, records(3), nil); err != nil || result != (Result{Sent: 3, Removed: 1}) {
			t.Errorf("%s, by force: %+v, %v", name, result, err)
		}
		if c.documents["somebody's"] == nil || len(c.documents) != 4 {
			t.Errorf("%s, by force: %d are there", name, len(c.documents))
		}
	}
}

// TestMetadata has what else the metadata of an index holds kept.
func TestMetadata(t *testing.T) {
	c := newCluster(t)
	client, _ := c.client()
	prepare(t, client)
	c.meta = json.RawMessage(`{"owner":"library","zharvest":null}`)
	send(t, client, 3)
	var meta map[string]json.RawMessage
	if err := json.Unmarshal(c.meta, &meta); err != nil || string(meta["owner"]) != `"library"` || len(meta) != 2 {
		t.Errorf("the metadata is %s, %v", c.meta, err)
	}
}

func TestAlias(t *testing.T) {
	c := newCluster(t)
	client, _ := c.client()
	prepare(t, client)
	c.alias = "zenodo-2"
	if _, err := client.Prepare(t.Context(), "all", Options{Force: true}); !errors.Is(err, ErrAlias) || !strings.Contains(err.Error(), "zenodo stands for zenodo, zenodo-2") {
		t.Errorf("got %v", err)
	}
}

// TestNoCluster names what is there in place of one.
func TestNoCluster(t *testing.T) {
	for greeting, isCluster := range map[string]bool{
		`{"version":{"number":"7.10.2"},"tagline":"You Know, for Search"}`: true,
		`{"status":"ok"}`: false, "<!doctype html>": false, "": false,
	} {
		c := newCluster(t)
		client, waits := c.client()
		c.greeting = greeting
		_, err := client.Prepare(t.Context(), "all", Options{})
		if isCluster != (err == nil) || !isCluster && (!errors.Is(err, ErrAddress) || !strings.Contains(err.Error(), "neither OpenSearch nor Elasticsearch is at "+c.URL)) || len(*waits) > 0 {
			t.Errorf("%s: got %v", greeting, err)
		}
	}
}

// TestReplicas has a single node keep no copies, unless somebody wants some.
func TestReplicas(t *testing.T) {
	single, two := `{"number_of_data_nodes":1}`, 2
	for _, test := range []struct {
		health   string
		replicas *int
		want     any
	}{{single, nil, 0.0}, {single, &two, 2.0}, {`{"number_of_data_nodes":3}`, nil, nil}, {`{"error":"not allowed"}`, nil, nil}, {"", new(int), 0.0}} {
		c := newCluster(t)
		client, _ := c.client()
		c.health = test.health
		if _, err := client.Prepare(t.Context(), "all", Options{Replicas: test.replicas}); err != nil {
			t.Error(err)
		}
		var made struct{ Settings struct{ Index object } }
		if err := json.Unmarshal(c.made, &made); err != nil || made.Settings.Index["number_of_replicas"] != test.want {
			t.Errorf("%s: the index was made with %v, %v", test.health, made.Settings.Index["number_of_replicas"], err)
		}
	}
	c := newCluster(t)
	client, _ := c.client()
	prepare(t, client)
	if prepare(t, client); c.settings != nil {
		t.Errorf("settings were changed: %s", c.settings)
	}
	if _, err := client.Prepare(t.Context(), "all", Options{Replicas: &two}); err != nil || string(c.settings) != `{"index":{"number_of_replicas":2}}` {
		t.Errorf("settings became %s, %v", c.settings, err)
	}
}

// TestRemoved has records leave the index that are not sent any more, and the
// end refresh it.
func TestRemoved(t *testing.T) {
	c := newCluster(t)
	client, _ := c.client()
	send(t, client, 2500)
	prepare(t, client)
	result, err := client.Send(t.Context(), all, from(2300, 2500), nil)
	if err != nil || result != (Result{Sent: 200, Removed: 2300}) || len(c.documents) != 200 || !c.refreshed {
		t.Errorf("got %+v, %v, and %d are there; refreshed: %t", result, err, len(c.documents), c.refreshed)
	}
	// What cannot be removed is an error rather than the same search again.
	c.one = func(id string, _ int) int {
		if id == "2400" || id == "2401" {
			return http.StatusBadRequest
		}
		return http.StatusOK
	}
	result, err = client.Send(t.Context(), all, from(2450, 2500), nil)
	if _, ok := errors.AsType[*RefusedError](err); !ok || result != (Result{Sent: 50, Removed: 148}) {
		t.Errorf("got %+v, %v", result, err)
	}
}

// TestTakesNone ends where all of a request are refused for one reason.
func TestTakesNone(t *testing.T) {
	c := newCluster(t)
	client, waits := c.client()
	send(t, client, 10)
	prepare(t, client)
	c.bulks = 0
	c.one = func(string, int) int { return http.StatusForbidden }
	result, err := client.Send(t.Context(), all, records(5000), nil)
	if !errors.Is(err, ErrTakesNone) || !strings.Contains(err.Error(), "each of 1000 is refused: refused_exception: refused <1>") || result != (Result{}) {
		t.Errorf("got %+v, %v", result, err)
	}
	if c.bulks != 1 || len(c.documents) != 10 || len(*waits) > 0 {
		t.Errorf("after %d requests and %v, %d are there", c.bulks, *waits, len(c.documents))
	}
}

// TestBlocked has no block taken for a matter of passwords.
func TestBlocked(t *testing.T) {
	for body, want := range map[string]error{
		`{"error":{"type":"cluster_block_exception","reason":"index [zenodo] blocked by: [FORBIDDEN/5/index read-only (api)];"}}`: ErrTakesNone,
		`{"error":{"type":"index_closed_exception","reason":"closed"}}`:                                                           ErrTakesNone,
		`{"error":{"type":"security_exception","reason":"no permissions for [indices:data/write/bulk]"}}`:                         ErrUnauthorized,
	} {
		err := answer{status: http.StatusForbidden, body: []byte(body)}.failure("send records")
		for _, other := range []error{ErrTakesNone, ErrUnauthorized} {
			if errors.Is(err, other) != (other == want) {
				t.Errorf("%s: got %v", body, err)
			}
		}
	}
}
