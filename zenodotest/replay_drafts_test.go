package zenodotest_test

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/zharvest/zharvest/zenodotest"
)

// owned lets the user of the recorded token change the records of a world, and
// curate its communities.
func owned(world func(*testing.T) zenodotest.Config) func(*testing.T) zenodotest.Config {
	return func(t *testing.T) zenodotest.Config {
		config := world(t)
		config.Owner = "REDACTED"
		config.Curators = map[string][]string{"tide-gauges": {"REDACTED"}, "soil-maps": {"REDACTED"}}
		return config
	}
}

// write sends a step that was not recorded, by the owner.
func (r *replay) write(method, address, body string) map[string]any {
	r.Helper()
	return r.writeAs("REDACTED", method, address, body)
}

func (r *replay) writeAs(token, method, address, body string) map[string]any {
	r.Helper()
	headers := map[string]string{"Authorization": "Bearer " + token, "Content-Type": "application/json", "Accept": rdm}
	switch {
	case strings.HasSuffix(address, "/content") || strings.HasPrefix(address, "/api/files/"):
		headers["Content-Type"] = "application/octet-stream"
	case body == "":
		delete(headers, "Content-Type")
	}
	if !strings.HasSuffix(address, "/draft") && !strings.HasSuffix(address, "/api/records") {
		headers["Accept"] = "*/*"
	}
	got := r.send(method, address, body, headers)
	if got.StatusCode >= 400 {
		r.Fatalf("%s %s: got %d %s", method, address, got.StatusCode, got.body)
	}
	var answer map[string]any
	json.Unmarshal([]byte(got.body), &answer) // what is no object has nothing that is needed
	return answer
}

// as replays an exchange as another user than the one whose token was recorded.
func (r *replay) as(token, name string) response {
	e := r.exchanges[name]
	e.Request.Headers = maps.Clone(e.Request.Headers)
	e.Request.Headers["Authorization"] = "Bearer " + token
	r.exchanges[name] = e
	return r.do(name)
}

// bodyOf is the JSON body of a recorded request.
func (r *replay) bodyOf(name string) string { return string(r.exchanges[name].Request.Body) }

// replayDrafts takes a draft through its life as it was recorded.
func replayDrafts(r *replay) {
	r.need("draft-create", "publish")
	r.do("draft-create")
	r.do("draft-get")
	draft := strings.TrimSuffix(r.exchanges["draft-get"].Request.URL, "?")
	r.do("draft-put-412")
	r.do("draft-put-errors")
	r.write("PUT", draft, r.bodyOf("draft-create"))
	r.do("publish-400")
	r.do("files-init")
	r.do("files-init-dup")
	r.do("file-content", "hello, file\n")
	r.do("file-commit")
	r.do("file-commit-again")
	r.write("DELETE", draft+"/files/b.txt", "")
	r.write("POST", draft+"/files", `[{"key": "o.txt"}]`)
	r.write("PUT", draft+"/files/o.txt/content", "first\n")
	r.write("POST", draft+"/files/o.txt/commit", "")
	r.do("file-content-after-commit", "second\n")
	for _, name := range []string{"multipart-init", "multipart-part1", "multipart-part2", "multipart-commit"} {
		r.do(name, map[bool]string{true: "part"}[strings.HasPrefix(name, "multipart-part")])
	}
	r.write("DELETE", draft+"/files/m.bin", "")
	r.write("POST", draft+"/files", `[{"key": "p.txt"}]`)
	r.do("publish-pending")
	r.write("DELETE", draft+"/files/p.txt", "")
	r.do("reserve-doi")
	r.do("publish")
	r.do("publish-again")
	r.do("edit")
	var shown struct{ Metadata json.RawMessage }
	if err := json.Unmarshal(r.exchanges["put-what-get-gave"].Request.Body, &shown); err != nil {
		r.Fatal(err)
	}
	r.write("PUT", draft, `{"metadata": `+string(shown.Metadata)+`}`)
	r.do("put-what-get-gave")
	r.write("POST", draft+"/actions/publish", "")
	r.write("POST", draft, "")
	r.do("edit-file-403")
	r.write("DELETE", draft, "")
	r.do("new-version")
	r.do("files-import")
	r.do("files-import-again")
	r.do("publish-version-400")
	r.do("request-deletion")
}

