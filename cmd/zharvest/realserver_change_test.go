//go:build realserver

package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"testing"
)

// realMetadata is what the records of these tests say.
func realMetadata(title string) map[string]any {
	return map[string]any{
		"title": title, "publication_date": "2024-05-06", "publisher": "Test House",
		"resource_type": map[string]any{"id": "dataset"},
		"creators":      []any{map[string]any{"person_or_org": map[string]any{"type": "personal", "family_name": "Owner", "given_name": "Ada"}}},
	}
}

func realDraft(title string) map[string]any {
	return map[string]any{
		"metadata": realMetadata(title), "files": map[string]any{"enabled": false},
		"access": map[string]any{"record": "public", "files": "public"},
	}
}

// publish publishes a record without files, and returns its id.
func (s *realServer) publish(t *testing.T, title string) (id string) {
	t.Helper()
	return s.publishDraft(t, realDraft(title))
}

func (s *realServer) publishDraft(t *testing.T, document map[string]any) (id string) {
	t.Helper()
	var draft struct{ ID string }
	s.call(t, "owner", "POST", "/records", document, &draft)
	s.release(t, draft.ID)
	return draft.ID
}

func (s *realServer) release(t *testing.T, id string) {
	t.Helper()
	var record struct {
		Revision int `json:"revision_id"`
	}
	s.call(t, "owner", "POST", "/records/"+id+"/draft/actions/publish", nil, &record)
	s.eventually(t, "the record "+id, func() bool {
		var listed struct {
			Hits struct {
				Hits []struct {
					Revision int `json:"revision_id"`
				}
			}
		}
		s.call(t, "owner", "GET", "/records?allversions=true&q=id:"+id, nil, &listed)
		return len(listed.Hits.Hits) == 1 && listed.Hits.Hits[0].Revision >= record.Revision
	})
}

// edit publishes another document of a record.
func (s *realServer) edit(t *testing.T, id string, document map[string]any) {
	t.Helper()
	s.call(t, "owner", "POST", "/records/"+id+"/draft", nil, nil)
	s.call(t, "owner", "PUT", "/records/"+id+"/draft", document, nil)
	s.release(t, id)
}

// newVersion publishes a new version of a record, and returns its id.
func (s *realServer) newVersion(t *testing.T, id, title string) (next string) {
	t.Helper()
	var draft struct{ ID string }
	s.call(t, "owner", "POST", "/records/"+id+"/versions", nil, &draft)
	s.call(t, "owner", "PUT", "/records/"+draft.ID+"/draft", realDraft(title), nil)
	s.release(t, draft.ID)
	s.eventually(t, "that the earlier version is no longer the latest", func() bool { return !s.isLatest(t, id) })
	return draft.ID
}

func (s *realServer) isLatest(t *testing.T, id string) bool {
	t.Helper()
	return len(s.finds(t, "/records", fmt.Sprintf("id:%q AND versions.is_latest:true", id))) == 1
}

// remove deletes a record as an administrator does.
func (s *realServer) remove(t *testing.T, id string) {
	t.Helper()
	s.call(t, "admin", "DELETE", "/records/"+id+"/delete", map[string]any{"removal_reason": map[string]any{"id": "retracted"}, "note": "Taken back."}, nil)
	s.eventually(t, "that the record is gone", func() bool { return len(s.finds(t, "/records", fmt.Sprintf("id:%q", id))) == 0 })
}

// join puts a record into a community, and leave takes it out.
func (s *realServer) join(t *testing.T, id, community string) {
	t.Helper()
	var answer struct {
		Processed []struct {
			Request string `json:"request_id"`
		}
	}
	s.call(t, "owner", "POST", "/records/"+id+"/communities", map[string]any{"communities": []any{map[string]any{"id": s.Communities[community], "require_review": false}}}, &answer)
	var request struct {
		Open bool `json:"is_open"`
	}
	s.call(t, "owner", "GET", "/requests/"+answer.Processed[0].Request, nil, &request)
	if request.Open {
		s.call(t, "owner", "POST", "/requests/"+answer.Processed[0].Request+"/actions/accept", map[string]any{}, nil)
	}
	s.eventually(t, "the record in the community", func() bool { return s.lists(t, community, id) })
}

func (s *realServer) leave(t *testing.T, id, community string) {
	t.Helper()
	s.call(t, "owner", "DELETE", "/records/"+id+"/communities", map[string]any{"communities": []any{map[string]any{"id": s.Communities[community]}}}, nil)
	s.eventually(t, "the community without the record", func() bool { return !s.lists(t, community, id) })
}

// lists reports whether a community has a record.
func (s *realServer) lists(t *testing.T, community, id string) bool {
	t.Helper()
	return slices.Contains(s.finds(t, "/communities/"+community+"/records", fmt.Sprintf("id:%q", id)), id)
}

// clone puts copies of a record into the search index alone, as many as there
// are ids, and takes them out after the test: lists are made of that index. What
// differs beside the ids is for change to say, which is given the place of the
// copy.
func (s *realServer) clone(t *testing.T, of string, ids []string, change func(i int, document map[string]any)) {
	t.Helper()
	var found struct {
		Hits struct {
			Hits []struct {
				Index  string          `json:"_index"`
				Source json.RawMessage `json:"_source"`
			}
		}
	}
	status, text := s.ask(t, "", "POST", s.search+"/invenio-rdmrecords-records/_search", map[string]any{"query": map[string]any{"term": map[string]any{"id": of}}})
	if err := json.Unmarshal(text, &found); err != nil || len(found.Hits.Hits) != 1 {
		t.Fatalf("look up the document of %s: %d %v %s", of, status, err, text)
	}
	var writing, removing bytes.Buffer
	for i, id := range ids {
		var document map[string]any
		if err := json.Unmarshal(bytes.ReplaceAll(found.Hits.Hits[0].Source, []byte(of), []byte(id)), &document); err != nil {
			t.Fatal(err)
		}
		document["parent"].(map[string]any)["id"] = "p" + id
		change(i, document)
		line, err := json.Marshal(document)
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&writing, "{\"index\":{\"_index\":%q,\"_id\":%q}}\n%s\n", found.Hits.Hits[0].Index, id, line)
		fmt.Fprintf(&removing, "{\"delete\":{\"_index\":%q,\"_id\":%q}}\n", found.Hits.Hits[0].Index, id)
	}
	s.bulk(t, &writing)
	t.Cleanup(func() { s.bulk(t, &removing) })
}

func (s *realServer) bulk(t *testing.T, lines *bytes.Buffer) {
	t.Helper()
	resp, err := http.Post(s.search+"/_bulk?refresh=true", "application/x-ndjson", lines)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	var answer struct{ Errors bool }
	if err := json.NewDecoder(resp.Body).Decode(&answer); err != nil || answer.Errors {
		t.Fatalf("write to the search index: %s, %v, errors: %t", resp.Status, err, answer.Errors)
	}
}

// cloneIDs makes ids such as the server's, which begin with a short word.
func cloneIDs(word string, n int) (ids []string) {
	const alphabet = "0123456789abcdefghjkmnpqrstvwxyz"
	for i := range n {
		digits := ""
		for rest := 31*i + 7; len(word)+len(digits) < 10; rest /= len(alphabet) {
			digits = string(alphabet[rest%len(alphabet)]) + digits
		}
		id := word + digits
		ids = append(ids, id[:5]+"-"+id[5:])
	}
	return ids
}
