package zenodotest_test

import (
	"crypto/md5"
	"encoding/hex"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/zharvest/zharvest/zenodotest"
)

// TestRewriteLinks loads a record of each form that Zenodo has had, follows the
// links of its files, and compares the rest of it with what was loaded.
func TestRewriteLinks(t *testing.T) {
	old := `{"id": 11, "conceptrecid": "10", "created": "2020-01-01T00:00:00+00:00", "updated": "2020-01-01T00:00:00+00:00", ` +
		`"links": {"self": "https://zenodo.org/api/records/11", "doi": "https://doi.org/10.5281/zenodo.11", "bucket": "https://zenodo.org/api/files/b1"}, ` +
		`"metadata": {"title": "https://zenodo.org/api/records/11", "access_right": "open"}, "owners": [1], ` +
		`"files": [{"bucket": "b1", "key": "a b.csv", "size": 100, "type": "csv", "checksum": "md5:0123456789abcdef0123456789abcdef", ` +
		`"links": {"self": "https://zenodo.org/api/files/b1/a%20b.csv"}}]}`
	middle := `{"created": "2021-01-01T00:00:00+00:00", "updated": "2021-01-01T00:00:00+00:00", "id": 21, "conceptrecid": "20", ` +
		`"files": [{"id": "f", "filename": "c.bin", "filesize": 2000.0, "checksum": "fedcba98765432100123456789abcdef", ` +
		`"links": {"self": "https://sandbox.zenodo.org/api/records/21/files/c.bin/content"}}], "metadata": {"access_right": "open"}, ` +
		`"links": {"thumbnails": {"10": "https://sandbox.zenodo.org/record/21/10"}, "self": "https://sandbox.zenodo.org/api/records/21"}}`
	name := filepath.Join(t.TempDir(), "records.jsonl")
	if err := os.WriteFile(name, []byte(old+"\n"+middle+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	plain := zenodotest.NewServer(t, zenodotest.Config{Data: []string{name}})
	same(t, "without", get(t, plain, "/records/11").body, old)
	s := zenodotest.NewServer(t, zenodotest.Config{Data: []string{name}, RewriteLinks: true})
	for _, c := range []struct {
		path, loaded, checksum string
		links                  []string // as loaded, and as served behind the emulator's address
	}{
		{"11", old, "0123456789abcdef0123456789abcdef", []string{
			`"self": "https://zenodo.org/api/files/b1/a%20b.csv`, `"self": "/api/records/11/files/a%20b.csv/content`,
			`"self": "https://zenodo.org/`, `"self": "/`, `"bucket": "https://zenodo.org/`, `"bucket": "/`,
		}},
		{"21", middle, "fedcba98765432100123456789abcdef", []string{`"https://sandbox.zenodo.org/`, `"/`}},
	} {
		got := get(t, s, "/records/"+c.path).body
		var record struct {
			Files []struct {
				Checksum string
				Links    struct{ Self string }
			}
		}
		if err := json.Unmarshal([]byte(got), &record); err != nil {
			t.Fatal(err)
		}
		hash := md5.Sum([]byte(do(t, "GET", record.Files[0].Links.Self).body))
		sum := hex.EncodeToString(hash[:])
		same(t, "checksum", strings.TrimPrefix(record.Files[0].Checksum, "md5:"), sum)
		want := strings.ReplaceAll(strings.NewReplacer(append(c.links, c.checksum, sum)...).Replace(c.loaded), `: "/`, `: "`+s.URL+"/")
		same(t, c.path, got, want)
		hit := search(t, s, "/records", "q", "recid:"+c.path).Hits.Hits
		if len(hit) != 1 || string(hit[0]) != got {
			t.Errorf("%s: found as %s, want what the record itself is", c.path, hit)
		}
	}
}

// TestRewriteNative follows the links of all files of another InvenioRDM's
// records.
func TestRewriteNative(t *testing.T) {
	s := zenodotest.NewServer(t, zenodotest.Config{Dialect: "rdm", Synthetic: 30, RewriteLinks: true})
	files := 0
	for _, raw := range search(t, s, "/records", "size", "30").Hits.Hits {
		var r struct {
			ID    string
			Links struct{ Self string }
			Files struct {
				Entries map[string]struct {
					Checksum string
					Links    map[string]string
				}
			}
		}
		if err := json.Unmarshal(raw, &r); err != nil {
			t.Fatal(err)
		}
		same(t, "self", r.Links.Self, s.API()+"/records/"+r.ID)
		if len(r.Files.Entries) == 0 {
			continue
		}
		for _, f := range want[listed](t, 200, get(t, s, "/records/"+r.ID+"/files")).Entries {
			files++
			same(t, f.Key, r.Files.Entries[f.Key].Checksum, f.Checksum)
			same(t, f.Key, r.Files.Entries[f.Key].Links["content"], f.Links["content"])
			same(t, f.Key, r.Files.Entries[f.Key].Links["self"], f.Links["self"])
		}
	}
	if files == 0 {
		t.Error("there were no files")
	}
}

// TestRewriteDeposited makes sure that what was uploaded keeps its checksum.
func TestRewriteDeposited(t *testing.T) {
	s := zenodotest.NewServer(t, zenodotest.Config{RewriteLinks: true})
	p := publish(t, s, complete())
	body := get(t, s, "/records/"+p.text()).body
	if !strings.Contains(body, "md5:"+sum("a,b\n")) || !strings.Contains(body, s.URL+"/api/records/"+p.text()+"/files/frogs.csv/content") {
		t.Errorf("got %s", body)
	}
}
