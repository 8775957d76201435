package zenodotest_test

import (
	"bytes"
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/zharvest/zharvest/zenodo"
	"github.com/zharvest/zharvest/zenodotest"
)

// nativeHit is what tests look at of a record in the form of InvenioRDM.
type nativeHit struct {
	ID     string `json:"id"`
	Parent struct {
		ID          string `json:"id"`
		Communities struct {
			IDs     []string `json:"ids"`
			Entries []struct {
				Slug string `json:"slug"`
			} `json:"entries"`
		} `json:"communities"`
	} `json:"parent"`
	Updated  string `json:"updated"`
	Revision int    `json:"revision_id"`
	Versions struct {
		Index    int  `json:"index"`
		IsLatest bool `json:"is_latest"`
	} `json:"versions"`
	Metadata struct {
		Title string `json:"title"`
		Type  struct {
			ID string `json:"id"`
		} `json:"resource_type"`
	} `json:"metadata"`
}

type nativePage struct {
	Hits struct {
		Total int               `json:"total"`
		Hits  []json.RawMessage `json:"hits"`
	} `json:"hits"`
}

func nativeServer(t *testing.T, cfg zenodotest.Config) *zenodotest.Server {
	t.Helper()
	cfg.Dialect = zenodo.DialectRDM
	return zenodotest.NewServer(t, cfg)
}

// ask asks for a path below the API root, as a header says, and decodes an answer
// with a status.
func ask(t *testing.T, s *zenodotest.Server, path string, status int, answer any, header ...string) http.Header {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.API()+path, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if resp.StatusCode != status {
		t.Errorf("%s: status %d, want %d", path, resp.StatusCode, status)
		return resp.Header
	}
	if answer != nil {
		if err := json.NewDecoder(resp.Body).Decode(answer); err != nil {
			t.Errorf("%s: %v", path, err)
		}
	}
	return resp.Header
}

// nativeHits are the records that a search finds, and their total.
func nativeHits(t *testing.T, s *zenodotest.Server, path string) (hits []nativeHit, total int) {
	t.Helper()
	var page nativePage
	ask(t, s, path, http.StatusOK, &page)
	for _, raw := range page.Hits.Hits {
		var hit nativeHit
		if err := json.Unmarshal(raw, &hit); err != nil {
			t.Fatal(err)
		}
		hits = append(hits, hit)
	}
	return hits, page.Hits.Total
}

// TestNativeRecords: all records have the form of InvenioRDM and ids of letters,
// by which they are found.
func TestNativeRecords(t *testing.T) {
	id := regexp.MustCompile(`^[0-9a-hjkmnp-tv-z]{5}-[0-9a-hjkmnp-tv-z]{5}$`)
	for _, cfg := range []zenodotest.Config{{}, {Synthetic: 200}} {
		s := nativeServer(t, cfg)
		hits, total := nativeHits(t, s, "/records?size=1000&allversions=true")
		if len(hits) != total || total < 100 {
			t.Errorf("%d records of %d on a page", len(hits), total)
		}
		seen := map[string]bool{}
		for _, hit := range hits {
			if !id.MatchString(hit.ID) || !id.MatchString(hit.Parent.ID) || seen[hit.ID] || hit.Versions.Index < 1 || hit.Metadata.Title == "" {
				t.Errorf("got %+v", hit)
			}
			seen[hit.ID] = true
		}
		hit := hits[3]
		var one nativeHit
		ask(t, s, "/records/"+hit.ID, http.StatusOK, &one)
		if one.ID != hit.ID || one.Metadata.Title != hit.Metadata.Title {
			t.Errorf("got %+v, want %+v", one, hit)
		}
		if found, n := nativeHits(t, s, "/records?allversions=1&q=id:"+hit.ID); n != 1 || found[0].ID != hit.ID {
			t.Errorf("id:%s finds %d", hit.ID, n)
		}
		if _, n := nativeHits(t, s, "/records?allversions=1&q=id:"+hit.ID[:4]+"*"); n < 1 || n > 3 {
			t.Errorf("id:%s* finds %d", hit.ID[:4], n)
		}
		ask(t, s, "/records/"+hit.Parent.ID, http.StatusOK, &one)
		if one.Parent.ID != hit.Parent.ID || !one.Versions.IsLatest {
			t.Errorf("concept %s leads to %+v", hit.Parent.ID, one)
		}
	}
}

