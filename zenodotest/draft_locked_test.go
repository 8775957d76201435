package zenodotest_test

import (
	"testing"

	"github.com/zharvest/zharvest/zenodo"
	"github.com/zharvest/zharvest/zenodotest"
)

// TestLockedDraft changes files where they cannot be: those of a published record,
// and those of a record without files.
func TestLockedDraft(t *testing.T) {
	const file = "/records/ID/draft/files/a.txt"
	dialects(t, zenodotest.Config{}, func(t *testing.T, s *zenodotest.Server, d zenodo.Dialect) {
		record := released(t, s, described())
		steps(t, s, record.ID,
			step{"POST", "/records/ID/draft", "", 201, ""},
			step{"POST", "/records/ID/draft/files", `[{"key": "a.txt"}]`, 201, `"status": "pending"`},
			step{"PUT", file + "/content", "wet", 403, "Bucket is locked for modifications."},
			step{"POST", file + "/commit", "", 500, ""},
			step{"POST", "/records/ID/draft/actions/publish", "", 400, ""},
			step{"DELETE", "/records/ID/draft", "", 204, ""},
			step{"GET", "/records/ID/files/newt.txt/content", "", 200, "wet"},
		)
		if d == zenodo.DialectZenodo {
			return // only administrators make records without files
		}
		body := described()
		body["files"] = map[string]any{"enabled": false}
		n, _ := draft(t, s, body)
		steps(t, s, n.ID,
			step{"POST", "/records/ID/draft/files", `[{"key": "a.txt"}]`, 403, "Files are not enabled."},
			step{"POST", "/records/ID/draft/actions/publish", "", 202, `"metadata-only"`},
		)
	})
}
