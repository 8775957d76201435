package zenodotest_test

import (
	"strings"
	"testing"

	"github.com/zharvest/zharvest/zenodo"
	"github.com/zharvest/zharvest/zenodotest"
)

// TestDraftFiles takes the three steps of an upload in all orders.
func TestDraftFiles(t *testing.T) {
	const files, newt = "/records/ID/draft/files", "/records/ID/draft/files/newt.txt"
	dialects(t, zenodotest.Config{}, func(t *testing.T, s *zenodotest.Server, d zenodo.Dialect) {
		n, _ := draft(t, s, described())
		steps(t, s, n.ID,
			step{"GET", files, "", 200, `"entries": []`},
			step{"PUT", newt + "/content", "wet", 404, ""},
			step{"POST", newt + "/commit", "", 404, ""},
			step{"GET", newt, "", 404, ""},
			step{"POST", files, `[{"key": "newt.txt"}]`, 201, `"status": "pending"`},
			step{"POST", files, `[{"key": "newt.txt"}]`, 400, "newt.txt"},
			step{"GET", newt, "", 200, `"status": "pending"`},
			step{"POST", newt + "/commit", "", 500, ""},
			step{"POST", "/records/ID/draft/actions/publish", "", 400, ""},
			step{"PUT", newt + "/content", "wet", 200, `"key": "newt.txt"`},
			step{"PUT", newt + "/content", "dry!", 200, `"key": "newt.txt"`},
			step{"POST", newt + "/commit", "", 200, `"size": 4`},
			step{"GET", newt + "/content", "", 200, "dry!"},
			step{"PUT", newt, `{"metadata": {"note": "x"}}`, 200, `"note": "x"`},
			// A second upload destroys a file, and says so with status 200.
			step{"PUT", newt + "/content", "lost", 200, `"errors"`},
			step{"GET", newt + "/content", "", 404, ""},
			step{"POST", files, `[{"key": "a.txt"}, {"key": "b.txt"}]`, 201, `"b.txt"`},
			step{"DELETE", files + "/a.txt", "", 204, ""},
			step{"DELETE", files + "/a.txt", "", 404, ""},
			step{"DELETE", files, "", 204, ""},
			step{"GET", files, "", 200, `"entries": []`},
		)
	})
}

// TestNativeVersions makes new versions one after the other.
func TestNativeVersions(t *testing.T) {
	dialects(t, zenodotest.Config{}, func(t *testing.T, s *zenodotest.Server, d zenodo.Dialect) {
		first := released(t, s, described("version", "1"))
		next := func() native {
			t.Helper()
			return want[native](t, 201, call(t, "POST", s.API()+"/records/"+first.ID+"/versions", nil, "Accept", rdm))
		}
		second := next()
		if second.ID == first.ID || second.Versions.Index != 2 || second.Metadata["version"] != nil || second.Metadata["publication_date"] == "2024-05" || second.Files.Count != 0 {
			t.Errorf("new version: got %+v", second)
		}
		same(t, "asked again", next().ID, second.ID)
		address := s.API() + "/records/" + second.ID + "/draft"
		steps(t, s, second.ID,
			step{"POST", "/records/ID/draft/actions/files-import", "", 201, `"newt.txt"`},
			step{"POST", "/records/ID/draft/actions/files-import", "", 400, ""},
		)
		want[native](t, 200, call(t, "PUT", address, described("version", "2"), "Accept", rdm))
		published := want[native](t, 202, call(t, "POST", address+"/actions/publish", nil, "Accept", rdm))
		if published.Versions.Index != 2 || !published.Versions.IsLatest || published.Parent.ID != first.Parent.ID || published.Files.Count != 1 {
			t.Errorf("published: got %+v", published)
		}
		if before := recordOf(t, s, first.ID); before.Versions.IsLatest || before.Versions.Index != 1 {
			t.Errorf("the version before: got %+v", before.Versions)
		}
	})
}

// TestSecretLink reads a restricted record with a link's token.
func TestSecretLink(t *testing.T) {
	dialects(t, zenodotest.Config{}, func(t *testing.T, s *zenodotest.Server, d zenodo.Dialect) {
		body := described()
		body["access"] = map[string]any{"record": "public", "files": "restricted"}
		record := released(t, s, body)
		address := s.API() + "/records/" + record.ID
		link := want[struct{ ID, Token string }](t, 201, call(t, "POST", address+"/access/links", `{"permission": "view"}`))
		content := address + "/files/newt.txt/content"
		refused(t, 403, "", do(t, "GET", content))
		same(t, "with the token", do(t, "GET", content+"?token="+link.Token).body, "wet")
		if got := call(t, "DELETE", address+"/access/links/"+link.ID, nil); got.StatusCode != 204 {
			t.Errorf("delete the link: got %d %s", got.StatusCode, got.body)
		}
		refused(t, 403, "", do(t, "GET", content+"?token="+link.Token))
		if list := call(t, "GET", address+"/access/links", nil); strings.Contains(list.body, link.ID) {
			t.Errorf("links: got %s", list.body)
		}
	})
}

// TestOwner edits a loaded record as its owner, and as somebody else.
func TestOwner(t *testing.T) {
	dialects(t, zenodotest.Config{Synthetic: 3, Owner: "secret"}, func(t *testing.T, s *zenodotest.Server, d zenodo.Dialect) {
		hits := want[struct{ Hits struct{ Hits []native } }](t, 200, do(t, "GET", s.API()+"/records?size=1", "Accept", rdm)).Hits.Hits
		address := s.API() + "/records/" + hits[0].ID + "/draft"
		refused(t, 403, "denied", call(t, "POST", address, nil, "Authorization", "Bearer other"))
		edit := want[native](t, 201, call(t, "POST", address, nil, "Accept", rdm, "Authorization", "Bearer secret"))
		if edit.ID != hits[0].ID || !edit.IsDraft || !edit.IsPublished || edit.Metadata["title"] != hits[0].Metadata["title"] {
			t.Errorf("edit: got %+v", edit)
		}
		want[native](t, 200, call(t, "PUT", address, described("title", "Frogs"), "Accept", rdm, "Authorization", "Bearer secret"))
		want[native](t, 202, call(t, "POST", address+"/actions/publish", nil, "Accept", rdm, "Authorization", "Bearer secret"))
		if got := recordOf(t, s, hits[0].ID).Metadata["title"]; got != "Frogs" {
			t.Errorf("title: got %v", got)
		}
	})
}