// TestNativeSearch: what is Zenodo's own is dropped, or found in no record.
func TestNativeSearch(t *testing.T) {
	s := nativeServer(t, zenodotest.Config{Synthetic: 200})
	_, latest := nativeHits(t, s, "/records")
	_, all := nativeHits(t, s, "/records?allversions=true")
	hits, _ := nativeHits(t, s, "/records?size=200")
	datasets, articles, inCommunity := 0, 0, 0
	community := ""
	for _, hit := range hits {
		kind := hit.Metadata.Type.ID
		if kind == "dataset" {
			datasets++
		}
		if kind == "publication-article" {
			articles++
		}
		if len(hit.Parent.Communities.Entries) > 0 && community == "" {
			community = hit.Parent.Communities.Entries[0].Slug
		}
	}
	uuid := ""
	for _, hit := range hits {
		for i, entry := range hit.Parent.Communities.Entries {
			if entry.Slug == community {
				uuid = hit.Parent.Communities.IDs[i]
				inCommunity++
			}
		}
	}
	if latest == all || datasets == 0 || articles == 0 || inCommunity == 0 || inCommunity == latest {
		t.Fatalf("%d of %d, %d datasets, %d articles, %d in %s", latest, all, datasets, articles, inCommunity, community)
	}
	for query, want := range map[string]int{
		"all_versions=true": latest, "type=dataset": latest, "communities=" + community: latest, "f=type:dataset": latest,
		"resource_type=dataset": datasets, "resource_type=publication::publication-article": articles,
		"q=type:dataset": 0, "q=title:the": 0, "q=recid:*": 0, "q=communities:" + community: 0,
		"q=metadata.resource_type.props.type:dataset":                                       datasets,
		"q=metadata.resource_type.props.subtype:%22publication-article%22":                  articles,
		"q=parent.communities.ids:%22" + uuid + "%22":                                       inCommunity,
		"q=parent.communities.entries.slug:%22" + community + "%22":                         inCommunity,
		"q=metadata.resource_type.id:dataset+AND+created:%5B2000+TO+*%5D":                   datasets,
		"q=(metadata.resource_type.id:dataset)+AND+updated:%5B2000-01-01T00:00:00Z+TO+*%5D": datasets,
	} {
		if _, got := nativeHits(t, s, "/records?"+query); got != want {
			t.Errorf("%s: got %d, want %d", query, got, want)
		}
	}
	if _, got := nativeHits(t, s, "/communities/"+community+"/records?resource_type=dataset"); got == 0 || got >= datasets {
		t.Errorf("%d datasets in %s, of %d", got, community, datasets)
	}
	ask(t, s, "/records?sort=mostrecent", http.StatusBadRequest, nil)
	ask(t, s, "/records?page=401&size=25", http.StatusBadRequest, nil)
}

// TestNativeAnswers: what a client can tell the server by.
func TestNativeAnswers(t *testing.T) {
	s := nativeServer(t, zenodotest.Config{Token: "good", Window: 30})
	ask(t, s, "/records", http.StatusNotAcceptable, nil, "Accept", "application/vnd.zenodo.v1+json")
	ask(t, s, "/records", http.StatusOK, nil, "Accept", "application/vnd.zenodo.v1+json, application/json;q=0.9")
	ask(t, s, "/deposit/depositions", http.StatusNotFound, nil, "Authorization", "Bearer good")
	ask(t, s, "/exporter", http.StatusNotFound, nil)
	for token, user := range map[string]bool{"good": true, "bad": false} {
		header := ask(t, s, "/records", http.StatusOK, nil, "Authorization", "Bearer "+token)
		if got := header.Get("X-User-ID"); (got != "") != user {
			t.Errorf("token %s: user %q", token, got)
		}
	}
	ask(t, s, "/user/records", http.StatusOK, nil, "Authorization", "Bearer good")
	ask(t, s, "/user/records", http.StatusForbidden, nil, "Authorization", "Bearer bad")
	if hits, total := nativeHits(t, s, "/records?size=1000"); len(hits) != 30 || total <= 30 {
		t.Errorf("a page of 1000 has %d of %d, want the window", len(hits), total)
	}
}

