package zenodo_test

import (
	"bytes"
	"crypto/md5"
	"encoding/hex"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/zharvest/zharvest/zenodo"
)

func TestExporterList(t *testing.T) {
	var path string
	c := serve(t, func(w http.ResponseWriter, r *http.Request) {
		path = r.URL.Path
		reply(w, 200, `{"records-xml.tar.gz": [
			{"version_id": "b", "created": "2026-04-01T00:00:00+00:00", "is_head": false, "size": 4, "checksum": "md5:bb", "links": {"self": "https://evil.example/"}},
			{"version_id": "a", "created": "2026-03-01T00:00:00+00:00", "is_head": false, "size": 3, "checksum": "md5:aa"},
			{"version_id": "c", "created": "2026-05-01T00:00:00+00:00", "is_head": true, "size": 5, "checksum": "md5:cc"}],
			"batlit/records-json.tar.gz": [{"version_id": "d"}], "odd": 7}`)
	})
	got, err := c.Exporter.List(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	want := []zenodo.Dump{
		{Key: "batlit/records-json.tar.gz", VersionID: "d"},
		{Key: "records-xml.tar.gz", VersionID: "c", CreatedAt: "2026-05-01T00:00:00+00:00", IsHead: true, Size: 5, Checksum: "md5:cc"},
		{Key: "records-xml.tar.gz", VersionID: "b", CreatedAt: "2026-04-01T00:00:00+00:00", Size: 4, Checksum: "md5:bb"},
		{Key: "records-xml.tar.gz", VersionID: "a", CreatedAt: "2026-03-01T00:00:00+00:00", Size: 3, Checksum: "md5:aa"},
	}
	if diff := cmp.Diff(want, got); diff != "" || path != "/api/exporter" {
		t.Errorf("%s (-want +got):\n%s", path, diff)
	}
	if d, err := c.Exporter.GetNewest(t.Context(), zenodo.DumpRecordsXML); err != nil || d.VersionID != "c" {
		t.Errorf("the newest is %+v, %v", d, err)
	}
	if _, err := c.Exporter.GetNewest(t.Context(), zenodo.DumpDeleted); !errors.Is(err, zenodo.ErrNotFound) {
		t.Errorf("there is none of deleted records, but the error is %v", err)
	}
}

// The dump in JSON has more, and is preferred unless it is much older.
func TestExporterNewestRecords(t *testing.T) {
	const asJSON, asXML = `"records-json.tar.gz": [{"version_id": "json", "created": "2026-09-05T00:00:00+00:00"}]`,
		`"records-xml.tar.gz": [{"version_id": "xml", "created": "%s"}]`
	for name, row := range map[string]struct{ list, want string }{
		"one of each":     {asJSON + ", " + fmt.Sprintf(asXML, "2026-09-04T00:00:00+00:00"), "json"},
		"a month older":   {asJSON + ", " + fmt.Sprintf(asXML, "2026-10-06T00:00:00+00:00"), "json"},
		"older than that": {asJSON + ", " + fmt.Sprintf(asXML, "2026-10-06T00:00:01+00:00"), "xml"},
		"JSON alone":      {asJSON, "json"},
		"XML alone":       {fmt.Sprintf(asXML, "2026-10-06T00:00:01+00:00"), "xml"},
		"a community's":   {`"batlit/records-json.tar.gz": [{"version_id": "batlit"}]`, ""},
	} {
		t.Run(name, func(t *testing.T) {
			c := serve(t, func(w http.ResponseWriter, _ *http.Request) { reply(w, 200, "{"+row.list+"}") })
			d, err := c.Exporter.GetNewestRecords(t.Context())
			if row.want == "" {
				if !errors.Is(err, zenodo.ErrNotFound) {
					t.Errorf("got %+v, %v", d, err)
				}
				return
			}
			if err != nil || d.VersionID != row.want {
				t.Errorf("got %+v, %v; want %s", d, err, row.want)
			}
		})
	}
}

// dumpServer gives out one file.
type dumpServer struct {
	content []byte
	ranges  bool                                                     // it gives out parts
	spoil   func(n int, w http.ResponseWriter, r *http.Request) bool // whether it answered by itself
	asked   []string                                                 // path and range of each request
}

func (s *dumpServer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.asked = append(s.asked, strings.TrimSpace(r.URL.EscapedPath()+" "+r.Header.Get("Range")))
	if s.spoil != nil && s.spoil(len(s.asked), w, r) {
		return
	}
	from := 0
	if text, ok := strings.CutPrefix(r.Header.Get("Range"), "bytes="); ok && s.ranges {
		from, _ = strconv.Atoi(strings.TrimSuffix(text, "-"))
		if from >= len(s.content) {
			w.WriteHeader(http.StatusRequestedRangeNotSatisfiable)
			return
		}
		w.Header().Set("Content-Range", fmt.Sprintf("bytes %d-%d/%d", from, len(s.content)-1, len(s.content)))
		w.WriteHeader(http.StatusPartialContent)
	}
	_, _ = w.Write(s.content[from:])
}

func (s *dumpServer) dump() *zenodo.Dump {
	sum := md5.Sum(s.content)
	return &zenodo.Dump{Key: "a b/records-xml.tar.gz", VersionID: "v1", Size: int64(len(s.content)), Checksum: "md5:" + hex.EncodeToString(sum[:])}
}

// cut sends the beginning of the file, or of what was asked for, and ends the
// connection.
func (s *dumpServer) cut(times int) func(int, http.ResponseWriter, *http.Request) bool {
	return func(n int, w http.ResponseWriter, r *http.Request) bool {
		if n > times {
			return false
		}
		part := s.content[:n*1000]
		if r.Header.Get("Range") != "" && s.ranges {
			w.Header().Set("Content-Range", fmt.Sprintf("bytes %d-9/10", (n-1)*1000))
			w.WriteHeader(http.StatusPartialContent)
			part = part[(n-1)*1000:]
		}
		_, _ = w.Write(part)
		_ = http.NewResponseController(w).Flush()
		panic(http.ErrAbortHandler)
	}
}

func TestDownload(t *testing.T) {
	content := bytes.Repeat([]byte("0123456789abcdef"), 5000)
	const path = "/api/exporter/a%20b/records-xml.tar.gz/v1"
	for _, tc := range []struct {
		name   string
		server *dumpServer
		part   []byte // left by an earlier call
		asked  []string
		cuts   int
	}{
		{"at once", &dumpServer{}, nil, []string{path}, 0},
		{"cut", &dumpServer{ranges: true}, nil, []string{path, path + " bytes=1000-", path + " bytes=2000-"}, 2},
		{"cut, and no parts", &dumpServer{}, nil, []string{path, path + " bytes=1000-", path + " bytes=2000-"}, 2},
		{"resumed", &dumpServer{ranges: true}, content[:40_000], []string{path + " bytes=40000-"}, 0},
		{"resumed what is whole", &dumpServer{}, content, nil, 0},
		{"resumed what is too long", &dumpServer{}, append(bytes.Clone(content), 'x'), []string{path}, 0},
		{"resumed something else", &dumpServer{ranges: true}, []byte("something else"), []string{path + " bytes=14-", path}, 0},
	} {
		t.Run(tc.name, func(t *testing.T) {
			tc.server.content = content
			tc.server.spoil = tc.server.cut(tc.cuts)
			c := serve(t, tc.server.ServeHTTP)
			file := filepath.Join(t.TempDir(), "dump")
			if err := os.WriteFile(file+".part", tc.part, 0o644); err != nil {
				t.Fatal(err)
			}
			var last int64
			if err := c.Exporter.Download(t.Context(), tc.server.dump(), file, func(n int64) { last = n }); err != nil {
				t.Fatal(err)
			}
			got, err := os.ReadFile(file)
			if err != nil || !bytes.Equal(got, content) {
				t.Errorf("got %d bytes, %v", len(got), err)
			}
			if _, err := os.Stat(file + ".part"); !errors.Is(err, os.ErrNotExist) {
				t.Errorf("the part is still there: %v", err)
			}
			if diff := cmp.Diff(tc.asked, tc.server.asked); diff != "" {
				t.Errorf("requests (-want +got):\n%s", diff)
			}
			if tc.asked != nil && last != int64(len(content)) {
				t.Errorf("the last progress was %d", last)
			}
		})
	}
}

// A proxy on the way may damage what passes.
func TestDownloadDamaged(t *testing.T) {
	s := &dumpServer{content: []byte("0123456789")}
	s.spoil = func(n int, w http.ResponseWriter, _ *http.Request) bool {
		if n == 1 {
			_, _ = w.Write([]byte("012345678x"))
		}
		return n == 1
	}
	file := filepath.Join(t.TempDir(), "dump")
	if err := serve(t, s.ServeHTTP).Exporter.Download(t.Context(), s.dump(), file, nil); err != nil {
		t.Fatal(err)
	}
	if got, err := os.ReadFile(file); string(got) != "0123456789" || err != nil {
		t.Errorf("got %q, %v", got, err)
	}
}

func TestDownloadFails(t *testing.T) {
	content := bytes.Repeat([]byte("0123456789abcdef"), 1000)
	wrong := func(d *zenodo.Dump) { d.Checksum = "md5:0123456789abcdef0123456789abcdef" }
	for _, tc := range []struct {
		name   string
		server *dumpServer
		change func(*zenodo.Dump)
		want   error
		asked  int  // at most
		kept   bool // the part
	}{
		{"wrong checksum", &dumpServer{}, wrong, zenodo.ErrChecksum, 3, false},
		{"shorter than announced", &dumpServer{ranges: true}, func(d *zenodo.Dump) { d.Size += 5 }, zenodo.ErrInvalidBody, 12, true},
		{"longer than announced", &dumpServer{}, func(d *zenodo.Dump) { d.Size -= 5 }, zenodo.ErrChecksum, 3, false},
		{"a key that leads elsewhere", &dumpServer{}, func(d *zenodo.Dump) { d.Key = "../records" }, zenodo.ErrNotFound, 0, false},
		{"not there", &dumpServer{spoil: func(_ int, w http.ResponseWriter, _ *http.Request) bool {
			reply(w, 404, `{"message": "no", "status": 404}`)
			return true
		}}, func(*zenodo.Dump) {}, zenodo.ErrNotFound, 1, true},
	} {
		t.Run(tc.name, func(t *testing.T) {
			tc.server.content = content
			c := serve(t, tc.server.ServeHTTP)
			d := tc.server.dump()
			tc.change(d)
			file := filepath.Join(t.TempDir(), "dump")
			err := c.Exporter.Download(t.Context(), d, file, nil)
			if !errors.Is(err, tc.want) || len(tc.server.asked) > tc.asked {
				t.Errorf("the error is %v after %d requests, want %v after %d", err, len(tc.server.asked), tc.want, tc.asked)
			}
			if _, err := os.Stat(file); !errors.Is(err, os.ErrNotExist) {
				t.Errorf("there is a file all the same: %v", err)
			}
			if _, err := os.Stat(file + ".part"); (err == nil) != tc.kept {
				t.Errorf("the part is kept: %t, want %t", err == nil, tc.kept)
			}
		})
	}
}
