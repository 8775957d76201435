package zenodotest_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/zharvest/zharvest/zenodotest"
)

// TestUnknown has records that do not say everything: searches find none of
// them by what is unknown, and orders put those last, whichever way they go.
func TestUnknown(t *testing.T) {
	t.Parallel()
	s := zenodotest.NewServer(t, zenodotest.Config{VerifiedOneIn: -1})
	publish := func(id int, access, files, stats string) {
		t.Helper()
		_, err := s.PublishRaw(fmt.Appendf(nil, `{"id":%d,"conceptrecid":"%d","created":"2024-05-06T07:08:09.101112+00:00","updated":"2024-05-06T07:08:09.101112+00:00",`+
			`"metadata":{"title":"Quux","access_right":%q,"publication_date":"2024","resource_type":{"type":"dataset"}},"files":%s,"stats":%s}`,
			id, id-1, access, files, stats))
		if err != nil {
			t.Fatal(err)
		}
	}
	const file = `[{"key":"a","size":5}]`
	publish(999999910, "open", file, `{"views":0,"unique_views":0,"downloads":0,"unique_downloads":0,"version_views":0}`)
	publish(999999920, "restricted", "[]", `{"views":9,"unique_views":9,"downloads":9,"unique_downloads":9,"version_views":9}`)
	publish(999999930, "embargoed", "[]", `{}`)
	publish(999999940, "open", "[]", `{"unique_views":4}`)
	find := func(q, sort string) string {
		t.Helper()
		var ids []string
		for _, r := range walk(t, s, "/records", "q", q, "sort", sort) {
			ids = append(ids, strings.TrimPrefix(r.text(), "9999999"))
		}
		return strings.Join(ids, " ")
	}
	for q, want := range map[string]string{
		"size:[0 TO 50000]": "10", "size:*": "10", "filecount:0": "", "filecount:>=0": "10", "NOT filecount:0": "20 40 10 30",
		"stats.this_version.views:0": "10", "stats.all_versions.unique_views:[0 TO 4]": "40 10",
	} {
		same(t, q, find("title:quux AND ("+q+")", "mostviewed"), want)
	}
	same(t, "most viewed first", find("title:quux", "mostviewed"), "20 40 10 30")
	same(t, "least viewed first", find("title:quux", "-mostviewed"), "10 40 20 30")
	downloads := find("title:quux", "mostdownloaded")
	if !strings.HasPrefix(downloads, "20 10 ") {
		t.Errorf("most downloaded first: got %s, want 20 and 10 before what is unknown", downloads)
	}
}