// TestNativeData: records that were served so are served again byte for byte, as
// such a server without being asked to, and those in Zenodo's form are translated.
func TestNativeData(t *testing.T) {
	from := nativeServer(t, zenodotest.Config{Synthetic: 60})
	var page nativePage
	ask(t, from, "/records?size=100&allversions=true&sort=oldest", http.StatusOK, &page)
	file := filepath.Join(t.TempDir(), "native.jsonl")
	if err := os.WriteFile(file, append(bytes.Join(rawLines(page), []byte("\n")), '\n'), 0o600); err != nil {
		t.Fatal(err)
	}
	s := zenodotest.NewServer(t, zenodotest.Config{Data: []string{file}})
	var again nativePage
	ask(t, s, "/records?size=100&allversions=true&sort=oldest", http.StatusOK, &again)
	if !slices.EqualFunc(rawLines(page), rawLines(again), bytes.Equal) || len(again.Hits.Hits) != 60 {
		t.Errorf("got %d other records", len(again.Hits.Hits))
	}
	if _, err := zenodotest.New(zenodotest.Config{Data: []string{file}, Dialect: zenodo.DialectZenodo}); err == nil || !strings.Contains(err.Error(), "line 1: id") {
		t.Errorf("as Zenodo: got %v", err)
	}
	if _, err := zenodotest.New(zenodotest.Config{Dialect: "dspace"}); err == nil {
		t.Error("an unknown dialect is taken")
	}
}

func rawLines(page nativePage) [][]byte {
	var lines [][]byte
	for _, raw := range page.Hits.Hits {
		lines = append(lines, raw)
	}
	return lines
}

// TestNativeChanges: the world changes as on Zenodo.
func TestNativeChanges(t *testing.T) {
	s := nativeServer(t, zenodotest.Config{Communities: []string{"tide"}})
	get := func(id string) (hit nativeHit) {
		t.Helper()
		ask(t, s, "/records/"+id, http.StatusOK, &hit)
		return hit
	}
	id, err := s.Publish(zenodotest.Draft{Title: "Tides", Communities: []string{"tide"}})
	if err != nil {
		t.Fatal(err)
	}
	first := get(id)
	if err := s.Edit(id, zenodotest.SetTitle("Low tides")); err != nil {
		t.Fatal(err)
	}
	edited := get(id)
	if edited.Metadata.Title != "Low tides" || edited.Revision <= first.Revision || edited.Updated == first.Updated {
		t.Errorf("edited: %+v, before %+v", edited, first)
	}
	second, err := s.NewVersion(id)
	if err != nil {
		t.Fatal(err)
	}
	old, latest := get(id), get(second)
	if old.Versions.IsLatest || old.Updated != edited.Updated || !latest.Versions.IsLatest || latest.Versions.Index != 2 || latest.Parent.ID != first.Parent.ID {
		t.Errorf("versions: %+v, %+v", old, latest)
	}
	if err := s.Move(second); err != nil {
		t.Fatal(err)
	}
	if moved := get(second); len(moved.Parent.Communities.Entries) > 0 || moved.Updated != latest.Updated {
		t.Errorf("moved: %+v", moved)
	}
	if err := s.Delete(second, zenodotest.Tombstone{Reason: "spam"}); err != nil {
		t.Fatal(err)
	}
	ask(t, s, "/records/"+second, http.StatusGone, nil)
	if restored := get(id); !restored.Versions.IsLatest || restored.Updated == old.Updated {
		t.Errorf("restored: %+v", restored)
	}
}