// replayDepositions takes a deposition of the legacy API through its life.
func replayDepositions(r *replay) {
	r.need("dep-create", "dep-publish")
	r.do("dep-create")
	const deposition = "/api/deposit/depositions/173"
	r.do("dep-publish-400")
	r.do("bucket-put", "first\n")
	r.do("bucket-put-again", "second!\n")
	r.do("bucket-list")
	r.do("dep-files")
	form := "--xxBxx\r\nContent-Disposition: form-data; name=\"file\"; filename=\"m ü/x.txt\"\r\n\r\nhello\r\n--xxBxx--\r\n"
	r.do("dep-files-post", form)
	r.do("dep-put-lenient")
	r.do("dep-put-400")
	r.write("PUT", deposition, `{"metadata": {"title": "Legacy flow", "description": "<p>ok</p>", "upload_type": "publication",
		"publication_type": "thesis", "license": "cc-by", "grants": [{"id": "283595"}],
		"creators": [{"name": "Doe, Jane", "affiliation": "X", "orcid": "0000-0002-1825-0097"}]}}`)
	r.do("dep-publish")
	r.do("dep-publish-2")
	r.do("dep-published")
	r.do("dep-newversion")
	r.do("dep-newversion-again")
	r.write("POST", "/api/deposit/depositions", "{}")
	r.write("POST", "/api/deposit/depositions", "{}")
	r.do("dep-list")
	r.do("user-records")
}

// replayLoss deposits a rich record natively, and edits it by the legacy API.
func replayLoss(r *replay) {
	r.need("loss-before", "loss-after")
	var before struct{ Metadata, Access json.RawMessage }
	if err := json.Unmarshal([]byte(r.exchanges["loss-before"].Body), &before); err != nil {
		r.Fatal(err)
	}
	made := r.write("POST", "/api/records", `{"metadata": `+string(before.Metadata)+`, "access": `+string(before.Access)+`}`)
	id, _ := made["id"].(string)
	r.known["180"] = id
	r.write("POST", "/api/records/180/draft/files", `[{"key": "a.txt"}]`)
	r.write("PUT", "/api/records/180/draft/files/a.txt/content", "a")
	r.write("POST", "/api/records/180/draft/files/a.txt/commit", "")
	r.write("POST", "/api/records/180/draft/actions/publish", "")
	for _, name := range []string{"loss-before", "legacy-edit", "legacy-put", "legacy-publish-edit", "loss-after"} {
		r.do(name)
	}
}

// replayCuration has communities take records in and out, and review a draft.
func replayCuration(r *replay) {
	r.need("community-requests", "review-put", "request-accept")
	communities := func() {
		for slug, id := range map[string]string{"soil-maps": "b1fb9733-987e-49ef-bcd3-488f8632be83", "tide-gauges": "7cee9fc9-4d7f-4e6b-809a-3e37a9163e1f"} {
			r.known[id], _ = r.write("GET", "/api/communities/"+slug, "")["id"].(string)
		}
	}
	communities()
	join := func(record, slug string) {
		if err := r.Move(record); err != nil {
			r.Fatal(err)
		}
		r.write("POST", "/api/records/"+record+"/communities", `{"communities": [{"id": "`+slug+`"}]}`)
	}
	var asked struct {
		Hits struct {
			Hits []struct {
				ID    string
				Topic struct{ Record string }
			}
		}
	}
	if err := json.Unmarshal([]byte(r.exchanges["community-requests"].Body), &asked); err != nil {
		r.Fatal(err)
	}
	cancelled := ""
	for _, q := range slices.Backward(asked.Hits.Hits) {
		join(q.Topic.Record, "tide-gauges")
		if q.Topic.Record == "106" {
			cancelled = q.ID
		}
	}
	r.do("community-requests")
	r.as("stranger", "request-accept-403")
	r.do("request-accept")
	r.do("request-accept-again")
	r.do("request-timeline")
	r.do("request-comment")
	r.write("POST", "/api/requests/"+cancelled+"/actions/cancel", "{}")
	r.do("record-add-community")
	r.do("community-remove")

	join("98", "soil-maps")
	r.known["182"], _ = r.writeAs("reader", "POST", "/api/records", r.bodyOf("draft-create"))["id"].(string)
	r.writeAs("reader", "POST", "/api/records/182/draft/files", `[{"key": "a.txt"}]`)
	r.writeAs("reader", "PUT", "/api/records/182/draft/files/a.txt/content", "a")
	r.writeAs("reader", "POST", "/api/records/182/draft/files/a.txt/commit", "")
	r.as("reader", "review-put")
	r.as("reader", "review-submit")
	r.write("POST", "/api/requests/6170bc2e-a2b9-497b-b00f-1bcfb14f71d3/actions/accept", "{}")
	communities() // answers above may have them in another order
	r.do("community-requests-expanded")
	for record, slugs := range map[string][]string{"12": {"soil-maps"}, "16": nil} {
		if err := r.Move(record, slugs...); err != nil {
			r.Fatal(err)
		}
	}
	communities()
	r.do("community-remove-rdm")

	r.do("access-link")
	r.write("POST", "/api/records/24/draft", "")
	r.do("file-modification")
	r.write("POST", "/api/records/8/draft", "")
	r.do("native-put-of-legacy-shape")
}
