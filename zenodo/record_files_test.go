package zenodo_test

import (
	"errors"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"testing"

	"github.com/zharvest/zharvest/zenodo"
)

func TestRecordFiles(t *testing.T) {
	content := []byte("a,b\n")
	c := serve(t, func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/api/records/3/files":
			reply(w, 200, `{"enabled": true, "entries": [{"key": "frogs & toads.csv", "size": 4, "checksum": "md5:`+md5Of(content)+`", "links": {"content": "https://example.org/x"}}], "order": []}`)
		case "/api/records/3/files/frogs & toads.csv/content":
			_, _ = w.Write(content)
		case "/api/records/4/files":
			reply(w, 200, `{"enabled": false, "entries": []}`)
		case "/api/records/5/files":
			reply(w, 403, `{"status": 403, "message": "Permission denied."}`)
		default:
			w.WriteHeader(404)
			_, _ = io.WriteString(w, "{}")
		}
	})
	files, err := c.Records.Files(t.Context(), "3")
	if err != nil || len(files) != 1 || files[0].Key != "frogs & toads.csv" || files[0].Size != 4 {
		t.Fatalf("got %+v, %v", files, err)
	}
	path := filepath.Join(t.TempDir(), "frogs.csv")
	if err := c.Records.Download(t.Context(), "3", files[0], path, nil); err != nil {
		t.Fatal(err)
	}
	if got, err := os.ReadFile(path); string(got) != string(content) {
		t.Errorf("got %q, %v", got, err)
	}
	if files, err := c.Records.Files(t.Context(), "4"); err != nil || files == nil || len(files) != 0 {
		t.Errorf("of metadata alone: got %v, %v", files, err)
	}
	for id, want := range map[zenodo.RecordID]error{"5": zenodo.ErrForbidden, "6": zenodo.ErrNotFound, "..": zenodo.ErrNotFound} {
		if files, err := c.Records.Files(t.Context(), id); !errors.Is(err, want) {
			t.Errorf("%s: got %v, %v, want %v", id, files, err, want)
		}
	}
	if err := c.Records.Download(t.Context(), "3", zenodo.File{Key: ".."}, path, nil); !errors.Is(err, zenodo.ErrNotFound) {
		t.Errorf("got %v, want ErrNotFound", err)
	}
	files[0].Checksum = "md5:" + md5Of([]byte("other"))
	if err := c.Records.Download(t.Context(), "3", files[0], path+"2", nil); !errors.Is(err, zenodo.ErrChecksum) {
		t.Errorf("got %v, want ErrChecksum", err)
	}
}
